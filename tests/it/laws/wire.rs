//! The same laws with both wires between: the drawn world is served by the sandbox, read by the real clients, written by the real
//! apply.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use reconcile::access::Account;
use reconcile::commands::planning::{Leases, Question, plan};
use reconcile::plan::guard::Allowances;
use reconcile::plan::{ManifestRef, Scope};
use reconcile::roster::{CustomerType, Day, Lease, Resident};
use reconcile::sandbox::Sandbox;
use reconcile::sandbox::world::World;
use serde_json::{Value, json};

use super::served::{applied, block, planned, services};
use super::worlds::{Drawn, drawn, manifest};
use super::{config, covers, frozen, takings};

/// The drawn world as a world file.
pub(super) fn world(drawn: &Drawn, faults: &[Value]) -> World {
    let properties = drawn.roster.properties.iter().map(|(id, record)| {
        let units = record.units.iter().flatten().map(|unit| json!({ "id": unit.id, "number": unit.number }));
        json!({ "id": id, "name": record.name, "units": units.collect::<Vec<_>>() })
    });
    let document = json!({
        "as_of": drawn.as_of,
        "properties": properties.collect::<Vec<_>>(),
        "leases": drawn.roster.leases.iter().map(lease).collect::<Vec<_>>(),
        "brivo": brivo_world(&drawn.account),
        "faults": faults,
    });
    World::from_yaml(&document.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

fn day(day: &Day) -> Value {
    match day {
        Day::On(date) => json!(date.to_string()),
        Day::Absent | Day::Zero(_) | Day::Unreadable(_) => Value::Null,
    }
}

/// Without the keys that have no value.
fn lean(value: Value) -> Value {
    let Value::Object(keys) = value else { return value };
    Value::Object(keys.into_iter().filter(|(_, value)| !value.is_null()).collect())
}

fn lease(lease: &Lease) -> Value {
    let intervals = lease.intervals.iter().map(|interval| {
        lean(json!({ "start": day(&interval.start), "end": day(&interval.end), "status": interval.status.name() }))
    });
    lean(json!({
        "id": lease.id,
        "property": lease.property,
        "unit": lease.unit,
        "status": lease.status.name(),
        "month_to_month": lease.is_month_to_month,
        "move_in": day(&lease.move_in),
        "move_out": day(&lease.move_out),
        "intervals": intervals.collect::<Vec<_>>(),
        "residents": lease.residents.iter().map(resident).collect::<Vec<_>>(),
    }))
}

fn resident(resident: &Resident) -> Value {
    let kind = match &resident.kind {
        CustomerType::Primary => "Primary",
        CustomerType::CoApplicant => "Co-Applicant",
        CustomerType::Occupant => "Occupant",
        CustomerType::Guarantor => "Guarantor",
        CustomerType::Unknown(kind) => kind,
    };
    lean(json!({
        "id": resident.customer,
        "first": resident.first_name,
        "last": resident.last_name,
        "type": kind,
        "status": resident.status.as_ref().map(|status| status.name().to_owned()),
        "email": resident.email,
        "move_out": day(&resident.move_out),
    }))
}

fn brivo_world(account: &Account) -> Value {
    let groups = account.groups.iter().map(|(id, name)| json!({ "id": id, "name": name }));
    let users = account.users.iter().map(|(id, user)| {
        let detail = user.detail.clone().unwrap_or_default();
        let credentials = detail.credentials.iter().map(|one| {
            lean(json!({ "id": one.id, "from": one.window.start, "to": one.window.end }))
        });
        lean(json!({
            "id": id,
            "external_id": user.external_id,
            "first": user.profile.first_name,
            "last": user.profile.last_name,
            "from": detail.dates.start,
            "to": detail.dates.end,
            "groups": user.membership.known().cloned().unwrap_or_else(|| [20, 1].map(reconcile::access::GroupId).into()),
            "credentials": credentials.collect::<Vec<_>>(),
        }))
    });
    json!({ "groups": groups.collect::<Vec<_>>(), "users": users.collect::<Vec<_>>() })
}

/// What Brivo holds of people who are not ours, and which of the groups that are not ours hold whom.
fn foreign(sandbox: &Sandbox) -> BTreeMap<String, Value> {
    let state = serde_json::to_value(sandbox.brivo_state()).unwrap();
    let mut foreign = BTreeMap::new();
    for (id, user) in state["users"].as_object().unwrap() {
        let is_ours = user.to_string().contains("entrata:");
        let groups: BTreeSet<String> =
            user["groups"].as_array().unwrap().iter().map(ToString::to_string).collect();
        let outside: Vec<&String> =
            groups.iter().filter(|group| ["20", "21"].contains(&group.as_str())).collect();
        foreign.insert(format!("{id} outside"), json!(outside));
        if !is_ours {
            foreign.insert(id.clone(), user.clone());
        }
    }
    foreign.retain(|_, value| *value != json!([]));
    foreign.insert("groups".to_owned(), state["groups"].clone());
    foreign
}

/// Damage to Entrata's answers: pages dropped, doubled, cut, emptied, turned round, an error inside a 200, a property missing.
fn faults() -> impl Strategy<Value = Vec<Value>> {
    let effect = prop_oneof![
        Just(json!({ "error": { "code": 500, "message": "Something went wrong." } })),
        Just(json!({ "error": { "code": 311, "message": "App doesn't have permission to the property." } })),
        Just(json!({ "rows": "empty" })),
        Just(json!({ "rows": "double" })),
        Just(json!({ "rows": "reverse" })),
        Just(json!({ "drop_rows": 1 })),
        Just(json!({ "truncate": 120 })),
        Just(json!({ "garbage": true })),
        Just(json!({ "html": true })),
        Just(json!({ "status": 500 })),
        Just(json!({ "status": 403 })),
    ];
    let method =
        prop_oneof![3 => Just("getLeases"), 1 => Just("getPropertyUnits"), 1 => Just("getProperties")];
    let fault = (method, 1..=3u64, effect, proptest::option::of(1..4u64)).prop_map(
        |(method, property, then, nth)| {
            let property = (method != "getProperties").then_some(property);
            lean(json!({ "match": method, "property": property, "nth": nth, "then": then }))
        },
    );
    proptest::collection::vec(fault, 1..4)
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn after_an_apply_the_diff_is_empty_and_strangers_are_as_they_were(drawn in drawn()) {
        let manifest = manifest(&drawn.policy);
        let sandbox = Sandbox::new(world(&drawn, &[]), drawn.as_of);
        let before = foreign(&sandbox);
        let services = services(&sandbox, &manifest);
        block(async {
            let first = planned(drawn.as_of, &manifest, &services).await.plan;
            applied(&first, &services).await;
            let second = planned(drawn.as_of, &manifest, &services).await.plan;
            prop_assert_eq!(second.changes, vec![]);
            Ok(())
        })?;
        let mut after = foreign(&sandbox);
        after.retain(|key, _| before.contains_key(key));
        prop_assert_eq!(before, after);
    }

    #[test]
    fn damaged_answers_take_nothing_that_whole_ones_do_not(drawn in drawn(), faults in faults()) {
        let manifest = manifest(&drawn.policy);
        let whole = {
            let sandbox = Sandbox::new(world(&drawn, &[]), drawn.as_of);
            block(planned(drawn.as_of, &manifest, &services(&sandbox, &manifest))).plan
        };
        let sandbox = Sandbox::new(world(&drawn, &faults), drawn.as_of);
        let services = services(&sandbox, &manifest);
        let reference = ManifestRef { paths: Vec::new(), sha256: String::new() };
        let question = Question {
            manifest: &manifest,
            reference: &reference,
            as_of: drawn.as_of,
            scope: &Scope::default(),
            allowances: &Allowances::default(), leases: Leases::Go,
        };
        // A run that ends without a plan takes nothing.
        let Ok(damaged) = block(plan(&services, &question, &|_, _, _| ())) else { return Ok(()) };
        let (frozen, all) = (frozen(&whole), takings(&whole));
        for taken in takings(&damaged.plan) {
            prop_assert!(
                frozen.contains(&taken.0) || covers(&all, &taken),
                "taken on damaged answers only: {:?}, whole: {:?}, faults {:?}", taken, all, faults
            );
        }
    }
}
