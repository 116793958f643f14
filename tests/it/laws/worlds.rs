//! Worlds drawn at random: three small properties in three zones that share a group, leases in every status, people who move
//! between them, and an account that agrees with them in part.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use proptest::prelude::*;
use reconcile::access::few::Few;
use reconcile::access::text::Text;
use reconcile::access::*;
use reconcile::manifest::{Manifest, parse};
use reconcile::roster::*;

/// Small numbers, so that people and units meet.
const PEOPLE: u64 = 8;

#[derive(Debug, Clone)]
pub(super) struct Drawn {
    pub(super) policy: String,
    pub(super) as_of: DateTime<Utc>,
    pub(super) roster: Roster,
    pub(super) account: Account,
}

pub(super) fn manifest(policy: &str) -> Manifest {
    let property = |id: u64, name: &str, zone: &str| {
        format!(
            "  - id: {id}\n    name: {name}\n    time_zone: {zone}\n    groups: [\"{name}\", Shared]\n    units:\n      - {{ match: \"*\", groups: [\"{name} {{unit}}\"] }}\n"
        )
    };
    let text = format!(
        "version: 1\nentrata: {{ url: \"https://apis.entrata.com/ext/orgs/alder/v1\" }}\ndefaults:\n  guard: {{ max_revokes: 1000 }}\n{policy}\nproperties:\n{}{}{}",
        property(1, "Alder", "America/Chicago"),
        property(2, "Birch", "America/Denver"),
        property(3, "Cedar", "Australia/Lord_Howe"),
    );
    let (manifest, faults) = parse(&[("reconcile.yaml".to_owned(), text)]);
    manifest.unwrap_or_else(|| panic!("{faults:?}"))
}

pub(super) fn drawn() -> impl Strategy<Value = Drawn> {
    let lease = (
        1..=3u64,
        0..6usize,
        proptest::option::of(-500..200i64),
        proptest::option::of(-60..200i64),
        0..4u64,
        resident(),
        resident(),
    );
    (
        policy(),
        0..700i64,
        proptest::collection::vec(lease, 0..10),
        proptest::collection::vec((1..=PEOPLE, any::<u16>(), 0..4u8), 0..6),
    )
        .prop_map(|(policy, hours, leases, users)| {
            let as_of = "2026-02-20T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + Duration::hours(hours);
            let leases = leases.into_iter().enumerate().map(|(index, drawn)| lease_of(index, as_of, drawn));
            let roster = Roster {
                properties: (1..=3).map(|id| (PropertyId(id), record(id))).collect(),
                leases: leases.collect(),
                lookups: (1..=PEOPLE)
                    .map(|id| {
                        let asked = (1..=3).map(PropertyId).collect();
                        (CustomerId::new(id.to_string()), Lookup::Missing { asked })
                    })
                    .collect(),
            };
            let account = account(as_of, &users);
            Drawn { policy, as_of, roster, account }
        })
}

fn policy() -> impl Strategy<Value = String> {
    let keys = (
        prop_oneof![Just("move_out"), Just("lease_end")],
        prop_oneof![Just("perpetual"), Just("deny")],
        prop_oneof![Just("date"), Just("move_in")],
        prop_oneof![Just("date"), Just("move_out")],
        0..10u32,
        0..3u32,
        prop_oneof![
            Just("[groups, user_dates, credential_dates]"),
            Just("[groups]"),
            Just("[groups, user_dates]")
        ],
    );
    keys.prop_map(|(end, none, grant, revoke, ahead, bridge, enforce)| {
        format!(
            "  end_date: {end}\n  no_end_date: {none}\n  grant_on: {grant}\n  revoke_on: {revoke}\n  provision_ahead_days: {ahead}\n  bridge_gap_days: {bridge}\n  enforce: {enforce}"
        )
    })
}

type DrawnResident = (u64, usize, usize, Option<i64>);
type DrawnLease = (u64, usize, Option<i64>, Option<i64>, u64, DrawnResident, DrawnResident);

fn resident() -> impl Strategy<Value = DrawnResident> {
    (1..=PEOPLE, 0..5usize, 0..8usize, proptest::option::of(-60..200i64))
}

fn status(index: usize) -> Status {
    match index {
        0 => Status::Current,
        1 => Status::Notice,
        2 => Status::Future,
        3 => Status::Past,
        4 => Status::Cancelled,
        _ => Status::Applicant,
    }
}

fn day(as_of: DateTime<Utc>, offset: Option<i64>) -> Day {
    offset.map_or(Day::Absent, |days| Day::On(date(as_of, days)))
}

fn date(as_of: DateTime<Utc>, days: i64) -> NaiveDate {
    (as_of + Duration::days(days)).date_naive()
}

fn lease_of(index: usize, as_of: DateTime<Utc>, drawn: DrawnLease) -> Lease {
    let (property, of, move_in, move_out, unit, one, other) = drawn;
    let start = date(as_of, move_in.unwrap_or(-100));
    let customers = [one, other].into_iter().enumerate();
    Lease {
        id: LeaseId::new(format!("9{index:03}")),
        property: PropertyId(property),
        status: status(of),
        is_commercial: false,
        is_month_to_month: unit == 3,
        move_in: day(as_of, move_in),
        move_out: day(as_of, move_out),
        unit: (unit > 0).then(|| UnitId::new(format!("{property}0{unit}"))),
        spaces: Vec::new(),
        intervals: vec![Interval {
            start: Day::On(start),
            end: Day::On(start.checked_add_days(Days::new(364)).unwrap()),
            status: status(of),
        }],
        residents: customers.map(|(position, drawn)| resident_of(as_of, position, drawn)).collect(),
    }
}

