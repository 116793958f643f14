//! A local date and hour in a property's zone → an instant, and back (T1 to T6). The only place that asks the zone database, and the
//! one that corrects it where it is stale.

mod correction;

use chrono::{Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone as _};
use chrono_tz::{OffsetName as _, Tz};

use crate::access::Instant;
use crate::access::text::Text;
use correction::Correction;

/// A property's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone {
    tz: Tz,
    correction: Option<&'static Correction>,
}

/// A name that is no zone's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a time zone of the IANA database")]
pub struct ZoneFault {
    /// What was written.
    pub name: String,
    /// Zones whose names come close, the best first.
    pub near: Vec<&'static str>,
}

/// Which side of a window a local time stands for: it decides how a time that does not exist or exists twice is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The first instant inside: the earlier reading.
    Start,
    /// The first instant outside: the later reading.
    End,
}

/// Why a local time is no single instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// Clocks go forward over it: it does not exist (T3).
    Gap,
    /// Clocks go back over it: it exists twice (T4).
    Fold,
}

/// Which instants show one local time.
enum Reading {
    Once(Instant),
    Twice {
        first: Instant,
        second: Instant,
    },
    /// Read with the offset in force after the jump, and with the one before it.
    Never {
        offset_after: Instant,
        offset_before: Instant,
    },
}

impl Zone {
    /// The zone of this IANA name, written exactly.
    pub fn parse(name: &str) -> Result<Self, ZoneFault> {
        match name.parse::<Tz>() {
            Ok(tz) => Ok(Self { tz, correction: Correction::of(tz) }),
            Err(_) => Err(ZoneFault { name: name.to_owned(), near: near(name) }),
        }
    }

    /// The names of all zones.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name())
    }

    /// Its IANA name.
    pub fn name(&self) -> &'static str {
        self.tz.name()
    }

    /// The instant that this local time stands for as one edge of a window (T3, T4): in doubt the window is the longer one.
    pub fn instant(&self, date: NaiveDate, hour: NaiveTime, edge: Edge) -> Instant {
        match (self.reading(date.and_time(hour)), edge) {
            (Reading::Once(instant), _)
            | (
                Reading::Twice { first: instant, .. } | Reading::Never { offset_after: instant, .. },
                Edge::Start,
            )
            | (
                Reading::Twice { second: instant, .. } | Reading::Never { offset_before: instant, .. },
                Edge::End,
            ) => instant,
        }
    }

    /// What a clock on the wall shows at this instant.
    pub fn local(&self, instant: Instant) -> NaiveDateTime {
        instant.naive_utc() + self.offset(instant)
    }

    /// What a clock on the wall shows at this instant, and what is written behind that to name its offset, such as `CST`; the offset
    /// itself where the database is stale.
    pub fn shown(&self, instant: Instant) -> (NaiveDateTime, Text) {
        let utc = instant.naive_utc();
        let known = self.tz.offset_from_utc_datetime(&utc);
        let in_database = east_of_greenwich(&known);
        let offset = self.corrected(instant).unwrap_or(in_database);
        let name = match known.abbreviation() {
            Some(name) if offset == in_database => name.into(),
            _ => signed_offset(offset).into(),
        };
        (utc + offset, name)
    }

    /// The local date at this instant.
    pub fn date(&self, instant: Instant) -> NaiveDate {
        self.local(instant).date()
    }

    /// The first instant after the last second of a local date, also where midnight is skipped or comes twice.
    pub fn end_of_day(&self, date: NaiveDate) -> Instant {
        match self.reading((date + Days::new(1)).and_time(NaiveTime::MIN)) {
            Reading::Once(midnight) => midnight,
            // Clocks that go back from after midnight to before it show the old date once more.
            Reading::Twice { first, second } if self.date(second - TimeDelta::seconds(1)) > date => first,
            Reading::Twice { second, .. } => second,
            Reading::Never { offset_after, offset_before } => self.jump(offset_after, offset_before),
        }
    }

    /// The dates, from `from` on for so many months, on which this hour does not exist or exists twice (T6).
    pub fn odd_dates(&self, hour: NaiveTime, from: NaiveDate, months: u32) -> Vec<(NaiveDate, Oddity)> {
        let until = from + Months::new(months);
        let oddity = |date: NaiveDate| match self.reading(date.and_time(hour)) {
            Reading::Once(_) => None,
            Reading::Twice { .. } => Some((date, Oddity::Fold)),
            Reading::Never { .. } => Some((date, Oddity::Gap)),
        };
        from.iter_days().take_while(|date| *date < until).filter_map(oddity).collect()
    }

    fn reading(&self, local: NaiveDateTime) -> Reading {
        // No offset reaches a day and no zone changes its offset twice within two, so these are the ones before and after a change.
        let before = self.offset((local - Days::new(1)).and_utc());
        let after = self.offset((local + Days::new(1)).and_utc());
        let offset_before = (local - before).and_utc();
        if before == after {
            return Reading::Once(offset_before);
        }
        let offset_after = (local - after).and_utc();
        let shown_before = self.offset(offset_before) == before;
        let shown_after = self.offset(offset_after) == after;
        match (shown_before, shown_after) {
            (true, true) => Reading::Twice { first: offset_before, second: offset_after },
            (true, false) => Reading::Once(offset_before),
            (false, true) => Reading::Once(offset_after),
            (false, false) => Reading::Never { offset_after, offset_before },
        }
    }

    /// The instant of the one change of offset after `low` and not after `high`.
    fn jump(&self, mut low: Instant, mut high: Instant) -> Instant {
        let old = self.offset(low);
        while high - low > TimeDelta::seconds(1) {
            let middle = low + TimeDelta::seconds((high - low).num_seconds() / 2);
            if self.offset(middle) == old { low = middle } else { high = middle }
        }
        high
    }

    fn offset(&self, instant: Instant) -> TimeDelta {
        self.corrected(instant).unwrap_or_else(|| database_offset(self.tz, instant))
    }

    fn corrected(&self, instant: Instant) -> Option<TimeDelta> {
        self.correction.and_then(|correction| correction.offset(instant))
    }
}

