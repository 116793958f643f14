//! Where an apply's lock lives, and taking it (R7).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::apply::actor;
use super::now;
use super::session::Session;
use crate::apply::stop::Stop;
use crate::cli::Run;
use crate::lock::place::{Surroundings, default_place};
use crate::lock::{Holder, Lock, LockError, Taker};
use crate::store::StoreError;
use crate::store::address::Address;

/// Takes the lock. When it is lost later on, the run is asked to stop.
pub async fn take(run: &Run, session: &Session, stop: &Stop) -> Result<Lock, LockError> {
    let address = match &run.lock {
        Some(place) => Address::parse(place)?,
        None => usual_place(session, run.sandbox.as_deref(), run.cache.as_deref())?,
    };
    let stop = stop.clone();
    let on_loss = move |reason: &str| stop.end(&format!("the lock was lost: {reason}"));
    let taker = Taker {
        holder: Holder::here(
            &session.source.account,
            &session.loaded.manifest.brivo.external_id_prefix,
            now(),
        ),
        owner: actor(),
        clock: Arc::new(now),
        on_loss: Box::new(on_loss),
    };
    Lock::take(&address, taker).await
}

/// Where the lock lives when nobody says.
///
/// # Errors
/// When the cache's place is none.
pub fn usual_place(
    session: &Session,
    world: Option<&Path>,
    cache: Option<&str>,
) -> Result<Address, StoreError> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let cache = cache.map(Address::parse).transpose()?;
    Ok(default_place(&Surroundings {
        account: &session.source.account,
        prefix: &session.loaded.manifest.brivo.external_id_prefix,
        world,
        cache: cache.as_ref(),
        state_home: variable("XDG_STATE_HOME").as_deref(),
        home: variable("HOME").as_deref(),
        temporary: &std::env::temp_dir(),
    }))
}
