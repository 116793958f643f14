//! Which dates count, and the window that follows from them (rules T2 to T23, L1, L2, L7, L15): one lease entry's dates and
//! statuses in, its phases out. Knows nothing of groups or of other leases.

use chrono::{Days, NaiveDate};

use crate::access::few::Short;
use crate::access::text::Phrase;
use crate::access::{Instant, Window};
use crate::manifest::{EndDate, GrantOn, NoEndDate, Policy, Property, RevokeOn, TrustedStatus};
use crate::roster::{Lease, Resident, Status};
use crate::rules::RuleId;
use crate::zone::{Edge, Zone};

use super::dates::Dates;
use super::note::{Note, Why};

/// What holds of an entry from one instant on, until the next phase begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// From when; `None` = since ever.
    pub from: Option<Instant>,
    /// The window, where the entry has one.
    pub window: Option<Dated>,
    /// The rules that decided, most telling first.
    pub why: Short<Why>,
}

/// A window and the local dates it was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated {
    /// The window.
    pub window: Window,
    /// The local date of its start as rendered.
    pub start_date: Option<NaiveDate>,
    /// The local date of its end as rendered.
    pub end_date: Option<NaiveDate>,
    /// The move-in date as recorded (L6).
    pub recorded_start: Option<NaiveDate>,
    /// The end date as recorded (L6).
    pub recorded_end: Option<NaiveDate>,
}

/// What follows from one entry's dates.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    /// In the order of time.
    pub(super) phases: Vec<Phase>,
    /// Findings, and freezes.
    pub(super) notes: Vec<Note>,
    /// From when a lapsed move-out date of somebody Current stands there (T18): whether it freezes, other leases tell.
    pub(super) contradicted_from: Option<Instant>,
    /// The window that waits for a move-in performed in Entrata (L2), which a renewal does not wait for (L6).
    pub(super) awaiting: Option<Dated>,
}

/// One entry, its statuses judged (L17).
pub(super) struct Facts<'a> {
    pub(super) property: &'a Property,
    pub(super) lease: &'a Lease,
    pub(super) resident: &'a Resident,
    /// The customer's status as judged.
    pub(super) status: &'a Status,
}

impl Facts<'_> {
    fn policy(&self) -> &Policy {
        &self.property.policy
    }

    fn zone(&self) -> &Zone {
        &self.property.time_zone
    }

    fn start(&self, date: NaiveDate) -> Instant {
        self.zone().instant(self.early(date), self.policy().start_time, Edge::Start)
    }

    fn end(&self, date: NaiveDate) -> Instant {
        self.zone().instant(self.late(date), self.policy().end_time, Edge::End)
    }

    /// T5: the calendar first, then the hour.
    fn early(&self, date: NaiveDate) -> NaiveDate {
        date.checked_sub_days(Days::new(self.policy().start_early_days.into())).unwrap_or(date)
    }

    fn late(&self, date: NaiveDate) -> NaiveDate {
        date.checked_add_days(Days::new(self.policy().end_late_days.into())).unwrap_or(date)
    }

    /// The first instant of the date, local.
    fn midnight(&self, date: NaiveDate) -> Instant {
        date.pred_opt().map_or_else(|| self.start(date), |eve| self.zone().end_of_day(eve))
    }

    /// The first instant after the date, local.
    fn after(&self, date: NaiveDate) -> Instant {
        self.zone().end_of_day(date)
    }

    fn trusts(&self, status: TrustedStatus) -> bool {
        self.policy().trust_move_out_on.contains(&status)
    }

    fn dated(&self, start: Option<NaiveDate>, end: Option<NaiveDate>) -> Dated {
        Dated {
            window: Window::new(start.map(|date| self.start(date)), end.map(|date| self.end(date))),
            start_date: start.map(|date| self.early(date)),
            end_date: end.map(|date| self.late(date)),
            recorded_start: start,
            recorded_end: end,
        }
    }
}