fn resident_of(as_of: DateTime<Utc>, position: usize, (id, kind, of, move_out): DrawnResident) -> Resident {
    let kinds = [
        CustomerType::Primary,
        CustomerType::CoApplicant,
        CustomerType::Occupant,
        CustomerType::Guarantor,
        CustomerType::Unknown("Pet".into()),
    ];
    Resident {
        customer: CustomerId::new(id.to_string()),
        kind: if position == 0 { CustomerType::Primary } else { kinds[kind].clone() },
        relationship: None,
        status: (of < 6).then(|| status(of)),
        move_in: Day::Absent,
        move_out: if of == 3 { day(as_of, move_out) } else { Day::Absent },
        first_name: Some(Personal::new(format!("First{id}"))),
        middle_name: None,
        last_name: Some(Personal::new(format!("Last{id}"))),
        full_name: None,
        email: (id % 2 == 0).then(|| Personal::new(format!("p{id}@example.com"))),
        phones: Vec::new(),
    }
}

fn record(property: u64) -> PropertyRecord {
    let unit = |number: u64| Unit {
        id: UnitId::new(format!("{property}0{number}")),
        number: format!("10{number}").into(),
        building: None,
        floor: None,
        spaces: Vec::new(),
    };
    let name = ["Alder", "Birch", "Cedar"][usize::try_from(property).unwrap() - 1];
    PropertyRecord {
        listing: Listing::Open,
        name: Some(name.to_owned()),
        units: Some((1..=3).map(unit).collect()),
        faults: Vec::new(),
    }
}

/// Groups 1 to 13: each property's own, its units', the shared one; 20 and 21 are nobody's business.
pub(super) fn groups() -> BTreeMap<GroupId, Text> {
    let mut groups = BTreeMap::new();
    for (property, name) in ["Alder", "Birch", "Cedar"].into_iter().enumerate() {
        let base = property as u64 * 4;
        groups.insert(GroupId(base + 1), name.into());
        for unit in 1..=3 {
            groups.insert(GroupId(base + 1 + unit), format!("{name} 10{unit}").into());
        }
    }
    groups.insert(GroupId(13), "Shared".into());
    groups.insert(GroupId(20), "Staff".into());
    groups.insert(GroupId(21), "Staff Night".into());
    groups
}

fn account(as_of: DateTime<Utc>, drawn: &[(u64, u16, u8)]) -> Account {
    let mut users = BTreeMap::new();
    for (index, (person, bits, shape)) in drawn.iter().enumerate() {
        let external_id = ExternalId::new(format!("entrata:{person}"));
        if users.values().any(|user: &User| user.external_id.as_ref() == Some(&external_id)) {
            continue;
        }
        let held: Few<GroupId> = groups()
            .into_keys()
            .enumerate()
            .filter(|(bit, _)| bits & (1 << bit) != 0)
            .map(|(_, id)| id)
            .collect();
        let from = as_of - Duration::days(i64::from(bits % 300));
        let until = (*shape > 1).then(|| from + Duration::days(i64::from(bits % 400) + 1));
        let dates = Window::new(Some(from), until);
        let credential = Credential { id: CredentialId(1000 + index as u64), is_pin: false, window: dates };
        let user = User {
            external_id: Some(external_id),
            profile: Profile {
                first_name: Personal::new(format!("First{person}")),
                last_name: Personal::new(format!("Last{}", if *shape == 1 { 99 } else { *person })),
                ..Profile::default()
            },
            suspended: false,
            updated: None,
            membership: Membership::Whole(held),
            detail: Some(Detail { dates, credentials: vec![credential] }),
        };
        users.insert(UserId(100 + index as u64), user);
    }
    let stranger = User {
        external_id: None,
        profile: Profile {
            first_name: Personal::new("Mona"),
            last_name: Personal::new("Manager"),
            ..Profile::default()
        },
        suspended: false,
        updated: None,
        membership: Membership::Unread,
        detail: None,
    };
    users.insert(UserId(900), stranger);
    Account { groups: groups().into(), users: users.into_iter().collect() }
}

/// The same roster in another order.
pub(super) fn shuffled(roster: &Roster, seed: u64) -> Roster {
    let mut other = roster.clone();
    let key = |id: &str| {
        id.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    other.leases.sort_by_key(|lease| key(lease.id.as_str()));
    for record in other.properties.values_mut() {
        if let Some(units) = &mut record.units {
            units.sort_by_key(|unit| key(unit.id.as_str()));
        }
    }
    other
}

/// What a client hands on of damaged answers: leases or units of a property are missing, and the property says so.
pub(super) fn damage(roster: &Roster, seed: u64) -> Roster {
    let mut damaged = roster.clone();
    for property in 1..=3u64 {
        let dice = (seed >> (property * 8)) & 0xff;
        let Some(record) = damaged.properties.get_mut(&PropertyId(property)) else { continue };
        let mut fault = |call: &str| {
            let problem = "cut".to_owned();
            record.faults.push(ReadFault { call: call.to_owned(), problem, customers: Vec::new() });
        };
        if dice & 1 != 0 {
            fault("getLeases page 2");
            let mut bits = dice.rotate_left(3);
            damaged.leases.retain(|lease| {
                bits = bits.rotate_left(1);
                lease.property != PropertyId(property) || bits & 1 != 0
            });
        }
        if dice & 6 == 6 {
            fault("getPropertyUnits");
            record.units = None;
        }
    }
    damaged
}
