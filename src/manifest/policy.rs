//! The policies of a property: what dates mean, who gets access, how much a run may take.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use schemars::JsonSchema;
use serde::Deserialize;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndDate {
    /// The recorded move-out date and nothing else.
    MoveOut,
    /// The move-out date, else the end of the last interval.
    LeaseEnd,
}

/// T11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoEndDate {
    /// No end.
    Perpetual,
    /// No grant.
    Deny,
}

/// L2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantOn {
    /// The move-in date.
    Date,
    /// The move-in as performed in Entrata.
    MoveIn,
}

/// T14.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RevokeOn {
    /// The move-out date.
    Date,
    /// The move-out as performed in Entrata.
    MoveOut,
}

/// R14.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrustedStatus {
    /// Lives there; not among the default ones.
    Current,
    /// Has not moved in.
    Future,
    /// Is on notice.
    Notice,
    /// Has moved out.
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

/// How much a run may take and give (R3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// People a property may lose in one run.
    pub max_revokes: u64,
    /// The same in percent of the property's people, rounded down; the larger of the two holds.
    pub max_revoke_percent: u64,
    /// People a property may lose in 24 hours, all runs together.
    pub max_revokes_per_day: Option<u64>,
    /// People who may be put into one group in one run.
    pub max_grants: Option<u64>,
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
    /// The limit between them, in one run and in 24 hours.
    pub max_revokes: u64,
    /// The limit for one group between them, where it is to be another one.
    pub max_grants: Option<u64>,
    /// Why.
    pub reason: String,
}
