//! The run in Prometheus' text format, for the node exporter's textfile collector (`--metrics FILE`). The file holds the latest run; only
//! the time of the last success is carried over from the file that it replaces.

use std::fmt::{Display, Write as _};

use super::{Ran, Sent, Traffic, changes, findings, results, tripped};
use crate::access::{Instant, PropertyId};
use crate::output::escape;
use crate::plan::{Action, GuardReport, Plan, ResultStatus};
use crate::rules::Severity;

const LAST_SUCCESS: &str = "reconcile_last_success_timestamp_seconds";

/// Writes the page; `earlier` is what the file holds so far.
pub fn write(ran: &Ran<'_>, earlier: Option<&str>) -> String {
    let mut page = Page::default();
    let version = env!("CARGO_PKG_VERSION");
    page.gauge("reconcile_run_info", "What ran.");
    page.value("reconcile_run_info", &[("mode", ran.mode), ("version", version)], 1);
    page.one("reconcile_last_run_timestamp_seconds", "When the latest run ended.", ran.ended_at.timestamp());
    let success = if ran.is_success() { Some(ran.ended_at.timestamp()) } else { last_success(earlier) };
    if let Some(success) = success {
        let help = "When the latest run ended that came to its end and wrote all that it was to write.";
        page.one(LAST_SUCCESS, help, success);
    }
    page.one("reconcile_exit_code", "The exit code of the latest run.", ran.exit);
    page.one("reconcile_run_seconds", "How long the latest run took.", format!("{:.3}", ran.seconds));
    traffic(&mut page, ran.traffic);
    if let Some(plan) = ran.plan {
        counts(&mut page, plan);
        page.one("reconcile_guards_tripped", "Guards that hold something back (R3).", tripped(plan));
        guards(&mut page, &plan.guards);
        if let Some(boundary) = plan.next_boundary.as_ref().map(Instant::timestamp) {
            let help = "The next instant at which time alone changes something (T25).";
            page.one("reconcile_next_boundary_timestamp_seconds", help, boundary);
        }
    }
    page.text
}

/// What an earlier page says of the last success.
fn last_success(earlier: Option<&str>) -> Option<i64> {
    let told = earlier?.lines().find_map(|line| line.strip_prefix(LAST_SUCCESS)?.strip_prefix(' '))?;
    told.trim().parse().ok()
}

fn traffic(page: &mut Page, traffic: Traffic) {
    let Traffic { entrata, brivo } = traffic;
    let services = [("entrata", entrata), ("brivo", brivo)];
    page.gauge("reconcile_calls", "Calls that went out, repeats included.");
    for (service, Sent { calls, throttled: _ }) in services {
        page.value("reconcile_calls", &[("service", service)], calls);
    }
    page.gauge("reconcile_throttled_calls", "Calls that a gateway refused because there were too many.");
    for (service, Sent { calls: _, throttled }) in services {
        page.value("reconcile_throttled_calls", &[("service", service)], throttled);
    }
}

fn counts(page: &mut Page, plan: &Plan) {
    page.gauge("reconcile_people", "Managed people, by what the plan says of them.");
    let states = [
        ("unchanged", plan.summary.unchanged),
        ("changing", plan.changes.len() as u64),
        ("frozen", plan.summary.frozen),
    ];
    for (state, number) in states {
        page.value("reconcile_people", &[("state", state)], number);
    }
    page.gauge("reconcile_changes", "Changes that the plan holds.");
    let actions = [
        ("create", Action::Create),
        ("update", Action::Update),
        ("revoke", Action::Revoke),
        ("delete", Action::Delete),
    ];
    for (name, action) in actions {
        page.value("reconcile_changes", &[("action", name)], changes(plan, action));
    }
    page.gauge("reconcile_findings", "What somebody should know or must look at.");
    for (name, severity) in
        [("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Info)]
    {
        page.value("reconcile_findings", &[("severity", name)], findings(plan, severity));
    }
    if plan.results.is_some() {
        page.gauge("reconcile_results", "What became of the changes.");
        let statuses = [
            ("applied", ResultStatus::Applied),
            ("failed", ResultStatus::Failed),
            ("held", ResultStatus::Held),
        ];
        for (name, status) in statuses {
            page.value("reconcile_results", &[("status", name)], results(plan, status));
        }
    }
}

fn guards(page: &mut Page, guards: &[GuardReport]) {
    let mut told = |name, help, number: fn(&GuardReport) -> u64| {
        page.gauge(name, help);
        for guard in guards {
            let property = guard.property_id.as_ref().map_or_else(String::new, PropertyId::to_string);
            page.value(name, &[("property", &property)], number(guard));
        }
    };
    told("reconcile_guard_revokes", "People of the property who would lose something.", |guard| {
        guard.revokes
    });
    told("reconcile_guard_limit", "How many may in one run.", |guard| guard.limit);
    told("reconcile_guard_people", "People with access there.", |guard| guard.people);
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    /// Begins a metric.
    fn gauge(&mut self, name: &str, help: &str) {
        // Writing to a text can't fail.
        let _always = write!(self.text, "# HELP {name} {help}\n# TYPE {name} gauge\n");
    }

    fn value(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", label(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _always = writeln!(self.text, "{name}{labels} {value}");
    }

    fn one(&mut self, name: &str, help: &str, value: impl Display) {
        self.gauge(name, help);
        self.value(name, &[], value);
    }
}

fn label(value: &str) -> String {
    escape::terminal(value).replace('\\', "\\\\").replace('"', "\\\"")
}
