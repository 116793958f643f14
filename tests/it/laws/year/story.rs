//! Lives drawn at random, and how Entrata tells them at an instant: a lease is applied for, signed, moved into, given notice of, moved
//! out of, each when somebody of the office gets round to writing it down.

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;

/// The day from which all others are counted, the first of the year that is replayed.
pub(super) const FIRST_DAY: Date = date(2025, 12, 1);

/// A lease, and what becomes of it.
#[derive(Debug, Clone)]
pub(super) struct Stay {
    /// 1 to 3.
    pub(super) property: u64,
    /// 1 to 3.
    pub(super) unit: u64,
    pub(super) tenant: u64,
    pub(super) mate: Option<Mate>,
    pub(super) signed: Timestamp,
    pub(super) move_in: Date,
    /// When the office performs the move-in.
    pub(super) moved_in: Timestamp,
    pub(super) fate: Fate,
    pub(super) term_end: Date,
    /// When a further year is signed.
    pub(super) renewed: Option<Timestamp>,
    pub(super) is_month_to_month: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Fate {
    Stays,
    Cancelled(Timestamp),
    Leaves(Leave),
}

#[derive(Debug, Clone)]
pub(super) struct Leave {
    pub(super) noticed: Timestamp,
    /// The move-out date stands in the lease from its signing on.
    pub(super) is_foreseen: bool,
    pub(super) out: Date,
    /// When the office performs the move-out.
    pub(super) moved_out: Timestamp,
}

/// Somebody else on the lease.
#[derive(Debug, Clone)]
pub(super) struct Mate {
    pub(super) who: u64,
    pub(super) kind: &'static str,
    /// Leaves before the others.
    pub(super) leaves: Option<Leave>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Applicant,
    Future,
    Current,
    Notice,
    Past,
    Cancelled,
}

impl Stay {
    /// The lease's status.
    pub(super) fn status(&self, at: Timestamp) -> Status {
        let cancelled = matches!(&self.fate, Fate::Cancelled(when) if *when <= at);
        match &self.fate {
            _ if at < self.signed => Status::Applicant,
            _ if cancelled => Status::Cancelled,
            _ if at < self.moved_in => Status::Future,
            Fate::Leaves(leave) => leave.status(at),
            Fate::Stays | Fate::Cancelled(_) => Status::Current,
        }
    }

    /// The lease's move-out date.
    pub(super) fn out(&self, at: Timestamp) -> Option<Date> {
        match &self.fate {
            Fate::Leaves(leave) => leave.recorded(at),
            Fate::Stays | Fate::Cancelled(_) => None,
        }
    }

    /// The status of somebody who leaves before the others.
    pub(super) fn status_of_mate(&self, leave: &Leave, at: Timestamp) -> Status {
        match self.status(at) {
            Status::Current | Status::Notice => leave.status(at),
            other @ (Status::Applicant | Status::Future | Status::Past | Status::Cancelled) => other,
        }
    }

    /// The end of each interval that Entrata knows, in their order.
    pub(super) fn term_ends(&self, at: Timestamp) -> Vec<Date> {
        let further = self.renewed.filter(|when| *when <= at).map(|_| self.term_end + 365.days());
        [self.term_end].into_iter().chain(further).collect()
    }

    /// When something that Entrata tells about it changes.
    pub(super) fn news(&self) -> Vec<Timestamp> {
        let of_leave = |leave: &Leave| [leave.noticed, leave.moved_out];
        let of_mate = self.mate.iter().filter_map(|mate| mate.leaves.as_ref()).flat_map(of_leave);
        let mut news = vec![self.signed, self.moved_in];
        news.extend(self.renewed);
        match &self.fate {
            Fate::Stays => {}
            Fate::Cancelled(when) => news.push(*when),
            Fate::Leaves(leave) => news.extend(of_leave(leave)),
        }
        news.extend(of_mate);
        news
    }
}

impl Leave {
    fn status(&self, at: Timestamp) -> Status {
        match at {
            _ if at < self.noticed => Status::Current,
            _ if at < self.moved_out => Status::Notice,
            _ => Status::Past,
        }
    }

