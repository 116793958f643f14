//! The comparison: what should be against what is, person by person, braked and put in order. Total: whatever the input, a plan.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use sha2::{Digest as _, Sha256};

use crate::access::{Account, ExternalId, GroupRef, Holding, Instant, Profile, PropertyId, UserId};
use crate::desired::Desired;
use crate::desired::instant::window_at;
use crate::manifest::{Mode, OverrideEffect};
use crate::rules::{RuleId, Severity};

use super::assess::{Assessment, Basis, Bench, Outcome};
use super::directory::Directory;
use super::guard::{Allowances, Counted, reports};
use super::incomplete::Incomplete;
use super::lookalike::Lookalikes;
use super::observe::View;
use super::order::{cost, steps};
use super::reasons::Grounds;
use super::subject::{Subject, subjects};
use super::target::{Reach, Restraint, restrain, takes, target, withhold_ahead};
use super::{
    Action, Calls, Cause, Change, CredentialImage, FORMAT_VERSION, Finding, GuardReport, Image, ManifestRef,
    Plan, Scope, Summary,
};

/// For how many days after its end a lease still makes its property one of the person's.
const RECENT_DAYS: i64 = 90;

/// What a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// What should be.
    pub desired: &'a Desired,
    /// What is.
    pub account: &'a Account,
    /// The instant as of which everything is decided.
    pub as_of: Instant,
    /// The flags that shape the plan.
    pub scope: &'a Scope,
    /// What the guards let through.
    pub allowances: &'a Allowances,
    /// The manifest it is made from.
    pub manifest: &'a ManifestRef,
    /// Calls made so far.
    pub calls: Calls,
}

/// The managed and adopted users whose dates and credentials a plan compares or tells of: all but those who are former.
pub fn to_read(desired: &Desired, account: &Account, as_of: Instant) -> Vec<UserId> {
    let directory = Directory::new(&desired.naming, &desired.decommission, account);
    let mut wanted = BTreeSet::new();
    for subject in subjects(desired, account).values() {
        let holds = !subject.held(&directory).is_empty();
        let lives = subject.person.is_some_and(|person| {
            person.entries.iter().any(|entry| !entry.is_over())
                || person.notes.iter().any(|note| note.freezes)
        });
        let excepted = desired.override_at(&subject.customer, as_of).is_some();
        if holds || lives || excepted {
            wanted.extend(subject.users.iter().map(|(id, _)| *id));
        }
    }
    wanted.into_iter().collect()
}

/// Compares what should be with what is.
pub fn between(inputs: &Inputs<'_>) -> Plan {
    let Inputs { desired, account, as_of, scope, .. } = *inputs;
    let directory = Directory::new(&desired.naming, &desired.decommission, account);
    let incomplete = Incomplete::of(desired, &directory, account);
    let subjects = subjects(desired, account);
    let lookalikes = Lookalikes::new(desired, account, &directory, &subjects, as_of);
    let bench = Bench {
        desired,
        directory: &directory,
        account,
        incomplete: &incomplete,
        lookalikes: &lookalikes,
        scope,
        as_of,
    };
    let comparing = Comparing { bench: &bench };
    let mut drafts: Vec<Draft<'_>> = subjects.values().map(|subject| comparing.draft(subject)).collect();
    let mut findings = comparing.hold_back_takeovers(&mut drafts);
    let brake = comparing.brake(&mut drafts, inputs.allowances);
    let view = View { desired, directory: &directory, incomplete: &incomplete, subjects: &subjects, as_of };
    findings.extend(view.findings());
    comparing.assemble(inputs, drafts, findings, brake)
}

/// What the guards say, and whose losses they hold back.
struct Brake {
    guards: Vec<GuardReport>,
    held: BTreeSet<ExternalId>,
}

/// A person's assessment with what is to be reached, before and after braking.
struct Draft<'a> {
    assessment: Assessment<'a>,
    after: Option<Holding>,
    /// The manifest's properties that they have to do with.
    properties: BTreeSet<PropertyId>,
    in_scope: bool,
}

struct Comparing<'b, 'a> {
    bench: &'b Bench<'a>,
}

