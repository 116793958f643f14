//! The portfolio example does what its comments say: it plans, applies, and has nothing left to do.

use std::path::Path;

use crate::support::Workplace;

const PORTFOLIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/portfolio");

fn portfolio() -> Workplace {
    let world = std::fs::read(Path::new(PORTFOLIO).join("world/world.yaml")).unwrap();
    let files = std::fs::read_dir(PORTFOLIO).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).fold(
        Workplace::new().file("portfolio/world/world.yaml", world),
        |place, path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            place.file(&format!("portfolio/{name}"), std::fs::read(&path).unwrap())
        },
    )
}

const DIFF: &str = "--diff --detailed-exitcode portfolio --sandbox portfolio/world/world.yaml";
const APPLY: &str = "--apply --yes portfolio --sandbox portfolio/world/world.yaml";

#[test]
fn it_is_valid_without_a_warning() {
    let outcome = portfolio().run("validate portfolio");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
}

#[test]
fn an_apply_leaves_nothing_to_do() {
    let place = portfolio();
    let before = place.run(DIFF);
    assert_eq!(before.code, 2, "{}", before.stderr);
    let applied = place.run(APPLY);
    assert_eq!(applied.code, 0, "{}{}", applied.stdout, applied.stderr);
    let after = place.run(DIFF);
    assert_eq!(after.code, 0, "{}{}", after.stdout, after.stderr);
    assert!(after.stdout.contains("No changes."), "{}", after.stdout);
}

#[test]
fn the_turn_is_let_through_by_its_window_only() {
    let place = portfolio();
    let house = place.read("portfolio/birch-house.yaml");
    let place =
        place.file("portfolio/birch-house.yaml", house.replace("until: 2026-08-03", "until: 2026-07-30"));
    let held = place.run(DIFF);
    assert_eq!(held.code, 4, "{}", held.stdout);
    assert!(held.stdout.contains("--allow-revokes 500002=4"), "{}", held.stdout);
}

#[test]
fn one_number_in_two_buildings_is_two_doors() {
    let applied = portfolio().run(APPLY).stdout;
    assert!(applied.contains("+ Alder Garage"), "{applied}");
    assert!(!applied.contains("entrata:990201"), "who lives in A 101 has what they need:\n{applied}");
    assert!(!applied.contains("B-101"), "who lives in B 101 has that door:\n{applied}");
}

#[test]
fn a_number_becomes_whole_by_its_country() {
    let plan = portfolio().run(DIFF).stdout;
    assert!(plan.contains("+442079460102"), "{plan}");
}
