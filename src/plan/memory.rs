//! What earlier runs leave behind of each person: that their state was in order, and for which wish. With it a change can be told to
//! come from a hand edit (`drift`), and a record that was deleted from one that never was (D2). Digests only, and keyed ones: whoever
//! reads them learns nothing.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::access::{ExternalId, GroupId, Holding, Profile, Window};
use crate::desired::instant::Entitlement;
use crate::digest::{Digest, Key};
use crate::rules::{RuleId, Severity};

use super::between::{Sides, sort_findings};
use super::directory::Directory;
use super::subject::{Subject, Subjects, subjects};
use super::target::{Reach, actual, given, target};
use super::{Action, Cause, Change, Finding, Image, Plan, ResultStatus};

/// The state in which somebody was last found, or put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// A digest of what they held.
    pub held: Digest,
    /// A digest of what was wanted for them then.
    pub wanted: Digest,
}

/// Everybody who had a managed user; with the state that was in order, where there was one.
pub type People = BTreeMap<ExternalId, Option<Settled>>;

/// What is known of earlier runs.
#[derive(Debug, Clone, Copy)]
pub struct Memory<'a> {
    /// With which its digests are made.
    pub key: &'a Key,
    /// Of whom.
    pub people: &'a People,
}

/// Names the changes of a plan that only put back what a hand changed, and warns of records that were deleted by hand.
pub fn recall(plan: &mut Plan, sides: &Sides<'_>, memory: Memory<'_>) {
    let Plan { changes, findings, .. } = plan;
    if !changes.iter().any(|change| memory.people.contains_key(&change.external_id)) {
        return;
    }
    let scene = Scene::new(sides, memory.key);
    for change in &mut *changes {
        let Some(known) = memory.people.get(&change.external_id) else { continue };
        if change.action == Action::Create {
            findings.push(deleted_by_hand(change));
        }
        let settled = known.as_ref().filter(|_| change.cause == Cause::Entrata);
        if settled.is_some_and(|settled| scene.drifted(&change.external_id, settled)) {
            change.cause = Cause::Drift;
        }
    }
    sort_findings(findings);
}

/// What is to be remembered after a run: everybody found in order, and everybody written; of others what was.
pub fn remember(plan: &Plan, sides: &Sides<'_>, memory: Memory<'_>) -> People {
    let scene = Scene::new(sides, memory.key);
    let written = written(plan);
    let changes: BTreeMap<&ExternalId, &Change> =
        plan.changes.iter().map(|change| (&change.external_id, change)).collect();
    let told = |subject: &Subject<'_>| {
        let id = &subject.external_id;
        let before = || memory.people.get(id).cloned();
        let settled = match changes.get(id) {
            Some(change) if written.contains(id) => match &change.after {
                Some(after) => Some(scene.settled(subject, &scene.enacted(subject, after))),
                // Deleted as it should be: nobody is missed.
                None => return None,
            },
            Some(_) => before().flatten(),
            None => scene.in_order(subject).or_else(|| before().flatten()),
        };
        let is_known = !subject.users.is_empty() || settled.is_some() || before().is_some();
        is_known.then(|| (id.clone(), settled))
    };
    let people: Vec<_> = scene.subjects.all().par_iter().filter_map(told).collect();
    people.into_iter().collect()
}

/// Whose change was written, held back in part or not.
fn written(plan: &Plan) -> BTreeSet<&ExternalId> {
    let results = plan.results.iter().flatten();
    let done = results.filter(|result| result.status != ResultStatus::Failed);
    done.map(|result| &result.external_id).collect()
}

fn deleted_by_hand(change: &Change) -> Finding {
    Finding {
        severity: Severity::Warning,
        rule: RuleId::D2,
        property_id: change.property_ids.first().copied(),
        unit: None,
        external_id: Some(change.external_id.clone()),
        message:
            "their Brivo user was there before and is gone: created again; cards and passes are not restored"
                .into(),
        closes_at: None,
        credentials: None,
    }
}

/// Both sides' people, and the key of the digests.
struct Scene<'a> {
    sides: &'a Sides<'a>,
    subjects: Subjects<'a>,
    key: &'a Key,
}

