//! Who lives where and when, unit by unit: the whole of time as a value that a timeline can be drawn from. Knows no page.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::access::text::Text;
use crate::access::{
    CustomerId, ExternalId, Instant, LeaseId, Profile, PropertyId, UnitId, Window, later_start,
};
use crate::desired::Desired;
use crate::desired::person::{Entry, Person};
use crate::roster::{Day, Lease, Roster, Status, Unit};
use crate::rules::RuleId;

use super::Scope;

/// What a timeline is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// What Entrata said.
    pub roster: &'a Roster,
    /// What should be.
    pub desired: &'a Desired,
    /// Which properties and customers are looked at.
    pub scope: &'a Scope,
    /// The instant as of which everything was decided.
    pub as_of: Instant,
}

/// A property's units with the people in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyOccupancy {
    /// Entrata's id.
    pub property: PropertyId,
    /// Its units by building and number; leases without one of them come last.
    pub units: Vec<UnitOccupancy>,
}

/// A unit and who has access to it when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitOccupancy {
    /// Its number; `None` of leases that no unit is assigned to.
    pub number: Option<Text>,
    /// Its building.
    pub building: Option<Text>,
    /// In the order of their starts.
    pub stays: Vec<Stay>,
}

/// People on one lease who have the same windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// Entrata's id.
    pub lease: LeaseId,
    /// The spaces that the lease holds, where the unit has several.
    pub spaces: Vec<Text>,
    /// The status by which these people were judged.
    pub status: String,
    /// They are on notice.
    pub is_on_notice: bool,
    /// When they have access; apart from each other, in order.
    pub windows: Vec<Window>,
    /// The move-in date that counts.
    pub move_in: Option<NaiveDate>,
    /// The move-out date that counts.
    pub move_out: Option<NaiveDate>,
    /// The first days of the lease's later terms.
    pub renewals: Vec<NaiveDate>,
    /// The lease's end, where it has passed and they live on (T20).
    pub held_over_since: Option<NaiveDate>,
    /// In Entrata's order of ids.
    pub people: Vec<Occupant>,
}

/// Somebody in a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupant {
    /// Brivo's key for them.
    pub external_id: ExternalId,
    /// As Entrata has them.
    pub profile: Profile,
    /// What a reviewed exception that is in force does to them.
    pub exception: Option<&'static str>,
}

/// Every property in scope with its units.
pub fn occupancy(sources: &Sources<'_>) -> Vec<PropertyOccupancy> {
    let Sources { roster, desired, scope, .. } = *sources;
    let leases = roster.leases.iter().map(|lease| ((lease.property, &lease.id), lease)).collect();
    let mut drawing = Drawing { sources, leases, stays: BTreeMap::new() };
    let is_meant = |person: &&Person| {
        scope.customers.is_empty() || scope.customers.iter().any(|id| id == person.customer.as_str())
    };
    desired.everybody().filter(is_meant).for_each(|person| drawing.add(person));
    let in_scope = |id: &&PropertyId| {
        let is_in_part = scope.shard.is_none_or(|shard| shard.holds(Some(**id), &desired.properties));
        is_in_part && (scope.properties.is_empty() || scope.properties.contains(id))
    };
    desired.properties.keys().filter(in_scope).map(|id| drawing.property(*id)).collect()
}

/// Where a stay is drawn: a unit of the property, or what the lease calls it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    Unit(UnitId),
    Called(Option<Text>),
}

struct Drawing<'a> {
    sources: &'a Sources<'a>,
    leases: BTreeMap<(PropertyId, &'a LeaseId), &'a Lease>,
    stays: BTreeMap<PropertyId, BTreeMap<Spot, Vec<Stay>>>,
}

