//! A lock for all machines that reach one store: an object that says who has it and until when. It is taken and renewed by conditional
//! writes only, so that of two who try at once one is refused.
//!
//! Who holds it renews it long before it runs out, and begins no write once it has run out by its own clock. Who wants it waits ten
//! minutes longer: two machines that may write at all are each within five minutes of the services' clocks (T27).

pub mod parts;
mod record;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::{Holder, LockError, Taker, told};
use crate::access::Instant;
use crate::store::{Condition, Found, Item, Put, StoreError, Version};
pub use record::Leased;
use record::{LONGEST, Record};

/// How long it is held without being renewed.
const LASTS: chrono::Duration = chrono::Duration::minutes(3);
/// How much longer others wait.
const MARGIN: chrono::Duration = chrono::Duration::minutes(10);
/// How long after a renewal comes the next one.
const RENEWED_AFTER: chrono::Duration = chrono::Duration::seconds(45);
/// How often the clock is looked at: a machine that slept notices soon.
const LOOKS_EVERY: Duration = Duration::from_secs(5);
/// How long one renewal may take.
const RENEWAL: Duration = Duration::from_secs(40);
/// How often it is tried to be the next one, while others come and go.
const TRIES: u32 = 5;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;
/// Is told why the lock was lost.
pub type OnLoss = Box<dyn Fn(&str) + Send + Sync>;

/// The lock, held.
pub struct Lease {
    held: Arc<Held>,
    renewing: JoinHandle<Version>,
    end: oneshot::Sender<()>,
}

struct Held {
    item: Item,
    /// What is written at each renewal, its end aside.
    leased: Leased,
    clock: Clock,
    on_loss: OnLoss,
    lost: OnceLock<String>,
}

/// What became of a renewal.
enum Renewal {
    Done(Version, Instant),
    Taken(Option<Box<Leased>>),
    Failed(StoreError),
}

impl Lease {
    /// Takes the lock, and keeps it renewed from then on.
    ///
    /// # Errors
    /// [`LockError::Leased`] when somebody else has it.
    pub async fn take(item: Item, taker: Taker) -> Result<Self, LockError> {
        let Taker { holder, owner, clock, on_loss } = taker;
        let leased = Leased::new(holder, owner, clock() + LASTS);
        let version = take(&item, &leased, &clock).await?;
        let (end, ended) = oneshot::channel();
        let until = leased.until;
        let held = Arc::new(Held { item, leased, clock, on_loss, lost: OnceLock::new() });
        let renewing = tokio::spawn(renew(Arc::clone(&held), version, until, ended));
        Ok(Self { held, renewing, end })
    }

    /// What tells this run from every other one.
    pub(super) fn token(&self) -> &str {
        &self.held.leased.token
    }

    /// That it is still held.
    ///
    /// # Errors
    /// [`LockError::Lost`] when it is not.
    pub fn check(&self) -> Result<(), LockError> {
        match self.held.lost.get() {
            None => Ok(()),
            Some(reason) => {
                Err(LockError::Lost { address: self.held.item.address().clone(), reason: reason.clone() })
            }
        }
    }

    /// Lets others have it; what somebody else has by now is left alone.
    pub async fn release(self) {
        let Self { held, renewing, end } = self;
        // The task has ended by itself when the lock was lost.
        let _had_ended = end.send(());
        let Ok(version) = renewing.await else { return };
        if held.lost.get().is_some() {
            return;
        }
        let free = Record::Free { since: (held.clock)() };
        match held.item.put(free.bytes(), Condition::Unchanged(&version)).await {
            Ok(Put::Done(_)) => {}
            Ok(Put::Refused) => tracing::debug!("the lock was no longer this run's when it ended"),
            Err(error) => {
                tracing::warn!("the lock `{}` was not released: {error}", held.item.address());
            }
        }
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Lease").field("leased", &self.held.leased).finish_non_exhaustive()
    }
}

/// Who has it, and in which version that stands there; `None` when nobody has, or only parts of it ([`parts::look`]).
///
/// # Errors
/// When it can't be read, or something else stands there.
pub async fn look(item: &Item) -> Result<Option<(Leased, Version)>, LockError> {
    let Some(found) = item.get(LONGEST).await? else { return Ok(None) };
    match Record::parse(&found.bytes) {
        Some(Record::Held(leased)) => Ok(Some((*leased, found.version))),
        Some(Record::Free { .. } | Record::Parts { .. }) => Ok(None),
        None => Err(LockError::NoLock { address: item.address().clone() }),
    }
}

/// Takes it away from whoever has it in that version, at the instant `now`; refused when they have renewed or released it since.
///
/// # Errors
/// When it can't be written.
pub async fn take_away(item: &Item, version: &Version, now: Instant) -> Result<Put, StoreError> {
    item.put(Record::Free { since: now }.bytes(), Condition::Unchanged(version)).await
}

