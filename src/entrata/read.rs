//! From a result to our own words: what each of its rows says.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::access::text::Text;
use crate::access::{CustomerId, LeaseId, Personal, PropertyId, SpaceId, UnitId};
use crate::roster::{
    CustomerType, Interval, Lease, Listing, Phone, ReadFault, Resident, Space, Status, Unit,
};

use super::shape::{customers_of, id_of, inner_rows, name_of, plain, record, rows};
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
pub(super) fn status(result: &str) -> Result<String, String> {
    #[derive(Deserialize)]
    struct Words {
        status: String,
        #[serde(default)]
        message: String,
    }
    match serde_json::from_str::<Words>(result) {
        Ok(words) if words.status.eq_ignore_ascii_case("success") => Ok(words.message),
        Ok(_) => Err("its status is not Success".to_owned()),
        Err(_) => Err("it has no status".to_owned()),
    }
}

/// The properties of getProperties.
pub(super) fn properties(result: &str) -> Result<Vec<Property>, String> {
    let rows = rows(result, "PhysicalProperty", "Property", &[])?;
    rows.into_iter().map(property).collect()
}

fn property(row: &RawValue) -> Result<Property, String> {
    let found: wire::Property<'_> = record(row).map_err(|problem| format!("a property: {problem}"))?;
    let id = property_id(&found.id).ok_or("a PropertyID is no number")?;
    let listing = if found.is_disabled { Listing::Disabled } else { Listing::Open };
    Ok(Property { id, name: found.marketing_name.map(Cow::into_owned), listing })
}

/// The units of one reply of getPropertyUnits.
pub(super) fn units(result: &str, asked: PropertyId) -> Result<Units, String> {
    let properties = property_units(result)?;
    let mut units =
        Units { is_of_property: properties.is_empty(), rows: Rows { good: vec![], faults: vec![] } };
    for property in properties {
        units.is_of_property |= property_id(&property.property_id) == Some(asked);
        let Some(list) = property.units else { continue };
        if let Some(plain) = plain::list::<wire::Unit<'_>>(list.get(), "unit") {
            units.rows.good.extend(plain.into_iter().map(unit));
            continue;
        }
        for row in inner_rows(list, "unit")? {
            match record::<wire::Unit<'_>>(row) {
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

fn property_units(result: &str) -> Result<Vec<wire::PropertyUnits<'_>>, String> {
    if let Some(properties) = plain::rows(result, "properties", "property") {
        return Ok(properties);
    }
    let properties = rows(result, "properties", "property", &[])?;
    let properties = properties.into_iter().map(|property| serde_json::from_str(property.get()));
    properties.collect::<Result<_, _>>().map_err(|_| "a property has no propertyId".to_owned())
}

fn unit(found: wire::Unit<'_>) -> Unit {
    let space = |space: wire::UnitSpace<'_>| Space {
        id: SpaceId::new(space.unit_space_id),
        name: space.unit_number.as_ref().unwrap_or(&found.unit_number).clone().into(),
    };
    let spaces = fitting(found.unit_spaces.into_iter().map(space));
    Unit {
        id: UnitId::new(found.id),
        number: found.unit_number.into(),
        building: found.building_name.map(Text::from),
        floor: found.floor_number.map(Text::from),
        spaces,
    }
}

/// The leases of one page of getLeases.
pub(super) fn leases(result: &str, asked: PropertyId, call: &str) -> Result<Vec<LeaseRow>, String> {
    if let Some(leases) = plain_leases(result, asked) {
        return Ok(leases);
    }
    let rows = rows(result, "leases", "lease", &["currencyCode"])?;
    Ok(rows.into_iter().map(|row| lease_row(row, asked, call)).collect())
}

/// All of them, where each can be read.
fn plain_leases(result: &str, asked: PropertyId) -> Option<Vec<LeaseRow>> {
    let found = plain::rows::<wire::Lease<'_>>(result, "leases", "lease")?;
    found.into_iter().map(|found| lease(found, asked).ok().map(LeaseRow::Read)).collect()
}

fn lease_row(row: &RawValue, asked: PropertyId, call: &str) -> LeaseRow {
    record(row).and_then(|found| lease(found, asked)).map_or_else(
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

fn lease(found: wire::Lease<'_>, asked: PropertyId) -> Result<Lease, String> {
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

fn spaces(
    listed: Vec<wire::LeaseSpace<'_>>,
    r1_id: Option<Cow<'_, str>>,
    r1_name: Option<Cow<'_, str>>,
) -> Vec<Space> {
    let space = |id: Cow<'_, str>, name: Option<Cow<'_, str>>| Space {
        id: SpaceId::new(id),
        name: name.unwrap_or_default().into(),
    };
    if listed.is_empty() {
        return fitting(r1_id.map(|id| space(id, r1_name)).into_iter());
    }
    fitting(listed.into_iter().map(|listed| space(listed.unit_space_id, listed.unit_space)))
}

fn interval(found: wire::Interval<'_>) -> Interval {
    let status = status_of(
        found.lease_interval_status_type_id.as_deref(),
        found.lease_interval_status_type_name.as_deref(),
    );
    Interval { start: found.start_date, end: found.end_date, status }
}

fn resident(found: wire::Customer<'_>) -> Resident {
    let personal = |text: Option<Cow<'_, str>>| text.map(Personal::new);
    let phone = |phone: wire::Phone<'_>| {
        let country_code = phone.country_code.map(Text::from);
        Some(Phone { number: Personal::new(phone.phone_number?), country_code })
    };
    Resident {
        customer: CustomerId::new(found.id),
        kind: customer_type(&found.customer_type.unwrap_or_default()),
        relationship: found.relationship_name.map(Text::from),
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
        let text = text.trim();
        let is = |name: &str| text.eq_ignore_ascii_case(name);
        Some(match text {
            "1" => Status::Applicant,
            "2" => Status::Cancelled,
            "3" => Status::Future,
            "4" => Status::Current,
            "5" => Status::Notice,
            "6" => Status::Past,
            _ if is("applicant") => Status::Applicant,
            _ if is("cancelled") || is("canceled") => Status::Cancelled,
            _ if is("future") => Status::Future,
            _ if is("current") => Status::Current,
            _ if is("notice") => Status::Notice,
            _ if is("past") => Status::Past,
            _ => return None,
        })
    };
    let unknown = || Status::Unknown(id.or(name).unwrap_or_default().into());
    id.and_then(known).or_else(|| name.and_then(known)).unwrap_or_else(unknown)
}

fn customer_type(text: &str) -> CustomerType {
    match text.trim().to_ascii_lowercase().as_str() {
        "primary" => CustomerType::Primary,
        "co-applicant" => CustomerType::CoApplicant,
        "occupant" => CustomerType::Occupant,
        "guarantor" => CustomerType::Guarantor,
        _ => CustomerType::Unknown(text.into()),
    }
}

fn property_id(text: &str) -> Option<PropertyId> {
    text.parse().ok().map(PropertyId)
}
