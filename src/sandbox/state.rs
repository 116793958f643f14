//! What Brivo holds: users, groups, credentials and the rest, with the indexes that make its lists quick. Every change goes through
//! `put` and `remove`, which also note it down for whoever keeps the state in a file.

mod index;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use index::Index;

/// Brivo's memory.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct State {
    pub(crate) counters: Counters,
    pub(crate) users: BTreeMap<u64, User>,
    pub(crate) groups: BTreeMap<u64, Group>,
    pub(crate) credentials: BTreeMap<u64, Credential>,
    pub(crate) invitations: BTreeMap<u64, Invitation>,
    pub(crate) fields: BTreeMap<u64, Field>,
    pub(crate) sites: BTreeMap<u64, Site>,
    pub(crate) doors: BTreeMap<u64, Door>,
    #[serde(skip)]
    index: Index,
    #[serde(skip)]
    changes: Vec<Change>,
}

/// The next id of each sequence: users and groups share one. [seen]
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub(crate) struct Counters {
    pub(crate) entity: u64,
    pub(crate) credential: u64,
    pub(crate) other: u64,
}

impl Default for Counters {
    fn default() -> Self {
        Self { entity: 15_610_001, credential: 22_310_001, other: 5001 }
    }
}

/// A user. The dates are the PIN's. [doc]
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(default)]
pub(crate) struct User {
    pub(crate) id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) external_id: Option<String>,
    pub(crate) first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) middle_name: Option<String>,
    pub(crate) last_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<DateTime<Utc>>,
    pub(crate) suspended: bool,
    pub(crate) created: DateTime<Utc>,
    pub(crate) updated: DateTime<Utc>,
    pub(crate) ble_exempt: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) emails: Vec<Contact>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) phones: Vec<Contact>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) fields: BTreeMap<u64, String>,
    pub(crate) groups: BTreeSet<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) hidden: bool,
}

/// An e-mail or phone.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(default)]
pub(crate) struct Contact {
    pub(crate) value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
}

/// A group and the doors it opens, each with its schedule.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own in Brivo")]
pub(crate) struct Group {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) keypad_unlock: bool,
    pub(crate) immune_to_antipassback: bool,
    pub(crate) excluded_from_lockdown: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) antipassback_minutes: Option<u32>,
    pub(crate) doors: BTreeMap<u64, u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) multifamily: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) linked: bool,
}

/// A card, pass or PIN.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(default)]
pub(crate) struct Credential {
    pub(crate) id: u64,
    pub(crate) format: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<String>,
    pub(crate) encoded: String,
    pub(crate) values: Vec<(u64, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<DateTime<Utc>>,
}

/// An invitation to a mobile pass.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(default)]
pub(crate) struct Invitation {
    pub(crate) id: u64,
    pub(crate) user: u64,
    pub(crate) credential: u64,
    pub(crate) reference: String,
    pub(crate) created: DateTime<Utc>,
    pub(crate) expires: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) redeemed: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cancelled: Option<DateTime<Utc>>,
    pub(crate) nfc: bool,
}

/// A custom field.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(default)]
pub(crate) struct Field {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) order: u64,
}

/// A site.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(default)]
pub(crate) struct Site {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) time_zone: String,
}

/// A door.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(default)]
pub(crate) struct Door {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) site: u64,
}

/// One change of the state, as it is kept in a file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    Counters(Counters),
    User(User),
    UserGone(u64),
    Group(Group),
    GroupGone(u64),
    Credential(Credential),
    CredentialGone(u64),
    Invitation(Invitation),
    Field(Field),
    FieldGone(u64),
}

impl State {
    /// Makes a change, and notes it down.
    pub(crate) fn put(&mut self, change: Change) {
        self.apply(change.clone());
        self.changes.push(change);
    }

    /// The changes noted since the last time they were taken.
    pub(crate) fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// Makes a change that was noted before.
    pub(crate) fn apply(&mut self, change: Change) {
        match change {
            Change::Counters(counters) => self.counters = counters,
            Change::User(user) => {
                self.forget_user(user.id);
                self.index.add_user(&user);
                self.users.insert(user.id, user);
            }
            Change::UserGone(id) => {
                self.forget_user(id);
            }
            Change::Group(group) => {
                self.forget_group(group.id);
                self.index.groups_by_name.insert((group.name.to_lowercase(), group.id));
                self.groups.insert(group.id, group);
            }
            Change::GroupGone(id) => {
                self.forget_group(id);
            }
            Change::Credential(credential) => {
                self.forget_credential(credential.id);
                self.index.add_credential(&credential);
                self.credentials.insert(credential.id, credential);
            }
            Change::CredentialGone(id) => {
                self.forget_credential(id);
            }
            Change::Invitation(invitation) => {
                self.invitations.insert(invitation.id, invitation);
            }
            Change::Field(field) => {
                self.fields.insert(field.id, field);
            }
            Change::FieldGone(id) => {
                self.fields.remove(&id);
            }
        }
    }

