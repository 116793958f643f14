//! The cache as bytes: a line that says what it is and carries the seal, then the content as JSON.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;

use super::{Cache, Owner};
use crate::access::{GroupId, Instant};
use crate::digest::Key;

/// The version of this format.
const VERSION: u32 = 1;
/// For what the key is used here.
const SEAL: &str = "seal";

/// How long a seal is, in hexadecimal digits.
const SEAL_LENGTH: usize = 64;

/// About how long what is not of users is, in bytes, and how long what is of one.
const HEAD: usize = 16 * 1024;
const A_USER: usize = 640;

#[derive(Serialize, Deserialize)]
struct Head {
    reconcile_cache: u32,
    seal: String,
}

/// The first line, as long as its seal is and no longer.
fn head(seal: &str) -> Vec<u8> {
    let mut line =
        serde_json::to_vec(&Head { reconcile_cache: VERSION, seal: seal.to_owned() }).unwrap_or_default();
    line.push(b'\n');
    line
}

/// Why a cache is not used. None of it is an error: everything is read, and the cache written anew.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unusable {
    /// It is none, or was cut off.
    #[error("it can't be read")]
    Unreadable,
    /// Another version of the program wrote it.
    #[error("it was written by another version")]
    Version,
    /// Its seal does not fit: it was changed, or sealed with another key.
    #[error("its seal does not fit: it was changed, or Brivo's client secret was")]
    Seal,
    /// It is another account's, or another prefix's.
    #[error("it is about another Brivo account or prefix")]
    Owner,
}

impl Cache {
    /// As bytes, sealed.
    pub fn sealed(&self, key: &Key) -> Vec<u8> {
        // Room for the seal, and for the content: so long a text is not copied.
        let mut bytes = Vec::with_capacity(HEAD + A_USER * self.users.len().max(self.people.len()));
        bytes.append(&mut head(&"0".repeat(SEAL_LENGTH)));
        let begin = bytes.len();
        // Every part of it is one that JSON can say.
        let _infallible = serde_json::to_writer(&mut bytes, self);
        let sealed = head(&key.digest(SEAL, &bytes[begin..]).to_string());
        bytes[..begin].copy_from_slice(&sealed);
        bytes
    }

    /// Reads what was sealed with this key for this owner.
    ///
    /// # Errors
    /// [`Unusable`], whatever the bytes are.
    pub fn unsealed(bytes: &[u8], key: &Key, owner: &Owner) -> Result<Self, Unusable> {
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(Unusable::Unreadable)?;
        let (head, body) = (&bytes[..end], &bytes[end + 1..]);
        let version: Version = serde_json::from_slice(head).map_err(|_| Unusable::Unreadable)?;
        if version.reconcile_cache != VERSION {
            return Err(Unusable::Version);
        }
        let head: Head = serde_json::from_slice(head).map_err(|_| Unusable::Unreadable)?;
        if head.seal != key.digest(SEAL, body).to_string() {
            return Err(Unusable::Seal);
        }
        let cache = Self::read(body).map_err(|_| Unusable::Unreadable)?;
        if cache.owner == *owner { Ok(cache) } else { Err(Unusable::Owner) }
    }
}

impl Cache {
    /// Reads the content, its long parts on all cores.
    fn read(body: &[u8]) -> serde_json::Result<Self> {
        let Parts { owner, full_at, groups, watched, users, people, calls } = serde_json::from_slice(body)?;
        let (users, (people, groups)) = rayon::join(
            || serde_json::from_str(users.get()),
            || (serde_json::from_str(people.get()), serde_json::from_str(groups.get())),
        );
        Ok(Self { owner, full_at, groups: groups?, watched, users: users?, people: people?, calls })
    }
}

/// The content, its long parts as they stand.
#[derive(Deserialize)]
struct Parts<'a> {
    owner: Owner,
    full_at: Option<Instant>,
    #[serde(borrow)]
    groups: &'a RawValue,
    watched: BTreeSet<GroupId>,
    #[serde(borrow)]
    users: &'a RawValue,
    #[serde(borrow)]
    people: &'a RawValue,
    calls: BTreeMap<String, u64>,
}

/// What every version's first line says.
#[derive(Deserialize)]
struct Version {
    reconcile_cache: u32,
}
