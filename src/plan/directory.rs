//! The manifest's group names against the groups that Brivo has (U9, U10): which exist, which are ours, and whose they are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};
use rayon::prelude::*;

use crate::access::few::Few;
use crate::access::text::Text;
use crate::access::{Account, GroupId, GroupRef, PropertyId};
use crate::desired::Desired;
use crate::desired::naming::{Named, Naming};
use crate::manifest::{Decommission, DecommissionEffect, GroupKey, GroupPattern};

/// What a key of the manifest stands for in Brivo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// One group.
    Found(GroupId),
    /// None.
    Missing,
    /// Several of one name: nobody is granted or loses any of them.
    Several(Box<[GroupId]>),
}

/// Which groups of the account are managed, and for whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// All of the account's groups.
    names: Arc<BTreeMap<GroupId, Text>>,
    resolved: HashMap<GroupKey, Resolution>,
    /// Those that the manifest says something of.
    meant: HashMap<GroupId, Meant>,
    /// Groups that a `decommission` entry takes back, with the property it names and its place in the manifest.
    decommissioned: BTreeMap<GroupId, (PropertyId, String)>,
    /// Groups that a `decommission` entry lets be.
    kept: BTreeSet<GroupId>,
}

/// A managed group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Meant {
    name: Text,
    /// The properties that name it; of a decommissioned one none.
    owners: Few<PropertyId>,
    /// It is named for single units by a template.
    is_of_units: bool,
    is_ambiguous: bool,
}

impl Directory {
    /// Looks up every name of the manifest among the account's groups.
    pub fn new(naming: &Naming, decommission: &[Decommission], account: &Account) -> Self {
        let mut by_name: HashMap<&str, Few<GroupId>> = HashMap::with_capacity(account.groups.len());
        for (id, name) in &*account.groups {
            by_name.entry(name).or_default().insert(*id);
        }
        let keys: Vec<(&GroupKey, &Named)> = naming.groups.iter().collect();
        let resolutions: Vec<Resolution> =
            keys.par_iter().map(|(key, _)| resolve(key, account, &by_name)).collect();
        let by_key = || {
            let owned = keys.iter().map(|(key, _)| (*key).clone());
            owned.zip(resolutions.iter().cloned()).collect()
        };
        let (meant, resolved) = rayon::join(|| meant(&keys, &resolutions, account), by_key);
        let names = Arc::clone(&account.groups);
        let mut directory = Self { names, resolved, meant, ..Self::default() };
        directory.decommission(decommission);
        directory
    }

    /// The same for what is rendered already.
    pub fn of(desired: &Desired, account: &Account) -> Self {
        Self::new(&desired.naming, &desired.decommission, account)
    }

    /// Whether it was made of these groups: one that is gone meanwhile makes another directory.
    pub fn is_of(&self, account: &Account) -> bool {
        Arc::ptr_eq(&self.names, &account.groups) || self.names == account.groups
    }

    fn decommission(&mut self, entries: &[Decommission]) {
        let mut decommissioned = BTreeMap::new();
        for entry in entries {
            for (id, name) in &*self.names {
                if !entry.groups.iter().any(|pattern| is_meant(pattern, *id, name))
                    || self.meant.contains_key(id)
                {
                    continue;
                }
                match entry.effect {
                    DecommissionEffect::Revoke => {
                        decommissioned.insert(*id, (entry.property, entry.path.clone()));
                    }
                    DecommissionEffect::Keep => {
                        self.kept.insert(*id);
                    }
                }
            }
        }
        for id in decommissioned.keys() {
            let name = self.names.get(id).cloned().unwrap_or_default();
            self.meant.insert(*id, Meant { name, ..Meant::default() });
        }
        self.decommissioned = decommissioned;
    }

    /// What a key stands for.
    pub fn resolve(&self, key: &GroupKey) -> &Resolution {
        self.resolved.get(key).unwrap_or(&Resolution::Missing)
    }

    /// The group's id, where the key stands for one.
    pub fn found(&self, key: &GroupKey) -> Option<GroupId> {
        match self.resolve(key) {
            Resolution::Found(id) => Some(*id),
            Resolution::Missing | Resolution::Several(_) => None,
        }
    }

    /// The group's id and name, where the key stands for one and nobody may take it for another (U10).
    pub fn given(&self, key: &GroupKey) -> Option<(GroupId, &Text)> {
        let id = self.found(key)?;
        let meant = self.meant.get(&id)?;
        (!meant.is_ambiguous).then_some((id, &meant.name))
    }

    /// Every managed group, in order.
    pub fn managed(&self) -> Vec<GroupId> {
        let mut managed: Vec<GroupId> = self.meant.keys().copied().collect();
        managed.sort_unstable();
        managed
    }

    /// Whether the group is managed.
    pub fn is_managed(&self, id: GroupId) -> bool {
        self.meant.contains_key(&id)
    }

