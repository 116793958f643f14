//! Asks before anything is written: at a terminal, unless `--yes` was given; in CI never.

use std::io::{IsTerminal as _, Write as _};

use miette::IntoDiagnostic as _;

use super::ApplyError;
use crate::cli::Run;
use crate::cli::value::Format;
use crate::commands::planning::Planned;
use crate::commands::session::{Session, is_ci, pii};
use crate::commands::show::{self, Shown};
use crate::output::{hide, question};

/// Goes on where it may; where nobody can be asked, the plan is shown all the same.
pub async fn confirm(run: &Run, session: &Session, planned: &Planned) -> miette::Result<()> {
    if run.yes || is_ci() || planned.plan.changes.is_empty() {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        print(run, session, planned, run.format)?;
        return Err(ApplyError::Unconfirmed.into());
    }
    if run.format == Format::Text {
        print(run, session, planned, Format::Text)?;
    }
    let properties = show::properties(&session.loaded.manifest);
    let shown = hide::plan(&planned.plan, pii(run.pii));
    let question = question::write(&shown, &properties, &target(run, session));
    if ask(&format!("\n{question}")).await? { Ok(()) } else { Err(ApplyError::Declined.into()) }
}

fn print(run: &Run, session: &Session, planned: &Planned, format: Format) -> miette::Result<()> {
    let Planned { plan, desired, account: _, directory: _, roster, seen: _ } = planned;
    let pii = pii(run.pii);
    show::print(
        &session.loaded.manifest,
        &Shown { format, plan: &hide::plan(plan, pii), desired, roster, pii },
    )
}

fn target(run: &Run, session: &Session) -> String {
    match &run.sandbox {
        Some(world) => format!("the embedded Brivo of {}", world.display()),
        None => format!("Brivo, account {}", session.source.account),
    }
}

/// Asks at the terminal; only `yes` is taken for one. The answer is waited for beside the run, so that Ctrl-C still gets through.
pub async fn ask(question: &str) -> miette::Result<bool> {
    let mut stderr = anstream::stderr().lock();
    write!(stderr, "{question}").into_diagnostic()?;
    stderr.flush().into_diagnostic()?;
    drop(stderr);
    let (send, receive) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer).map(|_| answer);
        // Nobody waits any longer when the run was interrupted.
        drop(send.send(read));
    });
    let answer = receive.await.into_diagnostic()?.into_diagnostic()?;
    Ok(answer.trim() == "yes")
}
