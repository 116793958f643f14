//! The comparison: what should be against what is, person by person, braked and put in order. Total: whatever the input, a plan.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::Duration;
use rayon::prelude::*;

use crate::access::few::Few;
use crate::access::text::Phrase;
use crate::access::{Account, ExternalId, GroupId, Holding, Instant, PropertyId, UserId};
use crate::desired::Desired;
use crate::desired::instant::window_at;
use crate::desired::person::Person;
use crate::manifest::OverrideEffect;
use crate::roster::Lookup;
use crate::rules::{RuleId, Severity};

use super::assess::{Assessment, Bench, Outcome};
use super::brake::Brake;
use super::directory::Directory;
use super::fingerprint::fingerprint;
use super::guard::Allowances;
use super::incomplete::Incomplete;
use super::lookalike::Lookalikes;
use super::observe::View;
use super::settle::{Gathered, Judged};
use super::subject::{Subject, Subjects, subjects};
use super::target::{Restraint, restrain, withhold_ahead};
use super::{Action, Calls, Change, FORMAT_VERSION, Finding, ManifestRef, Plan, Scope, Summary};

/// For how many days after its end a lease still makes its property one of the person's.
const RECENT_DAYS: i64 = 90;

/// What a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// What should be.
    pub desired: &'a Desired,
    /// What is.
    pub account: &'a Account,
    /// Which of its groups are managed, and for whom.
    pub directory: &'a Directory,
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

/// Of whom a plan must know more than the lists and groups tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The managed and adopted users whose dates and credentials it compares or tells of: all but those who are former.
    pub details: BTreeSet<UserId>,
    /// The managed users to whom something is given ahead of its start: whose cards are looked at in every run (T28).
    pub cards: BTreeSet<UserId>,
}

/// Whether the cards of those to whom something is given ahead are asked for by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cards {
    /// They are: the rest of them comes from a cache.
    OfThoseAhead,
    /// They come with the details.
    WithDetails,
}

/// Finds them.
pub fn wanted(sides: &Sides<'_>, cards: Cards) -> Wanted {
    if sides.account.users.is_empty() {
        return Wanted::default();
    }
    let subjects = subjects(sides.desired, sides.account);
    let known: Vec<&Subject<'_>> =
        subjects.all().iter().filter(|subject| !subject.users.is_empty()).collect();
    let judged: Vec<(&Subject<'_>, bool, bool)> = known
        .into_par_iter()
        .map(|subject| {
            let is_asked_for_cards = cards == Cards::OfThoseAhead && is_ahead(sides, subject);
            (subject, needs_details(sides, subject), is_asked_for_cards)
        })
        .collect();
    let users = |is_meant: fn(&(&Subject<'_>, bool, bool)) -> bool| {
        let meant = judged.iter().filter(move |one| is_meant(one));
        meant.flat_map(|(subject, ..)| subject.users.iter().map(|(id, _)| *id)).collect()
    };
    Wanted { details: users(|(_, details, _)| *details), cards: users(|(_, _, cards)| *cards) }
}

fn needs_details(sides: &Sides<'_>, subject: &Subject<'_>) -> bool {
    let Sides { desired, directory, as_of, .. } = *sides;
    let lives = |person: &Person| {
        person.entries.iter().any(|entry| !entry.is_over()) || person.notes.iter().any(|note| note.freezes)
    };
    // Whoever may be deleted is told as they are (D9).
    let is_gone = || matches!(desired.lookups.get(&subject.customer), Some(Lookup::Missing { .. }));
    subject.person.is_some_and(lives)
        || subject.holds_any(directory)
        || desired.override_at(&subject.customer, as_of).is_some()
        || is_gone()
}

fn is_ahead(sides: &Sides<'_>, subject: &Subject<'_>) -> bool {
    let Sides { desired, as_of, .. } = *sides;
    let waits = |person: &Person| {
        let mut windows = person.entries.iter().filter_map(|entry| window_at(entry, as_of));
        windows.any(|dated| dated.window.is_to_come(as_of))
    };
    subject.person.is_some_and(|person| waits(person) && desired.at(person, as_of).is_ahead)
}

/// Compares what should be with what is.
pub fn between(inputs: &Inputs<'_>) -> Plan {
    let Inputs { desired, account, directory, as_of, scope, .. } = *inputs;
    on_bench(&Sides { desired, account, directory, scope, as_of }, |bench, subjects| {
        let comparing = Comparing { bench };
        let Bench { directory, incomplete, .. } = *bench;
        // First of all: to compare everybody with everybody takes room, which the changes need later.
        let overall = View { desired, directory, incomplete, subjects, as_of }.findings();
        let Judged { mut gathered, mut open, tallies } = comparing.judge(subjects);
        gathered.findings.extend(overall);
        gathered.findings.extend(comparing.hold_back_takeovers(&mut open));
        let brake = comparing.brake(&mut open, tallies, subjects, inputs.allowances);
        comparing.settle_all(open, &mut gathered);
        comparing.assemble(inputs, gathered, brake)
    })
}

/// What is and what should be, as of when, and how much of it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// What should be.
    pub desired: &'a Desired,
    /// What is.
    pub account: &'a Account,
    /// Which of its groups are managed, and for whom.
    pub directory: &'a Directory,
    /// The flags that shape the plan.
    pub scope: &'a Scope,
    /// The instant as of which everything is decided.
    pub as_of: Instant,
}

/// Brings both sides' people together and hands them on with what they are judged by.
pub(super) fn on_bench<T>(
    sides: &Sides<'_>,
    judge: impl for<'a> FnOnce(&Bench<'a>, &'a Subjects<'a>) -> T,
) -> T {
    let Sides { desired, account, directory, scope, as_of } = *sides;
    let incomplete = Incomplete::of(desired, directory, account);
    let subjects = subjects(desired, account);
    let lookalikes = Lookalikes::new(desired, account, directory, &subjects, as_of);
    let bench =
        Bench { desired, directory, account, incomplete: &incomplete, lookalikes: &lookalikes, scope, as_of };
    judge(&bench, &subjects)
}

