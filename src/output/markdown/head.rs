//! The top of the comment: the verdict, the sums, what failed, what is held back.

use super::MARKER;
use super::room::{clip, fill};
use crate::output::{Properties, count, escape, guards, verdict};
use crate::plan::{ChangeResult, Plan, ResultStatus};
use crate::rules::Severity;

pub(super) fn write(plan: &Plan) -> String {
    let results = plan.results.as_deref();
    let lines = [
        verdict::no_changes(plan),
        verdict::causes_line(&plan.changes),
        Some(verdict::plan_line(&plan.summary)),
        results.map(verdict::applied_line),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    format!("{MARKER}\n### {}\n\n{}\n\n", headline(plan), lines.join("  \n"))
}

/// What matters most first: failures, guards, errors, then how much changes.
fn headline(plan: &Plan) -> String {
    let results = plan.results.as_deref().unwrap_or_default();
    let failed = results.iter().filter(|result| result.status == ResultStatus::Failed).count();
    let tripped = plan.guards.iter().filter(|guard| guard.tripped).count();
    let withheld = plan.guards.iter().map(|guard| guard.grants.len()).sum();
    let errors = plan.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let told = |number, text: String| (number > 0).then_some(text);
    let parts = [
        told(failed, format!("{} failed", count(failed, "change", "changes"))),
        told(tripped, format!("{} back what would be taken", count(tripped, "guard holds", "guards hold"))),
        told(withheld, format!("{} nobody is put into", count(withheld, "group", "groups"))),
        told(errors, format!("{} to look at", count(errors, "error", "errors"))),
        Some(match plan.changes.len() {
            0 => "no changes".to_owned(),
            number => count(number, "change", "changes"),
        }),
    ];
    format!("Doors: {}", parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
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
    let told = guards::paragraphs(&plan.guards, properties, escape::markdown);
    let paragraphs: Vec<String> =
        told.into_iter().map(|told| format!("> **Held back**: {told}\n\n")).collect();
    fill(&paragraphs, room, |number| format!("> and {} more\n\n", count(number, "guard", "guards")))
}
