//! When a call is sent again and after which wait: a pure decision over what happened so far.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use super::message::Repeat;

/// The bounds on repeating one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// The most tries that may fail, the first one included.
    pub tries: u32,
    /// The most tries to reach a host that takes no connection: it is probably down for longer.
    pub connects: u32,
    /// The most refusals by a throttling gateway that are sat out.
    pub throttles: u32,
    /// The longest that a call takes over all tries, the waits that a gateway asked for aside.
    pub deadline: Duration,
    /// The longest that a call waits for a throttling gateway, in sum: a little more than an hourly limit's window.
    pub patience: Duration,
    /// The first wait; each further one doubles, and up to as much again is added at random.
    pub first_wait: Duration,
    /// Where the doubling ends.
    pub longest_wait: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            tries: 6,
            connects: 3,
            throttles: 20,
            deadline: Duration::from_secs(5 * 60),
            patience: Duration::from_secs(65 * 60),
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
        }
    }
}

/// What went wrong with one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No connection was made, so nothing was executed.
    Unsent,
    /// The request went out and no whole answer came back.
    Lost,
    /// The service answered that it can't now, and may have done a part.
    Busy {
        /// `Retry-After`, where there was one.
        after: Option<Duration>,
    },
    /// The gateway refused before anything was executed.
    Throttled {
        /// `Retry-After`, where there was one.
        after: Option<Duration>,
    },
}

/// What happened to one call so far, the latest try included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Tries that failed, throttled ones aside.
    pub failed: u32,
    /// Tries that the gateway refused.
    pub throttled: u32,
    /// Since the first try began.
    pub elapsed: Duration,
    /// How much of that was waiting for the gateway.
    pub waited_for_gateway: Duration,
}

/// Whether there is another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Try again after this wait.
    Wait(Duration),
    /// That was the last one.
    Stop,
}

/// Decides on the next try from the latest one's trouble, what happened so far, and the wait that the backoff proposes.
pub fn decide(policy: &Policy, repeat: Repeat, tally: &Tally, kind: Kind, backoff: Duration) -> Decision {
    let (wait, may_repeat) = match kind {
        Kind::Throttled { after } => {
            let wait = after.unwrap_or(backoff);
            let patient = tally.waited_for_gateway.saturating_add(wait) <= policy.patience;
            (wait, patient && tally.throttled < policy.throttles)
        }
        Kind::Unsent => (backoff, tally.failed < policy.connects && in_time(policy, tally, backoff)),
        Kind::Lost => (backoff, may_fail_again(policy, repeat, tally, backoff)),
        Kind::Busy { after } => {
            let wait = after.unwrap_or_default().max(backoff);
            (wait, may_fail_again(policy, repeat, tally, wait))
        }
    };
    if may_repeat { Decision::Wait(wait) } else { Decision::Stop }
}

fn may_fail_again(policy: &Policy, repeat: Repeat, tally: &Tally, wait: Duration) -> bool {
    repeat == Repeat::Safe && tally.failed < policy.tries && in_time(policy, tally, wait)
}

fn in_time(policy: &Policy, tally: &Tally, wait: Duration) -> bool {
    tally.elapsed.saturating_sub(tally.waited_for_gateway).saturating_add(wait) <= policy.deadline
}

/// One call's way through its tries: keeps the tally and the backoff that [`decide`] is asked with.
pub(super) struct Course {
    policy: Policy,
    repeat: Repeat,
    begun: Instant,
    tally: Tally,
    backoff: ExponentialBackoff,
}

impl Course {
    pub(super) fn new(policy: Policy, repeat: Repeat) -> Self {
        let backoff = ExponentialBuilder::new()
            .with_min_delay(policy.first_wait)
            .with_max_delay(policy.longest_wait)
            .without_max_times()
            .with_jitter()
            .build();
        Self { policy, repeat, begun: Instant::now(), tally: Tally::default(), backoff }
    }

    /// Counts the latest try, and decides on the next.
    pub(super) fn decide(&mut self, kind: Kind) -> Decision {
        let throttled = matches!(kind, Kind::Throttled { .. });
        *(if throttled { &mut self.tally.throttled } else { &mut self.tally.failed }) += 1;
        self.tally.elapsed = self.begun.elapsed();
        let backoff = self.backoff.next().unwrap_or(self.policy.longest_wait);
        let decision = decide(&self.policy, self.repeat, &self.tally, kind, backoff);
        if let (true, Decision::Wait(wait)) = (throttled, decision) {
            self.tally.waited_for_gateway += wait;
        }
        decision
    }

