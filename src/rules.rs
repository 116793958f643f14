//! The catalogue of rules: each with its id, its title, what it decides and the policy that changes it. Reasons and findings name a
//! rule by its id; nothing else in the program explains one.

mod remedy;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Somebody must look: exit 3.
    Error,
    /// Somebody should look.
    Warning,
    /// Worth knowing.
    Info,
}

/// One rule as people read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// The case it is about.
    pub title: &'static str,
    /// What it decides.
    pub text: &'static str,
    /// The manifest's keys that change it.
    pub policy: &'static [&'static str],
}

/// A word that is no rule's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no rule: ids are a letter (T, L, P, U, D, O or R) and a number, like T14")]
pub struct UnknownRule(pub String);

macro_rules! catalogue {
    ($($id:ident { title: $title:literal, text: $text:literal, policy: [$($policy:literal),*], })*) => {
        /// The id of a rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "each id is documented by its row of the catalogue")]
        pub enum RuleId { $($id),* }

        impl RuleId {
            /// Every id, in the catalogue's order.
            pub const ALL: &'static [Self] = &[$(Self::$id),*];

            /// The id as text, e.g. `T11`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$id => stringify!($id)),* }
            }

            /// The rule itself.
            pub const fn rule(self) -> Rule {
                match self {
                    $(Self::$id => Rule { id: self, title: $title, text: $text, policy: &[$($policy),*] }),*
                }
            }
        }
    };
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for RuleId {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, UnknownRule> {
        let wanted = text.trim();
        Self::ALL
            .iter()
            .copied()
            .find(|id| id.as_str().eq_ignore_ascii_case(wanted))
            .ok_or_else(|| UnknownRule(wanted.to_owned()))
    }
}

impl JsonSchema for RuleId {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("RuleId")
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let ids: Vec<&str> = Self::ALL.iter().map(|id| id.as_str()).collect();
        json_schema!({ "description": "The id of a rule; `reconcile explain ID` prints it.", "type": "string", "enum": ids })
    }
}

