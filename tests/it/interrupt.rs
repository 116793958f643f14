//! Ctrl-C: the first one finishes what is under way, the second one stops at once; what was under way is found out by the next run.

#![cfg(unix)]

use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Outcome, Workplace};

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

/// The quickstart's world, in which a change of groups takes so long.
fn slow(milliseconds: u64) -> Workplace {
    let fault = format!("{{ match: 'POST /v1/api/users/*/groups', then: {{ delay_ms: {milliseconds} }} }}");
    let world = format!("{WORLD}\nfaults: [{fault}]\n");
    Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", world)
}

/// Starts an apply and waits until something is under way.
fn begun(place: &Workplace) -> Child {
    let child = place.start("--apply --yes --sandbox world.yaml --journal journal.jsonl --format json");
    while std::fs::read_to_string(place.path("journal.jsonl")).unwrap_or_default().is_empty() {
        sleep(Duration::from_millis(20));
    }
    child
}

fn press_ctrl_c(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

fn statuses(place: &Workplace, status: &str) -> usize {
    place.read("journal.jsonl").matches(&format!("\"status\":\"{status}\"")).count()
}

#[test]
fn the_first_one_finishes_what_is_under_way_and_reports() {
    let place = slow(1500);
    let child = begun(&place);
    press_ctrl_c(&child);
    let outcome = Outcome::of(child.wait_with_output().unwrap());
    assert_eq!(outcome.code, 130, "{outcome:?}");
    assert!(outcome.stderr.contains("press Ctrl-C again to stop at once"), "{}", outcome.stderr);
    assert_eq!(statuses(&place, "started"), statuses(&place, "applied"), "nothing is left open");
    let document: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let results = document["results"].as_array().unwrap();
    let count = |part: &str| results.iter().filter(|one| one.to_string().contains(part)).count();
    assert_eq!(count("\"applied\""), statuses(&place, "applied"));
    assert_eq!(count("not attempted: the run was interrupted"), 5 - statuses(&place, "applied"));
}

#[test]
fn the_second_one_stops_at_once_and_the_next_run_finds_out() {
    let place = slow(600_000);
    let child = begun(&place);
    press_ctrl_c(&child);
    sleep(Duration::from_millis(300));
    press_ctrl_c(&child);
    let outcome = Outcome::of(child.wait_with_output().unwrap());
    assert_eq!(outcome.code, 130, "{outcome:?}");
    assert!(statuses(&place, "started") > statuses(&place, "applied"), "something was under way");
    let open = statuses(&place, "started") - statuses(&place, "applied");
    let place = place.file("world.yaml", WORLD);
    let next = place.run("--apply --yes --sandbox world.yaml --journal journal.jsonl");
    assert_eq!(next.stderr.matches("which was cut short").count(), open, "{}", next.stderr);
    assert_eq!(place.run("--diff --sandbox world.yaml --property 500001 --detailed-exitcode").code, 0);
}
