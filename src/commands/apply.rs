//! `--apply`: makes it so, under a lock, with a journal, and says what became of each person.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use miette::{Diagnostic, IntoDiagnostic as _};

use super::planning::Planned;
use super::progress::{Progress, Quiet};
use super::session::{Session, is_ci, pii, scope};
use super::{Exit, audit, clock, now, show, speech, undo};
use crate::access::ExternalId;
use crate::apply::stop::Stop;
use crate::apply::{self, Event, Options};
use crate::cli::{Format, Run, Speech};
use crate::journal::Journal;
use crate::lock::place::{Surroundings, default_path, parse};
use crate::lock::{Holder, Lock};
use crate::output::hide;
use crate::plan::saved::{self, Refusal, Today, Unreadable};
use crate::plan::{Plan, Scope};
use crate::sandbox::persist::state_path;

/// How many people are written at once; the pace bounds the calls.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(8).expect("eight is not zero");

/// Why nothing is written.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ApplyError {
    /// A saved plan that is no longer what would be done (R8).
    #[error("the saved plan {} is refused: {reason}", .path.display())]
    #[diagnostic(code(apply::stale_plan), help("plan again with --diff --out, look at it, and apply that"))]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: Refusal,
    },
    /// A saved plan of another version of this program.
    #[error("the saved plan {} is refused: {reason}", .path.display())]
    #[diagnostic(
        code(apply::plan_format),
        help("apply it with the version that saved it, or plan again with --diff --out")
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: Unreadable,
    },
    /// The file is no plan.
    #[error("{} is no saved plan: {reason}", .path.display())]
    #[diagnostic(code(apply::no_plan), help("save one with --diff --out FILE"))]
    NoPlan {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// T27.
    #[error("{0}: who has access when would be decided by a wrong clock")]
    #[diagnostic(code(apply::clock), help("set this machine's clock, for instance with NTP, and run again"))]
    Clock(String),
    /// Nobody was asked.
    #[error("there are changes, and nobody can be asked: stdin is no terminal")]
    #[diagnostic(
        code(apply::unconfirmed),
        help("give --yes to write without a question; where CI is set none is asked")
    )]
    Unconfirmed,
    /// Somebody was asked and said no.
    #[error("not confirmed: nothing was written")]
    #[diagnostic(code(apply::declined))]
    Declined,
}

/// Plans, asks, writes, reports.
pub async fn run(run: &Run, speech: &Speech) -> miette::Result<Exit> {
    let mut session = Session::begin(run).await?;
    let _lock = lock(run, &session).await?;
    if let Some(journal) = &run.journal {
        session.count_taken(journal)?;
    }
    let journal = audit::journal(run)?;
    let saved = run.plan.as_deref().map(read_plan).transpose()?;
    let saved = run.plan.as_deref().zip(saved.as_ref());
    if let Some((path, saved)) = saved {
        check_saved(path, saved, &session)?;
    }
    let scope = saved.map_or_else(|| scope(run), |(_, plan)| plan.scope.clone());
    let mut planned = read(&session, &scope, speech).await?;
    match saved {
        Some((_, saved)) if saved.undo.is_some() => undo::replan(&session, &mut planned, saved).await?,
        Some((path, saved)) => refuse(path, saved::difference(saved, &planned.plan))?,
        None => {}
    }
    if session.sandbox.is_none()
        && let Some(skew) = clock::skew(&session.services, now())
    {
        return Err(ApplyError::Clock(skew).into());
    }
    let unfinished = settle(run, &session, journal.as_ref()).await?;
    confirm(run, &session, &planned.plan)?;
    if let Some(path) = &run.undo {
        undo::save(path, &planned.plan, &session, pii(run.pii))?;
    }
    let records = Records { journal: journal.as_ref(), unfinished };
    let (plan, ending) = write(&session, planned, &records, speech).await;
    show::print(&session, run.format, &hide::plan(&plan, pii(run.pii)))?;
    if let Some(world) = &run.sandbox {
        let state = state_path(world);
        let state = state.display();
        speech::note(&format!(
            "what was written to the sandbox is kept in {state} until that file is deleted"
        ));
    }
    session.end().await;
    Ok(match ending {
        Ending::Interrupted => Exit::Interrupted,
        Ending::Early => show::exit(&plan).min(Exit::MustLook),
        Ending::Whole => show::exit(&plan),
    })
}

async fn read(session: &Session, scope: &Scope, speech: &Speech) -> miette::Result<Planned> {
    let progress = Progress::begin(if speech.quiet { Quiet::Yes } else { Quiet::No });
    let planned = session.plan(scope, &|what, done, of| progress.reading(what, done, of)).await;
    progress.end();
    Ok(planned?)
}

/// R7: one apply at a time.
async fn lock(run: &Run, session: &Session) -> miette::Result<Lock> {
    let prefix = &session.loaded.manifest.brivo.external_id_prefix;
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let path = match &run.lock {
        Some(place) => parse(place).into_diagnostic()?,
        None => default_path(&Surroundings {
            account: &session.account,
            prefix,
            world: run.sandbox.as_deref(),
            cache: None,
            state_home: variable("XDG_STATE_HOME").as_deref(),
            home: variable("HOME").as_deref(),
            temporary: &std::env::temp_dir(),
        }),
    };
    Lock::take(&path, &Holder::here(&session.account, prefix, now())).await.into_diagnostic()
}