    /// An empty memory whose ids go on from there.
    pub(crate) fn counting_from(counters: Counters) -> Self {
        Self { counters, ..Self::default() }
    }

    /// Builds the indexes anew: after reading a state from a file.
    pub(crate) fn reindex(&mut self) {
        self.index = Index::default();
        for user in self.users.values() {
            self.index.add_user(user);
        }
        for credential in self.credentials.values() {
            self.index.add_credential(credential);
        }
        let groups = self.groups.values().map(|group| (group.name.to_lowercase(), group.id));
        self.index.groups_by_name = groups.collect();
    }

    /// An id for a new user or group.
    pub(crate) fn next_entity(&mut self) -> u64 {
        let counters = Counters { entity: self.counters.entity.saturating_add(1), ..self.counters.clone() };
        let id = self.counters.entity;
        self.put(Change::Counters(counters));
        id
    }

    /// An id for a new credential.
    pub(crate) fn next_credential(&mut self) -> u64 {
        let counters =
            Counters { credential: self.counters.credential.saturating_add(1), ..self.counters.clone() };
        let id = self.counters.credential;
        self.put(Change::Counters(counters));
        id
    }

    /// An id for anything else.
    pub(crate) fn next_other(&mut self) -> u64 {
        let counters = Counters { other: self.counters.other.saturating_add(1), ..self.counters.clone() };
        let id = self.counters.other;
        self.put(Change::Counters(counters));
        id
    }

    /// Every user, in the order of names.
    pub(crate) fn users_in_order(&self) -> impl Iterator<Item = &User> {
        self.users_from(0)
    }

    /// Whether there is a user whom no list shows.
    pub(crate) fn hides_somebody(&self) -> bool {
        !self.index.hidden.is_empty()
    }

    /// The same from a place on.
    pub(crate) fn users_from(&self, place: usize) -> impl Iterator<Item = &User> {
        self.index.users_by_name.iter().skip(place).filter_map(|(_, _, id)| self.users.get(id))
    }

    /// The members of a group, in the order of names.
    pub(crate) fn members(&self, group: u64) -> impl Iterator<Item = &User> {
        self.index.members.get(&group).into_iter().flatten().filter_map(|(_, _, id)| self.users.get(id))
    }

    /// Every group, in the order of names.
    pub(crate) fn groups_in_order(&self) -> impl Iterator<Item = &Group> {
        self.groups_from(0)
    }

    /// The same from a place on.
    pub(crate) fn groups_from(&self, place: usize) -> impl Iterator<Item = &Group> {
        self.index.groups_by_name.iter().skip(place).filter_map(|(_, id)| self.groups.get(id))
    }

    /// The users with that external id; more than one only where the world allows it.
    pub(crate) fn with_external_id(&self, external_id: &str) -> impl Iterator<Item = &User> {
        self.index.external.get(external_id).into_iter().flatten().filter_map(|id| self.users.get(id))
    }

    /// The user with that PIN.
    pub(crate) fn with_pin(&self, pin: &str) -> Option<u64> {
        self.index.pins.get(pin).copied()
    }

    /// The credentials that a user holds.
    pub(crate) fn credentials_of(&self, user: u64) -> impl Iterator<Item = &Credential> {
        self.index.owned.get(&user).into_iter().flatten().filter_map(|id| self.credentials.get(id))
    }

    /// The credential with that encoded value.
    pub(crate) fn with_encoded(&self, encoded: &str) -> Option<u64> {
        self.index.encoded.get(encoded).copied()
    }

    fn forget_user(&mut self, id: u64) {
        if let Some(user) = self.users.remove(&id) {
            self.index.remove_user(&user);
        }
    }

    fn forget_group(&mut self, id: u64) {
        if let Some(group) = self.groups.remove(&id) {
            self.index.groups_by_name.remove(&(group.name.to_lowercase(), id));
        }
    }

    fn forget_credential(&mut self, id: u64) {
        let Some(credential) = self.credentials.remove(&id) else { return };
        self.index.encoded.remove(&credential.encoded);
        if let Some(owned) = credential.owner.and_then(|owner| self.index.owned.get_mut(&owner)) {
            owned.remove(&id);
        }
    }
}

impl Credential {
    /// The format of PINs. [doc]
    pub(crate) const PIN: u64 = 2;
    /// The format of mobile passes. [seen]
    pub(crate) const PASS: u64 = 307;

    pub(crate) fn is_pin(&self) -> bool {
        self.format == Self::PIN
    }
}
