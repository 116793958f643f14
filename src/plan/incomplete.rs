//! Which properties could not be read whole, and what must therefore not be taken (R1, R2, D8).

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashSet;
use rayon::prelude::*;

use crate::access::{Account, CustomerId, GroupId, Membership, PropertyId, User};
use crate::desired::Desired;
use crate::desired::hearing::Heard;
use crate::desired::naming::Naming;
use crate::manifest::Decommission;
use crate::roster::look_up::Questions;
use crate::roster::{Listing, PropertyRecord, Unit};

use super::directory::Directory;
use super::subject::Subject;

/// The properties of which something was not read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Incomplete {
    /// All of them.
    pub properties: BTreeSet<PropertyId>,
    /// Those of which Entrata answered nothing although people hold a group that they alone name (R1).
    pub silent: BTreeSet<PropertyId>,
}

impl Incomplete {
    /// Judges the properties by what was read and by who holds their groups.
    pub fn of(desired: &Desired, directory: &Directory, account: &Account) -> Self {
        let faulty = desired.properties.iter().filter(|(_, view)| !view.faults.is_empty()).map(|(id, _)| *id);
        let leaseless =
            desired.properties.iter().filter(|(_, view)| !view.has_leases).map(|(id, _)| *id).collect();
        let read =
            Read { faulty: faulty.collect(), leaseless, naming: &desired.naming, prefix: &desired.prefix };
        Self::judge(read, directory, account)
    }

    fn judge(read: Read<'_>, directory: &Directory, account: &Account) -> Self {
        let Read { faulty: mut properties, leaseless, naming, prefix } = read;
        // Seldom is there any, and to ask who holds what takes long.
        let held = if leaseless.is_empty() { BTreeSet::new() } else { memberships(account, prefix) };
        let namers = held.iter().filter_map(|id| sole_namer(directory, naming, *id));
        let mut silent: BTreeSet<PropertyId> = namers.filter(|id| leaseless.contains(id)).collect();
        silent.retain(|id| !properties.contains(id));
        properties.extend(&silent);
        Self { properties, silent }
    }

    /// Whether anything is incomplete at all: then nobody's end comes earlier or start later.
    pub fn is_any(&self) -> bool {
        !self.properties.is_empty()
    }

    /// Whether an incomplete property names the group, alone or with others.
    pub fn names(&self, directory: &Directory, group: GroupId) -> bool {
        directory.owners(group).any(|property| self.properties.contains(&property))
    }

    /// Whether only incomplete properties name the group.
    pub fn alone_names(&self, directory: &Directory, group: GroupId) -> bool {
        let mut owners = directory.owners(group).peekable();
        owners.peek().is_some() && owners.all(|property| self.properties.contains(&property))
    }

    /// Whether an incomplete property may name the group by a template, for a unit that was not read.
    pub fn may_name(&self, naming: &Naming, name: &str) -> bool {
        naming.may_name(name).any(|property| self.properties.contains(&property))
    }

    /// R2: whether nothing may be taken from the person: seen on a lease there, or holding a group of theirs.
    pub fn shields(&self, desired: &Desired, directory: &Directory, subject: &Subject<'_>) -> bool {
        let entries = subject.person.iter().flat_map(|person| &person.entries);
        let seen = entries.map(|entry| entry.property).any(|property| self.properties.contains(&property));
        let known = subject.users.iter().filter_map(|(_, user)| user.membership.known()).flatten();
        let holds = |group: &GroupId| {
            self.alone_names(directory, *group) || self.may_name(&desired.naming, &directory.name(*group))
        };
        self.is_any() && (seen || known.into_iter().any(holds))
    }
}

/// What the properties' completeness is judged by.
struct Read<'a> {
    faulty: BTreeSet<PropertyId>,
    leaseless: BTreeSet<PropertyId>,
    naming: &'a Naming,
    prefix: &'a str,
}

/// The one property that names the group, by a template perhaps for a unit that was not read.
fn sole_namer(directory: &Directory, naming: &Naming, group: GroupId) -> Option<PropertyId> {
    let name = directory.name(group);
    let namers: BTreeSet<PropertyId> = if directory.is_managed(group) {
        directory.owners(group).collect()
    } else {
        naming.may_name(&name).collect()
    };
    namers.first().copied().filter(|_| namers.len() == 1)
}

/// Every group that holds a managed user.
fn memberships(account: &Account, prefix: &str) -> BTreeSet<GroupId> {
    let ours = account
        .users
        .values()
        .filter(|user| user.external_id.as_ref().is_some_and(|id| id.is_managed(prefix)));
    ours.filter_map(|user| user.membership.known()).flatten().copied().collect()
}

