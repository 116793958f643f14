//! What a manifest causes, told from what was pending under the one that it is compared with (`--base`).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cause, Change, Finding, GuardReport, ManifestRef, Plan};
use crate::access::{ExternalId, GroupId, PropertyId};
use crate::rules::Severity;

/// What of a plan is there under the base manifest too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Base {
    /// The manifest that was compared with.
    pub manifest: ManifestRef,
    /// Those of the plan's findings that are there without this manifest too.
    pub findings: Vec<Finding>,
    /// The properties whose guard is tripped without this manifest too; null as in the guards.
    pub tripped: Vec<Option<PropertyId>>,
    /// The groups into which too many would be put without this manifest too.
    pub withheld: BTreeSet<GroupId>,
    /// People for whom the base would change something and this manifest nothing.
    pub settled: BTreeSet<ExternalId>,
}

/// Notes in the plan what is there under the base too; `base` is the base's plan as of the same instant, on the same reading.
pub fn attribute(plan: &mut Plan, base: &Plan) {
    let pending: BTreeMap<&ExternalId, &Change> =
        base.changes.iter().map(|change| (&change.external_id, change)).collect();
    for change in &mut plan.changes {
        if !pending.get(&change.external_id).is_some_and(|pending| is_one(change, pending)) {
            change.cause = Cause::Manifest;
        }
    }
    let changed: BTreeSet<&ExternalId> = plan.changes.iter().map(|change| &change.external_id).collect();
    let settled = pending.into_keys().filter(|person| !changed.contains(person)).cloned().collect();
    let found: BTreeSet<Finding> = base.findings.iter().map(|one| placeless(one, &base.manifest)).collect();
    let is_found = |finding: &&Finding| found.contains(&placeless(finding, &plan.manifest));
    let findings = plan.findings.iter().filter(is_found).cloned().collect();
    let trips: BTreeSet<Option<PropertyId>> = tripped(base).map(|guard| guard.property_id).collect();
    let guards = tripped(plan).map(|guard| guard.property_id).filter(|id| trips.contains(id)).collect();
    let withheld = &withheld(base) & &withheld(plan);
    plan.base = Some(Base { manifest: base.manifest.clone(), findings, tripped: guards, withheld, settled });
}

fn tripped(plan: &Plan) -> impl Iterator<Item = &GuardReport> {
    plan.guards.iter().filter(|guard| guard.tripped)
}

fn withheld(plan: &Plan) -> BTreeSet<GroupId> {
    plan.guards.iter().flat_map(|guard| &guard.grants).map(|report| report.group.id).collect()
}

/// Whether the same happens to the person.
fn is_one(one: &Change, other: &Change) -> bool {
    (one.action, one.brivo_user_id, &one.before, &one.after)
        == (other.action, other.brivo_user_id, &other.before, &other.after)
}

/// The finding without the places in the manifest that its message names: the base has other files, and other lines in them.
fn placeless(finding: &Finding, manifest: &ManifestRef) -> Finding {
    let mut message = finding.message.to_string();
    for path in &manifest.paths {
        message = without_place(&message, &format!("{path}:"));
    }
    Finding { message: message.into(), ..finding.clone() }
}

/// The text with each number cut off that follows the path, and the path too.
fn without_place(text: &str, path: &str) -> String {
    let mut parts = text.split(path);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |told, part| told + part.trim_start_matches(|c: char| c.is_ascii_digit()))
}

impl Plan {
    /// Adds a finding that no manifest causes.
    pub fn find_pending(&mut self, finding: Finding) {
        if let Some(base) = &mut self.base {
            base.findings.push(finding.clone());
        }
        self.findings.push(finding);
    }

    /// The changes that this manifest causes; without a base all.
    pub fn own_changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| self.base.is_none() || change.cause == Cause::Manifest)
    }

    /// The findings that this manifest causes; without a base all.
    pub fn own_findings(&self) -> impl Iterator<Item = &Finding> {
        let pending: BTreeSet<&Finding> = self.base.iter().flat_map(|base| &base.findings).collect();
        self.findings.iter().filter(move |finding| !pending.contains(finding))
    }

    /// The guards, with what they hold back of what this manifest causes; without a base of everything.
    pub fn own_guards(&self) -> Vec<GuardReport> {
        let Some(base) = &self.base else { return self.guards.clone() };
        let own = |guard: &GuardReport| {
            let tripped = guard.tripped && !base.tripped.contains(&guard.property_id);
            let mut grants = guard.grants.clone();
            grants.retain(|report| !base.withheld.contains(&report.group.id));
            GuardReport { tripped, grants, ..guard.clone() }
        };
        self.guards.iter().map(own).collect()
    }

    /// The guards, with what they hold back without this manifest too; without a base nothing.
    pub fn pending_guards(&self) -> Vec<GuardReport> {
        let Some(base) = &self.base else { return Vec::new() };
        let pending = |guard: &GuardReport| {
            let tripped = guard.tripped && base.tripped.contains(&guard.property_id);
            let mut grants = guard.grants.clone();
            grants.retain(|report| base.withheld.contains(&report.group.id));
            GuardReport { tripped, grants, ..guard.clone() }
        };
        self.guards.iter().map(pending).collect()
    }

    /// Whether this manifest causes something that somebody must look at.
    pub fn has_own_errors(&self) -> bool {
        self.own_findings().any(|finding| finding.severity == Severity::Error)
    }
}

#[cfg(test)]
mod tests;
