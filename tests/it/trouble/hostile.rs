//! Names that would speak to a terminal, a CI or a page are shown as what they are (P13).

use serde_json::json;

use crate::support::Workplace;

/// What terminals, CI logs and pages obey: colours, a bell, a line of its own, a workflow command, marks that turn a line around,
/// the C1 form of an escape.
const HOSTILE: &str = "Eve\u{1b}[31m\u{7}\u{202e}\u{2066}\u{9b}31m\r\n::error file=a::b ##[error]c <img src=x onerror=a> [d](javascript:e) @all";

fn world() -> String {
    let person = |id: u64| json!({ "id": id, "first": HOSTILE, "last": HOSTILE, "email": "e@example.com" });
    let lease = |id: u64, status: &str| {
        json!({ "id": id, "property": 1, "unit": HOSTILE, "status": status, "move_in": "2026-01-01",
            "term": ["2026-01-01", "2027-01-01"], "residents": [person(id + 1), person(id + 2)] })
    };
    let world = json!({
        "as_of": "2026-03-01T18:00:00Z",
        "properties": [{ "id": 1, "name": HOSTILE, "units": [{ "number": HOSTILE, "building": HOSTILE }] }],
        "leases": [lease(10, "Current"), lease(20, "Notice"), lease(30, HOSTILE)],
        "brivo": {
            "groups": [{ "name": HOSTILE, "id": 7 }, "Alder"],
            "users": [
                { "id": 5, "external_id": "entrata:99", "first": HOSTILE, "last": HOSTILE, "groups": [7, "Alder"] },
                { "id": 6, "first": HOSTILE, "last": HOSTILE, "groups": ["Alder"] },
                { "id": 8, "external_id": format!("entrata:{HOSTILE}"), "first": "A", "last": "B", "groups": ["Alder"] },
            ],
        },
    });
    ascii(&world)
}

/// JSON without any character that YAML does not take raw.
fn ascii(value: &serde_json::Value) -> String {
    let escaped = |c: char| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) };
    value.to_string().chars().map(escaped).collect()
}

fn manifest() -> String {
    json!({
        "version": 1,
        "entrata": { "url": "https://apis.entrata.com/ext/orgs/alder/v1" },
        "properties": [{ "id": 1, "name": "Alder Court", "time_zone": "America/Chicago", "groups": ["Alder"],
            "units": [{ "match": "*", "groups": [7] }] }],
    })
    .to_string()
}

fn is_harmless(what: &str, text: &str) {
    for (number, line) in text.split('\n').enumerate() {
        let obeyed = line.chars().find(|c| {
            c.is_control() || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        });
        assert_eq!(obeyed, None, "{what}, line {}: {line:?}", number + 1);
        let begins = line.trim_start();
        assert!(!begins.starts_with("::") && !line.contains("##["), "{what}, line {}: {line}", number + 1);
    }
}

#[test]
fn they_are_harmless_in_every_format_of_every_command() {
    let place = Workplace::new().file("world.yaml", world()).file("manifest.yaml", manifest());
    for arguments in [
        "--diff -vv --sandbox world.yaml manifest.yaml",
        "--diff -vv --log json --sandbox world.yaml --format json manifest.yaml --upcoming 300d",
        "--diff --sandbox world.yaml --format markdown manifest.yaml",
        "--diff --sandbox world.yaml --format html manifest.yaml",
        "explain --customer 11 --sandbox world.yaml manifest.yaml",
        "adopt --sandbox world.yaml manifest.yaml",
        "--apply -vv --yes --sandbox world.yaml --journal journal.jsonl --allow-revokes 1=9 manifest.yaml",
    ] {
        let outcome = place.run(arguments);
        assert!(
            outcome.stdout.contains("Eve") || outcome.stdout.contains("entrata:"),
            "{arguments}: {outcome:?}"
        );
        is_harmless(&format!("{arguments}: stdout"), &outcome.stdout);
        is_harmless(&format!("{arguments}: stderr"), &outcome.stderr);
    }
}

#[test]
fn a_manifest_of_a_stranger_is_harmless_when_its_faults_are_shown() {
    let hostile = HOSTILE.replace("\r\n", "");
    for manifest in [
        format!("version: 1\n# {hostile}\nentrate: {{ url: \"{hostile}\" }} # {hostile}\n"),
        json!({ "version": 1, hostile.as_str(): 1, "defaults": { "start_time": HOSTILE } }).to_string(),
        json!({ "version": 1, "properties": [{ "id": 1, "name": HOSTILE, "time_zone": HOSTILE, "groups": [HOSTILE] }] }).to_string(),
    ] {
        let place = Workplace::new().file("manifest.yaml", &manifest);
        let outcome = place.run("validate manifest.yaml");
        assert_eq!(outcome.code, 1, "{outcome:?}");
        is_harmless(&manifest, &outcome.stderr);
        is_harmless(&manifest, &outcome.stdout);
    }
}
