//! The outputs of a step, for the file that `$GITHUB_OUTPUT` names: a line each, `name=value`. Every value is a number or a digest.

use super::{Ran, changes, findings, results, tripped};
use crate::plan::{Action, Plan, ResultStatus};
use crate::rules::Severity;

/// The lines. Where there is no plan only the exit is told.
pub fn lines(ran: &Ran<'_>) -> String {
    let exit = [("exit", ran.exit.to_string())];
    let told = ran.plan.map(of_plan).unwrap_or_default();
    let lines: Vec<String> =
        exit.into_iter().chain(told).map(|(name, value)| format!("{name}={value}\n")).collect();
    lines.concat()
}

fn of_plan(plan: &Plan) -> Vec<(&'static str, String)> {
    let mut told = vec![
        ("changes", plan.changes.len().to_string()),
        ("creates", changes(plan, Action::Create).to_string()),
        ("updates", changes(plan, Action::Update).to_string()),
        ("revokes", changes(plan, Action::Revoke).to_string()),
        ("deletes", changes(plan, Action::Delete).to_string()),
        ("frozen", plan.summary.frozen.to_string()),
        ("errors", findings(plan, Severity::Error).to_string()),
        ("warnings", findings(plan, Severity::Warning).to_string()),
        ("notes", findings(plan, Severity::Info).to_string()),
        ("guards_tripped", tripped(plan).to_string()),
        ("plan_hash", plan.fingerprint.clone()),
    ];
    if plan.results.is_some() {
        told.extend([
            ("applied", results(plan, ResultStatus::Applied).to_string()),
            ("failed", results(plan, ResultStatus::Failed).to_string()),
            ("held", results(plan, ResultStatus::Held).to_string()),
        ]);
    }
    told
}
