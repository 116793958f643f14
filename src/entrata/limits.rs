//! The rate limits that every reply's headers tell, one set a method, and waiting for them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::http::message::Answer;

/// The longest wait before a call is made: a little over the hourly window. A daily limit is not sat out; the service
/// itself is left to refuse.
const LONGEST_WAIT: Duration = Duration::from_secs(65 * 60);

/// One window of a method's limit, as a reply told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateWindow {
    /// As Entrata names it: `minute`, `hour`, `day`.
    pub unit: String,
    /// Calls allowed in it.
    pub limit: u64,
    /// Calls left in it.
    pub remaining: u64,
}

/// What a reply tells of its method's limit.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Limits {
    windows: Vec<RateWindow>,
    /// How long each of the windows that are used up lasts yet.
    exhausted: Vec<Duration>,
}

impl Limits {
    /// Reads `x-ratelimit-limit`, `-remaining` and `-reset`. The parts are matched by the name of their unit, for parts may
    /// be missing; only `reset`, which has bare numbers, goes by `limit`'s order [S].
    pub(super) fn of(answer: &Answer) -> Self {
        let header = |name| answer.header(name).unwrap_or_default();
        let remaining: BTreeMap<_, _> = parts(header("x-ratelimit-remaining"))
            .filter_map(|part| part.split_once('/'))
            .map(by_unit)
            .collect();
        let resets = parts(header("x-ratelimit-reset"));
        let exhausted = parts(header("x-ratelimit-limit"))
            .filter_map(|part| part.split_once('/').map(by_unit))
            .zip(resets)
            .filter(|((unit, _), _)| remaining.get(unit) == Some(&"0"))
            .filter_map(|(_, reset)| reset.parse().ok().map(Duration::from_secs))
            .collect();
        let windows = parts(header("x-ratelimit-limit")).filter_map(|part| {
            let (unit, limit) = by_unit(part.split_once('/')?);
            let remaining = remaining.get(unit)?.parse().ok()?;
            Some(RateWindow { unit: unit.to_owned(), limit: limit.parse().ok()?, remaining })
        });
        Self { windows: windows.collect(), exhausted }
    }

    /// When the first of the exhausted windows ends; a window that ends this very second says nothing.
    pub(super) fn soonest_reset(&self) -> Option<Duration> {
        self.exhausted.iter().copied().filter(|reset| !reset.is_zero()).min()
    }

    /// When the last of them ends, so that a call may pass.
    fn last_reset(&self) -> Option<Duration> {
        self.exhausted.iter().copied().max()
    }
}

fn parts(header: &str) -> impl Iterator<Item = &str> {
    header.split(';').map(str::trim).filter(|part| !part.is_empty())
}

fn by_unit<'a>((number, unit): (&'a str, &'a str)) -> (&'a str, &'a str) {
    (unit.trim(), number.trim())
}

/// Until when each method's limit is used up. Limits are counted a method and credential [S].
#[derive(Default)]
pub(super) struct Gate {
    opens: Mutex<BTreeMap<&'static str, Instant>>,
    /// What was told last.
    told: Mutex<BTreeMap<&'static str, Vec<RateWindow>>>,
}

impl Gate {
    /// Waits until the method may be called, unless the run ends before.
    pub(super) async fn wait(&self, method: &'static str, left: Duration) {
        let opens = self.opens.lock().unwrap_or_else(PoisonError::into_inner).get(method).copied();
        let wait = opens.map_or(Duration::ZERO, |at| at.saturating_duration_since(Instant::now()));
        if wait.is_zero() || wait > LONGEST_WAIT.min(left) {
            return;
        }
        tracing::info!(
            method,
            seconds = wait.as_secs(),
            "the rate limit is used up, waiting for its window to end"
        );
        tokio::time::sleep(wait).await;
    }

    /// What the last reply of each method told.
    pub(super) fn told(&self) -> BTreeMap<&'static str, Vec<RateWindow>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers what a reply said of its method's limit.
    pub(super) fn note(&self, method: &'static str, limits: &Limits) {
        if !limits.windows.is_empty() {
            let windows = limits.windows.clone();
            self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(method, windows);
        }
        if let Some(reset) = limits.last_reset() {
            let at = Instant::now() + reset;
            self.opens.lock().unwrap_or_else(PoisonError::into_inner).insert(method, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn parts_go_by_the_name_of_their_unit() {
        let table = [
            ("8640/day;360/hour;6/minute", "8627/day;359/hour;5/minute", "13861;3061;1", &[][..]),
            ("8640/day;360/hour;6/minute", "8627/day;0/hour;0/minute", "13861;3061;1", &[3061, 1]),
            ("66000/hour;1100/minute", "0/minute;9/hour", "3061;7", &[7]),
            ("66000/hour; 1100/minute", " 0/hour ; 5/minute", " 3061 ; 7", &[3061]),
            ("6/minute", "0/minute", "", &[]),
            ("6/minute", "0/minute", "soon", &[]),
            ("", "0/minute", "5", &[]),
            ("nonsense", "0", "5", &[]),
        ];
        for (limit, remaining, reset, expected) in table {
            let mut answer = Answer::default();
            for (name, value) in [("limit", limit), ("remaining", remaining), ("reset", reset)] {
                let name = reqwest::header::HeaderName::try_from(format!("x-ratelimit-{name}")).unwrap();
                answer.headers.insert(name, HeaderValue::from_str(value).unwrap());
            }
            let expected: Vec<_> = expected.iter().copied().map(Duration::from_secs).collect();
            assert_eq!(Limits::of(&answer).exhausted, expected, "{limit} {remaining} {reset}");
        }
    }
}
