use super::{Refusal, Today, Unreadable, difference, read, refusal};
use crate::access::{ExternalId, Personal, PropertyId};
use crate::plan::example::{self, at, card, change, image};
use crate::plan::fingerprint::fingerprint;
use crate::plan::{Action, Change, Image, Plan, UndoOf};

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

/// Edits of an image, one field each.
const EDITS: [fn(&mut Image); 10] = [
    |image| image.first_name = Personal::new("Rose"),
    |image| image.middle_name = Some(Personal::new("Maria")),
    |image| image.last_name = Personal::new("Rentor"),
    |image| image.emails = [Personal::new("rose@example.com")].into(),
    |image| image.phones = [].into(),
    |image| image.effective_from = Some(at("2030-01-01T00:00:00Z")),
    |image| image.effective_to = Some(at("2030-01-01T00:00:00Z")),
    |image| image.groups.clear(),
    |image| image.credentials = vec![card(5, None, None)],
    |image| image.suspended = true,
];

#[test]
fn every_value_of_a_saved_change_is_held_against_the_fresh_one() {
    let one = change(Some(image(&[10])), Some(image(&[20])));
    let is_edited = |saved: Change| {
        let saved = example::plan(vec![saved]);
        difference(&saved, &example::plan(vec![one.clone()]))
            .is_some_and(|told| matches!(told, Refusal::Edited))
    };
    assert!(!is_edited(one.clone()));
    for (place, edit) in EDITS.iter().enumerate() {
        let (mut before, mut after) = (one.clone(), one.clone());
        edit(before.before.as_mut().unwrap());
        edit(after.after.as_mut().unwrap());
        assert!(is_edited(before) && is_edited(after), "edit {place}");
    }
    for edited in [
        Change { action: Action::Revoke, ..one.clone() },
        Change { external_id: ExternalId::new("entrata:990002"), ..one.clone() },
        Change { brivo_user_id: None, ..one.clone() },
        Change { adopts: true, ..one.clone() },
        Change { property_ids: vec![PropertyId(500_001)], ..one.clone() },
        Change { before: None, ..one.clone() },
        Change { after: None, ..one.clone() },
    ] {
        assert!(is_edited(edited.clone()), "{edited:?}");
    }
    let twice = example::plan(vec![one.clone(), one.clone()]);
    assert!(difference(&twice, &example::plan(vec![one])).is_some(), "one more than there is");
}

#[test]
fn each_hidden_value_lets_the_fresh_one_stand() {
    let hidden = || Personal::new(Personal::HIDDEN);
    let mut fresh = change(None, Some(image(&[20])));
    fresh.after.as_mut().unwrap().middle_name = Some(Personal::new("Maria"));
    let edits: [&dyn Fn(&mut Image); 5] = [
        &|image| image.first_name = hidden(),
        &|image| image.middle_name = Some(hidden()),
        &|image| image.last_name = hidden(),
        &|image| image.emails = [hidden()].into(),
        &|image| image.phones = [hidden()].into(),
    ];
    for (place, edit) in edits.iter().enumerate() {
        let mut saved = fresh.clone();
        edit(saved.after.as_mut().unwrap());
        let saved = Plan { saved_at: Some(today().now), ..example::plan(vec![saved]) };
        let here = Today { manifest: "", ..today() };
        assert_eq!(
            refusal(&saved, &here),
            None,
            "what is hidden can't be held against the fingerprint: {place}"
        );
        assert_eq!(difference(&saved, &example::plan(vec![fresh.clone()])), None, "{place}");
    }
}

#[test]
fn the_bounds_of_a_plans_age_are_within() {
    for (now, told_as) in [
        ("2026-03-01T19:00:00Z", ""),
        ("2026-03-01T19:00:01Z", "minutes ago"),
        ("2026-03-01T17:55:00Z", ""),
        ("2026-03-01T17:54:59Z", "still to come"),
    ] {
        let told = told(&plan(), &Today { now: at(now), ..today() });
        assert!(told.contains(told_as) && told.is_empty() == told_as.is_empty(), "{now}: {told}");
    }
}
