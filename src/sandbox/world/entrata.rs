//! Entrata's half of a world: properties with units, leases with residents.

use serde::{Deserialize, Serialize};

use super::is_default;
use super::scalar::{Given, Id, Name, short_list, short_list_or_absent};
use crate::sandbox::json::Object;

/// A property.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// `PropertyID`.
    pub id: Id,
    /// `MarketingName`; left out: `Property` and the id.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// `Apartment` (default), `Student`, or anything.
    #[serde(default, rename = "type", skip_serializing_if = "Given::is_default")]
    pub kind: Given,
    /// Hidden unless asked for, and refused by every other method.
    #[serde(default, skip_serializing_if = "is_default")]
    pub disabled: bool,
    /// Not among those that this key may see.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hidden: bool,
    /// The property of which this is a phase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Id>,
    /// The units, as records or as bare numbers. Left out altogether: those that the leases name.
    #[serde(default, deserialize_with = "short_list_or_absent", skip_serializing_if = "Option::is_none")]
    pub units: Option<Vec<Unit>>,
    /// Written over the property's answer in `getProperties`.
    #[serde(default, skip_serializing_if = "Object::is_empty")]
    pub extra: Object,
}

/// A unit of a property.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// `unitNumber`.
    pub number: Id,
    /// `id`; left out: made from property, building and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// `buildingName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building: Option<String>,
    /// `floorNumber`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Id>,
    /// Shown only with `includeDisabledUnits`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub disabled: bool,
    /// Its spaces (beds), as records or as bare names; left out: one, named like the unit.
    #[serde(default, deserialize_with = "short_list", skip_serializing_if = "Vec::is_empty")]
    pub spaces: Vec<Space>,
    /// Written over the unit's answer.
    #[serde(default, skip_serializing_if = "Object::is_empty")]
    pub extra: Object,
}

/// A space of a unit.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Space {
    /// Its name, such as `302-A`.
    pub name: Id,
    /// `unitSpaceId`; left out: made from the unit and the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
}

/// A lease.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Lease {
    /// `id`.
    pub id: Id,
    /// `propertyId`.
    pub property: Id,
    /// The unit's number or id. A lease without one has no `unitId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Id>,
    /// Tells units of the same number apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building: Option<String>,
    /// The spaces leased; left out: all of the unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spaces: Vec<Id>,
    /// `Current` (default), `Notice`, `Future`, `Past`, `Cancelled`, `Applicant`, a type id, or any text: what Entrata has no id for
    /// is sent as written and passes every filter by status.
    #[serde(default = "current")]
    pub status: String,
    /// `leaseSubStatus`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_status: Option<String>,
    /// `moveInDate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub move_in: Option<String>,
    /// `moveOutDate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub move_out: Option<String>,
    /// `noticeDate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// `moveOutReason`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub move_out_reason: Option<String>,
    /// `transferDate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
    /// `isMonthToMonth`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub month_to_month: bool,
    /// `occupancyType`; default `Conventional`.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub occupancy: Given,
    /// One interval in short: `[start, end]`, or `[start]` for one without end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub term: Vec<String>,
    /// The lease intervals; left out: `term`, else one that starts with the move-in and has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intervals: Option<Vec<Interval>>,
    /// Shown only with `includeOtherIncomeLeases`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub other_income: bool,
    /// `customers`.
    #[serde(default)]
    pub residents: Vec<Resident>,
    /// Written over the lease's answer; `~` takes a key away.
    #[serde(default, skip_serializing_if = "Object::is_empty")]
    pub extra: Object,
}

/// One stretch of a lease.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// `id`; left out: made from the lease and the position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// `startDate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// `endDate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// `Application` (default of the first), `Renewal` (of the others), `Transfer`, `Month To Month`, a type id, or any text.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Left out: the lease's for the active one, `Past` before and `Future` after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// A customer on a lease.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Resident {
    /// `id`.
    pub id: Id,
    /// `Rosa Maria Renter` or `Renter, Rosa`; left out: as on the first lease that names this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `firstName`, where `name` would be cut wrongly.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub first: Given,
    /// `middleName`.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub middle: Given,
    /// `lastName`.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub last: Given,
    /// `customerType`: `Primary` (default), `Guarantor`, `Occupant`, `Co-Applicant`, or any text.
    #[serde(default, rename = "type", skip_serializing_if = "Given::is_default")]
    pub kind: Given,
    /// `leaseCustomerStatus`; default: the lease's.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub status: Given,
    /// `relationshipName`; default: what is usual for the type.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub relationship: Given,
    /// `emailAddress`; default: none.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub email: Given,
    /// One phone in short.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub phone: Given,
    /// `phones`, as records or as bare numbers.
    #[serde(default, deserialize_with = "short_list", skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Phone>,
    /// `moveInDate`; default: the lease's.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub move_in: Given,
    /// `moveOutDate`; default: the lease's, for whoever has the lease's status.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub move_out: Given,
    /// Written over the customer's answer; `~` takes a key away.
    #[serde(default, skip_serializing_if = "Object::is_empty")]
    pub extra: Object,
}

/// A telephone number.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Phone {
    /// `phoneNumber`, as written.
    pub number: Id,
    /// `phoneType`; default `mobile`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl Resident {
    /// The name's parts, single ones overruling `name`.
    pub(crate) fn parts(&self) -> Name {
        let whole = self.name.as_deref().map(Name::of).unwrap_or_default();
        Name {
            first: self.first.or(Some(&whole.first)).unwrap_or_default(),
            middle: self.middle.or(whole.middle.as_deref()),
            last: self.last.or(Some(&whole.last)).unwrap_or_default(),
        }
    }
}

impl From<String> for Unit {
    fn from(number: String) -> Self {
        Self { number: Id(number), ..Self::default() }
    }
}

impl From<String> for Space {
    fn from(name: String) -> Self {
        Self { name: Id(name), id: None }
    }
}

impl From<String> for Phone {
    fn from(number: String) -> Self {
        Self { number: Id(number), kind: None }
    }
}

fn current() -> String {
    "Current".to_owned()
}
