//! From a result to our own words: what each of its rows says.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::access::{CustomerId, LeaseId, Personal, PropertyId, SpaceId, UnitId};
use crate::roster::{
    CustomerType, Interval, Lease, Listing, Phone, ReadFault, Resident, Space, Status, Unit,
};

use super::shape::{customers_of, id_of, inner_rows, name_of, record, rows};
use super::{Rows, wire};

/// A property as getProperties lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Its id.
    pub id: PropertyId,
    /// `MarketingName`.
    pub name: Option<String>,
    /// Open or disabled.
    pub listing: Listing,
}

/// A row of getLeases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeaseRow {
    /// It could be read.
    Read(Lease),
    /// It could not.
    Unread {
        /// The lease, as far as even that is known.
        id: Option<LeaseId>,
        /// What is wrong, and whom it concerns.
        fault: ReadFault,
    },
}

/// What a reply of getPropertyUnits says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Units {
    /// The units of every property in it: the asked one and its phases.
    pub(super) rows: Rows<Unit>,
    /// Whether it speaks of the asked property, or says that there is nothing.
    pub(super) is_of_property: bool,
}

/// The message of getStatus.
pub(super) fn status(result: &RawValue) -> Result<String, String> {
    #[derive(Deserialize)]
    struct Words {
        status: String,
        #[serde(default)]
        message: String,
    }
    match serde_json::from_str::<Words>(result.get()) {
        Ok(words) if words.status.eq_ignore_ascii_case("success") => Ok(words.message),
        Ok(_) => Err("its status is not Success".to_owned()),
        Err(_) => Err("it has no status".to_owned()),
    }
}

/// The properties of getProperties.
pub(super) fn properties(result: &RawValue) -> Result<Vec<Property>, String> {
    let rows = rows(result, "PhysicalProperty", "Property", &[])?;
    rows.into_iter().map(property).collect()
}

fn property(row: &RawValue) -> Result<Property, String> {
    let found: wire::Property = record(row).map_err(|problem| format!("a property: {problem}"))?;
    let id = property_id(&found.id).ok_or("a PropertyID is no number")?;
    let listing = if found.is_disabled { Listing::Disabled } else { Listing::Open };
    Ok(Property { id, name: found.marketing_name, listing })
}

/// The units of one reply of getPropertyUnits.
pub(super) fn units(result: &RawValue, asked: PropertyId) -> Result<Units, String> {
    let properties = rows(result, "properties", "property", &[])?;
    let mut units =
        Units { is_of_property: properties.is_empty(), rows: Rows { good: vec![], faults: vec![] } };
    for property in properties {
        let property: wire::PropertyUnits<'_> =
            serde_json::from_str(property.get()).map_err(|_| "a property has no propertyId".to_owned())?;
        units.is_of_property |= property_id(&property.property_id) == Some(asked);
        for row in property.units.map_or(Ok(Vec::new()), |units| inner_rows(units, "unit"))? {
            match record::<wire::Unit>(row) {
                Ok(found) => units.rows.good.push(unit(found)),
                Err(problem) => units.rows.faults.push(ReadFault {
                    call: "getPropertyUnits".to_owned(),
                    problem: format!("{}: {problem}", name_of("unit", row)),
                    customers: Vec::new(),
                }),
            }
        }
    }
    Ok(units)
}

fn unit(found: wire::Unit) -> Unit {
    let space = |space: wire::UnitSpace| Space {
        id: SpaceId::new(space.unit_space_id),
        name: space.unit_number.unwrap_or_else(|| found.unit_number.clone()),
    };
    let spaces = fitting(found.unit_spaces.into_iter().map(space));
    Unit {
        id: UnitId::new(found.id),
        number: found.unit_number,
        building: found.building_name,
        floor: found.floor_number,
        spaces,
    }
}

/// The leases of one page of getLeases.
pub(super) fn leases(result: &RawValue, asked: PropertyId, call: &str) -> Result<Vec<LeaseRow>, String> {
    let rows = rows(result, "leases", "lease", &["currencyCode"])?;
    Ok(rows.into_iter().map(|row| lease_row(row, asked, call)).collect())
}

fn lease_row(row: &RawValue, asked: PropertyId, call: &str) -> LeaseRow {
    lease(row, asked).map_or_else(
        |problem| LeaseRow::Unread {
            id: id_of(row).map(LeaseId::new),
            fault: ReadFault {
                call: call.to_owned(),
                problem: format!("{}: {problem}", name_of("lease", row)),
                customers: customers_of(row),
            },
        },
        LeaseRow::Read,
    )
}

