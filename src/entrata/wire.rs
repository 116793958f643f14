//! The records as Entrata sends them, as far as they are used. Every field but the ids may be absent. Texts stay in the answer where
//! they stand.

#![allow(clippy::struct_field_names, reason = "the fields have the wire's names")]

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::roster::Day;

use super::lenient::{self, Listed};

/// A property of getProperties.
#[derive(Deserialize)]
pub(super) struct Property<'a> {
    #[serde(borrow, rename = "PropertyID", deserialize_with = "lenient::id")]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow, default, rename = "MarketingName", deserialize_with = "lenient::text")]
    pub(super) marketing_name: Option<Cow<'a, str>>,
    #[serde(default, rename = "IsDisabled", deserialize_with = "lenient::flag")]
    pub(super) is_disabled: bool,
}

/// A property of getPropertyUnits.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PropertyUnits<'a> {
    #[serde(borrow, deserialize_with = "lenient::id")]
    pub(super) property_id: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) units: Option<&'a RawValue>,
}

/// A unit.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Unit<'a> {
    #[serde(borrow, deserialize_with = "lenient::id")]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow, deserialize_with = "lenient::id")]
    pub(super) unit_number: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) building_name: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) floor_number: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::list")]
    pub(super) unit_spaces: Vec<UnitSpace<'a>>,
}

/// A space as getPropertyUnits names it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UnitSpace<'a> {
    #[serde(borrow, deserialize_with = "lenient::id")]
    pub(super) unit_space_id: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) unit_number: Option<Cow<'a, str>>,
}

/// A lease, in r2's form, with r1's fields for the unit space.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Lease<'a> {
    #[serde(borrow, deserialize_with = "lenient::id")]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::optional_id")]
    pub(super) property_id: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) lease_status_type_id: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) lease_sub_status: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) occupancy_type: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(super) is_month_to_month: bool,
    #[serde(default, deserialize_with = "lenient::day")]
    pub(super) move_in_date: Day,
    #[serde(default, deserialize_with = "lenient::day")]
    pub(super) move_out_date: Day,
    #[serde(borrow, default, deserialize_with = "lenient::optional_id")]
    pub(super) unit_id: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::list")]
    pub(super) unit_spaces: Vec<LeaseSpace<'a>>,
    /// r1 only.
    #[serde(borrow, default, deserialize_with = "lenient::optional_id")]
    pub(super) unit_space_id: Option<Cow<'a, str>>,
    /// r1 only.
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) unit_number_space: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::list")]
    pub(super) lease_intervals: Vec<Interval<'a>>,
    #[serde(borrow, default, deserialize_with = "lenient::list")]
    pub(super) customers: Vec<Customer<'a>>,
}

/// A space as a lease names it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LeaseSpace<'a> {
    #[serde(borrow, deserialize_with = "lenient::id")]
    pub(super) unit_space_id: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) unit_space: Option<Cow<'a, str>>,
}

/// A term of a lease: the only place of its start and end [S].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Interval<'a> {
    #[serde(default, deserialize_with = "lenient::day")]
    pub(super) start_date: Day,
    #[serde(default, deserialize_with = "lenient::day")]
    pub(super) end_date: Day,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) lease_interval_status_type_id: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) lease_interval_status_type_name: Option<Cow<'a, str>>,
}

/// A customer on a lease.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Customer<'a> {
    #[serde(borrow, deserialize_with = "lenient::id")]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) customer_type: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) relationship_name: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) lease_customer_status: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::day")]
    pub(super) move_in_date: Day,
    #[serde(default, deserialize_with = "lenient::day")]
    pub(super) move_out_date: Day,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) first_name: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) middle_name: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) last_name: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) name_full: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) email_address: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::list")]
    pub(super) phones: Vec<Phone<'a>>,
}

/// A phone number of a customer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Phone<'a> {
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) phone_number: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    pub(super) country_code: Option<Cow<'a, str>>,
}

impl Listed for UnitSpace<'_> {
    const KEY: &'static str = "unitSpace";
}

impl Listed for LeaseSpace<'_> {
    const KEY: &'static str = "unitSpace";
}

impl Listed for Interval<'_> {
    const KEY: &'static str = "leaseInterval";
}

impl Listed for Customer<'_> {
    const KEY: &'static str = "customer";
}

impl Listed for Phone<'_> {
    const KEY: &'static str = "phone";
}
