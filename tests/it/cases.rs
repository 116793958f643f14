//! The decision rules, case by case: each file of `tests/cases` is a world, a manifest and the plan that must come of them. The plan
//! is made by the real clients against the sandbox in this process. `tests/cases/README.md` describes the format.

mod compare;
mod file;
mod run;
mod saved;
mod setting;
mod shown;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, thread};

use reconcile::rules::RuleId;

use file::Case;

/// Rules that no plan shows, or that need more than one plan; where they are proved instead.
const PROVED_ELSEWHERE: &[(RuleId, &str)] = &[
    (RuleId::T27, "the clocks are compared by the commands, before and after a plan"),
    (RuleId::R4, "the order of writes belongs to apply"),
    (RuleId::R5, "a failing write belongs to apply"),
    (RuleId::R6, "a lost answer belongs to apply"),
    (RuleId::R7, "the lock belongs to apply"),
    (RuleId::R8, "a stale plan is refused by apply"),
    (RuleId::R9, "a killed run belongs to apply"),
    (RuleId::R10, "personal data is hidden by the outputs"),
    (RuleId::R11, "secrets are read from the environment by the program"),
    (RuleId::R12, "the journal belongs to apply"),
    (RuleId::R13, "calls are counted over several runs"),
];

#[test]
fn every_case_plans_what_it_says() {
    assert_none_fails(run::problems);
}

#[test]
fn a_plan_that_is_applied_leaves_nothing_to_do() {
    assert_none_fails(run::leftovers);
}

#[test]
fn a_plan_from_a_snapshot_is_the_one_from_the_services() {
    assert_none_fails(saved::differences);
}

#[test]
fn every_rule_has_a_case_or_a_reason_to_have_none() {
    let proved: BTreeSet<RuleId> = case_files().iter().flat_map(|path| read(path).rules).collect();
    let elsewhere: BTreeSet<RuleId> = PROVED_ELSEWHERE.iter().map(|(rule, _)| *rule).collect();
    let missing: Vec<&RuleId> =
        RuleId::ALL.iter().filter(|rule| !proved.contains(rule) && !elsewhere.contains(rule)).collect();
    assert!(missing.is_empty(), "no case names the rules {missing:?}");
    let needless: Vec<&RuleId> = proved.intersection(&elsewhere).collect();
    assert!(needless.is_empty(), "listed as proved elsewhere, but there are cases: {needless:?}");
}

#[test]
fn every_case_is_named_after_a_rule_that_it_proves() {
    for path in case_files() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let rules = read(&path).rules;
        let leads = rules.iter().any(|rule| name.starts_with(&format!("{rule}-")));
        assert!(leads, "{}: the name begins with none of {rules:?}", path.display());
    }
}

/// A case that holds, and what each wrong word in it must lead to.
const HOLDS: &str = "
rule: T11
says: Current without a move-out date has access without an end
as_of: 2026-03-05T18:00:00Z
leases: [{ unit: 101, who: 990001, move_in: 2026-03-01 }, { unit: 102, who: 990002 }]
expect:
  changes:
    - { action: create, person: 990001, groups: [Alder 101, Alder Residents], from: 2026-03-01T16:00:00Z, to: null, rules: [T11] }
    - { action: create, person: 990002, from: null }
  findings: [{ severity: warning, rule: T8, person: 990002, says: without a start }]
";

#[test]
fn a_wrong_expectation_fails() {
    assert_eq!(problems_of(HOLDS), "");
    let wrong = [
        ("from: 2026-03-01T16", "from: 2026-03-01T17", "changes[0].from"),
        ("to: null", "to: 2026-03-09T16:00:00Z", "changes[0].to"),
        ("[Alder 101, Alder Residents]", "[Alder 101]", "changes[0].groups"),
        ("rules: [T11]", "rules: [T12]", "changes[0].rules"),
        ("action: create, person: 990001", "action: update, person: 990001", "changes[0].action"),
        ("    - { action: create, person: 990002, from: null }\n", "", "2 changes"),
        ("{ severity: warning, rule: T8, person: 990002, says: without a start }", "", "T8"),
        ("says: without a start", "says: without an end", "T8"),
        ("severity: warning", "severity: error", "T8"),
        ("expect:\n", "expect:\n  frozen: 1\n", "frozen"),
        ("expect:\n", "expect:\n  next_boundary: 2026-03-09T16:00:00Z\n", "next_boundary"),
        ("expect:\n", "expect:\n  guards: []\n", "guards"),
        ("expect:\n", "expect:\n  fails: no answer\n", "fails"),
        ("expect:\n", "expect:\n  faults: [{ severity: error }]\n", "faults"),
        ("to: null", "unto: null", "unto"),
    ];
    for (right, replaced, told) in wrong {
        assert!(HOLDS.contains(right), "{right} stands in the case");
        let problems = problems_of(&HOLDS.replacen(right, replaced, 1));
        assert!(problems.contains(told), "`{replaced}` must be told with `{told}`, but: {problems}");
    }
}

#[test]
fn a_case_that_means_nothing_is_refused() {
    for (text, told) in [
        (HOLDS.replace("rule: T11", "rule: T99"), "T99"),
        (HOLDS.replace("leases:", "lease:"), "lease"),
        (HOLDS.replace("rules: [T11]", "rules: [T98]"), "T98"),
        (HOLDS.replace("expect:", "then: [{ applied: true }]\nexpect:"), "applied"),
    ] {
        let refused = Case::parse(&text).map(|case| run::problems(&case).join("\n"));
        let told_of = refused.unwrap_or_else(|problem| problem);
        assert!(told_of.contains(told), "{told_of}");
    }
}

fn problems_of(text: &str) -> String {
    run::problems(&Case::parse(text).unwrap()).join("\n")
}

fn case_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "yaml")).collect();
    files.sort();
    assert!(!files.is_empty(), "there are cases");
    files
}

fn read(path: &Path) -> Case {
    let text = fs::read_to_string(path).unwrap();
    Case::parse(&text).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
}

/// Judges the files side by side; all that fail are told.
fn assert_none_fails(judge: fn(&Case) -> Vec<String>) {
    let files = case_files();
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let case = Case::parse(&fs::read_to_string(file).unwrap());
            let problems = case.map_or_else(|problem| vec![problem], |case| judge(&case));
            if !problems.is_empty() {
                failures.lock().unwrap().insert(file, problems.join("\n"));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(work);
        }
    });
    let failures = failures.into_inner().unwrap();
    let told: Vec<String> =
        failures.iter().map(|(file, problems)| format!("\n{}\n{problems}\n", file.display())).collect();
    assert!(failures.is_empty(), "{} of {} cases fail:\n{}", failures.len(), files.len(), told.concat());
}