fn lease(row: &RawValue, asked: PropertyId) -> Result<Lease, String> {
    let found: wire::Lease = record(row)?;
    if found.property_id.as_deref().is_some_and(|id| property_id(id) != Some(asked)) {
        return Err("it is of another property than the one asked for".to_owned());
    }
    if found.customers.is_empty() {
        return Err("it names nobody".to_owned());
    }
    Ok(Lease {
        id: LeaseId::new(found.id),
        property: asked,
        status: status_of(found.lease_status_type_id.as_deref(), None),
        is_commercial: found
            .occupancy_type
            .is_some_and(|name| name.trim().eq_ignore_ascii_case("commercial")),
        is_month_to_month: found.is_month_to_month
            || found.lease_sub_status.is_some_and(|text| {
                text.split(',').any(|part| part.trim().eq_ignore_ascii_case("month to month"))
            }),
        move_in: found.move_in_date,
        move_out: found.move_out_date,
        unit: found.unit_id.map(UnitId::new),
        spaces: spaces(found.unit_spaces, found.unit_space_id, found.unit_number_space),
        intervals: fitting(found.lease_intervals.into_iter().map(interval)),
        residents: fitting(found.customers.into_iter().map(resident)),
    })
}

fn spaces(listed: Vec<wire::LeaseSpace>, r1_id: Option<String>, r1_name: Option<String>) -> Vec<Space> {
    let space = |id, name: Option<String>| Space { id: SpaceId::new(id), name: name.unwrap_or_default() };
    if listed.is_empty() {
        return fitting(r1_id.map(|id| space(id, r1_name)).into_iter());
    }
    fitting(listed.into_iter().map(|listed| space(listed.unit_space_id, listed.unit_space)))
}

fn interval(found: wire::Interval) -> Interval {
    let status = status_of(
        found.lease_interval_status_type_id.as_deref(),
        found.lease_interval_status_type_name.as_deref(),
    );
    Interval { start: found.start_date, end: found.end_date, status }
}

fn resident(found: wire::Customer) -> Resident {
    let personal = |text: Option<String>| text.map(Personal::new);
    let phone = |phone: wire::Phone| {
        Some(Phone { number: Personal::new(phone.phone_number?), country_code: phone.country_code })
    };
    Resident {
        customer: CustomerId::new(found.id),
        kind: customer_type(found.customer_type.unwrap_or_default()),
        relationship: found.relationship_name,
        status: found.lease_customer_status.map(|name| status_of(None, Some(&name))),
        move_in: found.move_in_date,
        move_out: found.move_out_date,
        first_name: personal(found.first_name),
        middle_name: personal(found.middle_name),
        last_name: personal(found.last_name),
        full_name: personal(found.name_full),
        email: personal(found.email_address),
        phones: fitting(found.phones.into_iter().filter_map(phone)),
    }
}

/// A list without room to grow: a portfolio has millions of short ones.
fn fitting<T>(rows: impl Iterator<Item = T>) -> Vec<T> {
    let mut fitting: Vec<T> = rows.collect();
    fitting.shrink_to_fit();
    fitting
}

/// A status by its id, or else by its name; either field may hold either.
fn status_of(id: Option<&str>, name: Option<&str>) -> Status {
    let known = |text: &str| {
        Some(match text.trim().to_ascii_lowercase().as_str() {
            "1" | "applicant" => Status::Applicant,
            "2" | "cancelled" | "canceled" => Status::Cancelled,
            "3" | "future" => Status::Future,
            "4" | "current" => Status::Current,
            "5" | "notice" => Status::Notice,
            "6" | "past" => Status::Past,
            _ => return None,
        })
    };
    let unknown = || Status::Unknown(id.or(name).unwrap_or_default().to_owned());
    id.and_then(known).or_else(|| name.and_then(known)).unwrap_or_else(unknown)
}

fn customer_type(text: String) -> CustomerType {
    match text.trim().to_ascii_lowercase().as_str() {
        "primary" => CustomerType::Primary,
        "co-applicant" => CustomerType::CoApplicant,
        "occupant" => CustomerType::Occupant,
        "guarantor" => CustomerType::Guarantor,
        _ => CustomerType::Unknown(text),
    }
}

fn property_id(text: &str) -> Option<PropertyId> {
    text.parse().ok().map(PropertyId)
}
