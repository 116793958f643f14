//! The sandbox's own time: an instant to start from, moving on with tokio's clock, so that a paused test clock moves it too.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// A clock that was set once and goes on by itself.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    set_to: DateTime<Utc>,
    set_at: Instant,
}

impl Clock {
    pub(crate) fn set(to: DateTime<Utc>) -> Self {
        Self { set_to: to, set_at: Instant::now() }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        let passed = TimeDelta::from_std(self.set_at.elapsed()).unwrap_or_default();
        self.set_to.checked_add_signed(passed).unwrap_or(self.set_to)
    }
}

/// `Wed, 13 Sep 2017 14:50:46 GMT`, as in a Date header.
pub(crate) fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `2026-03-01T18:00:00Z`: how Brivo shows instants, without fractions. [doc]
pub(crate) fn brivo_instant(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
