//! `--diff`: what would change; writes nothing in either service, and no file but the one it is told to.

use super::beside::Beside;
use super::planning::Planned;
use super::progress::{Progress, Quiet};
use super::session::{Opened, Session, pii, scope};
use super::show::Shown;
use super::{Exit, clock, customers, now, show};
use crate::cli::{self, Run, Speech};
use crate::output::hide;
use crate::plan::between::Sides;
use crate::plan::upcoming::{Ahead, upcoming};

/// Plans and prints, and tells of it where somebody asked.
pub async fn run(run: &Run, speech: &Speech) -> miette::Result<Exit> {
    let beside = Beside::begin(run)?;
    let done = diff(run, speech, &beside).await;
    beside.end(&done);
    done
}

async fn diff(run: &Run, speech: &Speech, beside: &Beside) -> miette::Result<Exit> {
    let mut session = Session::view(run).await?;
    beside.know(&session.loaded.manifest);
    if let Opened::Live(live) = &session.source {
        beside.listen(&live.services);
    }
    let exit = match run.history.as_ref().map_or(Ok(()), |journal| session.count_taken(journal)) {
        Ok(()) => show_plan(run, &session, speech, beside).await,
        Err(unread) => Err(unread),
    };
    session.end().await;
    exit
}

async fn show_plan(
    run: &Run,
    session: &Session<Opened>,
    speech: &Speech,
    beside: &Beside,
) -> miette::Result<Exit> {
    let progress = Progress::begin(if speech.quiet { Quiet::Yes } else { Quiet::No });
    let watch = |what, done, of| {
        progress.reading(what, done, of);
        beside.reading(what, done, of);
    };
    let planned = session.plan(&scope(run), &watch).await;
    progress.end();
    let planned = planned?;
    if let Opened::Live(live) = &session.source {
        live.keep(&planned).await;
    }
    customers::warn_unknown(&planned);
    let Planned { mut plan, desired, account, directory, roster, seen } = planned;
    let sides = Sides {
        desired: &desired,
        account: &account,
        directory: &directory,
        scope: &plan.scope,
        as_of: plan.as_of,
    };
    plan.upcoming = run.upcoming.map(|ahead| upcoming(&sides, how_far(ahead)));
    if let Opened::Live(live) = &session.source
        && live.sandbox.is_none()
        && let Some(text) = clock::skew(&live.services, now())
    {
        plan.find_pending(clock::warning(&text));
    }
    beside.planned(&plan);
    let pii = pii(run.pii);
    let hidden = hide::plan(&plan, pii);
    beside.keep(&hidden);
    let shown = Shown { format: run.format, plan: &hidden, desired: &desired, roster: &roster, pii };
    show::print(&session.loaded.manifest, &shown)?;
    if let Some(path) = &run.out {
        let mut saved = hidden.into_owned();
        saved.saved_at = Some(now());
        // What was saved of an account does not tell which one it was.
        saved.account = match &session.source {
            Opened::Live(live) => Some(live.account_label().to_owned()),
            Opened::Saved(_) => None,
        };
        show::save(path, &saved)?;
    }
    let exit = match show::exit(&plan) {
        Exit::Done if run.detailed_exitcode && plan.own_changes().next().is_some() => Exit::Changes,
        exit @ (Exit::Error
        | Exit::Held
        | Exit::MustLook
        | Exit::Changes
        | Exit::Done
        | Exit::Interrupted) => exit,
    };
    // The process ends: to give back millions of texts one by one would take as long as to print them.
    std::mem::forget((plan, desired, account, directory, roster, seen));
    Ok(exit)
}

fn how_far(ahead: cli::value::Ahead) -> Ahead {
    match ahead {
        cli::value::Ahead::Days(days) => Ahead::Days(days),
        cli::value::Ahead::Hours(hours) => Ahead::Hours(hours),
    }
}
