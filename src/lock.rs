//! One apply at a time (R7): a file that the operating system locks for one process, so that a crash lets go of it. What stands in
//! the file tells others who holds it, and decides nothing.

pub mod place;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::access::Instant;

/// How often somebody is asked who holds the lock, until they have written it down.
const LOOKS: u32 = 20;
/// How long between two looks. The first one waits too: right after the lock was taken its holder's name is still to come.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// How every lock file begins; a file that holds anything else is somebody's and is not overwritten.
const OPENING: &str = r#"{"host":"#;
/// More than any lock file holds, in bytes.
const LONGEST: u64 = 16 * 1024;

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
#[derive(Debug, Error)]
pub enum LockError {
    /// Somebody else has it.
    #[error(
        "another apply is at work: process {} on {}, since {}. Wait until it has ended (lock file: `{}`)",
        holder.process, holder.host, holder.since.format("%Y-%m-%dT%H:%M:%SZ"), path.display()
    )]
    Held {
        /// Who.
        holder: Box<Holder>,
        /// The file.
        path: PathBuf,
    },
    /// Somebody else has it, and their name can't be read.
    #[error("another apply is at work; who, does not stand in `{}`. Wait until it has ended", path.display())]
    HeldBySomebody {
        /// The file.
        path: PathBuf,
    },
    /// The file can't be made, opened or locked.
    #[error(
        "the lock file `{}` can't be used: {source}. Name another place with `--lock FILE`, the same one for every apply", path.display()
    )]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error(
        "`{}` is no lock file and is left as it is. Name a file that is not there yet with `--lock FILE`", path.display()
    )]
    NoLockFile {
        /// The file.
        path: PathBuf,
    },
    /// The text names no place.
    #[error(
        "`{place}` is no place for a lock: {problem}. Give a path, or a URL such as `file:///var/lib/reconcile.lock`"
    )]
    Place {
        /// The text.
        place: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A place that only other builds know.
    #[error("this build can't keep a lock at `{scheme}://`. Give a path that every apply shares")]
    Unsupported {
        /// The scheme.
        scheme: String,
    },
}

/// A lock that is held until this is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock, and says in its file who has it.
    ///
    /// # Errors
    /// [`LockError::Held`] when somebody else has it; nothing is waited for but their name.
    pub async fn take(path: &Path, holder: &Holder) -> Result<Self, LockError> {
        let failed = |source| LockError::Io { path: path.to_owned(), source };
        let mut file = open(path).map_err(failed)?;
        for _ in 0..LOOKS {
            match file.try_lock() {
                Ok(()) => return sign(file, path, holder),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(BETWEEN_LOOKS).await,
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
            if let Some(holder) = read(&mut file).and_then(|text| serde_json::from_str(&text).ok()) {
                return Err(LockError::Held { holder, path: path.to_owned() });
            }
        }
        Err(LockError::HeldBySomebody { path: path.to_owned() })
    }
}

impl Drop for Lock {
    /// Takes the name out, so that nobody is told of a run that has ended. The system lets go of the lock when the file is closed; the
    /// file stays, since one that is taken away while somebody waits at it would be two.
    fn drop(&mut self) {
        if let Err(error) = self.file.set_len(0) {
            tracing::debug!(%error, "the lock file keeps its name");
        }
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes the holder into a file that is locked already.
fn sign(mut file: File, path: &Path, holder: &Holder) -> Result<Lock, LockError> {
    let found =
        read(&mut file).filter(|found| found.starts_with(OPENING) || OPENING.starts_with(found.as_str()));
    if found.is_none() {
        return Err(LockError::NoLockFile { path: path.to_owned() });
    }
    let mut write = || {
        let text = serde_json::to_string(holder)?;
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(text.as_bytes())?;
        file.sync_data()
    };
    write().map_err(|source| LockError::Io { path: path.to_owned(), source })?;
    Ok(Lock { file })
}

/// What stands in the file; `None` when that is no text or can't be read.
fn read(file: &mut File) -> Option<String> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests;
