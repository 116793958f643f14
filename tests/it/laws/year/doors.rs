//! Who opens what in the sandbox's Brivo at an instant: members of a group who are not stopped and whose dates hold it, those of
//! their cards too.

use std::collections::BTreeSet;

use jiff::Timestamp;
use reconcile::sandbox::State;
use serde_json::Value;

use super::model::Layers;

/// The managed groups that each customer opens.
pub(super) fn open(state: &State, layers: Layers, at: Timestamp) -> BTreeSet<(u64, String)> {
    let state = serde_json::to_value(state).unwrap();
    let mut open = BTreeSet::new();
    for (id, user) in state["users"].as_object().unwrap() {
        let cards = cards(&state, id);
        let by_card = layers != Layers::All || cards.is_empty() || cards.iter().any(|card| holds(card, at));
        if user["suspended"] == true || !holds(user, at) || !by_card {
            continue;
        }
        let groups = user["groups"].as_array().unwrap().iter();
        let names = groups.map(|group| state["groups"][group.to_string()]["name"].as_str().unwrap());
        open.extend(names.map(|name| (customer(user), name.to_owned())));
    }
    open
}

/// The customers who are in a managed group, whether it opens for them or not.
pub(super) fn holders(state: &State) -> BTreeSet<u64> {
    let state = serde_json::to_value(state).unwrap();
    let users = state["users"].as_object().unwrap().values();
    users.filter(|user| !user["groups"].as_array().unwrap().is_empty()).map(customer).collect()
}

fn customer(user: &Value) -> u64 {
    user["external_id"].as_str().and_then(|text| text.strip_prefix("entrata:")).unwrap().parse().unwrap()
}

fn cards<'s>(state: &'s Value, user: &str) -> Vec<&'s Value> {
    let cards = state["credentials"].as_object().unwrap().values();
    let user: Value = serde_json::from_str(user).unwrap();
    cards.filter(|card| card["owner"] == user).collect()
}

/// Whether the window that a user or a card carries holds the instant.
fn holds(dated: &Value, at: Timestamp) -> bool {
    let edge = |key: &str| dated[key].as_str().map(|text| text.parse::<Timestamp>().unwrap());
    edge("from").is_none_or(|from| from <= at) && edge("to").is_none_or(|to| at < to)
}
