//! Several jobs under one lock, each with its part of the properties: every part has a lease of its own, and what stands at the
//! lock itself says which parts have come, so that neither a run of everything nor another number of parts begins beside them.
//!
//! Each job leases its part first and then writes itself down; who wants everything reads what stands there, looks at the parts'
//! leases, and writes on the condition that nobody wrote meanwhile. Of two who try at once, one sees the other.

use std::time::Duration;

use tokio::time::sleep;

use super::record::{LONGEST, Leased, Part, Record};
use super::{Clock, Lease, look};
use crate::access::shard::Shard;
use crate::lock::{LockError, Taker};
use crate::store::address::Address;
use crate::store::{Condition, Item, Put, Version};

/// How often a part tries to write itself down while others do.
const TRIES: u32 = 50;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// Takes the lock for one part.
///
/// # Errors
/// [`LockError::Leased`] when somebody has the part, everything, or a part of another number of parts.
pub async fn take(lock: &Address, shard: Shard, taker: Taker) -> Result<Lease, LockError> {
    let clock = Clock::clone(&taker.clock);
    let lease = Lease::take(Item::open(&place(lock, shard.part(), shard.of()))?, taker).await?;
    match join(&Item::open(lock)?, shard, lease.token(), &clock).await {
        Ok(()) => Ok(lease),
        Err(error) => {
            lease.release().await;
            Err(error)
        }
    }
}

/// Everybody who has the lock or a part of it, each with the item that says so and its version.
///
/// # Errors
/// When one can't be read, or something else stands there.
pub async fn look_at_all(lock: Item) -> Result<Vec<(Item, Leased, Version)>, LockError> {
    let found = lock.get(LONGEST).await?;
    let Some(Record::Parts { of, parts }) = found.and_then(|found| Record::parse(&found.bytes)) else {
        return Ok(look(&lock).await?.map(|(leased, version)| (lock, leased, version)).into_iter().collect());
    };
    let mut held = Vec::new();
    for Part { part, token: _ } in parts {
        let item = Item::open(&place(lock.address(), part, of))?;
        if let Some((leased, version)) = look(&item).await? {
            held.push((item, leased, version));
        }
    }
    Ok(held)
}

/// That none of these parts is at work any more.
pub(super) async fn at_rest(lock: &Address, of: u32, parts: &[Part], clock: &Clock) -> Result<(), LockError> {
    for Part { part, token: _ } in parts {
        let item = Item::open(&place(lock, *part, of))?;
        if let Some((leased, _)) = look(&item).await?
            && clock() < leased.free_for_others()
        {
            return Err(LockError::Leased { lease: Box::new(leased), address: item.address().clone() });
        }
    }
    Ok(())
}

/// Where the lease of a part is.
fn place(lock: &Address, part: u32, of: u32) -> Address {
    lock.beside(&format!(".{part}-of-{of}"))
}

/// Writes the part down at the lock. It is written even where it stands there from an earlier run: who looked at its lease before
/// it was taken finds the lock changed.
async fn join(lock: &Item, shard: Shard, token: &str, clock: &Clock) -> Result<(), LockError> {
    for _ in 0..TRIES {
        let found = lock.get(LONGEST).await?;
        let record = match &found {
            None => None,
            Some(found) => {
                let nothing = || LockError::NoLock { address: lock.address().clone() };
                Some(Record::parse(&found.bytes).ok_or_else(nothing)?)
            }
        };
        let mut parts = match record {
            Some(Record::Held(other)) if clock() < other.free_for_others() => {
                return Err(LockError::Leased { lease: other, address: lock.address().clone() });
            }
            None | Some(Record::Free { .. } | Record::Held(_)) => Vec::new(),
            Some(Record::Parts { of, parts }) if of == shard.of() => parts,
            Some(Record::Parts { of, parts }) => {
                at_rest(lock.address(), of, &parts, clock).await?;
                Vec::new()
            }
        };
        let own = Part { part: shard.part(), token: token.to_owned() };
        if parts.contains(&own) {
            // An earlier try was done, and its answer lost.
            return Ok(());
        }
        parts.retain(|other| other.part != own.part);
        parts.push(own);
        let condition =
            found.as_ref().map_or(Condition::Absent, |found| Condition::Unchanged(&found.version));
        if let Ok(Put::Done(_)) = lock.put(Record::Parts { of: shard.of(), parts }.bytes(), condition).await {
            return Ok(());
        }
        sleep(BETWEEN_TRIES).await;
    }
    Err(LockError::HeldBySomebody { address: lock.address().clone() })
}

#[cfg(test)]
mod tests;
