//! The manifest and the world of a run: the base ones, changed by what the case says, its short forms written out.

use chrono::{DateTime, SecondsFormat, Utc};
use reconcile::sandbox::world::World;
use serde_json::{Map, Value, json};

use super::file::Run;

const MANIFEST: &str = include_str!("../../cases/base/manifest.yaml");
const WORLD: &str = include_str!("../../cases/base/world.yaml");

/// The property that every case has.
const PROPERTY: u64 = 500_001;

/// The manifest's text.
pub(super) fn manifest(run: &Run) -> String {
    let mut manifest = base(MANIFEST);
    let mut changes = run.manifest.clone();
    let added = changes.remove("properties");
    merge(&mut manifest, Value::Object(changes));
    merge(&mut manifest["defaults"], run.defaults.clone());
    merge(&mut manifest["properties"][0], run.property.clone());
    append(&mut manifest["properties"], added);
    manifest.to_string()
}

/// The world.
pub(super) fn world(run: &Run) -> Result<World, String> {
    let mut world = base(WORLD);
    let mut changes = run.world.clone();
    let properties = changes.remove("properties");
    merge(&mut world, Value::Object(changes));
    for property in properties.iter().filter_map(Value::as_array).flatten() {
        add_property(&mut world["properties"], property);
    }
    if let Some(units) = &run.units {
        world["properties"][0]["units"] = units.clone();
    }
    if let Some(groups) = &run.only_groups {
        world["brivo"]["groups"] = json!(groups);
    }
    append(&mut world["brivo"]["groups"], Some(json!(run.groups)));
    let leases: Vec<Value> =
        run.leases.iter().enumerate().map(|(at, lease)| self::lease(at, lease)).collect();
    append(&mut world["leases"], Some(json!(leases)));
    let users: Vec<Value> = run.users.iter().map(user).collect();
    append(&mut world["brivo"]["users"], Some(json!(users)));
    World::from_yaml(&world.to_string()).map_err(|error| error.to_string())
}

fn base(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

/// Sections are merged key by key, everything else is replaced.
fn merge(base: &mut Value, changes: Value) {
    match (base, changes) {
        (_, Value::Null) => {}
        (Value::Object(base), Value::Object(changes)) => {
            for (key, change) in changes {
                match base.get_mut(&key) {
                    Some(held @ Value::Object(_)) => merge(held, change),
                    Some(_) | None => drop(base.insert(key, change)),
                }
            }
        }
        (base, change) => *base = change,
    }
}

fn append(list: &mut Value, more: Option<Value>) {
    if let (Value::Array(list), Some(Value::Array(more))) = (list, more) {
        list.extend(more);
    }
}

fn add_property(properties: &mut Value, property: &Value) {
    let Value::Array(properties) = properties else { return };
    match properties.iter_mut().find(|held| held["id"] == property["id"]) {
        Some(held) => merge(held, property.clone()),
        None => properties.push(property.clone()),
    }
}

/// A lease: of the property that every case has, with an id of its own, `who` its only resident.
fn lease(at: usize, keys: &Map<String, Value>) -> Value {
    let mut lease = keys.clone();
    lease.entry("id").or_insert_with(|| json!(900_001 + at));
    lease.entry("property").or_insert_with(|| json!(PROPERTY));
    if let Some(who) = lease.remove("who") {
        lease.insert("residents".to_owned(), json!([{ "who": who }]));
    }
    if let Some(Value::Array(residents)) = lease.get_mut("residents") {
        residents.iter_mut().filter_map(Value::as_object_mut).for_each(resident);
    }
    Value::Object(lease)
}

/// `who: 990001` is a customer of that id with a name and an e-mail address of their own.
fn resident(keys: &mut Map<String, Value>) {
    let Some(who) = keys.remove("who") else { return };
    for (key, value) in [("name", name(&who)), ("email", email(&who)), ("id", who)] {
        keys.entry(key).or_insert(value);
    }
}

/// `holds: 990001` is the managed user of that customer, with the same name and e-mail address.
fn user(keys: &Map<String, Value>) -> Value {
    let mut user = keys.clone();
    if let Some(who) = user.remove("holds") {
        let id = who.as_u64().map_or(json!(null), |number| json!(15_700_000 + number % 10_000));
        let external_id = json!(format!("entrata:{}", plain(&who)));
        for (key, value) in
            [("id", id), ("external_id", external_id), ("name", name(&who)), ("email", email(&who))]
        {
            user.entry(key).or_insert(value);
        }
    }
    in_utc(&mut user);
    if let Some(Value::Array(credentials)) = user.get_mut("credentials") {
        credentials.iter_mut().filter_map(Value::as_object_mut).for_each(in_utc);
    }
    Value::Object(user)
}

fn name(who: &Value) -> Value {
    json!(format!("Example {}, Ann", plain(who)))
}

fn email(who: &Value) -> Value {
    json!(format!("p{}@example.com", plain(who)))
}

/// Brivo knows instants in UTC only; a case may write them with the offset by which they were worked out.
fn in_utc(keys: &mut Map<String, Value>) {
    for key in ["from", "to"] {
        if let Some(instant) = keys.get(key).and_then(instant) {
            keys.insert(key.to_owned(), json!(instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)));
        }
    }
}

/// The instant that a text stands for, whatever offset it is written with.
pub(super) fn instant(value: &Value) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok().map(|instant| instant.to_utc())
}

/// A number or a text as text.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
