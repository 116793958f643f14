//! A lock on one machine: a file that the operating system locks for one process, so that a crash lets go of it. What stands in the
//! file tells others who holds it, and decides nothing.

pub mod parts;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

use super::{Holder, LockError};
use crate::store::address::Address;

/// How often somebody is asked who holds the lock, until they have written it down.
const LOOKS: u32 = 20;
/// How long between two looks. The first one waits too: right after the lock was taken its holder's name is still to come.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// How every lock file begins; a file that holds anything else is somebody's and is not overwritten.
const OPENING: &str = r#"{"host":"#;
/// More than any lock file holds, in bytes.
const LONGEST: u64 = 16 * 1024;

/// A lock that is held until this is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub struct FileLock {
    file: File,
}

impl FileLock {
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
        Err(LockError::HeldBySomebody { address: Address::File(path.to_owned()) })
    }
}

/// Who holds the lock of this file: nobody; or somebody, with their name where it stands there.
///
/// # Errors
/// When the file can't be opened.
pub fn look(path: &Path) -> Result<Option<Option<Holder>>, LockError> {
    let failed = |source| LockError::Io { path: path.to_owned(), source };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    match file.try_lock() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => {
            Ok(Some(read(&mut file).and_then(|text| serde_json::from_str(&text).ok())))
        }
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

impl Drop for FileLock {
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
fn sign(mut file: File, path: &Path, holder: &Holder) -> Result<FileLock, LockError> {
    let found =
        read(&mut file).filter(|found| found.starts_with(OPENING) || OPENING.starts_with(found.as_str()));
    if found.is_none() {
        return Err(LockError::NoLock { address: Address::File(path.to_owned()) });
    }
    let mut write = || {
        let text = serde_json::to_string(holder)?;
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(text.as_bytes())?;
        file.sync_data()
    };
    write().map_err(|source| LockError::Io { path: path.to_owned(), source })?;
    Ok(FileLock { file })
}

/// What stands in the file; `None` when that is no text or can't be read.
fn read(file: &mut File) -> Option<String> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    Some(text)
}
