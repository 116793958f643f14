//! `--apply`: makes it so, under a lock, with a journal, and says what became of each person.

pub mod confirm;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use miette::Diagnostic;

use super::beside::Beside;
use super::planning::Planned;
use super::progress::{Progress, Quiet};
use super::session::{Session, pii, scope};
use super::show::Shown;
use super::{Exit, audit, clock, customers, interrupt, locking, now, show, speech, undo};
use crate::access::ExternalId;
use crate::apply::stop::Stop;
use crate::apply::{self, Event, Options};
use crate::cli::{Run, Speech};
use crate::journal::Journal;
use crate::lock::Lock;
use crate::output::hide;
use crate::plan::saved::{self, Refusal, Today, Unreadable};
use crate::plan::{Plan, Scope};
use crate::sandbox::persist::state_path;
use confirm::confirm;

/// The fewest and the most people who are written at once; the pace bounds the calls.
const AT_ONCE: (u32, u32) = (8, 64);

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

/// Plans, asks, writes, reports, and tells of it where somebody asked.
pub async fn run(run: &Run, speech: &Speech) -> miette::Result<Exit> {
    let beside = Beside::begin(run)?;
    let done = Box::pin(apply(run, speech, &beside)).await;
    beside.end(&done);
    done
}

async fn apply(run: &Run, speech: &Speech, beside: &Beside) -> miette::Result<Exit> {
    let saved = run.plan.as_deref().map(read_plan).transpose()?;
    let scope = saved.as_ref().map_or_else(|| scope(run), |plan| plan.scope.clone());
    let mut session = Session::begin(run, &scope).await?;
    beside.know(&session.loaded.manifest);
    beside.listen(&session.source.services);
    let stop = Stop::default();
    let lock = locking::take(run, scope.shard, &session, &stop).await?;
    let counted = run.journal.as_ref().map_or(Ok(()), |journal| session.count_taken(journal));
    let listener = tokio::spawn(interrupt::listen(stop.clone()));
    let locked =
        Locked { run, saved: saved.as_ref(), scope: &scope, session: &session, stop: &stop, speech, beside };
    let exit = match counted {
        Ok(()) => locked.run(&lock).await,
        Err(unread) => Err(unread),
    };
    listener.abort();
    lock.release().await;
    session.end().await;
    exit
}

/// An apply while it has the lock.
struct Locked<'a> {
    run: &'a Run,
    /// The plan that is to be applied, where one was saved.
    saved: Option<&'a Plan>,
    scope: &'a Scope,
    session: &'a Session,
    stop: &'a Stop,
    speech: &'a Speech,
    beside: &'a Beside,
}

