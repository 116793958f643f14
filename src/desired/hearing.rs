//! What each lease says of each of its people, decided lease by lease: a lease that was heard need not stay in memory. Brought together
//! by customer it is everybody.

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;
use rayon::prelude::*;

use crate::access::{CustomerId, LeaseId, Profile, PropertyId};
use crate::manifest::{Manifest, Property};
use crate::roster::{Lease, PropertyRecord};

use super::note::Draft;
use super::person::{Decided, Person, Row, decide, person};
use super::profile::profile;
use super::site::Site;

/// How many people are brought together at one time.
const AT_ONCE: usize = 8192;
/// How many leases are let go at one time.
const LEASES_AT_ONCE: usize = 1024;

/// The manifest's properties as far as they were read: what a lease is judged by.
pub struct Hearing<'a> {
    sites: BTreeMap<PropertyId, Site<'a>>,
}

/// Everything that was heard.
#[derive(Debug, Default)]
pub struct Heard {
    /// None in the place of one that was taken.
    voices: Vec<Option<Box<Voice>>>,
    /// The leases that nobody is on.
    empty: BTreeSet<(PropertyId, LeaseId)>,
    /// The properties of which there is any lease (R1).
    leased: BTreeSet<PropertyId>,
}

/// One customer on one lease.
#[derive(Debug)]
pub(super) struct Voice {
    pub(super) customer: CustomerId,
    /// What the lease says of names, e-mail and phone, and what there is to say about that.
    pub(super) profile: Profile,
    pub(super) asides: Vec<Draft>,
    pub(super) decided: Decided,
}

impl Voice {
    fn key(&self) -> (&CustomerId, PropertyId, &LeaseId) {
        (&self.customer, self.decided.entry.property, &self.decided.entry.lease)
    }
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
        heard.leased.extend(leases.iter().map(|lease| lease.property));
        let empty = leases.iter().filter(|lease| lease.residents.is_empty());
        heard.empty.extend(empty.map(|lease| (lease.property, lease.id.clone())));
        let voices: Vec<Option<Box<Voice>>> =
            leases.par_iter().flat_map_iter(|lease| self.voices(lease)).collect();
        heard.voices.extend(voices);
    }

    /// Hears these leases, and lets each go then.
    pub fn take(&self, heard: &mut Heard, leases: Vec<Lease>) {
        let mut leases = leases.into_iter();
        loop {
            let now: Vec<Lease> = leases.by_ref().take(LEASES_AT_ONCE).collect();
            if now.is_empty() {
                return;
            }
            self.listen(heard, &now);
            // Nobody waits until so many texts are given back.
            rayon::spawn(move || drop(now));
        }
    }

    fn voices<'l>(&'l self, lease: &'l Lease) -> impl Iterator<Item = Option<Box<Voice>>> + use<'l, 'a> {
        let site = self.sites.get(&lease.property);
        site.into_iter().flat_map(move |site| {
            lease.residents.iter().map(move |resident| {
                let (profile, asides) = profile(resident, &site.property.country);
                let decided = decide(&Row { site, lease, resident });
                Some(Box::new(Voice { customer: resident.customer.clone(), profile, asides, decided }))
            })
        })
    }
}

impl Heard {
    fn voices(&self) -> impl Iterator<Item = &Voice> {
        self.voices.iter().flatten().map(|voice| &**voice)
    }

    /// The properties of which there is any lease.
    pub fn leased(&self) -> &BTreeSet<PropertyId> {
        &self.leased
    }

    /// Everybody who is on a lease, as often as they are.
    pub fn customers(&self) -> impl Iterator<Item = &CustomerId> {
        self.voices().map(|voice| &voice.customer)
    }

    /// Which of these leases were heard.
    pub fn known(&self, leases: &BTreeSet<(PropertyId, LeaseId)>) -> BTreeSet<(PropertyId, LeaseId)> {
        let keys = self.voices().map(|voice| (voice.decided.entry.property, &voice.decided.entry.lease));
        let properties: BTreeSet<PropertyId> = leases.iter().map(|(property, _)| *property).collect();
        let keys = keys.filter(|(property, _)| properties.contains(property));
        let voiced = keys.map(|(property, lease)| (property, lease.clone())).filter(|key| leases.contains(key));
        voiced.chain(self.empty.intersection(leases).cloned()).collect()
    }

    /// Forgets what these leases said: they are heard again.
    pub fn forget(&mut self, leases: &BTreeSet<(PropertyId, LeaseId)>) {
        self.voices.retain(|voice| {
            let entry = voice.as_ref().map(|voice| &voice.decided.entry);
            entry.is_some_and(|entry| !leases.contains(&(entry.property, entry.lease.clone())))
        });
    }

    /// Everybody, whatever the order in which they were heard.
    pub(super) fn into_people(self) -> LiteMap<CustomerId, Person> {
        let Self { mut voices, empty: _, leased: _ } = self;
        let key = |voice: &Option<Box<Voice>>| voice.as_ref().map(|voice| voice.customer.clone());
        // Stable: rows of one customer on one lease stay in Entrata's order.
        voices.par_sort_by(|a, b| a.as_ref().map(|a| a.key()).cmp(&b.as_ref().map(|b| b.key())));
        let is_one = |a: &Option<Box<Voice>>, b: &Option<Box<Voice>>| {
            a.as_ref().map(|a| &a.customer) == b.as_ref().map(|b| &b.customer)
        };
        // Room for all at once, and voices let go as they are taken: a portfolio has millions of both.
        let mut people = Vec::with_capacity(voices.chunk_by(is_one).count());
        let mut rest = voices.as_mut_slice();
        while !rest.is_empty() {
            let mut at = AT_ONCE.min(rest.len());
            while at < rest.len() && is_one(&rest[at - 1], &rest[at]) {
                at += 1;
            }
            let (now, later) = rest.split_at_mut(at);
            let persons: Vec<Option<(CustomerId, Person)>> = now
                .par_chunk_by_mut(is_one)
                .map(|rows| {
                    let customer = rows.first().and_then(key)?;
                    let person = person(&customer, rows.iter_mut().filter_map(Option::take));
                    Some((customer, person))
                })
                .collect();
            people.extend(persons.into_iter().flatten());
            rest = later;
        }
        LiteMap::from_sorted_store_unchecked(people)
    }
}
