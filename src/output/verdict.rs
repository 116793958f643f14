//! The words and sentences that are the same in every format. Not escaped where they hold what comes from outside.

use super::{Properties, clock, count, findings};
use crate::access::LeaseId;
use crate::plan::base::Base;
use crate::plan::{Action, Cause, ChangeResult, GuardReport, Plan, ResultStatus, Scope, Summary};
use crate::rules::Severity;

/// As `Plan: 3 to create, 1 to update, 2 to revoke, 0 to delete; 1 frozen.`
pub(super) fn plan_line(summary: &Summary) -> String {
    let Summary { create, update, revoke, delete, unchanged: _, frozen } = summary;
    format!(
        "Plan: {create} to create, {update} to update, {revoke} to revoke, {delete} to delete; {frozen} frozen."
    )
}

/// What matters most first: failures, guards, errors, then how much changes.
pub(super) fn headline(plan: &Plan) -> String {
    let results = plan.results.as_deref().unwrap_or_default();
    let failed = results.iter().filter(|result| result.status == ResultStatus::Failed).count();
    let guards = plan.own_guards();
    let tripped = guards.iter().filter(|guard| guard.tripped).count();
    let withheld = guards.iter().map(|guard| guard.grants.len()).sum();
    let errors = plan.own_findings().filter(|finding| finding.severity == Severity::Error).count();
    let by_whom = if plan.base.is_some() { " by this manifest" } else { "" };
    let told = |number, text: String| (number > 0).then_some(text);
    let parts = [
        told(failed, format!("{} failed", count(failed, "change", "changes"))),
        told(tripped, format!("{} back what would be taken", count(tripped, "guard holds", "guards hold"))),
        told(withheld, format!("{} nobody is put into", count(withheld, "group", "groups"))),
        told(errors, format!("{} to look at", count(errors, "error", "errors"))),
        Some(match plan.own_changes().count() {
            0 => format!("no changes{by_whom}"),
            number => format!("{}{by_whom}", count(number, "change", "changes")),
        }),
    ];
    format!("Doors: {}", parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
}

/// What is to be said in front of [`plan_line`] where nothing is to be changed.
pub(super) fn no_changes(plan: &Plan) -> Option<String> {
    if !plan.changes.is_empty() {
        return None;
    }
    if plan.guards.iter().any(|guard| guard.tripped) {
        return Some("No changes: a guard holds back what would be taken.".to_owned());
    }
    if plan.guards.iter().any(GuardReport::holds_back) {
        return Some("No changes: a guard holds back what would be given.".to_owned());
    }
    let counted = findings::counted(&plan.findings);
    let in_doubt = plan.findings.iter().any(|finding| finding.severity == Severity::Error);
    Some(match (counted.is_empty(), in_doubt) {
        (true, _) => "No changes. Brivo is in step with the leases.".to_owned(),
        (false, false) => format!("No changes. Brivo is in step with the leases; {counted}."),
        (false, true) => {
            format!(
                "No changes. Brivo is in step with the leases, except where the findings say otherwise: {counted}."
            )
        }
    })
}

/// As `Applied: 3 of 4; 1 failed, 0 held back.`
pub(super) fn applied_line(results: &[ChangeResult]) -> String {
    let number = |status| results.iter().filter(|result| result.status == status).count();
    format!(
        "Applied: {} of {}; {} failed, {} held back.",
        number(ResultStatus::Applied),
        results.len(),
        number(ResultStatus::Failed),
        number(ResultStatus::Held)
    )
}

/// When time alone changes something next, on the properties' clocks.
pub(super) fn boundary_line(plan: &Plan, properties: &Properties) -> Option<String> {
    const SHOWN: usize = 3;
    let boundary = plan.next_boundary?;
    let clocks = clock::all(properties);
    let times: Vec<String> = clocks.iter().take(SHOWN).map(|clock| clock.long(boundary)).collect();
    Some(format!("Time alone changes something next at {}.", times.join(" = ")))
}

/// What the plan was made for, where that is not everything.
pub(super) fn scope_words(scope: &Scope) -> Option<String> {
    let Scope { properties, customers, shard, prune, allow_unmapped_revoke } = scope;
    let ids = properties.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let parts = [
        (!properties.is_empty()).then(|| format!("only property {ids}")),
        (!customers.is_empty()).then(|| format!("only customer {}", customers.join(", "))),
        shard.map(|shard| format!("part {shard} of the properties")),
        prune.then(|| "with --prune".to_owned()),
        allow_unmapped_revoke.then(|| "with --allow-unmapped-revoke".to_owned()),
    ];
    let told: Vec<String> = parts.into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// How many changes the manifest causes and how many were pending without it; none where no base was given.
pub(super) fn causes_line(plan: &Plan) -> Option<String> {
    let base = plan.base.as_ref()?;
    let ours = plan.own_changes().count();
    let pending = plan.changes.len() - ours;
    let settled = match base.settled.len() {
        0 => String::new(),
        number => format!(" {} with it.", count(number, "pending change goes", "pending changes go")),
    };
    let told = match ours {
        0 => "No change comes".to_owned(),
        number => count(number, "change comes", "changes come"),
    };
    Some(format!("{told} from this manifest, {pending} pending without it.{settled}"))
}

/// With what the manifest was compared.
pub(super) fn compared_with(base: &Base) -> String {
    format!("Compared with {}.", base.manifest.paths.join(", "))
}

/// What happens to a person.
pub(super) fn action_word(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Revoke => "revoke",
        Action::Delete => "delete",
    }
}

/// What became of a change: the word by which it can be looked for, and how it is said.
#[derive(Debug, Clone, Copy)]
pub(super) struct ResultWord {
    pub(super) kind: &'static str,
    pub(super) text: &'static str,
}

/// What became of a change.
pub(super) fn result_word(status: ResultStatus) -> ResultWord {
    match status {
        ResultStatus::Applied => ResultWord { kind: "applied", text: "applied" },
        ResultStatus::Failed => ResultWord { kind: "failed", text: "failed" },
        ResultStatus::Held => ResultWord { kind: "held", text: "held back" },
    }
}

/// How much a finding matters.
pub(super) fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The lease and the place in the manifest that led to a change, as ` (lease 900001, reconcile.yaml:31)`; empty without both.
pub(super) fn source(lease: Option<&LeaseId>, place: Option<&str>) -> String {
    match (lease, place) {
        (Some(lease), Some(place)) => format!(" (lease {lease}, {place})"),
        (Some(lease), None) => format!(" (lease {lease})"),
        (None, Some(place)) => format!(" ({place})"),
        (None, None) => String::new(),
    }
}

/// What brought a change about, where that is worth a word.
pub(super) fn cause_word(cause: Cause) -> Option<&'static str> {
    match cause {
        Cause::Manifest => Some("by the manifest"),
        Cause::Clock => Some("only time has passed"),
        Cause::Drift => Some("edited in Brivo"),
        Cause::Entrata => None,
    }
}

#[cfg(test)]
mod tests;
