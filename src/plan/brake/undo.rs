//! The brake of a plan that takes an apply back (R3): whoever would lose or gain too much stays as they are, wholly.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::{ExternalId, GroupId, Instant, PropertyId};
use crate::plan::between::{Comparing, Draft};
use crate::plan::guard::{Allowances, Counted, Tallies, reports};
use crate::plan::subject::Subjects;
use crate::plan::target::{holding, takes};
use crate::plan::{Change, GrantReport, GuardReport, Image};

/// What of an undo plan is let through.
pub(in crate::plan) struct BrakedUndo {
    pub(in crate::plan) changes: Vec<Change>,
    pub(in crate::plan) guards: Vec<GuardReport>,
    pub(in crate::plan) held: BTreeSet<ExternalId>,
}

impl Comparing<'_, '_> {
    /// Counts what these changes, and no others, would take and give, and leaves out those that a guard does not let through.
    pub(in crate::plan) fn brake_undo(
        &self,
        drafts: &[Draft<'_>],
        subjects: &Subjects<'_>,
        changes: Vec<Change>,
        allowances: &Allowances,
    ) -> BrakedUndo {
        let as_of = self.bench.as_of;
        let by_person: BTreeMap<&ExternalId, &Change> =
            changes.iter().map(|change| (&change.external_id, change)).collect();
        let people: Vec<Counted> = drafts
            .iter()
            .filter_map(|draft| self.counted(draft))
            .map(|person| {
                let change = by_person.get(&person.external_id);
                Counted { loses: change.is_some_and(|change| loses(change, as_of)), ..person }
            })
            .collect();
        let lately = self.lately(subjects, allowances);
        let mut tallies = Tallies::default();
        tallies.extend(people.iter().cloned());
        let mut guards = reports(self.bench.desired, tallies, &lately, allowances, as_of);
        let tripped: BTreeSet<Option<PropertyId>> =
            guards.iter().filter(|guard| guard.tripped).map(|guard| guard.property_id).collect();
        let is_braked = |person: &&Counted| person.properties.iter().any(|id| tripped.contains(id));
        let braked: BTreeSet<&ExternalId> =
            people.iter().filter(is_braked).map(|person| &person.external_id).collect();
        let excessive = self.excessive_in(&changes, allowances);
        let withheld: BTreeSet<GroupId> = excessive.iter().map(|report| report.group.id).collect();
        self.tell_grants(&mut guards, excessive);
        let waits = |change: &Change| {
            (loses(change, as_of) && braked.contains(&change.external_id))
                || !gained(change).is_disjoint(&withheld)
        };
        let (out, changes): (Vec<Change>, Vec<Change>) = changes.into_iter().partition(waits);
        BrakedUndo { changes, guards, held: out.into_iter().map(|change| change.external_id).collect() }
    }

    fn excessive_in(&self, changes: &[Change], allowances: &Allowances) -> Vec<GrantReport> {
        let mut people: BTreeMap<GroupId, BTreeSet<ExternalId>> = BTreeMap::new();
        for change in changes {
            for group in gained(change) {
                people.entry(group).or_default().insert(change.external_id.clone());
            }
        }
        self.grant_reports(people, allowances)
    }
}

/// The groups that a change gives.
fn gained(change: &Change) -> BTreeSet<GroupId> {
    let ids = |image: &Option<Box<Image>>| -> BTreeSet<GroupId> {
        image.iter().flat_map(|image| &image.groups).map(|group| group.id).collect()
    };
    &ids(&change.after) - &ids(&change.before)
}

/// Whether a change takes something, as the guard counts.
fn loses(change: &Change, as_of: Instant) -> bool {
    let sides = change.before.as_ref().zip(change.after.as_ref());
    sides.is_some_and(|(before, after)| takes(&holding(before), &holding(after), as_of))
}
