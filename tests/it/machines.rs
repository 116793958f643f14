//! What a run tells programs beside its result: events, metrics, `JUnit`, the files of GitHub Actions, GitLab's code quality.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::support::Workplace;

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

fn quickstart() -> Workplace {
    Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", WORLD)
}

/// The lines of the events file, each valid by the schema.
fn events(place: &Workplace) -> Vec<Value> {
    let schema: Value = serde_json::from_str(include_str!("../../schemas/events.schema.json")).unwrap();
    let validator = jsonschema::draft202012::options().build(&schema).unwrap();
    let lines: Vec<Value> =
        place.read("events.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines {
        let faults: Vec<String> = validator.iter_errors(line).map(|fault| fault.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new(), "{line}");
    }
    lines
}

fn of_kind<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["event"] == kind).collect()
}

#[test]
fn a_diff_tells_what_it_reads_and_plans() {
    let place = quickstart();
    let run = place.run("--diff --format json --sandbox world.yaml --events events.jsonl");
    assert_eq!(run.code, 3, "{}", run.stderr);
    let plan: Value = serde_json::from_str(&run.stdout).unwrap();
    let events = events(&place);
    assert_eq!((&events[0]["event"], &events[0]["mode"]), (&json!("begin"), &json!("diff")));
    for part in ["entrata", "brivo_lists", "memberships", "details"] {
        let told: Vec<&Value> =
            of_kind(&events, "read").into_iter().filter(|event| event["what"] == part).collect();
        let last = told.last().unwrap_or_else(|| panic!("nothing of {part}"));
        assert_eq!(last["done"], last["of"], "{part} is read to its end");
    }
    let planned = of_kind(&events, "planned");
    assert_eq!(
        (&planned[0]["fingerprint"], &planned[0]["summary"]),
        (&plan["fingerprint"], &plan["summary"])
    );
    assert_eq!((&planned[0]["errors"], &planned[0]["notes"]), (&json!(1), &json!(2)));
    let last = events.last().unwrap();
    assert_eq!((&last["event"], &last["exit"], &last["error"]), (&json!("end"), &json!(3), &Value::Null));
}

#[test]
fn an_apply_tells_of_each_person_without_a_name() {
    let place = quickstart();
    let run = place.run("--apply --yes --pii show --sandbox world.yaml --events events.jsonl");
    assert_eq!(run.code, 3, "{}", run.stderr);
    let events = events(&place);
    let people = |kind| -> Vec<String> {
        let mut people: Vec<String> =
            of_kind(&events, kind).iter().map(|event| event["external_id"].to_string()).collect();
        people.sort();
        people
    };
    assert_eq!(people("writing").len(), 5);
    assert_eq!(people("writing"), people("written"));
    let text = place.read("events.jsonl");
    assert!(!text.contains("Rosa") && !text.contains("example.com"), "{text}");
}

#[test]
fn what_fails_and_what_waits_is_told() {
    let world = WORLD.replacen("\nbrivo:\n", "\nbrivo:\n  administrator: { read_only: true }\n", 1);
    let place = quickstart().file("world.yaml", world);
    let run =
        place.run("--apply --yes --sandbox world.yaml --events events.jsonl --metrics m.prom --junit j.xml");
    assert_eq!(run.code, 3, "{}", run.stderr);
    let events = events(&place);
    let failed = of_kind(&events, "failed");
    assert_eq!(failed.len(), 5);
    assert!(failed[0]["error"].as_str().unwrap().contains("does not allow"), "{}", failed[0]);
    assert!(place.read("m.prom").contains("\nreconcile_results{status=\"failed\"} 5\n"));
    assert!(!place.read("m.prom").contains("last_success"), "a run with failed writes is no success");
    assert!(place.read("j.xml").contains("<testsuite name=\"writes\" tests=\"6\" failures=\"5\">"));
}

#[test]
fn a_run_that_cannot_begin_ends_with_its_error() {
    let place = quickstart().file("reconcile.yaml", "version: 1\n");
    let run = place.run("--diff --events events.jsonl --metrics run.prom --junit run.xml");
    assert_eq!(run.code, 1);
    let events = events(&place);
    let end = events.last().unwrap();
    assert_eq!((&end["exit"], &end["error"]["code"]), (&json!(1), &json!("manifest::faults")));
    assert!(place.read("run.prom").contains("\nreconcile_exit_code 1\n"));
    assert!(place.read("run.xml").contains("failures=\"1\""));
}