    /// Brivo's name of the group, if it is managed.
    pub fn managed_name(&self, id: GroupId) -> Option<&Text> {
        self.meant.get(&id).map(|meant| &meant.name)
    }

    /// The properties that name the group; none for a decommissioned one.
    pub fn owners(&self, id: GroupId) -> impl Iterator<Item = PropertyId> {
        self.meant.get(&id).into_iter().flat_map(|meant| &meant.owners).copied()
    }

    /// Whether it stands for single units.
    pub fn is_unit_group(&self, id: GroupId) -> bool {
        self.meant.get(&id).is_some_and(|meant| meant.is_of_units)
    }

    /// Whether several groups share its name and the manifest names it by that (U10).
    pub fn is_ambiguous(&self, id: GroupId) -> bool {
        self.meant.get(&id).is_some_and(|meant| meant.is_ambiguous)
    }

    /// The property of the `decommission` entry that takes the group back (D11).
    pub fn decommissioned(&self, id: GroupId) -> Option<PropertyId> {
        self.decommissioned.get(&id).map(|(property, _)| *property)
    }

    /// The path of that entry in the manifest.
    pub fn decommission_path(&self, id: GroupId) -> Option<&str> {
        self.decommissioned.get(&id).map(|(_, path)| path.as_str())
    }

    /// Every group that a `decommission` entry lets be (D11).
    pub fn kept(&self) -> impl Iterator<Item = GroupId> {
        self.kept.iter().copied()
    }

    /// Whether a `decommission` entry lets the group be (D11).
    pub fn is_kept(&self, id: GroupId) -> bool {
        self.kept.contains(&id)
    }

    /// Brivo's name of a group.
    pub fn name(&self, id: GroupId) -> Text {
        let known = self.managed_name(id).or_else(|| self.names.get(&id));
        known.cloned().unwrap_or_default()
    }

    /// The group as a plan names it.
    pub fn reference(&self, id: GroupId) -> GroupRef {
        GroupRef { name: self.name(id), id }
    }

    /// The groups whose name is nearest to one that is missing, best first.
    pub fn near(&self, name: &str) -> Vec<&str> {
        let wanted = name.to_lowercase();
        let mut near: Vec<(usize, &str)> = self
            .names
            .values()
            .map(|known| (strsim::damerau_levenshtein(&wanted, &known.to_lowercase()), &**known))
            .filter(|(distance, known)| *distance <= 1 + known.chars().count() / 4)
            .collect();
        near.sort_unstable();
        near.dedup();
        near.into_iter().map(|(_, known)| known).take(3).collect()
    }
}

fn meant(
    named: &[(&GroupKey, &Named)],
    resolutions: &[Resolution],
    account: &Account,
) -> HashMap<GroupId, Meant> {
    let mut all: HashMap<GroupId, Meant> = HashMap::with_capacity(named.len());
    for ((_, named), resolution) in named.iter().zip(resolutions) {
        let (ids, is_ambiguous): (&[GroupId], bool) = match resolution {
            Resolution::Found(id) => (std::slice::from_ref(id), false),
            Resolution::Missing => (&[], false),
            Resolution::Several(ids) => (ids, true),
        };
        for id in ids {
            let meant = all.entry(*id).or_insert_with(|| {
                let name = account.groups.get(id).cloned().unwrap_or_default();
                Meant { name, ..Meant::default() }
            });
            meant.owners.extend(named.properties.iter().copied());
            meant.is_of_units |= !named.is_static;
            meant.is_ambiguous |= is_ambiguous;
        }
    }
    all
}

fn resolve(key: &GroupKey, account: &Account, by_name: &HashMap<&str, Few<GroupId>>) -> Resolution {
    match key {
        GroupKey::Id(id) if account.groups.contains_key(id) => Resolution::Found(*id),
        GroupKey::Id(_) => Resolution::Missing,
        GroupKey::Name(name) => match by_name.get(&**name).map(|ids| &**ids) {
            None | Some([]) => Resolution::Missing,
            Some([id]) => Resolution::Found(*id),
            Some(ids) => Resolution::Several(ids.into()),
        },
    }
}

/// Whether a pattern of the manifest means this group.
pub fn is_meant(pattern: &GroupPattern, id: GroupId, name: &str) -> bool {
    match pattern {
        GroupPattern::Id(wanted) => *wanted == id,
        GroupPattern::Name(pattern) => pattern.matches(name),
    }
}

/// The ids of the groups that a key may stand for, none when there is no such group.
pub(super) fn ids_of(key: &GroupKey, account: &Account) -> BTreeSet<GroupId> {
    let fits = |id: GroupId, name: &str| match key {
        GroupKey::Id(wanted) => *wanted == id,
        GroupKey::Name(wanted) => **wanted == *name,
    };
    account.groups.iter().filter(|(id, name)| fits(**id, name)).map(|(id, _)| *id).collect()
}

#[cfg(test)]
mod tests;
