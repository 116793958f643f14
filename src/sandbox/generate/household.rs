//! Who leases what, on which terms: most stay as they are, some renew, some give notice, some are only coming.

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::super::world::entrata::{Interval, Lease, Property, Resident, Unit};
use super::super::world::scalar::{Given, Id};
use super::people::{self, Dice};

/// Deals leases out, always the same for the same seed.
pub(crate) struct Dealer {
    pub(crate) leases: Vec<Lease>,
    dice: Dice,
    today: NaiveDate,
    people: usize,
}

/// What is special about a lease.
#[derive(Clone, Copy)]
enum Story {
    Plain,
    Renewed,
    RenewsNext,
    Notice,
    Future,
    Past,
    Cancelled,
    MonthToMonth,
    Transfer,
}

impl Story {
    /// Of a hundred leases.
    fn drawn(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..=3 => Self::Notice,
            4..=6 => Self::Future,
            7..=8 => Self::Past,
            9 => Self::Cancelled,
            10..=11 => Self::MonthToMonth,
            12 => Self::Transfer,
            13..=18 => Self::RenewsNext,
            19..=44 => Self::Renewed,
            _ => Self::Plain,
        }
    }
}

impl Dealer {
    pub(crate) fn new(seed: u64, now: DateTime<Utc>) -> Self {
        Self { leases: Vec::new(), dice: Dice::new(seed), today: now.date_naive(), people: 0 }
    }

    /// One lease for all who live in the unit.
    pub(crate) fn household(&mut self, property: &Property, unit: &Unit, size: usize) {
        let mut residents = Vec::new();
        for place in 0..size {
            let kind = match place {
                0 => Given::Default,
                1 => "Co-Applicant".to_owned().into(),
                _ => "Occupant".to_owned().into(),
            };
            let child = place > 1 && self.dice.below(3) == 0;
            let relationship = if child { "Child".to_owned().into() } else { Given::Default };
            residents.push(Resident { kind, relationship, ..self.person() });
        }
        self.add_guarantor(&mut residents);
        let lease = self.lease(property, unit);
        self.leases.push(Lease { residents, ..lease });
    }

    /// One lease for each bed.
    pub(crate) fn by_the_bed(&mut self, property: &Property, unit: &Unit, size: usize) {
        for space in unit.spaces.iter().take(size) {
            let mut residents = vec![self.person()];
            self.add_guarantor(&mut residents);
            let lease = self.lease(property, unit);
            let occupancy = Given::from("Student".to_owned());
            self.leases.push(Lease { residents, occupancy, spaces: vec![space.name.clone()], ..lease });
        }
    }

    fn person(&mut self) -> Resident {
        self.people += 1;
        people::resident(&mut self.dice, self.people)
    }

    /// Half of the primaries have somebody who pays for them, and gets no access.
    fn add_guarantor(&mut self, residents: &mut Vec<Resident>) {
        if self.dice.below(2) == 0 {
            let guarantor = Resident { kind: "Guarantor".to_owned().into(), ..self.person() };
            residents.push(guarantor);
        }
    }

    fn lease(&mut self, property: &Property, unit: &Unit) -> Lease {
        let id = Id((900_001 + self.leases.len()).to_string());
        let lease = Lease {
            id,
            property: property.id.clone(),
            unit: Some(unit.number.clone()),
            building: unit.building.clone(),
            status: "Current".to_owned(),
            ..Lease::default()
        };
        let story = Story::drawn(&mut self.dice);
        let days = self.dice.below(300);
        self.tell(story, lease, days)
    }

    fn tell(&self, story: Story, lease: Lease, days: u64) -> Lease {
        let ago = |days: u64| self.today.checked_sub_days(Days::new(days)).unwrap_or(self.today);
        let ahead = |days: u64| self.today.checked_add_days(Days::new(days)).unwrap_or(self.today);
        let text = |date: NaiveDate| date.to_string();
        let year = |start: NaiveDate| vec![text(start), text(start + Days::new(364))];
        let started = ago(10 + days);
        let plain = Lease { move_in: Some(text(started)), term: year(started), ..lease };
        match story {
            Story::Plain => plain,
            Story::Renewed => {
                let moved_in = ago(375 + days);
                let intervals = vec![interval(moved_in, None), interval(started, Some("Renewal"))];
                Lease { move_in: Some(text(moved_in)), term: Vec::new(), intervals: Some(intervals), ..plain }
            }
            Story::RenewsNext => {
                let next = interval(started + Days::new(365), Some("Renewal"));
                let intervals = Some(vec![interval(started, None), next]);
                Lease { sub_status: Some("Renewed".to_owned()), term: Vec::new(), intervals, ..plain }
            }
            Story::Notice => Lease {
                status: "Notice".to_owned(),
                notice: Some(text(ago(days % 10))),
                move_out: Some(text(ahead(1 + days % 60))),
                ..plain
            },
            Story::Future => {
                let start = ahead(1 + days % 45);
                Lease { status: "Future".to_owned(), move_in: Some(text(start)), term: year(start), ..plain }
            }
            Story::Past => {
                Lease { status: "Past".to_owned(), move_out: Some(text(ago(1 + days % 60))), ..plain }
            }
            Story::Cancelled => {
                let start = ahead(1 + days % 45);
                Lease {
                    status: "Cancelled".to_owned(),
                    move_in: Some(text(start)),
                    term: year(start),
                    ..plain
                }
            }
            Story::MonthToMonth => {
                let moved_in = ago(400 + days);
                Lease { month_to_month: true, move_in: Some(text(moved_in)), term: year(moved_in), ..plain }
            }
            Story::Transfer => {
                let intervals = Some(vec![interval(started, Some("Transfer"))]);
                Lease { term: Vec::new(), intervals, ..plain }
            }
        }
    }
}

fn interval(start: NaiveDate, kind: Option<&str>) -> Interval {
    Interval {
        start: Some(start.to_string()),
        end: Some((start + Days::new(364)).to_string()),
        kind: kind.map(str::to_owned),
        ..Interval::default()
    }
}
