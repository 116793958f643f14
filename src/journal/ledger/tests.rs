//! Journals as they are found: whole ones, those of killed runs, and torn lines.

use std::io::Write as _;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::{Entry, Latencies, Ledger, latencies, read};
use crate::journal::read::Lines;

fn image(end: Option<&str>) -> Value {
    json!({"first_name": "Rosa", "middle_name": null, "last_name": "Renter", "emails": [], "phones": [],
        "effective_from": null, "effective_to": end, "groups": [], "credentials": [], "suspended": false})
}

/// A revocation of which Brivo carried `had` as its end, and the rules say 18:00.
fn record(run: &str, customer: u64, at: &str, status: &str, had: Option<&str>, rule: &str) -> String {
    let reason = json!({"rule": rule, "lease_id": null, "manifest": null, "text": "it is over"});
    json!({"at": at, "run": run, "actor": "deploy", "commit": null, "status": status,
        "external_id": format!("entrata:{customer}"), "brivo_user_id": 7, "action": "revoke",
        "before": image(had), "after": image(Some("2026-02-28T18:00:00Z")), "reasons": [reason], "error": null})
    .to_string()
}

fn ledger_of(lines: &[String], is_wanted: impl Fn(&Entry) -> bool) -> Ledger {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all((lines.join("\n") + "\n").as_bytes()).unwrap();
    read(Lines::open(file.path()).unwrap(), is_wanted).unwrap()
}

const END: Option<&str> = Some("2026-02-28T18:00:00Z");

#[test]
fn the_two_records_of_a_change_are_one_and_what_a_killed_run_left_is_open() {
    let ledger = ledger_of(
        &[
            record("one", 1, "2026-02-28T18:05:00Z", "started", END, "T14"),
            record("one", 2, "2026-02-28T18:05:01Z", "started", END, "T14"),
            record("one", 1, "2026-02-28T18:05:02Z", "applied", END, "T14"),
            "{\"torn".to_owned(),
            record("two", 2, "2026-02-28T19:00:00Z", "started", END, "T14"),
            record("two", 2, "2026-02-28T19:00:01Z", "failed", END, "T14"),
        ],
        |_| true,
    );
    let told: Vec<_> = ledger
        .entries
        .iter()
        .map(|entry| (entry.record.external_id.as_str(), entry.record.run.as_str(), entry.is_open()))
        .collect();
    assert_eq!(told, [("entrata:2", "one", true), ("entrata:1", "one", false), ("entrata:2", "two", false)]);
    assert_eq!(ledger.torn, 1);
    assert_eq!(ledger.entries[1].began, Some("2026-02-28T18:05:00Z".parse().unwrap()));
}

#[test]
fn a_revocation_is_timed_from_the_end_of_its_window() {
    let ledger = ledger_of(
        &[
            record("one", 1, "2026-02-28T18:05:00Z", "applied", END, "T14"),
            record("one", 2, "2026-02-28T18:07:00Z", "applied", None, "T14"),
            record("one", 3, "2026-02-28T20:00:00Z", "applied", None, "T14"),
            record("one", 4, "2026-02-28T21:00:00Z", "applied", None, "O1"),
            record("one", 5, "2026-02-28T22:00:00Z", "failed", None, "T14"),
            record("one", 6, "2026-02-28T17:00:00Z", "applied", None, "T14"),
        ],
        |_| true,
    );
    let minutes: Vec<(&str, Option<i64>, bool)> = ledger
        .entries
        .iter()
        .map(|entry| {
            (
                entry.record.external_id.as_str(),
                entry.latency().map(|time| time.num_minutes()),
                entry.was_shut(),
            )
        })
        .collect();
    assert_eq!(
        minutes,
        [
            ("entrata:6", None, false),
            ("entrata:1", Some(5), true),
            ("entrata:2", Some(7), false),
            ("entrata:3", Some(120), false),
            ("entrata:4", None, false),
            ("entrata:5", None, false),
        ]
    );
    let (median, longest) = (TimeDelta::minutes(7), TimeDelta::minutes(120));
    assert_eq!(latencies(&ledger.entries), Some(Latencies { count: 3, median, longest }));
    assert_eq!(latencies(&[]), None);
}

#[test]
fn only_what_is_asked_for_is_kept() {
    let line = |customer| record("one", customer, "2026-02-28T18:05:00Z", "applied", END, "T14");
    let ledger = ledger_of(&[line(1), line(2)], |entry| entry.record.external_id.as_str() == "entrata:2");
    assert_eq!(ledger.entries.len(), 1);
}
