//! Instants as people read them: on the wall clock of a property, with what tells its offset behind them.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};

use super::Properties;
use crate::access::{Instant, PropertyId};
use crate::zone::Zone;

/// The clock on the wall of a property; UTC where there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    zone: Option<Zone>,
}

impl Clock {
    /// The property's clock.
    pub(super) fn of(property: Option<PropertyId>, properties: &Properties) -> Self {
        Self { zone: property.and_then(|id| properties.get(&id)).map(|property| property.zone) }
    }

    /// The name of its zone.
    pub(super) fn zone_name(&self) -> &'static str {
        self.zone.map_or("UTC", |zone| zone.name())
    }

    /// As `2026-03-01 10:00 CST`.
    pub(super) fn short(&self, instant: Instant) -> String {
        let (local, offset) =
            self.zone.map_or_else(|| (instant.naive_utc(), "UTC".into()), |zone| zone.shown(instant));
        let mut shown = digits(local);
        shown.push(' ');
        shown.push_str(&offset);
        shown
    }

    /// What it shows.
    pub(super) fn local(&self, instant: Instant) -> NaiveDateTime {
        self.zone.map_or_else(|| instant.naive_utc(), |zone| zone.local(instant))
    }

    /// The date on the wall.
    pub(super) fn date(&self, instant: Instant) -> NaiveDate {
        self.zone.map_or_else(|| instant.date_naive(), |zone| zone.date(instant))
    }

    /// As `10:00`.
    pub(super) fn hour(&self, instant: Instant) -> String {
        self.local(instant).format("%H:%M").to_string()
    }

    /// As `2026-03-01 10:00 CST (America/Chicago)`.
    pub(super) fn long(&self, instant: Instant) -> String {
        match self.zone {
            Some(zone) => format!("{} ({})", self.short(instant), zone.name()),
            None => self.short(instant),
        }
    }
}

/// The clocks that the properties have among them, by the names of their zones; UTC where there are no properties.
pub(super) fn all(properties: &Properties) -> Vec<Clock> {
    let mut zones: Vec<Zone> = properties.values().map(|property| property.zone).collect();
    zones.sort_by_key(Zone::name);
    zones.dedup();
    if zones.is_empty() {
        return vec![Clock { zone: None }];
    }
    zones.into_iter().map(|zone| Clock { zone: Some(zone) }).collect()
}

/// Seconds are shown where there are any: a hand edit in Brivo may have them, a rule never gives them.
fn digits(local: NaiveDateTime) -> String {
    let (date, hour, minute, second) = (local.date(), local.hour(), local.minute(), local.second());
    // A long plan has millions of these; what formats anything takes its time for it.
    let mut shown = String::with_capacity(32);
    match u32::try_from(date.year()) {
        Ok(year @ 0..=9999) => {
            push_two(&mut shown, year / 100);
            push_two(&mut shown, year % 100);
            for (mark, number) in [('-', date.month()), ('-', date.day())] {
                shown.push(mark);
                push_two(&mut shown, number);
            }
        }
        _ => shown = date.to_string(),
    }
    for (mark, number) in
        [(' ', hour), (':', minute)].into_iter().chain((second != 0).then_some((':', second)))
    {
        shown.push(mark);
        push_two(&mut shown, number);
    }
    shown
}

/// A number below a hundred in two digits.
fn push_two(text: &mut String, number: u32) {
    let digit = |number: u32| char::from_digit(number % 10, 10).unwrap_or('0');
    text.extend([digit(number / 10), digit(number)]);
}

#[cfg(test)]
mod tests {
    use super::Clock;
    use crate::access::PropertyId;
    use crate::output::example;

    #[test]
    fn a_time_names_its_offset() {
        let properties = example::properties();
        let cases = [
            (Some(500_001), "2026-03-01T16:00:00Z", "2026-03-01 10:00 CST (America/Chicago)"),
            (Some(500_001), "2026-03-08T15:00:00Z", "2026-03-08 10:00 CDT (America/Chicago)"),
            (Some(500_001), "2026-11-01T06:30:00Z", "2026-11-01 01:30 CDT (America/Chicago)"),
            (Some(500_001), "2026-11-01T07:30:00Z", "2026-11-01 01:30 CST (America/Chicago)"),
            (Some(500_002), "2026-03-01T15:00:07Z", "2026-03-01 10:00:07 EST (America/New_York)"),
            (None, "2026-03-01T15:00:00Z", "2026-03-01 15:00 UTC"),
            (Some(999_999), "2026-03-01T15:00:00Z", "2026-03-01 15:00 UTC"),
        ];
        for (property, instant, shown) in cases {
            let clock = Clock::of(property.map(PropertyId), &properties);
            assert_eq!(clock.long(instant.parse().unwrap()), shown);
        }
    }
}
