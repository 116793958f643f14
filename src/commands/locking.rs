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
use crate::store::address::Address;

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
    let (place, world) = (run.lock.as_deref(), run.sandbox.as_deref());
    let wanted = Wanted { place, world, shard, owner: actor(run) };
    take_at(wanted, &loaded.manifest, source, on_loss).await
}

/// Which lock, and for whom.
pub struct Wanted<'a> {
    /// Where it lives, if somebody says.
    pub place: Option<&'a str>,
    /// The world of the embedded services.
    pub world: Option<&'a Path>,
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
    let Wanted { place, world, shard, owner } = wanted;
    let address = match place {
        Some(place) => Address::parse(place)?,
        None => usual_place(manifest, live, world),
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
pub fn usual_place(manifest: &Manifest, live: &Live, world: Option<&Path>) -> Address {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    default_place(&Surroundings {
        account: &live.account,
        prefix: &manifest.brivo.external_id_prefix,
        world,
        cache: None,
        state_home: variable("XDG_STATE_HOME").as_deref(),
        home: variable("HOME").as_deref(),
        temporary: &std::env::temp_dir(),
    })
}
