//! Brivo's instants: what it may send, what is written, and what stands for "no bound" where a bound can't be cleared.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound as _, Utc};

use crate::access::{Instant, Window};

/// The first year of ends that mean "none" (T22).
const ENDLESS_FROM: i32 = 2099;

/// An end that stands for none where Brivo won't clear one (D1, D10).
pub(super) const NO_END: &str = "2099-12-31T00:00:00Z";

/// A start that stands for none where Brivo won't clear one: an end in 2099 would not open but close the door.
pub(super) const NO_START: &str = "1970-01-01T00:00:00Z";

/// A date that no known form fits; the value is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a date is in no known form")]
pub(super) struct Unreadable;

/// A window as sent: absent = no bound, an end in or after 2099 too, a start at or before 1970 too.
pub(super) fn window(from: Option<&str>, to: Option<&str>) -> Result<Window, Unreadable> {
    let start = from.map(read).transpose()?.filter(|start| *start > DateTime::UNIX_EPOCH);
    let end = to.map(read).transpose()?.filter(|end| end.year() < ENDLESS_FROM);
    Ok(Window { start, end })
}

/// As Brivo writes it itself: UTC, `YYYY-MM-DDTHH:MM:SSZ` [doc].
pub(super) fn write(instant: Instant) -> String {
    instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Reads an instant to the second (T26): with `Z` or an offset, with fractions; without either UTC [inferred]; a bare date is its
/// midnight UTC [seen].
fn read(text: &str) -> Result<Instant, Unreadable> {
    let text = text.trim();
    let instant = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .map(|instant| instant.with_timezone(&Utc))
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map(|local| local.and_utc()))
        .or_else(|_| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|date| date.and_time(NaiveTime::MIN).and_utc())
        });
    instant.map(|instant| instant.trunc_subsecs(0)).map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn every_form_of_an_instant_is_read_to_the_second() {
        for (text, instant) in [
            ("2026-03-01T18:00:00Z", "2026-03-01T18:00:00Z"),
            ("2015-04-15T17:00:00-05:00", "2015-04-15T22:00:00Z"),
            ("2015-04-15T17:00:00-0500", "2015-04-15T22:00:00Z"),
            ("2026-03-01T18:00:00.999Z", "2026-03-01T18:00:00Z"),
            ("2019-01-01T00:00:00", "2019-01-01T00:00:00Z"),
            ("2017-09-13", "2017-09-13T00:00:00Z"),
        ] {
            assert_eq!(
                window(Some(text), Some(text)),
                Ok(Window::new(Some(at(instant)), Some(at(instant)))),
                "{text}"
            );
        }
    }

    #[test]
    fn what_stands_for_no_bound_is_read_as_none() {
        for end in [None, Some(NO_END), Some("2099-01-01T00:00:00Z"), Some("3000-01-01")] {
            assert_eq!(window(None, end), Ok(Window::ALWAYS), "{end:?}");
        }
        assert_eq!(window(Some(NO_START), None), Ok(Window::ALWAYS));
        assert_eq!(window(None, Some("2098-12-31T23:59:59Z")).unwrap().end, Some(at("2098-12-31T23:59:59Z")));
        assert_eq!(
            window(Some("2099-06-01T00:00:00Z"), None).unwrap().start,
            Some(at("2099-06-01T00:00:00Z"))
        );
    }

    #[test]
    fn a_date_in_no_known_form_is_an_error_and_not_an_open_end() {
        for text in ["soon", "12/31/2026", "2026-13-01", "2026-02-30T00:00:00Z"] {
            assert_eq!(window(None, Some(text)), Err(Unreadable), "{text}");
        }
    }

    #[test]
    fn an_instant_is_written_in_utc_without_fractions() {
        assert_eq!(write("2026-03-01T18:00:00.5-06:00".parse().unwrap()), "2026-03-02T00:00:00Z");
    }
}