impl<'a> Comparing<'_, 'a> {
    fn draft(&self, subject: &'a Subject<'a>) -> Draft<'a> {
        let assessment = self.bench.assess(subject);
        let mut after = match &assessment.outcome {
            Outcome::Reach { after, .. } => Some(after.clone()),
            Outcome::Nothing | Outcome::Frozen | Outcome::Delete => None,
        };
        if let (Some(before), Some(after)) = (&assessment.before, &mut after) {
            if !self.is_overridden_to_lose(subject) {
                restrain(before, after, &self.unread(subject), self.bench.directory);
            }
            self.withhold_ahead(&assessment.outcome, before, after);
        }
        let properties = self.properties(subject, assessment.before.as_ref(), after.as_ref());
        let in_scope = self.in_scope(subject, assessment.before.as_ref(), after.as_ref());
        Draft { assessment, after, properties, in_scope }
    }

    fn withhold_ahead(&self, outcome: &Outcome, before: &Holding, after: &mut Holding) {
        if let Outcome::Reach { entitlement, .. } = outcome {
            withhold_ahead(before, after, entitlement, self.bench.as_of);
        }
    }

    /// O1 and O5 win over R1 and R2.
    fn is_overridden_to_lose(&self, subject: &Subject<'_>) -> bool {
        let effect =
            self.bench.desired.override_at(&subject.customer, self.bench.as_of).map(|one| one.effect);
        matches!(effect, Some(OverrideEffect::Revoke | OverrideEffect::Suspend))
    }

    /// R2: what must not be taken because something was not read.
    fn unread(&self, subject: &Subject<'_>) -> Restraint {
        let Bench { desired, directory, incomplete, .. } = self.bench;
        Restraint {
            everything: incomplete.shields(desired, directory, subject),
            groups_of: incomplete.properties.clone(),
            dates: incomplete.is_any(),
            suspension: false,
        }
    }

    /// The properties in which they have a lease that is open, to come or ended lately, or whose groups they hold or get.
    fn properties(
        &self,
        subject: &Subject<'_>,
        before: Option<&Holding>,
        after: Option<&Holding>,
    ) -> BTreeSet<PropertyId> {
        let recent = self.bench.as_of - Duration::days(RECENT_DAYS);
        let entries = subject.person.iter().flat_map(|person| &person.entries);
        let leased = entries.filter(|entry| {
            let now = window_at(entry, self.bench.as_of);
            now.is_some_and(|dated| !dated.window.has_ended(recent))
        });
        let groups = [before, after].into_iter().flatten().flat_map(|holding| holding.groups.keys());
        let owners = groups.flat_map(|id| self.bench.directory.owners(*id));
        leased.map(|entry| entry.property).chain(owners).collect()
    }

    /// Whether the flags let this person be planned at all.
    fn in_scope(&self, subject: &Subject<'_>, before: Option<&Holding>, after: Option<&Holding>) -> bool {
        let Scope { properties, customers, .. } = self.bench.scope;
        let named = customers.is_empty() || customers.iter().any(|id| id == subject.customer.as_str());
        let entries = subject.person.iter().flat_map(|person| &person.entries).map(|entry| entry.property);
        let groups = [before, after].into_iter().flatten().flat_map(|holding| holding.groups.keys());
        let owners = groups.flat_map(|id| self.bench.directory.owners(*id));
        let mut theirs = entries.chain(owners);
        named && (properties.is_empty() || theirs.any(|property| properties.contains(&property)))
    }

    /// R14: what properties that are being taken over would lose stays, and is told in numbers.
    fn hold_back_takeovers(&self, drafts: &mut [Draft<'_>]) -> Vec<Finding> {
        let taken_over: BTreeSet<PropertyId> = self
            .bench
            .desired
            .properties
            .iter()
            .filter(|(_, view)| view.policy.mode == Mode::GrantsOnly)
            .map(|(id, _)| *id)
            .collect();
        let mut spared: BTreeMap<PropertyId, u64> = BTreeMap::new();
        for draft in drafts.iter_mut().filter(|draft| draft.in_scope) {
            for property in self.hold_back(draft, &taken_over) {
                *spared.entry(property).or_default() += 1;
            }
        }
        let findings = spared.into_iter().map(|(property, people)| Finding {
            severity: Severity::Info,
            rule: RuleId::R14,
            property_id: Some(property),
            unit: None,
            external_id: None,
            message: format!("grants_only: {people} {} lose something if it were live", plural(people)),
            closes_at: None,
            credentials: None,
        });
        findings.collect()
    }

    /// Holds back what these properties would lose; the properties of which something was spared.
    fn hold_back(&self, draft: &mut Draft<'_>, properties: &BTreeSet<PropertyId>) -> BTreeSet<PropertyId> {
        let concerned: BTreeSet<PropertyId> = draft.properties.intersection(properties).copied().collect();
        let Some(before) = draft.assessment.before.clone().filter(|_| !concerned.is_empty()) else {
            return BTreeSet::new();
        };
        if matches!(draft.assessment.outcome, Outcome::Delete) {
            draft.assessment.outcome = Outcome::Nothing;
            return concerned;
        }
        let Some(after) = draft.after.as_mut() else { return BTreeSet::new() };
        let wanted = after.clone();
        let restraint =
            Restraint { everything: false, groups_of: concerned.clone(), dates: true, suspension: true };
        restrain(&before, after, &restraint, self.bench.directory);
        self.withhold_ahead(&draft.assessment.outcome, &before, after);
        if *after == wanted { BTreeSet::new() } else { concerned }
    }

    /// R3: counts what every property would lose, and holds back what a guard does not let through.
    fn brake(&self, drafts: &mut [Draft<'_>], allowances: &Allowances) -> Brake {
        let counted: Vec<Counted> = drafts.iter().filter_map(|draft| self.counted(draft)).collect();
        let guards = reports(self.bench.desired, &counted, allowances, self.bench.as_of);
        let tripped: BTreeSet<PropertyId> =
            guards.iter().filter(|guard| guard.tripped).filter_map(|guard| guard.property_id).collect();
        let outside = guards.iter().any(|guard| guard.tripped && guard.property_id.is_none());
        let mut held = BTreeSet::new();
        for draft in drafts.iter_mut() {
            let spared = !self.hold_back(draft, &tripped).is_empty();
            if self.hold_back_decommissioned(draft, &tripped, outside) || spared {
                held.insert(draft.assessment.subject.external_id.clone());
            }
        }
        Brake { guards, held }
    }

    /// Groups that left the manifest stay while the guard of their property, or of none, is tripped.
    fn hold_back_decommissioned(
        &self,
        draft: &mut Draft<'_>,
        tripped: &BTreeSet<PropertyId>,
        outside: bool,
    ) -> bool {
        let guarded = |property: PropertyId| {
            tripped.contains(&property) || (outside && !self.bench.desired.properties.contains_key(&property))
        };
        let (Some(before), Some(after)) = (&draft.assessment.before, draft.after.as_mut()) else {
            return false;
        };
        let lost = before
            .groups
            .iter()
            .filter(|(id, _)| self.bench.directory.decommissioned(**id).is_some_and(guarded));
        let kept: Vec<_> = lost.map(|(id, name)| (*id, name.clone())).collect();
        let is_any = !kept.is_empty();
        after.groups.extend(kept);
        is_any
    }

    /// One of a property's people (R3): in a group of it, not suspended, their end in Brivo not passed.
    fn counted(&self, draft: &Draft<'_>) -> Option<Counted> {
        let before = draft.assessment.before.as_ref()?;
        let closed = self.is_dated(draft) && before.dates.has_ended(self.bench.as_of);
        if before.suspended || closed || before.groups.is_empty() {
            return None;
        }
        let loses = match (&draft.assessment.outcome, &draft.after) {
            (Outcome::Delete, _) => true,
            (_, Some(after)) => takes(before, after, self.bench.as_of),
            (_, None) => false,
        };
        let properties = self.people_of(draft, before);
        (!properties.is_empty()).then_some(Counted { properties, loses: loses && draft.in_scope })
    }

    fn is_dated(&self, draft: &Draft<'_>) -> bool {
        match &draft.assessment.outcome {
            Outcome::Reach { entitlement, basis: Basis::Leases, .. } => entitlement.enforce.user_dates,
            Outcome::Reach { .. } | Outcome::Nothing | Outcome::Frozen | Outcome::Delete => {
                draft.properties.iter().all(|id| {
                    self.bench.desired.properties.get(id).is_some_and(|view| view.policy.enforce.user_dates)
                })
            }
        }
    }

    /// The properties whose people they are; a group that several name counts where they have a lease or hold another group.
    fn people_of(&self, draft: &Draft<'_>, before: &Holding) -> BTreeSet<Option<PropertyId>> {
        let directory = self.bench.directory;
        let person = draft.assessment.subject.person;
        let leased: BTreeSet<PropertyId> =
            person.iter().flat_map(|person| &person.entries).map(|entry| entry.property).collect();
        let mut properties = BTreeSet::new();
        for id in before.groups.keys() {
            if let Some(property) = directory.decommissioned(*id) {
                let named = self.bench.desired.properties.contains_key(&property);
                properties.insert(named.then_some(property));
            }
            let owners: Vec<PropertyId> = directory.owners(*id).collect();
            let holds_another = |property: &PropertyId| {
                before.groups.keys().any(|other| other != id && directory.owners(*other).eq([*property]))
            };
            let is_theirs = |property: &PropertyId| {
                owners.len() == 1 || leased.contains(property) || holds_another(property)
            };
            properties.extend(owners.iter().copied().filter(is_theirs).map(Some));
        }
        properties
    }

    fn assemble(
        &self,
        inputs: &Inputs<'_>,
        drafts: Vec<Draft<'_>>,
        mut findings: Vec<Finding>,
        brake: Brake,
    ) -> Plan {
        let Brake { guards, held } = brake;
        self.keep_in_scope(&drafts, &mut findings);
        let mut summary = Summary::default();
        let mut changes = Vec::new();
        let mut next_boundary: Option<Instant> = None;
        for draft in drafts.into_iter().filter(|draft| draft.in_scope) {
            let frozen = matches!(draft.assessment.outcome, Outcome::Frozen);
            summary.frozen += u64::from(frozen);
            next_boundary = next_boundary.into_iter().chain(self.next_change(&draft)).min();
            let change = self.change(&draft);
            summary.unchanged += u64::from(change.is_none() && is_managed_now(&draft));
            findings.extend(draft.assessment.findings.iter().cloned());
            if let Some(change) = change {
                findings.extend(self.about_end(&draft, &change));
                changes.push(change);
            }
        }
        count(&mut summary, &changes);
        changes.sort_by(|a, b| change_key(a).cmp(&change_key(b)));
        findings.sort_by(|a, b| finding_key(a).cmp(&finding_key(b)));
        findings.dedup();
        let to_apply = changes.iter().map(|change| cost(&steps(change))).sum();
        Plan {
            format_version: FORMAT_VERSION.to_owned(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            as_of: inputs.as_of,
            saved_at: None,
            manifest: inputs.manifest.clone(),
            scope: inputs.scope.clone(),
            fingerprint: fingerprint(&changes),
            summary,
            changes,
            findings,
            guards,
            next_boundary,
            calls: Calls { to_apply, ..inputs.calls },
            held,
            results: None,
        }
    }

    /// The next instant at which the person's state changes by time alone (T25); of somebody frozen the end of the override that
    /// freezes them.
    fn next_change(&self, draft: &Draft<'_>) -> Option<Instant> {
        let Bench { desired, as_of, .. } = *self.bench;
        let subject = draft.assessment.subject;
        if matches!(draft.assessment.outcome, Outcome::Frozen) {
            let (one, until) = desired.overrides.get(&subject.customer)?;
            return (one.effect == OverrideEffect::Freeze && as_of < *until).then_some(*until);
        }
        subject.person.and_then(|person| desired.next_change(person, as_of))
    }

    /// With `--property` or `--customer` nobody else is found; what makes a property incomplete concerns everybody.
    fn keep_in_scope(&self, drafts: &[Draft<'_>], findings: &mut Vec<Finding>) {
        let Scope { properties, customers, .. } = self.bench.scope;
        if properties.is_empty() && customers.is_empty() {
            return;
        }
        let people: BTreeSet<&ExternalId> = drafts
            .iter()
            .filter(|draft| draft.in_scope)
            .map(|draft| &draft.assessment.subject.external_id)
            .collect();
        findings.retain(|finding| {
            let of_reading = matches!(finding.rule, RuleId::R1 | RuleId::R2 | RuleId::U15);
            let of_property =
                properties.is_empty() || finding.property_id.is_none_or(|id| properties.contains(&id));
            match &finding.external_id {
                Some(person) => people.contains(person),
                None => of_reading || of_property,
            }
        });
    }

    fn change(&self, draft: &Draft<'_>) -> Option<Change> {
        let assessment = &draft.assessment;
        let before = assessment.before.as_ref();
        let user = assessment.subject.user().map(|(id, _)| id);
        if matches!(assessment.outcome, Outcome::Delete) {
            let reason = super::Reason {
                rule: RuleId::D9,
                lease_id: None,
                manifest: None,
                text: "in no reply, looked up in every property and missing: the record is pruned".to_owned(),
            };
            return Some(self.record(
                draft,
                Action::Delete,
                Cause::Entrata,
                user,
                before.map(|b| image(b, None)),
                None,
                vec![reason],
            ));
        }
        let (Some(after), Outcome::Reach { entitlement, basis, .. }) = (&draft.after, &assessment.outcome)
        else {
            return None;
        };
        if before == Some(after) && !assessment.subject.is_adopted {
            return None;
        }
        let action = match before {
            None => Action::Create,
            Some(before) if !before.groups.is_empty() && after.groups.is_empty() => Action::Revoke,
            Some(_) => Action::Update,
        };
        let grounds =
            Grounds { desired: self.bench.desired, directory: self.bench.directory, as_of: self.bench.as_of };
        let reasons = grounds.of(assessment, before, after, entitlement, *basis);
        let cause = if before.is_some_and(|before| self.is_only_time(draft, before)) {
            Cause::Clock
        } else {
            Cause::Entrata
        };
        let images = (before.map(|before| image(before, Some(after))), image(after, before));
        Some(self.record(draft, action, cause, user, images.0, Some(images.1), reasons))
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a change, once")]
    fn record(
        &self,
        draft: &Draft<'_>,
        action: Action,
        cause: Cause,
        brivo_user_id: Option<UserId>,
        before: Option<Image>,
        after: Option<Image>,
        reasons: Vec<super::Reason>,
    ) -> Change {
        let subject = draft.assessment.subject;
        Change {
            action,
            cause,
            external_id: subject.external_id.clone(),
            brivo_user_id,
            adopts: subject.is_adopted,
            property_ids: draft.properties.iter().copied().collect(),
            before,
            after,
            reasons,
        }
    }

    /// Whether just before the person's last edge Brivo's state was the one to be: only time has passed since.
    fn is_only_time(&self, draft: &Draft<'_>, before: &Holding) -> bool {
        let Some(person) = draft.assessment.subject.person else { return false };
        if draft.assessment.subject.is_adopted {
            return false;
        }
        let edges = self.bench.desired.edges(person);
        let Some(edge) = edges.range(..=self.bench.as_of).next_back() else { return false };
        let eve = *edge - Duration::seconds(1);
        let entitlement = self.bench.desired.at(person, eve);
        let then =
            target(before, Some(&person.profile), &entitlement, self.bench.directory, Reach::Everything);
        then == *before
    }

    /// D4, D10: what somebody whose access ends still has.
    fn about_end(&self, draft: &Draft<'_>, change: &Change) -> Vec<Finding> {
        if change.action != Action::Revoke {
            return Vec::new();
        }
        let subject = draft.assessment.subject;
        let Some((_, user)) = subject.user() else { return Vec::new() };
        let told = |rule: RuleId, message: String, credentials: Option<u64>| Finding {
            severity: Severity::Info,
            rule,
            property_id: change.property_ids.first().copied(),
            unit: None,
            external_id: Some(subject.external_id.clone()),
            message,
            closes_at: None,
            credentials,
        };
        let held = user.detail.as_ref().map_or(0, |detail| detail.credentials.len() as u64);
        let cards = (held > 0).then(|| {
            told(RuleId::D10, format!("access ends; {held} {} stay assigned", credentials(held)), Some(held))
        });
        let others: Vec<String> = user
            .membership
            .known()
            .into_iter()
            .flatten()
            .filter(|id| !self.bench.directory.is_managed(**id))
            .map(|id| self.bench.account.groups.get(id).cloned().unwrap_or_else(|| id.to_string()))
            .collect();
        let remaining = (!others.is_empty()).then(|| {
            told(RuleId::D4, format!("groups outside the manifest remain: {}", others.join(", ")), None)
        });
        cards.into_iter().chain(remaining).collect()
    }
}

fn plural(people: u64) -> &'static str {
    if people == 1 { "person would" } else { "people would" }
}

fn credentials(count: u64) -> &'static str {
    if count == 1 { "credential" } else { "credentials" }
}

/// A managed user, neither former nor frozen.
fn is_managed_now(draft: &Draft<'_>) -> bool {
    draft.assessment.before.is_some()
        && matches!(draft.assessment.outcome, Outcome::Reach { .. })
        && !draft.assessment.subject.is_adopted
}

fn count(summary: &mut Summary, changes: &[Change]) {
    for change in changes {
        match change.action {
            Action::Create => summary.create += 1,
            Action::Update => summary.update += 1,
            Action::Revoke => summary.revoke += 1,
            Action::Delete => summary.delete += 1,
        }
    }
}

/// One side of a change; credentials are those whose window differs on the other side.
fn image(holding: &Holding, other: Option<&Holding>) -> Image {
    let Holding { profile, dates, groups, credentials, suspended } = holding;
    let Profile { first_name, middle_name, last_name, emails, phones } = profile.clone();
    let mut groups: Vec<GroupRef> =
        groups.iter().map(|(id, name)| GroupRef { name: name.clone(), id: *id }).collect();
    groups.sort();
    let differs =
        |id, window| other.and_then(|other| other.credentials.get(id)).is_some_and(|held| held != window);
    let credentials = credentials.iter().filter(|(id, window)| differs(*id, *window)).map(|(id, window)| {
        CredentialImage { id: *id, effective_from: window.start, effective_to: window.end }
    });
    Image {
        first_name,
        middle_name,
        last_name,
        emails,
        phones,
        effective_from: dates.start,
        effective_to: dates.end,
        groups,
        credentials: credentials.collect(),
        suspended: *suspended,
    }
}

fn change_key(change: &Change) -> (bool, Option<PropertyId>, &ExternalId) {
    let first = change.property_ids.first().copied();
    (first.is_none(), first, &change.external_id)
}

type FindingKey<'f> =
    (bool, Option<PropertyId>, bool, Option<&'f ExternalId>, RuleId, Option<&'f str>, Severity, &'f str);

fn finding_key(finding: &Finding) -> FindingKey<'_> {
    let Finding { severity, rule, property_id, unit, external_id, message, closes_at: _, credentials: _ } =
        finding;
    let person = external_id.as_ref();
    (
        property_id.is_none(),
        *property_id,
        person.is_none(),
        person,
        *rule,
        unit.as_deref(),
        *severity,
        message,
    )
}

/// SHA-256 over the changes with all their values, personal ones included (R8).
fn fingerprint(changes: &[Change]) -> String {
    let mut hash = Sha256::new();
    for change in changes {
        let Change {
            action,
            cause: _,
            external_id,
            brivo_user_id,
            adopts: _,
            property_ids: _,
            before,
            after,
            reasons: _,
        } = change;
        let line = serde_json::to_vec(&(action, external_id, brivo_user_id, before, after));
        hash.update(line.unwrap_or_default());
        hash.update(b"\n");
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
