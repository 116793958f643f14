//! The way back from an apply: a saved plan of its own kind, whose `before` are the facts that it relies on. What it would take is
//! braked as ever (R3); nobody is changed who does not stand exactly where the apply left them.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::{ExternalId, UserId};
use crate::rules::{RuleId, Severity};

use super::assess::Outcome;
use super::between::{Comparing, Inputs, Sides, count, finding_key, on_bench};
use super::fingerprint::fingerprint;
use super::order::{cost, steps};
use super::proof::Progress;
use super::{Action, Cause, Change, Finding, Image, Plan, Reason, Summary, UndoOf};

/// Whether names, e-mails and phones go back too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profiles {
    /// They do.
    Restored,
    /// The file may not hold them (R10), so they stay as they are.
    Left,
}

/// The plan that takes back what `plan` does. A user who is made stays, without the groups; a link to a resident, a suspension and a
/// deletion can't be taken back.
pub fn inverse(plan: &Plan, profiles: Profiles) -> Plan {
    let changes: Vec<Change> =
        plan.changes.iter().filter_map(|change| inverse_of(change, plan, profiles)).collect();
    let deleted = plan.changes.iter().filter(|change| change.action == Action::Delete);
    let findings = deleted.map(|change| {
        about(
            change,
            Severity::Warning,
            RuleId::D9,
            "the record is deleted, and nothing brings it back".to_owned(),
        )
    });
    let mut summary = Summary::default();
    count(&mut summary, &changes);
    Plan {
        undo: Some(UndoOf { fingerprint: plan.fingerprint.clone(), as_of: plan.as_of }),
        fingerprint: fingerprint(&changes),
        summary,
        findings: findings.collect(),
        guards: Vec::new(),
        next_boundary: None,
        base: None,
        held: BTreeSet::new(),
        upcoming: None,
        results: None,
        calls: super::Calls { to_apply: to_apply(&changes), ..super::Calls::default() },
        changes,
        ..plan.clone()
    }
}

fn inverse_of(change: &Change, plan: &Plan, profiles: Profiles) -> Option<Change> {
    let held = change.after.as_deref()?.clone();
    let mut restored = match &change.before {
        Some(before) => Image::clone(before),
        None => Image { groups: Vec::new(), ..held.clone() },
    };
    restored.suspended = held.suspended;
    if profiles == Profiles::Left {
        restored = with_profile_of(restored, &held);
    }
    let is_emptied = !held.groups.is_empty() && restored.groups.is_empty();
    let text = match &change.before {
        Some(_) => format!("takes back what the apply of the plan as of {} wrote", plan.as_of),
        None => {
            format!("made by the apply of the plan as of {}: the groups go, the record is kept", plan.as_of)
        }
    };
    (restored != held).then(|| Change {
        action: if is_emptied { Action::Revoke } else { Action::Update },
        cause: Cause::Entrata,
        external_id: change.external_id.clone(),
        brivo_user_id: change.brivo_user_id,
        adopts: false,
        property_ids: change.property_ids.clone(),
        before: Some(Box::new(held)),
        after: Some(Box::new(restored)),
        reasons: vec![Reason { rule: RuleId::R8, lease_id: None, manifest: None, text: text.into() }],
    })
}

fn with_profile_of(image: Image, other: &Image) -> Image {
    let Image { first_name, middle_name, last_name, emails, phones, .. } = other.clone();
    Image { first_name, middle_name, last_name, emails, phones, ..image }
}

/// Where the people of an undo plan stand, and which user each is.
pub type Standings = BTreeMap<ExternalId, (Progress, Option<UserId>)>;

/// What of an undo plan is done now: whoever stands where the apply left them, the guards willing.
pub fn due(inputs: &Inputs<'_>, saved: &Plan, standings: &Standings) -> Plan {
    let mut findings = saved.findings.clone();
    let mut changes = Vec::new();
    for change in &saved.changes {
        let standing = standings.get(&change.external_id);
        match standing {
            Some((Progress::Undone, user)) => {
                changes.push(Change { brivo_user_id: *user, ..change.clone() });
            }
            other => findings.push(stays(change, other.map(|(progress, _)| progress))),
        }
    }
    let sides = Sides {
        desired: inputs.desired,
        account: inputs.account,
        directory: inputs.directory,
        scope: inputs.scope,
        as_of: inputs.as_of,
    };
    let braked = on_bench(&sides, |bench, subjects| {
        let comparing = Comparing { bench };
        let drafts: Vec<_> = subjects.all().iter().map(|subject| comparing.draft(subject)).collect();
        let frozen: BTreeSet<&ExternalId> = drafts
            .iter()
            .filter(|draft| matches!(draft.assessment.outcome, Outcome::Frozen))
            .map(|draft| &draft.assessment.subject.external_id)
            .collect();
        let (kept, out): (Vec<Change>, Vec<Change>) =
            changes.into_iter().partition(|change| !frozen.contains(&change.external_id));
        let told = out.iter().map(|change| {
            about(
                change,
                Severity::Error,
                RuleId::R8,
                "not taken back: frozen, nothing about them is changed".to_owned(),
            )
        });
        findings.extend(told);
        comparing.brake_undo(&drafts, subjects, kept, inputs.allowances)
    });
    findings.sort_by(|a, b| finding_key(a).cmp(&finding_key(b)));
    let mut summary = Summary::default();
    count(&mut summary, &braked.changes);
    Plan {
        as_of: inputs.as_of,
        saved_at: None,
        account: None,
        fingerprint: fingerprint(&braked.changes),
        summary,
        findings,
        guards: braked.guards,
        held: braked.held,
        calls: super::Calls { to_apply: to_apply(&braked.changes), ..inputs.calls },
        changes: braked.changes,
        ..saved.clone()
    }
}

/// Why somebody stays as they are.
fn stays(change: &Change, progress: Option<&Progress>) -> Finding {
    let (severity, text) = match progress {
        Some(Progress::Done) => {
            (Severity::Info, "nothing to take back: they hold what they held before".to_owned())
        }
        Some(Progress::Otherwise(unlike)) => (
            Severity::Error,
            format!(
                "not taken back: since the apply Brivo was changed, neither what it wrote nor what was before is there ({})",
                unlike.join(", ")
            ),
        ),
        Some(Progress::Gone) => (Severity::Error, "not taken back: the user is gone".to_owned()),
        Some(Progress::Undone) | None => {
            (Severity::Error, "not taken back: nothing is known of the user".to_owned())
        }
    };
    about(change, severity, RuleId::R8, text)
}

fn about(change: &Change, severity: Severity, rule: RuleId, message: String) -> Finding {
    Finding {
        severity,
        rule,
        property_id: change.property_ids.first().copied(),
        unit: None,
        external_id: Some(change.external_id.clone()),
        message: message.into(),
        closes_at: None,
        credentials: None,
    }
}

fn to_apply(changes: &[Change]) -> u64 {
    changes.iter().map(|change| cost(&steps(change))).sum()
}

#[cfg(test)]
mod tests;
