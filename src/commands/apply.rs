//! `--apply`: makes it so, under a lock, with a journal, and says what became of each person.

use std::io::{IsTerminal as _, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use miette::{Diagnostic, IntoDiagnostic as _};

use super::beside::Beside;
use super::planning::Planned;
use super::progress::{Progress, Quiet};
use super::session::{Session, is_ci, pii, scope};
use super::show::Shown;
use super::{Exit, clock, now, show, speech};
use crate::apply::stop::Stop;
use crate::apply::{self, Event, Options};
use crate::cli::{Format, Run, Speech};
use crate::journal::{Journal, RunInfo};
use crate::lock::place::{Surroundings, default_path, parse};
use crate::lock::{Holder, Lock};
use crate::output::hide::{self, Pii};
use crate::plan::saved::{Refusal, refusal};
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

/// Plans, asks, writes, reports, and tells of it where somebody asked.
pub async fn run(run: &Run, speech: &Speech) -> miette::Result<Exit> {
    let beside = Beside::begin(run)?;
    let done = apply(run, speech, &beside).await;
    beside.end(&done);
    done
}

async fn apply(run: &Run, speech: &Speech, beside: &Beside) -> miette::Result<Exit> {
    let mut session = Session::begin(run).await?;
    beside.listen(&session);
    let _lock = lock(run, &session).await?;
    if let Some(journal) = &run.journal {
        session.count_taken(journal)?;
    }
    let journal = journal(run)?;
    let saved = run.plan.as_deref().map(read_plan).transpose()?;
    let scope = saved.as_ref().map_or_else(|| scope(run), |plan| plan.scope.clone());
    let planned = read(&session, &scope, speech, beside).await?;
    beside.planned(&planned.plan);
    if let Some((path, saved)) = run.plan.as_ref().zip(saved) {
        check_saved(path, &saved, &planned.plan, &session)?;
    }
    if session.sandbox.is_none()
        && let Some(skew) = clock::skew(&session.services, now())
    {
        return Err(ApplyError::Clock(skew).into());
    }
    confirm(run, &session, &planned)?;
    let (planned, ending) = write(&session, planned, journal.as_ref(), speech, beside).await;
    let pii = pii(run.pii);
    let Planned { plan, desired, account: _, roster } = &planned;
    let shown = hide::plan(plan, pii);
    beside.keep(&shown);
    show::print(&session, &Shown { format: run.format, plan: &shown, desired, roster, pii })?;
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
        Ending::Early => show::exit(plan).min(Exit::MustLook),
        Ending::Whole => show::exit(plan),
    })
}

async fn read(session: &Session, scope: &Scope, speech: &Speech, beside: &Beside) -> miette::Result<Planned> {
    let progress = Progress::begin(if speech.quiet { Quiet::Yes } else { Quiet::No });
    let watch = |what, done, of| {
        progress.reading(what, done, of);
        beside.reading(what, done, of);
    };
    let planned = session.plan(scope, &watch).await;
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

fn journal(run: &Run) -> miette::Result<Option<Journal>> {
    let Some(path) = &run.journal else { return Ok(None) };
    let first =
        |names: &[&str]| names.iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    // A build that is run again keeps its id: only with the time and the process is a run one of its own.
    let begun = format!("{}-{}", now().format("%Y%m%dT%H%M%SZ"), std::process::id());
    let build = first(&["GITHUB_RUN_ID", "CI_PIPELINE_ID", "BUILD_ID"]);
    let info = RunInfo {
        run: build.map_or_else(|| begun.clone(), |build| format!("{build}-{begun}")),
        actor: first(&["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER"]).unwrap_or_else(|| "unknown".to_owned()),
        commit: first(&["GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT"]),
    };
    let pii: Pii = pii(run.pii);
    let journal = Journal::open(path, info, now, move |change| hide::one(change, pii)).into_diagnostic()?;
    Ok(Some(journal))
}

fn read_plan(path: &Path) -> Result<Plan, ApplyError> {
    let no_plan = |reason: String| ApplyError::NoPlan { path: path.to_owned(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| no_plan(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| no_plan(error.to_string()))
}

fn check_saved(path: &Path, saved: &Plan, fresh: &Plan, session: &Session) -> Result<(), ApplyError> {
    let max_age =
        chrono::Duration::from_std(session.loaded.manifest.plan_max_age).unwrap_or(chrono::Duration::MAX);
    match refusal(saved, fresh, now(), max_age) {
        Some(reason) => Err(ApplyError::Refused { path: path.to_owned(), reason }),
        None => Ok(()),
    }
}

/// Asks before writing: at a terminal, unless --yes was given; in CI never.
fn confirm(run: &Run, session: &Session, planned: &Planned) -> miette::Result<()> {
    if run.yes || is_ci() || planned.plan.changes.is_empty() {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        return Err(ApplyError::Unconfirmed.into());
    }
    if run.format == Format::Text {
        print(run, session, planned, Format::Text)?;
    }
    let mut stderr = anstream::stderr().lock();
    write!(stderr, "\nWrite these {} changes to Brivo? Only `yes` is taken: ", planned.plan.changes.len())
        .into_diagnostic()?;
    stderr.flush().into_diagnostic()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).into_diagnostic()?;
    if answer.trim() == "yes" { Ok(()) } else { Err(ApplyError::Declined.into()) }
}

fn print(run: &Run, session: &Session, planned: &Planned, format: Format) -> miette::Result<()> {
    let Planned { plan, desired, account: _, roster } = planned;
    let pii = pii(run.pii);
    show::print(session, &Shown { format, plan: &hide::plan(plan, pii), desired, roster, pii })
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
    mut planned: Planned,
    journal: Option<&Journal>,
    speech: &Speech,
    beside: &Beside,
) -> (Planned, Ending) {
    let plan = &mut planned.plan;
    let stop = Stop::default();
    let listener = tokio::spawn(listen(stop.clone()));
    let progress = Progress::begin(if speech.quiet { Quiet::Yes } else { Quiet::No });
    let (done, of) = (AtomicU64::new(0), plan.changes.len() as u64);
    let on_event = |event: Event<'_>| {
        beside.writing(event);
        if let Event::Finished { .. } = event {
            progress.writing(done.fetch_add(1, Ordering::Relaxed) + 1, of);
        }
    };
    let options = Options { at_once: AT_ONCE, held: &plan.held, journal, on_event: &on_event, stop: &stop };
    let outcome = apply::run(&session.services.brivo, plan, &options).await;
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
    (planned, ending)
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
