//! The proof after a write: what was written is read again and compared with the plan. An answer that says so is no proof, and what
//! Brivo shows right after a write may be a moment old.

use std::time::Duration;

use thiserror::Error;

use crate::access::UserId;
use crate::brivo::Client;
use crate::brivo::error::BrivoError;
use crate::plan::Change;
use crate::plan::order::{Proof, Step, proofs};
use crate::plan::proof::{Seen, SeenRecord, unlike_after};

/// After which time something that is not as planned is read once more.
const AGAIN: [Duration; 3] = [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];

/// Why it is not known that Brivo holds what was written.
#[derive(Debug, Error)]
pub(super) enum Unproved {
    /// Brivo shows something else.
    #[error("written, but Brivo shows otherwise: {}; the next run decides anew", .0.join(", "))]
    Otherwise(Vec<&'static str>),
    /// It could not be read again.
    #[error("written, but it could not be read again: {0}. The next run looks")]
    Unread(BrivoError),
}

/// Reads what the steps wrote until Brivo shows it, a few times at most.
pub(super) async fn prove(
    client: &Client,
    change: &Change,
    user: Option<UserId>,
    done: &[Step],
) -> Result<(), Unproved> {
    let Some(user) = user.filter(|_| !done.is_empty()) else { return Ok(()) };
    let mut pauses = AGAIN.into_iter();
    loop {
        let unlike = look(client, change, user, done).await.map_err(Unproved::Unread)?;
        if unlike.is_empty() {
            return Ok(());
        }
        match pauses.next() {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return Err(Unproved::Otherwise(unlike)),
        }
    }
}

/// What is not as planned, of all that the steps wrote.
async fn look(
    client: &Client,
    change: &Change,
    user: UserId,
    done: &[Step],
) -> Result<Vec<&'static str>, BrivoError> {
    let mut seen = Seen::default();
    for proof in proofs(done) {
        match proof {
            Proof::Record => {
                let record = match client.user(user).await {
                    Err(error) if error.is_not_found() => {
                        return Ok(change.after.iter().map(|_| "the user is not there").collect());
                    }
                    record => record?,
                };
                if change.after.is_none() {
                    return Ok(vec!["the user is still there"]);
                }
                seen.record = Some(SeenRecord {
                    profile: record.profile().clone(),
                    dates: record.dates(),
                    suspended: record.suspended(),
                });
            }
            Proof::Groups => seen.groups = Some(client.user_groups(user).await?),
            Proof::Credentials => seen.credentials = Some(client.user_credentials(user).await?),
        }
    }
    Ok(unlike_after(change, &seen))
}