async fn take(item: &Item, leased: &Leased, clock: &Clock) -> Result<Version, LockError> {
    let bytes = Record::Held(Box::new(leased.clone())).bytes();
    let mut before: Option<Version> = None;
    for _ in 0..TRIES {
        let condition = before.as_ref().map_or(Condition::Absent, Condition::Unchanged);
        let put = item.put(bytes.clone(), condition).await;
        if let Ok(Put::Done(version)) = put {
            return Ok(version);
        }
        // A write that failed may have been done, and its answer lost: what stands there tells.
        let found = item.get(LONGEST).await?;
        if let Some(found) = &found
            && is_taken(found, leased, item, clock).await? == Taken::ByThisRun
        {
            return Ok(found.version.clone());
        }
        put?;
        before = found.map(|found| found.version);
    }
    Err(LockError::HeldBySomebody { address: item.address().clone() })
}

/// Whether a lock that was not given is one's own already.
#[derive(PartialEq, Eq)]
enum Taken {
    ByThisRun,
    ByNobody,
}

async fn is_taken(found: &Found, leased: &Leased, item: &Item, clock: &Clock) -> Result<Taken, LockError> {
    match Record::parse(&found.bytes) {
        None => Err(LockError::NoLock { address: item.address().clone() }),
        Some(Record::Free { .. }) => Ok(Taken::ByNobody),
        Some(Record::Parts { of, parts }) => {
            parts::at_rest(item.address(), of, &parts, clock).await?;
            Ok(Taken::ByNobody)
        }
        Some(Record::Held(other)) if other.token == leased.token => Ok(Taken::ByThisRun),
        Some(Record::Held(other)) if clock() < other.free_for_others() => {
            Err(LockError::Leased { lease: other, address: item.address().clone() })
        }
        Some(Record::Held(other)) => {
            let Holder { process, host, .. } = &other.holder;
            let renewed = told(other.renewed());
            tracing::warn!(
                "taking over the lock of process {process} on {host}, which renewed it last at {renewed}"
            );
            Ok(Taken::ByNobody)
        }
    }
}

/// Renews until the end comes, and gives back the last version.
async fn renew(
    held: Arc<Held>,
    mut version: Version,
    mut until: Instant,
    mut ended: oneshot::Receiver<()>,
) -> Version {
    let mut trouble = "the machine slept".to_owned();
    loop {
        tokio::select! {
            _ = &mut ended => return version,
            () = sleep(LOOKS_EVERY) => {}
        }
        let now = (held.clock)();
        if now >= until {
            held.lose(&format!("it ran out before it could be renewed ({trouble})"));
            return version;
        }
        if now < until - LASTS + RENEWED_AFTER {
            continue;
        }
        match held.renewal(&version, until).await {
            Renewal::Done(newer, later) => (version, until) = (newer, later),
            Renewal::Taken(by) => {
                held.lose(&taken(by.as_deref()));
                return version;
            }
            Renewal::Failed(error) => {
                tracing::debug!(%error, "the lock was not renewed; it is tried again");
                trouble = error.to_string();
            }
        }
    }
}

fn taken(by: Option<&Leased>) -> String {
    match by {
        None => "somebody took it away".to_owned(),
        Some(by) => format!("process {} on {} has it now", by.holder.process, by.holder.host),
    }
}

impl Held {
    /// One try, which ends before the lock does.
    async fn renewal(&self, version: &Version, end: Instant) -> Renewal {
        let now = (self.clock)();
        let until = now + LASTS;
        let record = Record::Held(Box::new(Leased { until, ..self.leased.clone() }));
        let work = async {
            let put = self.item.put(record.bytes(), Condition::Unchanged(version)).await;
            match put {
                Ok(Put::Done(version)) => return Ok(Renewal::Done(version, until)),
                Ok(Put::Refused) | Err(_) => {}
            }
            // Refused also when an earlier try was done and its answer lost.
            let Some(found) = self.item.get(LONGEST).await? else { return Ok(Renewal::Taken(None)) };
            Ok(match (Record::parse(&found.bytes), put) {
                (Some(Record::Held(now)), _) if now.token == self.leased.token && now.until == until => {
                    Renewal::Done(found.version, until)
                }
                (Some(Record::Held(now)), _) if now.token != self.leased.token => Renewal::Taken(Some(now)),
                (_, Err(error)) => Renewal::Failed(error),
                (Some(Record::Held(now)), Ok(_)) => Renewal::Done(found.version, now.until),
                (Some(Record::Free { .. } | Record::Parts { .. }) | None, Ok(_)) => Renewal::Taken(None),
            })
        };
        let late = || StoreError::Failed {
            address: self.item.address().clone(),
            reason: "it does not answer in time".to_owned(),
        };
        let left = (end - now).to_std().unwrap_or_default();
        match timeout(RENEWAL.min(left), work).await {
            Ok(renewal) => renewal.unwrap_or_else(Renewal::Failed),
            Err(_) => Renewal::Failed(late()),
        }
    }

    fn lose(&self, reason: &str) {
        if self.lost.set(reason.to_owned()).is_ok() {
            (self.on_loss)(reason);
        }
    }
}

impl Leased {
    fn new(holder: Holder, owner: String, until: Instant) -> Self {
        Self { owner, holder, until, token: record::token() }
    }

    /// From when on others take it over, unless it is renewed.
    pub fn free_for_others(&self) -> Instant {
        self.until + MARGIN
    }

    /// When it was renewed last.
    pub fn renewed(&self) -> Instant {
        self.until - LASTS
    }
}

#[cfg(test)]
mod tests;
