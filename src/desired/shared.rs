//! Two leases in one unit space at one time (L18): a move-out was probably not recorded.

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;
use rayon::prelude::*;

use crate::access::text::Text;
use crate::access::{CustomerId, Instant, LeaseId, PropertyId, SpaceId, UnitId, Window};

use crate::roster::Space;

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
    pub unit: Option<Text>,
    /// The lease.
    pub lease: LeaseId,
    /// Who is on it with a window of their own.
    pub people: BTreeSet<CustomerId>,
    /// When one of them has a window.
    pub windows: Vec<Window>,
}

/// Every lease with a window in a known unit that another one names too: of a lease that is alone there nothing can be said.
pub(super) fn stays(people: &LiteMap<CustomerId, Box<Person>>) -> Vec<Stay> {
    let people: Vec<&Person> = people.values().map(|person| &**person).collect();
    let of_one = people
        .into_par_iter()
        .flat_map_iter(|person| person.entries.iter().flat_map(move |entry| held(person, entry)));
    let mut held: Vec<Held<'_>> = of_one.collect();
    // In place: there are millions of them.
    held.par_sort_unstable_by(|a, b| a.order().cmp(&b.order()));
    let spots = held.par_chunk_by(|a, b| a.spot() == b.spot());
    let shared = spots.filter(|here| here.iter().any(|one| one.entry.lease != here[0].entry.lease));
    let leases = shared.flat_map_iter(|here| here.chunk_by(|a, b| a.entry.lease == b.entry.lease));
    leases.filter_map(stay).collect()
}

/// One customer's hold of a space by one lease.
struct Held<'a> {
    property: PropertyId,
    /// What the unit's id begins with, in the order of the ids: few have to be looked at any further.
    beginning: u64,
    customer: &'a CustomerId,
    entry: &'a Entry,
    unit: &'a UnitId,
    space: Option<&'a SpaceId>,
    label: Option<&'a Text>,
}

impl Held<'_> {
    fn spot(&self) -> (PropertyId, &UnitId, Option<&SpaceId>) {
        (self.property, self.unit, self.space)
    }

    fn order(&self) -> impl Ord {
        ((self.property, self.beginning), self.spot(), &self.entry.lease, self.customer)
    }
}

/// The holds of one lease on one space as one stay; none without a window.
fn stay(held: &[Held<'_>]) -> Option<Stay> {
    let first = held.first()?;
    let open = held.iter().flat_map(|one| one.entry.pieces());
    let windows: Vec<Window> = open
        .map(|(holds, dated)| Window {
            start: crate::access::later_start(holds.start, dated.window.start),
            end: holds.end,
        })
        .collect();
    (!windows.is_empty()).then(|| Stay {
        property: first.property,
        place: (first.unit.clone(), first.space.cloned()),
        unit: first.label.cloned(),
        lease: first.entry.lease.clone(),
        people: held.iter().map(|one| one.customer.clone()).collect(),
        windows,
    })
}

/// The spaces of a lease, or its unit where it has none, each with what people call it.
fn held<'a>(person: &'a Person, entry: &'a Entry) -> Vec<Held<'a>> {
    let Some((unit, spaces)) = &entry.home.place else { return Vec::new() };
    let mut beginning = [0; 8];
    for (place, byte) in beginning.iter_mut().zip(unit.as_str().bytes()) {
        *place = byte;
    }
    let one = |space: Option<&'a Space>, label: Option<&'a Text>| Held {
        property: entry.property,
        beginning: u64::from_be_bytes(beginning),
        customer: &person.customer,
        entry,
        unit,
        space: space.map(|space| &space.id),
        label,
    };
    match spaces.as_slice() {
        [] => vec![one(None, entry.home.unit.as_ref())],
        [only] => vec![one(Some(only), entry.home.unit.as_ref())],
        several => several.iter().map(|space| one(Some(space), Some(&space.name))).collect(),
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
