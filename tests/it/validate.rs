//! `validate`: every mistake has a name, a place and a fix; all of them are told at once.

mod mistakes;

use crate::support::{Outcome, Workplace};
use mistakes::{LEAST, Mistake};

fn validate(files: &[(&str, &str)]) -> Outcome {
    let path = if files.len() == 1 { files[0].0 } else { "." };
    let place = files.iter().fold(Workplace::new(), |place, (name, text)| place.file(name, text));
    place.run(&format!("validate {path}"))
}

fn line_of(text: &str, part: &str) -> usize {
    let at = text.find(part).unwrap_or_else(|| panic!("no {part} in {text}"));
    1 + text[..at].matches('\n').count()
}

/// The report about a code: from its name to the next one.
fn report<'o>(stderr: &'o str, code: &str) -> Option<&'o str> {
    let start = stderr
        .match_indices(code)
        .map(|(at, _)| at)
        .find(|at| stderr[at + code.len()..].starts_with('\n'))?;
    let rest = &stderr[start..];
    Some(rest.find("\nError: ").or(rest.find("\nWarning: ")).map_or(rest, |end| &rest[..end]))
}

/// What the outcome fails to tell of a mistake.
fn untold(mistake: &Mistake, outcome: &Outcome) -> Option<String> {
    let Mistake { text, code, at, fix } = mistake;
    let stderr = &outcome.stderr;
    let place = format!("[reconcile.yaml:{}:", line_of(text, at));
    let Some(told) = report(stderr, code) else { return Some(format!("{code} at `{at}` in:\n{stderr}")) };
    let help = told.split("help: ").nth(1).unwrap_or_default();
    let is_told = told.contains(&place) && help.contains(fix) && !stderr.contains("panicked");
    (!is_told).then(|| format!("{place} or «{fix}» for `{at}` in:\n{told}"))
}

#[test]
fn every_mistake_is_told_with_its_place_and_its_fix() {
    let mistakes = mistakes::errors();
    assert!(mistakes.len() > 100, "{}", mistakes.len());
    let mut all_untold = Vec::new();
    for mistake in &mistakes {
        let outcome = validate(&[("reconcile.yaml", &mistake.text)]);
        all_untold.extend(untold(mistake, &outcome));
        assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""), "{}", mistake.code);
        assert!(!outcome.stderr.contains("hunter2"), "a secret is shown:\n{}", outcome.stderr);
    }
    assert!(all_untold.is_empty(), "not told:\n{}", all_untold.join("\n"));
}

#[test]
fn warnings_leave_the_exit_as_it_is() {
    for warning in mistakes::warnings() {
        let outcome = validate(&[("reconcile.yaml", &warning.text)]);
        assert_eq!(untold(&warning, &outcome), None);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        assert!(outcome.stdout.starts_with("reconcile.yaml: 1 file, 1 property"), "{}", outcome.stdout);
    }
}

#[test]
fn a_good_manifest_is_one_line_on_stdout() {
    let outcome = validate(&[("reconcile.yaml", LEAST)]);
    let line = "reconcile.yaml: 1 file, 1 property, 0 unit entries, 0 overrides, 0 adoptions, 0 decommission entries\n";
    assert_eq!((outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()), (0, line, ""));
    let default = Workplace::new().file("reconcile.yaml", LEAST).run("validate");
    assert_eq!(default.stdout, line);
}

#[test]
fn all_mistakes_of_all_files_are_told_at_once() {
    let outcome = validate(&[
        (
            "a.yaml",
            "version: 1\nentrata: { url: \"http://a.example\" }\ndefaults: { end_tme: 1, start_time: noon }\n",
        ),
        (
            "b.yml",
            "version: 1\nentrata: { url: \"https://b.example/v1\" }\nproperties: [ { id: 1, name: ~ }, { id: 1 } ]\n",
        ),
        ("c.yaml", "version: 1\n\tx\n"),
        ("deeper/d.yaml", "not: read\n"),
    ]);
    assert_eq!(outcome.code, 1);
    for (code, place) in [
        ("manifest::bad_address", "a.yaml:2:17"),
        ("manifest::unknown_key", "a.yaml:3:13"),
        ("manifest::bad_hour", "a.yaml:3:37"),
        ("manifest::duplicate_section", "b.yml:2:1"),
        ("manifest::empty_value", "b.yml:3:30"),
        ("manifest::missing_key", "b.yml:3:17"),
        ("manifest::duplicate_property", "b.yml:3:41"),
        ("manifest::tab", "c.yaml:2:1"),
    ] {
        assert!(report(&outcome.stderr, code).is_some(), "{code}:\n{}", outcome.stderr);
        assert!(outcome.stderr.contains(place), "{place}:\n{}", outcome.stderr);
    }
    assert!(!outcome.stderr.contains("d.yaml"), "{}", outcome.stderr);
}

#[test]
fn a_directory_is_one_manifest() {
    let (head, properties) = LEAST.split_at(LEAST.find("properties").unwrap());
    let birch =
        "version: 1\nproperties: [ { id: 500002, name: Birch, time_zone: America/Denver, groups: [B] } ]\n";
    let outcome = validate(&[
        ("0-services.yaml", head),
        ("alder.yaml", &format!("version: 1\n{properties}")),
        ("birch.yml", birch),
    ]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.starts_with(".: 3 files, 2 properties"), "{}", outcome.stdout);
    let twice = validate(&[("a.yaml", LEAST), ("b.yaml", birch), ("c.yaml", birch)]);
    let told = report(&twice.stderr, "manifest::duplicate_property").unwrap_or_default();
    assert!(told.contains("c.yaml:2:") && told.contains("b.yaml:2"), "{}", twice.stderr);
}

#[test]
fn a_file_that_is_none_is_told_too() {
    let place = Workplace::new().file("folder/notes.txt", "x").file("x.yaml", b"version: \xff\n");
    for (arguments, code) in [
        ("validate nowhere.yaml", "manifest::not_found"),
        ("validate", "manifest::not_found"),
        ("validate folder", "manifest::not_found"),
        ("validate x.yaml", "manifest::not_text"),
    ] {
        let outcome = place.run(arguments);
        assert_eq!(outcome.code, 1);
        assert!(report(&outcome.stderr, code).is_some(), "{code}:\n{}", outcome.stderr);
    }
}

#[test]
fn what_is_shown_is_plain_where_nobody_sees_colours() {
    let place = Workplace::new().file("reconcile.yaml", "version: 2\n").env("LANG", "C");
    let outcome = place.run("validate");
    assert!(outcome.stderr.contains("version: 2"), "{}", outcome.stderr);
    assert!(outcome.stderr.is_ascii() && !outcome.stderr.contains('\u{1b}'), "{}", outcome.stderr);
}

#[test]
fn usage_errors_are_errors_and_help_is_a_result() {
    for line in [
        "",
        "--diff --apply",
        "--diff --yes",
        "reconcile.yaml",
        "explain X1",
        "schema world",
        "--apply --as-of 2026-03-01T18:00:00Z",
    ] {
        let outcome = Workplace::new().run(line);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""), "{line}");
        assert!(!outcome.stderr.is_empty(), "{line}");
    }
    for line in ["--help", "--version", "validate --help", "explain t14", "completions bash"] {
        let outcome = Workplace::new().run(line);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{line}");
        assert!(!outcome.stdout.is_empty(), "{line}");
    }
}
