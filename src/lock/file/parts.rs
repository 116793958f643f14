//! Several jobs of one machine under one lock, each with its part of the properties: a file each, beside the lock's own. Each job
//! locks its file first and looks at the others' then: of two who try at once, at least one sees the other.

use std::path::{Path, PathBuf};

use super::{FileLock, look};
use crate::access::shard::Shard;
use crate::lock::{Holder, LockError};
use crate::store::address::Address;

/// Takes the lock for one part, or for everything.
///
/// # Errors
/// [`LockError::Held`] when somebody has the same, or what can't be beside it.
pub async fn take(lock: &Path, shard: Option<Shard>, holder: &Holder) -> Result<FileLock, LockError> {
    let own = shard.map_or_else(|| lock.to_owned(), |shard| place(lock, shard));
    let taken = FileLock::take(&own, holder).await?;
    let can_be_beside =
        |other: Option<Shard>| shard.zip(other).is_some_and(|(shard, other)| shard.of() == other.of());
    for (path, other) in files(lock)? {
        if path != own
            && !can_be_beside(other)
            && let Some(holder) = look(&path)?
        {
            return Err(match holder {
                Some(holder) => LockError::Held { holder: Box::new(holder), path },
                None => LockError::HeldBySomebody { address: Address::File(path) },
            });
        }
    }
    Ok(taken)
}

/// Everybody who has the lock or a part of it, with the file, and their name where it stands there.
///
/// # Errors
/// When a file can't be read.
pub fn look_at_all(lock: &Path) -> Result<Vec<(PathBuf, Option<Holder>)>, LockError> {
    let mut held = Vec::new();
    for (path, _) in files(lock)? {
        if let Some(holder) = look(&path)? {
            held.push((path, holder));
        }
    }
    Ok(held)
}

/// The file of a part.
fn place(lock: &Path, shard: Shard) -> PathBuf {
    let mut path = lock.as_os_str().to_owned();
    path.push(format!(".{}-of-{}", shard.part(), shard.of()));
    path.into()
}

/// The lock's own file and those of its parts, whether anybody holds them or not.
fn files(lock: &Path) -> Result<Vec<(PathBuf, Option<Shard>)>, LockError> {
    let mut files = vec![(lock.to_owned(), None)];
    let folder = lock.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.exists() {
        return Ok(files);
    }
    let failed = |source| LockError::Io { path: folder.to_owned(), source };
    let name = lock.file_name().map(|name| format!("{}.", name.to_string_lossy())).unwrap_or_default();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let other = entry.file_name().to_string_lossy().into_owned();
        let shard = other.strip_prefix(&name).and_then(|rest| rest.replacen("-of-", "/", 1).parse().ok());
        if shard.is_some() {
            files.push((lock.with_file_name(entry.file_name()), shard));
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests;
