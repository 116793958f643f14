//! Who holds which managed group in Brivo, since when, until when and because of what: every access with the lease and the rule that
//! justify it, or with the mark of an exception. What is told is what Brivo holds, not what it should.

use std::collections::BTreeSet;

use crate::access::few::Few;
use crate::access::text::Text;
use crate::access::{
    ExternalId, GroupId, GroupRef, Instant, LeaseId, Profile, PropertyId, User, UserId, Window,
};
use crate::desired::Desired;
use crate::desired::instant::{Entitlement, window_at};
use crate::desired::person::{Entry, Person};
use crate::manifest::{GroupKey, Override};
use crate::rules::RuleId;

use super::Plan;
use super::Reason;
use super::assess::{Bench, Outcome};
use super::between::{Comparing, Sides, on_bench};
use super::explain::Exception;
use super::reasons::Grounds;
use super::subject::{Subject, Subjects};

/// One person in one group; or somebody who is in none and is worth a look all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Brivo's key, where the user has one.
    pub external_id: Option<ExternalId>,
    /// The Brivo user; none of an override for somebody whom Brivo does not know.
    pub user: Option<UserId>,
    /// As Entrata has them, else as Brivo does.
    pub profile: Profile,
    /// The group.
    pub group: Option<GroupRef>,
    /// The property that names the group, or that the person lives in; the smallest of several.
    pub property: Option<PropertyId>,
    /// Through which leases.
    pub leases: Vec<Through>,
    /// The windows of these leases in one; none where no lease gives it.
    pub window: Option<Window>,
    /// The user's own dates in Brivo; none where they were not read.
    pub dates: Option<Window>,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What is not as usual.
    pub marks: BTreeSet<Mark>,
    /// The reviewed exception about the person, in force or run out.
    pub exception: Option<Exception>,
    /// How many cards, PINs and passes the user holds; none where they were not read.
    pub credentials: Option<u64>,
}

/// A lease that gives a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Through {
    /// Entrata's id.
    pub lease: LeaseId,
    /// Its unit or spaces.
    pub unit: Option<Text>,
}

/// What is not as usual about an access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// No lease and no override gives it: it goes, or something holds that back.
    Unjustified,
    /// The user was made by hand and is nobody's whom Entrata knows (D5).
    MadeByHand,
    /// The records contradict themselves: nothing is changed until somebody settles it.
    Frozen,
    /// A reviewed exception speaks of the person.
    Override,
    /// The lease's end has passed without a move-out date (T20).
    Holdover,
    /// Every credential is stopped.
    Suspended,
    /// It is written ahead: Brivo's dates keep the door shut until the start (T28).
    Ahead,
    /// There is no access any more, but cards, a PIN or passes are still assigned.
    CredentialsRemain,
}

/// Everybody in a managed group, by property, person and group. The account's memberships and details of all users have to be read.
pub fn review(sides: &Sides<'_>, plan: &Plan) -> Vec<Access> {
    let changed = plan.changes.iter().map(|change| &change.external_id).collect();
    let mut rows = on_bench(sides, |bench, subjects| {
        let reviewing = Reviewing { bench, changed };
        let ours: BTreeSet<UserId> =
            subjects.all().iter().flat_map(|subject| &subject.users).map(|(id, _)| *id).collect();
        let mut rows: Vec<Access> =
            subjects.all().iter().flat_map(|subject| reviewing.person(subject)).collect();
        let strangers = bench.account.users.iter().filter(|(id, _)| !ours.contains(id));
        rows.extend(strangers.flat_map(|(id, user)| reviewing.stranger(*id, user)));
        rows.extend(reviewing.overrides_for_nobody(subjects));
        rows
    });
    rows.sort_by(|a, b| key(a).cmp(&key(b)));
    rows
}

type Key<'a> = (bool, Option<PropertyId>, Option<&'a ExternalId>, Option<UserId>, Option<&'a GroupRef>);

fn key(row: &Access) -> Key<'_> {
    (row.property.is_none(), row.property, row.external_id.as_ref(), row.user, row.group.as_ref())
}

struct Reviewing<'b, 'a> {
    bench: &'b Bench<'a>,
    /// Whom the next apply writes.
    changed: BTreeSet<&'b ExternalId>,
}