/// Renders one entry's dates.
pub(super) fn outcome(facts: &Facts<'_>) -> Outcome {
    let mut notes = Vec::new();
    let dates = match Dates::read(facts, &mut notes) {
        Ok(dates) => dates,
        Err(problem) => return Outcome::frozen(notes, RuleId::T23, problem),
    };
    // Most have one phase or two.
    let mut outcome = Outcome { phases: Vec::with_capacity(2), notes, ..Outcome::default() };
    let Some(start) = outcome.start(facts, &dates) else {
        let why = Why::new(RuleId::T9, "there is no move-in date yet", &[]);
        outcome.phases.push(Phase { from: None, window: None, why: Short::of(why) });
        return outcome;
    };
    outcome.finish(facts, &dates, start);
    outcome.check_order();
    outcome.await_move_in(facts);
    outcome
}

/// Where a window starts.
#[derive(Clone, Copy)]
struct Start {
    date: Option<NaiveDate>,
}

impl Outcome {
    fn frozen(mut notes: Vec<Note>, rule: RuleId, problem: String) -> Self {
        notes.push(Note::freeze(rule, problem));
        Self { notes, ..Self::default() }
    }

    /// T7, T8, T9, L15: where the window starts, or that there is none.
    fn start(&mut self, facts: &Facts<'_>, dates: &Dates) -> Option<Start> {
        if dates.borrowed {
            let text = "neither a move-in nor a move-out date of their own: the lease's are taken";
            self.notes.push(Note::warning(RuleId::L15, text).on_create());
        }
        match (dates.move_in, facts.status) {
            (None, Status::Future) => {
                self.notes.push(Note::warning(RuleId::T9, "no move-in date: no access yet"));
                None
            }
            (None, Status::Current | Status::Notice) => {
                let text = "no move-in date: access without a start";
                self.notes.push(Note::warning(RuleId::T8, text));
                Some(Start { date: None })
            }
            (date, _) => Some(Start { date }),
        }
    }

    fn finish(&mut self, facts: &Facts<'_>, dates: &Dates, start: Start) {
        match &dates.move_out {
            Some((date, judge)) => self.recorded(facts, dates, start, (*date, judge)),
            None if *facts.status == Status::Past => self.left(facts, dates, start),
            None => self.open_ended(facts, dates, start, None),
        }
    }

    /// A move-out date is recorded (T13 to T16, T18, T19).
    fn recorded(
        &mut self,
        facts: &Facts<'_>,
        dates: &Dates,
        start: Start,
        (date, judge): (NaiveDate, &Status),
    ) {
        let end = facts.end(date);
        match judge {
            Status::Past => {
                let text = Phrase::dated("Past with the move-out date {date} to come: the date counts", date);
                self.notes.push(Note::warning(RuleId::T16, text).during(None, Some(facts.midnight(date))));
                self.ends_on(facts, start, date, [RuleId::T15, RuleId::T14]);
            }
            Status::Notice if facts.policy().revoke_on == RevokeOn::MoveOut => {
                let why = Why::new(RuleId::T14, "access until the move-out is performed", &["revoke_on"]);
                self.phase(None, Some(facts.dated(start.date, None)), why);
                let text = Phrase::dated(
                    "the move-out date {date} has lapsed and the move-out is not performed",
                    date,
                );
                self.notes.push(Note::warning(RuleId::T14, text).during(Some(end), None));
            }
            Status::Current => self.contradicted(facts, dates, start, date),
            Status::Notice if !facts.trusts(TrustedStatus::Notice) => {
                self.untrusted(facts, dates, start, date);
                self.ended(facts, start, date, RuleId::T14, Some(end));
            }
            Status::Future if !facts.trusts(TrustedStatus::Future) => {
                self.untrusted(facts, dates, start, date);
            }
            Status::Future | Status::Notice | Status::Applicant | Status::Cancelled | Status::Unknown(_) => {
                self.ends_on(facts, start, date, [RuleId::T13, RuleId::T14]);
            }
        }
    }

