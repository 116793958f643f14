//! What a plan would give and holds back all the same: into groups of which too many would become members (R3).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::access::{ExternalId, GroupId};
use crate::plan::assess::Outcome;
use crate::plan::between::{Comparing, Draft};
use crate::plan::directory::is_meant;
use crate::plan::guard::{Allowances, Granted, grant_report};
use crate::plan::{GrantReport, GuardReport};

impl Comparing<'_, '_> {
    /// The groups into which more people would be put than may be.
    pub(super) fn excessive_grants(&self, drafts: &[Draft<'_>], allowances: &Allowances) -> Vec<GrantReport> {
        if !self.limits_grants() {
            return Vec::new();
        }
        let mut gained: BTreeMap<GroupId, BTreeSet<ExternalId>> = BTreeMap::new();
        for draft in drafts.iter().filter(|draft| draft.is_named) {
            for group in gains(draft) {
                gained.entry(group).or_default().insert(draft.assessment.subject.external_id.clone());
            }
        }
        self.grant_reports(gained, allowances)
    }

    /// Whether there is any group into which more people than a number must not be put.
    pub(in crate::plan) fn limits_grants(&self) -> bool {
        let desired = self.bench.desired;
        !desired.sensitive_groups.is_empty()
            || desired.properties.values().any(|view| view.policy.guard.max_grants.is_some())
    }

    /// The reports of those of these groups into which too many would be put, in the groups' order.
    pub(super) fn grant_reports(
        &self,
        gained: BTreeMap<GroupId, BTreeSet<ExternalId>>,
        allowances: &Allowances,
    ) -> Vec<GrantReport> {
        let reports = gained.into_iter().filter_map(|(group, people)| {
            grant_report(self.bench.desired, self.granted(group, people), allowances, self.bench.as_of)
        });
        let mut reports: Vec<GrantReport> = reports.collect();
        reports.sort_by(|a, b| a.group.cmp(&b.group));
        reports
    }

    /// A group and who would be put into it.
    fn granted(&self, group: GroupId, people: BTreeSet<ExternalId>) -> Granted {
        let directory = self.bench.directory;
        let name = directory.name(group);
        Granted {
            group: directory.reference(group),
            owners: directory.owners(group).collect(),
            sensitive: self
                .bench
                .desired
                .sensitive_groups
                .iter()
                .any(|pattern| is_meant(pattern, group, &name)),
            people,
        }
    }

    /// Puts each report with the smallest property that names its group.
    pub(super) fn tell_grants(&self, guards: &mut [GuardReport], reports: Vec<GrantReport>) {
        for report in reports {
            let first = self.bench.directory.owners(report.group.id).next();
            let place = guards.iter_mut().find(|guard| guard.property_id == first);
            if let Some(guard) = place {
                guard.grants.push(report);
            }
        }
    }
}

/// Whoever would be put into one of these groups is not, and keeps what they would give up for it: a mistake in the mapping must
/// not shut somebody out. Nobody is made for whom no group is left.
pub(super) fn withhold(drafts: &mut [Draft<'_>], reports: &[GrantReport], held: &mut BTreeSet<ExternalId>) {
    if reports.is_empty() {
        return;
    }
    let withheld: BTreeSet<GroupId> = reports.iter().map(|report| report.group.id).collect();
    for draft in drafts.iter_mut().filter(|draft| draft.is_named) {
        if gains(draft).iter().all(|group| !withheld.contains(group)) {
            continue;
        }
        let Some(after) = draft.after.as_mut().map(Arc::make_mut) else { continue };
        match &draft.assessment.before {
            Some(before) => {
                after.groups.retain(|id, _| before.groups.contains_key(id) || !withheld.contains(id));
                let kept = before.groups.iter().filter(|(id, _)| !after.groups.contains_key(id));
                let kept: Vec<_> = kept.map(|(id, name)| (*id, name.clone())).collect();
                if !kept.is_empty() && draft.in_scope {
                    held.insert(draft.assessment.subject.external_id.clone());
                }
                after.groups.extend(kept);
            }
            None => after.groups.retain(|id, _| !withheld.contains(id)),
        }
        if draft.assessment.before.is_none() && after.groups.is_empty() {
            draft.after = None;
            draft.assessment.outcome = Outcome::Nothing;
        }
    }
}

/// The groups that they would be put into.
fn gains(draft: &Draft<'_>) -> BTreeSet<GroupId> {
    if !matches!(draft.assessment.outcome, Outcome::Reach(_)) {
        return BTreeSet::new();
    }
    let held =
        |id: &GroupId| draft.assessment.before.as_ref().is_some_and(|before| before.groups.contains_key(id));
    let wanted = draft.after.iter().flat_map(|after| after.groups.keys());
    wanted.copied().filter(|id| !held(id)).collect()
}
