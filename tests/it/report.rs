//! Reports as those get them who have to answer for who can open what.

use serde_json::Value;

use crate::support::Workplace;

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");
const OVERRIDE: &str = "
overrides:
  - { customer: 990003, effect: suspend, reason: \"=cmd, LEG-1\", owner: legal@example.com, until: 2029-12-31 }
";

fn quickstart() -> Workplace {
    Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", WORLD)
}

fn review(place: &Workplace) -> Value {
    let outcome = place.run("report access-review --sandbox world.yaml --format json");
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
}

/// Group, leases, end and exceptions of each row of a person.
fn of(review: &Value, person: &str) -> Vec<String> {
    let rows = review["rows"].as_array().unwrap().iter().filter(|row| row["external_id"] == person);
    let words = |value: &Value| match value {
        Value::Array(values) => {
            values.iter().map(|one| one.as_str().unwrap()).collect::<Vec<_>>().join(" + ")
        }
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Object(_)) => other.to_string(),
    };
    rows.map(|row| ["group", "lease_id", "until", "exceptions"].map(|key| words(&row[key])).join(" | "))
        .collect()
}

#[test]
fn every_access_is_justified_by_a_lease_or_an_exception() {
    let review = review(&quickstart());
    assert_eq!(
        of(&review, "entrata:990005"),
        ["Alder 201 | 900004 | 2026-03-04T18:00:00Z | ", "Alder Residents | 900004 + 900005 | - | "]
    );
    assert_eq!(
        of(&review, "entrata:990004")[0],
        "Alder 103 | 900003 | 2026-02-28T18:00:00Z | no lease gives it"
    );
    assert_eq!(of(&review, "entrata:990007")[0], "Alder 203 | 900007 | - | holdover");
    assert_eq!(
        of(&review, "entrata:990102")[0],
        "Birch 302 | 900102 | 2026-02-15T23:00:00Z | no lease gives it + frozen"
    );
    assert_eq!(of(&review, "entrata:990103")[2], "Birch Bed 303-B |  | - | no lease gives it");
    let rows = review["rows"].as_array().unwrap();
    let by_hand: Vec<&Value> = rows.iter().filter(|row| row["exceptions"][0] == "made by hand").collect();
    assert_eq!(by_hand.len(), 2);
    assert_eq!(
        (&by_hand[0]["name"], &by_hand[0]["group"]),
        (&"Mona Manager".into(), &"Alder Residents".into())
    );
    for row in rows {
        let is_marked = !row["exceptions"].as_array().unwrap().is_empty();
        let has_lease = !row["lease_id"].as_array().unwrap().is_empty() && row["justification"].is_string();
        assert!(is_marked || has_lease, "{row}");
    }
}

