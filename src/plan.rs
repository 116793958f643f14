//! The plan: what would change and why, as a value. This file is the plan file's format (`--format json`, `--out`); [`between`]
//! compares, [`guard`] brakes, [`order`] says what is written first.

pub mod adoption;
pub mod base;
pub mod between;
pub mod directory;
pub mod explain;
pub mod guard;
pub mod incomplete;
pub mod memory;
pub mod occupancy;
pub mod review;
pub mod order;
pub mod proof;
pub mod saved;
pub mod subject;
pub mod target;
pub mod undo;
pub mod upcoming;

mod assess;
mod brake;
mod change;
#[cfg(test)]
mod example;
mod fingerprint;
mod lookalike;
mod observe;
mod reasons;
mod settle;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::contacts::Contacts;
use crate::access::shard::Shard;
use crate::access::text::{Phrase, Text};
use crate::access::{CredentialId, ExternalId, GroupRef, Instant, LeaseId, Personal, PropertyId, UserId};
use crate::rules::{RuleId, Severity};

/// The version of this format; a file of another major version is refused.
pub const FORMAT_VERSION: &str = "1.0";

/// What would change, what somebody must look at, and what it was decided from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The version of this format.
    pub format_version: String,
    /// The version of the program that made it.
    pub tool_version: String,
    /// The instant as of which everything was decided, UTC, to the second.
    pub as_of: Instant,
    /// When the plan was saved; only in a saved plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_at: Option<Instant>,
    /// The Brivo account that it was made on, nothing secret; only in a saved plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Of which apply this is the way back; only in a plan that `--undo` saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<UndoOf>,
    /// The manifest it was made from.
    pub manifest: ManifestRef,
    /// The flags that shaped it.
    pub scope: Scope,
    /// SHA-256 over the changes with all their values (R8), in hexadecimal.
    pub fingerprint: String,
    /// Counts.
    pub summary: Summary,
    /// What would be written, in the order of the smallest property id, then external id.
    pub changes: Vec<Change>,
    /// What somebody should know or must look at.
    pub findings: Vec<Finding>,
    /// The brake of every property (R3).
    pub guards: Vec<GuardReport>,
    /// The next instant at which time alone changes the desired state (T25).
    pub next_boundary: Option<Instant>,
    /// What the run cost, and what applying it will.
    pub calls: Calls,
    /// What of it is there under another manifest too; only where one was given to compare with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<base::Base>,
    /// Whose losses a guard holds back (R3).
    #[serde(skip)]
    pub held: std::collections::BTreeSet<ExternalId>,
    /// What time alone will bring in the days ahead, by instant; only where it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upcoming: Option<Vec<upcoming::Upcoming>>,
    /// What became of each change; only after an apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<ChangeResult>>,
}

/// The apply that a plan takes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UndoOf {
    /// The fingerprint of the plan that was applied.
    pub fingerprint: String,
    /// The instant as of which that plan had decided.
    pub as_of: Instant,
}

/// The manifest a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManifestRef {
    /// The files, as they were named.
    pub paths: Vec<String>,
    /// SHA-256 of their contents, in hexadecimal.
    pub sha256: String,
}

/// The flags that shaped a plan; an apply of a saved plan uses the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scope {
    /// Only these properties; empty = all.
    pub properties: Vec<PropertyId>,
    /// Only these Entrata customers; empty = all.
    pub customers: Vec<String>,
    /// Where the run was a part: only people whose smallest property is in it.
    pub shard: Option<Shard>,
    /// Whether records of people whom Entrata no longer knows are deleted (D9).
    pub prune: bool,
    /// Whether people on unmapped units lose what nothing maps them to (U5).
    pub allow_unmapped_revoke: bool,
}

/// Counts of the plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Users to be made.
    pub create: u64,
    /// Users to be changed.
    pub update: u64,
    /// Users who lose every managed group.
    pub revoke: u64,
    /// User records to be deleted.
    pub delete: u64,
    /// Managed users, neither former nor frozen, without a change.
    pub unchanged: u64,
    /// People about whom nothing is changed because the input contradicts itself.
    pub frozen: u64,
}

/// What happens to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The kind of change.
    pub action: Action,
    /// What brought it about.
    pub cause: Cause,
    /// The person's Brivo external id, as it will be.
    pub external_id: ExternalId,
    /// The Brivo user; null for one to be made.
    pub brivo_user_id: Option<UserId>,
    /// The user was made by hand and gets our external id (D7); left out where it is not so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adopts: bool,
    /// The manifest's properties that the person has to do with, ascending.
    pub property_ids: Vec<PropertyId>,
    /// What Brivo holds; null for a user to be made.
    pub before: Option<Box<Image>>,
    /// What Brivo will hold; null for a user to be deleted.
    pub after: Option<Box<Image>>,
    /// Why, each with the rule that decided it.
    pub reasons: Vec<Reason>,
}