#[test]
fn metrics_are_replaced_whole_and_readable_by_the_collector() {
    let place = quickstart();
    for run in 0..2 {
        let outcome = place.run("--diff --sandbox world.yaml --metrics run.prom --junit run.xml");
        assert_eq!((outcome.code, outcome.stderr.as_str()), (3, ""), "run {run}");
    }
    let page = place.read("run.prom");
    assert_eq!(page.matches("\nreconcile_exit_code 3\n").count(), 1, "{page}");
    assert!(page.contains("\nreconcile_people{state=\"frozen\"} 1\n"), "{page}");
    assert!(page.contains("\nreconcile_changes{action=\"update\"} 3\n"), "{page}");
    assert!(!page.contains("reconcile_calls{service=\"brivo\"} 0"), "{page}");
    let mode = std::fs::metadata(place.path("run.prom")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
    assert!(place.read("run.xml").contains("entrata:990102"));
}

#[test]
fn a_file_beside_the_result_that_cannot_be_written_is_a_warning() {
    let place = quickstart().env("GITHUB_OUTPUT", "no/such/folder");
    let fine = quickstart().run("--diff --sandbox world.yaml");
    let run = place.run("--diff --sandbox world.yaml --metrics no/such/folder --junit no/such/folder");
    assert_eq!((run.code, run.stdout), (fine.code, fine.stdout));
    assert_eq!(run.stderr.matches("output::unwritten").count(), 3, "{}", run.stderr);
    let run = place.run("--diff --sandbox world.yaml --events no/such/folder");
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "nothing was begun");
    assert!(run.stderr.contains("events::open"), "{}", run.stderr);
}

#[test]
fn github_gets_outputs_a_summary_and_annotations() {
    let place = quickstart()
        .env("CI", "true")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_OUTPUT", "output.txt")
        .env("GITHUB_STEP_SUMMARY", "summary.md")
        .file("output.txt", "earlier=1\n")
        .file("summary.md", "earlier\n");
    let run = place.run("--diff --detailed-exitcode --sandbox world.yaml --format json");
    assert_eq!(run.code, 3);
    let plan: Value = serde_json::from_str(&run.stdout).unwrap();
    let output = place.read("output.txt");
    let hash = plan["fingerprint"].as_str().unwrap();
    assert!(
        output.starts_with("earlier=1\nexit=3\nchanges=5\ncreates=1\nupdates=3\nrevokes=1\n"),
        "{output}"
    );
    assert!(output.contains(&format!("\nplan_hash={hash}\n")), "{output}");
    let summary = place.read("summary.md");
    assert!(summary.starts_with("earlier\n<!-- reconcile plan -->\n### Doors: "), "{summary}");
    assert!(!summary.contains("Rosa"), "CI hides names");

    let place = place.file("reconcile.yaml", MANIFEST.replacen("America/Denver", "America/Denvr", 1));
    for command in ["validate", "--diff --sandbox world.yaml"] {
        let run = place.run(command);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""));
        let line = run.stderr.lines().find(|line| line.starts_with("::error ")).unwrap();
        assert!(
            line.starts_with("::error file=reconcile.yaml,line=35,col=16,title=manifest%3A%3A"),
            "{line}"
        );
    }
}

#[test]
fn a_summary_that_is_full_stays_as_it_is() {
    let place = quickstart()
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", "summary.md")
        .file("summary.md", "x".repeat((1 << 20) - 200));
    assert_eq!(place.run("--diff --sandbox world.yaml").code, 3);
    let summary = place.read("summary.md");
    assert!(summary.len() < 1 << 20 && summary.ends_with("see the log._\n"));
    let full = place.file("summary.md", "x".repeat(1 << 20));
    assert_eq!(full.run("--diff --sandbox world.yaml").code, 3);
    assert_eq!(full.read("summary.md").len(), 1 << 20);
}

#[test]
fn gitlab_gets_a_code_quality_report() {
    let place = quickstart();
    assert_eq!(place.run("validate --code-quality quality.json").code, 0);
    assert_eq!(place.read("quality.json"), "[]\n");
    let place = place.file("reconcile.yaml", MANIFEST.replacen("America/Denver", "America/Denvr", 1));
    assert_eq!(place.run("validate --code-quality quality.json").code, 1);
    let rows: Value = serde_json::from_str(&place.read("quality.json")).unwrap();
    assert_eq!(rows[0]["location"], json!({ "path": "reconcile.yaml", "lines": { "begin": 35 } }));
    assert_eq!(rows.as_array().unwrap().len(), 1);
}
