//! The top of the comment: the verdict, the sums, what failed, what is held back.

use super::MARKER;
use super::room::{clip, fill};
use crate::output::{Properties, count, escape, guards, verdict};
use crate::plan::{ChangeResult, GuardReport, Plan, ResultStatus};

pub(super) fn write(plan: &Plan) -> String {
    let results = plan.results.as_deref();
    let lines = [
        verdict::no_changes(plan),
        verdict::causes_line(plan),
        Some(verdict::plan_line(&plan.summary)),
        results.map(verdict::applied_line),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    format!("{MARKER}\n### {}\n\n{}\n\n", verdict::headline(plan), lines.join("  \n"))
}

/// Whoever does not hold what the plan says, after an apply.
pub(super) fn unfinished(plan: &Plan, room: usize) -> String {
    let results = plan.results.as_deref().unwrap_or_default();
    let lines: Vec<String> =
        results.iter().filter(|result| result.status != ResultStatus::Applied).map(result_line).collect();
    if lines.is_empty() {
        return String::new();
    }
    fill(&lines, room, |number| format!("- and {number} more\n")) + "\n"
}

fn result_line(result: &ChangeResult) -> String {
    let ChangeResult { external_id, status, error } = result;
    let word = match status {
        ResultStatus::Applied => "applied",
        ResultStatus::Failed => "failed",
        ResultStatus::Held => "held back",
    };
    let why = error.as_deref().map(|error| format!(": {}", escape::markdown(&clip(error))));
    format!("- **{word}** {}{}\n", escape::markdown(external_id.as_str()), why.unwrap_or_default())
}

/// What the guards hold back, each with what lets it through.
pub(super) fn guards(plan: &Plan, properties: &Properties, room: usize) -> String {
    let told = |guards: &[GuardReport], lead: &str| -> Vec<String> {
        let told = guards::paragraphs(guards, properties, escape::markdown);
        told.into_iter().map(|told| format!("> **{lead}**: {told}\n\n")).collect()
    };
    let mut paragraphs = told(&plan.own_guards(), "Held back");
    paragraphs.extend(told(&plan.pending_guards(), guards::PENDING));
    fill(&paragraphs, room, |number| format!("> and {} more\n\n", count(number, "guard", "guards")))
}
