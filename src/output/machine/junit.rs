//! The run as a list of tests (`--junit FILE`), which GitLab, Jenkins and others show beside a pipeline: a test for each property's
//! guard, one for each person or property that somebody must look at, and after an apply one for each write that failed.

use super::{Ran, results};
use crate::output::escape::xml;
use crate::output::findings::{sentence, subject};
use crate::output::{Properties, clock::Clock, guards, property_label};
use crate::plan::{ChangeResult, Finding, GuardReport, Plan, ResultStatus};
use crate::rules::Severity;

/// So many tests of a kind are told one by one: CI services refuse a report that is too large.
const MOST: usize = 1_000;

/// One test.
struct Test {
    class: &'static str,
    name: String,
    failure: Option<Failure>,
}

struct Failure {
    kind: String,
    message: String,
}

/// Writes the report.
pub fn write(ran: &Ran<'_>) -> String {
    let suites: Vec<String> = suites(ran).into_iter().map(|(name, tests)| suite(name, tests)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"reconcile --{}\">\n{}</testsuites>\n",
        ran.mode,
        suites.concat()
    )
}

fn suites(ran: &Ran<'_>) -> Vec<(&'static str, Vec<Test>)> {
    let Some(plan) = ran.plan else {
        let message = ran.error.unwrap_or("there is no plan").to_owned();
        let failure = Some(Failure { kind: format!("exit {}", ran.exit), message });
        return vec![("run", vec![Test { class: "run", name: "there is a plan".to_owned(), failure }])];
    };
    let guards = plan.guards.iter().map(|guard| of_guard(guard, ran.properties)).collect();
    let mut suites = vec![("guards", guards), ("findings", findings(plan, ran.properties))];
    if plan.results.is_some() {
        suites.push(("writes", writes(plan)));
    }
    suites
}

fn of_guard(guard: &GuardReport, properties: &Properties) -> Test {
    let name = match guard.property_id {
        Some(id) => property_label(Some(id), properties),
        None => "groups that left the manifest".to_owned(),
    };
    let failure = guard.holds_back().then(|| Failure {
        kind: "R3".to_owned(),
        message: guards::paragraphs(std::slice::from_ref(guard), properties, str::to_owned).join(" "),
    });
    Test { class: "guards", name, failure }
}

fn findings(plan: &Plan, properties: &Properties) -> Vec<Test> {
    let errors = plan.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let tests: Vec<Test> = errors.map(|finding| of_finding(finding, properties)).collect();
    if tests.is_empty() { vec![passed("findings", "nobody must look at anything".to_owned())] } else { tests }
}

fn of_finding(finding: &Finding, properties: &Properties) -> Test {
    let clock = Clock::of(finding.property_id, properties);
    let place = property_label(finding.property_id, properties);
    let whom = subject(finding);
    let name = if whom.is_empty() { place } else { format!("{place}: {whom}") };
    let message = sentence(finding, &clock);
    Test {
        class: "findings",
        name: format!("{} {name}", finding.rule),
        failure: Some(Failure { kind: finding.rule.to_string(), message }),
    }
}

/// Those that failed, and one for all that did not.
fn writes(plan: &Plan) -> Vec<Test> {
    let failed = plan.results.iter().flatten().filter(|result| result.status == ResultStatus::Failed);
    let written = results(plan, ResultStatus::Applied);
    let all = passed("writes", format!("{written} written"));
    std::iter::once(all).chain(failed.map(of_result)).collect()
}

fn of_result(result: &ChangeResult) -> Test {
    let ChangeResult { external_id, status: _, error } = result;
    let message = error.clone().unwrap_or_else(|| "not written".to_owned());
    let failure = Some(Failure { kind: "R5".to_owned(), message });
    Test { class: "writes", name: external_id.to_string(), failure }
}

fn passed(class: &'static str, name: String) -> Test {
    Test { class, name, failure: None }
}

fn suite(name: &str, mut tests: Vec<Test>) -> String {
    let failures = tests.iter().filter(|test| test.failure.is_some()).count();
    let count = tests.len();
    // Those that failed come first, so that none is left out for one that passed.
    tests.sort_by_key(|test| test.failure.is_none());
    let untold = count.saturating_sub(MOST);
    let rest = if untold == 0 {
        String::new()
    } else {
        format!("    <system-out>and {untold} more; --format json names each</system-out>\n")
    };
    let cases: String = tests.iter().take(MOST).map(case).collect();
    format!(
        "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"{failures}\">\n{cases}{rest}  </testsuite>\n"
    )
}

fn case(test: &Test) -> String {
    let Test { class, name, failure } = test;
    let head = format!("    <testcase classname=\"{class}\" name=\"{}\"", xml(name));
    match failure {
        None => format!("{head}/>\n"),
        Some(Failure { kind, message }) => format!(
            "{head}>\n      <failure type=\"{}\" message=\"{}\"/>\n    </testcase>\n",
            xml(kind),
            xml(message)
        ),
    }
}