impl<'a> Reviewing<'_, 'a> {
    fn person(&self, subject: &'a Subject<'a>) -> Vec<Access> {
        let mut rows: Vec<Access> = subject
            .users
            .iter()
            .flat_map(|(id, user)| self.managed(user).into_iter().map(move |group| (*id, *user, group)))
            .map(|(id, user, group)| self.access(subject, id, user, group))
            .collect();
        if rows.is_empty() {
            rows.extend(self.without_group(subject));
        }
        rows
    }

    fn managed(&self, user: &User) -> Vec<GroupId> {
        let known = user.membership.known().into_iter().flatten().copied();
        known.filter(|id| self.bench.directory.is_managed(*id)).collect()
    }

    fn access(&self, subject: &'a Subject<'a>, id: UserId, user: &User, group: GroupId) -> Access {
        let Bench { desired, directory, as_of, .. } = *self.bench;
        let due = subject.person.map(|person| (person, desired.at(person, as_of)));
        let given = due.as_ref().map(|(person, due)| self.given(person, due, group)).unwrap_or_default();
        let mut marks = self.marks(subject, user);
        let mut reasons = given.reasons;
        if !given.holds {
            marks.insert(Mark::Unjustified);
            if reasons.is_empty() || marks.contains(&Mark::Frozen) {
                reasons.extend(self.why_not(subject));
            }
        }
        if given.holds && due.as_ref().is_some_and(|(_, due)| due.is_ahead) {
            marks.insert(Mark::Ahead);
        }
        Access {
            group: Some(directory.reference(group)),
            property: directory.owners(group).min().or_else(|| home(subject)),
            leases: given.leases,
            window: given.window,
            reasons,
            marks,
            ..self.bare(subject, Some((id, user)))
        }
    }

    /// Everything about a person that is not about a group.
    fn bare(&self, subject: &Subject<'_>, user: Option<(UserId, &User)>) -> Access {
        let profile = subject.person.map(|person| &person.profile);
        let profile = profile.or(user.map(|(_, user)| &user.profile));
        let detail = user.and_then(|(_, user)| user.detail.as_ref());
        Access {
            external_id: Some(subject.external_id.clone()),
            user: user.map(|(id, _)| id),
            profile: profile.cloned().unwrap_or_default(),
            group: None,
            property: home(subject),
            leases: Vec::new(),
            window: None,
            dates: detail.map(|detail| detail.dates),
            reasons: Vec::new(),
            marks: BTreeSet::new(),
            exception: self.exception(subject),
            credentials: detail.map(|detail| detail.credentials.len() as u64),
        }
    }

    fn exception(&self, subject: &Subject<'_>) -> Option<Exception> {
        let desired = self.bench.desired;
        desired.overrides.get(&subject.customer).map(|(one, until)| told(desired, one, *until))
    }

    fn marks(&self, subject: &'a Subject<'a>, user: &User) -> BTreeSet<Mark> {
        let Bench { desired, as_of, .. } = *self.bench;
        let notes = subject.person.iter().flat_map(|person| &person.notes);
        let mut held_over = notes.filter(|note| note.rule == RuleId::T20 && note.during.holds(as_of));
        let draft = Comparing { bench: self.bench }.draft(subject);
        let told = [
            (desired.overrides.contains_key(&subject.customer), Mark::Override),
            (held_over.next().is_some(), Mark::Holdover),
            (matches!(draft.assessment.outcome, Outcome::Frozen), Mark::Frozen),
            (user.suspended, Mark::Suspended),
        ];
        told.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).collect()
    }

    /// The leases that give the group now.
    fn given(&self, person: &Person, due: &Entitlement, group: GroupId) -> Given {
        let Bench { desired, directory, as_of, .. } = *self.bench;
        let named = due.groups.iter().filter(|(key, _)| directory.found(key) == Some(group));
        let sources: BTreeSet<usize> =
            named.flat_map(|(_, sources)| sources).map(|source| source.entry).collect();
        let is_given = !sources.is_empty();
        let opens =
            |entry: &Entry| entry.home.groups.iter().any(|one| directory.found(&one.key) == Some(group));
        // Where no lease gives it now, those through which it was held tell at least until when.
        let is_meant =
            |index: usize, entry: &Entry| if is_given { sources.contains(&index) } else { opens(entry) };
        let entries: Vec<&Entry> = person
            .entries
            .iter()
            .enumerate()
            .filter(|(index, entry)| is_meant(*index, entry))
            .map(|(_, entry)| entry)
            .collect();
        let windows = entries.iter().filter_map(|entry| window_at(entry, as_of)).map(|dated| dated.window);
        let windows = windows.filter(|window| !is_given || !window.has_ended(as_of));
        let grounds = Grounds { desired, directory, as_of };
        let only = Few::from([group]);
        Given {
            holds: is_given || self.is_untouched(due, group),
            window: windows.reduce(|one, other| one.hull(&other)),
            reasons: if is_given { grounds.gained(person, due, &only) } else { grounds.lost(person, &only) },
            leases: entries
                .iter()
                .map(|entry| Through { lease: entry.lease.clone(), unit: entry.home.unit.clone() })
                .collect(),
        }
    }

    /// U3: a group that is neither given nor taken.
    fn is_untouched(&self, due: &Entitlement, group: GroupId) -> bool {
        let is_meant = |key: &GroupKey| self.bench.directory.found(key) == Some(group);
        due.untouched.iter().any(is_meant)
    }

    /// Why somebody holds what nothing gives: what takes it, or what keeps it from being taken.
    fn why_not(&self, subject: &'a Subject<'a>) -> Vec<Reason> {
        if self.changed.contains(&subject.external_id) {
            let text = "no lease gives it: the next apply takes it".to_owned();
            return vec![Reason { rule: RuleId::D1, lease_id: None, manifest: None, text: text.into() }];
        }
        let draft = Comparing { bench: self.bench }.draft(subject);
        let found = draft.assessment.findings.iter().map(|finding| Reason {
            rule: finding.rule,
            lease_id: None,
            manifest: None,
            text: finding.message.clone(),
        });
        found.collect()
    }

    /// Somebody in no managed group: with cards all the same, suspended, or with an override.
    fn without_group(&self, subject: &'a Subject<'a>) -> Option<Access> {
        let user = subject.user();
        let mut marks = user.map(|(_, user)| self.marks(subject, user)).unwrap_or_default();
        let row = self.bare(subject, user);
        if row.credentials.is_some_and(|held| held > 0) {
            marks.insert(Mark::CredentialsRemain);
        }
        if row.exception.is_some() {
            marks.insert(Mark::Override);
        }
        marks.remove(&Mark::Holdover);
        (!marks.is_empty()).then_some(Access { marks, ..row })
    }

    fn stranger(&self, id: UserId, user: &User) -> Vec<Access> {
        let row = |group: GroupId| Access {
            external_id: user.external_id.clone(),
            user: Some(id),
            profile: user.profile.clone(),
            group: Some(self.bench.directory.reference(group)),
            property: self.bench.directory.owners(group).min(),
            leases: Vec::new(),
            window: None,
            dates: user.detail.as_ref().map(|detail| detail.dates),
            reasons: Vec::new(),
            marks: [Some(Mark::MadeByHand), user.suspended.then_some(Mark::Suspended)]
                .into_iter()
                .flatten()
                .collect(),
            exception: None,
            credentials: user.detail.as_ref().map(|detail| detail.credentials.len() as u64),
        };
        self.managed(user).into_iter().map(row).collect()
    }

    /// Overrides about customers whom neither side knows (O4).
    fn overrides_for_nobody(&self, subjects: &Subjects<'_>) -> Vec<Access> {
        let desired = self.bench.desired;
        let rows = desired.overrides.iter().filter_map(|(customer, (one, until))| {
            let external_id = ExternalId::of(&desired.prefix, customer);
            subjects.get(&external_id).is_none().then(|| Access {
                external_id: Some(external_id),
                user: None,
                profile: Profile::default(),
                group: None,
                property: None,
                leases: Vec::new(),
                window: None,
                dates: None,
                reasons: Vec::new(),
                marks: BTreeSet::from([Mark::Override]),
                exception: Some(told(desired, one, *until)),
                credentials: None,
            })
        });
        rows.collect()
    }
}

/// The smallest property in which they have a lease.
fn home(subject: &Subject<'_>) -> Option<PropertyId> {
    subject.person.iter().flat_map(|person| &person.entries).map(|entry| entry.property).min()
}

/// What the leases say of a group that somebody holds.
#[derive(Default)]
struct Given {
    /// A lease gives it, or nothing may be said of it.
    holds: bool,
    leases: Vec<Through>,
    window: Option<Window>,
    reasons: Vec<Reason>,
}

fn told(desired: &Desired, one: &Override, until: Instant) -> Exception {
    Exception {
        effect: one.effect.name(),
        reason: one.reason.clone(),
        owner: one.owner.clone(),
        until,
        place: desired.places.get(&one.path).map(ToString::to_string),
    }
}

/// The managed users in no managed group whose details were not read: whether they still hold cards, only these tell.
pub fn unread(sides: &Sides<'_>) -> Vec<UserId> {
    on_bench(sides, |_, subjects| {
        let users = subjects.all().iter().flat_map(|subject| &subject.users);
        users.filter(|(_, user)| user.detail.is_none()).map(|(id, _)| *id).collect()
    })
}
