//! What the zone database that is compiled in (IANA 2025b) does not know yet: zones whose rules have changed since. A test compares
//! every zone, these corrections included, with a newer database, and fails when either side moves.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use crate::access::Instant;

/// How one zone differs from the database during `[from, until)`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Correction {
    zone: Tz,
    from: Instant,
    until: Instant,
    rules: Rules,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rules {
    /// So many hours east of Greenwich all the year.
    Hours(i64),
    /// Those of another zone.
    Of(Tz),
}

impl Correction {
    /// The correction of this zone, if it needs one.
    pub(super) fn of(zone: Tz) -> Option<&'static Self> {
        TABLE.iter().find(|correction| correction.zone == zone)
    }

    /// The offset east of Greenwich at this instant, where it is this correction that tells it.
    pub(super) fn offset(&self, instant: Instant) -> Option<TimeDelta> {
        let holds = self.from <= instant && instant < self.until;
        holds.then(|| match self.rules {
            Rules::Hours(hours) => TimeDelta::hours(hours),
            Rules::Of(zone) => super::database_offset(zone, instant),
        })
    }
}

const OPEN: Instant = Instant::MAX_UTC;
/// British Columbia, Alberta, the Northwest Territories, Manitoba: the summer time of 2026 stays.
const CANADA_STAYS: (i32, u32, u32) = (2026, 11, 1);

static TABLE: [Correction; 15] = [
    // Morocco: on Greenwich time again, without the pause in Ramadan.
    row(Tz::Africa__Casablanca, hour((2026, 9, 20), 1), OPEN, Rules::Hours(0)),
    row(Tz::Africa__El_Aaiun, hour((2026, 9, 20), 1), OPEN, Rules::Hours(0)),
    row(Tz::America__Vancouver, hour(CANADA_STAYS, 9), OPEN, Rules::Hours(-7)),
    row(Tz::Canada__Pacific, hour(CANADA_STAYS, 9), OPEN, Rules::Hours(-7)),
    row(Tz::America__Edmonton, hour(CANADA_STAYS, 8), OPEN, Rules::Hours(-6)),
    row(Tz::America__Inuvik, hour(CANADA_STAYS, 8), OPEN, Rules::Hours(-6)),
    row(Tz::America__Yellowknife, hour(CANADA_STAYS, 8), OPEN, Rules::Hours(-6)),
    row(Tz::Canada__Mountain, hour(CANADA_STAYS, 8), OPEN, Rules::Hours(-6)),
    row(Tz::America__Winnipeg, hour(CANADA_STAYS, 7), OPEN, Rules::Hours(-5)),
    row(Tz::America__Rainy_River, hour(CANADA_STAYS, 7), OPEN, Rules::Hours(-5)),
    row(Tz::Canada__Central, hour(CANADA_STAYS, 7), OPEN, Rules::Hours(-5)),
    // Cuba: summer time through one winter.
    row(Tz::America__Havana, hour((2026, 11, 1), 5), hour((2027, 11, 7), 5), Rules::Hours(-4)),
    row(Tz::Cuba, hour((2026, 11, 1), 5), hour((2027, 11, 7), 5), Rules::Hours(-4)),
    // Moldova: changes its clocks at the hour of the European Union.
    row(Tz::Europe__Chisinau, hour((2022, 1, 1), 0), OPEN, Rules::Of(Tz::Europe__Bucharest)),
    row(Tz::Europe__Tiraspol, hour((2022, 1, 1), 0), OPEN, Rules::Of(Tz::Europe__Bucharest)),
];

const fn row(zone: Tz, from: Instant, until: Instant, rules: Rules) -> Correction {
    Correction { zone, from, until, rules }
}

/// An hour of a UTC date of the table; one that does not exist stops the build.
const fn hour((year, month, day): (i32, u32, u32), hour: u32) -> Instant {
    let (Some(date), Some(time)) =
        (NaiveDate::from_ymd_opt(year, month, day), NaiveTime::from_hms_opt(hour, 0, 0))
    else {
        panic!("no such date")
    };
    date.and_time(time).and_utc()
}
