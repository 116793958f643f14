//! What time alone will bring: each person judged at each of their edges to come as a run at that instant would judge them, from what
//! the edge before left. News from Entrata and what a guard would hold back by then are not foreseen.

use chrono::Duration;
use litemap::LiteMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::few::{Few, Short};
use crate::access::text::Text;
use crate::access::{
    Detail, ExternalId, GroupId, GroupRef, Holding, Instant, Membership, PropertyId, User, UserId, Window,
};
use crate::rules::RuleId;

use super::Reason;
use super::assess::{Bench, Outcome};
use super::between::{Comparing, Draft, Sides, on_bench};
use super::directory::Directory;
use super::reasons::Grounds;
use super::subject::Subject;

/// One person at an instant at which time alone changes something for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Upcoming {
    /// When, UTC.
    pub at: Instant,
    /// The person's Brivo external id.
    pub external_id: ExternalId,
    /// The manifest's properties that the person has to do with then, ascending.
    pub property_ids: Vec<PropertyId>,
    /// The kind of change.
    pub action: Turn,
    /// Groups that they get, by name, then id.
    pub gains: Vec<GroupRef>,
    /// Groups that they lose, by name, then id.
    pub loses: Vec<GroupRef>,
    /// Start of the user's own dates from then on, UTC; null = no bound. Where it lies after `at`, the doors open then.
    pub effective_from: Option<Instant>,
    /// End of the user's own dates from then on, UTC; null = no bound.
    pub effective_to: Option<Instant>,
    /// Why, each with the rule that decides it.
    pub reasons: Vec<Reason>,
}

/// What time does to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// They get groups.
    Gains,
    /// They lose some of their groups.
    Loses,
    /// They get groups and lose others.
    Moves,
    /// They lose the last managed group.
    Ends,
    /// What was written ahead (T28) opens doors from now on.
    Opens,
    /// Only the user's own dates change.
    Dates,
    /// From now on nothing is changed about them.
    Freezes,
    /// They are frozen no more, and what was due meanwhile is written.
    Thaws,
}

/// How far ahead is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// Calendar days on each property's clock.
    Days(u32),
    /// Hours.
    Hours(u32),
}

/// What time alone will bring to the people in scope, by instant, property and person.
pub fn upcoming(sides: &Sides<'_>, ahead: Ahead) -> Vec<Upcoming> {
    on_bench(sides, |bench, subjects| {
        let turns =
            subjects.all().iter().flat_map(|subject| of(bench, subject, Some(until(bench, subject, ahead))));
        let mut turns: Vec<Upcoming> = turns.collect();
        turns.sort_by(|a, b| key(a).cmp(&key(b)));
        turns
    })
}

fn key(turn: &Upcoming) -> (Instant, bool, Option<PropertyId>, &ExternalId) {
    let first = turn.property_ids.first().copied();
    (turn.at, first.is_none(), first, &turn.external_id)
}

fn until(bench: &Bench<'_>, subject: &Subject<'_>, ahead: Ahead) -> Instant {
    let days = match ahead {
        Ahead::Hours(hours) => return bench.as_of + Duration::hours(hours.into()),
        Ahead::Days(days) => days,
    };
    let entries = subject.person.iter().flat_map(|person| &person.entries);
    let home = entries.map(|entry| entry.property).min();
    let local = home.and_then(|home| bench.desired.days_after(home, bench.as_of, days));
    local.unwrap_or(bench.as_of + Duration::days(days.into()))
}

/// What time alone will bring to one person, until an instant or for ever.
pub(super) fn of(bench: &Bench<'_>, subject: &Subject<'_>, until: Option<Instant>) -> Vec<Upcoming> {
    let mut now = settle(bench, subject);
    if !now.is_in_scope {
        return Vec::new();
    }
    let mut turns = Vec::new();
    for edge in edges(bench, subject).into_iter().filter(|edge| until.is_none_or(|until| *edge <= until)) {
        let bench = Bench { as_of: edge, ..*bench };
        let then = settle(&bench, &now.subject(subject));
        turns.extend(turn(&bench, subject, &now, &then));
        now = then;
    }
    turns
}

/// Every instant to come at which something about the person may change by time alone.
fn edges(bench: &Bench<'_>, subject: &Subject<'_>) -> Few<Instant> {
    let excepted = bench.desired.overrides.get(&subject.customer).map(|(_, until)| *until);
    let mut edges = subject.person.map(|person| bench.desired.edges(person)).unwrap_or_default();
    edges.extend(excepted);
    edges.retain(|edge| *edge > bench.as_of);
    edges
}

/// How somebody stands once everything that is due is written.
struct Settled {
    user: Option<(UserId, User)>,
    held: LiteMap<GroupId, Text>,
    dates: Window,
    is_frozen: bool,
    is_open: bool,
    is_in_scope: bool,
    properties: Few<PropertyId>,
    reasons: Vec<Reason>,
    /// Why the groups that they hold are theirs.
    grounds: Vec<Reason>,
}

impl Settled {
    /// The person with the user whom the writes left.
    fn subject<'s>(&'s self, subject: &Subject<'s>) -> Subject<'s> {
        match &self.user {
            Some((id, user)) => {
                Subject { users: Short::of((*id, user)), is_adopted: false, ..subject.clone() }
            }
            None => subject.clone(),
        }
    }
}

