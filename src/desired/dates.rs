//! Which dates of an entry count (L1, L15, T12, T22, T23): read, chosen, and told where they cannot be.

use chrono::{Datelike as _, NaiveDate};

use crate::access::text::Text;
use crate::roster::{CustomerType, Day, Interval, Lease, Status};
use crate::rules::RuleId;

use super::note::Note;
use super::window::Facts;

/// The first year of ends that stand for none (T22).
const FOREVER: i32 = 2099;

/// A date that could be read, or why none counts.
enum Read {
    Date(NaiveDate),
    None,
    Unreadable(Text),
}

fn read(day: &Day, notes: &mut Vec<Note>, what: &str) -> Read {
    match day {
        Day::Absent => Read::None,
        Day::On(date) => Read::Date(*date),
        Day::Zero(text) => {
            notes.push(Note::warning(RuleId::T22, format!("the {what} date {text} stands for none")));
            Read::None
        }
        Day::Unreadable(text) => Read::Unreadable((**text).clone()),
    }
}

/// An end: as [`read`], and one in or after 2099 is none (T22).
fn read_end(day: &Day, notes: &mut Vec<Note>, what: &str) -> Read {
    match read(day, notes, what) {
        Read::Date(date) if date.year() >= FOREVER => {
            notes.push(Note::warning(RuleId::T22, format!("the {what} date {date} stands for none")));
            Read::None
        }
        other @ (Read::Date(_) | Read::None | Read::Unreadable(_)) => other,
    }
}

/// An entry's dates, chosen by L1.
pub(super) struct Dates {
    pub(super) move_in: Option<NaiveDate>,
    /// The move-out date and the status that judges it.
    pub(super) move_out: Option<(NaiveDate, Status)>,
    /// The end of the last interval (T12), `None` for month-to-month.
    pub(super) lease_end: Option<NaiveDate>,
    /// Neither date is the customer's own (L15).
    pub(super) borrowed: bool,
}

impl Dates {
    pub(super) fn read(facts: &Facts<'_>, notes: &mut Vec<Note>) -> Result<Self, String> {
        let (lease, resident) = (facts.lease, facts.resident);
        let own_in = definite(read(&resident.move_in, notes, "customer's move-in"))?;
        let own_out = definite(read_end(&resident.move_out, notes, "customer's move-out"))?;
        let move_in = match own_in {
            Some(date) => Some(date),
            None => definite(read(&lease.move_in, notes, "lease's move-in"))?,
        };
        let has_left_alone = *facts.status == Status::Past && lease.status != Status::Past;
        let move_out = match own_out {
            Some(date) => Some((date, facts.status.clone())),
            None if has_left_alone => None,
            None => definite(read_end(&lease.move_out, notes, "lease's move-out"))?
                .map(|date| (date, judge_of_lease(facts))),
        };
        let lease_end = if lease.is_month_to_month { None } else { last_interval_end(lease, notes)? };
        let borrowed = own_in.is_none() && own_out.is_none() && resident.kind != CustomerType::Primary;
        Ok(Self { move_in, move_out, lease_end, borrowed })
    }
}

/// Whose status judges the lease's own date (L1): the lease's, and on a Past lease that everybody has left, Past.
fn judge_of_lease(facts: &Facts<'_>) -> Status {
    match &facts.lease.status {
        Status::Applicant | Status::Cancelled | Status::Unknown(_) => facts.status.clone(),
        status @ (Status::Future | Status::Current | Status::Notice | Status::Past) => status.clone(),
    }
}

fn definite(read: Read) -> Result<Option<NaiveDate>, String> {
    match read {
        Read::Date(date) => Ok(Some(date)),
        Read::None => Ok(None),
        Read::Unreadable(text) => Err(format!("the date \"{text}\" is neither MM/DD/YYYY nor YYYY-MM-DD")),
    }
}

/// The end of the last (by start date) interval whose status is Future, Current, Notice or Past (T12; cancelled ones: L5).
fn last_interval_end(lease: &Lease, notes: &mut Vec<Note>) -> Result<Option<NaiveDate>, String> {
    let counts = |interval: &&Interval| {
        matches!(interval.status, Status::Future | Status::Current | Status::Notice | Status::Past)
    };
    let mut last: Option<(Option<NaiveDate>, &Interval)> = None;
    for interval in lease.intervals.iter().filter(counts) {
        let start = definite(read(&interval.start, &mut Vec::new(), "interval's start"))?;
        if last.as_ref().is_none_or(|(latest, _)| *latest <= start) {
            last = Some((start, interval));
        }
    }
    last.map_or(Ok(None), |(_, interval)| definite(read_end(&interval.end, notes, "lease's end")))
}
