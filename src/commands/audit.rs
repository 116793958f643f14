//! The journal of an apply (R12): who runs it, and what became of the changes that an earlier run began and did not finish.

use std::collections::BTreeSet;
use std::path::Path;

use miette::IntoDiagnostic as _;

use super::session::pii;
use super::{now, speech};
use crate::access::{ExternalId, User, UserId};
use crate::brivo::Client;
use crate::brivo::error::BrivoError;
use crate::cli::Run;
use crate::journal::read::open_records;
use crate::journal::{Journal, Record, RunInfo, Status};
use crate::output::hide;
use crate::plan::proof::{Progress, progress};
use crate::plan::{Action, Cause, Change};
use crate::settings::build::{Build, build};

/// Opens the journal that the command line names.
pub fn journal(run: &Run) -> miette::Result<Option<Journal>> {
    let Some(path) = &run.journal else { return Ok(None) };
    let Build { actor: _, commit, job } = this_build();
    // A build that is run again keeps its address: only with the time and the process is a run one of its own.
    let begun = format!("{}-{}", now().format("%Y%m%dT%H%M%SZ"), std::process::id());
    let info = RunInfo {
        run: job.map_or_else(|| begun.clone(), |job| format!("{job}#{begun}")),
        actor: actor(run),
        commit,
    };
    let pii = pii(run.pii);
    let journal = Journal::open(path, info, now, move |change| hide::one(change, pii)).into_diagnostic()?;
    Ok(Some(journal))
}

/// Who runs this: as the command line says, else the build service, else whoever is logged in.
pub fn actor(run: &Run) -> String {
    run.actor.clone().or(this_build().actor).unwrap_or_else(|| "unknown".to_owned())
}

fn this_build() -> Build {
    build(|name| std::env::var(name).ok())
}

/// Looks up what became of every change that an earlier run began and did not finish, tells it, and completes the journal with it.
/// Gives the people whom such a run may have made, whatever Brivo's list says (R6).
///
/// # Errors
/// When the journal can't be read or written.
pub async fn settle(
    path: &Path,
    journal: &Journal,
    client: &Client,
    prefix: &str,
) -> miette::Result<BTreeSet<ExternalId>> {
    let mut made = BTreeSet::new();
    for open in open_records(path).into_diagnostic()? {
        // One journal may serve several accounts, each with a prefix of its own.
        if open.external_id.customer(prefix).is_none() {
            continue;
        }
        if open.action == Action::Create {
            made.insert(open.external_id.clone());
        }
        let found = match find(client, &open).await {
            Ok(found) => found,
            Err(error) => {
                let person = &open.external_id;
                speech::note(&format!(
                    "{person}: begun by a run that was cut short, and not to be looked up: {error}"
                ));
                continue;
            }
        };
        let (user, held) = found.map_or((None, None), |(id, user)| (Some(id), Some(user)));
        let (status, told) = verdict(&progress(&as_change(&open), held.as_ref()));
        let (person, run) = (&open.external_id, &open.run);
        speech::note(&format!("{person}: begun by run {run}, which was cut short: {told}"));
        let told = format!("found out by run {}: {told}", journal.run());
        journal.settled(open, user, status, told).into_diagnostic()?;
    }
    Ok(made)
}

/// The user whom a record is about, by id, else by external id.
async fn find(client: &Client, open: &Record) -> Result<Option<(UserId, User)>, BrivoError> {
    let id = match open.brivo_user_id {
        Some(id) => Some(id),
        None => client.by_external_id(&open.external_id).await?.map(|record| record.id()),
    };
    match id {
        Some(id) => Ok(client.read_person(id).await?.map(|user| (id, user))),
        None => Ok(None),
    }
}

fn as_change(open: &Record) -> Change {
    let Record {
        at: _,
        run: _,
        actor: _,
        commit: _,
        status: _,
        external_id,
        brivo_user_id,
        action,
        before,
        after,
        reasons,
        error: _,
    } = open.clone();
    let (before, after) = (before.map(Box::new), after.map(Box::new));
    let (cause, adopts, property_ids) = (Cause::Entrata, false, Vec::new());
    Change { action, cause, external_id, brivo_user_id, adopts, property_ids, before, after, reasons }
}

fn verdict(progress: &Progress) -> (Status, String) {
    match progress {
        Progress::Done => (Status::Applied, "it was written".to_owned()),
        Progress::Undone => (Status::Failed, "it was not written".to_owned()),
        Progress::Otherwise(unlike) => {
            let unlike = unlike.join(", ");
            (Status::Failed, format!("it was written in part, or changed since; not as planned: {unlike}"))
        }
        Progress::Gone => (Status::Failed, "the user is gone".to_owned()),
    }
}
