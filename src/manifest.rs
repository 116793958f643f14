//! The manifest as the rest of the program sees it: merged, checked, every default filled in. [`file`] is the format that people
//! write, [`parse`] leads from one to the other and collects every fault on the way.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

/// How a manifest names one group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKey {
    /// By name, after placeholders were filled in.
    Name(String),
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

/// A name, an id or a glob over names.
#[derive(Debug, Clone)]
pub enum GroupPattern {
    /// Brivo's id.
    Id(GroupId),
    /// An exact name or a glob, case-sensitive.
    Name(Pattern),
}

/// Exact text or a glob, case-sensitive, no fuzziness (U2).
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As it was written.
    pub text: String,
    matcher: globset::GlobMatcher,
}

/// A glob that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` can't be read as a pattern: {reason}")]
pub struct PatternFault {
    /// As it was written.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Pattern {
    /// Reads a text or glob: `*` stands for any text, `?` for one character, `[ab]` for one of these, `{a,b}` for either.
    pub fn new(text: &str) -> Result<Self, PatternFault> {
        match globset::Glob::new(text) {
            Ok(glob) => Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher() }),
            Err(error) => Err(PatternFault { text: text.to_owned(), reason: error.kind().to_string() }),
        }
    }

    /// Whether the whole of `text` fits.
    pub fn matches(&self, text: &str) -> bool {
        self.matcher.is_match(text)
    }

    /// Whether it stands for itself only.
    pub fn is_exact(&self) -> bool {
        !self.text.contains(['*', '?', '[', '{', '\\'])
    }
}

/// The policies of one property, defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The hour of a window's start, in the property's zone (T2).
    pub start_time: NaiveTime,
    /// The hour of a window's end, in the property's zone (T2).
    pub end_time: NaiveTime,
    /// Which date ends access (T12).
    pub end_date: EndDate,
    /// What no end date means (T11).
    pub no_end_date: NoEndDate,
    /// What starts access (L2).
    pub grant_on: GrantOn,
    /// What ends access of somebody on notice (T14).
    pub revoke_on: RevokeOn,
    /// Whether anything is taken at all (R14).
    pub mode: Mode,
    /// Calendar days before the move-in date (T5).
    pub start_early_days: u32,
    /// Calendar days after the move-out date (T5).
    pub end_late_days: u32,
    /// The widest gap between two windows of one group that is bridged, in calendar days; 0 bridges nothing (T24).
    pub bridge_gap_days: u32,
    /// How many calendar days ahead a grant may be written (T28).
    pub provision_ahead_days: u32,
    /// Which layers in Brivo carry the window; groups always do.
    pub enforce: Enforce,
    /// Whose future move-out date counts (T19), and whether a lapsed one of somebody Current does (T18).
    pub trust_move_out_on: BTreeSet<TrustedStatus>,
    /// Who of a household gets access.
    pub residents: Residents,
    /// The brake (R3).
    pub guard: Guard,
}

/// T12.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndDate {
    /// The recorded move-out date and nothing else.
    MoveOut,
    /// The move-out date, else the end of the last interval.
    LeaseEnd,
}

/// T11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoEndDate {
    /// No end.
    Perpetual,
    /// No grant.
    Deny,
}

/// L2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantOn {
    /// The move-in date.
    Date,
    /// The move-in as performed in Entrata.
    MoveIn,
}

/// T14.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokeOn {
    /// The move-out date.
    Date,
    /// The move-out as performed in Entrata.
    MoveOut,
}

/// R14.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Gives and takes.
    Live,
    /// Gives only.
    GrantsOnly,
}

/// Which dates in Brivo carry the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enforce {
    /// The user's own dates (T29).
    pub user_dates: bool,
    /// The credentials' windows (D10).
    pub credential_dates: bool,
}

/// A status whose move-out date counts (T18, T19).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrustedStatus {
    /// Current, besides the default ones.
    Current,
    /// Future.
    Future,
    /// Notice.
    Notice,
    /// Past.
    Past,
}

/// Who of a household gets access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Residents {
    /// Whether an Occupant does (P3); Primary and Co-Applicant always do (P2).
    pub occupants: bool,
    /// `relationshipName`s that never do (P4).
    pub exclude_relationships: Vec<String>,
    /// Customer types, as Entrata writes them, that are treated like a guarantor (P5).
    pub ignore_types: Vec<String>,
}

/// How much a run may take (R3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// People a property may lose in one run.
    pub max_revokes: u64,
    /// The same in percent of the property's people, rounded down; the larger of the two holds.
    pub max_revoke_percent: u64,
    /// Dated exceptions.
    pub turn_windows: Vec<TurnWindow>,
}

/// A stretch of local dates in which a guard allows more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnWindow {
    /// First local date.
    pub from: NaiveDate,
    /// Last local date, included.
    pub until: NaiveDate,
    /// The limit between them.
    pub max_revokes: u64,
    /// Why.
    pub reason: String,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverrideEffect {
    /// O1.
    Revoke,
    /// O5.
    Suspend,
    /// O2.
    Freeze,
    /// O3.
    Grant,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecommissionEffect {
    /// The groups go.
    Revoke,
    /// They stay, and are not named again.
    Keep,
}

/// Where each path of the merged document stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(BTreeMap<String, Place>);

/// A line of a manifest's file; shown as `alder.yaml:31`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as it was named.
    pub file: String,
    /// From 1.
    pub line: usize,
}

impl Places {
    /// Records where a path of the document stands.
    pub fn insert(&mut self, path: impl Into<String>, place: Place) {
        self.0.insert(path.into(), place);
    }

    /// Where a path stands, else the nearest path that encloses it.
    pub fn get(&self, path: &str) -> Option<&Place> {
        let mut path = path;
        loop {
            if let Some(place) = self.0.get(path) {
                return Some(place);
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

#[cfg(test)]
mod tests;