impl Drawing<'_> {
    fn add(&mut self, person: &Person) {
        for (index, entry) in person.entries.iter().enumerate() {
            let windows = windows(entry);
            if windows.is_empty() {
                continue;
            }
            let occupant = self.occupant(person);
            let stay = self.stay(person, index, entry, windows);
            let spot = match &entry.home.place {
                Some((unit, _)) => Spot::Unit(unit.clone()),
                None => Spot::Called(entry.home.unit.clone()),
            };
            let stays = self.stays.entry(entry.property).or_default().entry(spot).or_default();
            match stays.iter_mut().find(|other| is_same(other, &stay)) {
                Some(other) => other.people.push(occupant),
                None => stays.push(Stay { people: vec![occupant], ..stay }),
            }
        }
    }

    fn occupant(&self, person: &Person) -> Occupant {
        let Sources { desired, as_of, .. } = *self.sources;
        Occupant {
            external_id: ExternalId::of(&desired.prefix, &person.customer),
            profile: person.profile.clone(),
            exception: exception(desired, &person.customer, as_of),
        }
    }

    fn stay(&self, person: &Person, index: usize, entry: &Entry, windows: Vec<Window>) -> Stay {
        let as_of = self.sources.as_of;
        let dated = entry.phase_at(as_of).and_then(|phase| phase.window);
        let lease = self.leases.get(&(entry.property, &entry.lease));
        let holdover = person
            .notes
            .iter()
            .find(|note| note.rule == RuleId::T20 && note.entry() == Some(index) && note.during.holds(as_of));
        Stay {
            lease: entry.lease.clone(),
            spaces: entry
                .home
                .place
                .iter()
                .flat_map(|(_, spaces)| spaces)
                .map(|space| space.name.clone())
                .collect(),
            status: entry.status.name().to_owned(),
            is_on_notice: entry.status == Status::Notice,
            windows,
            move_in: dated.and_then(|dated| dated.recorded_start),
            move_out: dated.and_then(|dated| dated.recorded_end),
            renewals: lease.map(|lease| renewals(lease)).unwrap_or_default(),
            held_over_since: holdover.and_then(|note| note.days_from),
            people: Vec::new(),
        }
    }

    fn property(&mut self, property: PropertyId) -> PropertyOccupancy {
        let mut stays = self.stays.remove(&property).unwrap_or_default();
        let record = self.sources.roster.properties.get(&property);
        let mut known: Vec<&Unit> =
            record.and_then(|record| record.units.as_ref()).into_iter().flatten().collect();
        known.sort_by_cached_key(|unit| (unit.building.clone(), natural(&unit.number), unit.id.clone()));
        let mut units: Vec<UnitOccupancy> = known
            .into_iter()
            .map(|unit| {
                let mut here = stays.remove(&Spot::Unit(unit.id.clone())).unwrap_or_default();
                if unit.spaces.len() < 2 {
                    for stay in &mut here {
                        stay.spaces.clear();
                    }
                }
                drawn(Some(unit.number.clone()), unit.building.clone(), here)
            })
            .collect();
        units.extend(stays.into_iter().map(|(spot, stays)| match spot {
            Spot::Unit(id) => drawn(Some(id.as_str().into()), None, stays),
            Spot::Called(name) => drawn(name, None, stays),
        }));
        if !self.sources.scope.customers.is_empty() {
            units.retain(|unit| !unit.stays.is_empty());
        }
        PropertyOccupancy { property, units }
    }
}

/// What an exception in force does to the customer.
fn exception(desired: &Desired, customer: &CustomerId, as_of: Instant) -> Option<&'static str> {
    desired.override_at(customer, as_of).map(|one| one.effect.name())
}

fn drawn(number: Option<Text>, building: Option<Text>, mut stays: Vec<Stay>) -> UnitOccupancy {
    stays.sort_by(|a, b| (first_start(a), &a.lease).cmp(&(first_start(b), &b.lease)));
    UnitOccupancy { number, building, stays }
}

fn first_start(stay: &Stay) -> Option<Instant> {
    stay.windows.first().and_then(|window| window.start)
}

fn is_same(one: &Stay, other: &Stay) -> bool {
    let Stay {
        lease,
        spaces,
        status,
        is_on_notice: _,
        windows,
        move_in,
        move_out,
        renewals: _,
        held_over_since,
        people: _,
    } = one;
    (lease, spaces, status, windows, move_in, move_out, held_over_since)
        == (
            &other.lease,
            &other.spaces,
            &other.status,
            &other.windows,
            &other.move_in,
            &other.move_out,
            &other.held_over_since,
        )
}

/// When the entry gives access: its phases cut to the time in which each holds, and joined again.
fn windows(entry: &Entry) -> Vec<Window> {
    if !entry.gives {
        return Vec::new();
    }
    let open = entry
        .pieces()
        .map(|(holds, dated)| Window { start: later_start(holds.start, dated.window.start), end: holds.end });
    let is_real = |window: &Window| window.start.zip(window.end).is_none_or(|(start, end)| start < end);
    let mut joined: Vec<Window> = Vec::new();
    for window in open.filter(is_real) {
        match joined.last_mut().filter(|last| last.touches(&window)) {
            Some(last) => *last = last.hull(&window),
            None => joined.push(window),
        }
    }
    joined
}

/// The first days of the terms after the first one, those that are live only.
fn renewals(lease: &Lease) -> Vec<NaiveDate> {
    let lives =
        |status: &Status| matches!(status, Status::Future | Status::Current | Status::Notice | Status::Past);
    let starts: BTreeSet<NaiveDate> = lease
        .intervals
        .iter()
        .filter(|interval| lives(&interval.status))
        .filter_map(|interval| match &interval.start {
            Day::On(date) => Some(*date),
            Day::Absent | Day::Zero(_) | Day::Unreadable(_) => None,
        })
        .collect();
    starts.into_iter().skip(1).collect()
}

/// Numbers inside a text count as numbers: 9 before 10, A2 before A10.
fn natural(text: &str) -> Vec<(String, u64)> {
    let mut parts: Vec<(String, u64)> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (before, after) = rest.split_at(word);
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let (number, after) = after.split_at(digits);
        parts.push((before.to_owned(), number.parse().unwrap_or(0)));
        rest = after;
    }
    parts
}
