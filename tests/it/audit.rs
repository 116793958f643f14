//! The journal: who ran it, and what became of the changes of a run that was killed (R12).

use serde_json::Value;

use crate::support::Workplace;

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");
const STATE: &str = "world.yaml.state.json";

fn quickstart() -> Workplace {
    Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", WORLD)
}

fn records(place: &Workplace) -> Vec<Value> {
    place.read("journal.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const APPLY: &str = "--apply --yes --sandbox world.yaml --journal journal.jsonl";

#[test]
fn the_journal_names_the_actor_and_the_job() {
    let place = quickstart()
        .env("GITHUB_ACTOR", "octo")
        .env("GITHUB_SHA", "c0ffee")
        .env("GITHUB_SERVER_URL", "https://github.example")
        .env("GITHUB_REPOSITORY", "alder/doors")
        .env("GITHUB_RUN_ID", "77");
    place.run(APPLY);
    let record = &records(&place)[0];
    assert_eq!((&record["actor"], &record["commit"]), (&"octo".into(), &"c0ffee".into()));
    let run = record["run"].as_str().unwrap();
    assert!(run.starts_with("https://github.example/alder/doors/actions/runs/77#"), "{run}");

    let place = quickstart().env("GITHUB_ACTOR", "octo");
    place.run(&format!("{APPLY} --actor kim@alder.example"));
    assert_eq!(records(&place)[0]["actor"], "kim@alder.example", "what is said goes before what is found");
}

/// The journal of a run that was killed before it could say what became of anything; its last line is torn.
fn killed(place: Workplace) -> Workplace {
    let journal = place.read("journal.jsonl");
    let begun: Vec<&str> = journal.lines().filter(|line| line.contains("\"started\"")).collect();
    assert_eq!(begun.len(), 5);
    place.file("journal.jsonl", format!("{}\n{{\"at\":\"2026-", begun.join("\n")))
}

#[test]
fn what_a_killed_run_wrote_is_found_out_told_and_recorded() {
    let place = quickstart();
    place.run(APPLY);
    let place = killed(place);
    let next = place.run(APPLY);
    assert_eq!(next.stderr.matches("which was cut short: it was written\n").count(), 5, "{}", next.stderr);
    let journal = place.read("journal.jsonl");
    assert_eq!(journal.matches("\"status\":\"applied\"").count(), 5, "{journal}");
    assert_eq!(journal.matches("found out by run ").count(), 5, "{journal}");
    let silent = place.run(APPLY);
    assert!(!silent.stderr.contains("cut short"), "once is enough: {}", silent.stderr);
}

#[test]
fn what_a_killed_run_did_not_write_is_told_and_done_now() {
    let place = quickstart();
    place.run(APPLY);
    let place = killed(place);
    std::fs::remove_file(place.path(STATE)).unwrap();
    let next = place.run(APPLY);
    assert_eq!(
        next.stderr.matches("which was cut short: it was not written\n").count(),
        5,
        "{}",
        next.stderr
    );
    let journal = place.read("journal.jsonl");
    assert_eq!(journal.matches("\"status\":\"failed\"").count(), 5, "{journal}");
    assert_eq!(journal.matches("\"status\":\"applied\"").count(), 5, "this run's own: {journal}");
}

#[test]
fn what_a_killed_run_wrote_in_part_is_finished() {
    let place = quickstart();
    place.run(APPLY);
    let place = killed(place);
    let state = place.read(STATE).replace("\"Dora\"", "\"Dorothea\"");
    let place = place.file(STATE, state);
    let next = place.run(APPLY);
    let told = "which was cut short: it was written in part, or changed since; not as planned: the name";
    assert_eq!(next.stderr.matches(told).count(), 1, "{}", next.stderr);
    assert!(
        next.stderr
            .lines()
            .any(|line| line.starts_with("entrata:990103: begun by run ") && line.contains(told))
    );
    assert!(place.read(STATE).contains("\"Dora\""));
}

#[test]
fn a_diff_leaves_the_journal_alone() {
    let place = quickstart();
    place.run(APPLY);
    let place = killed(place);
    let before = place.read("journal.jsonl");
    place.run("--diff --sandbox world.yaml --history journal.jsonl");
    assert_eq!(place.read("journal.jsonl"), before);
}
