//! One lease of one person: what Entrata told of it, and what the rules made of that.

use crate::access::CustomerId;
use crate::desired::Desired;
use crate::desired::person::Entry;
use crate::desired::unit::Mapped;
use crate::plan::assess::Bench;
use crate::plan::reasons::Grounds;
use crate::roster::{CustomerType, Day, Interval, Lease, Resident, Roster};

use super::{Dates, LeaseSeen, Opened, PhaseSeen, RowSeen, Term};

/// The lease as seen and as decided.
pub(super) fn seen(bench: &Bench<'_>, roster: &Roster, customer: &CustomerId, entry: &Entry) -> LeaseSeen {
    let lease =
        roster.leases.iter().find(|lease| lease.id == entry.lease && lease.property == entry.property);
    let rows = lease.into_iter().flat_map(|lease| &lease.residents);
    LeaseSeen {
        lease: entry.lease.clone(),
        property: entry.property,
        unit: entry.home.unit.clone(),
        status: entry.lease_status.name().to_owned(),
        judged: entry.status.name().to_owned(),
        is_month_to_month: lease.is_some_and(|lease| lease.is_month_to_month),
        dates: lease.map(|lease| dates(&lease.move_in, &lease.move_out)).unwrap_or_default(),
        terms: lease.map(terms).unwrap_or_default(),
        rows: rows.filter(|resident| resident.customer == *customer).map(row).collect(),
        opens: entry.home.groups.iter().filter(|_| entry.gives).map(|mapped| opened(bench, mapped)).collect(),
        phases: phases(bench, entry),
    }
}

fn dates(move_in: &Day, move_out: &Day) -> Dates {
    Dates { move_in: day(move_in), move_out: day(move_out) }
}

fn day(day: &Day) -> Option<String> {
    match day {
        Day::Absent => None,
        Day::On(date) => Some(date.to_string()),
        Day::Zero(text) | Day::Unreadable(text) => Some(format!("\"{text}\"")),
    }
}

fn terms(lease: &Lease) -> Vec<Term> {
    let term = |interval: &Interval| Term {
        start: day(&interval.start),
        end: day(&interval.end),
        status: interval.status.name().to_owned(),
    };
    lease.intervals.iter().map(term).collect()
}

fn row(resident: &Resident) -> RowSeen {
    let kind = match &resident.kind {
        CustomerType::Primary => "Primary",
        CustomerType::CoApplicant => "Co-Applicant",
        CustomerType::Occupant => "Occupant",
        CustomerType::Guarantor => "Guarantor",
        CustomerType::Unknown(text) => text,
    };
    RowSeen {
        kind: kind.to_owned(),
        relationship: resident.relationship.clone().filter(|relationship| relationship != kind),
        status: resident.status.as_ref().map(|status| status.name().to_owned()),
        dates: dates(&resident.move_in, &resident.move_out),
    }
}

/// A mapping of the manifest, with its place.
pub(super) fn opened(bench: &Bench<'_>, mapped: &Mapped) -> Opened {
    Opened {
        group: mapped.key.to_string(),
        place: place(bench.desired, &mapped.path),
        is_there: bench.directory.found(&mapped.key).is_some(),
    }
}

pub(super) fn place(desired: &Desired, path: &str) -> Option<String> {
    desired.places.get(path).map(ToString::to_string)
}

/// The phases that come to hold at all: a later one that begins earlier passes over those between.
fn phases(bench: &Bench<'_>, entry: &Entry) -> Vec<PhaseSeen> {
    let grounds = Grounds { desired: bench.desired, directory: bench.directory, as_of: bench.as_of };
    let now = entry.phase_at(bench.as_of);
    let seen = entry.phases.iter().enumerate().filter_map(|(index, phase)| {
        let later = &entry.phases[index + 1..];
        let until = later.iter().filter_map(|later| later.from).min();
        let comes = later.iter().all(|later| later.from.is_some())
            && until.is_none_or(|until| phase.from < Some(until));
        comes.then(|| PhaseSeen {
            from: phase.from,
            until,
            is_now: now == Some(phase),
            window: phase.window.map(|dated| dated.window),
            reasons: grounds.because(entry, phase, None),
        })
    });
    seen.collect()
}
