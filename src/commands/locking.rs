//! Where an apply's lock lives, and taking it (R7).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::audit::actor;
use super::now;
use super::session::Session;
use super::session::live::Live;
use crate::access::shard::Shard;
use crate::apply::stop::Stop;
use crate::cli::Run;
use crate::lock::place::{Surroundings, default_place};
use crate::lock::{Holder, Lock, LockError, Taker};
use crate::manifest::Manifest;
use crate::store::StoreError;
use crate::store::address::Address;

/// What the command line says of where the lock lives.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    /// `--lock`.
    pub lock: Option<&'a str>,
    /// `--cache`: its folder is the next choice.
    pub cache: Option<&'a str>,
    /// `--sandbox`: beside the world, unless `--lock` says where.
    pub world: Option<&'a Path>,
}

/// Takes the lock. When it is lost later on, the run is asked to stop.
pub async fn take(
    run: &Run,
    shard: Option<Shard>,
    session: &Session,
    stop: &Stop,
) -> Result<Lock, LockError> {
    let stop = stop.clone();
    let on_loss = move |reason: &str| stop.end(&format!("the lock was lost: {reason}"));
    let Session { loaded, source, .. } = session;
    let place =
        Place { lock: run.lock.as_deref(), cache: run.cache.as_deref(), world: run.sandbox.as_deref() };
    let wanted = Wanted { place, shard, owner: actor(run) };
    take_at(wanted, &loaded.manifest, source, on_loss).await
}

/// Which lock, and for whom.
pub struct Wanted<'a> {
    /// Where it lives.
    pub place: Place<'a>,
    /// For which part of the properties, if not for all.
    pub shard: Option<Shard>,
    /// Who started the run.
    pub owner: String,
}

/// Takes the lock at this place, or where it lives when nobody says.
pub async fn take_at(
    wanted: Wanted<'_>,
    manifest: &Manifest,
    live: &Live,
    on_loss: impl Fn(&str) + Send + Sync + 'static,
) -> Result<Lock, LockError> {
    let Wanted { place, shard, owner } = wanted;
    let address = match place.lock {
        Some(lock) => Address::parse(lock)?,
        None => usual_place(manifest, live, place)?,
    };
    let taker = Taker {
        holder: Holder::here(&live.account, &manifest.brivo.external_id_prefix, now()),
        owner,
        clock: Arc::new(now),
        on_loss: Box::new(on_loss),
    };
    Lock::take(&address, shard, taker).await
}

/// Where the lock lives when nobody says.
///
/// # Errors
/// When the cache's place is none.
pub fn usual_place(manifest: &Manifest, live: &Live, place: Place<'_>) -> Result<Address, StoreError> {
    let Place { lock: _, cache, world } = place;
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = cache.map(Address::parse).transpose()?;
    Ok(default_place(&Surroundings {
        account: &live.account,
        prefix: &manifest.brivo.external_id_prefix,
        world,
        cache: cache.as_ref(),
        state_home: variable("XDG_STATE_HOME").as_deref(),
        home: variable("HOME").as_deref(),
        temporary: &std::env::temp_dir(),
    }))
}
