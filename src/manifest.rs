//! The manifest as the rest of the program sees it: merged, checked, every default filled in. [`file`] is the format that people
//! write, [`parse`] leads from one to the other and collects every fault on the way.

mod address;
mod check;
mod fault;
pub mod file;
mod merge;
mod parse;
mod pattern;
mod places;
mod policy;
mod resolve;
pub mod scalar;
pub mod schema;
mod secret;
mod shape;
mod show;
mod template;
mod tree;
mod words;

pub use check::on_date;
pub use fault::{Fault, Severity, Spot};
pub use parse::parse;
pub use pattern::{GroupPattern, Pattern, PatternFault};
pub use places::{Place, Places};
pub use policy::{
    EndDate, Enforce, GrantOn, Guard, Mode, NoEndDate, Policy, Residents, RevokeOn, TrustedStatus, TurnWindow,
};
pub use show::{Shown, show};

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access::text::Text;
use crate::access::{CustomerId, GroupId, PropertyId, UserId};
use crate::zone::Zone;

/// A whole manifest, from one file or from a directory of them.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Where Entrata is.
    pub entrata: EntrataService,
    /// Where Brivo is, and what is ours there.
    pub brivo: BrivoService,
    /// How long a saved plan may be applied (R8).
    pub plan_max_age: std::time::Duration,
    /// The policies of people and groups that belong to no property (D11's guard).
    pub defaults: Policy,
    /// By id, in order.
    pub properties: Vec<Property>,
    /// Reviewed exceptions.
    pub overrides: Vec<Override>,
    /// Brivo users made by hand that are customers of Entrata (D7).
    pub adopt: Vec<Adopt>,
    /// What left the manifest (D11).
    pub decommission: Vec<Decommission>,
    /// Where each path of the document stands, for reasons and findings.
    pub places: Places,
}

/// Where Entrata is and how one logs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrataService {
    /// The base address, without the endpoint: gateway or legacy.
    pub url: String,
    /// Which of the two log-ins.
    pub auth: EntrataAuth,
}

/// Entrata's two log-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntrataAuth {
    /// `X-Api-Key`, the gateway's.
    ApiKey,
    /// `Authorization: Basic`, the legacy host's.
    Basic,
}

/// Where Brivo is, and what is ours there.
#[derive(Debug, Clone)]
pub struct BrivoService {
    /// With the `/v1/api` prefix.
    pub api_url: String,
    /// Without a path.
    pub auth_url: String,
    /// What the external id of a managed user begins with.
    pub external_id_prefix: String,
    /// The most calls in one second.
    pub calls_per_second: u32,
    /// The most calls in one calendar month, UTC (R13).
    pub calls_per_month: Option<u64>,
    /// Whoever is in it is frozen (D12).
    pub hold_group: Option<GroupKey>,
    /// Of whoever is in one only managed groups are written (D13).
    pub protected_groups: Vec<GroupPattern>,
    /// Into these nobody is put unless the command line says so (R3).
    pub sensitive_groups: Vec<GroupPattern>,
}

/// How a manifest names one group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKey {
    /// By name, after placeholders were filled in.
    Name(Text),
    /// By Brivo's id.
    Id(GroupId),
}

impl std::fmt::Display for GroupKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => write!(f, "\"{name}\""),
            Self::Id(id) => write!(f, "{id}"),
        }
    }
}

/// A group as an entry writes it: a name that may hold placeholders, or an id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupName {
    /// A name, perhaps with `{unit}`, `{space}`, `{building}` or `{floor}`.
    Text(String),
    /// Brivo's id.
    Id(GroupId),
}

/// One property.
#[derive(Debug, Clone)]
pub struct Property {
    /// Entrata's `PropertyID`.
    pub id: PropertyId,
    /// Checked against `MarketingName` (U14).
    pub name: String,
    /// The property's zone (T1).
    pub time_zone: Zone,
    /// ISO 3166 two letters; for phone numbers (P8).
    pub country: String,
    /// Its policies, the defaults filled in.
    pub policy: Policy,
    /// What everyone with access here gets.
    pub groups: Vec<GroupName>,
    /// What units get beside that; empty for a property with property-wide groups only (U4).
    pub units: Vec<UnitEntry>,
    /// Units that give nothing (U12).
    pub exclude_units: Vec<Pattern>,
    /// The path of this property in the document, e.g. `properties[0]`.
    pub path: String,
    /// Where each policy key that is not the built-in default was written: key (`end_time`, `guard.max_revokes`) → path.
    pub policy_paths: BTreeMap<String, String>,
}

/// Which groups some units open.
#[derive(Debug, Clone)]
pub struct UnitEntry {
    /// Unit numbers or unit spaces.
    pub matches: Vec<Pattern>,
    /// Only in this building, where given.
    pub building: Option<String>,
    /// What they open.
    pub groups: Vec<GroupName>,
    /// Several units, or buildings, share the group on purpose (U3, U6).
    pub shared: bool,
    /// The path of this entry in the document, e.g. `properties[0].units[1]`.
    pub path: String,
}

/// A reviewed exception (O1 to O5).
#[derive(Debug, Clone)]
pub struct Override {
    /// For whom.
    pub customer: CustomerId,
    /// What it does.
    pub effect: OverrideEffect,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last local date, included to its last second.
    pub until: NaiveDate,
    /// The path in the document.
    pub path: String,
}

/// What an override does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverrideEffect {
    /// Every managed group goes at once (O1).
    Revoke,
    /// As revoke, and every credential stops (O5).
    Suspend,
    /// Nothing changes in either direction (O2).
    Freeze,
    /// The groups of their leases, whatever type, status or date say (O3).
    Grant,
}

impl OverrideEffect {
    /// As the manifest says it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Revoke => "revoke",
            Self::Suspend => "suspend",
            Self::Freeze => "freeze",
            Self::Grant => "grant",
        }
    }
}

/// A Brivo user made by hand that is a customer, or a word that none is (D7).
#[derive(Debug, Clone)]
pub struct Adopt {
    /// Who.
    pub customer: CustomerId,
    /// The user, or `none`: they are two.
    pub user: Option<UserId>,
    /// The path in the document.
    pub path: String,
}

/// A property, or groups of one, that left the manifest (D11).
#[derive(Debug, Clone)]
pub struct Decommission {
    /// Which property they belonged to.
    pub property: PropertyId,
    /// Which groups; empty only with `keep`.
    pub groups: Vec<GroupPattern>,
    /// What becomes of those who hold them.
    pub effect: DecommissionEffect,
    /// The path in the document.
    pub path: String,
}

/// What becomes of those whose property left the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecommissionEffect {
    /// The groups go.
    Revoke,
    /// They stay, and are not named again.
    Keep,
}

#[cfg(test)]
mod tests;
