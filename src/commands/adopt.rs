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
use crate::plan::directory::Directory;

/// Reads both sides, the groups of those who are not ours too, and prints the section.
pub async fn run(manifest: &Path, sight: &Sight, speech: &Speech) -> miette::Result<Exit> {
    let session = Session::look(manifest, sight, &[]).await?;
    let progress = Progress::begin(if speech.quiet { Quiet::Yes } else { Quiet::No });
    let planned = read(&session, &progress).await;
    progress.end();
    let Planned { plan, desired, account, directory, .. } = planned?;
    let (scope, as_of) = (&plan.scope, plan.as_of);
    let sides = Sides { desired: &desired, account: &account, directory: &directory, scope, as_of };
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
    let services = &session.source.services;
    let Planned { desired, account, .. } = &mut planned;
    read_strangers(services, &session.loaded.manifest, &desired.naming, account, &watch).await?;
    // Groups may be gone since.
    planned.directory = Directory::of(&planned.desired, &planned.account);
    Ok(planned)
}
