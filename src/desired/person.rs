//! One customer over all their leases: entries as decided, renewals and contradictions between them, the notes that follow.

use std::sync::Arc;

use chrono::Days;

use crate::access::few::Short;
use crate::access::{CustomerId, Instant, LeaseId, Profile, PropertyId, Window};
use crate::manifest::Property;
use crate::roster::{Lease, Resident, Status};
use crate::rules::RuleId;

use super::note::{About, Note, Why};
use super::profile::profile;
use super::resident::{Asked, Judgement, judge};
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
    pub entries: Box<[Entry]>,
    /// What there is to say about them.
    pub notes: Box<[Note]>,
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
    /// Until a customer's leases are brought together.
    pub(super) open: Option<Box<Open>>,
}

/// What only the person's other leases can tell.
#[derive(Debug, Clone, Default)]
pub(super) struct Open {
    /// T18: see [`Outcome::contradicted_from`].
    pub(super) contradicted_from: Option<Instant>,
    /// L6: see [`Outcome::awaiting`].
    pub(super) awaiting: Option<Dated>,
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
    pub fn pieces(&self) -> impl Iterator<Item = (Window, Dated)> {
        let nexts = self.phases.iter().skip(1).map(|phase| phase.from).chain([None]);
        self.phases.iter().zip(nexts).filter_map(|(phase, until)| {
            let dated = phase.window?;
            let end = crate::access::earlier_end(until, dated.window.end);
            let holds = Window::new(phase.from, end);
            let is_empty = holds.start.zip(end).is_some_and(|(start, end)| end <= start);
            (!is_empty).then_some((holds, dated))
        })
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

impl Person {
    /// Somebody of whom nothing is known but that a record names them.
    pub fn bare(customer: CustomerId) -> Self {
        Self { customer, profile: Profile::default(), entries: Box::default(), notes: Box::default() }
    }
}

/// One customer as one lease alone would have them.
pub(super) fn alone(row: &Row<'_>) -> Person {
    let (profile, mut notes) = profile(row.resident, &row.site.property.country);
    let (entry, own) = decide(row);
    notes.extend(own.into_iter().map(|note| note.about(About::Entry(0))));
    Person { customer: row.resident.customer.clone(), profile, entries: [entry].into(), notes: notes.into() }
}

/// Decides one row by itself.
fn decide(row: &Row<'_>) -> (Entry, Vec<Note>) {
    let home = row.site.home(row.lease);
    let asked = Asked { property: row.site.property, lease: row.lease, resident: row.resident, home: &home };
    match judge(&asked) {
        Judgement::Nothing { why, notes } => never(row, &home, why, notes),
        Judgement::ByDates { status, notes } => by_dates(row, &home, &status, notes),
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
        open: None,
    }
}

/// An entry that gives nothing, whatever its dates.
fn never(row: &Row<'_>, home: &Home<'_>, why: Why, notes: Vec<Note>) -> (Entry, Vec<Note>) {
    let mapping = row.site.mapping(home);
    let status = status_of(row);
    let phases = vec![Phase { from: None, window: None, why: Short::of(why) }];
    (Entry { gives: false, phases, ..entry(row, &mapping, status) }, notes)
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

fn by_dates(row: &Row<'_>, home: &Home<'_>, status: &Status, mut notes: Vec<Note>) -> (Entry, Vec<Note>) {
    let facts = Facts { property: row.site.property, lease: row.lease, resident: row.resident, status };
    let Outcome { phases, notes: more, contradicted_from, awaiting } = outcome(&facts);
    notes.extend(more);
    let mapping = row.site.mapping(home);
    let start =
        phases.iter().find_map(|phase| phase.window).or(awaiting).and_then(|dated| dated.window.start);
    let is_open = contradicted_from.is_some() || awaiting.is_some();
    let open = is_open.then(|| Box::new(Open { contradicted_from, awaiting }));
    let mut entry = Entry { phases, start, open, ..entry(row, &mapping, status.clone()) };
    unit_notes(row, home, &entry, &mapping, &mut notes);
    if matches!(home, Home::Unread(_)) {
        let why = Why::new(RuleId::R2, "the property's units could not be read", &[]);
        entry.phases = vec![Phase { from: None, window: None, why: Short::of(why) }];
    }
    entry.phases.shrink_to_fit();
    (entry, notes)
}

/// U4, U8, U9, U13: what is wrong with the unit of a lease whose window is open or to come.
fn unit_notes(row: &Row<'_>, home: &Home<'_>, entry: &Entry, mapping: &Mapping, notes: &mut Vec<Note>) {
    for (holds, dated) in entry.pieces() {
        let during = |note: Note| note.during(holds.start, holds.end);
        match home {
            Home::In { unit, .. } if !mapping.matched => {
                let text = format!("no entry of the manifest's units matches unit {}", unit.number);
                notes.push(during(Note::freeze(RuleId::U4, text)));
            }
            Home::Elsewhere(text) => {
                let text = format!("the lease's unit {text} is not among the property's units");
                notes.push(during(Note::freeze(RuleId::U13, text)));
            }
            Home::Unassigned => notes.extend(unassigned(row.site.property, holds, dated)),
            Home::In { .. } | Home::Unread(_) => {}
        }
        for name in mapping.unfilled.iter().filter(|_| matches!(home, Home::In { .. })) {
            let text =
                format!("the group \"{name}\" has a placeholder without a value here: it is not granted");
            notes.push(during(Note::error(RuleId::U9, text)));
        }
    }
}

/// U8: property-wide groups only, listed; a warning from three calendar days before the start.
fn unassigned(property: &Property, holds: Window, dated: Dated) -> Vec<Note> {
    let text = "no unit on the lease yet: property-wide groups only";
    let warns_from = dated.start_date.map(|date| {
        let eve = date.checked_sub_days(Days::new(4)).unwrap_or(date);
        property.time_zone.end_of_day(eve)
    });
    let warned = Note::warning(RuleId::U8, text).during(warns_from.or(holds.start), holds.end);
    let listed = warns_from.map(|from| Note::info(RuleId::U8, text).during(holds.start, Some(from)));
    listed.into_iter().chain([warned]).collect()
}
