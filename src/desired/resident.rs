//! Who of a household gets access at all (U12, L16, L17, P1 to P6, L3, L4, L14), asked in the order of the rules: one customer on
//! one lease in, a judgement out.

use crate::access::Instant;
use crate::access::text::Text;
use crate::manifest::Property;
use crate::roster::{CustomerType, Day, Interval, Lease, Resident, Status};
use crate::rules::RuleId;
use crate::zone::Edge;

use super::note::{Note, When, Why};
use super::unit::{Home, is_excluded};

/// What becomes of a lease entry before its dates are asked.
#[derive(Debug)]
pub(super) enum Judgement {
    /// It gives nothing.
    Nothing { why: Why, notes: Vec<Note> },
    /// It gives what its dates say, judged by this status.
    ByDates { status: Status, notes: Vec<Note> },
}

/// One customer on one lease.
pub(super) struct Asked<'a> {
    pub(super) property: &'a Property,
    pub(super) lease: &'a Lease,
    pub(super) resident: &'a Resident,
    pub(super) home: &'a Home<'a>,
}

/// Asks the rules in their order; the first that decides is the reason.
pub(super) fn judge(asked: &Asked<'_>) -> Judgement {
    excluded(asked)
        .or_else(|| guarantor(asked))
        .or_else(|| unknown_status(asked))
        .unwrap_or_else(|| with_status(asked))
}