    /// The recorded date ends the window: `rules` before it and after it.
    fn ends_on(&mut self, facts: &Facts<'_>, start: Start, date: NaiveDate, rules: [RuleId; 2]) {
        let text = Phrase::dated("access until the move-out date {date} at {hour}", date);
        let text = text.at(facts.policy().end_time);
        let keys: &[&str] = &["end_time", "end_late_days"];
        let why = Why::new(rules[0], text, keys);
        self.phase(None, Some(facts.dated(start.date, Some(date))), why);
        self.ended(facts, start, date, rules[1], Some(facts.end(date)));
    }

    /// From `from` on the window is one that has lapsed.
    fn ended(
        &mut self,
        facts: &Facts<'_>,
        start: Start,
        date: NaiveDate,
        rule: RuleId,
        from: Option<Instant>,
    ) {
        let why = Why::new(
            rule,
            Phrase::dated("the end date {date} has lapsed", date),
            &["end_time", "end_late_days"],
        );
        self.phase(from, Some(facts.dated(start.date, Some(date))), why);
    }

    /// T18, T19: somebody Current with a move-out date.
    fn contradicted(&mut self, facts: &Facts<'_>, dates: &Dates, start: Start, date: NaiveDate) {
        if facts.trusts(TrustedStatus::Current) {
            self.ends_on(facts, start, date, [RuleId::T19, RuleId::T18]);
            let text =
                Phrase::dated("Current although the move-out date {date} has lapsed: the date counts", date);
            self.notes.push(Note::warning(RuleId::T18, text).during(Some(facts.end(date)), None));
            return;
        }
        self.untrusted(facts, dates, start, date);
        self.contradicted_from = Some(facts.end(date));
        self.ended(facts, start, date, RuleId::T18, Some(facts.end(date)));
    }

    /// T19: a date to come of a status that is not trusted is as if absent.
    fn untrusted(&mut self, facts: &Facts<'_>, dates: &Dates, start: Start, date: NaiveDate) {
        let text = Phrase::dated(
            "a move-out date {date} to come, but the status is not one whose date counts",
            date,
        );
        self.notes.push(Note::warning(RuleId::T19, text).during(None, Some(facts.end(date))));
        self.open_ended(facts, dates, start, Some(facts.end(date)));
    }

    /// T17: Past without a date that counts for them.
    fn left(&mut self, facts: &Facts<'_>, dates: &Dates, start: Start) {
        let gone = "Past without a move-out date: they have left";
        let why = Why::new(RuleId::T17, gone.to_owned(), &[]);
        self.phase(None, None, why);
        let of_lease = (facts.lease.status == Status::Past).then_some(dates.lease_end).flatten();
        if let Some(date) = of_lease {
            let end = facts.end(date);
            let why = Why::new(
                RuleId::T17,
                Phrase::dated("Past without a move-out date: the lease ended {date}", date),
                &["end_time"],
            );
            self.phase(Some(end), Some(facts.dated(start.date, Some(date))), why);
        }
        self.notes.push(Note::warning(RuleId::T17, gone.to_owned()));
    }

    /// No move-out date counts (T11, T12, T20, T21, L7).
    fn open_ended(&mut self, facts: &Facts<'_>, dates: &Dates, start: Start, until: Option<Instant>) {
        if *facts.status == Status::Notice {
            let text = "on notice without a move-out date";
            self.notes.push(Note::warning(RuleId::L7, text).during(None, until));
        }
        match (facts.policy().end_date, dates.lease_end) {
            (EndDate::LeaseEnd, Some(date)) => self.lease_end(facts, start, date),
            (EndDate::LeaseEnd, None) | (EndDate::MoveOut, _) => self.without_end(facts, start),
        }
        self.holdover(facts, dates, until);
    }

