use insta::assert_snapshot;
use miette::{LabeledSpan, MietteDiagnostic, NamedSource, Report};

use super::annotation::command;
use super::code_quality;
use super::{Place, Problem, Weight, problems};

const TEXT: &str = "version: 1\nproperties:\n  - id: 500001\n    time_zone: America/Chicgo\n";

fn slip() -> Report {
    let at = TEXT.find("America").unwrap();
    let slip = MietteDiagnostic::new("`America/Chicgo` is no time zone")
        .with_code("manifest::time_zone")
        .with_help("did you mean America/Chicago?")
        .with_label(LabeledSpan::new_with_span(None, at..at + 14));
    Report::new(slip).with_source_code(NamedSource::new("doors/alder, row.yaml", TEXT))
}

fn bare(message: &str) -> Problem {
    Problem { code: None, weight: Weight::Warning, message: message.to_owned(), help: None, place: None }
}

#[test]
fn a_problem_knows_its_place() {
    let found = problems(slip().as_ref());
    let place = Place { file: "doors/alder, row.yaml".to_owned(), line: 4, column: 16 };
    assert_eq!(found[0].place, Some(place));
}

#[test]
fn github_shows_it_at_its_line() {
    let line = command(&problems(slip().as_ref())[0]);
    assert_snapshot!(line, @r#"
    ::error file=doors/alder%2C row.yaml,line=4,col=16,title=manifest%3A%3Atime_zone::`America/Chicgo` is no time zone%0Adid you mean America/Chicago?
    "#);
}

#[test]
fn nothing_hostile_becomes_a_command_of_its_own() {
    let line = command(&bare("50%\n::add-mask::x\r\u{1b}[31m"));
    assert_eq!(line, "::warning::50%25%0A::add-mask::x%0D\\u{1b}[31m\n");
}

#[test]
fn gitlab_gets_a_row_each_with_a_fingerprint_of_its_own() {
    let mut found = problems(slip().as_ref());
    found.extend([bare("twice"), bare("twice")]);
    let report = code_quality::write(&found, "doors").unwrap();
    let rows: Vec<serde_json::Value> = serde_json::from_str(&report).unwrap();
    assert_eq!(
        rows[0]["location"],
        serde_json::json!({ "path": "doors/alder, row.yaml", "lines": { "begin": 4 } })
    );
    assert_eq!((&rows[0]["severity"], &rows[1]["severity"]), (&"critical".into(), &"minor".into()));
    assert_eq!(rows[1]["location"]["path"], "doors");
    assert_ne!(rows[1]["fingerprint"], rows[2]["fingerprint"]);
    assert_eq!(code_quality::write(&[], "doors").unwrap(), "[]\n");
}
