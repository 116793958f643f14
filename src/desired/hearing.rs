//! What each lease says of each of its people, decided lease by lease: a lease that was heard need not stay in memory. Brought together
//! by customer it is everybody.

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;
use rayon::prelude::*;

use crate::access::{CustomerId, LeaseId, PropertyId};
use crate::manifest::{Manifest, Property};
use crate::roster::{Lease, PropertyRecord};

use super::person::{Entry, Person, Row, alone};
use super::site::Site;
use super::together::together;

/// The manifest's properties as far as they were read: what a lease is judged by.
pub struct Hearing<'a> {
    sites: BTreeMap<PropertyId, Site<'a>>,
}

/// Everything that was heard.
#[derive(Debug, Default)]
pub struct Heard {
    /// Each customer as one lease alone would have them.
    #[expect(clippy::vec_box, reason = "they are sorted, and moved as they are gathered")]
    voices: Vec<Box<Person>>,
    /// The leases that nobody is on.
    empty: BTreeSet<(PropertyId, LeaseId)>,
    /// The properties of which there is any lease (R1).
    leased: BTreeSet<PropertyId>,
}

/// The lease that a voice is of.
fn entry(voice: &Person) -> Option<&Entry> {
    voice.entries.first()
}

fn key(voice: &Person) -> (&CustomerId, Option<(PropertyId, &LeaseId)>) {
    (&voice.customer, entry(voice).map(|entry| (entry.property, &entry.lease)))
}

impl<'a> Hearing<'a> {
    /// Brings together what the manifest declares and what was read.
    pub fn new(manifest: &'a Manifest, properties: &'a BTreeMap<PropertyId, PropertyRecord>) -> Self {
        let site = |property: &'a Property| (property.id, Site::new(property, properties.get(&property.id)));
        Self { sites: manifest.properties.par_iter().map(site).collect() }
    }

    pub(super) fn site(&self, property: PropertyId) -> Option<&Site<'a>> {
        self.sites.get(&property)
    }

    /// Hears these leases; those of properties that the manifest does not have say nothing.
    pub fn listen(&self, heard: &mut Heard, leases: &[Lease]) {
        heard.join(each(leases.par_iter(), |heard, lease| self.hear(heard, lease)));
    }

    /// Hears these leases, and lets each go then.
    pub fn take(&self, heard: &mut Heard, leases: Vec<Lease>) {
        heard.join(each(leases.into_par_iter(), |heard, lease| self.hear(heard, &lease)));
    }

    /// Hears one lease.
    pub fn hear(&self, heard: &mut Heard, lease: &Lease) {
        heard.leased.insert(lease.property);
        if lease.residents.is_empty() {
            heard.empty.insert((lease.property, lease.id.clone()));
        }
        let Some(site) = self.sites.get(&lease.property) else { return };
        let voices = lease.residents.iter().map(|resident| alone(&Row { site, lease, resident }));
        heard.voices.extend(voices.map(Box::new));
    }
}

fn each<T: Send>(
    leases: impl IndexedParallelIterator<Item = T>,
    hear: impl Fn(&mut Heard, T) + Sync + Send,
) -> Heard {
    let some = leases.fold(Heard::default, |mut heard, lease| {
        hear(&mut heard, lease);
        heard
    });
    some.reduce(Heard::default, |mut heard, more| {
        heard.join(more);
        heard
    })
}

impl Heard {
    /// Adds what was heard elsewhere.
    pub fn join(&mut self, other: Self) {
        let Self { voices, empty, leased } = other;
        self.voices.extend(voices);
        self.empty.extend(empty);
        self.leased.extend(leased);
    }

    /// Puts what was heard in order. That is done once more when people are made of it, and takes less then.
    pub fn sort(&mut self) {
        // Stable: rows of one customer on one lease stay in Entrata's order.
        self.voices.par_sort_by(|a, b| key(a).cmp(&key(b)));
    }

    /// The properties of which there is any lease.
    pub fn leased(&self) -> &BTreeSet<PropertyId> {
        &self.leased
    }

    /// Everybody who is on a lease, as often as they are.
    pub fn customers(&self) -> impl Iterator<Item = &CustomerId> {
        self.voices.iter().map(|voice| &voice.customer)
    }

    /// Which of these leases were heard.
    pub fn known(&self, leases: &BTreeSet<(PropertyId, LeaseId)>) -> BTreeSet<(PropertyId, LeaseId)> {
        let entries = self.voices.iter().filter_map(|voice| entry(voice));
        let properties: BTreeSet<PropertyId> = leases.iter().map(|(property, _)| *property).collect();
        let entries = entries.filter(|entry| properties.contains(&entry.property));
        let voiced =
            entries.map(|entry| (entry.property, entry.lease.clone())).filter(|key| leases.contains(key));
        voiced.chain(self.empty.intersection(leases).cloned()).collect()
    }

    /// Forgets what these leases said: they are heard again.
    pub fn forget(&mut self, leases: &BTreeSet<(PropertyId, LeaseId)>) {
        let is_of = |entry: &Entry| leases.contains(&(entry.property, entry.lease.clone()));
        self.voices.retain(|voice| !entry(voice).is_some_and(is_of));
    }

    /// Everybody, whatever the order in which they were heard.
    pub(super) fn into_people(mut self) -> LiteMap<CustomerId, Box<Person>> {
        self.sort();
        let Self { voices, empty: _, leased: _ } = self;
        let mut voices: Vec<Option<Box<Person>>> = voices.into_iter().map(Some).collect();
        let is_one = |one: &Option<Box<Person>>, other: &Option<Box<Person>>| {
            one.as_ref().map(|one| &one.customer) == other.as_ref().map(|other| &other.customer)
        };
        voices.par_chunk_by_mut(is_one).for_each(|voices| {
            let [first, others @ ..] = voices else { return };
            let others = others.iter_mut().filter_map(Option::take).map(|other| *other).collect();
            if let Some(first) = first {
                together(first, others);
            }
        });
        let people = voices.into_par_iter().flatten_iter().map(|person| (person.customer.clone(), person));
        LiteMap::from_sorted_store_unchecked(people.collect())
    }
}
