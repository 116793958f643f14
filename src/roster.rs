//! What Entrata knows, in our words: properties, units, leases, residents, and how much of it could be read. Plain data: the
//! client fills it, rendering reads it, a snapshot saves it.

pub mod day;
pub mod look_up;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::access::few::fitting;
use crate::access::text::Text;
use crate::access::{CustomerId, LeaseId, Personal, PropertyId, SpaceId, UnitId};

pub use day::Day;

/// Everything that was read of Entrata.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roster {
    /// The manifest's properties, each with what was read of it.
    pub properties: BTreeMap<PropertyId, PropertyRecord>,
    /// Every lease that any reply held, each id once a property, sorted by property and id.
    pub leases: Vec<Lease>,
    /// The answers to the questions about single customers (D8), by customer; their leases are among `leases`.
    pub lookups: BTreeMap<CustomerId, Lookup>,
}

impl Roster {
    /// What was read of these properties, and nothing of others; of one that was not read nothing.
    #[must_use]
    pub fn only(mut self, properties: &BTreeSet<PropertyId>) -> Self {
        self.properties.retain(|id, _| properties.contains(id));
        self.leases.retain(|lease| properties.contains(&lease.property));
        self
    }
}

/// One property as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PropertyRecord {
    /// How getProperties listed it (U15).
    pub listing: Listing,
    /// `MarketingName`.
    pub name: Option<String>,
    /// The units; `None` where they could not be read.
    pub units: Option<Vec<Unit>>,
    /// Why the property is not whole (R2, U15); empty when it is.
    pub faults: Vec<ReadFault>,
}

/// What getProperties said of a property that the manifest names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Listing {
    /// It is there and open to this key.
    #[default]
    Open,
    /// It is there, and disabled.
    Disabled,
    /// Entrata does not know it, or the key may not see it.
    Unknown,
}

/// Something that could not be read of a property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadFault {
    /// Which call it was, e.g. `getLeases page 2`.
    pub call: String,
    /// What was wrong, without personal data.
    pub problem: String,
    /// The customers named in a record that could not be read: they are frozen (R2).
    pub customers: Vec<CustomerId>,
}

/// A unit of a property.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unit {
    /// Entrata's id.
    pub id: UnitId,
    /// The unit's number as getPropertyUnits names it.
    pub number: Text,
    /// The building's name, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building: Option<Text>,
    /// The floor's number, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<Text>,
    /// Its spaces; a conventional unit has one of the unit's own name.
    #[serde(default, deserialize_with = "fitting", skip_serializing_if = "Vec::is_empty")]
    pub spaces: Vec<Space>,
}

/// A bed or room that is let by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Space {
    /// Entrata's id.
    pub id: SpaceId,
    /// The whole text, "302-A" (U1).
    pub name: Text,
}

/// One lease of one property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Entrata's id.
    pub id: LeaseId,
    /// The property whose reply held it.
    pub property: PropertyId,
    /// `leaseStatusTypeId`, or its name.
    pub status: Status,
    /// `occupancyType` is Commercial, or its id says so (L14).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_commercial: bool,
    /// `isMonthToMonth`, or the sub-status "Month To Month" (T21).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_month_to_month: bool,
    /// The lease's move-in date.
    #[serde(default, skip_serializing_if = "Day::is_absent")]
    pub move_in: Day,
    /// The lease's move-out date.
    #[serde(default, skip_serializing_if = "Day::is_absent")]
    pub move_out: Day,
    /// The unit, once one is assigned (U8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The spaces, as the lease names them; often one, two on a multi-space lease.
    #[serde(default, deserialize_with = "fitting", skip_serializing_if = "Vec::is_empty")]
    pub spaces: Vec<Space>,
    /// The lease's intervals: the first term, renewals, transfers.
    #[serde(default, deserialize_with = "fitting", skip_serializing_if = "Vec::is_empty")]
    pub intervals: Vec<Interval>,
    /// The people on it, in Entrata's order.
    #[serde(default, deserialize_with = "fitting", skip_serializing_if = "Vec::is_empty")]
    pub residents: Vec<Resident>,
}

/// One term of a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// The term's first day.
    #[serde(default, skip_serializing_if = "Day::is_absent")]
    pub start: Day,
    /// The term's last day; absent for month-to-month.
    #[serde(default, skip_serializing_if = "Day::is_absent")]
    pub end: Day,
    /// Future, Current, …
    pub status: Status,
}

/// One customer on one lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resident {
    /// Entrata's customer id.
    pub customer: CustomerId,
    /// Primary, Guarantor, …
    pub kind: CustomerType,
    /// `relationshipName`; a company makes its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship: Option<Text>,
    /// `leaseCustomerStatus`; absent ones have the lease's (L17).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The customer's own move-in date (L1).
    #[serde(default, skip_serializing_if = "Day::is_absent")]
    pub move_in: Day,
    /// The customer's own move-out date (L1).
    #[serde(default, skip_serializing_if = "Day::is_absent")]
    pub move_out: Day,
    /// `firstName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<Personal>,
    /// `middleName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<Personal>,
    /// `lastName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<Personal>,
    /// `nameFull`, "Last, First" (P11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<Personal>,
    /// `emailAddress`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal>,
    /// Phone numbers as Entrata has them.
    #[serde(default, deserialize_with = "fitting", skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Phone>,
}

/// A phone number as Entrata has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// As it stands.
    pub number: Personal,
    /// `countryCode`, e.g. "1".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_code: Option<Text>,
}

/// The status of a lease, an interval or a customer on a lease (section 6 of the wire facts [S]).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Status {
    /// 1
    Applicant,
    /// 2
    Cancelled,
    /// 3
    Future,
    /// 4
    Current,
    /// 5
    Notice,
    /// 6
    Past,
    /// Anything else, as it stands (L16).
    Unknown(Text),
}

impl Status {
    /// As Entrata names it.
    pub fn name(&self) -> &str {
        match self {
            Self::Applicant => "Applicant",
            Self::Cancelled => "Cancelled",
            Self::Future => "Future",
            Self::Current => "Current",
            Self::Notice => "Notice",
            Self::Past => "Past",
            Self::Unknown(text) => text,
        }
    }
}

/// What a customer is on a lease.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CustomerType {
    /// Signs, and lives there.
    Primary,
    /// Signs, and lives there.
    CoApplicant,
    /// Lives there without signing.
    Occupant,
    /// Signs, and lives elsewhere (P1).
    Guarantor,
    /// Anything else, as it stands (P5).
    Unknown(Text),
}

/// What Entrata answered when asked for one customer (D8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lookup {
    /// At least one lease was found, in any status; it is among the roster's.
    Found,
    /// Every property asked answered, and none has the customer.
    Missing {
        /// The properties that were asked.
        asked: Vec<PropertyId>,
    },
    /// At least one question was not answered.
    Failed(String),
}