fn read_plan(path: &Path) -> Result<Plan, ApplyError> {
    let no_plan = |reason: String| ApplyError::NoPlan { path: path.to_owned(), reason };
    let bytes = std::fs::read(path).map_err(|error| no_plan(error.to_string()))?;
    saved::read(&bytes).map_err(|reason| match reason {
        Unreadable::Format { .. } => ApplyError::Format { path: path.to_owned(), reason },
        Unreadable::Shape(reason) => no_plan(reason),
    })
}

/// R8: whether a saved plan may be applied at all; before anything is read.
fn check_saved(path: &Path, saved: &Plan, session: &Session) -> Result<(), ApplyError> {
    let max_age =
        chrono::Duration::from_std(session.loaded.manifest.plan_max_age).unwrap_or(chrono::Duration::MAX);
    let manifest = session.loaded.reference().sha256;
    let account = session.account_label();
    refuse(path, saved::refusal(saved, &Today { now: now(), max_age, manifest: &manifest, account }))
}

fn refuse(path: &Path, refusal: Option<Refusal>) -> Result<(), ApplyError> {
    refusal.map_or(Ok(()), |reason| Err(ApplyError::Refused { path: path.to_owned(), reason }))
}

/// What is kept of the run, and what earlier ones left.
struct Records<'a> {
    journal: Option<&'a Journal>,
    /// People whom a run that was cut short may have made.
    unfinished: BTreeSet<ExternalId>,
}

/// What became of the changes that an earlier run began and did not finish.
async fn settle(
    run: &Run,
    session: &Session,
    journal: Option<&Journal>,
) -> miette::Result<BTreeSet<ExternalId>> {
    let Some((path, journal)) = run.journal.as_deref().zip(journal) else { return Ok(BTreeSet::new()) };
    let prefix = &session.loaded.manifest.brivo.external_id_prefix;
    audit::settle(path, journal, &session.services.brivo, prefix).await
}

/// Asks before writing: at a terminal, unless --yes was given; in CI never.
fn confirm(run: &Run, session: &Session, plan: &Plan) -> miette::Result<()> {
    if run.yes || is_ci() || plan.changes.is_empty() {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(ApplyError::Unconfirmed.into());
    }
    if run.format == Format::Text {
        show::print(session, Format::Text, &hide::plan(plan, pii(run.pii)))?;
    }
    let mut stderr = anstream::stderr().lock();
    write!(stderr, "\nWrite these {} changes to Brivo? Only `yes` is taken: ", plan.changes.len())
        .into_diagnostic()?;
    stderr.flush().into_diagnostic()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).into_diagnostic()?;
    if answer.trim() == "yes" { Ok(()) } else { Err(ApplyError::Declined.into()) }
}

/// How far a run came.
enum Ending {
    /// To its end.
    Whole,
    /// Something ended it for everybody.
    Early,
    /// Somebody did.
    Interrupted,
}

/// Writes the plan; a first Ctrl-C lets what is under way finish.
async fn write(
    session: &Session,
    planned: Planned,
    records: &Records<'_>,
    speech: &Speech,
) -> (Plan, Ending) {
    let mut plan = planned.plan;
    let stop = Stop::default();
    let listener = tokio::spawn(listen(stop.clone()));
    let progress = Progress::begin(if speech.quiet { Quiet::Yes } else { Quiet::No });
    let (done, of) = (AtomicU64::new(0), plan.changes.len() as u64);
    let on_event = |event: Event<'_>| match event {
        Event::Started { .. } => {}
        Event::Finished { .. } => progress.writing(done.fetch_add(1, Ordering::Relaxed) + 1, of),
    };
    let options = Options {
        at_once: AT_ONCE,
        held: &plan.held,
        look_up_first: &records.unfinished,
        journal: records.journal,
        on_event: &on_event,
        stop: &stop,
    };
    let outcome = apply::run(&session.services.brivo, &plan, &options).await;
    listener.abort();
    progress.end();
    if let Some(reason) = &outcome.ended_early {
        speech::show(&*miette::miette!(code = "apply::ended_early", "the run ended early: {reason}"));
    }
    plan.results = Some(outcome.results);
    let ending = match (outcome.interrupted, outcome.ended_early) {
        (true, _) => Ending::Interrupted,
        (false, Some(_)) => Ending::Early,
        (false, None) => Ending::Whole,
    };
    (plan, ending)
}

async fn listen(stop: Stop) {
    if tokio::signal::ctrl_c().await.is_ok() {
        stop.ask();
        tracing::warn!("stopping: what is under way is finished; press Ctrl-C again to stop at once");
    }
    if tokio::signal::ctrl_c().await.is_ok() {
        // The journal's open records tell the next run what was under way.
        #[expect(clippy::exit, reason = "a second Ctrl-C asks for just that")]
        std::process::exit(130);
    }
}
