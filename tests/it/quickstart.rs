//! The main job as its user does it: diff, apply, diff again, one line edited, all against the sandbox over HTTP.

use serde_json::Value;

use crate::support::{Outcome, Workplace};

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

fn quickstart() -> Workplace {
    with_manifest(MANIFEST)
}

fn with_manifest(manifest: &str) -> Workplace {
    Workplace::new().file("reconcile.yaml", manifest).file("world.yaml", WORLD)
}

fn plan(place: &Workplace, flags: &str) -> Value {
    let outcome = place.run(&format!("--diff --sandbox world.yaml --format json {flags}"));
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
}

/// Action, customer and the rules of the reasons, a line a change.
fn changes(plan: &Value) -> Vec<String> {
    let line = |change: &Value| {
        let rules =
            change["reasons"].as_array().unwrap().iter().map(|reason| reason["rule"].as_str().unwrap());
        let person = change["external_id"].as_str().unwrap().trim_start_matches("entrata:");
        format!("{} {person} {}", change["action"].as_str().unwrap(), rules.collect::<Vec<_>>().join(" "))
    };
    plan["changes"].as_array().unwrap().iter().map(line).collect()
}

fn apply(place: &Workplace, flags: &str) -> Outcome {
    place.run(&format!("--apply --yes --sandbox world.yaml {flags}"))
}

#[test]
fn the_first_plan_shows_what_the_quickstart_is_about() {
    let plan = plan(&quickstart(), "");
    assert_eq!(
        changes(&plan),
        [
            "create 990001 T11 T28",
            "revoke 990004 T14",
            "update 990005 T11 T13 L10",
            "update 990006 T21 D1",
            "update 990103 T12 P10 D1 D1",
        ]
    );
    assert_eq!(plan["summary"]["frozen"], 1);
    assert_eq!(plan["next_boundary"], "2026-03-04T18:00:00Z");
    assert!(!plan.to_string().contains("990002"), "a guarantor gets nothing and is not named");
}

#[test]
fn an_apply_leaves_nothing_to_do() {
    let place = quickstart();
    let applied = apply(&place, "--format json");
    let results: Value = serde_json::from_str(&applied.stdout).unwrap();
    let statuses: Vec<&Value> =
        results["results"].as_array().unwrap().iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, vec!["applied"; 5]);
    let again = plan(&place, "");
    assert_eq!(changes(&again), Vec::<String>::new());
    assert_eq!(again["summary"]["unchanged"], 7);
    // The frozen student aside, whom somebody must look at, there is nothing that asks for another exit.
    assert_eq!(place.run("--diff --detailed-exitcode --sandbox world.yaml").code, 3);
    assert_eq!(place.run("--diff --detailed-exitcode --sandbox world.yaml --property 500001").code, 0);
}

#[test]
fn changes_alone_exit_with_two_and_only_when_asked() {
    let place = quickstart();
    assert_eq!(place.run("--diff --detailed-exitcode --sandbox world.yaml --property 500001").code, 2);
    assert_eq!(place.run("--diff --sandbox world.yaml --property 500001").code, 0);
}

#[test]
fn another_end_time_moves_the_ends_of_its_property_and_nothing_else() {
    let place = quickstart();
    apply(&place, "");
    let later = MANIFEST.replace("end_time: \"16:00\"", "end_time: \"17:00\"");
    let place = place.file("reconcile.yaml", later);
    let edited = plan(&place, "");
    assert_eq!(changes(&edited), ["update 990101 T12", "update 990103 T12"]);
    for change in edited["changes"].as_array().unwrap() {
        assert_eq!(change["before"]["effective_to"], "2026-07-31T22:00:00Z");
        assert_eq!(change["after"]["effective_to"], "2026-07-31T23:00:00Z");
        assert_eq!(change["before"]["groups"], change["after"]["groups"]);
    }
}

#[test]
fn one_group_more_in_the_manifest_is_given_to_whom_it_maps() {
    let place = quickstart();
    apply(&place, "");
    let edited = MANIFEST.replace("match: [\"1*\"]", "match: [\"1*\", \"203\"]");
    let edited = plan(&place.file("reconcile.yaml", edited), "");
    assert_eq!(changes(&edited), ["update 990007 T11 D1"]);
    let groups = edited["changes"][0]["after"]["groups"].as_array().unwrap();
    assert!(groups.iter().any(|group| group["name"] == "Alder Garden Gate"));
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let one = quickstart().run("--diff --sandbox world.yaml --format json").stdout;
    let two = quickstart().run("--diff --sandbox world.yaml --format json").stdout;
    assert_eq!(one, two);
    let reversed = shuffled();
    let three = Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", reversed);
    let three = three.run("--diff --sandbox world.yaml --format json").stdout;
    assert_eq!(one, three, "the order of leases, users and groups in the world must not matter");
}

/// The quickstart's world with its leases, users and groups in the opposite order.
fn shuffled() -> String {
    let mut world: serde_yaml::Value = serde_yaml::from_str(WORLD).unwrap();
    let reverse = |value: &mut serde_yaml::Value| value.as_sequence_mut().unwrap().reverse();
    reverse(&mut world["leases"]);
    reverse(&mut world["properties"]);
    reverse(&mut world["brivo"]["groups"]);
    reverse(&mut world["brivo"]["users"]);
    serde_yaml::to_string(&world).unwrap()
}