fn database_offset(tz: Tz, instant: Instant) -> TimeDelta {
    east_of_greenwich(&tz.offset_from_utc_datetime(&instant.naive_utc()))
}

fn east_of_greenwich(offset: &impl Offset) -> TimeDelta {
    TimeDelta::seconds(offset.fix().local_minus_utc().into())
}

/// As `+05:30`.
fn signed_offset(offset: TimeDelta) -> String {
    let sign = if offset < TimeDelta::zero() { '-' } else { '+' };
    let minutes = offset.num_minutes().abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Zones that somebody who wrote `name` may have meant.
fn near(name: &str) -> Vec<&'static str> {
    const ABBREVIATIONS: [(&str, &str); 7] = [
        ("EDT", "America/New_York"),
        ("CST", "America/Chicago"),
        ("CDT", "America/Chicago"),
        ("MDT", "America/Denver"),
        ("PST", "America/Los_Angeles"),
        ("PDT", "America/Los_Angeles"),
        ("BST", "Europe/London"),
    ];
    let meant = |(short, zone): &(&str, &'static str)| short.eq_ignore_ascii_case(name).then_some(*zone);
    if let Some(zone) = ABBREVIATIONS.iter().find_map(meant) {
        return vec![zone];
    }
    let folded = fold(name);
    // Offsets are no places, and the sign of Etc/GMT+5 is the opposite of what one thinks.
    let places = Zone::names().filter(|zone| !zone.starts_with("Etc/") && !zone.starts_with("GMT"));
    let mut scored: Vec<(f64, &'static str)> = places.map(|zone| (likeness(&folded, zone), zone)).collect();
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    // Of those that come close only those that come as close as the best one.
    let best = scored.first().map_or(0.0, |(score, _)| *score);
    scored.retain(|(score, _)| *score > 0.85 && *score > best - 0.02);
    scored.into_iter().map(|(_, zone)| zone).take(3).collect()
}

/// How much what was written resembles a zone's name, or the city in it: 0 to 1.
fn likeness(folded: &str, zone: &str) -> f64 {
    let zone = fold(zone);
    let city = zone.rsplit('/').next().unwrap_or(&zone);
    let written = folded.rsplit('/').next().unwrap_or(folded);
    // The city alone counts a little less, so that a whole name wins over a namesake.
    strsim::jaro_winkler(folded, &zone).max(0.99 * strsim::jaro_winkler(written, city))
}

fn fold(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests;
