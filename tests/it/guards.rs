//! An Entrata that loses people, run after run: never more are locked out than the guards allow, with the real binary and its journal.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::{Outcome, Workplace};

const PEOPLE: u64 = 12;

/// At most four in a run and in a day.
const GUARD: &str = "{ max_revokes: 4, max_revoke_percent: 0, max_revokes_per_day: 4 }";

fn manifest(guard: &str) -> String {
    format!(
        "version: 1
entrata: {{ url: https://apis.entrata.com/ext/orgs/alder/v1 }}
defaults: {{ guard: {guard} }}
properties:
  - {{ id: 500001, name: Alder Court, time_zone: America/Chicago, groups: [Alder Residents] }}
"
    )
}

/// A building in which only the first so many people are left on a lease.
fn world(left: u64) -> String {
    let mut world = format!(
        "as_of: 2026-03-01T18:00:00Z
properties: [{{ id: 500001, name: Alder Court, units: [{}] }}]
brivo: {{ groups: [{{ id: 15610001, name: Alder Residents }}] }}
leases:{}
",
        (1..=PEOPLE).map(|at| (100 + at).to_string()).collect::<Vec<_>>().join(", "),
        if left == 0 { " []" } else { "" }
    );
    for at in 1..=left {
        writeln!(
            world,
            "  - {{ id: {}, property: 500001, unit: \"{}\", move_in: 2025-06-01, residents: [{{ id: {}, name: Ann Example{at}, email: a{at}@example.com }}] }}",
            900_000 + at,
            100 + at,
            990_000 + at
        )
        .unwrap();
    }
    world
}

/// Everybody has moved in and holds the group.
fn moved_in(guard: &str) -> Workplace {
    let place = Workplace::new().file("reconcile.yaml", manifest(guard)).file("world.yaml", world(PEOPLE));
    let outcome = apply(&place);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(members(&place), PEOPLE);
    place
}

fn apply(place: &Workplace) -> Outcome {
    place.run("--apply --yes --sandbox world.yaml --journal journal.jsonl --format json")
}

/// How many people hold the group.
fn members(place: &Workplace) -> u64 {
    let plan = diff(place, "");
    plan["guards"][0]["people"].as_u64().unwrap()
}

fn diff(place: &Workplace, flags: &str) -> Value {
    let outcome = place.run(&format!("--diff --sandbox world.yaml --format json {flags}"));
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
}

#[test]
fn an_empty_or_a_halved_list_locks_nobody_out() {
    let place = moved_in(GUARD);
    for (left, code) in [(0, 3), (PEOPLE / 2, 4)] {
        let place = Workplace::new()
            .file("reconcile.yaml", manifest(GUARD))
            .file("world.yaml", world(left))
            .file("world.yaml.state.json", place.read("world.yaml.state.json"));
        let outcome = apply(&place);
        assert_eq!(outcome.code, code, "{left} left: {outcome:?}");
        assert_eq!(members(&place), PEOPLE, "{left} left");
    }
}

#[test]
fn a_list_that_shrinks_slowly_takes_no_more_in_a_day_than_it_may() {
    let mut place = moved_in(GUARD);
    let mut left = PEOPLE;
    while left > 5 {
        left -= 1;
        place = place.file("world.yaml", world(left));
        let outcome = apply(&place);
        let held = members(&place);
        assert!(held >= PEOPLE - 4, "{left} left, {held} hold the group: {outcome:?}");
        assert_eq!(outcome.code, if left >= PEOPLE - 4 { 0 } else { 4 }, "{left} left: {outcome:?}");
    }
    assert_eq!(members(&place), PEOPLE - 4, "what the day allows was taken");

    let told = place.run("--diff --sandbox world.yaml --history journal.jsonl").stdout;
    assert!(told.contains("with those of the last 24 hours 7, and at most 4 may in 24 hours"), "{told}");
    assert!(told.contains("entrata:990006, entrata:990007, entrata:990008"), "the people are named: {told}");
    assert!(told.contains("`--allow-revokes 500001=3`"), "{told}");

    // Tomorrow as many may go again.
    let older = yesterday(&place.read("journal.jsonl"));
    place = place.file("journal.jsonl", older).file("world.yaml", world(5));
    assert_eq!(apply(&place).code, 0);
    assert_eq!(members(&place), 5);
}

/// The journal as if all of it had been written 25 hours earlier.
fn yesterday(journal: &str) -> String {
    let line = |line: &str| {
        let mut record: Value = serde_json::from_str(line).unwrap();
        let at: chrono::DateTime<chrono::Utc> = record["at"].as_str().unwrap().parse().unwrap();
        record["at"] = serde_json::to_value(at - chrono::Duration::hours(25)).unwrap();
        format!("{record}\n")
    };
    journal.lines().map(line).collect()
}

#[test]
fn without_a_journal_the_day_can_not_be_counted_and_that_is_told() {
    let place = moved_in(GUARD);
    let told = |flags| {
        let plan = diff(&place, flags);
        plan["findings"].as_array().unwrap().iter().any(|finding| {
            finding["rule"] == "R3"
                && finding["message"].as_str().unwrap().contains("is held against this run alone")
        })
    };
    assert!(told(""));
    assert!(!told("--history journal.jsonl"));
    assert!(!told("--history none-yet.jsonl"));
}

#[test]
fn a_mapping_that_puts_everybody_into_one_group_gives_it_to_nobody() {
    let place = Workplace::new()
        .file("reconcile.yaml", manifest("{ max_grants: 5 }"))
        .file("world.yaml", world(PEOPLE));
    let text = place.run("--diff --sandbox world.yaml");
    assert_eq!(text.code, 4);
    for part in [
        "Group Alder Residents (15610001): 12 people would be put into it, and at most 5 may in one run (R3)",
        "entrata:990001, entrata:990002, entrata:990003, entrata:990004, entrata:990005 and 7 more",
        "`--allow-grants 15610001=12`",
    ] {
        assert!(text.stdout.contains(part), "{}", text.stdout);
    }
    let markdown = place.run("--diff --sandbox world.yaml --format markdown").stdout;
    assert!(markdown.contains("`--allow-grants 15610001=12`"), "{markdown}");
    let plan = diff(&place, "");
    assert_eq!(plan["changes"], Value::Array(Vec::new()));
    assert_eq!(plan["guards"][0]["grants"][0]["would_get"].as_array().unwrap().len(), 12);
    let let_through = diff(&place, "--allow-grants 15610001=12");
    assert_eq!(let_through["changes"].as_array().unwrap().len(), 12);
    assert!(let_through["guards"][0].get("grants").is_none());
}
