//! `--diff`: what would change; writes nothing in either service, and no file but the one it is told to.

use super::progress::{Progress, Quiet};
use super::session::{Session, pii, scope};
use super::{Exit, clock, now, show};
use crate::cli::{Run, Speech};
use crate::output::hide;

/// Plans and prints.
pub async fn run(run: &Run, speech: &Speech) -> miette::Result<Exit> {
    let session = Session::begin(run).await?;
    let progress = Progress::begin(if speech.quiet { Quiet::Yes } else { Quiet::No });
    let planned = session.plan(&scope(run), &|what, done, of| progress.reading(what, done, of)).await;
    progress.end();
    let mut plan = planned?.plan;
    if session.sandbox.is_none() {
        plan.findings.extend(clock::skew(&session.services, now()).map(|text| clock::warning(&text)));
    }
    let shown = hide::plan(&plan, pii(run));
    show::print(&session, run.format, &shown)?;
    if let Some(path) = &run.out {
        let mut saved = shown;
        saved.saved_at = Some(now());
        show::save(path, &saved)?;
    }
    session.end().await;
    Ok(match show::exit(&plan) {
        Exit::Done if run.detailed_exitcode && !plan.changes.is_empty() => Exit::Changes,
        exit @ (Exit::Error
        | Exit::Held
        | Exit::MustLook
        | Exit::Changes
        | Exit::Done
        | Exit::Interrupted) => exit,
    })
}
