//! The format that people write: one file of a manifest. Descriptions, defaults and examples become the JSON Schema, and the schema is
//! what a file is checked against; so everything may be absent here, and [`super::parse`] says what must not be.

use schemars::JsonSchema;
use serde::Deserialize;

use super::scalar::{
    Address, Age, BrivoUser, Country, Day, GroupText, Hour, OneOrMany, Text, Version, ZoneName,
};
use super::{
    DecommissionEffect, EndDate, EntrataAuth, GrantOn, Mode, NoEndDate, OverrideEffect, RevokeOn,
    TrustedStatus,
};

/// Which apartment buildings' doors follow which leases: the manifest of `reconcile`.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "The manifest of reconcile")]
pub struct Document {
    /// The version of this format; in every file of a directory.
    #[schemars(required)]
    pub version: Option<Version>,
    /// Where Entrata is; in exactly one file.
    pub entrata: Option<Entrata>,
    /// Where Brivo is, and what is ours there; in at most one file.
    pub brivo: Option<Brivo>,
    /// How long a saved plan may be applied (R8).
    #[schemars(extend("default" = "1h"))]
    pub plan_max_age: Option<Age>,
    /// The policies of every property that does not give its own; in at most one file.
    pub defaults: Option<Policy>,
    /// The properties whose doors are kept in step; each in one file.
    pub properties: Option<Vec<Property>>,
    /// Reviewed exceptions for single customers (O1 to O5).
    pub overrides: Option<Vec<Override>>,
    /// Brivo users made by hand that are these customers (D7).
    pub adopt: Option<Vec<Adopt>>,
    /// Properties, or single groups, that left the manifest (D11).
    pub decommission: Option<Vec<Decommission>>,
}

/// Where Entrata is. Log-ins come from the environment only.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Entrata {
    /// The base address without the endpoint: the gateway, or the legacy host `https://alder.entrata.com/api/v1`.
    #[schemars(required, extend("examples" = ["https://apis.entrata.com/ext/orgs/alder/v1"]))]
    pub url: Option<Address>,
    /// The log-in.
    #[schemars(extend("default" = "api_key"))]
    pub auth: Option<EntrataAuth>,
}

/// Where Brivo is, and what is ours there. Log-ins come from the environment only.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Brivo {
    /// The API with its `/v1/api`; in the EU `https://api.eu.brivo.com/v1/api`.
    #[schemars(extend("default" = "https://api.brivo.com/v1/api"))]
    pub api_url: Option<Address>,
    /// Where tokens come from; in the EU `https://auth.eu.brivo.com`.
    #[schemars(extend("default" = "https://auth.brivo.com"))]
    pub auth_url: Option<Address>,
    /// What the external id of a managed user begins with; the Entrata customer id follows.
    #[schemars(length(min = 1), extend("default" = "entrata:"))]
    pub external_id_prefix: Option<String>,
    /// The most calls in one second.
    #[schemars(range(min = 1), extend("default" = 20))]
    pub calls_per_second: Option<u32>,
    /// The most calls in one calendar month, UTC (R13).
    #[schemars(range(min = 1), extend("examples" = [25000]))]
    pub calls_per_month: Option<u64>,
    /// A group whose members are left as they are until they are taken out again (D12).
    #[schemars(extend("examples" = ["Hold"]))]
    pub hold_group: Option<GroupText>,
    /// Groups, globs allowed, of people of whom only managed groups are written (D13).
    #[schemars(extend("examples" = [["Staff *"]]))]
    pub protected_groups: Option<Vec<GroupText>>,
    /// Groups, globs allowed, into which nobody is put unless `--allow-grants` says so (R3).
    #[schemars(extend("examples" = [["Staff *"]]))]
    pub sensitive_groups: Option<Vec<GroupText>>,
}

/// Policies; each may stand under `defaults` and again in a property.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Policy {
    /// The hour at which access begins on the move-in date (T2).
    #[schemars(extend("default" = "10:00"))]
    pub start_time: Option<Hour>,
    /// The hour at which access ends on the move-out date (T2).
    #[schemars(extend("default" = "16:00"))]
    pub end_time: Option<Hour>,
    /// Which date ends access (T12).
    #[schemars(extend("default" = "move_out"))]
    pub end_date: Option<EndDate>,
    /// What it means that there is no end date (T11).
    #[schemars(extend("default" = "perpetual"))]
    pub no_end_date: Option<NoEndDate>,
    /// What starts access (L2).
    #[schemars(extend("default" = "date"))]
    pub grant_on: Option<GrantOn>,
    /// What ends access of somebody on notice (T14).
    #[schemars(extend("default" = "date"))]
    pub revoke_on: Option<RevokeOn>,
    /// Whether anything is taken (R14).
    #[schemars(extend("default" = "live"))]
    pub mode: Option<Mode>,
    /// Calendar days before the move-in date at which access begins (T5).
    #[schemars(range(max = 3650), extend("default" = 0))]
    pub start_early_days: Option<u32>,
    /// Calendar days after the move-out date at which access ends (T5).
    #[schemars(range(max = 3650), extend("default" = 0))]
    pub end_late_days: Option<u32>,
    /// The widest gap between two windows of one group that is bridged, in calendar days; 0 bridges nothing (T24).
    #[schemars(range(max = 3650), extend("default" = 0))]
    pub bridge_gap_days: Option<u32>,
    /// How many calendar days ahead a grant may be written (T28).
    #[schemars(range(max = 3650), extend("default" = 7))]
    pub provision_ahead_days: Option<u32>,
    /// Which layers in Brivo carry the window; `groups` can't be left out (T29).
    #[schemars(extend("default" = ["groups", "user_dates", "credential_dates"]))]
    pub enforce: Option<Vec<Layer>>,
    /// Whose move-out date counts before it has come (T18, T19).
    #[schemars(extend("default" = ["notice", "past", "future"]))]
    pub trust_move_out_on: Option<Vec<TrustedStatus>>,
    /// Who of a household gets access.
    pub residents: Option<Residents>,
    /// How much one run may take and give (R3).
    pub guard: Option<Guard>,
}

