//! `getPropertyUnits`: the units and spaces of the properties asked for; a parent's phases come on the pages after it. [S]

use std::collections::BTreeMap;

use super::super::estate::{Holding, LeaseRow, UnitRow};
use super::super::json::{Json, Object};
use super::super::world::quirks::entrata::{DisabledProperty, EntrataQuirks, Floorplan};
use super::envelope::Refusal;
use super::{Desk, Found, Outcome, Page, Request};

/// `getPropertyUnits` r1. [S]
pub(crate) fn get(desk: &mut Desk<'_>, request: &Request<'_>) -> Outcome {
    let wanted = request
        .params
        .list("propertyIds")
        .ok_or_else(|| Refusal::parameter("The parameter propertyIds is required."))?;
    let mut asked = Vec::new();
    for id in &wanted {
        asked.push(visible(desk, request, id)?);
    }
    let phases = desk.estate.holdings.iter().filter(|holding| {
        let parent = holding.property.parent.as_ref();
        parent.is_some_and(|parent| wanted.contains(&parent.0) && !wanted.contains(&holding.property.id.0))
    });
    let mut pages = vec![asked];
    pages.extend(
        phases.filter(|phase| !phase.property.disabled && !phase.property.hidden).map(|phase| vec![phase]),
    );

    let number = request.call.parameter("page_no").and_then(|text| text.parse().ok()).unwrap_or(1).max(1);
    let page = Page { number, size: 1, total: pages.len() };
    let Some(shown) = pages.into_iter().nth(number - 1) else {
        return Ok(Found { result: "No records found with mentioned preferences.".into(), page: Some(page) });
    };
    let properties = shown.into_iter().map(|holding| property(holding, request, desk.quirks));
    let result = Object::new().put("properties", Json::wrapped("property", properties));
    Ok(Found { result: result.into(), page: (page.total > 1).then_some(page) })
}

/// The property of that id, if this key may ask for it.
pub(crate) fn visible<'a>(
    desk: &'a Desk<'_>,
    request: &Request<'_>,
    id: &str,
) -> Result<&'a Holding, Refusal> {
    let served = |holding: &&Holding| {
        !holding.property.hidden
            && (!holding.property.disabled || desk.quirks.disabled_property == DisabledProperty::Serve)
    };
    desk.estate.holding(id).filter(served).ok_or_else(|| Refusal::property(request.door))
}

fn property(holding: &Holding, request: &Request<'_>, quirks: &EntrataQuirks) -> Json {
    let disabled_too = request.params.flag("includeDisabledUnits");
    let available_only = request.params.flag("availableUnitsOnly");
    let mut buildings: Vec<_> = holding.units.iter().filter_map(|row| row.building_id.as_ref()).collect();
    buildings.sort_unstable();
    buildings.dedup();
    let taken = taken(&holding.leases);
    let shown: Vec<Json> = holding
        .units
        .iter()
        .enumerate()
        .filter(|(_, row)| disabled_too || !row.unit.disabled)
        .map(|(at, _)| unit(holding, at, &taken, quirks))
        .filter(|unit| !available_only || !is_taken(unit))
        .collect();
    let count = shown.len();
    let units = (count > 0 || !quirks.units_missing).then(|| Json::wrapped("unit", shown));
    Object::new()
        .put("propertyId", Json::number(&holding.property.id.0))
        .put("propertyName", &holding.name)
        .put("currencyCode", "USD")
        .put("buildingCount", buildings.len())
        .put("unitCount", count)
        .put("units", units)
        .into()
}

fn unit(holding: &Holding, at: usize, taken: &Taken, quirks: &EntrataQuirks) -> Json {
    let row = &holding.units[at];
    let number = &row.unit.number.0;
    let (plan_id, plan_name) = floor_plan(row);
    let bedrooms = row.spaces.len();
    let (id_key, name_key) = match quirks.floorplan {
        Floorplan::Lower => ("floorplanId", "floorplanName"),
        Floorplan::Camel => ("floorPlanId", "floorPlanName"),
    };
    let address = Object::new()
        .put("address", format!("1 {} Way #{number}", holding.name))
        .put("city", "Springfield")
        .put("state", "IL")
        .put("postalCode", "62701")
        .put("country", "US");
    let spaces = row.spaces.iter().enumerate().map(|(place, space)| {
        Object::new()
            .put("unitSpaceId", Json::number(&space.id))
            .put("unitNumber", &space.name)
            .put("isAffordable", 0_i64)
            .put("hasPricing", 1_i64)
            .put("spaceConfiguration", if bedrooms > 1 { "Private" } else { "Conventional" })
            .put("occupancyTypeId", 1_i64)
            .put("occupancyTypeName", "Conventional")
            .put("availabilityStatus", availability(taken.get(&(at, place))))
            .into()
    });
    let mut shown = Object::new()
        .put("id", Json::number(&row.id))
        .put("unitNumber", number)
        .put("buildingId", row.building_id.as_deref().map(Json::number))
        .put("buildingName", row.unit.building.as_ref())
        .put(id_key, Json::number(plan_id))
        .put(name_key, plan_name)
        .put("floorNumber", row.unit.floor.as_ref().map(|floor| &floor.0))
        .put("unitTypeId", 61_000 + i64::try_from(bedrooms).unwrap_or_default())
        .put("unitTypeName", format!("{bedrooms}x{bedrooms}"))
        .put("numberOfBedrooms", bedrooms)
        .put("numberOfBathrooms", bedrooms)
        .put("squareFeet", 240 + 370 * bedrooms)
        .put("unitAddress", address)
        .put("unitSpaces", Json::wrapped("unitSpace", spaces));
    shown.overlay(&row.unit.extra);
    shown.into()
}

/// The floor plan's id and name: by the number of spaces, which is all that the world tells.
pub(crate) fn floor_plan(row: &UnitRow) -> (&'static str, &'static str) {
    match row.spaces.len() {
        0 | 1 => ("60001", "A1"),
        2 => ("60002", "B2"),
        _ => ("60003", "C3"),
    }
}

/// What the leases make of each space: occupied, on notice, let for later.
type Taken = BTreeMap<(usize, usize), [bool; 3]>;

fn taken(leases: &[LeaseRow]) -> Taken {
    let mut taken = Taken::new();
    for row in leases {
        let Some(kind) =
            ["Current", "Notice", "Future"].iter().position(|status| row.lease.status == *status)
        else {
            continue;
        };
        for (unit, space) in row.spaces.iter().filter_map(|space| row.unit.map(|unit| (unit, *space))) {
            taken.entry((unit, space)).or_default()[kind] = true;
        }
    }
    taken
}

/// The pick list's name for it. [S]
fn availability(taken: Option<&[bool; 3]>) -> &'static str {
    match taken.copied().unwrap_or_default() {
        [true, _, _] => "Occupied No Notice",
        [false, true, true] => "Notice Rented",
        [false, true, false] => "Notice Unrented",
        [false, false, true] => "Vacant Rented Ready",
        [false, false, false] => "Vacant Unrented Ready",
    }
}

fn is_taken(unit: &Json) -> bool {
    let spaces = unit.member("unitSpaces").and_then(|spaces| spaces.member("unitSpace"));
    let Some(Json::List(spaces)) = spaces else { return false };
    spaces.iter().all(|space| {
        space.member("availabilityStatus").and_then(Json::scalar).is_some_and(|status| {
            matches!(status.as_str(), "Occupied No Notice" | "Notice Rented" | "Vacant Rented Ready")
        })
    })
}
