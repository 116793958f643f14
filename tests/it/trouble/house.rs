//! A house with people of every kind of change, and what its Brivo holds once all is done.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, Duration, Utc};
use reconcile::sandbox::Sandbox;
use reconcile::sandbox::world::World;
use serde_json::{Value, json};

/// A house of so many people on that day. Of six people one each is new, gone, renamed, moved to the other wing, about to leave, and
/// as they were.
pub(super) struct House {
    pub(super) people: u64,
    pub(super) today: DateTime<Utc>,
}

impl House {
    /// The manifest, with the services at `address`.
    pub(super) fn manifest(address: &str, calls_per_second: u32) -> String {
        format!(
            "version: 1\nentrata: {{ url: \"{address}/ext/orgs/sandbox/v1\" }}\n\
             brivo: {{ api_url: \"{address}/v1/api\", auth_url: \"{address}\", calls_per_second: {calls_per_second} }}\n\
             properties:\n  - id: 500001\n    name: Alder Court\n    time_zone: America/Phoenix\n    groups: [Alder]\n    \
             guard: {{ max_revokes: 10000 }}\n    units:\n      - {{ match: \"N*\", groups: [Alder North] }}\n      \
             - {{ match: \"S*\", groups: [Alder South] }}\n"
        )
    }

    /// Both services as they are before the apply.
    pub(super) fn sandbox(&self) -> Sandbox {
        self.sandbox_with("")
    }

    /// The same with further keys in its world.
    pub(super) fn sandbox_with(&self, further: &str) -> Sandbox {
        let text = format!("{}{further}", self.world());
        Sandbox::new(World::from_yaml(&text).unwrap(), self.today)
    }

    fn world(&self) -> String {
        let day = |days: i64| (self.today + Duration::days(days)).format("%Y-%m-%d").to_string();
        let (mut units, mut leases, mut users) = (String::new(), String::new(), String::new());
        for person in 1..=self.people {
            let kind = person % 6;
            let wing = if kind == 3 { "S" } else { "N" };
            let name = if kind == 2 { "Renamed" } else { "Renter" };
            let (status, move_out) = match kind {
                1 => ("Past", format!("move_out: {}, ", day(-10))),
                4 => ("Notice", format!("move_out: {}, ", day(30))),
                _ => ("Current", String::new()),
            };
            let unit = format!("{wing}{person}");
            writeln!(units, "      - {{ number: \"{unit}\" }}").unwrap();
            writeln!(
                leases,
                "  - {{ id: {lease}, property: 500001, unit: \"{unit}\", status: {status}, move_in: 2024-01-01, {move_out}term: [2024-01-01, {end}], \
                 residents: [{{ id: {id}, name: P{person} {name}, email: p{person}@example.com }}] }}",
                lease = 900_000 + person,
                id = 990_000 + person,
                end = day(if kind == 1 { -10 } else { 30 }),
            )
            .unwrap();
            if kind != 0 {
                writeln!(
                    users,
                    "    - {{ id: {user}, external_id: \"entrata:{id}\", name: P{person} Renter, email: p{person}@example.com, \
                     from: 2024-01-01T17:00:00Z, groups: [Alder, Alder North], \
                     credentials: [{{ id: {card}, from: 2024-01-01T17:00:00Z }}] }}",
                    user = 15_700_000 + person,
                    id = 990_000 + person,
                    card = 22_400_000 + person,
                )
                .unwrap();
            }
        }
        format!(
            "properties:\n  - id: 500001\n    name: Alder Court\n    units:\n{units}leases:\n{leases}brivo:\n  \
             groups: [Alder, Alder North, Alder South, Staff]\n  users:\n{users}    \
             - {{ id: 15600001, name: Stella Stranger, groups: [Staff, Alder] }}\n    \
             - {{ id: 15600002, external_id: \"hr:7\", name: Carl Cleaner, groups: [Staff, Alder North] }}\n"
        )
    }
}

/// What Brivo holds, by external id: everything but the ids and stamps that depend on who was made first.
///
/// # Panics
/// When an external id is there twice.
pub(super) fn held(sandbox: &Sandbox) -> BTreeMap<String, Value> {
    let state = serde_json::to_value(sandbox.brivo_state()).unwrap();
    let mut held = BTreeMap::new();
    for (id, user) in state["users"].as_object().unwrap() {
        let cards: Vec<Value> = state["credentials"]
            .as_object()
            .unwrap()
            .values()
            .filter(|card| card["user"].as_u64().map(|user| user.to_string()).as_ref() == Some(id))
            .cloned()
            .collect();
        let mut user = user.as_object().unwrap().clone();
        for key in ["id", "created", "updated"] {
            user.remove(key);
        }
        let key =
            user.get("external_id").map_or_else(|| id.clone(), |text| text.as_str().unwrap().to_owned());
        let twice = held.insert(key, json!([user, cards]));
        assert_eq!(twice, None, "somebody is there twice");
    }
    held
}

/// Those who are nobody's business here.
pub(super) fn strangers(held: &BTreeMap<String, Value>) -> Vec<(&String, &Value)> {
    held.iter().filter(|(id, _)| !id.starts_with("entrata:")).collect()
}
