//! The schemas that are committed are those of the types, and what is valid by them is valid.

use serde_json::Value;

use crate::support::Workplace;

const MANIFEST: &str = include_str!("../../schemas/manifest.schema.json");
const PLAN: &str = include_str!("../../schemas/plan.schema.json");
const EVENTS: &str = include_str!("../../schemas/events.schema.json");

fn manifest_validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(MANIFEST).unwrap();
    jsonschema::draft202012::options().should_validate_formats(false).build(&schema).unwrap()
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

#[test]
fn committed_schemas_are_those_of_the_types() {
    for (document, committed) in [("manifest", MANIFEST), ("plan", PLAN), ("events", EVENTS)] {
        let made = Workplace::new().run(&format!("schema {document}"));
        assert_eq!(made.code, 0, "{}", made.stderr);
        assert!(
            made.stdout == committed,
            "run: cargo run -- schema {document} > schemas/{document}.schema.json"
        );
    }
}

#[test]
fn whole_manifests_are_valid() {
    let validator = manifest_validator();
    for text in [
        include_str!("manifests/whole.yaml"),
        include_str!("manifests/least.yaml"),
        include_str!("../../examples/quickstart/reconcile.yaml"),
    ] {
        let faults: Vec<String> = validator.iter_errors(&yaml(text)).map(|fault| fault.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}

#[test]
fn an_editor_finds_the_same_slips() {
    let validator = manifest_validator();
    for (right, wrong) in [
        ("version: 1", "version: 2"),
        ("start_time: \"10:00\"", "start_time: \"24:00\""),
        ("end_date: move_out", "end_date: movein"),
        ("time_zone: America/Chicago", "time_zone: America/Chicgo"),
        ("country: US", "country: USA"),
        ("max_revokes: 5", "max_revokes: many"),
        ("calls_per_second: 20", "calls_per_second: 0"),
        ("hold_group: Hold", "hold_groop: Hold"),
        ("    owner: legal@alder.example\n", ""),
        ("brivo_user: 15620417", "brivo_user: nobody"),
        ("plan_max_age: 1h", "plan_max_age: 1"),
        ("effect: freeze", "effect: thaw"),
    ] {
        let whole = include_str!("manifests/whole.yaml").replace("effect: revoke   ", "effect: freeze   ");
        let broken = whole.replacen(right, wrong, 1);
        assert_ne!(broken, whole, "{right} is not in the example");
        assert!(!validator.is_valid(&yaml(&broken)), "{wrong} is valid");
    }
}

#[test]
fn every_key_says_what_it_is_for() {
    let schema: Value = serde_json::from_str(MANIFEST).unwrap();
    let mut objects = vec![&schema];
    objects.extend(schema["$defs"].as_object().unwrap().values());
    for object in objects {
        for (key, value) in object.get("properties").and_then(Value::as_object).into_iter().flatten() {
            assert!(value["description"].is_string(), "{key} has no description");
        }
    }
}
