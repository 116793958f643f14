//! One customer's leases brought together: the same lease twice (P6), renewals and contradictions between leases, and whose word counts
//! of names, e-mail and phone.

use crate::access::{CustomerId, Instant, LeaseId, Profile, PropertyId};
use crate::roster::Status;
use crate::rules::RuleId;

use super::note::{About, Note, When};
use super::person::{Entry, Open, Person};
use super::siblings::{contradictions, renewals};
use super::window::Dated;

/// Brings together what each lease alone says of one customer, the leases sorted by property and id. Of most there is just one, which
/// stays where it is.
pub(super) fn together(first: &mut Person, others: Vec<Person>) {
    let is_contradicted =
        |entry: &Entry| entry.open.as_ref().is_some_and(|open| open.contradicted_from.is_some());
    if !others.is_empty() || first.entries.iter().any(is_contradicted) {
        let customer = first.customer.clone();
        let first_voice = std::mem::replace(first, Person::bare(customer.clone()));
        *first = joined(customer, std::iter::once(first_voice).chain(others));
    }
    let Person { entries, notes, .. } = first;
    for note in notes {
        let entry = note.entry().and_then(|index| entries.get(index));
        if entry.is_some_and(Entry::is_over) {
            note.when = When::HoldsThroughThis;
        }
    }
    entries.iter_mut().for_each(|entry| entry.open = None);
}

fn joined(customer: CustomerId, voices: impl Iterator<Item = Person>) -> Person {
    let mut decided: Vec<Decided> = Vec::new();
    let mut speakers: Vec<Speaker> = Vec::new();
    for (speaker, next) in voices.filter_map(taken_apart) {
        speakers.push(speaker);
        match decided.last_mut().filter(|last| last.is_twice(&next)) {
            Some(last) if !last.grants() || !next.grants() => last.merge(next),
            Some(_) | None => decided.push(next),
        }
    }
    renewals(&mut decided);
    contradictions(&mut decided);
    let (profile, mut notes) = speaker(speakers, &decided);
    let mut entries = Vec::with_capacity(decided.len());
    for (index, decided) in (0..).zip(decided) {
        notes.extend(decided.notes.into_iter().map(|note| note.about(About::Entry(index))));
        entries.push(decided.entry);
    }
    Person { customer, profile, entries: entries.into(), notes: notes.into() }
}

/// An entry and what is still to be judged with the person's other entries.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) entry: Entry,
    pub(super) notes: Vec<Note>,
    pub(super) contradicted_from: Option<Instant>,
    pub(super) awaiting: Option<Dated>,
}

/// What one lease says of the person, and of names, e-mail and phone.
fn taken_apart(voice: Person) -> Option<(Speaker, Decided)> {
    let Person { customer: _, profile, entries, notes } = voice;
    let mut entry = entries.into_iter().next()?;
    let (notes, asides) = notes.into_iter().partition(|note| note.entry().is_some());
    let speaker = Speaker { property: entry.property, lease: entry.lease.clone(), profile, asides };
    let Open { contradicted_from, awaiting } = entry.open.take().map(|open| *open).unwrap_or_default();
    Some((speaker, Decided { entry, notes, contradicted_from, awaiting }))
}

impl Decided {
    /// One customer twice on a lease (P6).
    fn is_twice(&self, other: &Self) -> bool {
        (self.entry.property, &self.entry.lease) == (other.entry.property, &other.entry.lease)
    }

    fn grants(&self) -> bool {
        self.entry.phases.iter().any(|phase| phase.window.is_some())
    }

    /// P6: if any row grants, the entry grants. Two that both do stand beside each other, and their windows add up; of two that do
    /// not, both are told, whichever Entrata names first.
    fn merge(&mut self, mut other: Self) {
        if other.rank() < self.rank() {
            std::mem::swap(self, &mut other);
        }
        if !self.grants() {
            self.notes.append(&mut other.notes);
        }
    }

    fn rank(&self) -> (bool, Option<RuleId>) {
        (!self.grants(), self.entry.phases.iter().flat_map(|phase| &phase.why).map(|why| why.rule).next())
    }
}

/// What one row says of names, e-mail and phone.
struct Speaker {
    property: PropertyId,
    lease: LeaseId,
    profile: Profile,
    asides: Vec<Note>,
}

impl Speaker {
    fn rank(&self, decided: &[Decided]) -> u8 {
        let entry = decided.iter().map(|decided| &decided.entry);
        let mut entry = entry.filter(|entry| entry.lease == self.lease && entry.property == self.property);
        match entry.next().map(|entry| &entry.status) {
            Some(Status::Current) => 0,
            Some(Status::Notice) => 1,
            Some(Status::Future) => 2,
            Some(Status::Past) => 3,
            Some(Status::Applicant | Status::Cancelled | Status::Unknown(_)) | None => 4,
        }
    }
}

/// The row whose names, e-mail and phone count: of a lease that is lived on, else the first.
fn speaker(speakers: Vec<Speaker>, decided: &[Decided]) -> (Profile, Vec<Note>) {
    let speaker = speakers.into_iter().min_by_key(|speaker| speaker.rank(decided));
    speaker.map(|Speaker { profile, asides, .. }| (profile, asides)).unwrap_or_default()
}
