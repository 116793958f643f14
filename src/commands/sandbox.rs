//! `reconcile sandbox`: serves a world until it is stopped, or prints a new one.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::sandbox::generate::{self, SpecError};
use crate::sandbox::json::Object;
use crate::sandbox::world::{World, WorldError};
use crate::sandbox::{Sandbox, Serving};

/// Why the sandbox did not run.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// Neither a world nor `--generate`.
    #[error(
        "say which world to serve (`reconcile sandbox WORLD`), or make one with `--generate residents=100`"
    )]
    NoWorld,
    /// The world file can't be read.
    #[error("the world file `{path}` can't be read: {source}")]
    Unreadable {
        /// The world file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The world file has a mistake.
    #[error("{path}: {source}")]
    World {
        /// The world file.
        path: PathBuf,
        /// Where and what.
        source: WorldError,
    },
    /// `--generate` asks for something that does not exist.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The address is taken, or the output is closed.
    #[error("the sandbox can't start: {0}")]
    Io(#[from] io::Error),
}

/// Serves `world` at `listen` until SIGINT or SIGTERM, with `seed` in the place of its own; or prints a world made after `generate`.
///
/// # Errors
/// When the world can't be read, the address is taken, or the specification is wrong.
pub async fn run(
    world: Option<PathBuf>,
    listen: SocketAddr,
    generate: Option<String>,
    seed: Option<u64>,
    now: DateTime<Utc>,
) -> Result<(), SandboxError> {
    match (world, generate) {
        (_, Some(spec)) => Ok(io::stdout().write_all(generate::world(&spec.parse()?).as_bytes())?),
        (Some(path), None) => {
            let mut world = read(&path)?;
            world.seed = seed.unwrap_or(world.seed);
            serve(world, listen, now).await
        }
        (None, None) => Err(SandboxError::NoWorld),
    }
}

/// Reads a world file.
///
/// # Errors
/// When the file can't be read, or is no world.
pub fn read(path: &Path) -> Result<World, SandboxError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| SandboxError::Unreadable { path: path.to_owned(), source })?;
    World::from_yaml(&text).map_err(|source| SandboxError::World { path: path.to_owned(), source })
}

async fn serve(world: World, listen: SocketAddr, now: DateTime<Utc>) -> Result<(), SandboxError> {
    let serving = Sandbox::new(world, now).serve(listen).await?;
    announce(&serving)?;
    stopped().await?;
    serving.shutdown().await;
    Ok(())
}

/// One line that tells scripts that it is ready, and where.
fn announce(serving: &Serving) -> io::Result<()> {
    let addresses = Object::new()
        .put("entrata_url", &serving.entrata_url)
        .put("brivo_api_url", &serving.brivo_api_url)
        .put("brivo_auth_url", &serving.brivo_auth_url);
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", serde_json::to_string(&addresses)?)?;
    stdout.flush()
}

#[cfg(unix)]
async fn stopped() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn stopped() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
