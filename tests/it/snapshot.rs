//! Both sides saved, and plans made from them without network and secrets.

use serde_json::Value;

use crate::support::{Outcome, Workplace};

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

/// Somebody whom Entrata no longer knows, in a managed group and in none.
const GONE: &str =
    "    - { id: 15800001, external_id: \"entrata:990901\", name: Greta Gone, groups: [Alder Residents] }
    - { id: 15800002, external_id: \"entrata:990902\", name: Gert Gone }
";

fn taken() -> Workplace {
    let place = Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", world());
    let outcome = place.run("snapshot --sandbox world.yaml --out saved");
    assert_eq!(outcome.code, 0, "{outcome:?}");
    place
}

fn world() -> String {
    let at = WORLD.find("  users:\n").expect("the world has users") + "  users:\n".len();
    format!("{}{GONE}{}", &WORLD[..at], &WORLD[at..])
}

fn plan(outcome: &Outcome) -> Value {
    let mut plan: Value =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"));
    plan["calls"]["entrata"] = 0.into();
    plan["calls"]["brivo"] = 0.into();
    plan
}

fn saved(place: &Workplace, flags: &str) -> Value {
    plan(&place.run(&format!("--diff --snapshot saved --format json {flags}")))
}

fn live(place: &Workplace, flags: &str) -> Value {
    plan(&place.run(&format!("--diff --sandbox world.yaml --format json {flags}")))
}

#[test]
fn a_plan_from_a_snapshot_is_the_one_from_the_services() {
    let place = taken();
    for flags in ["", "--prune", "--property 500002", "--as-of 2026-03-05T18:00:00Z", "--upcoming 7d"] {
        assert_eq!(saved(&place, flags), live(&place, flags), "{flags}");
    }
    let outcome = place.run("--diff --snapshot saved --format json");
    let calls = serde_json::from_str::<Value>(&outcome.stdout).unwrap()["calls"].clone();
    assert_eq!((&calls["entrata"], &calls["brivo"]), (&0.into(), &0.into()));
    assert_eq!(outcome.code, 3, "the frozen student is found here too");
}

#[test]
fn a_changed_manifest_is_planned_from_the_same_snapshot() {
    let edits = [
        ("match: [\"1*\"]", "match: [\"1*\", \"203\"]"),
        ("end_time: \"16:00\"", "end_time: \"17:00\""),
        ("groups: [Birch Residents]", "groups: [Birch Residents, Alder 101]"),
    ];
    for (from, to) in edits {
        let edited = MANIFEST.replacen(from, to, 1);
        assert_ne!(edited, MANIFEST, "{from}");
        let place = taken().file("reconcile.yaml", edited);
        assert_eq!(saved(&place, ""), live(&place, ""), "{to}");
    }
}

#[test]
fn it_is_its_owners_only_and_holds_no_secret() {
    let place = taken();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &str| std::fs::metadata(place.path(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("saved"), mode("saved/snapshot.jsonl")), (0o700, 0o600));
    }
    assert!(!place.read("saved/snapshot.jsonl").contains("sandbox"));
    let again = place.run("snapshot --sandbox world.yaml --out saved");
    assert_eq!(again.code, 0, "a second one takes the place of the first: {again:?}");
    assert_eq!(std::fs::read_dir(place.path("saved")).unwrap().count(), 1, "and nothing else is left there");
}

#[test]
fn a_property_that_the_snapshot_lacks_is_incomplete() {
    let only_alder = MANIFEST.split("  - id: 500002").next().unwrap().to_owned();
    let place = Workplace::new().file("reconcile.yaml", &only_alder).file("world.yaml", world());
    assert_eq!(place.run("snapshot --sandbox world.yaml --out saved").code, 0);
    let place = place.file("reconcile.yaml", MANIFEST);
    let plan = saved(&place, "");
    let findings = plan["findings"].as_array().unwrap();
    let lacking = findings.iter().find(|one| one["rule"] == "R2" && one["property_id"] == 500_002).unwrap();
    assert!(lacking["message"].as_str().unwrap().contains("taken without this property"), "{lacking}");
    let takes = plan["changes"].as_array().unwrap().iter().any(|change| change["property_ids"][0] == 500_002);
    assert!(!takes, "nothing of it is decided: {plan}");
}

#[test]
fn a_look_up_that_it_lacks_counts_as_failed() {
    let place = taken();
    let whole = place.read("saved/snapshot.jsonl");
    let lines: Vec<&str> = whole.lines().filter(|line| !line.starts_with("{\"look_up\"")).collect();
    let count = lines.len() - 1;
    let cut = [&lines[..count], &[&format!("{{\"end\":{count}}}")]].concat().join("\n");
    let place = place.file("saved/snapshot.jsonl", cut);
    let plan = saved(&place, "");
    let finding =
        plan["findings"].as_array().unwrap().iter().find(|one| one["external_id"] == "entrata:990901");
    let finding = finding.unwrap();
    assert_eq!((&finding["rule"], &finding["severity"]), (&"D8".into(), &"error".into()));
    assert!(finding["message"].as_str().unwrap().contains("snapshot"), "{finding}");
}

