//! What Brivo answers is no proof: what was written is read again.

use serde_json::Value;

use crate::support::Workplace;

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

/// The quickstart's world, in which this goes wrong.
fn with_fault(fault: &str) -> Workplace {
    let world = format!("{WORLD}\nfaults: [{fault}]\n");
    Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", world)
}

/// The errors of the results, by person.
fn errors(applied: &Value) -> Vec<(&str, &str)> {
    let results = applied["results"].as_array().unwrap().iter();
    results.filter_map(|one| Some((one["external_id"].as_str()?, one["error"].as_str()?))).collect()
}

#[test]
fn a_write_that_brivo_forgets_is_told_and_the_next_run_makes_it() {
    for (call, person, unlike) in [
        ("PUT /v1/api/users/15700103", "entrata:990103", "the name, the end"),
        ("POST /v1/api/users/15700006/groups", "entrata:990006", "groups"),
        ("PUT /v1/api/users/15700005/credentials/*", "entrata:990005", "dates of credentials"),
    ] {
        let place = with_fault(&format!("{{ match: '{call}', then: {{ ignore: true }} }}"));
        let outcome = place.run("--apply --yes --sandbox world.yaml --format json --journal journal.jsonl");
        assert_eq!(outcome.code, 3, "{call}: {outcome:?}");
        let applied: Value = serde_json::from_str(&outcome.stdout).unwrap();
        let told = format!("written, but Brivo shows otherwise: {unlike}; the next run decides anew");
        assert_eq!(errors(&applied), [(person, told.as_str())], "{call}");
        let journal = place.read("journal.jsonl");
        let failed: Vec<&str> = journal.lines().filter(|line| line.contains("\"failed\"")).collect();
        assert!(matches!(failed[..], [one] if one.contains(&told) && one.contains(person)), "{failed:?}");

        let place = place.file("world.yaml", WORLD);
        let again = place.run("--apply --yes --sandbox world.yaml --format json");
        let again: Value = serde_json::from_str(&again.stdout).unwrap();
        assert_eq!(again["changes"].as_array().unwrap().len(), 1, "{call}");
        assert_eq!(errors(&again), []);
    }
}

#[test]
fn what_the_proof_costs_is_among_the_calls_that_are_foretold() {
    let place = with_fault("");
    let count =
        |outcome: crate::support::Outcome| -> Value { serde_json::from_str(&outcome.stdout).unwrap() };
    let plan = count(place.run("--diff --sandbox world.yaml --format json --customer 990006"));
    assert_eq!(plan["changes"].as_array().unwrap().len(), 1);
    assert_eq!(plan["calls"]["to_apply"], 2, "the groups are written and read again");
}