/// Who must be looked up one by one: managed users whom no reply names and who hold managed groups, none of them of an incomplete
/// property; with `prune` those without a managed group too, in every property of the manifest.
pub fn doubtful(asked: &Asked<'_>) -> Questions {
    if asked.account.users.is_empty() {
        return Questions::new();
    }
    let directory = asked.directory;
    let incomplete = asked.incomplete();
    let mut doubts = Questions::new();
    for (customer, user) in asked.not_mentioned() {
        let Some(known) = user.membership.known() else { continue };
        let held: BTreeSet<GroupId> = known.iter().copied().filter(|id| directory.is_managed(*id)).collect();
        let unread = |id: &GroupId| incomplete.may_name(asked.naming, &directory.name(*id));
        if held.iter().any(|id| incomplete.names(directory, *id)) || known.iter().any(unread) {
            continue;
        }
        let asked_in = asked.properties_to_ask(&incomplete, &held, &user.membership);
        if !asked_in.is_empty() {
            doubts.entry(customer).or_default().extend(asked_in);
        }
    }
    for properties in doubts.values_mut() {
        properties.sort_unstable();
        properties.dedup();
    }
    doubts
}

/// What the question who is doubtful rests on.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Which groups the manifest names.
    pub naming: &'a Naming,
    /// What left the manifest.
    pub decommission: &'a [Decommission],
    /// Which of the account's groups those are.
    pub directory: &'a Directory,
    /// What was read of the properties.
    pub records: &'a BTreeMap<PropertyId, PropertyRecord>,
    /// Whom and what the leases of Entrata's replies named.
    pub mentioned: &'a Mentioned<'a>,
    /// What Brivo's lists and memberships held.
    pub account: &'a Account,
    /// What the external id of a managed user begins with.
    pub prefix: &'a str,
    /// Whether records may be deleted (D9).
    pub prune: Prune,
}

/// Whom and what leases named.
#[derive(Debug, Clone, Default)]
pub struct Mentioned<'a> {
    customers: HashSet<&'a CustomerId>,
    properties: BTreeSet<PropertyId>,
}

impl<'a> Mentioned<'a> {
    /// By the leases that were heard.
    pub fn in_heard(heard: &'a Heard) -> Self {
        Self { customers: heard.customers().collect(), properties: heard.leased().clone() }
    }
}

/// Whether records of people whom Entrata no longer knows are deleted (D9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prune {
    /// They stay.
    #[default]
    Off,
    /// They go.
    On,
}

impl<'a> Asked<'a> {
    /// The managed users whose customers no lease named.
    fn not_mentioned(&self) -> Vec<(CustomerId, &'a User)> {
        let users: Vec<&User> = self.account.users.values().collect();
        let customer = |user: &'a User| Some((user.external_id.as_ref()?.customer(self.prefix)?, user));
        let customers = users.into_par_iter().filter_map(customer);
        customers.filter(|(customer, _)| !self.mentioned.customers.contains(customer)).collect()
    }

    fn incomplete(&self) -> Incomplete {
        let records = self.records;
        let lacks_units = |id: &PropertyId, units: &Option<Vec<Unit>>| match units {
            Some(units) => units.is_empty() && self.naming.has_templates(*id),
            None => true,
        };
        let faulty = records.iter().filter(|(id, record)| {
            !record.faults.is_empty() || lacks_units(id, &record.units) || record.listing != Listing::Open
        });
        let leased = &self.mentioned.properties;
        let leaseless = records.keys().copied().filter(|id| !leased.contains(id)).collect();
        let faulty = faulty.map(|(id, _)| *id).collect();
        let read = Read { faulty, leaseless, naming: self.naming, prefix: self.prefix };
        Incomplete::judge(read, self.directory, self.account)
    }

    /// The properties one of whose groups they hold; to delete a record, all of them; for people of a property that left the
    /// manifest, those that a `decommission` entry without groups names (D11).
    fn properties_to_ask(
        &self,
        incomplete: &Incomplete,
        held: &BTreeSet<GroupId>,
        membership: &Membership,
    ) -> BTreeSet<PropertyId> {
        let mut ask: BTreeSet<PropertyId> = held.iter().flat_map(|id| self.directory.owners(*id)).collect();
        let is_elsewhere = is_elsewhere(membership, self.directory);
        if held.is_empty() && is_elsewhere {
            ask.extend(
                self.decommission.iter().filter(|entry| entry.groups.is_empty()).map(|entry| entry.property),
            );
        }
        if self.prune == Prune::On && !incomplete.is_any() && !is_elsewhere {
            ask.extend(self.records.keys());
        }
        ask
    }
}

/// Whether the user is in a group that is not managed.
pub(super) fn is_elsewhere(membership: &Membership, directory: &Directory) -> bool {
    match membership {
        Membership::Unread => false,
        Membership::Whole(groups) => groups.iter().any(|id| !directory.is_managed(*id)),
        Membership::Managed { held, elsewhere } => {
            *elsewhere || held.iter().any(|id| !directory.is_managed(*id))
        }
    }
}