/// Leases are let go once they were heard; with a base they stay. Answers of look-ups find the same in both.
#[test]
fn a_look_up_meets_the_leases_that_were_let_go() {
    let is_of_greta =
        |finding: &&Value| finding["external_id"] == "entrata:990901" && finding["rule"] == "D8";
    for (held, answered, is_contradicted) in [
        (Mates::Nobody, "current", false),
        (Mates::Nobody, "past", true),
        (Mates::Somebody, "current", false),
        (Mates::Somebody, "past", true),
    ] {
        let place = taken();
        let saved_so = answered_so(&place.read("saved/snapshot.jsonl"), held, answered);
        let place = place.file("saved/snapshot.jsonl", saved_so).file("base.yaml", MANIFEST);
        let let_go = saved(&place, "");
        let mut kept = saved(&place, "--base base.yaml");
        kept.as_object_mut().unwrap().remove("base").unwrap();
        assert_eq!(let_go, kept, "{held:?}, {answered}");
        let found: Vec<&Value> = let_go["findings"].as_array().unwrap().iter().filter(is_of_greta).collect();
        let is_told = found.iter().any(|one| one["message"].as_str().unwrap().contains("differs"));
        assert_eq!(is_told, is_contradicted, "{held:?}, {answered}: {found:?}");
    }
}

/// Who is on a lease beside whoever is looked up.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mates {
    Nobody,
    Somebody,
}

/// The snapshot with one lease more, on which the customer looked up is not, and that lease in the answer about them.
fn answered_so(snapshot: &str, mates: Mates, status: &str) -> String {
    let mut lines: Vec<Value> = snapshot.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let first = lines.iter().position(|line| line.get("lease").is_some()).unwrap();
    let mut lease = lines[first]["lease"].clone();
    lease["id"] = "990777".into();
    lease["status"] = "Current".into();
    let mut greta = lease["residents"][0].clone();
    greta["customer"] = "990901".into();
    if mates == Mates::Nobody {
        lease["residents"] = serde_json::json!([]);
    }
    let mut answer = lease.clone();
    answer["residents"].as_array_mut().unwrap().push(greta);
    answer["status"] = if status == "past" { "Past" } else { "Current" }.into();
    let asked = lines.iter_mut().find(|line| line["look_up"][0] == "990901").unwrap();
    asked["look_up"][1][lease["property"].to_string()] = serde_json::json!({ "leases": [answer] });
    lines.insert(first + 1, serde_json::json!({ "lease": lease }));
    let count = lines.len() - 1;
    lines[count] = serde_json::json!({ "end": count });
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    lines.join("\n") + "\n"
}

#[test]
fn what_is_not_whole_is_not_planned_from() {
    let place = taken();
    let whole = place.read("saved/snapshot.jsonl");
    let without_end = whole.trim_end().rsplit_once('\n').unwrap().0.to_owned();
    let mut lines: Vec<&str> = whole.lines().collect();
    lines.remove(lines.len() / 2);
    let lacking = lines.join("\n");
    let torn = whole[..whole.len() / 2].to_owned();
    let other = whole.replacen("\"format_version\":\"2.0\"", "\"format_version\":\"1.0\"", 1);
    for (text, why) in [(without_end, "ends"), (lacking, "lines"), (torn, "damaged"), (other, "format 1.0")] {
        let place = Workplace::new().file("reconcile.yaml", MANIFEST).file("saved/snapshot.jsonl", text);
        let outcome = place.run("--diff --snapshot saved");
        assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""), "{why}");
        assert!(outcome.stderr.contains(why), "{why}: {}", outcome.stderr);
    }
    let nothing = place.run("--diff --snapshot elsewhere");
    assert_eq!(nothing.code, 1);
    assert!(nothing.stderr.contains("there is no snapshot in elsewhere"), "{}", nothing.stderr);
}

#[test]
fn users_whom_the_snapshot_does_not_know_enough_of_are_no_guess() {
    let manifest = MANIFEST.replacen("\"entrata:\"", "\"visitor:\"", 1);
    assert_ne!(manifest, MANIFEST);
    let visitor = GONE.replace("entrata:990901", "visitor:990901");
    let world = world().replace(GONE, &visitor);
    let place = Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", world);
    assert_eq!(place.run("snapshot --sandbox world.yaml --out saved").code, 0);
    let place = place.file("reconcile.yaml", manifest);
    let outcome = place.run("--diff --snapshot saved");
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("user 15800001"), "{}", outcome.stderr);
}

#[test]
fn it_reads_and_so_it_stands_neither_with_an_apply_nor_with_a_sandbox() {
    let place = taken();
    assert_eq!(place.run("--apply --snapshot saved --yes").code, 1);
    assert_eq!(place.run("--diff --snapshot saved --sandbox world.yaml").code, 1);
}

#[test]
fn a_person_is_explained_from_it() {
    let place = taken();
    let outcome = place.run("explain --customer 990001 --snapshot saved");
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(outcome.stdout, place.run("explain --customer 990001 --sandbox world.yaml").stdout);
}
