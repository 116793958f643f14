//! The manifest's group names against the groups that Brivo has (U9, U10): which exist, which are ours, and whose they are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::access::few::Few;
use crate::access::text::Text;
use crate::access::{Account, GroupId, GroupRef, PropertyId};
use crate::desired::Desired;
use crate::desired::unit::Naming;
use crate::manifest::{Decommission, DecommissionEffect, GroupKey, GroupPattern};

/// What a key of the manifest stands for in Brivo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// One group.
    Found(GroupId),
    /// None.
    Missing,
    /// Several of one name: nobody is granted or loses any of them.
    Several(Vec<GroupId>),
}

/// Which groups of the account are managed, and for whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    names: BTreeMap<GroupId, Text>,
    resolved: HashMap<GroupKey, Resolution>,
    /// Managed groups, each with the properties that name it; decommissioned ones with none.
    owners: BTreeMap<GroupId, Few<PropertyId>>,
    /// Groups that are named for single units by a template.
    unit_groups: BTreeSet<GroupId>,
    ambiguous: BTreeSet<GroupId>,
    /// Groups that a `decommission` entry takes back, with the property it names and its place in the manifest.
    decommissioned: BTreeMap<GroupId, (PropertyId, String)>,
    /// Groups that a `decommission` entry lets be.
    kept: BTreeSet<GroupId>,
}

impl Directory {
    /// Looks up every name of the manifest among the account's groups.
    pub fn new(naming: &Naming, decommission: &[Decommission], account: &Account) -> Self {
        let mut by_name: HashMap<&str, Vec<GroupId>> = HashMap::with_capacity(account.groups.len());
        for (id, name) in &account.groups {
            by_name.entry(name).or_default().push(*id);
        }
        let mut directory = Self { names: account.groups.clone(), ..Self::default() };
        for (key, named) in &naming.groups {
            let resolution = resolve(key, account, &by_name);
            directory.own(&resolution, &named.properties, named.is_static);
            directory.resolved.insert(key.clone(), resolution);
        }
        directory.decommission(decommission, account);
        directory
    }

    /// The same for what is rendered already.
    pub fn of(desired: &Desired, account: &Account) -> Self {
        Self::new(&desired.naming, &desired.decommission, account)
    }

    /// Whether it was made of these groups: one that is gone meanwhile makes another directory.
    pub fn is_of(&self, account: &Account) -> bool {
        self.names == account.groups
    }

    fn own(&mut self, resolution: &Resolution, properties: &Few<PropertyId>, is_static: bool) {
        let ids: &[GroupId] = match resolution {
            Resolution::Found(id) => std::slice::from_ref(id),
            Resolution::Missing => &[],
            Resolution::Several(ids) => ids,
        };
        for id in ids {
            self.owners.entry(*id).or_default().extend(properties.iter().copied());
            if !is_static {
                self.unit_groups.insert(*id);
            }
        }
        if let Resolution::Several(ids) = resolution {
            self.ambiguous.extend(ids);
        }
    }

    fn decommission(&mut self, entries: &[Decommission], account: &Account) {
        for entry in entries {
            for (id, name) in &account.groups {
                if !entry.groups.iter().any(|pattern| is_meant(pattern, *id, name))
                    || self.owners.contains_key(id)
                {
                    continue;
                }
                match entry.effect {
                    DecommissionEffect::Revoke => {
                        self.decommissioned.insert(*id, (entry.property, entry.path.clone()));
                    }
                    DecommissionEffect::Keep => {
                        self.kept.insert(*id);
                    }
                }
            }
        }
        for id in self.decommissioned.keys() {
            self.owners.entry(*id).or_default();
        }
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

    /// Every managed group.
    pub fn managed(&self) -> impl Iterator<Item = GroupId> {
        self.owners.keys().copied()
    }

    /// Whether the group is managed.
    pub fn is_managed(&self, id: GroupId) -> bool {
        self.owners.contains_key(&id)
    }

    /// The properties that name the group; none for a decommissioned one.
    pub fn owners(&self, id: GroupId) -> impl Iterator<Item = PropertyId> {
        self.owners.get(&id).into_iter().flatten().copied()
    }

    /// Whether it stands for single units.
    pub fn is_unit_group(&self, id: GroupId) -> bool {
        self.unit_groups.contains(&id)
    }

    /// Whether several groups share its name and the manifest names it by that (U10).
    pub fn is_ambiguous(&self, id: GroupId) -> bool {
        self.ambiguous.contains(&id)
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
        self.names.get(&id).cloned().unwrap_or_default()
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

fn resolve(key: &GroupKey, account: &Account, by_name: &HashMap<&str, Vec<GroupId>>) -> Resolution {
    match key {
        GroupKey::Id(id) if account.groups.contains_key(id) => Resolution::Found(*id),
        GroupKey::Id(_) => Resolution::Missing,
        GroupKey::Name(name) => match by_name.get(&**name).map(Vec::as_slice) {
            None | Some([]) => Resolution::Missing,
            Some([id]) => Resolution::Found(*id),
            Some(ids) => Resolution::Several(ids.to_vec()),
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