/// The kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// There is no Brivo user yet.
    Create,
    /// Any other difference, adoption included.
    Update,
    /// Managed groups before, none after.
    Revoke,
    /// The record goes (D9).
    Delete,
}

/// What brought a change about; no part of the fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The change is not there under the base manifest.
    Manifest,
    /// Only time has passed.
    Clock,
    /// Brivo no longer holds what was last seen in order there.
    Drift,
    /// News from Entrata; without a cache a hand edit too.
    Entrata,
}

/// One side of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// First name.
    pub first_name: Personal,
    /// Middle name.
    pub middle_name: Option<Personal>,
    /// Last name.
    pub last_name: Personal,
    /// E-mail addresses.
    pub emails: Contacts,
    /// Phone numbers.
    pub phones: Contacts,
    /// Start of the user's own dates, UTC; null = no bound.
    pub effective_from: Option<Instant>,
    /// End of the user's own dates, UTC; null = no bound.
    pub effective_to: Option<Instant>,
    /// Managed groups, by name, then id.
    pub groups: Vec<GroupRef>,
    /// Credentials whose window changes.
    pub credentials: Vec<CredentialImage>,
    /// Whether every credential of the user is stopped.
    pub suspended: bool,
}

/// A credential's window.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CredentialImage {
    /// Brivo's id.
    pub id: CredentialId,
    /// Start, UTC; null = no bound.
    pub effective_from: Option<Instant>,
    /// End, UTC; null = no bound.
    pub effective_to: Option<Instant>,
}

/// Why something changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// The rule that decided.
    pub rule: RuleId,
    /// The lease it looked at.
    pub lease_id: Option<LeaseId>,
    /// The place in the manifest whose policy or mapping led to it, `file:line`.
    pub manifest: Option<Text>,
    /// In words, without personal data.
    pub text: Phrase,
}

/// Something that somebody should know or must look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The rule that found it.
    pub rule: RuleId,
    /// The property, where it says something.
    pub property_id: Option<PropertyId>,
    /// The unit's number, where it says something.
    pub unit: Option<Text>,
    /// The person, where it is about one.
    pub external_id: Option<ExternalId>,
    /// In words, without personal data.
    pub message: Phrase,
    /// The end that Brivo carries and that will close the door within 72 hours although the person is frozen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<Instant>,
    /// How many credentials somebody whose access ends holds (D10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<u64>,
}

/// The brake of one property (R3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuardReport {
    /// The property; null for people of groups that left the manifest (D11).
    pub property_id: Option<PropertyId>,
    /// Whether what the plan would take here is held back.
    pub tripped: bool,
    /// How many people would lose something.
    pub revokes: u64,
    /// How many people have access here.
    pub people: u64,
    /// How many may lose something in one run.
    pub limit: u64,
    /// Who would lose something; only where it is held back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub would_lose: Vec<ExternalId>,
    /// What is taken in 24 hours; only where `guard.max_revokes_per_day` limits it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<DayReport>,
    /// Groups into which too many would be put; a group that several properties name stands with the smallest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<GrantReport>,
}

impl GuardReport {
    /// Whether something is held back here, of what would be taken or of what would be given.
    pub fn holds_back(&self) -> bool {
        self.tripped || !self.grants.is_empty()
    }
}

/// What a property loses in 24 hours, all runs together (R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DayReport {
    /// How many people lost something in the last 24 hours or would now.
    pub revokes: u64,
    /// How many may.
    pub limit: u64,
}

/// A group into which more people would be put than may be: nobody is (R3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GrantReport {
    /// The group.
    pub group: GroupRef,
    /// Whether the manifest calls it sensitive.
    pub sensitive: bool,
    /// How many people would be put into it.
    pub grants: u64,
    /// How many may in one run.
    pub limit: u64,
    /// Who.
    pub would_get: Vec<ExternalId>,
}

/// Calls made, and calls to come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Calls {
    /// Made to Entrata.
    pub entrata: u64,
    /// Made to Brivo.
    pub brivo: u64,
    /// That an apply will make to Brivo.
    pub to_apply: u64,
    /// What was not asked, because a cache knew it; left out where none was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<FromCache>,
}

/// What a plan rests on that was not read for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FromCache {
    /// When everything was read last.
    pub full_at: Instant,
    /// Managed users whose groups, dates and credentials come from the cache.
    pub users: u64,
    /// Managed users of whom they were read for this plan.
    pub read_again: u64,
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeResult {
    /// The person.
    pub external_id: ExternalId,
    /// What became of it.
    pub status: ResultStatus,
    /// What went wrong.
    pub error: Option<String>,
}

/// What became of one change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResultStatus {
    /// Brivo holds what the plan says.
    Applied,
    /// It does not, or not wholly.
    Failed,
    /// What it takes was held back by a guard; what it gives was written.
    Held,
}