/// A person's assessment with what is to be reached, before and after braking.
pub(super) struct Draft<'a> {
    pub(super) assessment: Assessment<'a>,
    pub(super) after: Option<Arc<Holding>>,
    /// The manifest's properties that they have to do with.
    pub(super) properties: Few<PropertyId>,
    /// `--property` and `--customer` speak of them; their losses count for the guards, whichever part they belong to.
    pub(super) is_named: bool,
    /// They are planned: they are named, and belong to this part.
    pub(super) in_scope: bool,
}

/// The comparison of one plan.
pub(super) struct Comparing<'b, 'a> {
    pub(super) bench: &'b Bench<'a>,
}

impl<'a> Comparing<'_, 'a> {
    /// What one person should hold, nothing taken that rests on what was not read.
    pub(super) fn draft(&self, subject: &'a Subject<'a>) -> Draft<'a> {
        let assessment = self.bench.assess(subject);
        let mut after = match &assessment.outcome {
            Outcome::Reach(goal) => Some(Arc::clone(&goal.after)),
            Outcome::Nothing | Outcome::Frozen | Outcome::Delete => None,
        };
        if let (Some(before), Some(after)) = (&assessment.before, &mut after) {
            let unread = self.unread(subject);
            if !unread.is_nothing() && !self.is_overridden_to_lose(subject) {
                restrain(before, Arc::make_mut(after), &unread, self.bench.directory);
            }
            self.withhold_ahead(&assessment.outcome, before, after);
        }
        let properties = self.properties(subject, assessment.before.as_ref(), after.as_deref());
        let is_named = self.is_named(subject, assessment.before.as_ref(), after.as_deref());
        let in_scope = is_named && self.is_in_part(subject, &properties);
        Draft { assessment, after, properties, is_named, in_scope }
    }

    /// T28: what is written ahead waits where the dates to be written would not keep the door shut.
    pub(super) fn withhold_ahead(&self, outcome: &Outcome, before: &Holding, after: &mut Arc<Holding>) {
        if let Outcome::Reach(goal) = outcome
            && goal.entitlement.is_ahead
        {
            withhold_ahead(before, Arc::make_mut(after), &goal.entitlement, self.bench.as_of);
        }
    }

    /// O1 and O5 win over R1 and R2.
    fn is_overridden_to_lose(&self, subject: &Subject<'_>) -> bool {
        let effect =
            self.bench.desired.override_at(&subject.customer, self.bench.as_of).map(|one| one.effect);
        matches!(effect, Some(OverrideEffect::Revoke | OverrideEffect::Suspend))
    }

    /// R2: what must not be taken because something was not read.
    fn unread(&self, subject: &Subject<'_>) -> Restraint<'_> {
        let Bench { desired, directory, incomplete, .. } = self.bench;
        Restraint {
            everything: incomplete.shields(desired, directory, subject),
            groups_of: Cow::Borrowed(&incomplete.properties),
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
    ) -> Few<PropertyId> {
        let recent = self.bench.as_of - Duration::days(RECENT_DAYS);
        let entries = subject.person.iter().flat_map(|person| &person.entries);
        let leased = entries.filter(|entry| {
            let now = window_at(entry, self.bench.as_of);
            now.is_some_and(|dated| !dated.window.has_ended(recent))
        });
        leased.map(|entry| entry.property).chain(self.whose_groups([before, after])).collect()
    }

    /// The manifest's properties whose groups these are, decommissioned ones included.
    fn whose_groups<'s>(&'s self, sides: [Option<&'s Holding>; 2]) -> impl Iterator<Item = PropertyId> + 's {
        let Bench { desired, directory, .. } = self.bench;
        let [before, after] = sides;
        // Most hold what they should: a group is looked at once.
        let is_new = move |id: &&GroupId| before.is_none_or(|before| !before.groups.contains_key(*id));
        let gained = after.into_iter().flat_map(|holding| holding.groups.keys()).filter(is_new);
        let groups = before.into_iter().flat_map(|holding| holding.groups.keys()).chain(gained);
        let of = |id: &GroupId| directory.owners(*id).chain(directory.decommissioned(*id));
        groups.flat_map(of).filter(|property| desired.properties.contains_key(property))
    }

    /// Whether the flags that name properties and people name them, or there are none.
    fn is_named(&self, subject: &Subject<'_>, before: Option<&Holding>, after: Option<&Holding>) -> bool {
        let Scope { properties, customers, .. } = self.bench.scope;
        let named = customers.is_empty() || customers.iter().any(|id| id == subject.customer.as_str());
        let theirs = || {
            let entries = subject.person.iter().flat_map(|person| &person.entries);
            entries.map(|entry| entry.property).chain(self.whose_groups([before, after]))
        };
        named && (properties.is_empty() || theirs().any(|property| properties.contains(&property)))
    }

    /// Whether the part that the run is looks after them: by the smallest of their properties, else of those they ever leased in.
    fn is_in_part(&self, subject: &Subject<'_>, properties: &Few<PropertyId>) -> bool {
        let Some(shard) = self.bench.scope.shard else { return true };
        let leased =
            || subject.person.iter().flat_map(|person| &person.entries).map(|entry| entry.property).min();
        shard.holds(properties.first().copied().or_else(leased), &self.bench.desired.properties)
    }

    fn assemble(&self, inputs: &Inputs<'_>, gathered: Gathered<'_>, brake: Brake) -> Plan {
        let Brake { guards, held, findings: uncounted } = brake;
        let Gathered { mut summary, next_boundary, mut changes, to_apply, mut findings, planned } = gathered;
        findings.extend(uncounted);
        self.keep_in_scope(&planned, &mut findings);
        sort_changes(&mut changes);
        count(&mut summary, &changes);
        sort_findings(&mut findings);
        Plan {
            format_version: FORMAT_VERSION.to_owned(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            as_of: inputs.as_of,
            saved_at: None,
            account: None,
            undo: None,
            manifest: inputs.manifest.clone(),
            scope: inputs.scope.clone(),
            fingerprint: fingerprint(&changes),
            summary,
            changes,
            findings,
            guards,
            next_boundary,
            calls: Calls { to_apply, ..inputs.calls },
            base: None,
            held,
            upcoming: None,
            results: None,
        }
    }

    /// Whether `--property`, `--customer` or `--shard` leave somebody out.
    pub(super) fn is_of_a_part(&self) -> bool {
        let Scope { properties, customers, shard, prune: _, allow_unmapped_revoke: _ } = self.bench.scope;
        !properties.is_empty() || !customers.is_empty() || shard.is_some()
    }

    /// With `--property`, `--customer` or `--shard` nobody else is found; what makes a property incomplete concerns everybody.
    fn keep_in_scope(&self, planned: &BTreeSet<&ExternalId>, findings: &mut Vec<Finding>) {
        if !self.is_of_a_part() {
            return;
        }
        let Scope { properties, shard, .. } = self.bench.scope;
        let all = &self.bench.desired.properties;
        findings.retain(|finding| {
            let of_reading = matches!(finding.rule, RuleId::R1 | RuleId::R2 | RuleId::U15);
            let of_property = shard.is_none_or(|shard| shard.holds(finding.property_id, all))
                && (properties.is_empty() || finding.property_id.is_none_or(|id| properties.contains(&id)));
            match &finding.external_id {
                Some(person) => planned.contains(person),
                None => of_reading || of_property,
            }
        });
    }
}

pub(super) fn count(summary: &mut Summary, changes: &[Change]) {
    for change in changes {
        match change.action {
            Action::Create => summary.create += 1,
            Action::Update => summary.update += 1,
            Action::Revoke => summary.revoke += 1,
            Action::Delete => summary.delete += 1,
        }
    }
}

/// Puts changes in the order of a plan. They are large and many: each is moved to its place without a second list of them.
fn sort_changes(changes: &mut [Change]) {
    let key = |index: usize| {
        let Change { external_id, property_ids, .. } = &changes[index];
        (property_ids.is_empty(), property_ids.first(), external_id)
    };
    let mut order: Vec<usize> = (0..changes.len()).collect();
    order.par_sort_by(|&one, &other| key(one).cmp(&key(other)));
    for place in 0..order.len() {
        let mut from = order[place];
        // What stood there was moved on when an earlier place was filled.
        while from < place {
            from = order[from];
        }
        order[place] = from;
        changes.swap(place, from);
    }
}

/// Puts findings in the order of a plan, each once.
pub(super) fn sort_findings(findings: &mut Vec<Finding>) {
    // By the rest of them too: in place, and in one order all the same.
    let key = |finding: &'_ Finding| (finding.closes_at, finding.credentials);
    findings
        .par_sort_unstable_by(|a, b| finding_key(a).cmp(&finding_key(b)).then_with(|| key(a).cmp(&key(b))));
    findings.dedup();
}

pub(super) type FindingKey<'f> =
    (bool, Option<PropertyId>, bool, Option<&'f ExternalId>, RuleId, Option<&'f str>, Severity, &'f Phrase);

/// The order of findings: by property, person, rule.
pub(super) fn finding_key(finding: &Finding) -> FindingKey<'_> {
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
