use chrono::DateTime;
use jiff::tz::TimeZoneDatabase;

use super::*;

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn utc(text: &str) -> Instant {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

#[test]
fn local_times_become_the_instants_worked_out_by_hand() {
    let table = [
        // Denver is 7 h behind Greenwich in winter: 10:00 + 7 h.
        ("America/Denver", "2026-01-15", "10:00", "2026-01-15T17:00:00Z", "2026-01-15T17:00:00Z"),
        // … and 6 h in summer: 16:00 + 6 h.
        ("America/Denver", "2026-07-15", "16:00", "2026-07-15T22:00:00Z", "2026-07-15T22:00:00Z"),
        // On 8 March 2026 its clocks jump from 02:00 to 03:00. 02:30 with the offset after the jump (-6) is 08:30 UTC (01:30 on the
        // wall), with the one before it (-7) 09:30 UTC (03:30 on the wall).
        ("America/Denver", "2026-03-08", "02:30", "2026-03-08T08:30:00Z", "2026-03-08T09:30:00Z"),
        // The jump's own hours exist: 01:59 is still -7, 03:00 already -6; 02:00 does not.
        ("America/Denver", "2026-03-08", "01:59", "2026-03-08T08:59:00Z", "2026-03-08T08:59:00Z"),
        ("America/Denver", "2026-03-08", "03:00", "2026-03-08T09:00:00Z", "2026-03-08T09:00:00Z"),
        ("America/Denver", "2026-03-08", "02:00", "2026-03-08T08:00:00Z", "2026-03-08T09:00:00Z"),
        // On 1 November 2026 Chicago goes back from 02:00 to 01:00: 01:30 is 06:30 UTC (-5) first, 07:30 UTC (-6) second.
        ("America/Chicago", "2026-11-01", "01:30", "2026-11-01T06:30:00Z", "2026-11-01T07:30:00Z"),
        // 02:00 exists once, after the change (-6); 00:59 once, before it (-5).
        ("America/Chicago", "2026-11-01", "02:00", "2026-11-01T08:00:00Z", "2026-11-01T08:00:00Z"),
        ("America/Chicago", "2026-11-01", "00:59", "2026-11-01T05:59:00Z", "2026-11-01T05:59:00Z"),
        // 01:00 itself is shown twice.
        ("America/Chicago", "2026-11-01", "01:00", "2026-11-01T06:00:00Z", "2026-11-01T07:00:00Z"),
        // London, 29 March 2026, 01:00 → 02:00: 01:30 with +1 is 00:30 UTC, with +0 01:30 UTC.
        ("Europe/London", "2026-03-29", "01:30", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
        // 25 October 2026, 02:00 → 01:00: 01:30 is 00:30 UTC (+1), then 01:30 UTC (+0).
        ("Europe/London", "2026-10-25", "01:30", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        // Lord Howe moves by half an hour: on 4 October 2026 02:00 (+10:30) → 02:30 (+11). 02:15 with +11 is 15:15 UTC of the day
        // before, with +10:30 15:45 UTC.
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:15:00Z", "2026-10-03T15:45:00Z"),
        // On 5 April 2026 02:00 (+11) → 01:30 (+10:30): 01:45 is 14:45 UTC of the day before, then 15:15 UTC.
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"),
        // Phoenix never changes: always 7 h, in the night in which Denver jumps too.
        ("America/Phoenix", "2026-03-08", "02:30", "2026-03-08T09:30:00Z", "2026-03-08T09:30:00Z"),
        ("America/Phoenix", "2026-07-15", "10:00", "2026-07-15T17:00:00Z", "2026-07-15T17:00:00Z"),
        // Samoa left out all of 30 December 2011: -10 before, +14 after.
        ("Pacific/Apia", "2011-12-30", "10:00", "2011-12-29T20:00:00Z", "2011-12-30T20:00:00Z"),
        // Vancouver keeps its summer offset (-7) from 1 November 2026 on: 10:00 + 7 h in winter too.
        ("America/Vancouver", "2026-12-15", "10:00", "2026-12-15T17:00:00Z", "2026-12-15T17:00:00Z"),
        ("America/Vancouver", "2026-01-15", "10:00", "2026-01-15T18:00:00Z", "2026-01-15T18:00:00Z"),
    ];
    for (name, day, hour, start, end) in table {
        let (zone, day, hour) = (zone(name), date(day), time(hour));
        assert_eq!(zone.instant(day, hour, Edge::Start), utc(start), "start, {name} {day} {hour}");
        assert_eq!(zone.instant(day, hour, Edge::End), utc(end), "end, {name} {day} {hour}");
    }
}

#[test]
fn a_day_ends_with_its_last_second() {
    let table = [
        // An ordinary day: midnight at -6.
        ("America/Chicago", "2026-01-15", "2026-01-16T06:00:00Z"),
        // Havana jumped at midnight of 8 March 2026 from 00:00 (-5) to 01:00: the 8th begins at 05:00 UTC.
        ("America/Havana", "2026-03-07", "2026-03-08T05:00:00Z"),
        // Havana went back on 2 November 2025 from 01:00 (-4) to 00:00: the first of the two midnights ends the 1st.
        ("America/Havana", "2025-11-01", "2025-11-02T04:00:00Z"),
        // St John's went back on 6 November 2010 from 00:01 (-2:30) of the 7th to 23:01 (-3:30) of the 6th: the second midnight
        // ends the 6th.
        ("America/St_Johns", "2010-11-06", "2010-11-07T03:30:00Z"),
        // Samoa's 30 December 2011 did not happen: the 29th ends where the 31st begins, at 10:00 UTC of the 30th.
        ("Pacific/Apia", "2011-12-29", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
    ];
    for (name, day, end) in table {
        assert_eq!(zone(name).end_of_day(date(day)), utc(end), "{name} {day}");
    }
}

#[test]
fn the_wall_clock_is_told_back() {
    let denver = zone("America/Denver");
    assert_eq!(denver.local(utc("2026-03-08T08:59:59Z")).to_string(), "2026-03-08 01:59:59");
    assert_eq!(denver.local(utc("2026-03-08T09:00:00Z")).to_string(), "2026-03-08 03:00:00");
    assert_eq!(denver.date(utc("2026-01-16T06:59:59Z")), date("2026-01-15"));
    assert_eq!(denver.date(utc("2026-01-16T07:00:00Z")), date("2026-01-16"));
}

#[test]
fn odd_dates_are_those_of_the_jumps() {
    let chicago = zone("America/Chicago");
    assert_eq!(
        chicago.odd_dates(time("02:30"), date("2026-01-01"), 24),
        [(date("2026-03-08"), Oddity::Gap), (date("2027-03-14"), Oddity::Gap)]
    );
    assert_eq!(
        chicago.odd_dates(time("01:30"), date("2026-11-01"), 12),
        [(date("2026-11-01"), Oddity::Fold)],
        "the first date counts, the one twelve months on does not"
    );
    assert_eq!(chicago.odd_dates(time("10:00"), date("2026-01-01"), 24), []);
    assert_eq!(zone("America/Phoenix").odd_dates(time("02:30"), date("2026-01-01"), 24), []);
}

#[test]
fn a_name_that_is_no_zone_brings_near_ones() {
    for (written, meant) in [
        ("America/Chicgo", "America/Chicago"),
        ("america/chicago", "America/Chicago"),
        ("Chicago", "America/Chicago"),
        ("America/New York", "America/New_York"),
        ("US/Chicago", "America/Chicago"),
        ("CST", "America/Chicago"),
        ("pst", "America/Los_Angeles"),
    ] {
        let fault = Zone::parse(written).unwrap_err();
        assert_eq!(fault.near.first(), Some(&meant), "{written}: {:?}", fault.near);
    }
    assert_eq!(Zone::parse("+05:00").unwrap_err().near, Vec::<&str>::new());
    assert_eq!(Zone::parse("America/Denvr").unwrap_err().near, ["America/Denver"]);
    assert_eq!(Zone::parse("America/Chicgo").unwrap_err().near, ["America/Chicago"]);
}

/// Every zone at every sixth hour, and at both sides of every change, for eleven years.
#[test]
fn all_zones_agree_with_a_newer_database() {
    let newer = TimeZoneDatabase::bundled();
    let (from, until) = (utc("2026-01-01T00:00:00Z"), utc("2037-01-01T00:00:00Z"));
    let mut wrong = Vec::new();
    for tz in chrono_tz::TZ_VARIANTS {
        let (ours, theirs) = (zone(tz.name()), newer.get(tz.name()).unwrap());
        let begin = jiff::Timestamp::from_second(from.timestamp()).unwrap();
        let changes = theirs.following(begin).map(|change| change.timestamp().as_second());
        let changes = changes.take_while(|at| *at < until.timestamp()).flat_map(|at| [at - 1, at]);
        let grid = (from.timestamp()..until.timestamp()).step_by(6 * 3600);
        let differs = |at: &i64| {
            let expected = theirs.to_offset(jiff::Timestamp::from_second(*at).unwrap()).seconds();
            ours.offset(DateTime::from_timestamp(*at, 0).unwrap()).num_seconds() != i64::from(expected)
        };
        if let Some(at) = grid.chain(changes).find(differs) {
            wrong.push(format!("{} at {}", tz.name(), DateTime::from_timestamp(at, 0).unwrap()));
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "correct these in zone/correction.rs");
}

/// A correction that the database has caught up with is dead weight.
#[test]
fn every_correction_is_still_needed() {
    let needed = |tz: &chrono_tz::Tz| {
        let corrected = zone(tz.name());
        let plain = Zone { correction: None, ..corrected };
        let from = utc("2026-01-01T00:00:00Z").timestamp();
        let instants =
            (from..from + 3 * 366 * 86_400).step_by(1800).filter_map(|at| DateTime::from_timestamp(at, 0));
        instants.into_iter().any(|at| corrected.offset(at) != plain.offset(at))
    };
    let corrected = chrono_tz::TZ_VARIANTS.iter().filter(|tz| Correction::of(**tz).is_some());
    let idle: Vec<&str> = corrected.filter(|tz| !needed(tz)).map(|tz| tz.name()).collect();
    assert_eq!(idle, Vec::<&str>::new());
}

/// Gaps and folds of every zone, hour by hour over each change, against the newer database's own resolution.
#[test]
fn gaps_and_folds_agree_with_a_newer_database() {
    let newer = TimeZoneDatabase::bundled();
    for tz in chrono_tz::TZ_VARIANTS {
        let (ours, theirs) = (zone(tz.name()), newer.get(tz.name()).unwrap());
        let begin = jiff::Timestamp::from_second(utc("2026-01-01T00:00:00Z").timestamp()).unwrap();
        let end = utc("2031-01-01T00:00:00Z").timestamp();
        for change in theirs.following(begin).take_while(|change| change.timestamp().as_second() < end) {
            for minutes in (-180..=180).step_by(15) {
                let local = ours.local(DateTime::from_timestamp(change.timestamp().as_second(), 0).unwrap())
                    + TimeDelta::minutes(minutes);
                let civil: jiff::civil::DateTime =
                    local.format("%Y-%m-%dT%H:%M:%S").to_string().parse().unwrap();
                let reading = theirs.to_ambiguous_timestamp(civil);
                // Jiff's «earlier» of a gap is the offset after the jump, its «later» the one before it; of a fold first and second.
                let expected = [reading.earlier().unwrap().as_second(), reading.later().unwrap().as_second()];
                let found = [Edge::Start, Edge::End]
                    .map(|edge| ours.instant(local.date(), local.time(), edge).timestamp());
                assert_eq!(found, expected, "{} {local}", tz.name());
            }
        }
    }
}

#[test]
fn an_offset_is_named_as_people_name_it_or_by_its_hours() {
    let table = [
        ("America/Chicago", "2026-01-15T12:00:00Z", "CST"),
        ("America/Chicago", "2026-07-15T12:00:00Z", "CDT"),
        ("America/Vancouver", "2026-01-15T12:00:00Z", "PST"),
        // The database still says PST here, eight hours behind.
        ("America/Vancouver", "2026-12-15T12:00:00Z", "-07:00"),
    ];
    for (name, instant, shown) in table {
        let (local, offset) = zone(name).shown(utc(instant));
        assert_eq!((local, &*offset), (zone(name).local(utc(instant)), shown), "{name} at {instant}");
    }
}
