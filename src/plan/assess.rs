//! One person judged: former, frozen, or with a state to reach; and what there is to say about them. The order of the questions is
//! the order in which the rules win over each other.

mod freeze;
mod gone;

use std::sync::Arc;

use crate::access::text::Phrase;
use crate::access::{Account, GroupId, Holding, Instant, Membership, PropertyId, UserId, Window, later_end};
use crate::desired::Desired;
use crate::desired::instant::Entitlement;
use crate::desired::note::When;
use crate::desired::person::{Entry, Person};
use crate::manifest::OverrideEffect;
use crate::roster::Status;
use crate::rules::{RuleId, Severity};

use super::directory::{Directory, is_meant};
use super::incomplete::Incomplete;
use super::lookalike::Lookalikes;
use super::subject::Subject;
use super::target::{Reach, actual, fresh, target};
use super::{Finding, Scope};

/// The most groups that Brivo lets one user be in [doc].
const MAX_GROUPS: usize = 16;

/// How long ahead a frozen person's closing door is told, in hours.
const CLOSES_WITHIN_HOURS: i64 = 72;

/// What a judgement rests on, the same for everybody.
#[derive(Clone, Copy)]
pub(super) struct Bench<'a> {
    pub(super) desired: &'a Desired,
    pub(super) directory: &'a Directory,
    pub(super) account: &'a Account,
    pub(super) incomplete: &'a Incomplete,
    pub(super) lookalikes: &'a Lookalikes<'a>,
    pub(super) scope: &'a Scope,
    pub(super) as_of: Instant,
}

/// What becomes of one person.
#[derive(Debug, Clone)]
pub(super) struct Assessment<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) before: Option<Holding>,
    pub(super) outcome: Outcome,
    pub(super) findings: Vec<Finding>,
}

/// What becomes of one person.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// Nobody looks at them: former, or nobody to be made.
    Nothing,
    /// Nothing about them is changed.
    Frozen,
    /// They should hold this.
    Reach(Box<Goal>),
    /// Their record goes (D9).
    Delete,
}

/// The state that somebody should reach.
#[derive(Debug, Clone)]
pub(super) struct Goal {
    /// Shared with the draft until something is held back there.
    pub(super) after: Arc<Holding>,
    pub(super) entitlement: Entitlement,
    pub(super) basis: Basis,
}

/// On what the state to reach rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    /// Their leases.
    Leases,
    /// Entrata was asked and knows them no more (D8).
    Missing,
    /// Their groups left the manifest (D11).
    Decommissioned,
}

impl<'a> Bench<'a> {
    /// Judges one person.
    pub(super) fn assess(&self, subject: &'a Subject<'a>) -> Assessment<'a> {
        let before = subject.user().map(|(_, user)| actual(user, self.directory));
        let mut judged = Judging { bench: self, subject, before, findings: Vec::new() };
        let outcome = judged.outcome();
        let Judging { before, findings, .. } = judged;
        Assessment { subject, before, outcome, findings }
    }

    fn override_effect(&self, subject: &Subject<'_>) -> Option<OverrideEffect> {
        self.desired.override_at(&subject.customer, self.as_of).map(|one| one.effect)
    }
}

/// One judgement, on its way.
struct Judging<'b, 'a> {
    bench: &'b Bench<'a>,
    subject: &'a Subject<'a>,
    before: Option<Holding>,
    findings: Vec<Finding>,
}