    pub(super) fn recorded(&self, at: Timestamp) -> Option<Date> {
        (self.is_foreseen || self.noticed <= at).then_some(self.out)
    }
}

/// A day with an hour at which nothing else happens.
fn moment(day: Date, hour: i8) -> Timestamp {
    day.at(hour, 17, 23, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp()
}

/// Days and hours of a departure: of the notice before the date, of the length of the stay, of the move-out after the date.
type DrawnLeave = (i64, i64, i64, i8, bool);

fn leave() -> impl Strategy<Value = DrawnLeave> {
    (3..70i64, 30..240i64, -2..=3i64, 0..24i8, prop::bool::weighted(0.3))
}

fn leave_of(
    (before, length, performed, hour, is_foreseen): DrawnLeave,
    stay: &Stay,
    by: Option<Date>,
) -> Leave {
    let out = by.into_iter().fold(stay.move_in + length.days(), Date::min);
    let noticed = moment(out - before.days(), hour).max(stay.moved_in + 1.hour());
    Leave {
        noticed,
        is_foreseen,
        out,
        moved_out: moment(out + performed.days(), hour).max(noticed + 1.hour()),
    }
}

/// Days of the signing before the move-in date, of the move-in after it, their hour.
type DrawnStart = (i64, i64, i64, i8);
/// The length of the term, when it is renewed before its end, month-to-month.
type DrawnTerm = (i64, Option<i64>, bool);
type DrawnMate = Option<(usize, Option<DrawnLeave>)>;
type DrawnStay = ((u64, u64), DrawnStart, usize, DrawnLeave, DrawnTerm, DrawnMate);

fn drawn_stay() -> impl Strategy<Value = DrawnStay> {
    (
        (1..=3u64, 1..=3u64),
        (-20..300i64, 0..50i64, -1..=3i64, 0..24i8),
        0..6usize,
        leave(),
        (60..380i64, prop::option::of(-30..40i64), prop::bool::weighted(0.15)),
        prop::option::weighted(0.4, (0..3usize, prop::option::of(leave()))),
    )
}

fn stay_of(tenant: u64, move_in: Date, drawn: DrawnStay) -> Stay {
    let ((property, unit), (_, signed, performed, hour), fate, leave, term, mate) = drawn;
    let signed = moment(move_in - (signed + 2).days(), hour);
    let term_end = move_in + term.0.days();
    let mut stay = Stay {
        property,
        unit,
        tenant,
        mate: None,
        signed,
        move_in,
        moved_in: moment(move_in + performed.days(), hour),
        fate: Fate::Stays,
        term_end,
        renewed: term.1.map(|before| moment(term_end - before.days(), hour)),
        is_month_to_month: term.2,
    };
    stay.fate = match fate {
        0 => Fate::Cancelled(moment(move_in + performed.days() - 1.day(), hour)),
        1 => Fate::Stays,
        _ => Fate::Leaves(leave_of(leave, &stay, None)),
    };
    let by = match &stay.fate {
        Fate::Leaves(leave) => Some(leave.out),
        Fate::Stays | Fate::Cancelled(_) => None,
    };
    stay.mate = mate.map(|(kind, leaves)| Mate {
        who: tenant + 10,
        kind: ["Co-Applicant", "Occupant", "Guarantor"][kind],
        leaves: leaves.map(|leave| leave_of(leave, &stay, by)),
    });
    stay
}

/// The stays of somebody: one, or two of which the second begins some days before or after the first ends, in the same unit or in
/// another.
fn stays(tenant: u64) -> impl Strategy<Value = Vec<Stay>> {
    let next = (-6..=9i64, prop::bool::weighted(0.4), drawn_stay());
    (drawn_stay(), prop::option::weighted(0.6, next)).prop_map(move |(first, next)| {
        let mut one = stay_of(tenant, FIRST_DAY + first.1.0.days(), first);
        let Some((gap, is_same_place, mut second)) = next else { return vec![one] };
        let leave = leave_of(first.3, &one, None);
        let back = leave.out + gap.days();
        if let Some(mate) = &mut one.mate {
            let with_them = |own: &Leave| Leave { is_foreseen: own.is_foreseen, ..leave.clone() };
            let first = |own: Leave| if own.out < leave.out { own } else { with_them(&own) };
            mate.leaves = mate.leaves.take().map(first);
        }
        one.fate = Fate::Leaves(leave);
        if is_same_place {
            second.0 = first.0;
        }
        second.5 = None;
        vec![one, stay_of(tenant, back, second)]
    })
}

/// Somebody who lived in the third unit of a property long before and stays.
fn resident_of_old(property: u64) -> Stay {
    let begin = date(2020, 1, 1);
    let moved_in = moment(begin, 16);
    Stay {
        property,
        unit: 3,
        tenant: 90 + property,
        mate: None,
        signed: moved_in - 24.hours(),
        move_in: begin,
        moved_in,
        fate: Fate::Stays,
        term_end: date(2020, 12, 31),
        renewed: None,
        is_month_to_month: false,
    }
}

/// The lives of four people and those with them, and of somebody of old in each property.
pub(super) fn lives() -> impl Strategy<Value = Vec<Stay>> {
    (stays(1), stays(2), stays(3), stays(4)).prop_map(|(a, b, c, d)| {
        let of_old = (1..=3).map(resident_of_old);
        of_old.chain([a, b, c, d].into_iter().flatten()).collect()
    })
}
