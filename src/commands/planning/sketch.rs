//! One manifest on what was read: which users and groups it needs, whom it doubts, what it sees of an account that was read for
//! another manifest too.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Leases, Question, needs};
use crate::access::{Account, ExternalId, GroupId, LeaseId, Membership, PropertyId, User, UserId};
use crate::desired::hearing::{Heard, Hearing};
use crate::desired::naming::{Naming, naming_by};
use crate::desired::{Desired, render_heard};
use crate::manifest::{GroupKey, Manifest};
use crate::plan::between::{self, Cards, Inputs, Wanted, between, wanted};
use crate::plan::directory::{Directory, Resolution};
use crate::plan::incomplete::{Asked, Mentioned, Prune, doubtful};
use crate::plan::{Calls, Plan};
use crate::roster::look_up::{Answer, Answers, Questions};
use crate::roster::{Lease, Roster, Status};

/// A manifest before it is rendered.
pub(super) struct Sketch<'a> {
    pub(super) question: Question<'a>,
    /// What was read of the manifest's properties, and of no other; without leases that were let go.
    roster: Roster,
    /// What the leases said.
    heard: Heard,
    naming: Naming,
    directory: Directory,
    /// Managed and adopted users.
    pub(super) users: BTreeSet<UserId>,
    /// The groups that matter.
    pub(super) groups: BTreeSet<GroupId>,
}

/// A manifest rendered.
pub(super) struct Drawn<'a> {
    question: Question<'a>,
    pub(super) roster: Roster,
    pub(super) desired: Desired,
    pub(super) directory: Directory,
    pub(super) users: BTreeSet<UserId>,
    pub(super) groups: BTreeSet<GroupId>,
}

/// The properties that a manifest names.
pub fn properties(manifest: &Manifest) -> BTreeSet<PropertyId> {
    manifest.properties.iter().map(|property| property.id).collect()
}

impl<'a> Sketch<'a> {
    /// `heard` is given where the leases were heard as they were read, and are not in the roster.
    pub(super) fn of(
        question: Question<'a>,
        mut roster: Roster,
        heard: Option<(Heard, Naming)>,
        account: &Account,
    ) -> Self {
        let manifest = question.manifest;
        let users = needs::users(manifest, account);
        let (heard, naming) = heard.unwrap_or_else(|| {
            let mut leases = std::mem::take(&mut roster.leases);
            let hearing = Hearing::new(manifest, &roster.properties);
            let naming = naming_by(manifest, &hearing);
            let mut heard = Heard::default();
            // Where Brivo has nobody, nobody is looked up, and no answer has to be brought together with the leases.
            if question.leases == Leases::Go && users.is_empty() {
                hearing.take(&mut heard, std::mem::take(&mut leases));
            } else {
                hearing.listen(&mut heard, &leases);
            }
            drop(hearing);
            roster.leases = leases;
            (heard, naming)
        });
        let directory = Directory::new(&naming, &manifest.decommission, account);
        let groups = needs::groups(manifest, &naming, &directory, account);
        Self { question, roster, heard, naming, directory, users, groups }
    }

    /// Whether a group that is named is not among the account's.
    pub(super) fn lacks_a_group(&self, account: &Account) -> bool {
        let held = self.question.manifest.brivo.hold_group.iter();
        let is_missing = |key: &GroupKey| match key {
            GroupKey::Id(id) => !account.groups.contains_key(id),
            GroupKey::Name(name) => !account.groups.values().any(|other| **other == **name),
        };
        self.naming.groups.keys().any(|key| *self.directory.resolve(key) == Resolution::Missing)
            || held.into_iter().any(is_missing)
    }

    /// The same manifest on an account whose groups were read again.
    pub(super) fn on(self, account: &Account) -> Self {
        let Question { manifest, .. } = self.question;
        let directory = Directory::new(&self.naming, &manifest.decommission, account);
        let groups = needs::groups(manifest, &self.naming, &directory, account);
        Self { directory, groups, ..self }
    }

    /// Those of whom a lease says that they live here, or will.
    pub(super) fn living(&self) -> BTreeSet<ExternalId> {
        let prefix = &self.question.manifest.brivo.external_id_prefix;
        let is_live = |status: &Status| matches!(status, Status::Future | Status::Current | Status::Notice);
        let leases = self.roster.leases.iter().filter(|lease| is_live(&lease.status));
        let residents = leases.flat_map(|lease| &lease.residents);
        let living = residents.filter(|one| one.status.as_ref().is_none_or(is_live));
        living.map(|one| ExternalId::of(prefix, &one.customer)).collect()
    }

    /// D8, D9: whom Entrata is asked about one by one.
    pub(super) fn doubts(&self, account: &Account, prune: Prune) -> Questions {
        if self.users.is_empty() {
            return Questions::new();
        }
        let manifest = self.question.manifest;
        let anew = || Directory::new(&self.naming, &manifest.decommission, account);
        let mentioned = Mentioned::in_heard(&self.heard);
        doubtful(&Asked {
            naming: &self.naming,
            decommission: &manifest.decommission,
            directory: &current(&self.directory, account, anew),
            records: &self.roster.properties,
            mentioned: &mentioned,
            account,
            prefix: &manifest.brivo.external_id_prefix,
            prune,
        })
    }