fn settle<'a>(bench: &Bench<'a>, subject: &'a Subject<'a>) -> Settled {
    let comparing = Comparing { bench };
    let mut draft = comparing.draft(subject);
    comparing.hold_back(&mut draft, &comparing.taken_over());
    let before = draft.assessment.before.as_ref();
    let holding = match draft.assessment.outcome {
        Outcome::Delete => None,
        Outcome::Reach(_) | Outcome::Nothing | Outcome::Frozen => draft.after.as_deref().or(before),
    };
    let (reasons, grounds) = reasons(bench, &draft);
    Settled {
        user: holding.map(|holding| written(subject, holding, bench.directory)),
        held: holding.map(|holding| holding.groups.clone()).unwrap_or_default(),
        dates: holding.map(|holding| holding.dates).unwrap_or_default(),
        is_frozen: matches!(draft.assessment.outcome, Outcome::Frozen),
        is_open: matches!(&draft.assessment.outcome, Outcome::Reach(goal) if goal.entitlement.is_open),
        is_in_scope: draft.in_scope,
        properties: draft.properties,
        reasons,
        grounds,
    }
}

/// The user once the holding is written; one who is not made yet has an id that no user has.
fn written(subject: &Subject<'_>, holding: &Holding, directory: &Directory) -> (UserId, User) {
    let Holding { profile, dates, groups, credentials: windows, suspended } = holding;
    let (id, known) = subject.user().map_or((UserId(u64::MAX), None), |(id, user)| (id, Some(user)));
    let groups = groups.keys().copied();
    let membership = match known.map(|user| &user.membership) {
        Some(Membership::Managed { elsewhere, .. }) => {
            Membership::Managed { held: groups.collect(), elsewhere: *elsewhere }
        }
        Some(Membership::Whole(all)) => {
            let others = all.iter().copied().filter(|id| !directory.is_managed(*id));
            Membership::Whole(groups.chain(others).collect())
        }
        Some(Membership::Unread) | None => Membership::Whole(groups.collect()),
    };
    let mut credentials = known
        .and_then(|user| user.detail.as_ref())
        .map(|detail| detail.credentials.clone())
        .unwrap_or_default();
    for credential in &mut credentials {
        credential.window = windows.get(&credential.id).copied().unwrap_or(credential.window);
    }
    let user = User {
        external_id: Some(subject.external_id.clone()),
        profile: profile.clone(),
        suspended: *suspended,
        updated: None,
        membership,
        detail: Some(Detail { dates: *dates, credentials }),
    };
    (id, user)
}

/// Why the step is taken, and why what is held then is held.
fn reasons(bench: &Bench<'_>, draft: &Draft<'_>) -> (Vec<Reason>, Vec<Reason>) {
    let assessment = &draft.assessment;
    let (Outcome::Reach(goal), Some(after)) = (&assessment.outcome, &draft.after) else {
        let told = assessment.findings.iter().map(|finding| Reason {
            rule: finding.rule,
            lease_id: None,
            manifest: None,
            text: finding.message.clone(),
        });
        return (told.collect(), Vec::new());
    };
    let grounds = Grounds { desired: bench.desired, directory: bench.directory, as_of: bench.as_of };
    let mut reasons = grounds.of(assessment, assessment.before.as_ref(), after, goal);
    // Nobody's hand moves in what is foreseen.
    reasons.retain(|reason| reason.rule != RuleId::D1);
    let held = after.groups.keys().copied().collect();
    let opening = assessment.subject.person.map(|person| grounds.gained(person, &goal.entitlement, &held));
    (reasons, opening.unwrap_or_default())
}

fn turn(bench: &Bench<'_>, subject: &Subject<'_>, now: &Settled, then: &Settled) -> Option<Upcoming> {
    let lacking = |groups: &LiteMap<GroupId, Text>, others: &LiteMap<GroupId, Text>| {
        let ids = groups.keys().filter(|id| !others.contains_key(id));
        let mut references: Vec<GroupRef> = ids.map(|id| bench.directory.reference(*id)).collect();
        references.sort();
        references
    };
    let (gains, loses) = (lacking(&then.held, &now.held), lacking(&now.held, &then.held));
    let action = match (now.is_frozen, then.is_frozen) {
        (true, true) => return None,
        (false, true) if then.user.is_none() => return None,
        (false, true) => Turn::Freezes,
        (true, false) if then.held == now.held && then.dates == now.dates => return None,
        (true, false) => Turn::Thaws,
        (false, false) => match (gains.is_empty(), loses.is_empty()) {
            (false, false) => Turn::Moves,
            (false, true) => Turn::Gains,
            (true, false) if then.held.is_empty() => Turn::Ends,
            (true, false) => Turn::Loses,
            (true, true) if then.is_open && !now.is_open && !then.held.is_empty() => Turn::Opens,
            (true, true) if then.dates != now.dates => Turn::Dates,
            (true, true) => return None,
        },
    };
    let reasons = if action == Turn::Opens { &then.grounds } else { &then.reasons };
    Some(Upcoming {
        at: bench.as_of,
        external_id: subject.external_id.clone(),
        property_ids: now
            .properties
            .iter()
            .chain(&then.properties)
            .copied()
            .collect::<Few<_>>()
            .into_iter()
            .collect(),
        action,
        gains,
        loses,
        effective_from: then.dates.start,
        effective_to: then.dates.end,
        reasons: reasons.clone(),
    })
}
