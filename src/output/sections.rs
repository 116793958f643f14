//! The changes of a plan, property by property.

use crate::access::PropertyId;
use crate::plan::{Action, Change};

/// The changes of one property: of those with several the smallest counts, as in the plan's order.
#[derive(Debug)]
pub(super) struct Section<'a> {
    pub(super) property: Option<PropertyId>,
    pub(super) changes: Vec<&'a Change>,
}

/// How many changes of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) create: usize,
    pub(super) update: usize,
    pub(super) revoke: usize,
    pub(super) delete: usize,
}

/// Splits them in their order; those of no property come last, as they do in the plan.
pub(super) fn by_property(changes: &[Change]) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for change in changes {
        let property = change.property_ids.first().copied();
        match sections.last_mut() {
            Some(section) if section.property == property => section.changes.push(change),
            _ => sections.push(Section { property, changes: vec![change] }),
        }
    }
    sections
}

impl Section<'_> {
    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for change in &self.changes {
            match change.action {
                Action::Create => tally.create += 1,
                Action::Update => tally.update += 1,
                Action::Revoke => tally.revoke += 1,
                Action::Delete => tally.delete += 1,
            }
        }
        tally
    }
}

impl Tally {
    /// As `2 to create, 1 to revoke`: the kinds that occur.
    pub(super) fn words(self) -> String {
        let Self { create, update, revoke, delete } = self;
        let kinds = [(create, "create"), (update, "update"), (revoke, "revoke"), (delete, "delete")];
        let told = kinds.into_iter().filter(|(number, _)| *number > 0);
        told.map(|(number, kind)| format!("{number} to {kind}")).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::{Tally, by_property};
    use crate::output::example;

    #[test]
    fn people_with_several_properties_stand_under_the_smallest() {
        let plan = example::plan();
        let sections = by_property(&plan.changes);
        let told: Vec<_> = sections
            .iter()
            .map(|section| (section.property.map(|id| id.0), section.changes.len(), section.tally().words()))
            .collect();
        assert_eq!(
            told,
            [
                (Some(500_001), 3, "1 to create, 2 to update".to_owned()),
                (Some(500_002), 1, "1 to revoke".to_owned()),
                (None, 1, "1 to delete".to_owned()),
            ]
        );
    }

    #[test]
    fn an_empty_tally_says_nothing() {
        assert_eq!(Tally::default().words(), "");
    }
}