impl<'a> Judging<'_, 'a> {
    fn outcome(&mut self) -> Outcome {
        let effect = self.bench.override_effect(self.subject);
        let is_excepted = self.bench.desired.overrides.contains_key(&self.subject.customer);
        if !is_excepted && self.is_former() {
            return Outcome::Nothing;
        }
        if let Some(outcome) = self.doubles().or_else(|| self.adopt_problem()).or_else(|| self.run_out()) {
            return outcome;
        }
        let takes = matches!(effect, Some(OverrideEffect::Revoke | OverrideEffect::Suspend));
        if !takes && let Some(outcome) = self.on_hold() {
            return outcome;
        }
        if effect == Some(OverrideEffect::Freeze) {
            let text = "frozen by an override: nothing changes until it is removed or has run out";
            return self.freeze(Severity::Warning, RuleId::O2, text.to_owned());
        }
        if effect.is_none() && self.is_former() {
            return Outcome::Nothing;
        }
        match self.subject.person {
            Some(person) => self.resident(person, effect),
            None => self.gone(effect),
        }
    }

    fn finding(&self, severity: Severity, rule: RuleId, message: impl Into<Phrase>) -> Finding {
        Finding {
            severity,
            rule,
            property_id: self.home_property(),
            unit: None,
            external_id: Some(self.subject.external_id.clone()),
            message: message.into(),
            closes_at: None,
            credentials: None,
        }
    }

    fn say(&mut self, severity: Severity, rule: RuleId, message: impl Into<Phrase>) {
        let finding = self.finding(severity, rule, message);
        self.findings.push(finding);
    }

    fn freeze(&mut self, severity: Severity, rule: RuleId, message: impl Into<Phrase>) -> Outcome {
        let closes_at = self.closes_at();
        let finding = Finding { closes_at, ..self.finding(severity, rule, message) };
        self.findings.push(finding);
        Outcome::Frozen
    }

    /// The property that a finding about the person as such names: the smallest of their leases or groups.
    fn home_property(&self) -> Option<PropertyId> {
        let entries =
            self.subject.person.iter().flat_map(|person| &person.entries).map(|entry| entry.property);
        let held = self.subject.held(self.bench.directory);
        entries.min().or_else(|| held.into_iter().flat_map(|id| self.bench.directory.owners(id)).min())
    }

    /// An end that Brivo carries and that closes the door soon although nothing is written.
    fn closes_at(&self) -> Option<Instant> {
        let limit = self.bench.as_of + chrono::Duration::hours(CLOSES_WITHIN_HOURS);
        let details = self.subject.users.iter().filter_map(|(_, user)| user.detail.as_ref());
        let ends = details.flat_map(|detail| {
            detail.credentials.iter().map(|one| one.window.end).chain([detail.dates.end]).flatten()
        });
        ends.filter(|end| *end > self.bench.as_of && *end <= limit).min()
    }

    /// Somebody who holds no managed group and whose leases are all over.
    fn is_former(&self) -> bool {
        let Some(person) = self.subject.person else { return false };
        let holds_nothing = !self.subject.holds_any(self.bench.directory);
        let unread = person.notes.iter().any(|note| note.rule == RuleId::R2 && note.freezes);
        holds_nothing && !unread && person.entries.iter().all(|entry| self.is_past(entry))
    }

    fn is_past(&self, entry: &Entry) -> bool {
        match entry.status {
            Status::Past | Status::Cancelled | Status::Applicant => true,
            Status::Notice => {
                let ends: Vec<Window> =
                    entry.phases.iter().filter_map(|p| p.window).map(|d| d.window).collect();
                !ends.is_empty() && ends.iter().all(|window| window.has_ended(self.bench.as_of))
            }
            Status::Future | Status::Current | Status::Unknown(_) => false,
        }
    }

    fn resident(&mut self, person: &'a Person, effect: Option<OverrideEffect>) -> Outcome {
        let entitlement = self.bench.desired.at(person, self.bench.as_of);
        if let Some(outcome) = self.notes(person, effect) {
            return outcome;
        }
        let Some(before) = self.before.take() else { return self.unknown(person, entitlement) };
        let outcome = self.known(person, &before, entitlement);
        self.before = Some(before);
        outcome
    }

    fn known(&mut self, person: &'a Person, before: &Holding, entitlement: Entitlement) -> Outcome {
        let reach = self.reach();
        // Of somebody whose every record can't be read no name is known: what an override takes leaves theirs as it is.
        let profile = (!person.entries.is_empty()).then_some(&person.profile);
        let after = target(before, profile, &entitlement, self.bench.directory, reach);
        if let Some(outcome) = self.too_many(&after) {
            return outcome;
        }
        self.suspended_by_hand(person, before, &entitlement);
        if reach == Reach::Everything {
            self.narrower_credentials(&after, &entitlement);
        }
        Outcome::Reach(Box::new(Goal { after: after.into(), entitlement, basis: Basis::Leases }))
    }

    /// D10: a card that ends before its user does was lost, or Brivo expired it; it stays so.
    fn narrower_credentials(&mut self, after: &Holding, entitlement: &Entitlement) {
        let Some(dates) = entitlement.dates.filter(|_| entitlement.enforce.credential_dates) else { return };
        for (id, window) in &after.credentials {
            if let Some(end) = window.end.filter(|_| later_end(window.end, dates.end) != window.end) {
                let end = end.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
                let text = format!("credential {id} ends {end}, before its user's access does: it stays so");
                self.say(Severity::Info, RuleId::D10, text);
            }
        }
    }

    /// D13.
    fn reach(&self) -> Reach {
        let patterns = &self.bench.desired.protected_groups;
        let known = self.subject.users.iter().filter_map(|(_, user)| user.membership.known()).flatten();
        let protects = |id: &GroupId| {
            let name = self.bench.account.groups.get(id).map_or("", |name| name);
            patterns.iter().any(|pattern| is_meant(pattern, *id, name))
        };
        if known.into_iter().any(protects) { Reach::Groups } else { Reach::Everything }
    }

    fn unknown(&mut self, person: &'a Person, entitlement: Entitlement) -> Outcome {
        let lives = person.entries.iter().any(|entry| !entry.is_over());
        let excepted = self.bench.override_effect(self.subject) == Some(OverrideEffect::Grant);
        let after = fresh(&person.profile, &entitlement, self.bench.directory);
        if after.groups.is_empty() || entitlement.suspended || !(lives || excepted) {
            return Outcome::Nothing;
        }
        if let Some(outcome) = self.too_many(&after).or_else(|| self.lookalike(person)) {
            return outcome;
        }
        for note in
            person.notes.iter().filter(|n| n.when == When::Created && n.during.holds(self.bench.as_of))
        {
            let (property, unit) = note.place(&person.entries);
            let property_id = property.or_else(|| self.home_property());
            let finding = self.finding(note.severity, note.rule, note.text.clone());
            self.findings.push(Finding { property_id, unit: unit.cloned(), ..finding });
        }
        Outcome::Reach(Box::new(Goal { after: after.into(), entitlement, basis: Basis::Leases }))
    }

    /// D7, P14: somebody who would be made looks like somebody who is there.
    fn lookalike(&mut self, person: &Person) -> Option<Outcome> {
        if self.bench.lookalikes.is_merged(person) {
            // The one error that tells of the pair stands at the old user, who is frozen; nobody is made.
            return Some(Outcome::Nothing);
        }
        if self.subject.is_apart {
            return None;
        }
        let found = self.bench.lookalikes.stranger(person)?;
        let line = adopt_line(self.subject, found.user);
        if found.shares_contact {
            let none = format!("{{ customer: {}, brivo_user: none }}", self.subject.customer);
            let text = format!(
                "looks like Brivo user {}, made by hand: not created; write under adopt: {line}, or {none} if they are two",
                found.user
            );
            return Some(self.freeze(Severity::Error, RuleId::D7, text));
        }
        let text =
            format!("has the same name as Brivo user {}, made by hand; if they are one: {line}", found.user);
        self.say(Severity::Warning, RuleId::D7, text);
        None
    }

    /// U11.
    fn too_many(&mut self, after: &Holding) -> Option<Outcome> {
        let others = match self.subject.user().map(|(_, user)| &user.membership) {
            Some(Membership::Whole(groups)) => {
                groups.iter().filter(|id| !self.bench.directory.is_managed(**id)).count()
            }
            Some(Membership::Managed { elsewhere, .. }) => usize::from(*elsewhere),
            Some(Membership::Unread) | None => 0,
        };
        let count = others + after.groups.len();
        let text = format!("{count} groups: Brivo lets one user be in {MAX_GROUPS} at most");
        (count > MAX_GROUPS).then(|| self.freeze(Severity::Error, RuleId::U11, text))
    }

    /// D3.
    fn suspended_by_hand(&mut self, person: &Person, before: &Holding, entitlement: &Entitlement) {
        if !before.suspended || entitlement.suspended {
            return;
        }
        let soon = person.entries.iter().any(|entry| {
            entry.pieces().any(|(holds, dated)| {
                let ahead =
                    dated.window.start.and_then(|start| self.bench.desired.ahead(entry.property, start));
                !holds.has_ended(self.bench.as_of) && ahead.is_none_or(|ahead| ahead <= self.bench.as_of)
            })
        });
        let severity = if soon { Severity::Warning } else { Severity::Info };
        self.say(severity, RuleId::D3, "suspended by hand: they stay suspended".to_owned());
    }
}

fn adopt_line(subject: &Subject<'_>, user: UserId) -> String {
    format!("{{ customer: {}, brivo_user: {user} }}", subject.customer)
}
