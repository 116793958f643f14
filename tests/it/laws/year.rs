//! The law of the year: whoever opens a door in the sandbox, replayed through every boundary and all news of a year, is exactly whom
//! a model of the rules says, which knows nothing of the program; and nobody loses access between two windows that touch.

mod doors;
mod model;
mod story;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;
use reconcile::plan::Plan;
use reconcile::sandbox::world::World;
use reconcile::sandbox::{Sandbox, State};
use serde_json::{Value, json};

use super::served::{applied, block, planned, services};
use super::{config, worlds};
use model::{Layers, NAMES, Policy, policies};
use story::{FIRST_DAY, Mate, Status, Stay, lives};

#[derive(Debug, Clone)]
struct Year {
    policy: Policy,
    lives: Vec<Stay>,
    /// Whom Brivo knows before the first run, each with a card; some with dates of long ago.
    known: BTreeSet<u64>,
}

fn years() -> impl Strategy<Value = Year> {
    let known = prop::collection::btree_set(prop::sample::select(vec![1u64, 2, 3, 4, 11, 91, 92]), 0..5);
    (policies(), lives(), known).prop_map(|(policy, lives, known)| Year { policy, lives, known })
}

impl Year {
    /// Both services as they are at the instant, with what Brivo holds since the run before.
    fn sandbox(&self, at: Timestamp, state: Option<State>) -> Sandbox {
        let document = json!({
            "properties": (1..=3).map(property).collect::<Vec<_>>(),
            "leases": self.lives.iter().enumerate().map(|(id, stay)| lease(id, stay, at)).collect::<Vec<_>>(),
            "brivo": { "groups": groups(), "users": self.known.iter().map(|id| self.user(*id)).collect::<Vec<_>>() },
        });
        let world = World::from_yaml(&document.to_string()).unwrap_or_else(|error| panic!("{error}"));
        let sandbox = Sandbox::new(world, utc(at));
        match state {
            Some(state) => sandbox.with_state(state),
            None => sandbox,
        }
    }

    fn user(&self, id: u64) -> Value {
        let mut user = json!({
            "id": 100 + id,
            "external_id": format!("entrata:{id}"),
            "first": format!("First{id}"),
            "last": format!("Last{id}"),
            "groups": [],
            "credentials": [{ "id": 1000 + id, "from": "2019-01-01T00:00:00Z" }],
        });
        if id.is_multiple_of(2) && self.policy.layers != Layers::Groups {
            for dated in ["", "/credentials/0"] {
                let dated = user.pointer_mut(dated).unwrap();
                dated["from"] = json!("2024-01-05T16:00:00Z");
                dated["to"] = json!("2024-11-05T22:00:00Z");
            }
        }
        user
    }
}

fn property(id: u64) -> Value {
    let unit = |number: u64| json!({ "id": format!("{id}0{number}"), "number": format!("10{number}") });
    json!({ "id": id, "name": NAMES[usize::try_from(id).unwrap() - 1], "units": (1..=3).map(unit).collect::<Vec<_>>() })
}

fn groups() -> Vec<Value> {
    let of =
        |name: &str| [name.to_owned(), format!("{name} 101"), format!("{name} 102"), format!("{name} 103")];
    let names = NAMES.into_iter().flat_map(of).chain(["Shared".to_owned()]);
    names.enumerate().map(|(at, name)| json!({ "id": at + 1, "name": name })).collect()
}

