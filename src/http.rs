//! One transport for both services: sends a request, repeats it where that is safe, and tells a request that surely did nothing
//! from one whose answer was lost. Knows nothing of either service.

pub mod error;
pub mod message;
pub mod pace;
pub mod retry;
mod wire;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use error::{HttpError, Trouble};
use message::{Address, Answer, Request};
use pace::Pacer;
use retry::{Course, Decision, Kind, Policy};
use wire::Wire;

/// Longer waits than this are told on the log at a level that people see.
const WAIT_WORTH_TELLING: Duration = Duration::from_secs(10);

/// What a caller makes of an answer, judged by what only the service's own client knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is final, good or bad.
    Done,
    /// The service could not do it now, and may have done it in part: repeated only where the request is safe to repeat.
    Retry {
        /// `Retry-After`, where there was one.
        after: Option<Duration>,
    },
    /// The gateway refused before anything was executed: may be repeated whatever the verb.
    Throttled {
        /// `Retry-After`, where there was one.
        after: Option<Duration>,
    },
}

/// How a transport behaves, the same for all its calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// The longest wait for a connection.
    pub connect_timeout: Duration,
    /// The longest wait for one whole answer.
    pub timeout: Duration,
    /// When a call is repeated.
    pub retry: Policy,
    /// When the whole run ends: no call goes out after it or is waited for longer.
    pub ends: Option<Instant>,
}

impl Default for Settings {
    fn default() -> Self {
        let minute = Duration::from_secs(60);
        Self { connect_timeout: minute, timeout: minute, retry: Policy::default(), ends: None }
    }
}

/// Sends requests, over the network or into a router in this process. Clones share one pace, one count and one clock.
#[derive(Clone)]
pub struct Transport {
    wire: Wire,
    settings: Settings,
    pacer: Option<Pacer>,
    seen: Arc<Seen>,
}

/// A call waits before it is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// What went wrong with the latest try.
    pub why: Kind,
    /// How long it waits.
    pub wait: Duration,
}

/// Is told of every wait, while calls are under way.
pub type OnWait = Box<dyn Fn(Waiting) + Send + Sync>;

#[derive(Default)]
struct Seen {
    calls: AtomicU64,
    throttled: AtomicU64,
    on_wait: OnceLock<OnWait>,
    clock: Mutex<Option<(DateTime<Utc>, Instant)>>,
}

/// Reads a long answer on another core, while further ones come in: on one of the threads that plan later. The thread that waits for
/// it there keeps no memory of its own, and tells the runtime that something is under way.
pub async fn aside<T: Send + 'static>(read: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(|| rayon::scope(|_| read())).await {
        Ok(read) => read,
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}

impl Transport {
    /// Over the network: rustls with the platform's and bundled roots, proxy variables honoured (never for loopback
    /// addresses), no redirect followed.
    ///
    /// # Errors
    /// When the TLS client can't be built.
    pub fn network(settings: Settings) -> Result<Self, HttpError> {
        Ok(Self { wire: Wire::network(&settings)?, settings, pacer: None, seen: Arc::default() })
    }

    /// Into a router in this process: the test seam, which works under tokio's paused clock.
    pub fn in_process(router: axum::Router) -> Self {
        let wire = Wire::in_process(router);
        Self { wire, settings: Settings::default(), pacer: None, seen: Arc::default() }
    }

    /// Holds every call, repeats included, to the pacer's rate.
    #[must_use]
    pub fn paced(mut self, pacer: Pacer) -> Self {
        self.pacer = Some(pacer);
        self
    }

    /// How many calls went out, repeats included.
    pub fn calls(&self) -> u64 {
        self.seen.calls.load(Ordering::Relaxed)
    }

    /// How many calls a gateway refused because there were too many.
    pub fn throttled(&self) -> u64 {
        self.seen.throttled.load(Ordering::Relaxed)
    }

    /// Tells somebody of every wait from now on, of all clones; whoever was told first stays the one.
    pub fn tell_waits(&self, on_wait: OnWait) {
        self.seen.on_wait.get_or_init(|| on_wait);
    }

    /// What the service's own clock says now, by the `Date` of its last answer; `None` before the first one (T27).
    pub fn server_clock(&self) -> Option<DateTime<Utc>> {
        let (date, at) = (*self.seen.clock.lock().unwrap_or_else(PoisonError::into_inner))?;
        Some(date + TimeDelta::from_std(at.elapsed()).ok()?)
    }

