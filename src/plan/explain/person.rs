//! One person put together: what both sides know of them, what is found, what becomes of them.

use crate::access::{CustomerId, ExternalId, GroupId, GroupRef, Membership, PropertyId, User, UserId};
use crate::desired::note::{Note, When};
use crate::plan::assess::{Bench, Outcome};
use crate::plan::between::{Comparing, Sides, on_bench};
use crate::plan::directory::Directory;
use crate::plan::subject::Subject;
use crate::plan::upcoming::{self, Turn};
use crate::plan::{CredentialImage, Finding, GuardReport};
use crate::roster::Lookup;
use crate::rules::Severity;

use super::lease::{place, seen};
use super::{Coming, Due, Evidence, Exception, PersonExplained, UserSeen, Verdict};

/// Explains one customer; `None` where neither side, nor the manifest, knows them.
pub fn person(evidence: &Evidence<'_>, customer: &CustomerId) -> Option<PersonExplained> {
    let Evidence { desired, account, plan, .. } = *evidence;
    let directory = &Directory::of(desired, account);
    let (scope, as_of) = (&plan.scope, plan.as_of);
    on_bench(&Sides { desired, account, directory, scope, as_of }, |bench, subjects| {
        let subject = subjects.get(&ExternalId::of(&desired.prefix, customer))?;
        Some(explained(evidence, bench, subject))
    })
}

/// One person of the bench.
pub(super) fn explained<'a>(
    evidence: &Evidence<'_>,
    bench: &Bench<'a>,
    subject: &'a Subject<'a>,
) -> PersonExplained {
    let telling = Telling { evidence, bench, subject };
    let upcoming = upcoming::of(bench, subject, None);
    let change = evidence.plan.changes.iter().find(|change| change.external_id == subject.external_id);
    let profile = subject.person.map(|person| &person.profile);
    let profile = profile.or(subject.users.first().map(|(_, user)| &user.profile));
    PersonExplained {
        customer: subject.customer.clone(),
        external_id: subject.external_id.clone(),
        profile: profile.cloned().unwrap_or_default(),
        as_of: bench.as_of,
        property: telling.home(),
        verdict: telling.verdict(&upcoming),
        findings: telling.findings(),
        coming: telling.coming(),
        exception: telling.exception(),
        leases: telling.leases(),
        looked_up: telling.looked_up(),
        due: telling.due(),
        users: subject.users.iter().map(|(id, user)| telling.user(*id, user)).collect(),
        change: change.cloned(),
        held_by: telling.held_by(),
        upcoming,
    }
}

struct Telling<'t, 'a> {
    evidence: &'t Evidence<'t>,
    bench: &'t Bench<'a>,
    subject: &'a Subject<'a>,
}

impl Telling<'_, '_> {
    fn home(&self) -> Option<PropertyId> {
        let entries = self.subject.person.iter().flat_map(|person| &person.entries);
        let held = self.subject.held(self.bench.directory);
        let named = held.into_iter().flat_map(|id| self.bench.directory.owners(id));
        entries.map(|entry| entry.property).min().or_else(|| named.min())
    }

    fn verdict(&self, upcoming: &[upcoming::Upcoming]) -> Verdict {
        let plan = self.evidence.plan;
        if let Some(change) = plan.changes.iter().find(|one| one.external_id == self.subject.external_id) {
            return Verdict::Changes(change.action);
        }
        let draft = Comparing { bench: self.bench }.draft(self.subject);
        if plan.held.contains(&self.subject.external_id) {
            return Verdict::Held;
        }
        match &draft.assessment.outcome {
            Outcome::Frozen => Verdict::Frozen,
            Outcome::Nothing if self.subject.users.is_empty() => {
                let first = upcoming.iter().find(|turn| turn.action == Turn::Gains);
                first.map_or(Verdict::Stranger, |turn| Verdict::Later(turn.at))
            }
            Outcome::Nothing if self.is_incomplete() => Verdict::Spared,
            Outcome::Nothing => Verdict::Former,
            Outcome::Reach(goal) if draft.assessment.before.as_ref() == Some(&goal.after) => Verdict::InStep,
            Outcome::Reach(_) | Outcome::Delete => Verdict::Spared,
        }
    }

    fn is_incomplete(&self) -> bool {
        let Bench { desired, directory, incomplete, .. } = *self.bench;
        incomplete.shields(desired, directory, self.subject)
    }

    /// What is found about them, and the errors and warnings of their properties that may concern them.
    fn findings(&self) -> Vec<Finding> {
        let entries = self.subject.person.iter().flat_map(|person| &person.entries);
        let homes: Vec<(PropertyId, Option<&str>)> =
            entries.map(|entry| (entry.property, entry.home.unit.as_deref())).collect();
        let concerns = |finding: &Finding| match &finding.external_id {
            Some(id) => *id == self.subject.external_id,
            None if finding.severity == Severity::Info => false,
            None => homes.iter().any(|(property, unit)| {
                finding.property_id == Some(*property)
                    && (finding.unit.is_none() || finding.unit.as_deref() == *unit)
            }),
        };
        self.evidence.plan.findings.iter().filter(|finding| concerns(finding)).cloned().collect()
    }

