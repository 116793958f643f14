//! What a world must satisfy beyond its format, and what it may leave to be filled in.

use std::collections::{BTreeMap, BTreeSet};

use super::brivo::Group;
use super::scalar::Id;
use super::{Lease, Unit, World, WorldError};

/// Fills in the names of people who are named on another lease, and finds references to nothing and ids given twice.
pub(crate) fn complete(world: &mut World) -> Result<(), WorldError> {
    share_names(world);
    check_entrata(world)?;
    check_brivo(world)
}

fn mistake(path: String, message: impl Into<String>) -> WorldError {
    WorldError::Meaning { path, message: message.into() }
}

/// One customer may stand on several leases, and needs a name on one of them only.
fn share_names(world: &mut World) {
    let mut names = BTreeMap::new();
    for resident in world.leases.iter().flat_map(|lease| &lease.residents) {
        if let Some(name) = &resident.name {
            names.entry(resident.id.clone()).or_insert_with(|| name.clone());
        }
    }
    for resident in world.leases.iter_mut().flat_map(|lease| &mut lease.residents) {
        if resident.name.is_none() && resident.first.is_default() && resident.last.is_default() {
            let name = names.get(&resident.id).cloned();
            resident.name = Some(name.unwrap_or_else(|| format!("Resident {}", resident.id)));
        }
    }
}

fn check_entrata(world: &World) -> Result<(), WorldError> {
    let mut properties = BTreeSet::new();
    for (at, property) in world.properties.iter().enumerate() {
        if !properties.insert(&property.id) {
            return Err(mistake(
                format!("properties[{at}].id"),
                format!("property {} stands there twice", property.id),
            ));
        }
    }
    let units = units_by_name(world);
    let mut leases = BTreeSet::new();
    for (at, lease) in world.leases.iter().enumerate() {
        if !properties.is_empty() && !properties.contains(&lease.property) {
            let message = format!("there is no property {}: list it under `properties`", lease.property);
            return Err(mistake(format!("leases[{at}].property"), message));
        }
        if !leases.insert((&lease.property, &lease.id)) {
            let message = format!("lease {} stands there twice", lease.id);
            return Err(mistake(format!("leases[{at}].id"), message));
        }
        if lease.term.len() > 2 {
            return Err(mistake(format!("leases[{at}].term"), "a term is [start] or [start, end]"));
        }
        if let Some(message) = unit_mistake(lease, &units) {
            return Err(mistake(format!("leases[{at}].unit"), message));
        }
    }
    Ok(())
}

/// The units of the properties that list theirs, by property and by number or id. A property without a list has no entry of its own.
struct Units<'a> {
    listed: BTreeSet<&'a Id>,
    named: BTreeMap<(&'a Id, &'a Id), Vec<&'a Unit>>,
}

fn units_by_name(world: &World) -> Units<'_> {
    let mut units = Units { listed: BTreeSet::new(), named: BTreeMap::new() };
    for property in &world.properties {
        let Some(list) = &property.units else { continue };
        units.listed.insert(&property.id);
        for unit in list {
            units.named.entry((&property.id, &unit.number)).or_default().push(unit);
            if let Some(id) = unit.id.as_ref().filter(|id| **id != unit.number) {
                units.named.entry((&property.id, id)).or_default().push(unit);
            }
        }
    }
    units
}

fn unit_mistake(lease: &Lease, units: &Units<'_>) -> Option<String> {
    let unit = lease.unit.as_ref()?;
    if !units.listed.contains(&lease.property) {
        return None;
    }
    let found: Vec<_> = units
        .named
        .get(&(&lease.property, unit))
        .into_iter()
        .flatten()
        .filter(|candidate| lease.building.is_none() || lease.building == candidate.building)
        .collect();
    match found.as_slice() {
        [] => Some(format!("property {} lists no unit `{unit}`: add it, or drop `units`", lease.property)),
        [only] => lease
            .spaces
            .iter()
            .find(|space| !has_space(only, space))
            .map(|space| format!("unit `{unit}` has no space `{space}`: its spaces stand under `spaces`")),
        _ => Some(format!("property {} has several units `{unit}`: say which `building`", lease.property)),
    }
}

fn has_space(unit: &Unit, wanted: &Id) -> bool {
    let listed = unit.spaces.iter().any(|space| space.name == *wanted || space.id.as_ref() == Some(wanted));
    listed || (unit.spaces.is_empty() && unit.number == *wanted)
}

fn check_brivo(world: &World) -> Result<(), WorldError> {
    let groups: BTreeSet<String> = world.brivo.groups.iter().flat_map(names).collect();
    let mut ids = BTreeSet::new();
    for (at, group) in world.brivo.groups.iter().enumerate() {
        if group.id.is_some_and(|id| !ids.insert(id)) {
            return Err(mistake(
                format!("brivo.groups[{at}].id"),
                "groups and users share their ids: this one is taken",
            ));
        }
    }
    for (at, user) in world.brivo.users.iter().enumerate() {
        if user.id.is_some_and(|id| !ids.insert(id)) {
            return Err(mistake(
                format!("brivo.users[{at}].id"),
                "groups and users share their ids: this one is taken",
            ));
        }
        if let Some(place) = user.groups.iter().position(|group| !groups.contains(&group.0)) {
            let message = format!("there is no group `{}`: list it under `brivo.groups`", user.groups[place]);
            return Err(mistake(format!("brivo.users[{at}].groups[{place}]"), message));
        }
    }
    for (place, group) in world.brivo.administrator.visible_groups.iter().flatten().enumerate() {
        if !groups.contains(&group.0) {
            let path = format!("brivo.administrator.visible_groups[{place}]");
            return Err(mistake(path, format!("there is no group `{group}`")));
        }
    }
    Ok(())
}

/// What a group can be called by: its name, and its id where it gives one.
fn names(group: &Group) -> impl Iterator<Item = String> {
    [Some(group.name.clone()), group.id.map(|id| id.to_string())].into_iter().flatten()
}