    /// How long the run lasts yet; for ever where nothing ends it.
    pub fn time_left(&self) -> Duration {
        self.settings.ends.map_or(Duration::MAX, |ends| ends.saturating_duration_since(Instant::now()))
    }

    /// Sends a request, and repeats it as its [`message::Repeat`], the verdict and the policy allow. An answer judged
    /// [`Verdict::Done`] is handed back whatever its status, a redirect aside.
    ///
    /// # Errors
    /// When there is no final answer; [`HttpError::surely_not_executed`] tells whether the request may be sent again.
    pub async fn send(
        &self,
        request: &Request,
        judge: impl Fn(&Answer) -> Verdict,
    ) -> Result<Answer, HttpError> {
        let address = request.address()?;
        let mut course = Course::new(self.settings.retry, request.repeat);
        loop {
            if self.time_left().is_zero() {
                return Err(HttpError::OutOfTime { host: address.host });
            }
            let trouble = match self.try_once(request, &address).await {
                Ok(answer) => match judge(&answer) {
                    Verdict::Done => return final_answer(answer, request, &address),
                    Verdict::Retry { after } => Trouble::Busy { answer: Box::new(answer), after },
                    Verdict::Throttled { after } => Trouble::Throttled { answer: Box::new(answer), after },
                },
                Err(trouble) => trouble,
            };
            self.adapt_pace(&trouble);
            match course.decide(trouble.kind()) {
                Decision::Wait(wait) if wait < self.time_left() => {
                    note_wait(&address, &trouble, wait);
                    if let Some(on_wait) = self.seen.on_wait.get() {
                        on_wait(Waiting { why: trouble.kind(), wait });
                    }
                    tokio::time::sleep(wait).await;
                }
                Decision::Wait(_) | Decision::Stop => {
                    return Err(trouble.at_last(address.host, course.tries()));
                }
            }
        }
    }

    async fn try_once(&self, request: &Request, address: &Address) -> Result<Answer, Trouble> {
        if let Some(pacer) = &self.pacer {
            pacer.turn().await;
        }
        self.seen.calls.fetch_add(1, Ordering::Relaxed);
        let begun = Instant::now();
        let sent = self.wire.send(request, address);
        let patience = self.settings.timeout.min(self.time_left());
        let result = tokio::time::timeout(patience, sent).await.unwrap_or_else(|_| {
            let reason = format!("no answer within {} seconds", patience.as_secs());
            Err(Trouble::Lost { reason })
        });
        let took = begun.elapsed();
        match &result {
            Ok(answer) => {
                self.note_date(answer);
                tracing::debug!(method = %request.method, host = %address.host, path = request.url.path(),
                    status = answer.status, bytes = answer.body.len(), ?took, "answered");
            }
            Err(trouble) => tracing::debug!(method = %request.method, host = %address.host,
                path = request.url.path(), %trouble, ?took, "not answered"),
        }
        result
    }

    fn note_date(&self, answer: &Answer) {
        if let Some(date) = answer.date() {
            let seen = Some((date, Instant::now()));
            *self.seen.clock.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        }
    }

    fn adapt_pace(&self, trouble: &Trouble) {
        let Trouble::Throttled { after, .. } = trouble else { return };
        self.seen.throttled.fetch_add(1, Ordering::Relaxed);
        if let Some(pacer) = &self.pacer {
            pacer.slow_down(*after);
        }
    }
}

/// A redirect is never followed: it would carry the credentials to wherever it points.
fn final_answer(answer: Answer, request: &Request, address: &Address) -> Result<Answer, HttpError> {
    if !(300..400).contains(&answer.status) || answer.status == 304 {
        return Ok(answer);
    }
    let target = answer.header("location").and_then(|target| target.split('?').next());
    let target = request.veil().over(target.unwrap_or("nowhere"));
    Err(HttpError::Redirected { host: address.host.clone(), status: answer.status, target })
}

fn note_wait(address: &Address, trouble: &Trouble, wait: Duration) {
    if wait >= WAIT_WORTH_TELLING {
        tracing::warn!(host = %address.host, %trouble, seconds = wait.as_secs(), "waiting before the next try");
    } else {
        tracing::debug!(host = %address.host, %trouble, ?wait, "waiting before the next try");
    }
}

#[cfg(test)]
mod tests;
