//! What was last seen of a Brivo account, kept from run to run so that it need not be asked again. It holds ids, groups, dates and
//! digests: no name, address, number or PIN. It is sealed with a key that is kept elsewhere, so that nobody who can write there can
//! make a run believe something; and it is safe to lose: what is missing is read.

mod sealed;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::access::text::Text;
use crate::access::{Account, Detail, ExternalId, GroupId, Instant, Membership, User, UserId};
use crate::plan::memory::People;
pub use sealed::Unusable;

/// How long after an edit another one may carry the same stamp: Brivo's are to the second, and clocks differ.
const SAME_STAMP: Duration = Duration::seconds(10);

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Cache {
    /// Whose it is: the Brivo account and the prefix of the external ids.
    pub owner: Owner,
    /// When everything was read last; `None`: never.
    pub full_at: Option<Instant>,
    /// Every group that the login sees.
    pub groups: Arc<BTreeMap<GroupId, Text>>,
    /// The groups whose members are known.
    pub watched: BTreeSet<GroupId>,
    /// Managed and adopted users.
    pub users: BTreeMap<UserId, Seen>,
    /// What earlier runs left behind of each person.
    pub people: People,
    /// How many calls were made to Brivo, by calendar month (UTC), the last two.
    pub calls: BTreeMap<String, u64>,
}

/// Whose a cache is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// What tells the Brivo account from every other one.
    pub account: String,
    /// The prefix of the external ids.
    pub prefix: String,
}

/// What was seen of one user, the list's part left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// As it was.
    pub external_id: Option<ExternalId>,
    /// Brivo's stamp of the last edit that is part of this; `None`: it can't be relied on.
    pub updated: Option<Text>,
    /// Which groups the user is in.
    pub membership: Membership,
    /// Dates and credentials, where they were read.
    pub detail: Option<Detail>,
}

/// What the list told of one user before anything else was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Brivo's stamp of the last edit.
    updated: Option<Text>,
    /// The record's profile in the list; the record itself may have more.
    profile: u64,
}

impl Listed {
    /// What is kept in mind of a row of the list.
    pub fn of(user: &User) -> Self {
        Self { updated: user.updated.clone(), profile: fingerprint(user) }
    }
}

/// Tells two profiles apart, within one process.
fn fingerprint(user: &User) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    let profile = &user.profile;
    (&profile.first_name, &profile.middle_name, &profile.last_name).hash(&mut hasher);
    (&profile.emails, &profile.phones).hash(&mut hasher);
    hasher.finish()
}

impl Cache {
    /// An empty one.
    pub fn new(owner: Owner) -> Self {
        Self { owner, ..Self::default() }
    }

    /// Fills in what is known of the users of a list: of those whose stamp has not moved since they were seen. Gives back whom.
    pub fn fill(&self, account: &mut Account) -> BTreeSet<UserId> {
        let mut filled = BTreeSet::new();
        for (id, user) in &mut account.users {
            let Some(seen) = self.users.get(id) else { continue };
            let is_same = seen.updated.is_some()
                && seen.updated == user.updated
                && seen.external_id == user.external_id;
            if is_same {
                user.membership = seen.membership.clone();
                user.detail.clone_from(&seen.detail);
                filled.insert(*id);
            }
        }
        filled
    }

    /// Whether the members of all these groups are known.
    pub fn covers(&self, groups: &BTreeSet<GroupId>) -> bool {
        groups.is_subset(&self.watched)
    }

    /// Keeps what a run has seen of these users. `listed` is what the list told of them before; `clock` Brivo's, at the list's
    /// answer. What was edited meanwhile, or a moment before, is kept but not relied on.
    pub fn keep(
        &mut self,
        account: &Account,
        users: &BTreeSet<UserId>,
        listed: &BTreeMap<UserId, Listed>,
        clock: Option<Instant>,
    ) {
        let seen = users.iter().filter_map(|id| {
            let user = account.users.get(id)?;
            let before = listed.get(id).filter(|before| {
                before.updated == user.updated
                    && before.profile == fingerprint(user)
                    && is_settled(before.updated.as_deref(), clock)
            });
            let updated = before.and_then(|before| before.updated.clone());
            let seen = Seen {
                external_id: user.external_id.clone(),
                updated,
                membership: user.membership.clone(),
                detail: user.detail.clone(),
            };
            Some((*id, seen))
        });
        self.users = seen.collect();
    }

    /// Relies no more on what was seen of this user.
    pub fn doubt(&mut self, user: UserId) {
        if let Some(seen) = self.users.get_mut(&user) {
            seen.updated = None;
        }
    }

    /// How many calls were made in the calendar month (UTC) of this instant.
    pub fn calls_in(&self, month_of: Instant) -> u64 {
        self.calls.get(&month(month_of)).copied().unwrap_or(0)
    }

    /// Counts calls made in the calendar month of this instant, and forgets those of long ago.
    pub fn count(&mut self, calls: u64, now: Instant) {
        *self.calls.entry(month(now)).or_default() += calls;
        while self.calls.len() > 2 {
            self.calls.pop_first();
        }
    }
}

/// A calendar month, as in `2026-03`: in the order of time.
fn month(instant: Instant) -> String {
    instant.format("%Y-%m").to_string()
}

/// Whether no further edit can carry this stamp.
fn is_settled(updated: Option<&str>, clock: Option<Instant>) -> bool {
    let stamp = updated.and_then(|stamp| stamp.parse::<Instant>().ok());
    stamp.zip(clock).is_none_or(|(stamp, clock)| clock - stamp > SAME_STAMP)
}

#[cfg(test)]
mod tests;
