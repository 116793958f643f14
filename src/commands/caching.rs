//! `--cache`: opened before a run reads, written after it. A cache that can't be used is no error: everything is read.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Duration;

use super::planning::recall::{Refresh, Reuse};
use super::planning::{Planned, Seen};
use super::speech;
use crate::access::{Instant, UserId};
use crate::cache::{Cache, Owner};
use crate::digest::Key;
use crate::lock::place::stem;
use crate::plan::between::Sides;
use crate::plan::memory::{Memory, recall, remember};
use crate::store::address::Address;
use crate::store::{Condition, Item, Put, StoreError, Version};

/// More than a cache of ten million users is long, in bytes.
const LONGEST: u64 = 4 * 1024 * 1024 * 1024;
/// For how long after everything was read a run relies on it by itself.
const FRESH: Duration = Duration::days(7);
/// How far ahead of this machine's clock another one's may be.
const SKEW: Duration = Duration::minutes(5);
/// How often it is tried to write, while others write.
const TRIES: u32 = 5;

/// A cache in use.
pub struct Caching {
    item: Item,
    key: Key,
    cache: Cache,
    refresh: Refresh,
    before: Option<Version>,
    begun: Instant,
    /// Whether the run wrote it.
    is_kept: AtomicBool,
}

/// What `--refresh` says; without it the cache's age decides.
pub type Wanted = Option<Refresh>;

impl Caching {
    /// Opens what is kept of this owner at this place, and decides how much is asked anew.
    ///
    /// # Errors
    /// When the text names no place, or no store of this build.
    pub async fn open(
        place: &str,
        wanted: Wanted,
        owner: Owner,
        key: Key,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let name = format!("{}.cache", stem(&owner.account, &owner.prefix));
        let item = Item::open(&Address::parse(place)?.beneath(&name))?;
        let (cache, before) = load(&item, &key, owner).await;
        let refresh = refresh(wanted, cache.full_at, now);
        if wanted == Some(Refresh::Changed) && refresh == Refresh::Full {
            speech::note("nothing is in the cache that a run could rely on: everything is read");
        }
        Ok(Self { item, key, cache, refresh, before, begun: now, is_kept: AtomicBool::new(false) })
    }

