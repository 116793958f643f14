//! Problems as GitLab's code-quality report: shown at their lines in the merge request.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Place, Problem, Weight};
use crate::digest::sha256;
use crate::output::escape;

#[derive(Serialize)]
struct Row<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// The report, a JSON list; `whole` is the file that a problem without a place is told of.
///
/// # Errors
/// When a text can't be told in JSON, which none can't.
pub fn write(problems: &[Problem], whole: &str) -> serde_json::Result<String> {
    let mut seen: BTreeMap<(&str, &str, &str), u32> = BTreeMap::new();
    let rows: Vec<Row<'_>> = problems
        .iter()
        .map(|problem| {
            let nth = seen.entry(key(problem, whole)).or_default();
            *nth += 1;
            row(problem, whole, *nth)
        })
        .collect();
    Ok(escape::json(&serde_json::to_string_pretty(&rows)?) + "\n")
}

/// The same problem keeps its key when lines above it come or go: file, name and message.
fn key<'a>(problem: &'a Problem, whole: &'a str) -> (&'a str, &'a str, &'a str) {
    let file = problem.place.as_ref().map_or(whole, |place| &place.file);
    (file, problem.code.as_deref().unwrap_or("reconcile"), &problem.message)
}

/// The `nth` row of this key.
fn row<'a>(problem: &'a Problem, whole: &'a str, nth: u32) -> Row<'a> {
    let Problem { code: _, weight, message, help, place } = problem;
    let (path, code, _) = key(problem, whole);
    let begin = place.as_ref().map_or(1, |Place { file: _, line, column: _ }| *line);
    let help = help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    Row {
        description: format!("{message}{help}"),
        check_name: code,
        fingerprint: sha256(format!("{path}\0{code}\0{message}\0{nth}")),
        severity: match weight {
            Weight::Error => "critical",
            Weight::Warning => "minor",
        },
        location: Location { path, lines: Lines { begin } },
    }
}