/// A layer in Brivo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Membership in groups.
    Groups,
    /// The user's own dates.
    UserDates,
    /// The windows of the user's credentials.
    CredentialDates,
}

/// Who of a household gets access.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Residents {
    /// Entrata's customer types; only `occupant` can be left out (P2, P3).
    #[schemars(extend("default" = ["primary", "co_applicant", "occupant"]))]
    pub types: Option<Vec<ResidentType>>,
    /// Relationships, as Entrata names them, that never get access (P4).
    #[schemars(extend("default" = ["Child"]))]
    pub exclude_relationships: Option<Vec<Text>>,
    /// Further customer types, as Entrata names them, that get nothing (P5).
    #[schemars(extend("default" = []))]
    pub ignore_types: Option<Vec<Text>>,
}

/// A customer type that may have access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResidentType {
    /// Primary.
    Primary,
    /// Co-Applicant.
    CoApplicant,
    /// Occupant.
    Occupant,
}

/// How many people may lose something in one run, the larger of the first two limits, and how many may gain it (R3).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Guard {
    /// So many people of a property.
    #[schemars(extend("default" = 5))]
    pub max_revokes: Option<u64>,
    /// So many percent of a property's people, rounded down.
    #[schemars(range(max = 100), extend("default" = 10))]
    pub max_revoke_percent: Option<u64>,
    /// So many people of a property in 24 hours, counted from the journal; no limit unless it is given.
    #[schemars(extend("examples" = [20]))]
    pub max_revokes_per_day: Option<u64>,
    /// So many people may be put into one group in one run; no limit unless it is given.
    #[schemars(extend("examples" = [50]))]
    pub max_grants: Option<u64>,
    /// Stretches of days in which more is allowed.
    #[schemars(extend("default" = []))]
    pub turn_windows: Option<Vec<TurnWindow>>,
}

/// A stretch of local dates in which more people may lose something.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TurnWindow {
    /// The first date.
    #[schemars(required)]
    pub from: Option<Day>,
    /// The last date, included.
    #[schemars(required)]
    pub until: Option<Day>,
    /// The limit between them.
    #[schemars(required)]
    pub max_revokes: Option<u64>,
    /// How many people may be put into one group between them, where `max_grants` is less.
    pub max_grants: Option<u64>,
    /// Why.
    #[schemars(required, length(min = 1), extend("examples" = ["Student turn"]))]
    pub reason: Option<String>,
}

/// One property.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Property {
    /// Entrata's `PropertyID`.
    #[schemars(required, range(min = 1))]
    pub id: Option<u64>,
    /// Its name, checked against Entrata's `MarketingName` (U14).
    #[schemars(required, length(min = 1))]
    pub name: Option<String>,
    /// Its time zone (T1).
    #[schemars(required)]
    pub time_zone: Option<ZoneName>,
    /// Its country, for phone numbers (P8).
    #[schemars(extend("default" = "US"))]
    pub country: Option<Country>,
    /// Groups of everyone with access here.
    pub groups: Option<Vec<GroupText>>,
    /// Groups that units get beside those; every entry that matches adds its own (U2).
    pub units: Option<Vec<UnitEntry>>,
    /// Units, globs allowed, that give nothing (U12).
    pub exclude_units: Option<Vec<Text>>,
    /// Its own policies.
    #[serde(flatten)]
    pub policy: Policy,
}

/// Which groups some units open.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct UnitEntry {
    /// Unit numbers or unit spaces: exact text, a glob, or a list of them (U2).
    #[serde(rename = "match")]
    #[schemars(required)]
    pub matches: Option<OneOrMany>,
    /// Only units of this building (U3).
    pub building: Option<Text>,
    /// The groups; `{unit}`, `{space}`, `{building}` and `{floor}` in a name are filled in.
    #[schemars(required, length(min = 1))]
    pub groups: Option<Vec<GroupText>>,
    /// Whether several units, or buildings, share the group on purpose (U3, U6).
    #[schemars(extend("default" = false))]
    pub shared: Option<bool>,
}

/// A reviewed exception for one customer.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Override {
    /// The Entrata customer id.
    #[schemars(required)]
    pub customer: Option<Text>,
    /// What it does.
    #[schemars(required)]
    pub effect: Option<OverrideEffect>,
    /// Why, with a pointer to the case.
    #[schemars(required, length(min = 1), extend("examples" = ["Writ executed, LEG-118"]))]
    pub reason: Option<String>,
    /// Who answers for it.
    #[schemars(required, length(min = 1), extend("examples" = ["legal@alder.example"]))]
    pub owner: Option<String>,
    /// The last local date, included to its last second.
    #[schemars(required)]
    pub until: Option<Day>,
}

/// A Brivo user made by hand that is a customer, or the word that none is.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Adopt {
    /// The Entrata customer id.
    #[schemars(required)]
    pub customer: Option<Text>,
    /// The Brivo user.
    #[schemars(required)]
    pub brivo_user: Option<BrivoUser>,
}

/// A property, or groups of one, that left the manifest.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Decommission {
    /// The Entrata `PropertyID` that they belonged to.
    #[schemars(required, range(min = 1))]
    pub property: Option<u64>,
    /// Group names, ids or globs; `revoke` needs them.
    pub groups: Option<Vec<GroupText>>,
    /// What becomes of those who hold them.
    #[schemars(required)]
    pub effect: Option<DecommissionEffect>,
}
