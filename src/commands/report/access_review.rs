//! `report access-review`: who holds which group in Brivo and because of what, for whoever has to answer for it.

use std::path::Path;

use crate::brivo::account::Credentials;
use crate::cli::report::ReportFormat;
use crate::cli::{Sight, Speech};
use crate::commands::planning::{Planned, PlanningError, read_strangers};
use crate::commands::progress::{Progress, Quiet};
use crate::commands::session::{Session, pii};
use crate::commands::{Exit, now, show};
use crate::output::hide;
use crate::output::review::{About, table};
use crate::plan::Scope;
use crate::plan::between::Sides;
use crate::plan::directory::Directory;
use crate::plan::review::{review, unread};
use crate::settings::build::build;

/// Reads both sides, the groups of those who are not ours too, and prints the table.
pub(super) async fn run(
    manifest: &Path,
    format: ReportFormat,
    sight: &Sight,
    speech: &Speech,
) -> miette::Result<Exit> {
    let session = Session::look(manifest, sight, &[]).await?;
    let progress = Progress::begin(if speech.quiet { Quiet::Yes } else { Quiet::No });
    let planned = read(&session, &progress).await;
    progress.end();
    let planned = planned?;
    let properties = show::properties(&session.loaded.manifest);
    let rows = review(&sides(&planned), &planned.plan);
    let rows: Vec<_> = rows.into_iter().map(|row| hide::access(row, pii(sight.pii))).collect();
    let about = About { actor: actor(), run_at: now(), plan: &planned.plan };
    super::print(&table(&rows, &about, &properties), format, &properties)?;
    session.end().await;
    Ok(show::exit(&planned.plan).max(Exit::MustLook))
}

fn sides(planned: &Planned) -> Sides<'_> {
    let Planned { plan, desired, account, directory, roster: _, seen: _ } = planned;
    Sides { desired, account, directory, scope: &plan.scope, as_of: plan.as_of }
}

/// Beside what a plan reads: the groups of users made by hand (D5), and the cards of those who have left.
async fn read(session: &Session, progress: &Progress) -> Result<Planned, PlanningError> {
    let watch = |what, done, of| progress.reading(what, done, of);
    let mut planned = session.plan(&Scope::default(), &watch).await?;
    let services = &session.source.services;
    let Planned { desired, account, .. } = &mut planned;
    read_strangers(services, &session.loaded.manifest, &desired.naming, account, &watch).await?;
    // Groups may be gone since.
    planned.directory = Directory::of(&planned.desired, &planned.account);
    let left = unread(&sides(&planned));
    let done = |done, of| progress.reading(crate::commands::planning::Reading::Details, done, of);
    services.brivo.read_details(&mut planned.account, &left, Credentials::Read, &done).await?;
    Ok(planned)
}

/// Whoever runs this: the CI's user, else the system's.
fn actor() -> String {
    build(|name| std::env::var(name).ok()).actor.unwrap_or_else(|| "unknown".to_owned())
}