    /// What a run may use of it.
    pub fn reuse(&self) -> Reuse<'_> {
        Reuse { cache: &self.cache, refresh: self.refresh }
    }

    /// How many calls earlier runs made this month.
    pub fn spent(&self) -> u64 {
        self.cache.calls_in(self.begun)
    }

    /// Names the changes that only put back what a hand changed, and warns of records that were deleted by hand.
    pub fn recall(&self, planned: &mut Planned) {
        let Planned { plan, desired, account, directory, .. } = planned;
        let (scope, as_of) = (plan.scope.clone(), plan.as_of);
        recall(plan, &Sides { desired, account, directory, scope: &scope, as_of }, self.memory());
    }

    /// Says what the plan rests on.
    pub fn tell(&self, planned: &Planned) {
        let Some(used) = planned.plan.calls.cache else { return };
        speech::note(&format!(
            "of Brivo's users {} come from the cache, {} were read again; everything was read last {}",
            used.users,
            used.read_again,
            used.full_at.format("%Y-%m-%dT%H:%M:%SZ")
        ));
    }

    /// Writes down what was seen, and written where the plan has results; `calls` is what the run made in all.
    pub async fn keep(&self, planned: &Planned, calls: u64) {
        let Planned { plan, desired, account, directory, roster: _, seen } = planned;
        let Seen { users, groups, recall } = seen;
        let sides = Sides { desired, account, directory, scope: &plan.scope, as_of: plan.as_of };
        let full_at = if self.refresh == Refresh::Full { Some(self.begun) } else { self.cache.full_at };
        let mut cache = Cache {
            owner: self.cache.owner.clone(),
            full_at,
            groups: Arc::clone(&account.groups),
            watched: groups.clone(),
            users: BTreeMap::new(),
            people: remember(plan, &sides, self.memory()),
            calls: self.cache.calls.clone(),
        };
        cache.keep(account, users, &recall.listed, recall.clock);
        for user in touched(planned) {
            cache.doubt(user);
        }
        let whose = if plan.results.is_some() { Whose::Ours } else { Whose::Theirs };
        self.write(cache, calls, whose).await;
    }

    /// Writes down the calls of a run that came to no end of its own.
    pub async fn close(&self, calls: u64) {
        if calls > 0 && !self.is_kept.load(Ordering::Relaxed) {
            self.write(self.cache.clone(), calls, Whose::Theirs).await;
        }
    }

    fn memory(&self) -> Memory<'_> {
        Memory { key: &self.key, people: &self.cache.people }
    }

    /// Of two that wrote at once an apply's content stays, of two applies what they agree on, else the first one's; the calls of both
    /// are counted.
    async fn write(&self, mut cache: Cache, calls: u64, whose: Whose) {
        let Self { item, key, before, begun, .. } = self;
        self.is_kept.store(true, Ordering::Relaxed);
        let mut condition = before.clone();
        cache.count(calls, *begun);
        for _ in 0..TRIES {
            let bytes = cache.sealed(key);
            let put =
                item.put(bytes, condition.as_ref().map_or(Condition::Absent, Condition::Unchanged)).await;
            match put {
                Ok(Put::Done(_)) => return,
                Ok(Put::Refused) => {}
                Err(error) => return lost(&error),
            }
            let (theirs, version) = load(item, key, cache.owner.clone()).await;
            condition = version;
            cache = match whose {
                Whose::Ours => agreed(cache, theirs),
                Whose::Theirs if theirs.full_at.is_none() => Cache { calls: theirs.calls, ..cache },
                Whose::Theirs => theirs,
            };
            cache.count(calls, *begun);
        }
        tracing::warn!("the cache `{}` was not written: others keep writing it", item.address());
    }
}

/// What two applies that each wrote a part of the people leave: of whom they tell different things the next run asks again.
fn agreed(ours: Cache, theirs: Cache) -> Cache {
    let mut seen = ours.users;
    if theirs.full_at.is_some() {
        seen.retain(|id, user| theirs.users.get(id) == Some(user));
    }
    Cache { users: seen, calls: theirs.calls, ..ours }
}

/// Whose content stays when two wrote at once.
#[derive(Clone, Copy)]
enum Whose {
    Ours,
    Theirs,
}

fn lost(error: &StoreError) {
    speech::show(&*miette::miette!(
        severity = miette::Severity::Warning,
        code = "cache::unwritten",
        help = "the next run reads more than it would need to",
        "the cache was not written: {error}"
    ));
}

/// What is kept there; something empty where that is nothing, or nothing usable.
async fn load(item: &Item, key: &Key, owner: Owner) -> (Cache, Option<Version>) {
    let address = item.address();
    let found = match item.get(LONGEST).await {
        Ok(Some(found)) => found,
        Ok(None) => return (Cache::new(owner), None),
        Err(error) => {
            speech::note(&format!("the cache is not used: {error}; everything is read"));
            return (Cache::new(owner), None);
        }
    };
    match Cache::unsealed(&found.bytes, key, &owner) {
        Ok(cache) => (cache, Some(found.version)),
        Err(why) => {
            speech::note(&format!("the cache `{address}` is not used: {why}; everything is read"));
            (Cache::new(owner), Some(found.version))
        }
    }
}

fn refresh(wanted: Wanted, full_at: Option<Instant>, now: Instant) -> Refresh {
    let Some(full_at) = full_at else { return Refresh::Full };
    let is_fresh = now - full_at <= FRESH && full_at - now <= SKEW;
    wanted.unwrap_or(if is_fresh { Refresh::Changed } else { Refresh::Full })
}

/// Whose records were written, or may have been.
fn touched(planned: &Planned) -> Vec<UserId> {
    if planned.plan.results.is_none() {
        return Vec::new();
    }
    planned.plan.changes.iter().filter_map(|change| change.brivo_user_id).collect()
}