fn nothing(rule: RuleId, text: &'static str, keys: &'static [&'static str]) -> Judgement {
    Judgement::Nothing { why: Why::new(rule, text, keys), notes: Vec::new() }
}

fn listed(rule: RuleId, text: &'static str, keys: &'static [&'static str], note: Note) -> Judgement {
    Judgement::Nothing { why: Why::new(rule, text, keys), notes: vec![note] }
}

fn excluded(asked: &Asked<'_>) -> Option<Judgement> {
    let text = "the unit is among exclude_units";
    is_excluded(asked.property, asked.home).then(|| nothing(RuleId::U12, text, &["exclude_units"]))
}

fn guarantor(asked: &Asked<'_>) -> Option<Judgement> {
    match &asked.resident.kind {
        CustomerType::Guarantor => Some(nothing(RuleId::P1, "a guarantor never gets access", &[])),
        CustomerType::Unknown(kind)
            if asked.property.policy.residents.ignore_types.iter().any(|one| kind == one) =>
        {
            Some(nothing(
                RuleId::P1,
                "a customer type that the manifest ignores",
                &["residents.ignore_types"],
            ))
        }
        CustomerType::Primary
        | CustomerType::CoApplicant
        | CustomerType::Occupant
        | CustomerType::Unknown(_) => None,
    }
}

fn unknown_status(asked: &Asked<'_>) -> Option<Judgement> {
    let statuses = [asked.resident.status.as_ref(), Some(&asked.lease.status)];
    let unknown = statuses.into_iter().flatten().find_map(|status| match status {
        Status::Unknown(text) => Some(text),
        Status::Applicant
        | Status::Cancelled
        | Status::Future
        | Status::Current
        | Status::Notice
        | Status::Past => None,
    })?;
    let text = format!("the status \"{unknown}\" is unknown");
    Some(listed(RuleId::L16, "the status is unknown", &[], Note::freeze(RuleId::L16, text)))
}

fn with_status(asked: &Asked<'_>) -> Judgement {
    let (status, mut notes) = judged_status(asked);
    let decided = by_type(asked).or_else(|| by_lease(asked, &status));
    match decided {
        Some(Judgement::Nothing { why, notes: more }) => {
            notes.extend(more);
            Judgement::Nothing { why, notes }
        }
        Some(judgement @ Judgement::ByDates { .. }) => judgement,
        None => Judgement::ByDates { status, notes },
    }
}

/// L17: whose status decides, and the freeze while a Past lease contradicts itself.
fn judged_status(asked: &Asked<'_>) -> (Status, Vec<Note>) {
    let lease = &asked.lease.status;
    let own = asked.resident.status.as_ref().unwrap_or(lease);
    match (lease, own) {
        (Status::Cancelled | Status::Applicant, _) => (lease.clone(), Vec::new()),
        (Status::Past, Status::Current | Status::Notice | Status::Future) => {
            let text = format!("the lease is Past, the customer on it {}", own.name());
            let freeze = Note::freeze(RuleId::L17, text);
            match move_out(asked) {
                Some(end) => (Status::Past, vec![freeze.during(None, Some(end))]),
                None => (own.clone(), vec![freeze]),
            }
        }
        _ => (own.clone(), Vec::new()),
    }
}

/// The move-out date (own, else the lease's) at its hour.
fn move_out(asked: &Asked<'_>) -> Option<Instant> {
    let date = match (&asked.resident.move_out, &asked.lease.move_out) {
        (Day::On(date), _) | (Day::Absent | Day::Zero(_), Day::On(date)) => *date,
        _ => return None,
    };
    let policy = &asked.property.policy;
    let late = date.checked_add_days(chrono::Days::new(policy.end_late_days.into())).unwrap_or(date);
    Some(asked.property.time_zone.instant(late, policy.end_time, Edge::End))
}

/// P5, P4, P3.
fn by_type(asked: &Asked<'_>) -> Option<Judgement> {
    let (resident, residents) = (asked.resident, &asked.property.policy.residents);
    if let CustomerType::Unknown(kind) = &resident.kind {
        let text = format!("the customer type \"{kind}\" is unknown: no access is given through it");
        let freeze = format!("the customer type \"{kind}\" is unknown");
        let notes = vec![
            Note::error(RuleId::P5, text).when(When::New),
            Note::freeze(RuleId::P5, freeze).when(When::Known),
        ];
        let why = Why::new(RuleId::P5, "the customer type is unknown", &["residents.ignore_types"]);
        return Some(Judgement::Nothing { why, notes });
    }
    let excluded =
        |relationship: &Text| residents.exclude_relationships.iter().any(|one| relationship == one);
    if let Some(relationship) = resident.relationship.as_ref().filter(|text| excluded(text)) {
        let text = format!("the relationship \"{relationship}\" is excluded: no access");
        let keys: &[&str] = &["residents.exclude_relationships"];
        return Some(listed(RuleId::P4, "the relationship is excluded", keys, Note::info(RuleId::P4, text)));
    }
    let left_out = resident.kind == CustomerType::Occupant && !residents.occupants;
    left_out.then(|| nothing(RuleId::P3, "occupants are left out", &["residents.types"]))
}

/// L14, L3, L4.
fn by_lease(asked: &Asked<'_>, status: &Status) -> Option<Judgement> {
    if asked.lease.is_commercial {
        let notes = vec![
            Note::info(RuleId::L14, "a commercial lease: no user is made").when(When::New),
            Note::freeze(RuleId::L14, "on a commercial lease and known to Brivo").when(When::Known),
        ];
        let why = Why::new(RuleId::L14, "a commercial lease", &[]);
        return Some(Judgement::Nothing { why, notes });
    }
    match status {
        Status::Applicant => Some(nothing(RuleId::L3, "an applicant gets nothing", &[])),
        Status::Cancelled => Some(cancelled(asked)),
        Status::Future | Status::Current | Status::Notice | Status::Past | Status::Unknown(_) => None,
    }
}

fn cancelled(asked: &Asked<'_>) -> Judgement {
    let lives =
        |interval: &Interval| matches!(interval.status, Status::Current | Status::Notice | Status::Past);
    let contradicts = asked.lease.status == Status::Cancelled && asked.lease.intervals.iter().any(lives);
    let text = "cancelled: what is held through it is taken";
    let note = if contradicts {
        Note::freeze(RuleId::L4, "a cancelled lease with an interval that is not")
    } else {
        Note::warning(RuleId::L4, text)
    };
    listed(RuleId::L4, text, &[], note.when(When::HoldsThroughThis))
}
