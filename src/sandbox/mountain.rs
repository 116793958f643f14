//! Mountain Time, in which Entrata thinks: its timestamps, and the midnight at which its daily windows turn. [S]

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};

/// What a clock in Denver shows, by the rules of 2007 and later.
pub(crate) fn local(instant: DateTime<Utc>) -> NaiveDateTime {
    let standard = (instant - TimeDelta::hours(7)).naive_utc();
    if is_summer(standard) { standard + TimeDelta::hours(1) } else { standard }
}

/// `05/19/2025 11:30:53 MDT`: the timestamp of a wall-clock time.
pub(crate) fn stamp(local: NaiveDateTime) -> String {
    let abbreviation = if is_summer(local - TimeDelta::hours(1)) { "MDT" } else { "MST" };
    format!("{} {abbreviation}", local.format("%m/%d/%Y %H:%M:%S"))
}

/// Seconds from `instant` to the next Mountain midnight.
pub(crate) fn seconds_to_midnight(instant: DateTime<Utc>) -> i64 {
    let now = local(instant);
    let midnight = now.date().checked_add_days(Days::new(1)).map_or(now, |day| day.and_time(NaiveTime::MIN));
    (midnight - now).num_seconds()
}

/// Whether daylight saving is on at a standard-time wall clock: second Sunday of March, 2:00, to first Sunday of November, 1:00 standard.
fn is_summer(standard: NaiveDateTime) -> bool {
    let turn = |month, nth, hour| {
        NaiveDate::from_weekday_of_month_opt(standard.year(), month, Weekday::Sun, nth)
            .and_then(|day| day.and_hms_opt(hour, 0, 0))
    };
    matches!((turn(3, 2, 2), turn(11, 1, 1)), (Some(spring), Some(autumn)) if spring <= standard && standard < autumn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_turns_twice_a_year() {
        for (utc, shown) in [
            ("2026-03-08T08:59:59Z", "2026-03-08T01:59:59"),
            ("2026-03-08T09:00:00Z", "2026-03-08T03:00:00"),
            ("2026-11-01T07:59:59Z", "2026-11-01T01:59:59"),
            ("2026-11-01T08:00:00Z", "2026-11-01T01:00:00"),
        ] {
            assert_eq!(local(utc.parse().unwrap()), shown.parse().unwrap());
        }
    }

    #[test]
    fn the_day_ends_at_denvers_midnight() {
        assert_eq!(seconds_to_midnight("2026-03-01T18:00:00Z".parse().unwrap()), 13 * 3600);
    }
}
