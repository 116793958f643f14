//! One customer over all their leases: entries as decided, renewals and contradictions between them, the notes that follow.

use std::sync::Arc;

use chrono::Days;

use crate::access::{CustomerId, Instant, LeaseId, Profile, PropertyId, Window};
use crate::manifest::Property;
use crate::roster::{Lease, Resident, Status};
use crate::rules::RuleId;

use super::hearing::Voice;
use super::note::{Draft, Note, When, Why};
use super::resident::{Asked, Judgement, judge};
use super::siblings::{contradictions, renewals};
use super::site::Site;
use super::unit::{Home, Mapping};
use super::window::{Dated, Facts, Outcome, Phase, outcome};

/// One customer of Entrata: which doors, when and why, over all of time.
#[derive(Debug, Clone)]
pub struct Person {
    /// Entrata's id.
    pub customer: CustomerId,
    /// Names, e-mail and phone as Brivo should hold them.
    pub profile: Profile,
    /// Their lease entries, by property and lease.
    pub entries: Vec<Entry>,
    /// What there is to say about them.
    pub notes: Vec<Note>,
}

/// One customer on one lease, as decided.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The lease.
    pub lease: LeaseId,
    /// Its property.
    pub property: PropertyId,
    /// The lease's status.
    pub lease_status: Status,
    /// The status that decided (L17).
    pub status: Status,
    /// Where they live, and what that opens; given only while a window is open.
    pub home: Arc<Mapping>,
    /// It gives something at some time: no rule about who or which unit says it never does.
    pub gives: bool,
    /// Its windows, phase by phase.
    pub phases: Vec<Phase>,
    /// The start as recorded, where there is one (O3).
    pub start: Option<Instant>,
    /// How wide a gap is bridged (T24).
    pub bridge_gap_days: u32,
}

impl Entry {
    /// Whether the lease is one through which only those who hold something are frozen or reported.
    pub fn is_over(&self) -> bool {
        let over = |status: &Status| matches!(status, Status::Past | Status::Cancelled | Status::Applicant);
        over(&self.status)
    }

    /// The phase that holds at an instant.
    pub fn phase_at(&self, instant: Instant) -> Option<&Phase> {
        self.phases.iter().rev().find(|phase| phase.from.is_none_or(|from| from <= instant))
    }

    /// The stretches in which a window of this entry is open or to come, and those windows.
    pub fn pieces(&self) -> Vec<(Window, Dated)> {
        let nexts = self.phases.iter().skip(1).map(|phase| phase.from).chain([None]);
        let pieces = self.phases.iter().zip(nexts).filter_map(|(phase, until)| {
            let dated = phase.window?;
            let end = crate::access::earlier_end(until, dated.window.end);
            let holds = Window::new(phase.from, end);
            let is_empty = holds.start.zip(end).is_some_and(|(start, end)| end <= start);
            (!is_empty).then_some((holds, dated))
        });
        pieces.collect()
    }

    pub(super) fn last_window(&self) -> Option<Dated> {
        self.phases.iter().rev().find_map(|phase| phase.window)
    }
}

/// A lease of one customer, with what rendering knows of it.
pub(super) struct Row<'a> {
    pub(super) site: &'a Site<'a>,
    pub(super) lease: &'a Lease,
    pub(super) resident: &'a Resident,
}

/// Brings together one customer's rows, which come sorted by property and lease.
pub(super) fn person(customer: &CustomerId, rows: impl Iterator<Item = Box<Voice>>) -> Person {
    let mut decided: Vec<Decided> = Vec::with_capacity(1);
    let mut speakers: Vec<Speaker> = Vec::with_capacity(1);
    for row in rows {
        let Voice { customer: _, profile, asides, decided: next } = *row;
        speakers.push(Speaker::new(&next.entry, profile, asides));
        match decided.last_mut().filter(|last| last.is_twice(&next)) {
            Some(last) if !last.grants() || !next.grants() => last.merge(next),
            Some(_) | None => decided.push(next),
        }
    }
    renewals(&mut decided);
    contradictions(&mut decided);
    let (profile, asides) = speaker(speakers, &decided);
    let mut notes: Vec<Note> = asides.into_iter().map(|draft| draft.about(None, None, None)).collect();
    let entries = decided.into_iter().enumerate().map(|(index, decided)| {
        let Decided { mut entry, drafts, .. } = decided;
        notes.extend(drafts.into_iter().map(|draft| note(draft, &entry, index)));
        entry.phases.shrink_to_fit();
        entry
    });
    let mut entries: Vec<Entry> = entries.collect();
    // A portfolio has millions of these short lists.
    entries.shrink_to_fit();
    notes.shrink_to_fit();
    Person { customer: customer.clone(), profile, entries, notes }
}

/// An entry and what is still to be judged with the person's other entries.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) entry: Entry,
    pub(super) drafts: Vec<Draft>,
    pub(super) contradicted_from: Option<Instant>,
    pub(super) awaiting: Option<Dated>,
}

impl Decided {
    /// One customer twice on a lease (P6).
    fn is_twice(&self, other: &Self) -> bool {
        (self.entry.property, &self.entry.lease) == (other.entry.property, &other.entry.lease)
    }

    /// With as much room as it needs: a portfolio has millions of these, until everybody is brought together.
    fn fitted(mut self) -> Self {
        self.drafts.shrink_to_fit();
        self
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
            self.drafts.append(&mut other.drafts);
        }
    }

    fn rank(&self) -> (bool, Option<RuleId>) {
        (!self.grants(), self.entry.phases.iter().flat_map(|phase| &phase.why).map(|why| why.rule).next())
    }
}

