//! At most so many calls a second, spread evenly, on tokio's clock: slower once the gateway throttles, back quickly to a little less than
//! what it refused, and on from there by and by.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How far throttling slows the pace down at most.
const SLOWEST: u32 = 16;
/// A throttled pace comes back to the learned one by this part of its interval with each call.
const RECOVERY: u32 = 20;
/// Where it was not refused, the pace tries to get back to the wanted one by this part of its interval with each call.
const PROBING: u32 = 1000;
/// By this part the interval is longer than the wanted pace has it: calls that come a little early or late then still fit into each of
/// the gateway's seconds.
const MARGIN: u32 = 50;

/// Hands out turns; clones share them.
#[derive(Debug, Clone)]
pub struct Pacer {
    /// Between two calls when nothing is throttled.
    interval: Duration,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    /// Between two calls at present.
    interval: Duration,
    /// The shortest interval that the gateway seems to bear.
    learned: Duration,
    /// When the next call may go.
    next: Option<Instant>,
    /// Answers to calls that went out before this do not slow the pace again.
    slowed_at: Option<Instant>,
}

impl Pacer {
    /// A pace of this many calls a second at most; 0 counts as 1.
    pub fn new(calls_per_second: u32) -> Self {
        Self::shared(calls_per_second, 1)
    }

    /// This job's share of a pace that so many jobs keep together; 0 counts as 1.
    pub fn shared(calls_per_second: u32, jobs: u32) -> Self {
        let interval = Duration::from_secs(1) * jobs.max(1) / calls_per_second.max(1);
        let interval = interval + interval / MARGIN;
        let state = State { interval, learned: interval, next: None, slowed_at: None };
        Self { interval, state: Arc::new(Mutex::new(state)) }
    }

    /// Waits for the caller's turn. Turns are one interval apart, from the first one on; time in which nobody called is not saved up.
    pub async fn turn(&self) {
        let turn = self.book(Instant::now());
        tokio::time::sleep_until(turn).await;
    }

    /// The gateway refused a call: doubles the interval until what piled up has passed, holds everybody back for as long as it asked,
    /// and takes the pace at which that happened for too fast.
    pub fn slow_down(&self, after: Option<Duration>) {
        let now = Instant::now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Calls already on their way when the first was refused say nothing new.
        if state.slowed_at.is_none_or(|at| now.duration_since(at) >= state.interval) {
            let slowest = self.interval * SLOWEST;
            state.learned = (state.learned.max(state.interval) * 5 / 4).min(slowest);
            state.interval = (state.interval * 2).min(slowest);
            state.slowed_at = Some(now + after.unwrap_or_default());
        }
        let resume = now + after.unwrap_or(state.interval);
        state.next = state.next.max(Some(resume));
    }

    fn book(&self, now: Instant) -> Instant {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = state.next.map_or(now, |next| next.max(now));
        state.next = Some(turn + state.interval);
        state.learned = state.learned.saturating_sub(state.learned / PROBING).max(self.interval);
        state.interval = state.interval.saturating_sub(state.interval / RECOVERY).max(state.learned);
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn turns(pacer: &Pacer, count: usize) -> Vec<u128> {
        let begun = Instant::now();
        let mut at = Vec::new();
        for _ in 0..count {
            pacer.turn().await;
            at.push(begun.elapsed().as_millis());
        }
        at
    }

    #[tokio::test(start_paused = true)]
    async fn calls_are_spread_evenly_and_idle_time_is_not_saved_up() {
        let pacer = Pacer::new(20);
        assert_eq!(turns(&pacer, 4).await, [0, 51, 102, 153]);
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert_eq!(turns(&pacer, 3).await, [0, 51, 102]);
    }

    #[tokio::test(start_paused = true)]
    async fn jobs_that_share_a_pace_are_slower_each() {
        assert_eq!(turns(&Pacer::shared(20, 4), 3).await, [0, 204, 408]);
        assert_eq!(turns(&Pacer::shared(1, 3), 2).await, [0, 3060]);
    }

    #[tokio::test(start_paused = true)]
    async fn clones_share_one_pace() {
        let pacer = Pacer::new(10);
        let begun = Instant::now();
        let (one, other) = (pacer.clone(), pacer.clone());
        tokio::join!(turns(&one, 10), turns(&other, 10));
        assert_eq!(begun.elapsed(), Duration::from_millis(19 * 102));
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_slows_the_pace_and_it_recovers() {
        let pacer = Pacer::new(10);
        pacer.turn().await;
        pacer.slow_down(Some(Duration::from_secs(1)));
        // A second refusal at the same instant is the same news.
        pacer.slow_down(None);
        let first = turns(&pacer, 2).await;
        assert_eq!(first, [1000, 1204], "held back as asked, then twice the interval");
        turns(&pacer, 30).await;
        let later = turns(&pacer, 3).await;
        let gap = later[2] - later[1];
        assert!((120..=128).contains(&gap), "a little less than what was refused: {gap}");
        turns(&pacer, 300).await;
        let later = turns(&pacer, 3).await;
        assert_eq!(later[2] - later[1], 102, "the old pace is back");
    }

    #[tokio::test(start_paused = true)]
    async fn it_never_gets_slower_than_a_sixteenth() {
        let pacer = Pacer::new(10);
        for _ in 0..50 {
            tokio::time::sleep(Duration::from_secs(5)).await;
            pacer.slow_down(None);
        }
        pacer.turn().await;
        assert_eq!(turns(&pacer, 1).await, [1632]);
    }

    /// A gateway that lets so many calls through in each second and refuses the others.
    struct Gateway {
        limit: usize,
        second: u64,
        passed: usize,
    }

    impl Gateway {
        fn takes(&mut self, at: Duration) -> bool {
            if self.second != at.as_secs() {
                (self.second, self.passed) = (at.as_secs(), 0);
            }
            self.passed += 1;
            self.passed <= self.limit
        }
    }

    /// How many of so many calls a gateway refuses, and how many a second it takes.
    async fn under(limit: usize, calls_per_second: u32, calls: u32) -> (u32, f64) {
        let pacer = Pacer::new(calls_per_second);
        let (mut gateway, begun, mut refused) =
            (Gateway { limit, second: u64::MAX, passed: 0 }, Instant::now(), 0);
        for _ in 0..calls {
            pacer.turn().await;
            if !gateway.takes(begun.elapsed()) {
                refused += 1;
                pacer.slow_down(Some(Duration::from_secs(1)));
            }
        }
        (refused, f64::from(calls - refused) / begun.elapsed().as_secs_f64())
    }

    #[tokio::test(start_paused = true)]
    async fn it_settles_just_below_what_the_gateway_bears() {
        let (refused, rate) = under(20, 20, 5000).await;
        assert!(refused == 0 && rate > 19.5, "wanted what it bears: {refused} refused, {rate} a second");
        for wanted in [25, 50] {
            let (refused, rate) = under(20, wanted, 5000).await;
            assert!(refused < 50 && rate > 16.0, "wanted {wanted}: {refused} refused, {rate} a second");
        }
    }
}