    /// The leases that were let go and of which the answers to these questions speak too: both must be seen together.
    pub(super) fn let_go(&self, questions: &Questions, answers: &Answers) -> BTreeSet<(PropertyId, LeaseId)> {
        if questions.is_empty() || !self.roster.leases.is_empty() {
            return BTreeSet::new();
        }
        self.heard.known(&spoken_of(questions, answers))
    }

    /// Renders what should be, the answers to these questions included; `again` are the leases of [`Self::let_go`].
    pub(super) fn draw(mut self, again: Vec<Lease>, questions: &Questions, answers: &Answers) -> Drawn<'a> {
        if !questions.is_empty() {
            self.hear_answers(again, questions, answers);
        }
        let Self { question, mut roster, heard, naming, directory, users, groups } = self;
        let desired = render_heard(question.manifest, &roster, naming, heard);
        if question.leases == Leases::Go {
            roster = Roster { lookups: roster.lookups, ..Roster::default() };
        }
        Drawn { question, roster, desired, directory, users, groups }
    }

    /// Joins the answers to the leases, those that were let go or those of the roster, and hears again whatever they speak of.
    fn hear_answers(&mut self, again: Vec<Lease>, questions: &Questions, answers: &Answers) {
        let spoken_of = spoken_of(questions, answers);
        self.heard.forget(&spoken_of);
        self.roster.leases.extend(again);
        self.roster.join(questions, answers);
        let is_heard_anew = |lease: &&Lease| spoken_of.contains(&(lease.property, lease.id.clone()));
        let anew: Vec<Lease> = self.roster.leases.iter().filter(is_heard_anew).cloned().collect();
        Hearing::new(self.question.manifest, &self.roster.properties).take(&mut self.heard, anew);
    }

    pub(super) fn prune(&self) -> Prune {
        if self.question.scope.prune { Prune::On } else { Prune::Off }
    }

    /// What this manifest sees of the account: see [`seen`].
    pub(super) fn sees<'b>(&self, account: &'b Account, listed: Option<&Account>) -> Cow<'b, Account> {
        seen(&self.users, &self.groups, account, listed)
    }

    pub(super) fn into_roster(self) -> Roster {
        self.roster
    }
}

impl Drawn<'_> {
    pub(super) fn compare(&self, account: &Account, calls: Calls) -> Plan {
        let Question { manifest: _, reference, as_of, scope, allowances, leases: _ } = self.question;
        between(&Inputs {
            desired: &self.desired,
            account,
            directory: &self.directory(account),
            as_of,
            scope,
            allowances,
            manifest: reference,
            calls,
        })
    }

    /// Of whom more must be known than was read so far.
    pub(super) fn wanted(&self, account: &Account, cards: Cards) -> Wanted {
        let Question { as_of, scope, .. } = self.question;
        let directory = &self.directory(account);
        wanted(&between::Sides { desired: &self.desired, account, directory, scope, as_of }, cards)
    }

    /// Which of the account's groups are managed, now.
    pub(super) fn directory(&self, account: &Account) -> Cow<'_, Directory> {
        current(&self.directory, account, || Directory::of(&self.desired, account))
    }

    /// What this manifest sees of the account: see [`seen`].
    pub(super) fn sees<'b>(&self, account: &'b Account, listed: Option<&Account>) -> Cow<'b, Account> {
        seen(&self.users, &self.groups, account, listed)
    }
}

/// The leases that the answers to these questions hold.
fn spoken_of(questions: &Questions, answers: &Answers) -> BTreeSet<(PropertyId, LeaseId)> {
    let asked = questions.keys().filter_map(|customer| answers.get(customer)).flat_map(BTreeMap::values);
    let leases = asked.flat_map(|answer| match answer {
        Answer::Leases(leases) => leases.as_slice(),
        Answer::Failed(_) => &[],
    });
    leases.map(|lease| (lease.property, lease.id.clone())).collect()
}

/// The directory as it was made, unless groups are gone since: reading their members shows it.
fn current<'d>(
    made: &'d Directory,
    account: &Account,
    anew: impl FnOnce() -> Directory,
) -> Cow<'d, Directory> {
    if made.is_of(account) { Cow::Borrowed(made) } else { Cow::Owned(anew()) }
}

/// The account as it would have been read for these users and groups alone: of others what the lists tell. Where nothing was read
/// for anybody else, that is the account itself.
fn seen<'b>(
    users: &BTreeSet<UserId>,
    groups: &BTreeSet<GroupId>,
    account: &'b Account,
    listed: Option<&Account>,
) -> Cow<'b, Account> {
    let Some(listed) = listed else { return Cow::Borrowed(account) };
    let see = |(id, user): (&UserId, &User)| {
        let mut user = if users.contains(id) { user } else { listed.users.get(id).unwrap_or(user) }.clone();
        if let Membership::Managed { held, elsewhere: _ } = &mut user.membership {
            held.retain(|group| groups.contains(group));
        }
        (*id, user)
    };
    Cow::Owned(Account {
        groups: Arc::clone(&account.groups),
        users: account.users.iter().map(see).collect(),
    })
}
