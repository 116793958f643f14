//! One apply at a time (R7): a file that the operating system locks, for one machine, or an object that is leased for a while and renewed,
//! for all of them.

pub mod file;
pub mod lease;
pub mod place;

use std::path::PathBuf;

use miette::Diagnostic;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::access::Instant;
use crate::access::shard::Shard;
use crate::store::address::Address;
use crate::store::{Item, StoreError};
use file::FileLock;
use lease::{Lease, OnLoss};

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The machine.
    pub host: String,
    /// The process on it.
    pub process: u32,
    /// Since when.
    pub since: Instant,
    /// Which Brivo account.
    pub account: String,
    /// Whose users in it: the prefix of their external ids.
    pub prefix: String,
}

impl Holder {
    /// This process.
    pub fn here(account: &str, prefix: &str, since: Instant) -> Self {
        Self {
            host: host(),
            process: std::process::id(),
            since,
            account: account.to_owned(),
            prefix: prefix.to_owned(),
        }
    }
}

/// The machine's name, as Linux tells it in a file and others by a command.
fn host() -> String {
    let told = std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| {
        let output = std::process::Command::new("hostname").output()?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&output.stdout).into_owned())
    });
    let name = told.map(|name| name.trim().to_owned()).unwrap_or_default();
    if name.is_empty() { "a machine without a name".to_owned() } else { name }
}

/// Why there is no lock.
#[derive(Debug, Error, Diagnostic)]
pub enum LockError {
    /// Somebody else has it.
    #[error(
        "another apply is at work: process {} on {}, since {}. Wait until it has ended (lock file: `{}`)",
        holder.process, holder.host, told(holder.since), path.display()
    )]
    #[diagnostic(code(lock::held))]
    Held {
        /// Who.
        holder: Box<Holder>,
        /// The file.
        path: PathBuf,
    },
    /// Somebody else has leased it.
    #[error(
        "another apply is at work: process {} on {}, since {}, started by {}. Wait until it has ended (lock: `{address}`)",
        lease.holder.process, lease.holder.host, told(lease.holder.since), lease.owner
    )]
    #[diagnostic(
        code(lock::leased),
        help(
            "a run that was killed loses it at {}; `reconcile unlock --lock {address}` takes it away before that",
            told(lease.free_for_others())
        )
    )]
    Leased {
        /// Who.
        lease: Box<lease::Leased>,
        /// The object.
        address: Address,
    },
    /// Somebody else has it, and their name can't be read.
    #[error("another apply is at work; who, does not stand in `{address}`. Wait until it has ended")]
    #[diagnostic(code(lock::held))]
    HeldBySomebody {
        /// Where.
        address: Address,
    },
    /// It was taken away, or could not be kept.
    #[error("the lock `{address}` was lost: {reason}; nothing was written")]
    #[diagnostic(code(lock::lost), help("see who is at work, and run again"))]
    Lost {
        /// Where.
        address: Address,
        /// How.
        reason: String,
    },
    /// The file can't be made, opened or locked.
    #[error(
        "the lock file `{}` can't be used: {source}. Name another place with `--lock FILE`, the same one for every apply", path.display()
    )]
    #[diagnostic(code(lock::file))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Something else stands there.
    #[error("`{address}` is no lock and is left as it is. Name a place that holds nothing yet with `--lock`")]
    #[diagnostic(code(lock::no_lock))]
    NoLock {
        /// Where.
        address: Address,
    },
    /// The place can't be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Store(#[from] StoreError),
}

/// An instant in a message.
fn told(instant: Instant) -> String {
    instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A lock that this process holds. A file's is let go of in whatever way the process ends; a leased one is to be released, or it stays
/// until it runs out.
#[derive(Debug)]
pub enum Lock {
    /// For one machine.
    File(FileLock),
    /// For all that reach the store.
    Lease(Lease),
}

/// Who takes a lock, and how it is to be told of a loss.
pub struct Taker {
    /// This process.
    pub holder: Holder,
    /// Who started it.
    pub owner: String,
    /// The wall clock.
    pub clock: lease::Clock,
    /// Called once when the lock is lost while it is held.
    pub on_loss: OnLoss,
}

impl Lock {
    /// Takes the lock, or that of a part of the properties, and says there who has it. Parts of one number are held beside each
    /// other; everything, or another number of parts, is not.
    ///
    /// # Errors
    /// [`LockError::Held`] or [`LockError::Leased`] when somebody else has it; nothing is waited for but their name.
    pub async fn take(address: &Address, shard: Option<Shard>, taker: Taker) -> Result<Self, LockError> {
        Ok(match (address, shard) {
            (Address::File(path), shard) => Self::File(file::parts::take(path, shard, &taker.holder).await?),
            (Address::Object { .. }, None) => Self::Lease(Lease::take(Item::open(address)?, taker).await?),
            (Address::Object { .. }, Some(shard)) => {
                Self::Lease(lease::parts::take(address, shard, taker).await?)
            }
        })
    }

    /// That it is still held.
    ///
    /// # Errors
    /// [`LockError::Lost`] when it is not.
    pub fn check(&self) -> Result<(), LockError> {
        match self {
            Self::File(_) => Ok(()),
            Self::Lease(lease) => lease.check(),
        }
    }

    /// Lets others have it.
    pub async fn release(self) {
        match self {
            Self::File(lock) => drop(lock),
            Self::Lease(lease) => lease.release().await,
        }
    }
}

#[cfg(test)]
mod tests;