#[test]
fn personal_data_is_hidden_where_it_is_asked_or_in_ci() {
    let hidden = quickstart().run("--diff --sandbox world.yaml --pii hide");
    let in_ci = quickstart().env("CI", "true").run("--diff --sandbox world.yaml");
    for outcome in [hidden, in_ci] {
        for name in ["Rosa", "Renter", "rosa@example.com", "5550101"] {
            assert!(!outcome.stdout.contains(name) && !outcome.stderr.contains(name), "{name} is told");
        }
        assert!(outcome.stdout.contains("entrata:990001"));
    }
}

#[test]
fn an_apply_asks_and_writes_nothing_unasked() {
    let place = quickstart();
    let refused = place.run("--apply --sandbox world.yaml");
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("--yes"), "{}", refused.stderr);
    assert_eq!(plan(&place, "")["changes"].as_array().unwrap().len(), 5);
}

#[test]
fn a_saved_plan_is_applied_or_refused() {
    let place = quickstart();
    assert_eq!(place.run("--diff --sandbox world.yaml --out plan.json --pii hide --property 500001").code, 0);
    let applied = apply(&place, "--plan plan.json --format json");
    assert_eq!(applied.code, 0, "{}", applied.stderr);
    let document: Value = serde_json::from_str(&applied.stdout).unwrap();
    assert_eq!(document["results"].as_array().unwrap().len(), 4, "only the plan's property was planned");

    let stale = apply(&place, "--plan plan.json");
    assert_eq!(stale.code, 1);
    assert!(stale.stderr.contains("stale"), "{}", stale.stderr);
}

#[test]
fn a_plan_of_another_manifest_is_refused() {
    let place = quickstart();
    place.run("--diff --sandbox world.yaml --out plan.json");
    let place = place.file("reconcile.yaml", format!("{MANIFEST}\n# edited\n"));
    let refused = apply(&place, "--plan plan.json");
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("the manifest is not the one"), "{}", refused.stderr);
}

#[test]
fn a_guard_holds_back_what_is_taken_and_lets_through_what_is_given() {
    let strict = MANIFEST.replace(
        "  provision_ahead_days: 7",
        "  provision_ahead_days: 7\n  guard: { max_revokes: 0, max_revoke_percent: 0 }",
    );
    let place = with_manifest(&strict);
    let outcome = place.run("--diff --sandbox world.yaml --format json");
    assert_eq!(outcome.code, 4);
    let held: Value = serde_json::from_str(&outcome.stdout).unwrap();
    // The end of 990004 stood in Brivo already and has come: only the student's loss counts.
    assert_eq!(held["guards"][0]["revokes"], 0);
    assert_eq!((&held["guards"][1]["tripped"], &held["guards"][1]["revokes"]), (&true.into(), &1.into()));
    let student =
        held["changes"].as_array().unwrap().iter().find(|c| c["external_id"] == "entrata:990103").unwrap();
    assert_eq!(student["before"]["groups"], student["after"]["groups"]);
    assert_eq!(student["before"]["effective_to"], student["after"]["effective_to"]);
    assert_eq!(student["after"]["first_name"], "Dora", "what takes nothing goes on");
    let text = place.run("--diff --sandbox world.yaml").stdout;
    assert!(text.contains("--allow-revokes 500002=1"), "{text}");
    let through = plan(&place, "--allow-revokes 500002=1");
    let student =
        through["changes"].as_array().unwrap().iter().find(|c| c["external_id"] == "entrata:990103");
    assert_ne!(student.unwrap()["before"]["groups"], student.unwrap()["after"]["groups"]);

    let applied = apply(&place, "--format json");
    assert_eq!(applied.code, 4);
    let document: Value = serde_json::from_str(&applied.stdout).unwrap();
    let results = document["results"].as_array().unwrap();
    let held: Vec<&Value> = results.iter().filter(|result| result["status"] == "held").collect();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0]["external_id"], "entrata:990103");
}

#[test]
fn the_journal_records_each_change_before_and_after() {
    let place = quickstart();
    apply(&place, "--journal audit.jsonl");
    let journal = place.read("audit.jsonl");
    let records: Vec<Value> = journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 10);
    assert_eq!(records.iter().filter(|record| record["status"] == "started").count(), 5);
    assert_eq!(records.iter().filter(|record| record["status"] == "applied").count(), 5);
}

#[test]
fn one_person_can_be_planned_alone() {
    let one = plan(&quickstart(), "--customer 990004");
    assert_eq!(changes(&one), ["revoke 990004 T14"]);
    let people: Vec<&Value> = one["findings"].as_array().unwrap().iter().map(|f| &f["external_id"]).collect();
    assert!(people.iter().all(|person| **person == "entrata:990004"), "{people:?}");
}

#[test]
fn time_alone_is_told_as_the_cause() {
    let plan = plan(&quickstart(), "");
    let causes: Vec<&str> =
        plan["changes"].as_array().unwrap().iter().map(|change| change["cause"].as_str().unwrap()).collect();
    assert_eq!(causes, ["entrata", "clock", "entrata", "entrata", "entrata"]);
}
