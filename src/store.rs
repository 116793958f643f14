//! A place for what outlives a run: a file on this machine, or an object in a cloud's store. Knows bytes, versions and conditions,
//! and nothing of what the bytes mean.

pub mod address;
mod file;
#[cfg(feature = "object-store")]
mod object;

use std::path::PathBuf;

use miette::Diagnostic;
use thiserror::Error;

use address::Address;

/// One kept thing: what stands at one address.
#[derive(Debug)]
pub struct Item {
    address: Address,
    place: Place,
}

#[derive(Debug)]
enum Place {
    File(file::Kept),
    #[cfg(feature = "object-store")]
    Object(object::Kept),
}

/// What stands there, and which version of it that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The content.
    pub bytes: Vec<u8>,
    /// Its version.
    pub version: Version,
}

/// Tells one content from those before and after it. Means something only to the item that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The entity tag, or the digest of a file.
    tag: Option<String>,
    /// The generation, in stores that count them.
    generation: Option<String>,
}

/// On what a write depends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition<'a> {
    /// Nothing stands there yet.
    Absent,
    /// What stands there is still this.
    Unchanged(&'a Version),
}

/// What became of a conditional write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It stands there now, in this version.
    Done(Version),
    /// The condition did not hold; nothing was written.
    Refused,
}

/// Why something can't be kept or read.
#[derive(Debug, Error, Diagnostic)]
pub enum StoreError {
    /// The text names no place.
    #[error("`{text}` names no place: {problem}")]
    #[diagnostic(
        code(store::address),
        help("give a path, or a URL such as `s3://bucket/name`, `gs://bucket/name`, `az://container/name`")
    )]
    Address {
        /// The text.
        text: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A place that only other builds know.
    #[error("this build keeps nothing at `{address}`")]
    #[diagnostic(
        code(store::unsupported),
        help("build with the feature `object-store`, which is on by default, or give a path")
    )]
    Unsupported {
        /// The place.
        address: Address,
    },
    /// The client of a store can't be made.
    #[error("the store of `{address}` can't be used: {reason}")]
    #[diagnostic(code(store::set_up), help("{}", address.credentials()))]
    SetUp {
        /// The place.
        address: Address,
        /// Why, without secrets.
        reason: String,
    },
    /// A store says no to who asks.
    #[error("the store refuses `{address}` to these credentials: {reason}")]
    #[diagnostic(code(store::denied), help("{}", address.credentials()))]
    Denied {
        /// The place.
        address: Address,
        /// What it says, without secrets.
        reason: String,
    },
    /// A store can't be reached or fails.
    #[error("`{address}` can't be used: {reason}")]
    #[diagnostic(code(store::failed), help("{}", address.credentials()))]
    Failed {
        /// The place.
        address: Address,
        /// Why, without secrets.
        reason: String,
    },
    /// The system can't read or write a file.
    #[error("`{}` can't be used: {source}", path.display())]
    #[diagnostic(code(store::file), help("check the folder's owner and permissions, or name another place"))]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// More stands there than the reader takes.
    #[error("`{address}` holds more than {longest} bytes")]
    #[diagnostic(code(store::too_long), help("it was written by something else: name another place"))]
    TooLong {
        /// The place.
        address: Address,
        /// How many bytes are taken.
        longest: u64,
    },
}

impl Item {
    /// Opens the place; nothing is read or written yet.
    ///
    /// # Errors
    /// When this build or the environment lacks what the place needs.
    pub fn open(address: &Address) -> Result<Self, StoreError> {
        let place = match address {
            Address::File(path) => Place::File(file::Kept::new(path)),
            #[cfg(feature = "object-store")]
            Address::Object { .. } => Place::Object(object::Kept::open(address)?),
            #[cfg(not(feature = "object-store"))]
            Address::Object { .. } => return Err(StoreError::Unsupported { address: address.clone() }),
        };
        Ok(Self { address: address.clone(), place })
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// What stands there; `None` when nothing does.
    ///
    /// # Errors
    /// When that can't be found out, or it is longer than `longest` bytes.
    pub async fn get(&self, longest: u64) -> Result<Option<Found>, StoreError> {
        match &self.place {
            Place::File(kept) => kept.get(longest),
            #[cfg(feature = "object-store")]
            Place::Object(kept) => kept.get(longest).await,
        }
    }

    /// Writes the whole content at once, if the condition holds: a reader sees all of it or nothing.
    ///
    /// # Errors
    /// When it can't be written, or nobody knows whether it was.
    pub async fn put(&self, bytes: Vec<u8>, condition: Condition<'_>) -> Result<Put, StoreError> {
        match &self.place {
            Place::File(kept) => kept.put(&bytes, condition),
            #[cfg(feature = "object-store")]
            Place::Object(kept) => kept.put(bytes, condition).await,
        }
    }
}

#[cfg(test)]
mod tests;
