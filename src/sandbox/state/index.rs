//! The orders and look-ups that Brivo's lists need, kept in step with the memory itself.

use std::collections::{BTreeMap, BTreeSet};

use super::{Credential, User};

/// Every index.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// Users as Brivo lists them: by last name, first name, then id. [seen]
    pub(super) users_by_name: BTreeSet<(String, String, u64)>,
    pub(super) groups_by_name: BTreeSet<(String, u64)>,
    pub(super) external: BTreeMap<String, BTreeSet<u64>>,
    pub(super) members: BTreeMap<u64, BTreeSet<(String, String, u64)>>,
    pub(super) owned: BTreeMap<u64, BTreeSet<u64>>,
    pub(super) encoded: BTreeMap<String, u64>,
    pub(super) pins: BTreeMap<String, u64>,
    /// Users whom no list shows.
    pub(super) hidden: BTreeSet<u64>,
}

impl Index {
    pub(super) fn add_user(&mut self, user: &User) {
        let key = key(user);
        for group in &user.groups {
            self.members.entry(*group).or_default().insert(key.clone());
        }
        self.users_by_name.insert(key);
        if let Some(external_id) = &user.external_id {
            self.external.entry(external_id.clone()).or_default().insert(user.id);
        }
        if let Some(pin) = &user.pin {
            self.pins.insert(pin.clone(), user.id);
        }
        if user.hidden {
            self.hidden.insert(user.id);
        }
    }

    pub(super) fn remove_user(&mut self, user: &User) {
        let key = key(user);
        for group in &user.groups {
            if let Some(members) = self.members.get_mut(group) {
                members.remove(&key);
            }
        }
        self.users_by_name.remove(&key);
        if let Some(ids) = user.external_id.as_ref().and_then(|id| self.external.get_mut(id)) {
            ids.remove(&user.id);
        }
        if let Some(pin) = &user.pin {
            self.pins.remove(pin);
        }
        self.hidden.remove(&user.id);
    }

    pub(super) fn add_credential(&mut self, credential: &Credential) {
        // A PIN's encoded value is the PIN, and a PIN is no card number.
        if !credential.is_pin() {
            self.encoded.insert(credential.encoded.clone(), credential.id);
        }
        if let Some(owner) = credential.owner {
            self.owned.entry(owner).or_default().insert(credential.id);
        }
    }
}

fn key(user: &User) -> (String, String, u64) {
    (user.last_name.to_lowercase(), user.first_name.to_lowercase(), user.id)
}