catalogue! {
    T1 {
        title: "Whose clock",
        text: "Every property has an IANA zone in the manifest; none is an error, nothing falls back to UTC or to the host. Entrata's dates are plain local dates; its timestamps and their zone abbreviations are never used",
        policy: [],
    }
    T2 {
        title: "The window",
        text: "Half-open [start, end). start = move-in date at start_time (10:00), end = move-out date at end_time (16:00), in the property's zone",
        policy: ["start_time", "end_time"],
    }
    T3 {
        title: "A time that does not exist (clocks go forward)",
        text: "The start is read with the offset in force after the jump (so earlier), the end with the one in force before it (so later): never shorter than written",
        policy: [],
    }
    T4 {
        title: "A time that exists twice (clocks go back)",
        text: "Start = the first, end = the second",
        policy: [],
    }
    T5 {
        title: "start_early_days, end_late_days",
        text: "Calendar arithmetic on the date first, then the hour; never 24 h steps",
        policy: ["start_early_days", "end_late_days"],
    }
    T6 {
        title: "The hour falls into a gap or a fold on some date",
        text: "validate warns with the dates (YYYY-MM-DD) of the next 24 months",
        policy: [],
    }
    T7 {
        title: "Move-in in the past",
        text: "Start = that past instant, never \"now\" (no change at each run)",
        policy: [],
    }
    T8 {
        title: "Move-in missing, person Current or Notice",
        text: "Start open, warning",
        policy: [],
    }
    T9 {
        title: "Move-in missing, person Future",
        text: "No grant, warning",
        policy: [],
    }
    T10 {
        title: "End not after start",
        text: "Frozen, never swapped",
        policy: [],
    }
    T11 {
        title: "No end date",
        text: "no_end_date: perpetual (default): no end. no_end_date: deny: no grant, warning",
        policy: ["no_end_date"],
    }
    T12 {
        title: "Which date ends access",
        text: "end_date: move_out (default): the recorded move-out date and nothing else. end_date: lease_end: the move-out date, else the end of the last (by start date) interval whose status is Future, Current, Notice or Past, signed renewals included (so includeLeaseHistory 1 is asked for), none if that has none; a month-to-month lease has none",
        policy: ["end_date"],
    }
    T13 {
        title: "Move-out date to come",
        text: "Access until that date at end_time",
        policy: ["end_time"],
    }
    T14 {
        title: "Move-out date lapsed, person Notice or Past",
        text: "Access removed: every managed group of that lease goes, the recorded end stands on the user (written where Brivo had none), the record is kept. Nobody Past is created. Under revoke_on: move_out (default date) Notice keeps access until the move-out is performed (Past): no end is written (T11 does not apply), a warning once the date has lapsed",
        policy: ["revoke_on"],
    }
    T15 {
        title: "Person already Past, move-out today, before end_time",
        text: "Kept until end_time",
        policy: ["end_time"],
    }
    T16 {
        title: "Person Past, move-out date in the future",
        text: "The date counts, warning",
        policy: [],
    }
    T17 {
        title: "Person Past, no move-out date that counts for them (L1)",
        text: "On a Past lease: end = end of the last interval (T12) if that has lapsed. Otherwise they have left: every managed group goes now, the user's dates stay as they are. Warning either way",
        policy: [],
    }
    T18 {
        title: "Person Current with a lapsed move-out date",
        text: "Frozen (a forgotten notice or a forgotten move-out: staff must say which), unless a window of another lease of theirs, on another unit, is open, or current is in trust_move_out_on: then the date counts (T14), warning",
        policy: ["trust_move_out_on"],
    }
    T19 {
        title: "Person Current with a future move-out date",
        text: "The date counts only for the statuses in trust_move_out_on (default notice, past, future); otherwise as if absent (T11, T12), warning",
        policy: ["trust_move_out_on"],
    }
    T20 {
        title: "Lease end passed, no move-out date, still Current, not month-to-month",
        text: "Under end_date: move_out stays open and is listed as holdover, with the days over; under lease_end it ends, and is listed",
        policy: ["end_date"],
    }
    T21 {
        title: "Month-to-month (flag or sub-status)",
        text: "No end unless a move-out date is recorded",
        policy: [],
    }
    T22 {
        title: "Dates such as 0000-00-00, 00/00/0000, and ends in or after 2099",
        text: "Absent, warning; an end in or after 2099 in Brivo is read as none",
        policy: [],
    }
    T23 {
        title: "Both MM/DD/YYYY and YYYY-MM-DD are read; anything else",
        text: "That person is frozen",
        policy: [],
    }
    T24 {
        title: "Several windows for one person (two units, transfer, gap renewal)",
        text: "The union, group by group. Touching or overlapping windows of one group merge; so do two whose start date minus end date, as rendered, is at most bridge_gap_days (default 0 bridges nothing; of two properties' values the smaller)",
        policy: ["bridge_gap_days"],
    }
    T25 {
        title: "Next boundary",
        text: "The plan names the next instant after as_of at which the desired state changes by time alone, writing ahead (T28) and the end of overrides included; null if there is none",
        policy: [],
    }
    T26 {
        title: "Precision",
        text: "Instants are compared to the second, as Brivo returns them",
        policy: [],
    }
    T27 {
        title: "Clock skew",
        text: "More than 5 minutes between this machine and the Date of either service: --apply refuses (exit 1), --diff warns",
        policy: [],
    }
    T28 {
        title: "provision_ahead_days (default 7)",
        text: "A grant may be written that many calendar days before it starts (same local hour), but only where Brivo's own dates keep the door shut until then: user_dates and credential_dates are enforced, no window of that person is open at as_of, and the grant starts at the very instant at which the dates of T29 will. Otherwise it is written when it starts. Credentials of people written ahead are read at every run, whatever the cache",
        policy: ["provision_ahead_days", "enforce"],
    }
    T29 {
        title: "The user's own dates",
        text: "The unbroken stretch of the person's windows (all groups together) that holds as_of; between stretches the next one once it may be written ahead (T28), until then and after the last one the one that has lapsed. Somebody without any window keeps the dates they have. Compared and written when every property in which the person has a window that is open or to come (without one: the last) has user_dates in enforce",
        policy: ["enforce"],
    }
    L1 {
        title: "Which dates",
        text: "The customer's own move-in / move-out date, judged (T13 to T19) by the customer's status; without an own one the lease's, judged by the lease's status. Somebody Past on a lease that is not Past takes no move-out date from it",
        policy: [],
    }
    L2 {
        title: "Future lease, date reached, move-in not performed in Entrata",
        text: "grant_on: date (default) grants; grant_on: move_in waits for Current. Listed either way; from the third calendar day on a warning (a no-show?)",
        policy: ["grant_on"],
    }
    L3 {
        title: "Applicant",
        text: "Nothing",
        policy: [],
    }
    L4 {
        title: "Cancelled lease, or cancelled customer",
        text: "Nothing: what somebody holds through it, and through no other lease of theirs, is taken, warning. A Cancelled lease with an interval that is Current, Notice or Past contradicts itself: whoever holds something through it, and through no other lease, is frozen",
        policy: [],
    }
    L5 {
        title: "Cancelled interval, cancelled guarantor on a live lease",
        text: "Ignored",
        policy: [],
    }
    L6 {
        title: "Renewal (a further interval of the same lease, or a new lease of the same person, unit and spaces whose recorded move-in date is at most one calendar day after the old end date)",
        text: "The window goes on without a blink, under grant_on: move_in too; move-in stays the original one",
        policy: ["grant_on"],
    }
    L7 {
        title: "Notice",
        text: "Access until the move-out date; without one as if none were to come (T11, T12), warning",
        policy: [],
    }
    L8 {
        title: "Notice withdrawn, move-out reversed, move-in reversed",
        text: "Simply what the next render says; no memory of earlier runs is needed",
        policy: [],
    }
    L9 {
        title: "Eviction, skip, collections, unpaid balance",
        text: "No effect: only a recorded date or an override ends access",
        policy: [],
    }
    L10 {
        title: "Transfer, both units overlap",
        text: "Both units while both windows are open; the new grant is written before the old one is taken",
        policy: [],
    }
    L11 {
        title: "Transfer with a gap",
        text: "Nothing in the gap, unless bridged (T24)",
        policy: [],
    }
    L12 {
        title: "Transfer to another property, or leases at two properties",
        text: "One Brivo user, the union of grants",
        policy: [],
    }
    L13 {
        title: "Other-income leases (garage, storage)",
        text: "Not requested",
        policy: [],
    }
    L14 {
        title: "A commercial lease (occupancyType Commercial)",
        text: "Its customers are companies: no new user, listed; somebody known to Brivo is frozen",
        policy: [],
    }
    L15 {
        title: "A customer other than the Primary with neither date of their own",
        text: "The lease's (L1); on a create a warning",
        policy: [],
    }
    L16 {
        title: "Unknown status",
        text: "Frozen",
        policy: [],
    }
    L17 {
        title: "Status of the lease and of the customer differ",
        text: "The customer's own decides, except: on a Cancelled or Applicant lease everybody is that; on a Past lease whose move-out date (own, else the lease's) has lapsed everybody is Past, without any or with one to come Current, Notice or Future there is frozen. A customer without a status has the lease's",
        policy: [],
    }
    L18 {
        title: "Two leases without a common person whose windows hold one unit space (the unit, where it has no spaces) at one instant, now or within provision_ahead_days",
        text: "Both as they are; one warning a unit space, naming the leases: a move-out was probably not recorded",
        policy: ["provision_ahead_days"],
    }
    P1 {
        title: "Guarantor",
        text: "Never",
        policy: [],
    }
    P2 {
        title: "Primary, Co-Applicant",
        text: "Always",
        policy: [],
    }
    P3 {
        title: "Occupant",
        text: "Yes, unless residents.types leaves it out",
        policy: ["residents.types"],
    }
    P4 {
        title: "Relationship in residents.exclude_relationships (default Child)",
        text: "Never; listed",
        policy: ["residents.exclude_relationships"],
    }
    P5 {
        title: "Unknown customer type",
        text: "New: no grant and an error; existing: frozen. One in residents.ignore_types (texts) is treated like P1",
        policy: ["residents.ignore_types"],
    }
    P6 {
        title: "One customer twice on a lease",
        text: "Merged; if any entry grants, it grants",
        policy: [],
    }
    P7 {
        title: "Two customer ids that look like one person (same name and same e-mail or phone)",
        text: "Two users, warning; never merged by guess",
        policy: [],
    }
    P8 {
        title: "Shared e-mail or phone",
        text: "Allowed: neither is an identity. A phone is written as E.164 where Entrata's country code or the property's country (default US) make it one, else as it stands; numbers with the same digits, country code aside, are equal",
        policy: [],
    }
    P9 {
        title: "No e-mail",
        text: "The user is made all the same; on a create a warning that no mobile pass can be sent",
        policy: [],
    }
    P10 {
        title: "Name change",
        text: "The same user, updated",
        policy: [],
    }
    P11 {
        title: "First or last name missing",
        text: "Split from nameFull (\"Last, First\"); a last name still missing is the customer id, a first name \"Resident\", on a create with a warning",
        policy: [],
    }
    P12 {
        title: "Names in any script",
        text: "Kept, compared in NFC; no transliteration; trimmed and inner blanks folded",
        policy: [],
    }
    P13 {
        title: "Control characters, ANSI codes, Markdown and workflow commands in a name",
        text: "Cannot reach a terminal, a comment or a CI command unescaped",
        policy: [],
    }
    P14 {
        title: "A customer id is confirmed missing (D8) while a new one has the same name and the same unit, e-mail or phone",
        text: "Probably merged in Entrata: the old user is frozen, the new one not created, one error with a ready adopt line; with it that user and its cards pass to the new id",
        policy: ["adopt"],
    }
    U1 {
        title: "Which unit",
        text: "Unit number and, where there is one, building and unit space, as getPropertyUnits names them; {space} is the whole text (\"302-A\")",
        policy: [],
    }
    U2 {
        title: "Matching",
        text: "Every units entry of the property that matches adds its groups; exact text or glob, case-sensitive, no fuzziness",
        policy: [],
    }
    U3 {
        title: "One number in two buildings",
        text: "An entry without building that matches both is an error for these units, unless its group name carries {building} or it says shared: true: nobody there is granted or loses its groups through it, its other units and other entries go on. A glob whose group name has neither {unit} nor {space} is no such error",
        policy: ["shared"],
    }
    U4 {
        title: "A lease whose window is open or to come, on a unit that no entry matches",
        text: "Its people are frozen, error. A property with no units at all has property-wide groups only, and no such error",
        policy: [],
    }
    U5 {
        title: "That unit had a mapping before",
        text: "--allow-unmapped-revoke lifts the freeze of U4: the property-wide groups stay, managed groups that nothing maps them to any more go (one that the manifest no longer names needs decommission)",
        policy: ["decommission"],
    }
    U6 {
        title: "Several units to one group",
        text: "Fine for globs; two exact entries naming one group without shared: true are a warning (validate and plan)",
        policy: ["shared"],
    }
    U7 {
        title: "Unit spaces (by the bed)",
        text: "An entry may match the space (\"302-A\"); unit and space entries add up",
        policy: [],
    }
    U8 {
        title: "No unit on the lease yet",
        text: "Property-wide groups only, listed; a warning from three calendar days before the start",
        policy: [],
    }
    U9 {
        title: "Group not found in Brivo that is named without a placeholder or that a window open or to come needs; a placeholder without a value there",
        text: "Error naming near misses; nobody is granted it; other grants go on. Nobody is created for whom no group is left",
        policy: [],
    }
    U10 {
        title: "Several Brivo groups of a name that is given without a placeholder, that a window open or to come needs or that a managed user holds",
        text: "Error: name it by id. Nobody is granted or loses any of them",
        policy: [],
    }
    U11 {
        title: "More than 16 groups for one user",
        text: "Error before any call; that person is frozen",
        policy: [],
    }
    U12 {
        title: "exclude_units",
        text: "A lease there gives nothing and causes no finding; its people's other leases count",
        policy: ["exclude_units"],
    }
    U13 {
        title: "The unit of a lease whose window is open or to come is not among the property's units",
        text: "Its people are frozen, error",
        policy: [],
    }
    U14 {
        title: "name is not Entrata's MarketingName",
        text: "Warning",
        policy: [],
    }
    U15 {
        title: "Entrata does not know the property, or it is disabled or closed to this key",
        text: "Incomplete (R2), error",
        policy: [],
    }
    D1 {
        title: "Managed field edited by hand (names, e-mail, phone, dates, managed groups)",
        text: "Put back, with old and new value; with a cache the cause is drift. An e-mail or phone that Entrata does not have stays as Brivo has it. A bound is cleared by a PUT of the whole record with every other field, the PIN too, as read; where that fails 2099-12-31 stands for none",
        policy: [],
    }
    D2 {
        title: "Managed user deleted by hand, still a resident",
        text: "Created again; where the cache knows the user, warning: cards and passes are not restored",
        policy: [],
    }
    D3 {
        title: "suspended by hand",
        text: "Stays suspended; a warning while a window is open or starts within provision_ahead_days, else listed",
        policy: ["provision_ahead_days"],
    }
    D4 {
        title: "Groups outside the manifest",
        text: "Never touched, a group that the manifest named until yesterday included (D11); at the end of a tenancy those that remain are listed",
        policy: [],
    }
    D5 {
        title: "Users without our prefix (staff, guests, vendors)",
        text: "Never read beyond the lists, never written, no finding but D7; doctor and report access-review name those in managed groups",
        policy: [],
    }
    D6 {
        title: "Two Brivo users with one managed externalId",
        text: "Frozen, error",
        policy: [],
    }
    D7 {
        title: "Somebody who would be created looks like a user without our prefix, whatever their externalId",
        text: "Same name, and one e-mail or phone in common: not created, error with a ready adopt line. Same name only (also where no row of the list shows either): created, warning. Never taken over but by an adopt entry; brivo_user: none says that they are two. An entry already fulfilled: no finding; whose user is gone or another customer's managed user (P14 aside), or whose customer has a managed user: error, neither is written",
        policy: ["adopt"],
    }
    D8 {
        title: "Managed user who holds managed groups, none of them of an incomplete property, and is in no reply",
        text: "Looked up by customer id (getLeases with customerId, every status, in each property one of whose groups they hold). Found: those leases decide. Confirmed missing: every managed group goes, the dates stay, the record is kept. The look-up fails: frozen",
        policy: [],
    }
    D9 {
        title: "Record deletion",
        text: "Only with --prune: managed users in no reply, holding managed groups or not and no other group, looked up and missing in every property of the manifest; never while one is incomplete",
        policy: [],
    }
    D10 {
        title: "Credentials of a managed user",
        text: "Each starts no earlier and ends no later than the user's dates (T29); one whose edge equals the user's date in Brivo moves with it. A window narrower by somebody's hand stays, a narrower end is listed (a lost card, one that Brivo expired). The PIN has the user's dates. An end is cleared with null; where Brivo ignores or refuses that, 2099-12-31 stands for none. Never deleted, unassigned or moved (that kills a mobile pass). Written when credential_dates is enforced as in T29, before the user's dates: widened first, then narrowed, credentials first each time. In the plan that ends somebody's access a finding says how many they hold: \"credentials\": N",
        policy: ["enforce"],
    }
    D11 {
        title: "Managed users in no reply, in no managed group and still in some other group (user_status__eq:unaffiliated tells who is in none): their property, or its group, left the manifest",
        text: "Unchanged, warning, until a decommission entry speaks of them. keep: not named again. revoke: its groups (names, ids, globs) count as managed and nobody is entitled to them through it; they go without look-up. An entry without groups (keep only) speaks of those whom a look-up in its property finds; if that fails they stay listed. Guards count these under property, else under null, with the defaults' limits",
        policy: ["decommission"],
    }
    D12 {
        title: "brivo.hold_group (a name or id; none by default)",
        text: "A managed user in it is frozen, with a warning in place of the error: what somebody changes by hand at night stays until they take the user out again",
        policy: ["brivo.hold_group"],
    }
    D13 {
        title: "brivo.protected_groups (names, ids, globs; none by default)",
        text: "Of a managed user in one of them (staff who live on site) only managed groups are written, no profile, no date of user or credential; adopt never proposes them",
        policy: ["brivo.protected_groups", "adopt"],
    }
    O1 {
        title: "revoke",
        text: "Every managed group goes at once; the dates are what they would be without it",
        policy: ["overrides"],
    }
    O2 {
        title: "freeze",
        text: "Nothing changes in either direction, warning; counted as frozen, but exit 0: also the way to acknowledge somebody whom a rule freezes",
        policy: ["overrides"],
    }
    O3 {
        title: "grant",
        text: "The groups of the person's Current, Notice and Future leases, else of the one that ended last, whatever type, status or date say; from their start where it has passed, else without one; until until, if nothing gives a later end. Without any lease: error",
        policy: ["overrides"],
    }
    O4 {
        title: "Run out · for nobody that either side knows",
        text: "Error; of a revoke or suspend the person is frozen until the entry is removed (no door opens by itself at midnight), any other has no effect · warning",
        policy: ["overrides"],
    }
    O5 {
        title: "suspend",
        text: "As revoke, and the user is suspended: every credential stops, groups outside the manifest too. Nobody is created for it. Lifted by hand in Brivo only (D3)",
        policy: ["overrides"],
    }
    R1 {
        title: "Entrata answers nothing for a property that has people in a group that it alone names",
        text: "Incomplete (R2), error",
        policy: [],
    }
    R2 {
        title: "A page missing, a count that does not add up, an error inside a 200, an unknown result shape, units that can't be read",
        text: "That property is incomplete, error, exit 3, the others go on. What was read whole still grants and extends (a missing lease could only add; without the units nothing is granted through it). Nothing that rests on what was not read is taken: nobody seen on a lease there, or holding a group that it alone names, loses anything, a date included; nobody is removed from a group that it shares; and while it lasts nobody's end comes earlier or start later. A record that can't be read freezes its people and makes the property incomplete, no more. Only a key or login refused as such, or a service that answers nothing at all, ends the run (exit 1)",
        policy: [],
    }
    R3 {
        title: "Guard",
        text: "If a plan would take access from more than max(guard.max_revokes 5, guard.max_revoke_percent 10 % rounded down) of a property's people, what it takes there is held back (the property's groups stay with everybody, dates are not narrowed of whoever has it in property_ids); what it gives goes on; exit 4 (diff too). --allow-revokes N lets a property through whose count is exactly N; --allow-revokes PROPERTY=N that one up to N; guard.turn_windows raise the limit between two dates. People: managed and adopted users in a group of the property (a group that several name counts where the person has a lease or holds another group) who are not suspended and whose end in Brivo, where dates are enforced, has not passed. Counted: those of them who would lose a managed group, get an earlier end, get a later start that lies after as_of, or be suspended or deleted; once a person, in each of their properties. An end that Brivo already carries is not counted again when it comes. guard.max_revokes_per_day, where it is given, limits in the same way what all runs of 24 hours take, counted from the journal. Into a group of which more people than guard.max_grants (given for a property that names it) would become members in one run, or into one of brivo.sensitive_groups, nobody is put, and whoever would be loses no group for it, unless --allow-grants GROUP=N lets through so many",
        policy: ["guard.max_revokes", "guard.max_revoke_percent", "guard.max_revokes_per_day", "guard.max_grants", "guard.turn_windows", "brivo.sensitive_groups"],
    }
    R4 {
        title: "Order of writes",
        text: "grants that are due (later ends and earlier starts included), then revocations that are due (earlier ends included), then later grants, then profile changes. What one person gains and loses at once is one call, in the grants' place. Whoever loses all: credentials, dates, groups last. Ahead of time: credentials and dates before the groups",
        policy: [],
    }
    R5 {
        title: "A write fails",
        text: "After the retries that are safe for it that person stops, the others go on; exit 3; the next run finishes the rest without doing anything twice",
        policy: [],
    }
    R6 {
        title: "The answer to a create was lost",
        text: "Looked up by externalId before it is tried again, in the same run where Brivo answers, else in the next: never two users",
        policy: [],
    }
    R7 {
        title: "Two applies at once",
        text: "The second one is told who holds the lock (host, process, since when), exit 1",
        policy: [],
    }
    R8 {
        title: "Stale plan",
        text: "--apply --plan FILE recomputes within the plan's scope and refuses (exit 1) if the fingerprint differs, the file's changes are not the recomputed ones (hidden values aside), the manifest's content differs, or it was saved more than plan_max_age ago; findings and calls may differ",
        policy: ["plan_max_age"],
    }
    R9 {
        title: "Killed at any instant",
        text: "The next run converges to the same state as an unkilled one",
        policy: [],
    }
    R10 {
        title: "Personal data",
        text: "In CI, or with --pii hide, plans (the saved one included, which stays appliable), events, journal, logs and reports name people by externalId only",
        policy: [],
    }
    R11 {
        title: "Secrets",
        text: "From environment or files only; one written into a manifest is an error; none ever appears in any output",
        policy: [],
    }
    R12 {
        title: "Audit",
        text: "Two records a change, before and after it is written: who (actor, commit, run), what (before, after), why (rule, lease), when, result; keys in the contract",
        policy: [],
    }
    R13 {
        title: "calls_per_month",
        text: "Reads and writes are counted by calendar month (UTC) in the cache, without one only this run's. A run whose reads alone would pass what is left ends at the latest after the lists (exit 1); one whose writes would warns before it writes, does them in R4's order up to the limit, exit 3",
        policy: ["brivo.calls_per_month"],
    }
    R14 {
        title: "mode: grants_only (default live), of a property that is being taken over",
        text: "The desired state is what Brivo holds and what the rules give together: nothing is taken, one info a property with the number of people who would lose something",
        policy: ["mode"],
    }
}
