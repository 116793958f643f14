//! Asks before anything is written: at a terminal, unless `--yes` was given; in CI never.

use std::io::{IsTerminal as _, Write as _};

use miette::IntoDiagnostic as _;

use super::ApplyError;
use crate::cli::{Format, Run};
use crate::commands::session::{Session, is_ci, pii};
use crate::commands::show;
use crate::output::{hide, question};
use crate::plan::Plan;

/// Goes on where it may; where nobody can be asked, the plan is shown all the same.
pub(super) fn confirm(run: &Run, session: &Session, plan: &Plan) -> miette::Result<()> {
    if run.yes || is_ci() || plan.changes.is_empty() {
        return Ok(());
    }
    let shown = hide::plan(plan, pii(run.pii));
    if !std::io::stdin().is_terminal() {
        show::print(session, run.format, &shown)?;
        return Err(ApplyError::Unconfirmed.into());
    }
    if run.format == Format::Text {
        show::print(session, Format::Text, &shown)?;
    }
    let properties = show::properties(&session.loaded.manifest);
    let mut stderr = anstream::stderr().lock();
    write!(stderr, "\n{}", question::write(&shown, &properties, &target(run, session))).into_diagnostic()?;
    stderr.flush().into_diagnostic()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).into_diagnostic()?;
    if answer.trim() == "yes" { Ok(()) } else { Err(ApplyError::Declined.into()) }
}

fn target(run: &Run, session: &Session) -> String {
    match &run.sandbox {
        Some(world) => format!("the embedded Brivo of {}", world.display()),
        None => format!("Brivo, account {}", session.account),
    }
}
