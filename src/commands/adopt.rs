//! `adopt`: a ready section for users who were made by hand, or by Brivo's own integration, before.

use std::path::Path;

use miette::IntoDiagnostic as _;

use super::planning::{Planned, read_strangers};
use super::progress::{Progress, Quiet};
use super::session::{Session, pii};
use super::{Exit, show, speech};
use crate::cli::{Sight, Speech};
use crate::output::{self, hide};
use crate::plan::Scope;
use crate::plan::adoption::adoption;
use crate::plan::between::Sides;

/// Reads both sides, the groups of those who are not ours too, and prints the section.
pub async fn run(manifest: &Path, sight: &Sight, speech: &Speech) -> miette::Result<Exit> {
    let session = Session::look(manifest, sight, &[]).await?;
    let progress = Progress::begin(if speech.quiet { Quiet::Yes } else { Quiet::No });
    let planned = read(&session, &progress).await;
    progress.end();
    let Planned { plan, desired, account, .. } = planned?;
    let sides = Sides { desired: &desired, account: &account, scope: &plan.scope, as_of: plan.as_of };
    let proposed = hide::adoption(adoption(&sides), pii(sight.pii));
    let mut bytes = Vec::new();
    output::adoption::write(&mut bytes, &proposed, &show::properties(&session.loaded.manifest))
        .into_diagnostic()?;
    speech::print(&String::from_utf8_lossy(&bytes))?;
    session.end().await;
    Ok(Exit::Done)
}

async fn read(session: &Session, progress: &Progress) -> miette::Result<Planned> {
    let watch = |what, done, of| progress.reading(what, done, of);
    let mut planned = session.plan(&Scope::default(), &watch).await?;
    let Planned { desired, account, .. } = &mut planned;
    read_strangers(&session.source.services, &session.loaded.manifest, &desired.naming, account, &watch)
        .await?;
    Ok(planned)
}
