//! What a run takes from the cache instead of asking, whom of it was asked about since, and how many calls are left to ask.

use std::collections::{BTreeMap, BTreeSet};

use super::{PlanningError, Services};
use crate::access::{Account, Instant, Membership, UserId};
use crate::cache::{Cache, Listed};

/// The live services, and how they are asked.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// The two services.
    pub services: &'a Services,
    /// What was kept of earlier runs.
    pub cache: Option<Reuse<'a>>,
    /// R13.
    pub budget: Option<Budget>,
}

impl<'a> From<&'a Services> for Line<'a> {
    fn from(services: &'a Services) -> Self {
        Self { services, cache: None, budget: None }
    }
}

/// A cache, and whether it is relied on.
#[derive(Clone, Copy)]
pub struct Reuse<'a> {
    /// What was kept.
    pub cache: &'a Cache,
    /// How much is asked anew.
    pub refresh: Refresh,
}

/// How much of Brivo is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// Everything.
    Full,
    /// The user list, and whatever it or the plan makes doubtful.
    Changed,
}

impl<'a> Line<'a> {
    /// The cache, where it is relied on.
    pub(super) fn relied_on(self) -> Option<&'a Cache> {
        self.cache.filter(|reuse| reuse.refresh == Refresh::Changed).map(|reuse| reuse.cache)
    }

    /// R13: ends the run when the reads that it still has to make would pass what is left.
    pub(super) fn afford(self, reads: u64) -> Result<(), PlanningError> {
        let made = self.services.brivo.transport().calls();
        let Some(budget) = self.budget.filter(|budget| reads > budget.left(made)) else { return Ok(()) };
        let Budget { limit, spent_before } = budget;
        Err(PlanningError::Budget { limit, used: spent_before + made, reads })
    }
}

/// How many calls may be made to Brivo in a calendar month (R13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// In the whole month.
    pub limit: u64,
    /// By earlier runs, as far as they are known.
    pub spent_before: u64,
}

impl Budget {
    /// What is left to a run that has made so many calls.
    pub fn left(self, made: u64) -> u64 {
        self.limit.saturating_sub(self.spent_before).saturating_sub(made)
    }
}

/// What a run has of the cache.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recall {
    /// What the list told of each user before anything else was read; where a cache is kept.
    pub listed: BTreeMap<UserId, Listed>,
    /// Brivo's clock at the list's answer.
    pub clock: Option<Instant>,
    /// Users of whom all but the list's part comes from the cache and was not read since.
    pub taken: BTreeSet<UserId>,
}

impl Recall {
    /// Looks at the lists, and fills in what the cache knows.
    pub(super) fn begin(line: Line<'_>, account: &mut Account) -> Self {
        if line.cache.is_none() {
            return Self::default();
        }
        let listed = account.users.iter().map(|(id, user)| (*id, Listed::of(user))).collect();
        let taken = line.relied_on().map(|cache| cache.fill(account)).unwrap_or_default();
        Self { listed, clock: line.services.brivo.transport().server_clock(), taken }
    }

    /// Those of them who come from the cache.
    pub(super) fn taken_of(&self, users: &BTreeSet<UserId>) -> Vec<UserId> {
        self.taken.intersection(users).copied().collect()
    }

    /// Those of these users of whom the cache knows the watched groups only.
    pub(super) fn watched_of(&self, account: &Account, users: &BTreeSet<UserId>) -> Vec<UserId> {
        let is_watched = |id: &UserId| {
            let membership = account.users.get(id).map(|user| &user.membership);
            matches!(membership, Some(Membership::Managed { .. }))
        };
        self.taken_of(users).into_iter().filter(is_watched).collect()
    }
}

/// Those of these users whose groups were not read.
pub(super) fn without_groups(account: &Account, users: &BTreeSet<UserId>) -> Vec<UserId> {
    let unread =
        |id: &&UserId| account.users.get(id).is_some_and(|user| user.membership == Membership::Unread);
    users.iter().filter(unread).copied().collect()
}

/// Those of these users whose details were not read.
pub(super) fn without_details(account: &Account, users: &BTreeSet<UserId>) -> Vec<UserId> {
    let unread = |id: &&UserId| account.users.get(id).is_some_and(|user| user.detail.is_none());
    users.iter().filter(unread).copied().collect()
}
