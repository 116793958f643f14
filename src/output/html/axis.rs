//! Two years as a line, the month of today in its middle: every month is equally wide, so that the page's style can draw the grid.

use chrono::{Datelike as _, Months, NaiveDate, NaiveDateTime, Timelike as _};

use crate::access::{Instant, Window};
use crate::output::clock::Clock;

/// How many months are drawn.
pub(super) const MONTHS: u32 = 24;
const BEFORE: u32 = 12;
/// How wide a month is drawn, in the drawing's own units.
const MONTH: f64 = 30.0;
/// How wide all of it is; the markup's `viewBox` says the same.
pub(super) const WIDTH: f64 = 720.0;

/// The line of one property, on its clock.
pub(super) struct Axis<'a> {
    clock: &'a Clock,
    first: NaiveDate,
}

impl<'a> Axis<'a> {
    pub(super) fn around(as_of: Instant, clock: &'a Clock) -> Self {
        let today = clock.date(as_of);
        let month = today.with_day(1).unwrap_or(today);
        Self { clock, first: month.checked_sub_months(Months::new(BEFORE)).unwrap_or(month) }
    }

    /// The first days of the months.
    pub(super) fn months(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        (0..MONTHS).filter_map(|month| self.first.checked_add_months(Months::new(month)))
    }

    /// Where an instant is drawn.
    pub(super) fn at(&self, instant: Instant) -> f64 {
        self.place(self.clock.local(instant))
    }

    /// Where a date begins; none where that is not drawn.
    pub(super) fn on(&self, date: NaiveDate) -> Option<f64> {
        let place = self.unbounded(date.and_time(chrono::NaiveTime::MIN));
        (0.0..=WIDTH).contains(&place).then_some(place)
    }

    /// From where to where a window is drawn; none where nothing of it is.
    pub(super) fn stretch(&self, window: &Window) -> Option<(f64, f64)> {
        let from = window.start.map_or(0.0, |start| self.at(start));
        let to = window.end.map_or(WIDTH, |end| self.at(end));
        (from < to).then_some((from, to))
    }

    fn place(&self, local: NaiveDateTime) -> f64 {
        self.unbounded(local).clamp(0.0, WIDTH)
    }

    fn unbounded(&self, local: NaiveDateTime) -> f64 {
        let date = local.date();
        let months = (date.year() - self.first.year()) * 12 + date.month0().cast_signed()
            - self.first.month0().cast_signed();
        let day = f64::from(date.day0()) + f64::from(local.num_seconds_from_midnight()) / 86_400.0;
        (f64::from(months) + day / f64::from(date.num_days_in_month())) * MONTH
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, WIDTH};
    use crate::access::{PropertyId, Window};
    use crate::output::clock::Clock;
    use crate::output::example::{self, at};

    #[test]
    fn today_is_in_the_middle_and_what_lies_outside_is_cut() {
        let clock = Clock::of(Some(PropertyId(500_001)), &example::properties());
        let axis = Axis::around(at("2026-03-01T18:00:00Z"), &clock);
        let months: Vec<String> = axis.months().map(|month| month.to_string()).collect();
        assert_eq!((months.len(), months[0].as_str(), months[23].as_str()), (24, "2025-03-01", "2027-02-01"));
        // Noon of the first of March in Chicago: half a day of 31 into the thirteenth month.
        assert!((axis.at(at("2026-03-01T18:00:00Z")) - (360.0 + 30.0 / 62.0)).abs() < 1e-9);
        assert_eq!(axis.stretch(&Window::ALWAYS), Some((0.0, WIDTH)));
        let past = Window::new(None, Some(at("2025-01-31T18:00:00Z")));
        assert_eq!(axis.stretch(&past), None);
        assert_eq!(axis.on("2025-02-28".parse().unwrap()), None);
        assert_eq!(axis.on("2025-04-01".parse().unwrap()), Some(30.0));
    }
}