fn note(draft: Draft, entry: &Entry, index: usize) -> Note {
    let draft = if entry.is_over() { draft.when(When::HoldsThroughThis) } else { draft };
    draft.about(Some(entry.property), entry.home.unit.clone(), Some(index))
}

/// What one row says of names, e-mail and phone.
struct Speaker {
    property: PropertyId,
    lease: LeaseId,
    profile: Profile,
    asides: Vec<Draft>,
}

impl Speaker {
    fn new(entry: &Entry, profile: Profile, asides: Vec<Draft>) -> Self {
        Self { property: entry.property, lease: entry.lease.clone(), profile, asides }
    }

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
fn speaker(speakers: Vec<Speaker>, decided: &[Decided]) -> (Profile, Vec<Draft>) {
    let speaker = speakers.into_iter().min_by_key(|speaker| speaker.rank(decided));
    speaker.map(|Speaker { profile, asides, .. }| (profile, asides)).unwrap_or_default()
}

/// Decides one row by itself.
pub(super) fn decide(row: &Row<'_>) -> Decided {
    let home = row.site.home(row.lease);
    let asked = Asked { property: row.site.property, lease: row.lease, resident: row.resident, home: &home };
    match judge(&asked) {
        Judgement::Nothing { why, drafts } => never(row, &home, why, drafts),
        Judgement::ByDates { status, drafts } => by_dates(row, &home, &status, drafts).fitted(),
    }
}

fn entry(row: &Row<'_>, home: &Arc<Mapping>, status: Status) -> Entry {
    Entry {
        lease: row.lease.id.clone(),
        property: row.site.property.id,
        lease_status: row.lease.status.clone(),
        status,
        home: Arc::clone(home),
        gives: true,
        phases: Vec::new(),
        start: None,
        bridge_gap_days: row.site.property.policy.bridge_gap_days,
    }
}

/// An entry that gives nothing, whatever its dates.
fn never(row: &Row<'_>, home: &Home<'_>, why: Why, drafts: Vec<Draft>) -> Decided {
    let mapping = row.site.mapping(home);
    let status = status_of(row);
    let phases = vec![Phase { from: None, window: None, why: vec![why] }];
    let entry = Entry { gives: false, phases, ..entry(row, &mapping, status) };
    Decided { entry, drafts, contradicted_from: None, awaiting: None }
}

/// The status that an entry without dates shows: a lease that is over is over for everybody on it (L17).
fn status_of(row: &Row<'_>) -> Status {
    match &row.lease.status {
        over @ (Status::Cancelled | Status::Applicant | Status::Past) => over.clone(),
        live @ (Status::Future | Status::Current | Status::Notice | Status::Unknown(_)) => {
            row.resident.status.clone().unwrap_or_else(|| live.clone())
        }
    }
}

fn by_dates(row: &Row<'_>, home: &Home<'_>, status: &Status, mut drafts: Vec<Draft>) -> Decided {
    let facts = Facts { property: row.site.property, lease: row.lease, resident: row.resident, status };
    let Outcome { phases, drafts: more, contradicted_from, awaiting } = outcome(&facts);
    drafts.extend(more);
    let mapping = row.site.mapping(home);
    let start =
        phases.iter().find_map(|phase| phase.window).or(awaiting).and_then(|dated| dated.window.start);
    let mut entry = Entry { phases, start, ..entry(row, &mapping, status.clone()) };
    unit_notes(row, home, &entry, &mapping, &mut drafts);
    if matches!(home, Home::Unread(_)) {
        let why = Why::new(RuleId::R2, "the property's units could not be read", &[]);
        entry.phases = vec![Phase { from: None, window: None, why: vec![why] }];
    }
    Decided { entry, drafts, contradicted_from, awaiting }
}

/// U4, U8, U9, U13: what is wrong with the unit of a lease whose window is open or to come.
fn unit_notes(row: &Row<'_>, home: &Home<'_>, entry: &Entry, mapping: &Mapping, drafts: &mut Vec<Draft>) {
    for (holds, dated) in entry.pieces() {
        let during = |draft: Draft| draft.during(holds.start, holds.end);
        match home {
            Home::In { unit, .. } if !mapping.matched => {
                let text = format!("no entry of the manifest's units matches unit {}", unit.number);
                drafts.push(during(Draft::freeze(RuleId::U4, text)));
            }
            Home::Elsewhere(text) => {
                let text = format!("the lease's unit {text} is not among the property's units");
                drafts.push(during(Draft::freeze(RuleId::U13, text)));
            }
            Home::Unassigned => drafts.extend(unassigned(row.site.property, holds, dated)),
            Home::In { .. } | Home::Unread(_) => {}
        }
        for name in mapping.unfilled.iter().filter(|_| matches!(home, Home::In { .. })) {
            let text =
                format!("the group \"{name}\" has a placeholder without a value here: it is not granted");
            drafts.push(during(Draft::error(RuleId::U9, text)));
        }
    }
}

/// U8: property-wide groups only, listed; a warning from three calendar days before the start.
fn unassigned(property: &Property, holds: Window, dated: Dated) -> Vec<Draft> {
    let text = "no unit on the lease yet: property-wide groups only";
    let warns_from = dated.start_date.map(|date| {
        let eve = date.checked_sub_days(Days::new(4)).unwrap_or(date);
        property.time_zone.end_of_day(eve)
    });
    let warned = Draft::warning(RuleId::U8, text).during(warns_from.or(holds.start), holds.end);
    let listed = warns_from.map(|from| Draft::info(RuleId::U8, text).during(holds.start, Some(from)));
    listed.into_iter().chain([warned]).collect()
}