    fn coming(&self) -> Vec<Coming> {
        let is_known = !self.subject.users.is_empty();
        let applies = |note: &Note| match note.when {
            When::Always | When::HoldsThroughThis => true,
            When::Known => is_known,
            When::New | When::Created => !is_known,
        };
        let notes = self.subject.person.iter().flat_map(|person| &person.notes);
        let later = notes.filter(|note| applies(note)).filter_map(|note| {
            let from = note.during.start.filter(|start| *start > self.bench.as_of)?;
            let entry = note.entry().and_then(|index| self.subject.person?.entries.get(index));
            Some(Coming {
                from,
                severity: note.severity,
                rule: note.rule,
                lease: entry.map(|entry| entry.lease.clone()),
                text: note.text.clone(),
            })
        });
        let mut later: Vec<Coming> = later.collect();
        later.sort_by(|a, b| (a.from, a.rule, &a.lease).cmp(&(b.from, b.rule, &b.lease)));
        later
    }

    fn exception(&self) -> Option<Exception> {
        let (one, until) = self.bench.desired.overrides.get(&self.subject.customer)?;
        Some(Exception {
            effect: one.effect.name(),
            reason: one.reason.clone(),
            owner: one.owner.clone(),
            until: *until,
            place: place(self.bench.desired, &one.path),
        })
    }

    fn leases(&self) -> Vec<super::LeaseSeen> {
        let entries = self.subject.person.iter().flat_map(|person| &person.entries);
        entries.map(|entry| seen(self.bench, self.evidence.roster, &self.subject.customer, entry)).collect()
    }

    fn looked_up(&self) -> Option<String> {
        let answer = match self.bench.desired.lookups.get(&self.subject.customer)? {
            Lookup::Found => "Entrata was asked about them alone and named their leases".to_owned(),
            Lookup::Missing { asked } => {
                let asked: Vec<String> = asked.iter().map(ToString::to_string).collect();
                format!(
                    "Entrata was asked about them alone, in {}, and knows no lease of theirs",
                    asked.join(", ")
                )
            }
            Lookup::Failed(problem) => {
                format!("Entrata was asked about them alone, and that failed: {problem}")
            }
        };
        Some(answer)
    }

    fn due(&self) -> Option<Due> {
        let entitlement = self.bench.desired.at(self.subject.person?, self.bench.as_of);
        Some(Due {
            groups: entitlement.groups.keys().map(ToString::to_string).collect(),
            dates: entitlement.dates,
            is_ahead: entitlement.is_ahead,
        })
    }

    fn user(&self, id: UserId, user: &User) -> UserSeen {
        let Bench { directory, .. } = *self.bench;
        let known = user.membership.known().into_iter().flatten().copied();
        let (managed, others): (Vec<GroupId>, Vec<GroupId>) = known.partition(|id| directory.is_managed(*id));
        let named = |ids: Vec<GroupId>| {
            let mut groups: Vec<GroupRef> = ids.into_iter().map(|id| directory.reference(id)).collect();
            groups.sort();
            groups
        };
        let all = || user.detail.iter().flat_map(|detail| &detail.credentials);
        UserSeen {
            id,
            is_adopted: self.subject.is_adopted,
            profile: user.profile.clone(),
            dates: user.detail.as_ref().map(|detail| detail.dates),
            groups: named(managed),
            others: match user.membership {
                Membership::Whole(_) => named(others),
                Membership::Managed { .. } | Membership::Unread => Vec::new(),
            },
            has_pin: all().any(|one| one.is_pin),
            credentials: all()
                .filter(|one| !one.is_pin)
                .map(|one| CredentialImage {
                    id: one.id,
                    effective_from: one.window.start,
                    effective_to: one.window.end,
                })
                .collect(),
            is_suspended: user.suspended,
        }
    }

    /// The guards that hold something of theirs back, each with no more than that.
    fn held_by(&self) -> Vec<GuardReport> {
        let plan = self.evidence.plan;
        let external_id = &self.subject.external_id;
        let draft = Comparing { bench: self.bench }.draft(self.subject);
        let theirs = |guard: &GuardReport| {
            let concerned = guard.property_id.is_none_or(|id| draft.properties.contains(&id));
            let mut grants = guard.grants.clone();
            grants.retain(|report| report.would_get.contains(external_id));
            let tripped = guard.tripped && concerned && plan.held.contains(external_id);
            GuardReport { tripped, grants, ..guard.clone() }
        };
        plan.guards.iter().map(theirs).filter(GuardReport::holds_back).collect()
    }
}
