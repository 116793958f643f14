//! `sandbox`.

use std::net::SocketAddr;
use std::path::Path;

use super::Exit;

/// Serves the world.
#[expect(clippy::unused_async, reason = "the server runs here")]
pub async fn run(world: &Path, listen: SocketAddr) -> miette::Result<Exit> {
    Err(miette::miette!("this build can't serve {} on {listen} yet", world.display()))
}
