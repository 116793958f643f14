//! The records as Entrata sends them, as far as they are used. Every field but the ids may be absent.

#![allow(clippy::struct_field_names, reason = "the fields have the wire's names")]

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::roster::Day;

use super::lenient::{self, Listed};

/// A property of getProperties.
#[derive(Deserialize)]
pub(super) struct Property {
    #[serde(rename = "PropertyID", deserialize_with = "lenient::id")]
    pub(super) id: String,
    #[serde(default, rename = "MarketingName", deserialize_with = "lenient::text")]
    pub(super) marketing_name: Option<String>,
    #[serde(default, rename = "IsDisabled", deserialize_with = "lenient::flag")]
    pub(super) is_disabled: bool,
}

/// A property of getPropertyUnits.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PropertyUnits<'a> {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) property_id: String,
    #[serde(borrow)]
    pub(super) units: Option<&'a RawValue>,
}

/// A unit.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Unit {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) id: String,
    #[serde(deserialize_with = "lenient::id")]
    pub(super) unit_number: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) building_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) floor_number: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) unit_spaces: Vec<UnitSpace>,
}

/// A space as getPropertyUnits names it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UnitSpace {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) unit_space_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) unit_number: Option<String>,
}

/// A lease, in r2's form, with r1's fields for the unit space.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Lease {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "lenient::optional_id")]
    pub(super) property_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) lease_status_type_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) lease_sub_status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) occupancy_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(super) is_month_to_month: bool,
    #[serde(default, deserialize_with = "lenient::day")]
    pub(super) move_in_date: Day,
    #[serde(default, deserialize_with = "lenient::day")]
    pub(super) move_out_date: Day,
    #[serde(default, deserialize_with = "lenient::optional_id")]
    pub(super) unit_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) unit_spaces: Vec<LeaseSpace>,
    /// r1 only.
    #[serde(default, deserialize_with = "lenient::optional_id")]
    pub(super) unit_space_id: Option<String>,
    /// r1 only.
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) unit_number_space: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) lease_intervals: Vec<Interval>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) customers: Vec<Customer>,
}

/// A space as a lease names it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LeaseSpace {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) unit_space_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) unit_space: Option<String>,
}

/// A term of a lease: the only place of its start and end [S].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Interval {
    #[serde(default, deserialize_with = "lenient::day")]
    pub(super) start_date: Day,
    #[serde(default, deserialize_with = "lenient::day")]
    pub(super) end_date: Day,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) lease_interval_status_type_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) lease_interval_status_type_name: Option<String>,
}

/// A customer on a lease.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Customer {
    #[serde(deserialize_with = "lenient::id")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) customer_type: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) relationship_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) lease_customer_status: Option<String>,
    #[serde(default, deserialize_with = "lenient::day")]
    pub(super) move_in_date: Day,
    #[serde(default, deserialize_with = "lenient::day")]
    pub(super) move_out_date: Day,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) first_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) middle_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) last_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) name_full: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) email_address: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub(super) phones: Vec<Phone>,
}

/// A phone number of a customer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Phone {
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) phone_number: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub(super) country_code: Option<String>,
}

impl Listed for UnitSpace {
    const KEY: &'static str = "unitSpace";
}

impl Listed for LeaseSpace {
    const KEY: &'static str = "unitSpace";
}

impl Listed for Interval {
    const KEY: &'static str = "leaseInterval";
}

impl Listed for Customer {
    const KEY: &'static str = "customer";
}

impl Listed for Phone {
    const KEY: &'static str = "phone";
}