#[test]
fn the_review_says_of_what_it_is_and_who_made_it() {
    let place = quickstart().env("GITHUB_ACTOR", "auditor");
    let review = review(&place);
    assert_eq!((&review["as_of"], &review["run_by"]), (&"2026-03-01T18:00:00Z".into(), &"auditor".into()));
    assert_eq!(review["tool_version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(review["manifest_sha256"].as_str().unwrap().len(), 64);
    let csv = place.run("report access-review --sandbox world.yaml --format csv").stdout;
    let mut lines = csv.split("\r\n");
    let head = lines.next().unwrap();
    assert!(
        head.starts_with("property_id,property,external_id,")
            && head.ends_with(",tool_version,manifest,manifest_sha256"),
        "{head}"
    );
    assert!(lines.next().unwrap().contains(",2026-03-01T18:00:00Z,"));
}

#[test]
fn overrides_and_cards_of_those_who_have_left_are_exceptions() {
    let place = quickstart().file("reconcile.yaml", format!("{MANIFEST}{OVERRIDE}"));
    assert_eq!(
        of(&review(&place), "entrata:990003")[0],
        "Alder 102 | 900002 | - | no lease gives it + override"
    );
    place.run("--apply --yes --sandbox world.yaml");
    let after = review(&place);
    assert_eq!(of(&after, "entrata:990004"), ["- |  | - | credentials remain"]);
    assert_eq!(of(&after, "entrata:990003"), ["- |  | - | override + suspended + credentials remain"]);
    let suspended =
        after["rows"].as_array().unwrap().iter().find(|row| row["external_id"] == "entrata:990003");
    let told = suspended.map(|row| (&row["override_effect"], &row["override_owner"])).unwrap();
    assert_eq!(told, (&"suspend".into(), &"legal@example.com".into()));
    let csv = place.run("report access-review --sandbox world.yaml --format csv").stdout;
    assert!(csv.contains("\"'=cmd, LEG-1\"") && !csv.contains(",=cmd"), "{csv}");
}

#[test]
fn a_review_names_nobody_where_that_is_asked() {
    for format in ["text", "json", "markdown", "html", "csv"] {
        let outcome = quickstart()
            .run(&format!("report access-review --sandbox world.yaml --pii hide --format {format}"));
        assert!(outcome.stdout.contains("entrata:990003"), "{outcome:?}");
        for name in ["Sam", "Stayer", "Mona", "Manager"] {
            assert!(!outcome.stdout.contains(name), "{format} tells {name}");
        }
    }
}

#[test]
fn a_journal_is_told_change_by_change() {
    let place = quickstart();
    place.run("--apply --yes --sandbox world.yaml --journal audit.jsonl");
    let read = |flags: &str| -> Value {
        let outcome = place.run(&format!("report journal --journal audit.jsonl --format json {flags}"));
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
    };
    let all = read("");
    assert_eq!(
        (&all["changes"], &all["applied"], &all["open"], &all["torn_lines"]),
        (&5.into(), &5.into(), &0.into(), &0.into())
    );
    assert_eq!((&all["revocations_timed"], &all["revocations_shut_by_date"]), (&1.into(), &1.into()));
    let one = read("--customer 990004 reconcile.yaml");
    let row = &one["rows"][0];
    assert_eq!(
        (&one["changes"], &row["action"], &row["shut_by_date"]),
        (&1.into(), &"revoke".into(), &"yes".into())
    );
    assert!(row["latency_seconds"].as_u64() > Some(0), "{row}");
    assert_eq!(read("--customer 90004")["changes"], 0, "a part of an id is not the id");
    assert_eq!(read("--since 2020-01-01 --until 2020-12-31")["changes"], 0);
    let hidden = place.run("report journal --journal audit.jsonl --pii hide").stdout;
    assert!(hidden.contains("entrata:990004") && !hidden.contains("Noel"), "{hidden}");
}

#[test]
fn what_is_not_there_is_told_with_what_was_meant() {
    let place = quickstart();
    let misspelt = place.run("report acess-review");
    assert_eq!(misspelt.code, 1);
    assert!(misspelt.stderr.contains("'access-review'"), "{}", misspelt.stderr);
    let missing = place.run("report journal --journal nowhere.jsonl");
    assert_eq!(missing.code, 1);
    assert!(
        missing.stderr.contains("nowhere.jsonl") && missing.stderr.contains("--apply --journal"),
        "{}",
        missing.stderr
    );
}

#[test]
fn what_is_held_although_nothing_gives_it_says_why_it_stays() {
    let place = Workplace::new()
        .file("reconcile.yaml", include_str!("data/review.yaml"))
        .file("world.yaml", include_str!("data/review.world.yaml"));
    let review = review(&place);
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let rows: Vec<String> = review["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let marks: Vec<String> = row["exceptions"].as_array().unwrap().iter().map(text).collect();
            let id = text(&row["external_id"]);
            let id = id.trim_start_matches("entrata:");
            format!("{} {id} {}: {}", row["property_id"], text(&row["group"]), marks.join(" + "))
        })
        .collect();
    assert_eq!(
        rows,
        [
            "500001 990001 Alder 101: ",
            "500001 990001 Alder Residents: ",
            "500001 990001 Old Gate: no lease gives it",
            "500001 990002 Alder 102: no lease gives it",
            "500001 990002 Alder Residents: no lease gives it",
            "500002 990001 Birch Residents: no lease gives it",
            "500002 990003 Birch 7: ",
            "500002 990003 Birch Residents: ",
            "null 990005 -: credentials remain",
            "null 990006 Old Gate: no lease gives it",
            "null 990008 -: override",
        ]
    );
    let because = |review: &Value, at: usize| text(&review["rows"][at]["justification"]);
    assert_eq!(because(&review, 2), "-", "the group left the manifest, and a guard holds it back");
    assert!(because(&review, 3).starts_with("T14 the end date 2026-02-28 has lapsed"), "{review}");
    let strict = include_str!("data/review.yaml");
    let lenient = strict.replace("{ max_revokes: 0, max_revoke_percent: 0 }", "{ max_revokes: 9 }");
    assert_ne!(lenient, strict);
    let review = self::review(&place.file("reconcile.yaml", lenient));
    assert!(because(&review, 2).contains("no lease gives it: the next apply takes it"), "{review}");
}
