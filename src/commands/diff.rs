//! `--diff`.

use super::Exit;
use super::load::load;
use crate::cli::Run;

/// Reads the manifest.
#[expect(clippy::unused_async, reason = "the services are asked here")]
pub async fn run(run: &Run) -> miette::Result<Exit> {
    load(&run.manifest)?;
    Err(miette::miette!("this build does not speak with the services yet"))
}