impl<'a> Scene<'a> {
    fn new(sides: &'a Sides<'a>, key: &'a Key) -> Self {
        let Sides { desired, account, .. } = *sides;
        Self { sides, subjects: subjects(desired, account), key }
    }

    fn holding(&self, subject: &Subject<'_>) -> Option<Holding> {
        subject.user().map(|(_, user)| actual(user, self.sides.directory))
    }

    /// Brivo no longer holds what it held when all was in order, and what is wanted is still the same.
    fn drifted(&self, person: &ExternalId, settled: &Settled) -> bool {
        let Some(subject) = self.subjects.get(person) else { return false };
        let before = self.holding(subject);
        let differs = before.is_none_or(|before| self.digest("held", &before) != settled.held);
        differs && self.wanted(subject) == settled.wanted
    }

    /// What somebody holds, if that is what they should.
    fn in_order(&self, subject: &Subject<'_>) -> Option<Settled> {
        let before = self.holding(subject)?;
        let person = subject.person?;
        let Sides { desired, directory, as_of, .. } = *self.sides;
        let entitlement = desired.at(person, as_of);
        let after = target(&before, Some(&person.profile), &entitlement, directory, Reach::Everything);
        let wanted =
            || self.wish_digest(subject, Some(Wish::of(&entitlement, &person.profile, directory)).as_ref());
        (after == before).then(|| Settled { held: self.digest("held", &before), wanted: wanted() })
    }

    fn settled(&self, subject: &Subject<'_>, holding: &Holding) -> Settled {
        Settled { held: self.digest("held", holding), wanted: self.wanted(subject) }
    }

    /// What somebody holds once this is written.
    fn enacted(&self, subject: &Subject<'_>, after: &Image) -> Holding {
        let Image {
            first_name,
            middle_name,
            last_name,
            emails,
            phones,
            effective_from,
            effective_to,
            groups,
            credentials,
            suspended,
        } = after.clone();
        let mut windows = self.holding(subject).map(|before| before.credentials).unwrap_or_default();
        windows.extend(
            credentials.iter().map(|one| (one.id, Window::new(one.effective_from, one.effective_to))),
        );
        Holding {
            profile: Profile { first_name, middle_name, last_name, emails, phones },
            dates: Window::new(effective_from, effective_to),
            groups: groups.into_iter().map(|group| (group.id, group.name)).collect(),
            credentials: windows,
            suspended,
        }
    }

    /// A digest of the wish: Entrata's and the manifest's alone, what Brivo holds is no part of it.
    fn wanted(&self, subject: &Subject<'_>) -> Digest {
        let wish = subject.person.map(|person| {
            let entitlement = self.sides.desired.at(person, self.sides.as_of);
            Wish::of(&entitlement, &person.profile, self.sides.directory)
        });
        self.wish_digest(subject, wish.as_ref())
    }

    fn wish_digest(&self, subject: &Subject<'_>, wish: Option<&Wish<'_>>) -> Digest {
        self.digest("wanted", &(&subject.customer, wish))
    }

    fn digest(&self, used_for: &str, value: &impl Serialize) -> Digest {
        // Nothing of it is a thing that JSON can't say.
        self.key.digest(used_for, &serde_json::to_vec(value).unwrap_or_default())
    }
}

/// What is wanted for somebody.
#[derive(Serialize)]
struct Wish<'a> {
    profile: &'a Profile,
    groups: Vec<GroupId>,
    dates: Option<Window>,
    user_dates: bool,
    credential_dates: bool,
    suspended: bool,
}

impl<'a> Wish<'a> {
    fn of(entitlement: &Entitlement, profile: &'a Profile, directory: &Directory) -> Self {
        let Entitlement { groups: _, untouched: _, dates, enforce, suspended, is_ahead: _, is_open: _ } =
            entitlement;
        Self {
            profile,
            groups: given(entitlement, directory).into_iter().collect(),
            dates: *dates,
            user_dates: enforce.user_dates,
            credential_dates: enforce.credential_dates,
            suspended: *suspended,
        }
    }
}
