//! Where a lock lives when nobody says: where every apply to one account on this machine looks for it.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::store::address::Address;

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
    /// `--cache`: its folder, on this machine or in a store.
    pub cache: Option<&'a Address>,
    /// `$XDG_STATE_HOME`, where it is set.
    pub state_home: Option<&'a Path>,
    /// The user's home, where there is one.
    pub home: Option<&'a Path>,
    /// The folder for temporary files.
    pub temporary: &'a Path,
}

/// Where the lock lives when nobody says.
pub fn default_place(surroundings: &Surroundings<'_>) -> Address {
    let Surroundings { account, prefix, world, cache, state_home, home, temporary } = *surroundings;
    if let Some(world) = world {
        let mut path = world.as_os_str().to_owned();
        path.push(".lock");
        return Address::File(path.into());
    }
    let name = format!("{}.lock", stem(account, prefix));
    if let Some(cache) = cache {
        return cache.beneath(&name);
    }
    // The base directory specification: a relative path is as good as none.
    let state_home = state_home.filter(|state| state.is_absolute()).map(Path::to_owned);
    let state = state_home.or_else(|| home.map(|home| home.join(".local").join("state")));
    let folder: PathBuf = state.map_or_else(|| temporary.to_owned(), |state| state.join("reconcile"));
    Address::File(folder.join(name))
}

/// The name of what is kept of one account and prefix: readable for people, and different for any two pairs.
pub fn stem(account: &str, prefix: &str) -> String {
    let digest = Sha256::new().chain_update(account).chain_update([0]).chain_update(prefix).finalize();
    let digest = digest.iter().take(6).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{}-{}-{digest:012x}", readable(account), readable(prefix))
}

fn readable(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' };
    let name: String = name.chars().take(READABLE).map(plain).collect();
    name.trim_matches(['-', '.']).to_owned()
}