    /// How many tries there were.
    pub(super) fn tries(&self) -> u32 {
        self.tally.failed + self.tally.throttled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Duration = Duration::from_secs(2);

    const HOUR: Duration = Duration::from_secs(3600);

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn the_decision_is_a_table() {
        use Decision::{Stop, Wait};
        use Repeat::{Never, Safe};
        let once = Tally { failed: 1, ..Tally::default() };
        let tally = |failed| Tally { failed, ..Tally::default() };
        let late = Tally { failed: 1, elapsed: seconds(299), ..Tally::default() };
        let late_by_gateway = Tally { waited_for_gateway: seconds(200), ..late };
        let refused =
            |throttled, waited| Tally { throttled, waited_for_gateway: seconds(waited), ..Tally::default() };
        let table = [
            ("a lost answer of a read", Safe, once, Kind::Lost, Wait(BACKOFF)),
            ("a lost answer of a create", Never, once, Kind::Lost, Stop),
            ("a busy service, read", Safe, once, Kind::Busy { after: None }, Wait(BACKOFF)),
            (
                "a busy service names a time",
                Safe,
                once,
                Kind::Busy { after: Some(seconds(9)) },
                Wait(seconds(9)),
            ),
            (
                "a busy service names no real time",
                Safe,
                once,
                Kind::Busy { after: Some(seconds(0)) },
                Wait(BACKOFF),
            ),
            ("a busy service names an hour", Safe, once, Kind::Busy { after: Some(HOUR) }, Stop),
            ("a busy service, create", Never, once, Kind::Busy { after: Some(seconds(1)) }, Stop),
            ("the fifth failure", Safe, tally(5), Kind::Lost, Wait(BACKOFF)),
            ("the sixth failure", Safe, tally(6), Kind::Lost, Stop),
            ("past the deadline", Safe, late, Kind::Lost, Stop),
            ("the gateway's waits aside", Safe, late_by_gateway, Kind::Lost, Wait(BACKOFF)),
            ("no connection, create", Never, once, Kind::Unsent, Wait(BACKOFF)),
            ("no connection thrice", Safe, tally(3), Kind::Unsent, Stop),
            (
                "throttled create",
                Never,
                refused(1, 0),
                Kind::Throttled { after: Some(seconds(1)) },
                Wait(seconds(1)),
            ),
            (
                "throttled, no time named",
                Never,
                refused(1, 0),
                Kind::Throttled { after: None },
                Wait(BACKOFF),
            ),
            ("throttled for an hour", Safe, refused(1, 0), Kind::Throttled { after: Some(HOUR) }, Wait(HOUR)),
            (
                "throttled for the day",
                Safe,
                refused(1, 0),
                Kind::Throttled { after: Some(seconds(50_000)) },
                Stop,
            ),
            (
                "throttled for a second hour",
                Safe,
                refused(2, 3600),
                Kind::Throttled { after: Some(HOUR) },
                Stop,
            ),
            (
                "throttled without end",
                Safe,
                refused(20, 20),
                Kind::Throttled { after: Some(seconds(1)) },
                Stop,
            ),
        ];
        for (case, repeat, tally, kind, expected) in table {
            assert_eq!(decide(&Policy::default(), repeat, &tally, kind, BACKOFF), expected, "{case}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_grow_and_stay_under_twice_the_longest() {
        let policy = Policy { deadline: HOUR, tries: 30, ..Policy::default() };
        let mut course = Course::new(policy, Repeat::Safe);
        let waits: Vec<Duration> = std::iter::from_fn(|| match course.decide(Kind::Lost) {
            Decision::Wait(wait) => Some(wait),
            Decision::Stop => None,
        })
        .collect();
        assert_eq!(waits.len(), 29);
        for (nth, wait) in waits.iter().enumerate() {
            let least = (policy.first_wait * (1 << nth.min(6))).min(policy.longest_wait);
            assert!((least..=least * 2).contains(wait), "wait {nth} is {wait:?}");
        }
    }
}
