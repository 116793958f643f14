use super::{Today, Unreadable, difference, read, refusal};
use crate::access::{Instant, Personal};
use crate::plan::change::fingerprint;
use crate::plan::{Plan, UndoOf};

const PLAN: &str = r#"{
  "format_version": "1.0", "tool_version": "0.1.0", "as_of": "2026-03-01T18:00:00Z", "saved_at": "2026-03-01T18:00:00Z",
  "account": "api.example.com-0a1b2c3d", "manifest": { "paths": ["reconcile.yaml"], "sha256": "aa" },
  "scope": { "properties": [], "customers": [], "shard": null, "prune": false, "allow_unmapped_revoke": false },
  "fingerprint": "", "summary": { "create": 1, "update": 0, "revoke": 0, "delete": 0, "unchanged": 0, "frozen": 0 },
  "changes": [ { "action": "create", "cause": "entrata", "external_id": "entrata:990001", "brivo_user_id": null,
    "property_ids": [500001], "before": null, "reasons": [],
    "after": { "first_name": "Rosa", "middle_name": null, "last_name": "Renter", "emails": [], "phones": [],
      "effective_from": "2024-08-01T15:00:00Z", "effective_to": null, "groups": [{ "id": 15610001, "name": "Alder 302" }],
      "credentials": [], "suspended": false } } ],
  "findings": [], "guards": [], "next_boundary": null, "calls": { "entrata": 0, "brivo": 0, "to_apply": 0 } }"#;

fn plan() -> Plan {
    let mut plan = read(PLAN.as_bytes()).unwrap();
    plan.fingerprint = fingerprint(&plan.changes);
    plan
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn today() -> Today<'static> {
    Today {
        now: at("2026-03-01T18:30:00Z"),
        max_age: chrono::Duration::hours(1),
        manifest: "aa",
        account: "api.example.com-0a1b2c3d",
    }
}

fn told(plan: &Plan, today: &Today<'_>) -> String {
    refusal(plan, today).map(|refusal| refusal.to_string()).unwrap_or_default()
}

#[test]
fn each_refusal_has_words_of_its_own() {
    assert_eq!(refusal(&plan(), &today()), None);
    let late = Today { now: at("2026-03-01T19:01:00Z"), ..today() };
    assert!(told(&plan(), &late).contains("saved 61 minutes ago, `plan_max_age` allows 60"));
    let early = Today { now: at("2026-03-01T17:54:00Z"), ..today() };
    assert!(told(&plan(), &early).contains("still to come"));
    let little_early = Today { now: at("2026-03-01T17:56:00Z"), ..today() };
    assert_eq!(told(&plan(), &little_early), "", "clocks are never quite one");
    assert!(told(&plan(), &Today { manifest: "bb", ..today() }).contains("the manifest is not the one"));
    let elsewhere = told(&plan(), &Today { account: "sandbox", ..today() });
    assert!(
        elsewhere.contains("another Brivo account (api.example.com-0a1b2c3d), this run writes to sandbox")
    );
    assert!(told(&Plan { saved_at: None, ..plan() }, &today()).contains("save it with --out"));
}

#[test]
fn an_older_file_that_names_no_account_is_taken() {
    assert_eq!(refusal(&Plan { account: None, ..plan() }, &today()), None);
}

#[test]
fn an_edited_file_is_told_from_a_stale_one() {
    let mut edited = plan();
    edited.changes[0].after.as_mut().unwrap().effective_to = Some(at("2030-01-01T00:00:00Z"));
    assert!(told(&edited, &today()).contains("was edited"));
    let mut fresh = plan();
    assert_eq!(difference(&plan(), &fresh), None);
    fresh.changes[0].after.as_mut().unwrap().effective_to = Some(at("2030-01-01T00:00:00Z"));
    fresh.fingerprint = fingerprint(&fresh.changes);
    assert!(difference(&plan(), &fresh).unwrap().to_string().contains("stale"));
}

#[test]
fn hidden_values_are_no_edit_unless_the_plan_is_a_way_back() {
    let mut hidden = plan();
    hidden.changes[0].after.as_mut().unwrap().first_name = Personal::new(Personal::HIDDEN);
    assert_eq!(refusal(&hidden, &today()), None);
    assert_eq!(difference(&hidden, &plan()), None);
    hidden.changes[0].after.as_mut().unwrap().suspended = true;
    assert!(difference(&hidden, &plan()).unwrap().to_string().contains("was edited"));
    hidden.undo = Some(UndoOf { fingerprint: "cc".to_owned(), as_of: at("2026-03-01T18:00:00Z") });
    assert!(told(&hidden, &today()).contains("was edited"), "a way back is made of what it shows");
}

#[test]
fn the_formats_version_is_read_before_anything_else() {
    let other = read(br#"{ "format_version": "2.0", "changes": "of another shape" }"#).unwrap_err();
    assert!(other.to_string().starts_with("the plan has format 2.0, this program ("), "{other}");
    assert!(other.to_string().ends_with("reads 1.0"), "{other}");
    let newer = PLAN.replacen("\"1.0\"", "\"1.7\"", 1);
    assert_eq!(read(newer.as_bytes()).unwrap().format_version, "1.7", "a smaller step only adds");
    assert!(matches!(read(b"[]").unwrap_err(), Unreadable::Shape(_)));
    assert!(matches!(read(b"{}").unwrap_err(), Unreadable::Shape(text) if text.contains("format_version")));
}
