//! What stands in the object, as JSON.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use serde::{Deserialize, Serialize};

use super::super::Holder;
use crate::access::Instant;

/// More than any record is long, in bytes.
pub(super) const LONGEST: u64 = 16 * 1024;

/// How much of a name is shown, in characters.
const SHOWN: usize = 100;

/// Who has the lock. The object stays when nobody has: a store takes conditions for writing, not for deleting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reconcile_lock", rename_all = "snake_case")]
pub(super) enum Record {
    /// Somebody.
    Held(Box<Leased>),
    /// Some of several jobs, each with its part of the properties and a lease of its own beside this.
    Parts {
        /// How many parts there are.
        of: u32,
        /// Those that came; whether one is still at work tells its lease.
        parts: Vec<Part>,
    },
    /// Nobody.
    Free {
        /// Since when.
        since: Instant,
    },
}

/// A part that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    /// Which one, from 1.
    pub(super) part: u32,
    /// The run that came last for it.
    pub(super) token: String,
}

/// A lock that somebody holds for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leased {
    /// Who started the run.
    pub owner: String,
    /// The run.
    #[serde(flatten)]
    pub holder: Holder,
    /// When it runs out, by the clock of its holder, unless it is renewed.
    pub until: Instant,
    /// Tells this run from every other one.
    pub(super) token: String,
}

impl Record {
    /// `None` for what is no record. Its names are shown to people, and anybody who may write there can have written them.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut record = serde_json::from_slice(bytes).ok()?;
        if let Self::Held(leased) = &mut record {
            leased.owner = plain(&leased.owner);
            leased.holder.host = plain(&leased.holder.host);
        }
        Some(record)
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// Without anything that a terminal would obey.
fn plain(name: &str) -> String {
    let letter = |letter: char| {
        let is_plain = letter.is_alphanumeric() || letter.is_ascii_graphic() || letter == ' ';
        if is_plain { letter } else { '?' }
    };
    name.chars().take(SHOWN).map(letter).collect()
}

/// A text that nobody else comes upon.
pub(super) fn token() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}
