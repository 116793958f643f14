//! What is kept in a file of this machine: written beside and moved into its place, readable by its owner only. Writers wait for each
//! other at a second file, so that a condition still holds when the write happens.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::address::Address;
use super::{Condition, Found, Put, StoreError, Version};

/// How much of a file is read at once to tell its version, in bytes.
const PIECE: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct Kept {
    path: PathBuf,
}

impl Kept {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    pub(super) fn get(&self, longest: u64) -> Result<Option<Found>, StoreError> {
        let mut bytes = Vec::new();
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(error)),
        };
        file.take(longest.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| self.failed(error))?;
        if bytes.len() as u64 > longest {
            return Err(StoreError::TooLong { address: Address::File(self.path.clone()), longest });
        }
        let version = version(&bytes);
        Ok(Some(Found { bytes, version }))
    }

    pub(super) fn put(&self, bytes: &[u8], condition: Condition<'_>) -> Result<Put, StoreError> {
        let written = self.written(bytes, condition).map_err(|error| self.failed(error))?;
        Ok(if written { Put::Done(version(bytes)) } else { Put::Refused })
    }

    fn written(&self, bytes: &[u8], condition: Condition<'_>) -> std::io::Result<bool> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder)?;
        let _turn = self.turn()?;
        let present = match File::open(&self.path) {
            Ok(present) => Some(version_of(present)?),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let holds = match condition {
            Condition::Absent => present.is_none(),
            Condition::Unchanged(version) => present.as_ref() == Some(version),
        };
        if holds {
            let mut file = NamedTempFile::new_in(folder)?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&self.path)?;
        }
        Ok(holds)
    }

    /// The right to write, until the file is closed.
    fn turn(&self) -> std::io::Result<File> {
        let mut path = self.path.as_os_str().to_owned();
        path.push(".turn");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        file.lock()?;
        Ok(file)
    }

    fn failed(&self, source: std::io::Error) -> StoreError {
        StoreError::File { path: self.path.clone(), source }
    }
}

fn version(bytes: &[u8]) -> Version {
    tagged(Sha256::new_with_prefix(bytes))
}

fn tagged(sum: Sha256) -> Version {
    let digest = sum.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a text can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    Version { tag: Some(digest), generation: None }
}

/// The version of what a file holds, of which only a piece is in memory at one time.
fn version_of(mut file: impl Read) -> std::io::Result<Version> {
    let (mut sum, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(tagged(sum)),
            Ok(length) => sum.update(&piece[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
