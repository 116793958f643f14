//! The brake (R3): how many people of each property would lose something, how many may, and what is held back.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::{Instant, PropertyId};
use crate::desired::Desired;
use crate::manifest::Guard;

use super::GuardReport;

/// What the command line lets through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowances {
    /// `--allow-revokes N`: a property whose count is exactly N.
    pub exact: BTreeSet<u64>,
    /// `--allow-revokes PROPERTY=N`: that property up to N.
    pub up_to: BTreeMap<PropertyId, u64>,
}

impl Allowances {
    fn lets(&self, property: Option<PropertyId>, revokes: u64) -> bool {
        let up_to = property.and_then(|property| self.up_to.get(&property));
        self.exact.contains(&revokes) || up_to.is_some_and(|most| revokes <= *most)
    }
}

/// Somebody of a property, as the guard counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The properties whose people they are; empty for people of groups that left the manifest.
    pub properties: BTreeSet<Option<PropertyId>>,
    /// They would lose something.
    pub loses: bool,
}

/// The guard of every property, and of what left the manifest where somebody is concerned.
pub fn reports(
    desired: &Desired,
    people: &[Counted],
    allowances: &Allowances,
    as_of: Instant,
) -> Vec<GuardReport> {
    let mut counts: BTreeMap<Option<PropertyId>, (u64, u64)> =
        desired.properties.keys().map(|id| (Some(*id), (0, 0))).collect();
    for person in people {
        for property in &person.properties {
            let (revokes, people) = counts.entry(*property).or_default();
            *people += 1;
            *revokes += u64::from(person.loses);
        }
    }
    let mut reports: Vec<GuardReport> = counts
        .into_iter()
        .map(|(property_id, (revokes, people))| {
            let limit = limit(desired, property_id, people, as_of);
            let tripped = revokes > limit && !allowances.lets(property_id, revokes);
            GuardReport { property_id, tripped, revokes, people, limit }
        })
        .collect();
    reports.sort_by_key(|report| (report.property_id.is_none(), report.property_id));
    reports
}

/// The larger of the two limits, raised by a turn window that holds the local date.
fn limit(desired: &Desired, property: Option<PropertyId>, people: u64, as_of: Instant) -> u64 {
    let view = property.and_then(|property| desired.properties.get(&property));
    let guard: &Guard = view.map_or(&desired.defaults.guard, |view| &view.policy.guard);
    let share = people * guard.max_revoke_percent / 100;
    let usual = guard.max_revokes.max(share);
    let Some(today) = view.map(|view| view.zone.date(as_of)) else { return usual };
    let turns = guard.turn_windows.iter().filter(|turn| turn.from <= today && today <= turn.until);
    turns.map(|turn| turn.max_revokes).max().map_or(usual, |raised| usual.max(raised))
}
