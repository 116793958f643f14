//! The brake (R3): how many people of each property would lose something, how many may, in one run and in a day, and into which groups
//! too many would be put.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::few::Few;
use crate::access::{ExternalId, GroupId, GroupRef, Instant, PropertyId};
use crate::desired::{Desired, PropertyView};
use crate::manifest::{Guard, TurnWindow};

use super::{DayReport, GrantReport, GuardReport, Image};

/// What the guards go by beside the manifest: what the command line lets through, and what was taken of late.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowances {
    /// `--allow-revokes N`: a property whose count is exactly N.
    pub exact: BTreeSet<u64>,
    /// `--allow-revokes PROPERTY=N`: that property up to N.
    pub up_to: BTreeMap<PropertyId, u64>,
    /// `--allow-grants GROUP=N`: into that group up to N people.
    pub grants: BTreeMap<GroupId, u64>,
    /// What the runs of the last 24 hours took, where there is a journal that tells.
    pub taken: Option<Vec<Taken>>,
}

/// A change that an earlier run wrote, or began to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// When.
    pub at: Instant,
    /// Of whom.
    pub external_id: ExternalId,
    /// What they held.
    pub before: Image,
    /// What they were to hold; `None` where the record was deleted.
    pub after: Option<Image>,
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
    /// Who.
    pub external_id: ExternalId,
    /// The properties whose people they are; empty for people of groups that left the manifest.
    pub properties: Few<Option<PropertyId>>,
    /// They would lose something.
    pub loses: bool,
}

/// Who lost something of a property in the last 24 hours.
pub type Lately = BTreeMap<Option<PropertyId>, BTreeSet<ExternalId>>;

/// How many people each property has, and who of them would lose something.
#[derive(Debug, Clone, Default)]
pub struct Tallies(BTreeMap<Option<PropertyId>, Tally>);

#[derive(Debug, Clone, Default)]
struct Tally {
    people: u64,
    losers: BTreeSet<ExternalId>,
}

impl Tallies {
    /// Counts somebody in each of their properties.
    pub fn count(&mut self, person: Counted) {
        let Counted { external_id, properties, loses } = person;
        for property in properties {
            let tally = self.0.entry(property).or_default();
            tally.people += 1;
            tally.losers.extend(loses.then(|| external_id.clone()));
        }
    }
}

impl Extend<Counted> for Tallies {
    fn extend<T: IntoIterator<Item = Counted>>(&mut self, people: T) {
        for person in people {
            self.count(person);
        }
    }
}

/// The guard of every property, and of what left the manifest where somebody is concerned.
pub fn reports(
    desired: &Desired,
    tallies: Tallies,
    lately: &Lately,
    allowances: &Allowances,
    as_of: Instant,
) -> Vec<GuardReport> {
    let Tallies(mut tallies) = tallies;
    for property in desired.properties.keys() {
        tallies.entry(Some(*property)).or_default();
    }
    let nobody = BTreeSet::new();
    let report = |(property, tally): (Option<PropertyId>, Tally)| {
        let limits = Limits::of(desired, property, as_of);
        let Tally { people, losers } = tally;
        let revokes = losers.len() as u64;
        let limit = limits.in_a_run(people);
        let in_all = losers.union(lately.get(&property).unwrap_or(&nobody)).count() as u64;
        let day = limits.in_a_day().map(|limit| DayReport { revokes: in_all, limit });
        let is_too_much = revokes > limit || day.is_some_and(|day| revokes > 0 && day.revokes > day.limit);
        let tripped = is_too_much && !allowances.lets(property, revokes);
        let would_lose = if tripped { losers.into_iter().collect() } else { Vec::new() };
        GuardReport {
            property_id: property,
            tripped,
            revokes,
            people,
            limit,
            would_lose,
            day,
            grants: Vec::new(),
        }
    };
    let mut reports: Vec<GuardReport> = tallies.into_iter().map(report).collect();
    reports.sort_by_key(|report| (report.property_id.is_none(), report.property_id));
    reports
}

/// A group and who would be put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The group.
    pub group: GroupRef,
    /// The properties that name it.
    pub owners: BTreeSet<PropertyId>,
    /// Whether the manifest calls it sensitive.
    pub sensitive: bool,
    /// Who.
    pub people: BTreeSet<ExternalId>,
}

/// The group's report, where more would be put into it than may be.
pub fn grant_report(
    desired: &Desired,
    granted: Granted,
    allowances: &Allowances,
    as_of: Instant,
) -> Option<GrantReport> {
    let Granted { group, owners, sensitive, people } = granted;
    let limits = owners.iter().filter_map(|owner| Limits::of(desired, Some(*owner), as_of).for_a_group());
    let limit = if sensitive { 0 } else { limits.min()? };
    let grants = people.len() as u64;
    let allowed = allowances.grants.get(&group.id).copied().unwrap_or_default();
    let would_get = people.into_iter().collect();
    (grants > limit.max(allowed)).then_some(GrantReport { group, sensitive, grants, limit, would_get })
}

/// A property's limits on one date: those of its guard, raised by the turn windows that hold the date.
struct Limits<'a> {
    guard: &'a Guard,
    turns: Vec<&'a TurnWindow>,
}

impl<'a> Limits<'a> {
    /// What belongs to no property goes by the defaults, whose turn windows are dates of no zone.
    fn of(desired: &'a Desired, property: Option<PropertyId>, as_of: Instant) -> Self {
        let view = property.and_then(|property| desired.properties.get(&property));
        let guard = view.map_or(&desired.defaults.guard, |view| &view.policy.guard);
        let holds = |view: &PropertyView, turn: &TurnWindow| {
            let today = view.zone.date(as_of);
            turn.from <= today && today <= turn.until
        };
        let turns = guard.turn_windows.iter().filter(|turn| view.is_some_and(|view| holds(view, turn)));
        Self { guard, turns: turns.collect() }
    }

    /// The larger of the number and the share.
    fn in_a_run(&self, people: u64) -> u64 {
        let share = people * self.guard.max_revoke_percent / 100;
        self.raised(self.guard.max_revokes.max(share), |turn| Some(turn.max_revokes))
    }

    fn in_a_day(&self) -> Option<u64> {
        let usual = self.guard.max_revokes_per_day?;
        Some(self.raised(usual, |turn| Some(turn.max_revokes)))
    }

    fn for_a_group(&self) -> Option<u64> {
        let usual = self.guard.max_grants?;
        Some(self.raised(usual, |turn| turn.max_grants))
    }

    fn raised(&self, usual: u64, by: impl Fn(&TurnWindow) -> Option<u64>) -> u64 {
        self.turns.iter().filter_map(|turn| by(turn)).fold(usual, u64::max)
    }
}

#[cfg(test)]
mod tests;
