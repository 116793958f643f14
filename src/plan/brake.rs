//! What a plan would take and holds back all the same: in properties that are being taken over (R14), and where a guard does not let
//! it through (R3).

mod grants;
mod lately;
mod undo;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::access::few::Few;
use crate::access::{ExternalId, Holding, PropertyId};
use crate::desired::person::Person;
use crate::manifest::Mode;
use crate::rules::{RuleId, Severity};

use super::assess::{Basis, Outcome};
use super::between::{Comparing, Draft};
use super::guard::{Allowances, Counted, Tallies, reports};
use super::subject::Subjects;
use super::target::{Restraint, restrain, takes};
use super::{Finding, GuardReport};

/// What the guards say, and whose losses they hold back.
pub(super) struct Brake {
    pub(super) guards: Vec<GuardReport>,
    pub(super) held: BTreeSet<ExternalId>,
    /// What could not be counted.
    pub(super) findings: Vec<Finding>,
}

impl Comparing<'_, '_> {
    /// R14: what properties that are being taken over would lose stays, and is told in numbers.
    pub(super) fn hold_back_takeovers(&self, drafts: &mut [Draft<'_>]) -> Vec<Finding> {
        let taken_over = self.taken_over();
        let mut spared: BTreeMap<PropertyId, u64> = BTreeMap::new();
        for draft in drafts.iter_mut().filter(|draft| draft.is_named) {
            for property in self.hold_back(draft, &taken_over) {
                *spared.entry(property).or_default() += 1;
            }
        }
        let findings = spared.into_iter().map(|(property, people)| Finding {
            severity: Severity::Info,
            rule: RuleId::R14,
            property_id: Some(property),
            unit: None,
            external_id: None,
            message: format!("grants_only: {people} {} lose something if it were live", plural(people))
                .into(),
            closes_at: None,
            credentials: None,
        });
        findings.collect()
    }

    /// The properties that are being taken over (R14).
    pub(super) fn taken_over(&self) -> BTreeSet<PropertyId> {
        let properties = self.bench.desired.properties.iter();
        properties.filter(|(_, view)| view.policy.mode == Mode::GrantsOnly).map(|(id, _)| *id).collect()
    }

    /// Holds back what these properties would lose; the properties of which something was spared.
    pub(super) fn hold_back(
        &self,
        draft: &mut Draft<'_>,
        properties: &BTreeSet<PropertyId>,
    ) -> BTreeSet<PropertyId> {
        let concerned: BTreeSet<PropertyId> =
            draft.properties.iter().copied().filter(|id| properties.contains(id)).collect();
        let Some(before) = draft.assessment.before.as_ref().filter(|_| !concerned.is_empty()) else {
            return BTreeSet::new();
        };
        if matches!(draft.assessment.outcome, Outcome::Delete) {
            draft.assessment.outcome = Outcome::Nothing;
            return concerned;
        }
        let Some(after) = draft.after.as_mut() else { return BTreeSet::new() };
        let wanted = Arc::clone(after);
        let restraint = Restraint {
            everything: false,
            groups_of: Cow::Borrowed(&concerned),
            dates: true,
            suspension: true,
        };
        restrain(before, Arc::make_mut(after), &restraint, self.bench.directory);
        self.withhold_ahead(&draft.assessment.outcome, before, after);
        if *after == wanted { BTreeSet::new() } else { concerned }
    }

    /// R3: counts what every property would lose and every group would gain, and holds back what a guard does not let through.
    /// `settled` are the people of whom nothing can be held back.
    pub(super) fn brake(
        &self,
        drafts: &mut [Draft<'_>],
        settled: Tallies,
        subjects: &Subjects<'_>,
        allowances: &Allowances,
    ) -> Brake {
        let counted: Vec<Counted> = drafts.par_iter().filter_map(|draft| self.counted(draft)).collect();
        let mut tallies = settled;
        tallies.extend(counted);
        let lately = self.lately(subjects, allowances);
        let mut guards = reports(self.bench.desired, tallies, &lately, allowances, self.bench.as_of);
        let excessive = self.excessive_grants(drafts, allowances);
        let tripped: BTreeSet<PropertyId> =
            guards.iter().filter(|guard| guard.tripped).filter_map(|guard| guard.property_id).collect();
        let outside = guards.iter().any(|guard| guard.tripped && guard.property_id.is_none());
        let mut held = BTreeSet::new();
        for draft in drafts.iter_mut() {
            let spared = !self.hold_back(draft, &tripped).is_empty();
            if (self.hold_back_decommissioned(draft, &tripped, outside) || spared) && draft.in_scope {
                held.insert(draft.assessment.subject.external_id.clone());
            }
        }
        grants::withhold(drafts, &excessive, &mut held);
        self.tell_grants(&mut guards, excessive);
        Brake { guards, held, findings: self.uncounted(allowances) }
    }

    /// Groups that left the manifest stay while the guard of their property, or of none, is tripped.
    fn hold_back_decommissioned(
        &self,
        draft: &mut Draft<'_>,
        tripped: &BTreeSet<PropertyId>,
        outside: bool,
    ) -> bool {
        let guarded = |property: PropertyId| {
            tripped.contains(&property) || (outside && !self.bench.desired.properties.contains_key(&property))
        };
        let (Some(before), Some(after)) = (&draft.assessment.before, draft.after.as_mut()) else {
            return false;
        };
        let lost = before
            .groups
            .iter()
            .filter(|(id, _)| self.bench.directory.decommissioned(**id).is_some_and(guarded));
        let kept: Vec<_> = lost.map(|(id, name)| (*id, name.clone())).collect();
        let is_any = !kept.is_empty();
        if is_any {
            Arc::make_mut(after).groups.extend(kept);
        }
        is_any
    }

    /// One of a property's people (R3): in a group of it, not suspended, their end in Brivo not passed.
    pub(super) fn counted(&self, draft: &Draft<'_>) -> Option<Counted> {
        let before = draft.assessment.before.as_ref()?;
        let closed = self.is_dated(draft) && before.dates.has_ended(self.bench.as_of);
        if before.suspended || closed || before.groups.is_empty() {
            return None;
        }
        let loses = match (&draft.assessment.outcome, &draft.after) {
            (Outcome::Delete, _) => true,
            (_, Some(after)) => takes(before, after, self.bench.as_of),
            (_, None) => false,
        };
        let properties = self.people_of(draft.assessment.subject.person, before);
        let external_id = draft.assessment.subject.external_id.clone();
        let loses = loses && draft.is_named;
        (!properties.is_empty()).then_some(Counted { external_id, properties, loses })
    }

    fn is_dated(&self, draft: &Draft<'_>) -> bool {
        match &draft.assessment.outcome {
            Outcome::Reach(goal) if goal.basis == Basis::Leases => goal.entitlement.enforce.user_dates,
            Outcome::Reach(_) | Outcome::Nothing | Outcome::Frozen | Outcome::Delete => {
                draft.properties.iter().all(|id| {
                    self.bench.desired.properties.get(id).is_some_and(|view| view.policy.enforce.user_dates)
                })
            }
        }
    }

    /// The properties whose people they are; a group that several name counts where they have a lease.
    fn people_of(&self, person: Option<&Person>, before: &Holding) -> Few<Option<PropertyId>> {
        let directory = self.bench.directory;
        let is_leased = |property: &PropertyId| {
            person.iter().flat_map(|person| &person.entries).any(|entry| entry.property == *property)
        };
        let mut properties = Few::default();
        for id in before.groups.keys() {
            if let Some(property) = directory.decommissioned(*id) {
                let named = self.bench.desired.properties.contains_key(&property);
                properties.insert(named.then_some(property));
            }
            let is_alone = directory.owners(*id).nth(1).is_none();
            let is_theirs = |property: &PropertyId| is_alone || is_leased(property);
            properties.extend(directory.owners(*id).filter(is_theirs).map(Some));
        }
        properties
    }
}

fn plural(people: u64) -> &'static str {
    if people == 1 { "person would" } else { "people would" }
}
