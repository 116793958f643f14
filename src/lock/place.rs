//! Where a lock lives: as `--lock` says, else where every apply to one account on this machine looks for it.

use std::path::{Path, PathBuf};

use reqwest::Url;
use sha2::{Digest as _, Sha256};

use super::LockError;

/// The stores that locks will live in some day.
const OBJECT_STORES: [&str; 4] = ["s3", "gs", "az", "azure"];
/// How much of an account's or a prefix's name stands readably in the file's name, in characters.
const READABLE: usize = 40;

/// What decides where the lock lives when nobody says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings<'a> {
    /// What tells the Brivo account from every other one; nothing secret, it is in the file's name.
    pub account: &'a str,
    /// The prefix of the external ids.
    pub prefix: &'a str,
    /// `--sandbox`: the world's file.
    pub world: Option<&'a Path>,
    /// `--cache`: its folder.
    pub cache: Option<&'a Path>,
    /// `$XDG_STATE_HOME`, where it is set.
    pub state_home: Option<&'a Path>,
    /// The user's home, where there is one.
    pub home: Option<&'a Path>,
    /// The folder for temporary files.
    pub temporary: &'a Path,
}

/// Where the lock lives when nobody says.
pub fn default_path(surroundings: &Surroundings<'_>) -> PathBuf {
    let Surroundings { account, prefix, world, cache, state_home, home, temporary } = *surroundings;
    if let Some(world) = world {
        let mut path = world.as_os_str().to_owned();
        path.push(".lock");
        return path.into();
    }
    // The base directory specification: a relative path is as good as none.
    let state_home = state_home.filter(|state| state.is_absolute()).map(Path::to_owned);
    let state = state_home.or_else(|| home.map(|home| home.join(".local").join("state")));
    let folder = match cache {
        Some(cache) => cache.to_owned(),
        None => state.map_or_else(|| temporary.to_owned(), |state| state.join("reconcile")),
    };
    folder.join(file_name(account, prefix))
}

/// The path that the value of `--lock` names.
///
/// # Errors
/// When it is a URL that this build can't keep a lock at.
pub fn parse(place: &str) -> Result<PathBuf, LockError> {
    let wrong = |problem| LockError::Place { place: place.to_owned(), problem };
    if place.trim().is_empty() {
        return Err(wrong("it is empty"));
    }
    let Some((scheme, _)) = place.split_once("://") else { return Ok(place.into()) };
    let scheme = scheme.to_ascii_lowercase();
    if scheme == "file" {
        let url = Url::parse(place).map_err(|_| wrong("the URL can't be read"))?;
        return url.to_file_path().map_err(|()| wrong("the URL names no file on this machine"));
    }
    if OBJECT_STORES.contains(&scheme.as_str()) {
        return Err(LockError::Unsupported { scheme });
    }
    Err(wrong("nothing is known of such URLs"))
}

/// Readable for people, and different for any two pairs of account and prefix.
fn file_name(account: &str, prefix: &str) -> String {
    let digest = Sha256::new().chain_update(account).chain_update([0]).chain_update(prefix).finalize();
    let digest = digest.iter().take(6).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{}-{}-{digest:012x}.lock", readable(account), readable(prefix))
}

fn readable(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' };
    let name: String = name.chars().take(READABLE).map(plain).collect();
    name.trim_matches(['-', '.']).to_owned()
}
