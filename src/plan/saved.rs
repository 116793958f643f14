//! A saved plan and when it is refused (R8): another manifest, other changes, an edited file, too old, another format.

use chrono::Duration;

use crate::access::{Instant, Personal};

use super::{Change, FORMAT_VERSION, Image, Plan};

/// Why a saved plan is not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another version of the program's format.
    #[error("the plan has format {found}, this program reads {FORMAT_VERSION}")]
    Format {
        /// The file's.
        found: String,
    },
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
    /// The manifest is another one now.
    #[error("the manifest is not the one that the plan was made from")]
    Manifest,
    /// The file's changes are not those that its fingerprint was made from, or not those of today.
    #[error("the plan's changes are not the ones that would be made: the file was edited")]
    Edited,
    /// What would be done now is something else.
    #[error("the plan is stale: Entrata or Brivo have changed, and other changes would be made now")]
    Stale,
}

/// Reads a saved plan.
///
/// # Errors
/// When it is no plan, or nested deeper than any.
pub fn read(bytes: &[u8]) -> Result<Plan, serde_json::Error> {
    serde_json::from_slice(bytes)
}

/// How far a clock may be behind the one that saved the plan.
const SKEW: Duration = Duration::minutes(5);

/// Why `saved` must not be applied at `now`, given the plan that would be made now within its scope.
pub fn refusal(saved: &Plan, fresh: &Plan, now: Instant, max_age: Duration) -> Option<Refusal> {
    if saved.format_version.split('.').next() != FORMAT_VERSION.split('.').next() {
        return Some(Refusal::Format { found: saved.format_version.clone() });
    }
    let Some(saved_at) = saved.saved_at else { return Some(Refusal::Unsaved) };
    let age = now - saved_at;
    if age > max_age {
        return Some(Refusal::Old { minutes: age.num_minutes(), allowed: max_age.num_minutes() });
    }
    if age < -SKEW {
        return Some(Refusal::FromTheFuture { saved_at });
    }
    if saved.manifest.sha256 != fresh.manifest.sha256 {
        return Some(Refusal::Manifest);
    }
    if saved.fingerprint != fresh.fingerprint {
        return Some(Refusal::Stale);
    }
    let equal = saved.changes.len() == fresh.changes.len()
        && saved.changes.iter().zip(&fresh.changes).all(|(saved, fresh)| is_same(saved, fresh));
    (!equal).then_some(Refusal::Edited)
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
        && is_same_side(before.as_ref(), fresh.before.as_ref())
        && is_same_side(after.as_ref(), fresh.after.as_ref())
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
