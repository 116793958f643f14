//! Walking the clock through a spring and an autumn change of clocks, an hour at a time: nothing changes but at the edges of windows,
//! which are worked out by hand here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use reconcile::access::{Account, CustomerId, LeaseId, Personal, PropertyId, UnitId};
use reconcile::desired::render;
use reconcile::manifest::{Manifest, parse};
use reconcile::plan::between::{Inputs, between};
use reconcile::plan::directory::Directory;
use reconcile::plan::guard::Allowances;
use reconcile::plan::{Action, Calls, Change, ManifestRef, Scope};
use reconcile::roster::{
    CustomerType, Day, Interval, Lease, Listing, PropertyRecord, Resident, Roster, Status, Unit,
};

use super::enact::enact;
use super::worlds::groups;

/// A change of clocks: what a window that begins at `start_time`, or ends at `end_time`, does on that day and on those beside it.
struct Turn {
    zone: &'static str,
    /// The day on which clocks change.
    day: &'static str,
    start_time: &'static str,
    /// When a window begins that begins the day before, on the day, the day after.
    starts: [&'static str; 3],
    /// A day before the second and the third of them, on the wall clock.
    ahead: [&'static str; 2],
    end_time: &'static str,
    /// When one ends that ends the day before, on the day, the day after.
    ends: [&'static str; 3],
}

const TURNS: [Turn; 9] = [
    // Denver, 8 March 2026: 02:00 MST (UTC-7) becomes 03:00 MDT (UTC-6); 02:30 does not exist: as a start it is read with UTC-6, so
    // that the wall shows 01:30, as an end with UTC-7.
    Turn {
        zone: "America/Denver",
        day: "2026-03-08",
        start_time: "02:30",
        starts: ["2026-03-07T09:30:00Z", "2026-03-08T08:30:00Z", "2026-03-09T08:30:00Z"],
        ahead: ["2026-03-07T08:30:00Z", "2026-03-08T08:30:00Z"],
        end_time: "02:30",
        ends: ["2026-03-07T09:30:00Z", "2026-03-08T09:30:00Z", "2026-03-09T08:30:00Z"],
    },
    // The usual hours lie on either side of it.
    Turn {
        zone: "America/Denver",
        day: "2026-03-08",
        start_time: "10:00",
        starts: ["2026-03-07T17:00:00Z", "2026-03-08T16:00:00Z", "2026-03-09T16:00:00Z"],
        ahead: ["2026-03-07T17:00:00Z", "2026-03-08T16:00:00Z"],
        end_time: "16:00",
        ends: ["2026-03-07T23:00:00Z", "2026-03-08T22:00:00Z", "2026-03-09T22:00:00Z"],
    },
    // Denver, 1 November 2026: 02:00 MDT becomes 01:00 MST; 01:30 exists twice: 07:30 and 08:30 UTC.
    Turn {
        zone: "America/Denver",
        day: "2026-11-01",
        start_time: "01:30",
        starts: ["2026-10-31T07:30:00Z", "2026-11-01T07:30:00Z", "2026-11-02T08:30:00Z"],
        ahead: ["2026-10-31T07:30:00Z", "2026-11-01T07:30:00Z"],
        end_time: "01:30",
        ends: ["2026-10-31T07:30:00Z", "2026-11-01T08:30:00Z", "2026-11-02T08:30:00Z"],
    },
    // London, 29 March 2026: 01:00 GMT becomes 02:00 BST (UTC+1); 01:15 does not exist.
    Turn {
        zone: "Europe/London",
        day: "2026-03-29",
        start_time: "01:15",
        starts: ["2026-03-28T01:15:00Z", "2026-03-29T00:15:00Z", "2026-03-30T00:15:00Z"],
        ahead: ["2026-03-28T00:15:00Z", "2026-03-29T00:15:00Z"],
        end_time: "01:15",
        ends: ["2026-03-28T01:15:00Z", "2026-03-29T01:15:00Z", "2026-03-30T00:15:00Z"],
    },
    // London, 25 October 2026: 02:00 BST becomes 01:00 GMT; 01:15 exists twice.
    Turn {
        zone: "Europe/London",
        day: "2026-10-25",
        start_time: "01:15",
        starts: ["2026-10-24T00:15:00Z", "2026-10-25T00:15:00Z", "2026-10-26T01:15:00Z"],
        ahead: ["2026-10-24T00:15:00Z", "2026-10-25T00:15:00Z"],
        end_time: "01:15",
        ends: ["2026-10-24T00:15:00Z", "2026-10-25T01:15:00Z", "2026-10-26T01:15:00Z"],
    },
    // The last minute of the doubled hour, and the first after it.
    Turn {
        zone: "Europe/London",
        day: "2026-10-25",
        start_time: "02:00",
        starts: ["2026-10-24T01:00:00Z", "2026-10-25T02:00:00Z", "2026-10-26T02:00:00Z"],
        ahead: ["2026-10-24T01:00:00Z", "2026-10-25T02:00:00Z"],
        end_time: "01:59",
        ends: ["2026-10-24T00:59:00Z", "2026-10-25T01:59:00Z", "2026-10-26T01:59:00Z"],
    },
    // Lord Howe, 4 October 2026: 02:00 (UTC+10:30) becomes 02:30 (UTC+11); 02:15 does not exist.
    Turn {
        zone: "Australia/Lord_Howe",
        day: "2026-10-04",
        start_time: "02:15",
        starts: ["2026-10-02T15:45:00Z", "2026-10-03T15:15:00Z", "2026-10-04T15:15:00Z"],
        ahead: ["2026-10-02T15:15:00Z", "2026-10-03T15:15:00Z"],
        end_time: "02:15",
        ends: ["2026-10-02T15:45:00Z", "2026-10-03T15:45:00Z", "2026-10-04T15:15:00Z"],
    },
    // Lord Howe, 5 April 2026: 02:00 (UTC+11) becomes 01:30 (UTC+10:30); 01:45 exists twice.
    Turn {
        zone: "Australia/Lord_Howe",
        day: "2026-04-05",
        start_time: "01:45",
        starts: ["2026-04-03T14:45:00Z", "2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"],
        ahead: ["2026-04-03T14:45:00Z", "2026-04-04T14:45:00Z"],
        end_time: "01:45",
        ends: ["2026-04-03T14:45:00Z", "2026-04-04T15:15:00Z", "2026-04-05T15:15:00Z"],
    },
    // Midnight is far from it.
    Turn {
        zone: "Australia/Lord_Howe",
        day: "2026-04-05",
        start_time: "00:00",
        starts: ["2026-04-03T13:00:00Z", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z"],
        ahead: ["2026-04-03T13:00:00Z", "2026-04-04T13:00:00Z"],
        end_time: "00:00",
        ends: ["2026-04-03T13:00:00Z", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z"],
    },
];

/// Who moves in on the three days; who moves out on them has an id three higher. 7 stays throughout.
const MOVE_IN: [u64; 3] = [1, 2, 3];
const MOVE_OUT: [u64; 3] = [4, 5, 6];
const STAYS: u64 = 7;

/// What happens to somebody in a plan.
type Event = (u64, Action);

#[test]
fn clocks_that_change_move_nothing_but_what_begins_or_ends() {
    for turn in &TURNS {
        let seen = walk(turn, 0);
        let mut expected: BTreeMap<DateTime<Utc>, BTreeSet<Event>> = BTreeMap::new();
        for (people, edges, action) in
            [(MOVE_IN, turn.starts, Action::Create), (MOVE_OUT, turn.ends, Action::Revoke)]
        {
            for (person, edge) in people.into_iter().zip(edges) {
                expected.entry(next_hour(utc(edge))).or_default().insert((person, action));
            }
        }
        assert_eq!(seen, expected, "{} {} {}", turn.zone, turn.day, turn.start_time);
    }
}

/// T28: whoever moves in is made a calendar day before, when the wall shows the same hour; nothing changes when they move in.
#[test]
fn what_is_written_ahead_keeps_the_hour_of_the_wall_clock() {
    for turn in &TURNS {
        let seen = walk(turn, 1);
        let made = |person: u64| {
            let at = seen.iter().filter(|(_, events)| events.contains(&(person, Action::Create)));
            at.map(|(at, _)| *at).collect::<Vec<_>>()
        };
        for (person, ahead) in MOVE_IN.into_iter().skip(1).zip(turn.ahead) {
            assert_eq!(made(person), [next_hour(utc(ahead))], "{} {} {person}", turn.zone, turn.start_time);
        }
        let of_movers = seen.values().flatten().filter(|(person, _)| MOVE_IN.contains(person));
        assert_eq!(of_movers.count(), 3, "{} {}: {seen:?}", turn.zone, turn.day);
    }
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The first full hour that is not before the instant.
fn next_hour(at: DateTime<Utc>) -> DateTime<Utc> {
    let past = at.timestamp().rem_euclid(3600);
    if past == 0 { at } else { at + Duration::seconds(3600 - past) }
}

/// Every change of five days around the turn, an apply each hour, after one before that brought Brivo up to date.
fn walk(turn: &Turn, ahead_days: u32) -> BTreeMap<DateTime<Utc>, BTreeSet<Event>> {
    let (manifest, roster) = (manifest(turn, ahead_days), roster(turn));
    let desired = render(&manifest, &roster);
    let mut account = Account { groups: groups().into(), ..Account::default() };
    let begin = utc(&format!("{}T00:00:00Z", turn.day)) - Duration::days(3);
    let mut seen = BTreeMap::new();
    for hour in 0..=24 * 5 {
        let at = begin + Duration::hours(hour);
        let plan = between(&Inputs {
            desired: &desired,
            account: &account,
            directory: &Directory::of(&desired, &account),
            as_of: at,
            scope: &Scope::default(),
            allowances: &Allowances::default(),
            manifest: &ManifestRef { paths: Vec::new(), sha256: String::new() },
            calls: Calls::default(),
        });
        let events: BTreeSet<Event> = plan.changes.iter().map(event).collect();
        if hour > 0 && !events.is_empty() {
            seen.insert(at, events);
        }
        account = enact(&plan, &account);
    }
    assert!(account.users.values().any(|user| is_of(user.external_id.as_ref().unwrap().as_str(), STAYS)));
    seen
}

fn is_of(external_id: &str, person: u64) -> bool {
    external_id == format!("entrata:{person}")
}

fn event(change: &Change) -> Event {
    let person = change.external_id.as_str().strip_prefix("entrata:").unwrap();
    (person.parse().unwrap(), change.action)
}

fn manifest(turn: &Turn, ahead_days: u32) -> Manifest {
    let text = format!(
        "version: 1
entrata: {{ url: \"https://apis.entrata.com/ext/orgs/alder/v1\" }}
defaults:
  guard: {{ max_revokes: 1000 }}
  start_time: \"{}\"
  end_time: \"{}\"
  provision_ahead_days: {ahead_days}
properties:
  - {{ id: 1, name: Alder, time_zone: {}, groups: [Alder], units: [{{ match: \"*\", groups: [\"Alder {{unit}}\"] }}] }}
",
        turn.start_time, turn.end_time, turn.zone
    );
    let (manifest, faults) = parse(&[("reconcile.yaml".to_owned(), text)]);
    manifest.unwrap_or_else(|| panic!("{faults:?}"))
}

fn roster(turn: &Turn) -> Roster {
    let day: NaiveDate = turn.day.parse().unwrap();
    let days = [day - Days::new(1), day, day + Days::new(1)];
    let long_ago = day - Days::new(300);
    let movers = MOVE_IN.into_iter().zip(days).map(|(person, day)| lease(person, day, None));
    let leavers = MOVE_OUT.into_iter().zip(days).map(|(person, day)| lease(person, long_ago, Some(day)));
    let stays = lease(STAYS, long_ago, None);
    let unit = Unit {
        id: UnitId::new("101"),
        number: "101".into(),
        building: None,
        floor: None,
        spaces: Vec::new(),
    };
    let record = PropertyRecord {
        listing: Listing::Open,
        name: Some("Alder".to_owned()),
        units: Some(vec![unit]),
        faults: Vec::new(),
    };
    Roster {
        properties: BTreeMap::from([(PropertyId(1), record)]),
        leases: movers.chain(leavers).chain([stays]).collect(),
        lookups: BTreeMap::new(),
    }
}

fn lease(person: u64, start: NaiveDate, out: Option<NaiveDate>) -> Lease {
    let status = if out.is_some() { Status::Notice } else { Status::Current };
    let id = person.to_string();
    Lease {
        id: LeaseId::new(format!("90{person}")),
        property: PropertyId(1),
        status: status.clone(),
        is_commercial: false,
        is_month_to_month: false,
        move_in: Day::On(start),
        move_out: out.map_or(Day::Absent, Day::On),
        unit: Some(UnitId::new("101")),
        spaces: Vec::new(),
        intervals: vec![Interval { start: Day::On(start), end: Day::Absent, status }],
        residents: vec![Resident {
            customer: CustomerId::new(id.clone()),
            kind: CustomerType::Primary,
            relationship: None,
            status: None,
            move_in: Day::Absent,
            move_out: Day::Absent,
            first_name: Some(Personal::new("Ann")),
            middle_name: None,
            last_name: Some(Personal::new(id)),
            full_name: None,
            email: None,
            phones: Vec::new(),
        }],
    }
}
