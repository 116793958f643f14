//! The way back from an apply, with the real binary over the sandbox.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Outcome, Workplace};

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");
const STATE: &str = "world.yaml.state.json";

fn quickstart() -> Workplace {
    Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", WORLD)
}

fn apply(place: &Workplace, flags: &str) -> Outcome {
    place.run(&format!("--apply --yes --sandbox world.yaml --format json {flags}"))
}

fn json(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
}

/// By person what a diff would make of what Brivo holds: the `before` of each change.
fn held(place: &Workplace) -> BTreeMap<String, Value> {
    let plan = json(&place.run("--diff --sandbox world.yaml --format json"));
    let changes = plan["changes"].as_array().unwrap();
    changes
        .iter()
        .map(|change| (change["external_id"].as_str().unwrap().to_owned(), change["before"].clone()))
        .collect()
}

#[test]
fn the_way_back_restores_what_brivo_held() {
    let place = quickstart();
    let before = held(&place);
    assert_eq!(apply(&place, "--undo undo.json").code, 3);
    assert!(held(&place).is_empty());

    let undone = apply(&place, "--plan undo.json");
    assert!(
        undone.stderr.contains("the next ordinary one makes the same changes again"),
        "{}",
        undone.stderr
    );
    let results = json(&undone);
    assert!(results["results"].as_array().unwrap().iter().all(|result| result["status"] == "applied"));
    let mut after = held(&place);
    // Somebody who was made keeps the record and has no group.
    let made = after.remove("entrata:990001").unwrap();
    assert_eq!(made["groups"], Value::Array(Vec::new()));
    let mut before = before;
    assert_eq!(before.remove("entrata:990001"), Some(Value::Null));
    assert_eq!(after, before);

    let again = json(&apply(&place, "--plan undo.json"));
    assert_eq!(again["changes"], Value::Array(Vec::new()), "what is undone stays so");
    let told: Vec<&str> =
        again["findings"].as_array().unwrap().iter().map(|one| one["message"].as_str().unwrap()).collect();
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(told.iter().all(|text| text.contains("nothing to take back")), "{told:?}");
}

#[test]
fn nobody_is_changed_who_stands_elsewhere_by_now() {
    let place = quickstart();
    apply(&place, "--undo undo.json");
    let state = place.read(STATE);
    assert!(state.contains("\"Dora\""), "the student's name as it was written");
    let place = place.file(STATE, state.replace("\"Dora\"", "\"Dorothy\""));
    let undone = apply(&place, "--plan undo.json");
    assert_eq!(undone.code, 3);
    let plan = json(&undone);
    assert_eq!(plan["changes"].as_array().unwrap().len(), 4);
    let finding = &plan["findings"][0];
    assert_eq!((&finding["external_id"], &finding["severity"]), (&"entrata:990103".into(), &"error".into()));
    assert!(
        finding["message"].as_str().unwrap().contains("not taken back: since the apply Brivo was changed")
    );
    assert!(place.read(STATE).contains("\"Dorothy\""));
}

#[test]
fn the_way_back_is_braked_like_any_other() {
    let strict = MANIFEST.replace(
        "  provision_ahead_days: 7",
        "  provision_ahead_days: 7\n  guard: { max_revokes: 0, max_revoke_percent: 0 }",
    );
    let place = Workplace::new().file("reconcile.yaml", strict).file("world.yaml", WORLD);
    apply(&place, "--undo undo.json --allow-revokes 500002=1");
    let braked = apply(&place, "--plan undo.json");
    assert_eq!(braked.code, 4);
    let plan = json(&braked);
    let alder = &plan["guards"][0];
    assert_eq!((&alder["tripped"], &alder["revokes"]), (&true.into(), &3.into()), "{plan}");
    assert_eq!(
        alder["would_lose"],
        serde_json::json!(["entrata:990001", "entrata:990005", "entrata:990006"])
    );
    let changed: Vec<&Value> =
        plan["changes"].as_array().unwrap().iter().map(|one| &one["external_id"]).collect();
    assert_eq!(changed, ["entrata:990004", "entrata:990103"], "what is given back goes on");
    let through = json(&apply(&place, "--plan undo.json --allow-revokes 500001=3"));
    assert_eq!(through["changes"].as_array().unwrap().len(), 3);
}

#[test]
fn without_names_in_the_file_names_stay_and_access_goes_back() {
    let place = quickstart();
    let saved = apply(&place, "--undo undo.json --pii hide");
    assert!(saved.stderr.contains("would stay as they are"), "{}", saved.stderr);
    let file = place.read("undo.json");
    assert!(!file.contains("Dora") && !file.contains("@example.com"), "{file}");
    let undone = apply(&place, "--plan undo.json");
    assert!(json(&undone)["results"].as_array().unwrap().iter().all(|result| result["status"] == "applied"));
    let student = &held(&place)["entrata:990103"];
    assert_eq!(student["first_name"], "Dora", "the name as the apply wrote it");
    assert_eq!(student["effective_to"], "2026-12-31T23:00:00Z", "the end as it was before");
}

#[test]
fn an_edited_way_back_is_refused_and_so_is_one_of_another_manifest() {
    let place = quickstart();
    apply(&place, "--undo undo.json");
    let file = place.read("undo.json");
    let edited = file.replace("Alder Garden Gate", "Alder Back Gate");
    assert_ne!(edited, file);
    let place = place.file("edited.json", edited);
    let refused = apply(&place, "--plan edited.json");
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("the file was edited"), "{}", refused.stderr);
    let place = place.file("reconcile.yaml", format!("{MANIFEST}\n# edited\n"));
    let refused = apply(&place, "--plan undo.json");
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("the manifest is not the one"), "{}", refused.stderr);
}

#[test]
#[cfg(unix)]
fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = quickstart();
    apply(&place, "--undo undo.json");
    let mode = std::fs::metadata(place.path("undo.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
