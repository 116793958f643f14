//! A saved plan and when it is refused (R8): another manifest, other changes, an edited file, too old, another format.

use chrono::Duration;

use serde::Deserialize;

use crate::access::{Instant, Personal};

use super::fingerprint::fingerprint;
use super::{Change, FORMAT_VERSION, Image, Plan};

/// Why a saved plan is not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was printed, not saved.
    #[error("the plan does not say when it was saved: save it with --out")]
    Unsaved,
    /// Saved too long ago.
    #[error("the plan was saved {minutes} minutes ago, `plan_max_age` allows {allowed}")]
    Old {
        /// Its age.
        minutes: i64,
        /// What the manifest allows, in minutes.
        allowed: i64,
    },
    /// It claims to come from the future.
    #[error("the plan was saved at {saved_at}, which is still to come: check this machine's clock")]
    FromTheFuture {
        /// As the file says.
        saved_at: Instant,
    },
    /// It was made on another account.
    #[error("the plan was made on another Brivo account ({made}), this run writes to {here}")]
    Account {
        /// As the file says.
        made: String,
        /// That of this run.
        here: String,
    },
    /// The manifest is another one now.
    #[error("the manifest is not the one that the plan was made from")]
    Manifest,
    /// The file's changes are not those that its fingerprint was made from, or not those of today.
    #[error("the plan's changes are not the ones that it was saved with: the file was edited")]
    Edited,
    /// What would be done now is something else.
    #[error("the plan is stale: Entrata or Brivo have changed, and other changes would be made now")]
    Stale,
}

/// Why a file is no plan that this program can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Another version of the program's format.
    #[error("the plan has format {found}, this program ({}) reads {FORMAT_VERSION}", env!("CARGO_PKG_VERSION"))]
    Format {
        /// The file's.
        found: String,
    },
    /// Anything else.
    #[error("{0}")]
    Shape(String),
}

/// Reads a saved plan. The format's version is looked at before anything else, which may have another shape there.
pub fn read(bytes: &[u8]) -> Result<Plan, Unreadable> {
    #[derive(Deserialize)]
    struct Head {
        format_version: Option<String>,
    }
    let shape = |error: serde_json::Error| Unreadable::Shape(error.to_string());
    let Head { format_version } = serde_json::from_slice(bytes).map_err(shape)?;
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    match format_version {
        Some(found) if major(&found) != major(FORMAT_VERSION) => Err(Unreadable::Format { found }),
        Some(_) => serde_json::from_slice(bytes).map_err(shape),
        None => Err(Unreadable::Shape("it has no `format_version`".to_owned())),
    }
}

/// What a saved plan is held against.
#[derive(Debug, Clone, Copy)]
pub struct Today<'a> {
    /// The clock.
    pub now: Instant,
    /// For how long a plan may be applied.
    pub max_age: Duration,
    /// The digest of the manifest's content.
    pub manifest: &'a str,
    /// The Brivo account that would be written to.
    pub account: &'a str,
}

/// How far a clock may be behind the one that saved the plan.
const SKEW: Duration = Duration::minutes(5);

/// Why `saved` must not be applied, whatever Entrata and Brivo say.
pub fn refusal(saved: &Plan, today: &Today<'_>) -> Option<Refusal> {
    let Today { now, max_age, manifest, account } = *today;
    let Some(saved_at) = saved.saved_at else { return Some(Refusal::Unsaved) };
    if let Some(made) = saved.account.clone().filter(|made| made != account) {
        return Some(Refusal::Account { made, here: account.to_owned() });
    }
    if saved.manifest.sha256 != manifest {
        return Some(Refusal::Manifest);
    }
    let age = now - saved_at;
    if age > max_age {
        return Some(Refusal::Old { minutes: age.num_minutes(), allowed: max_age.num_minutes() });
    }
    if age < -SKEW {
        return Some(Refusal::FromTheFuture { saved_at });
    }
    // The fingerprint is made of all values, so it tells nothing where some are hidden; a way back is made of what it shows.
    let is_whole = saved.undo.is_some() || !saved.changes.iter().any(is_hidden);
    let is_edited = is_whole && fingerprint(&saved.changes) != saved.fingerprint;
    is_edited.then_some(Refusal::Edited)
}

/// Why `saved` must not be applied, given the plan that would be made now within its scope.
pub fn difference(saved: &Plan, fresh: &Plan) -> Option<Refusal> {
    if saved.fingerprint != fresh.fingerprint {
        return Some(Refusal::Stale);
    }
    let equal = saved.changes.len() == fresh.changes.len()
        && saved.changes.iter().zip(&fresh.changes).all(|(saved, fresh)| is_same(saved, fresh));
    (!equal).then_some(Refusal::Edited)
}

/// Whether a value of the change is left out (R10).
fn is_hidden(change: &Change) -> bool {
    let images = change.before.iter().chain(&change.after);
    let mut values = images.flat_map(|image| {
        let Image { first_name, middle_name, last_name, emails, phones, .. } = &**image;
        [first_name, last_name].into_iter().chain(middle_name).chain(&**emails).chain(&**phones)
    });
    values.any(|value| value.reveal() == Personal::HIDDEN)
}

/// Whether two changes are one, values aside that the saved one hides.
fn is_same(saved: &Change, fresh: &Change) -> bool {
    let Change {
        action,
        cause: _,
        external_id,
        brivo_user_id,
        adopts,
        property_ids,
        before,
        after,
        reasons: _,
    } = saved;
    (action, external_id, brivo_user_id, adopts, property_ids)
        == (&fresh.action, &fresh.external_id, &fresh.brivo_user_id, &fresh.adopts, &fresh.property_ids)
        && is_same_side(before.as_deref(), fresh.before.as_deref())
        && is_same_side(after.as_deref(), fresh.after.as_deref())
}

fn is_same_side(saved: Option<&Image>, fresh: Option<&Image>) -> bool {
    match (saved, fresh) {
        (Some(saved), Some(fresh)) => is_same_image(saved, fresh),
        (None, None) => true,
        _ => false,
    }
}

fn is_same_image(saved: &Image, fresh: &Image) -> bool {
    let Image {
        first_name,
        middle_name,
        last_name,
        emails,
        phones,
        effective_from,
        effective_to,
        groups,
        credentials,
        suspended,
    } = saved;
    let names = is_same_text(first_name, &fresh.first_name) && is_same_text(last_name, &fresh.last_name);
    let middle = match (middle_name, &fresh.middle_name) {
        (Some(saved), Some(fresh)) => is_same_text(saved, fresh),
        (saved, fresh) => saved.is_none() == fresh.is_none(),
    };
    let contacts = are_same(emails, &fresh.emails) && are_same(phones, &fresh.phones);
    let dates = (effective_from, effective_to) == (&fresh.effective_from, &fresh.effective_to);
    let access = (groups, credentials, suspended) == (&fresh.groups, &fresh.credentials, &fresh.suspended);
    names && middle && contacts && dates && access
}

fn are_same(saved: &[Personal], fresh: &[Personal]) -> bool {
    saved.len() == fresh.len() && saved.iter().zip(fresh).all(|(saved, fresh)| is_same_text(saved, fresh))
}

fn is_same_text(saved: &Personal, fresh: &Personal) -> bool {
    saved.reveal() == Personal::HIDDEN || saved == fresh
}

#[cfg(test)]
mod tests;
