//! The way back from an apply: saved beside it by `--undo`, and applied like any saved plan.

use std::path::Path;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use miette::IntoDiagnostic as _;

use super::planning::Planned;
use super::session::Session;
use super::{now, show, speech};
use crate::access::{ExternalId, UserId};
use crate::brivo::Client;
use crate::brivo::error::BrivoError;
use crate::output::hide::{self, Pii};
use crate::plan::between::Inputs;
use crate::plan::proof::{Progress, progress};
use crate::plan::undo::{Profiles, Standings, due, inverse};
use crate::plan::{Change, Plan};

/// How many people are read at once; the transport's pace bounds the calls.
const AT_ONCE: usize = 8;

/// Saves the way back from a plan that is about to be applied.
pub fn save(path: &Path, plan: &Plan, session: &Session, pii: Pii) -> miette::Result<()> {
    let profiles = match pii {
        Pii::Show => Profiles::Restored,
        Pii::Hide => Profiles::Left,
    };
    let mut way_back = inverse(&hide::plan(plan, pii), profiles);
    way_back.saved_at = Some(now());
    way_back.account = Some(session.source.account_label().to_owned());
    show::save(path, &way_back)?;
    let path = path.display();
    let left = match profiles {
        Profiles::Restored => "",
        Profiles::Left => "; names, e-mails and phones are hidden and would stay as they are",
    };
    speech::note(&format!(
        "the way back is saved: `--apply --plan {path}` restores what Brivo holds now{left}"
    ));
    Ok(())
}

/// Puts what is still to be taken back of a saved plan in the place of the one that was planned.
pub async fn replan(session: &Session, planned: &mut Planned, saved: &Plan) -> miette::Result<()> {
    let standings = standings(&session.source.services.brivo, &saved.changes).await.into_diagnostic()?;
    let inputs = Inputs {
        desired: &planned.desired,
        account: &planned.account,
        directory: &planned.directory,
        as_of: planned.plan.as_of,
        scope: &saved.scope,
        allowances: session.allowances(),
        manifest: &planned.plan.manifest,
        calls: planned.plan.calls,
    };
    planned.plan = due(&inputs, saved, &standings);
    speech::note(
        "this takes an apply back: the next ordinary one makes the same changes again unless the manifest or Entrata has changed by then",
    );
    Ok(())
}

async fn standings(client: &Client, changes: &[Change]) -> Result<Standings, BrivoError> {
    let asked = changes.iter().map(|change| async move {
        let (progress, user) = standing(client, change).await?;
        Ok::<_, BrivoError>((change.external_id.clone(), (progress, user)))
    });
    stream::iter(asked).buffer_unordered(AT_ONCE).try_collect().await
}

/// Where somebody stands; a user who carries another external id by now is not theirs.
async fn standing(client: &Client, change: &Change) -> Result<(Progress, Option<UserId>), BrivoError> {
    let id = match change.brivo_user_id {
        Some(id) => Some(id),
        None => client.by_external_id(&change.external_id).await?.map(|record| record.id()),
    };
    let Some(id) = id else { return Ok((Progress::Gone, None)) };
    let user = client.read_person(id).await?;
    let is_theirs = |of: &Option<ExternalId>| of.as_ref() == Some(&change.external_id);
    let user = user.filter(|user| is_theirs(&user.external_id));
    Ok((progress(change, user.as_ref()), Some(id)))
}
