//! What was seen of one person or one unit, what was decided, and what will change: a value that answers a support call. Everything
//! stands in it that a page needs; no page is known here.

mod lease;
mod near;
mod person;
mod unit;

use crate::access::text::{Phrase, Text};
use crate::access::{
    Account, CustomerId, ExternalId, GroupRef, Instant, LeaseId, Profile, PropertyId, UserId, Window,
};
use crate::desired::Desired;
use crate::roster::Roster;
use crate::rules::{RuleId, Severity};

use super::upcoming::Upcoming;
use super::{Action, Change, CredentialImage, Finding, GuardReport, Plan, Reason};

pub use near::{near_customers, near_units, without_prefix};
pub use person::person;
pub use unit::units;

/// What an explanation is drawn from: both sides, and the plan over all of them.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// What Entrata said.
    pub roster: &'a Roster,
    /// What should be.
    pub desired: &'a Desired,
    /// What is.
    pub account: &'a Account,
    /// What would change.
    pub plan: &'a Plan,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonExplained {
    /// Entrata's id.
    pub customer: CustomerId,
    /// Brivo's key for them.
    pub external_id: ExternalId,
    /// As Entrata has them, else as Brivo does.
    pub profile: Profile,
    /// The instant as of which everything was decided.
    pub as_of: Instant,
    /// The property on whose clock times are told.
    pub property: Option<PropertyId>,
    /// What becomes of them, in one word.
    pub verdict: Verdict,
    /// Everything that is found about them and their properties now.
    pub findings: Vec<Finding>,
    /// What will be found later, by the leases alone.
    pub coming: Vec<Coming>,
    /// The reviewed exception about them, in force or run out.
    pub exception: Option<Exception>,
    /// Their leases, by property and lease.
    pub leases: Vec<LeaseSeen>,
    /// What Entrata answered when it was asked about them alone (D8).
    pub looked_up: Option<String>,
    /// What the rules give them now; `None` of somebody in no reply.
    pub due: Option<Due>,
    /// Their Brivo users.
    pub users: Vec<UserSeen>,
    /// What would be written.
    pub change: Option<Change>,
    /// The guards that hold back what they would lose.
    pub held_by: Vec<GuardReport>,
    /// What time alone will bring.
    pub upcoming: Vec<Upcoming>,
}

/// What becomes of a person at the next apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Something is written.
    Changes(Action),
    /// Nothing: the input contradicts itself.
    Frozen,
    /// Nothing: a guard holds back all of it.
    Held,
    /// Nothing: what they would lose rests on something that could not be read, or their property is being taken over.
    Spared,
    /// Nothing: Brivo holds what the rules say.
    InStep,
    /// Nothing: they have left, and hold nothing.
    Former,
    /// Nothing yet.
    Later(Instant),
    /// Nothing: no rule gives them access, and Brivo does not know them.
    Stranger,
}

/// A note of the rules that holds from a later instant on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coming {
    /// From when.
    pub from: Instant,
    /// How much it matters.
    pub severity: Severity,
    /// The rule.
    pub rule: RuleId,
    /// The lease it is about.
    pub lease: Option<LeaseId>,
    /// In words.
    pub text: Phrase,
}

/// A reviewed exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// What it does.
    pub effect: &'static str,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// When it runs out.
    pub until: Instant,
    /// Where the manifest says so.
    pub place: Option<String>,
}

/// One lease of a person, as Entrata told it and as it was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseSeen {
    /// Entrata's id.
    pub lease: LeaseId,
    /// Its property.
    pub property: PropertyId,
    /// The unit or its spaces.
    pub unit: Option<Text>,
    /// The lease's status.
    pub status: String,
    /// The status by which the person was judged.
    pub judged: String,
    /// The lease is one without a fixed end.
    pub is_month_to_month: bool,
    /// The lease's own dates.
    pub dates: Dates,
    /// Its terms.
    pub terms: Vec<Term>,
    /// The person's rows on it, usually one.
    pub rows: Vec<RowSeen>,
    /// The groups that it opens while a window of it is open; none where it never gives any.
    pub opens: Vec<Opened>,
    /// What was decided, in the order of time.
    pub phases: Vec<PhaseSeen>,
}

/// A move-in and a move-out date as Entrata has them; `None` where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dates {
    /// The move-in date.
    pub move_in: Option<String>,
    /// The move-out date.
    pub move_out: Option<String>,
}

/// One term of a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its first day.
    pub start: Option<String>,
    /// Its last day.
    pub end: Option<String>,
    /// Its status.
    pub status: String,
}

/// One row of a lease that names the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSeen {
    /// Primary, Guarantor, …
    pub kind: String,
    /// Their relationship to the one who signed.
    pub relationship: Option<Text>,
    /// Their own status; `None` = the lease's.
    pub status: Option<String>,
    /// Their own dates.
    pub dates: Dates,
}

/// A group that a lease opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The group as the manifest names it.
    pub group: String,
    /// Where.
    pub place: Option<String>,
    /// Whether Brivo has exactly one group of it.
    pub is_there: bool,
}

/// What holds of a lease for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseSeen {
    /// From when; `None` = since ever.
    pub from: Option<Instant>,
    /// Until when; `None` = for ever.
    pub until: Option<Instant>,
    /// It is the one that holds now.
    pub is_now: bool,
    /// The window, where there is one.
    pub window: Option<Window>,
    /// The rules that decided, in their order.
    pub reasons: Vec<Reason>,
}

/// What the rules give somebody at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The groups.
    pub groups: Vec<String>,
    /// The user's own dates; `None` = as they are.
    pub dates: Option<Window>,
    /// The groups are written ahead of the start (T28).
    pub is_ahead: bool,
}

/// A Brivo user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSeen {
    /// Brivo's id.
    pub id: UserId,
    /// An `adopt` entry makes it theirs.
    pub is_adopted: bool,
    /// Names, e-mail, phone.
    pub profile: Profile,
    /// The user's own dates; `None` where they were not read.
    pub dates: Option<Window>,
    /// Managed groups.
    pub groups: Vec<GroupRef>,
    /// Groups that the manifest does not name, as far as they are known.
    pub others: Vec<GroupRef>,
    /// Cards and passes.
    pub credentials: Vec<CredentialImage>,
    /// There is a PIN, which has the user's own dates.
    pub has_pin: bool,
    /// Every credential is stopped.
    pub is_suspended: bool,
}

/// One unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitExplained {
    /// Its property.
    pub property: PropertyId,
    /// Its number.
    pub number: Text,
    /// Its building.
    pub building: Option<Text>,
    /// Its spaces, where it has several.
    pub spaces: Vec<Text>,
    /// The instant as of which everything was decided.
    pub as_of: Instant,
    /// The groups that the manifest maps it to.
    pub opens: Vec<Opened>,
    /// Findings about the unit that name nobody.
    pub findings: Vec<Finding>,
    /// The leases on it, latest start last, each with its people.
    pub leases: Vec<UnitLease>,
    /// Managed users in a group of this unit alone who are on none of its leases.
    pub others: Vec<PersonExplained>,
}

/// A lease on a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitLease {
    /// Entrata's id.
    pub lease: LeaseId,
    /// The spaces it holds.
    pub spaces: Vec<Text>,
    /// Its status.
    pub status: String,
    /// Its people, in Entrata's order.
    pub people: Vec<PersonExplained>,
}