fn lease(id: usize, stay: &Stay, at: Timestamp) -> Value {
    let status = stay.status(at);
    let ends = stay.term_ends(at);
    let starts = [stay.move_in].into_iter().chain(ends.iter().map(|end| *end + 1.day()));
    let intervals = starts.zip(&ends).map(|(start, end)| {
        let is_begun = start.to_zoned(TimeZone::UTC).unwrap().timestamp() <= at;
        let status = if status == Status::Current && !is_begun { Status::Future } else { status };
        json!({ "start": start.to_string(), "end": end.to_string(), "status": format!("{status:?}") })
    });
    let mut lease = json!({
        "id": 9000 + id,
        "property": stay.property,
        "unit": format!("10{}", stay.unit),
        "status": format!("{status:?}"),
        "month_to_month": stay.is_month_to_month,
        "move_in": stay.move_in.to_string(),
        "intervals": intervals.collect::<Vec<_>>(),
        "residents": [resident(stay.tenant)],
    });
    if let Some(out) = stay.out(at) {
        lease["move_out"] = json!(out.to_string());
    }
    if let Some(mate) = &stay.mate {
        lease["residents"].as_array_mut().unwrap().push(mate_of(stay, mate, at));
    }
    lease
}

fn resident(id: u64) -> Value {
    json!({ "id": id, "first": format!("First{id}"), "last": format!("Last{id}"), "email": format!("p{id}@example.com") })
}

fn mate_of(stay: &Stay, mate: &Mate, at: Timestamp) -> Value {
    let mut resident = resident(mate.who);
    resident["type"] = json!(mate.kind);
    if let Some(leave) = &mate.leaves {
        resident["status"] = json!(format!("{:?}", stay.status_of_mate(leave, at)));
        if let Some(out) = leave.recorded(at) {
            resident["move_out"] = json!(out.to_string());
        }
    }
    resident
}

fn utc(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp(at.as_second(), 0).unwrap()
}

fn stamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp::from_second(at.timestamp()).unwrap()
}

/// Plans and applies once.
fn run(year: &Year, sandbox: &Sandbox, at: Timestamp) -> Plan {
    let manifest = worlds::manifest(&year.policy.yaml());
    let services = services(sandbox, &manifest);
    block(async {
        let plan = planned(utc(at), &manifest, &services).await.plan;
        applied(&plan, &services).await;
        plan
    })
}

fn replay(year: &Year) -> Result<(), TestCaseError> {
    let mut now = FIRST_DAY.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
    let last = now + (365 * 24).hours();
    let mut state = None;
    while now < last {
        let holders = state.as_ref().map(doors::holders).unwrap_or_default();
        let sandbox = year.sandbox(now, state.take());
        let plan = run(year, &sandbox, now);
        prop_assert_eq!(plan.summary.frozen, 0, "{:?}", plan.findings);
        let held = sandbox.brivo_state();
        let news = model::next_news(&year.lives, now);
        let boundary = plan.next_boundary.map(stamp);
        let next = [news, boundary, Some(last)].into_iter().flatten().min().unwrap_or(last);
        let told = |at| model::access(&year.policy, &year.lives, &holders, now, at);
        let open = |at| doors::open(&held, year.policy.layers, at);
        for at in probes(year, now, next) {
            prop_assert_eq!(open(at), told(at), "at {}, as decided at {}", at, now);
        }
        if Some(next) != news {
            let goes_on: BTreeSet<_> = &told(next - 1.second()) & &told(next);
            prop_assert!(open(next).is_superset(&goes_on), "closed at {} until a run comes", next);
        }
        state = Some(held);
        now = next;
    }
    Ok(())
}

/// The first, a middle and the last instant of `[now, next)`, and both sides of each edge in between.
fn probes(year: &Year, now: Timestamp, next: Timestamp) -> BTreeSet<Timestamp> {
    let middle = Timestamp::from_second(now.as_second().midpoint(next.as_second())).unwrap();
    let mut probes = BTreeSet::from([now, middle, next - 1.second()]);
    let edges = model::edges(&year.policy, &year.lives, now);
    probes.extend(edges.into_iter().flat_map(|edge| [edge - 1.second(), edge]));
    probes.retain(|at| now <= *at && *at < next);
    probes
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 60, ..config(8) })]

    #[test]
    fn through_a_year_doors_open_for_exactly_whom_the_rules_say(year in years()) {
        replay(&year)?;
    }
}