    fn lease_end(&mut self, facts: &Facts<'_>, start: Start, date: NaiveDate) {
        let keys: &[&str] = &["end_date", "end_time", "end_late_days"];
        let text = Phrase::dated("no move-out date: access until the lease's end {date} at {hour}", date);
        let text = text.at(facts.policy().end_time);
        let why = Why::new(RuleId::T12, text, keys);
        self.phase(None, Some(facts.dated(start.date, Some(date))), why);
        let why = Why::new(RuleId::T20, Phrase::dated("the lease's end {date} has passed", date), keys);
        self.phase(Some(facts.end(date)), Some(facts.dated(start.date, Some(date))), why);
    }

    fn without_end(&mut self, facts: &Facts<'_>, start: Start) {
        match facts.policy().no_end_date {
            NoEndDate::Perpetual => {
                let (rule, text) = if facts.lease.is_month_to_month {
                    (RuleId::T21, "month-to-month, no move-out date: perpetual")
                } else {
                    (RuleId::T11, "no move-out date: perpetual")
                };
                let why = Why::new(rule, text, &["no_end_date", "end_date"]);
                self.phase(None, Some(facts.dated(start.date, None)), why);
            }
            NoEndDate::Deny => {
                let text = "no end date, and the manifest denies access without one";
                self.notes.push(Note::warning(RuleId::T11, text));
                self.phase(None, None, Why::new(RuleId::T11, text, &["no_end_date"]));
            }
        }
    }

    /// T20: the lease's end has passed and somebody Current lives on.
    fn holdover(&mut self, facts: &Facts<'_>, dates: &Dates, until: Option<Instant>) {
        let Some(date) = dates.lease_end.filter(|_| *facts.status == Status::Current) else { return };
        let (from, text) = match facts.policy().end_date {
            EndDate::MoveOut => (
                facts.after(date),
                Phrase::dated("holdover: the lease's end {date} has passed without a move-out date", date),
            ),
            EndDate::LeaseEnd => (
                facts.end(date),
                Phrase::dated("the lease's end {date} has passed, and with it access", date),
            ),
        };
        self.notes.push(Note::info(RuleId::T20, text).during(Some(from), until).counting_days_from(date));
    }

    /// T10, for the window of every phase.
    fn check_order(&mut self) {
        let reversed =
            self.phases.iter().filter_map(|phase| phase.window).find(|dated| {
                dated.window.start.zip(dated.window.end).is_some_and(|(start, end)| end <= start)
            });
        if let Some(dated) = reversed {
            let date = |date: Option<NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
            let (start, end) = (date(dated.recorded_start), date(dated.recorded_end));
            self.notes.push(Note::freeze(
                RuleId::T10,
                format!("the end {end} does not come after the start {start}"),
            ));
        }
    }

    /// L2: a Future entry whose date has come.
    fn await_move_in(&mut self, facts: &Facts<'_>) {
        if *facts.status != Status::Future {
            return;
        }
        let Some(dated) = self.phases.first().and_then(|phase| phase.window) else { return };
        let waits = facts.policy().grant_on == GrantOn::MoveIn;
        if let Some(date) = dated.recorded_start {
            let third = facts.midnight(date.checked_add_days(Days::new(2)).unwrap_or(date));
            let start = facts.zone().instant(date, facts.policy().start_time, Edge::Start);
            let text = Phrase::dated(
                "the move-in date {date} has come, the move-in is not performed in Entrata",
                date,
            );
            let asked = Phrase::dated(
                "the move-in date {date} has come, the move-in is not performed in Entrata: a no-show?",
                date,
            );
            let until = dated.window.end;
            let listed = Note::info(RuleId::L2, text).during(Some(start), Some(third)).of_move_in();
            let warned = Note::warning(RuleId::L2, asked).during(Some(third), until).of_move_in();
            self.notes.extend([listed, warned]);
        }
        if waits {
            let why = Why::new(RuleId::L2, "access waits for the move-in in Entrata", &["grant_on"]);
            self.phases = vec![Phase { from: None, window: None, why: Short::of(why) }];
            self.awaiting = Some(dated);
        }
    }

    fn phase(&mut self, from: Option<Instant>, window: Option<Dated>, why: Why) {
        self.phases.push(Phase { from, window, why: Short::of(why) });
    }
}
