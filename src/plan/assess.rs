//! One person judged: former, frozen, or with a state to reach; and what there is to say about them. The order of the questions is
//! the order in which the rules win over each other.

use std::collections::BTreeSet;

use crate::access::{
    Account, GroupId, Holding, Instant, Membership, PropertyId, User, UserId, Window, later_end,
};
use crate::desired::Desired;
use crate::desired::instant::Entitlement;
use crate::desired::note::{Note, When};
use crate::desired::person::{Entry, Person};
use crate::manifest::{DecommissionEffect, Enforce, OverrideEffect};
use crate::roster::{Lookup, Status};
use crate::rules::{RuleId, Severity};

use super::directory::{Directory, Resolution, ids_of, is_meant};
use super::incomplete::{Incomplete, Prune, is_elsewhere};
use super::lookalike::Lookalikes;
use super::subject::Subject;
use super::target::{Reach, actual, fresh, target};
use super::{Finding, Scope};

/// The most groups that Brivo lets one user be in [doc].
const MAX_GROUPS: usize = 16;

/// How long ahead a frozen person's closing door is told, in hours.
const CLOSES_WITHIN_HOURS: i64 = 72;

/// What a judgement rests on, the same for everybody.
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
    Reach { after: Holding, entitlement: Entitlement, basis: Basis },
    /// Their record goes (D9).
    Delete,
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

    fn finding(&self, severity: Severity, rule: RuleId, message: String) -> Finding {
        Finding {
            severity,
            rule,
            property_id: self.home_property(),
            unit: None,
            external_id: Some(self.subject.external_id.clone()),
            message,
            closes_at: None,
            credentials: None,
        }
    }

    fn say(&mut self, severity: Severity, rule: RuleId, message: String) {
        let finding = self.finding(severity, rule, message);
        self.findings.push(finding);
    }

    fn freeze(&mut self, severity: Severity, rule: RuleId, message: String) -> Outcome {
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

    /// D6.
    fn doubles(&mut self) -> Option<Outcome> {
        if self.subject.users.len() < 2 {
            return None;
        }
        let ids: Vec<String> = self.subject.users.iter().map(|(id, _)| id.to_string()).collect();
        let text = format!(
            "several Brivo users have this external id: {}; delete or unlink all but one",
            ids.join(", ")
        );
        Some(self.freeze(Severity::Error, RuleId::D6, text))
    }

    /// D7: an `adopt` entry that cannot be followed.
    fn adopt_problem(&mut self) -> Option<Outcome> {
        let problem = self.subject.adopt_problem.clone()?;
        Some(self.freeze(Severity::Error, RuleId::D7, problem))
    }

    /// O4: an override that has run out.
    fn run_out(&mut self) -> Option<Outcome> {
        let (one, until) = self.bench.desired.overrides.get(&self.subject.customer)?;
        if self.bench.as_of < *until {
            return None;
        }
        let text = format!("the override of {} ran out on {}: remove it, or renew it", one.owner, one.until);
        match one.effect {
            OverrideEffect::Revoke | OverrideEffect::Suspend => {
                let text = format!("{text}; until then nothing changes, so that no door opens by itself");
                Some(self.freeze(Severity::Error, RuleId::O4, text))
            }
            OverrideEffect::Freeze | OverrideEffect::Grant => {
                self.say(Severity::Error, RuleId::O4, format!("{text}; it has no effect"));
                None
            }
        }
    }

    /// D12.
    fn on_hold(&mut self) -> Option<Outcome> {
        let key = self.bench.desired.hold_group.as_ref()?;
        let ids = ids_of(key, self.bench.account);
        let (_, user) = self.subject.user().filter(|_| !self.subject.is_adopted)?;
        let held = user.membership.known()?;
        let text = format!("in the hold group {key}: nothing changes until they are taken out of it");
        (!held.is_disjoint(&ids)).then(|| self.freeze(Severity::Warning, RuleId::D12, text))
    }

    /// Somebody who holds no managed group and whose leases are all over.
    fn is_former(&self) -> bool {
        let Some(person) = self.subject.person else { return false };
        let holds_nothing = self.subject.held(self.bench.directory).is_empty();
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
        self.exception_without_lease(person, effect);
        match self.before.clone() {
            Some(before) => self.known(person, &before, entitlement),
            None => self.unknown(person, entitlement),
        }
    }

    /// Notes that hold of this person now; the first that freezes decides.
    fn notes(&mut self, person: &Person, effect: Option<OverrideEffect>) -> Option<Outcome> {
        let holding: Vec<&Note> = person
            .notes
            .iter()
            .filter(|note| note.during.holds(self.bench.as_of) && self.applies(note, person))
            .filter(|note| effect.is_none() || !yields(note, effect))
            .collect();
        let mut frozen = false;
        for note in holding {
            let lifted = note.rule == RuleId::U4 && self.bench.scope.allow_unmapped_revoke;
            let closes_at = if note.freezes { self.closes_at() } else { None };
            let finding = Finding {
                property_id: note.property.or_else(|| self.home_property()),
                unit: note.unit.clone(),
                closes_at,
                ..self.finding(note.severity, note.rule, self.text(note))
            };
            if lifted {
                self.findings.push(Finding { severity: Severity::Warning, closes_at: None, ..finding });
            } else {
                frozen |= note.freezes;
                self.findings.push(finding);
            }
        }
        if frozen {
            let freezing = |finding: &Finding| finding.severity == Severity::Error;
            self.findings.retain(freezing);
        }
        frozen.then_some(Outcome::Frozen)
    }

    fn text(&self, note: &Note) -> String {
        let zone = note.property.and_then(|id| self.bench.desired.properties.get(&id)).map(|view| view.zone);
        match note.days_from.zip(zone) {
            Some((date, zone)) => {
                let days = (zone.date(self.bench.as_of) - date).num_days();
                format!("{} ({days} {} over)", note.text, if days == 1 { "day" } else { "days" })
            }
            None => note.text.clone(),
        }
    }

    /// Whether a note that only Brivo's side can confirm is confirmed.
    fn applies(&self, note: &Note, person: &Person) -> bool {
        match note.when {
            When::Always => true,
            When::Known => !self.subject.users.is_empty(),
            When::New => self.subject.users.is_empty(),
            // Added where the user is made.
            When::Created => false,
            When::HoldsThroughThis => note.entry.is_some_and(|index| self.holds_only_through(person, index)),
        }
    }

    /// Whether somebody holds a managed group through this lease entry and through no other.
    fn holds_only_through(&self, person: &Person, index: usize) -> bool {
        let held = self.subject.held(self.bench.directory);
        let through = |entry: &Entry| -> BTreeSet<GroupId> {
            let keys = entry.groups.iter().chain(&entry.doubtful).map(|mapped| &mapped.key);
            keys.flat_map(|key| match self.bench.directory.resolve(key) {
                Resolution::Found(id) => vec![*id],
                Resolution::Several(ids) => ids.clone(),
                Resolution::Missing => Vec::new(),
            })
            .collect()
        };
        let others =
            person.entries.iter().enumerate().filter(|(other, entry)| *other != index && entry.gives);
        let elsewhere: BTreeSet<GroupId> = others.flat_map(|(_, entry)| through(entry)).collect();
        through(&person.entries[index]).iter().any(|id| held.contains(id) && !elsewhere.contains(id))
    }

    /// O3 for somebody without any lease.
    fn exception_without_lease(&mut self, person: &Person, effect: Option<OverrideEffect>) {
        if effect == Some(OverrideEffect::Grant) && person.entries.is_empty() {
            let text = "an override grants, but there is no lease whose groups it could give";
            self.say(Severity::Error, RuleId::O3, text.to_owned());
        }
    }

    fn known(&mut self, person: &'a Person, before: &Holding, entitlement: Entitlement) -> Outcome {
        let reach = self.reach();
        let after = target(before, Some(&person.profile), &entitlement, self.bench.directory, reach);
        if let Some(outcome) = self.too_many(&after) {
            return outcome;
        }
        self.suspended_by_hand(person, before, &entitlement);
        if reach == Reach::Everything {
            self.narrower_credentials(&after, &entitlement);
        }
        Outcome::Reach { after, entitlement, basis: Basis::Leases }
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
            let name = self.bench.account.groups.get(id).map_or("", String::as_str);
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
            let property_id = note.property.or_else(|| self.home_property());
            let finding = self.finding(note.severity, note.rule, note.text.clone());
            self.findings.push(Finding { property_id, unit: note.unit.clone(), ..finding });
        }
        Outcome::Reach { after, entitlement, basis: Basis::Leases }
    }

    /// D7, P14: somebody who would be made looks like somebody who is there.
    fn lookalike(&mut self, person: &Person) -> Option<Outcome> {
        if self.bench.lookalikes.is_merged(self.subject, person) {
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
            entry.pieces().iter().any(|(holds, dated)| {
                let ahead =
                    dated.window.start.and_then(|start| self.bench.desired.ahead(entry.property, start));
                !holds.has_ended(self.bench.as_of) && ahead.is_none_or(|ahead| ahead <= self.bench.as_of)
            })
        });
        let severity = if soon { Severity::Warning } else { Severity::Info };
        self.say(severity, RuleId::D3, "suspended by hand: they stay suspended".to_owned());
    }

    /// Nobody whom any reply names (D8, D9, D11).
    fn gone(&mut self, effect: Option<OverrideEffect>) -> Outcome {
        let Some((_, user)) = self.subject.user() else { return Outcome::Nothing };
        let before = actual(user, self.bench.directory);
        if matches!(effect, Some(OverrideEffect::Revoke | OverrideEffect::Suspend)) {
            return self.without_groups(&before, effect, Basis::Leases);
        }
        if effect == Some(OverrideEffect::Grant) {
            let text = "an override grants, but there is no lease whose groups it could give";
            self.say(Severity::Error, RuleId::O3, text.to_owned());
        }
        let held: Vec<GroupId> = before.groups.keys().copied().collect();
        let Bench { desired, directory, incomplete, .. } = self.bench;
        let is_shielded = incomplete.shields(desired, directory, self.subject)
            || held.iter().any(|id| incomplete.names(directory, *id));
        if held.is_empty() {
            return if is_shielded { Outcome::Nothing } else { self.left_behind(user) };
        }
        if held.iter().all(|id| self.bench.directory.decommissioned(*id).is_some()) {
            return self.without_groups(&before, None, Basis::Decommissioned);
        }
        if is_shielded {
            return Outcome::Nothing;
        }
        match self.bench.desired.lookups.get(&self.subject.customer) {
            Some(Lookup::Missing { .. }) => self.missing(&before, user),
            Some(Lookup::Failed(problem)) => {
                let text = format!("in no reply of Entrata, and the question about them failed: {problem}");
                self.freeze(Severity::Error, RuleId::D8, text)
            }
            Some(Lookup::Found) | None => {
                let text = "in no reply of Entrata, and it was not asked about them";
                self.freeze(Severity::Error, RuleId::D8, text.to_owned())
            }
        }
    }

    /// D8: confirmed missing; P14 holds back an old user whose person goes on under another id.
    fn missing(&mut self, before: &Holding, user: &User) -> Outcome {
        if let (Some(new), Some((id, _))) =
            (self.bench.lookalikes.merged_into(self.subject), self.subject.user())
        {
            let line = format!("{{ customer: {new}, brivo_user: {id} }}");
            let text = format!(
                "Entrata knows them no more; probably merged into customer {new}: if so, write under adopt: {line}"
            );
            return self.freeze(Severity::Error, RuleId::P14, text);
        }
        if self.may_delete(user) {
            return Outcome::Delete;
        }
        self.without_groups(before, None, Basis::Missing)
    }

    /// D9.
    fn may_delete(&self, user: &User) -> bool {
        let asked_everywhere = match self.bench.desired.lookups.get(&self.subject.customer) {
            Some(Lookup::Missing { asked }) => {
                self.bench.desired.properties.keys().all(|id| asked.contains(id))
            }
            Some(Lookup::Found | Lookup::Failed(_)) | None => false,
        };
        self.bench.prune() == Prune::On
            && asked_everywhere
            && !self.bench.incomplete.is_any()
            && !is_elsewhere(&user.membership, self.bench.directory)
    }

    /// D9, D11: in no reply and in no managed group.
    fn left_behind(&mut self, user: &User) -> Outcome {
        if self.may_delete(user) {
            return Outcome::Delete;
        }
        if !is_elsewhere(&user.membership, self.bench.directory) || self.is_kept(user) {
            return Outcome::Nothing;
        }
        let text = "in no reply of Entrata and in groups that the manifest does not name: their property left it? \
                    A `decommission` entry says what becomes of them";
        self.say(Severity::Warning, RuleId::D11, text.to_owned());
        Outcome::Nothing
    }

    fn is_kept(&self, user: &User) -> bool {
        let desired = self.bench.desired;
        let found = matches!(desired.lookups.get(&self.subject.customer), Some(Lookup::Found));
        let keeps_all = |entry: &&crate::manifest::Decommission| {
            entry.groups.is_empty() && entry.effect == DecommissionEffect::Keep
        };
        let by_lookup = found && desired.decommission.iter().any(|entry| keeps_all(&entry));
        let known = user.membership.known().into_iter().flatten();
        let mut others = known.filter(|id| !self.bench.directory.is_managed(**id)).peekable();
        by_lookup || (others.peek().is_some() && others.all(|id| self.bench.directory.is_kept(*id)))
    }

    /// Every managed group goes, the dates stay as they are.
    fn without_groups(&mut self, before: &Holding, effect: Option<OverrideEffect>, basis: Basis) -> Outcome {
        let entitlement = Entitlement {
            groups: std::collections::BTreeMap::new(),
            needed: std::collections::BTreeMap::new(),
            untouched: BTreeSet::new(),
            dates: None,
            enforce: Enforce { user_dates: false, credential_dates: false },
            suspended: effect == Some(OverrideEffect::Suspend),
            is_ahead: false,
            is_open: false,
        };
        let after = target(before, None, &entitlement, self.bench.directory, Reach::GroupsOfTheGone);
        Outcome::Reach { after, entitlement, basis }
    }
}

impl Bench<'_> {
    fn prune(&self) -> Prune {
        if self.scope.prune { Prune::On } else { Prune::Off }
    }
}

/// Whether an override in force wins over the note's rule.
fn yields(note: &Note, effect: Option<OverrideEffect>) -> bool {
    let rule = note.rule.as_str();
    let of_leases =
        rule.starts_with(['T', 'L', 'P']) || matches!(note.rule, RuleId::U4 | RuleId::U12 | RuleId::U13);
    let of_reading = matches!(note.rule, RuleId::R1 | RuleId::R2);
    let takes = matches!(effect, Some(OverrideEffect::Revoke | OverrideEffect::Suspend));
    note.freezes && (of_leases || (of_reading && takes))
}

fn adopt_line(subject: &Subject<'_>, user: UserId) -> String {
    format!("{{ customer: {}, brivo_user: {user} }}", subject.customer)
}