impl Locked<'_> {
    async fn run(&self, lock: &Lock) -> miette::Result<Exit> {
        let prepared = tokio::select! {
            prepared = self.prepare() => Some(prepared?),
            _ = self.stop.asked() => None,
        };
        lock.check()?;
        let Some((planned, records)) = prepared else {
            speech::note("interrupted: nothing was written");
            return Ok(Exit::Interrupted);
        };
        let (planned, ending) = self.write(planned, &records).await;
        self.session.source.keep(&planned).await;
        let pii = pii(self.run.pii);
        let Planned { plan, desired, account: _, directory: _, roster, seen: _ } = &planned;
        let shown = hide::plan(plan, pii);
        self.beside.keep(&shown);
        show::print(
            &self.session.loaded.manifest,
            &Shown { format: self.run.format, plan: &shown, desired, roster, pii },
        )?;
        if let Some(world) = &self.run.sandbox {
            let state = state_path(world);
            let state = state.display();
            speech::note(&format!(
                "what was written to the sandbox is kept in {state} until that file is deleted"
            ));
        }
        Ok(match ending {
            Ending::Interrupted => Exit::Interrupted,
            Ending::Early => show::exit(plan).min(Exit::MustLook),
            Ending::Whole => show::exit(plan),
        })
    }

    /// Everything before the first write: the plan, whether it may be written, and the question.
    async fn prepare(&self) -> miette::Result<(Planned, Records)> {
        let Self { run, session, .. } = self;
        let saved = run.plan.as_deref().zip(self.saved);
        if let Some((path, saved)) = saved {
            check_saved(path, saved, session)?;
        }
        let mut planned = self.read(self.scope).await?;
        customers::warn_unknown(&planned);
        match saved {
            Some((_, saved)) if saved.undo.is_some() => undo::replan(session, &mut planned, saved).await?,
            Some((path, saved)) => refuse(path, saved::difference(saved, &planned.plan))?,
            None => {}
        }
        self.beside.planned(&planned.plan);
        if session.source.sandbox.is_none()
            && let Some(skew) = clock::skew(&session.source.services, now())
        {
            return Err(ApplyError::Clock(skew).into());
        }
        let records = records(run, session).await?;
        confirm(run, session, &planned).await?;
        if let Some(path) = &run.undo {
            undo::save(path, &planned.plan, session, pii(run.pii))?;
        }
        Ok((planned, records))
    }

    async fn read(&self, scope: &Scope) -> miette::Result<Planned> {
        let progress = self.progress();
        let watch = |what, done, of| {
            progress.reading(what, done, of);
            self.beside.reading(what, done, of);
        };
        let planned = self.session.plan(scope, &watch).await;
        progress.end();
        Ok(planned?)
    }

    fn progress(&self) -> Progress {
        Progress::begin(if self.speech.quiet { Quiet::Yes } else { Quiet::No })
    }

    /// Writes the plan; a wish to stop lets what is under way finish.
    async fn write(&self, mut planned: Planned, records: &Records) -> (Planned, Ending) {
        let plan = &mut planned.plan;
        let progress = self.progress();
        let (done, of) = (AtomicU64::new(0), plan.changes.len() as u64);
        let on_event = |event: Event<'_>| {
            self.beside.writing(event);
            if let Event::Finished { .. } = event {
                progress.writing(done.fetch_add(1, Ordering::Relaxed) + 1, of);
            }
        };
        let live = &self.session.source;
        let at_once = at_once(self.session.loaded.manifest.brivo.calls_per_second);
        let options = Options {
            at_once,
            held: &plan.held,
            look_up_first: &records.unfinished,
            journal: records.journal.as_ref(),
            on_event: &on_event,
            stop: self.stop,
            calls_left: live.budget.map(|budget| budget.left(live.services.brivo.transport().calls())),
        };
        let outcome = apply::run(&self.session.source.services.brivo, plan, &options).await;
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
}

/// What is kept of the run, and what earlier ones left.
struct Records {
    journal: Option<Journal>,
    /// People whom a run that was cut short may have made.
    unfinished: BTreeSet<ExternalId>,
}

/// Opens the journal and finds out what became of the changes that an earlier run began and did not finish.
async fn records(run: &Run, session: &Session) -> miette::Result<Records> {
    let Some((path, journal)) = run.journal.as_deref().zip(audit::journal(run)?) else {
        return Ok(Records { journal: None, unfinished: BTreeSet::new() });
    };
    let prefix = &session.loaded.manifest.brivo.external_id_prefix;
    let unfinished = audit::settle(path, &journal, &session.source.services.brivo, prefix).await?;
    Ok(Records { journal: Some(journal), unfinished })
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
    let account = session.source.account_label();
    refuse(path, saved::refusal(saved, &Today { now: now(), max_age, manifest: &manifest, account }))
}

fn refuse(path: &Path, refusal: Option<Refusal>) -> Result<(), ApplyError> {
    refusal.map_or(Ok(()), |reason| Err(ApplyError::Refused { path: path.to_owned(), reason }))
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

/// As many people as calls a second, so that the pace is kept up where an answer takes up to a second.
fn at_once(calls_per_second: u32) -> NonZeroUsize {
    let (fewest, most) = AT_ONCE;
    let people = usize::try_from(calls_per_second.clamp(fewest, most));
    people.ok().and_then(NonZeroUsize::new).unwrap_or(NonZeroUsize::MIN)
}
