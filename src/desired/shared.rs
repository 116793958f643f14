//! Two leases in one unit space at one time (L18): a move-out was probably not recorded.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::{CustomerId, Instant, LeaseId, PropertyId, SpaceId, UnitId, Window};

use super::person::{Entry, Person};

/// A unit, and its space where it has some.
type Place = (UnitId, Option<SpaceId>);

/// One lease that holds one space, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// The property.
    pub property: PropertyId,
    /// Where.
    pub place: Place,
    /// For people to read.
    pub unit: Option<String>,
    /// The lease.
    pub lease: LeaseId,
    /// Who is on it with a window of their own.
    pub people: BTreeSet<CustomerId>,
    /// When one of them has a window.
    pub windows: Vec<Window>,
}

/// Every lease with a window in a known unit.
pub(super) fn stays(people: &BTreeMap<CustomerId, Person>) -> Vec<Stay> {
    let mut stays: BTreeMap<(PropertyId, UnitId, Option<SpaceId>, LeaseId), Stay> = BTreeMap::new();
    for person in people.values() {
        for entry in &person.entries {
            for (place, label) in places(entry) {
                let key = (entry.property, place.0.clone(), place.1.clone(), entry.lease.clone());
                let stay = stays.entry(key).or_insert_with(|| Stay {
                    property: entry.property,
                    place,
                    unit: label,
                    lease: entry.lease.clone(),
                    people: BTreeSet::new(),
                    windows: Vec::new(),
                });
                stay.people.insert(person.customer.clone());
                stay.windows.extend(entry.pieces().into_iter().map(|(holds, dated)| Window {
                    start: crate::access::later_start(holds.start, dated.window.start),
                    end: holds.end,
                }));
            }
        }
    }
    stays.into_values().filter(|stay| !stay.windows.is_empty()).collect()
}

/// The spaces of a lease, or its unit where it has none, each with what people call it.
fn places(entry: &Entry) -> Vec<(Place, Option<String>)> {
    let Some((unit, spaces)) = &entry.place else { return Vec::new() };
    match spaces.as_slice() {
        [] => vec![((unit.clone(), None), entry.unit.clone())],
        [only] => vec![((unit.clone(), Some(only.id.clone())), entry.unit.clone())],
        several => several
            .iter()
            .map(|space| ((unit.clone(), Some(space.id.clone())), Some(space.name.clone())))
            .collect(),
    }
}

/// The stays of one space that two leases without a common person hold at one instant of `within`.
pub fn crowded(stays: &[Stay], within: impl Fn(PropertyId) -> (Instant, Instant)) -> Vec<Vec<&Stay>> {
    let mut by_place: BTreeMap<(PropertyId, &Place), Vec<&Stay>> = BTreeMap::new();
    for stay in stays {
        by_place.entry((stay.property, &stay.place)).or_default().push(stay);
    }
    let mut crowded = Vec::new();
    for ((property, _), stays) in by_place {
        let (from, until) = within(property);
        let clash = |a: &Stay, b: &Stay| a.people.is_disjoint(&b.people) && meet(a, b, from, until);
        let involved = stays
            .iter()
            .filter(|one| stays.iter().any(|other| other.lease != one.lease && clash(one, other)));
        let involved: Vec<&Stay> = involved.copied().collect();
        if !involved.is_empty() {
            crowded.push(involved);
        }
    }
    crowded
}

fn meet(a: &Stay, b: &Stay, from: Instant, until: Instant) -> bool {
    let frame = Window::new(Some(from), Some(until + chrono::Duration::seconds(1)));
    a.windows.iter().any(|one| {
        b.windows.iter().any(|other| {
            one.overlaps(other)
                && Window {
                    start: crate::access::later_start(one.start, other.start),
                    end: crate::access::earlier_end(one.end, other.end),
                }
                .overlaps(&frame)
        })
    })
}
