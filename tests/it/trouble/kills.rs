//! The program is killed at its nth write, just before or just after Brivo has done it; one more run finishes the work (R6, R9).

use std::collections::BTreeMap;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use reconcile::sandbox::Sandbox;
use serde_json::Value;

use super::house::{House, held, strangers};
use super::server::{Hold, Moment, Watch, serve};
use crate::support::{Workplace, with_secrets};

const PEOPLE: u64 = 300;
/// As fast as the machine allows.
const CALLS_PER_SECOND: u32 = 100_000;
/// How many instants are tried without `RECONCILE_KILLS`; `.ci/run` tries 200.
const FEW: u64 = 12;
/// How many of them are tried at one time.
const AT_ONCE: usize = 2;

const APPLY: &str = "--apply --yes --journal journal.jsonl manifest.yaml";

fn house() -> House {
    House { people: PEOPLE, today: crate::support::now() }
}

fn place(address: &str) -> Workplace {
    let manifest = House::manifest(address, CALLS_PER_SECOND);
    with_secrets(Workplace::new().file("manifest.yaml", manifest))
}

/// A watch that only counts the writes.
fn counting(writes: &Arc<Mutex<u64>>) -> Watch {
    let writes = Arc::clone(writes);
    Arc::new(move |seen, moment| {
        if moment == Moment::After && seen.write.is_some() {
            *writes.lock().unwrap() += 1;
        }
        Hold::No
    })
}

/// A watch that reports the nth write at that moment, and never lets it go on.
fn stopping(nth: u64, when: Moment, reached: mpsc::Sender<()>) -> Watch {
    let reached = Mutex::new(reached);
    Arc::new(move |seen, moment| {
        if (seen.write, moment) != (Some(nth), when) {
            return Hold::No;
        }
        let _told = reached.lock().unwrap().send(());
        Hold::ForEver
    })
}

fn kill_when(reached: &mpsc::Receiver<()>, mut child: Child) -> ExitStatus {
    loop {
        if reached.recv_timeout(Duration::from_millis(5)).is_ok() {
            child.kill().unwrap();
        }
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
    }
}

/// What an apply that nobody kills leaves, and how many writes it takes.
fn unkilled(runtime: &tokio::runtime::Runtime) -> (BTreeMap<String, Value>, u64) {
    let sandbox = house().sandbox();
    let writes = Arc::default();
    let address = runtime.block_on(serve(&sandbox, counting(&writes)));
    let outcome = place(&address).run(APPLY);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    let writes = *writes.lock().unwrap();
    (held(&sandbox), writes)
}

/// Kills an apply there and runs it once more.
fn killed(runtime: &tokio::runtime::Runtime, nth: u64, when: Moment) -> (Sandbox, Sandbox) {
    let sandbox = house().sandbox();
    let (reached, reports) = mpsc::channel();
    let address = runtime.block_on(serve(&sandbox, stopping(nth, when, reached)));
    let place = place(&address);
    let status = kill_when(&reports, place.start(APPLY));
    assert_eq!(status.code(), None, "write {nth} {when:?}: it came to its end: {status}");
    let left = house().sandbox().with_state(sandbox.brivo_state());
    let address = runtime.block_on(serve(&sandbox, Arc::new(|_, _| Hold::No)));
    let again = place.file("manifest.yaml", House::manifest(&address, CALLS_PER_SECOND)).run(APPLY);
    assert_eq!(again.code, 0, "write {nth} {when:?}: {}{}", again.stdout, again.stderr);
    (left, sandbox)
}

#[test]
fn a_killed_apply_is_finished_by_the_next_one() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let before = held(&house().sandbox());
    let (expected, writes) = unkilled(&runtime);
    let wanted = std::env::var("RECONCILE_KILLS").ok().map_or(FEW, |number| number.parse().unwrap());
    // Twice as many instants as writes: before each and after each. As many of them as are wanted, evenly spread.
    let instants: Vec<(u64, Moment)> =
        (1..=writes).flat_map(|nth| [(nth, Moment::Before), (nth, Moment::After)]).collect();
    let wanted = wanted.min(instants.len() as u64);
    let chosen: Vec<(u64, Moment)> = (0..wanted)
        .map(|place| instants[usize::try_from(place * instants.len() as u64 / wanted).unwrap()])
        .collect();
    std::thread::scope(|scope| {
        for lane in 0..AT_ONCE {
            let (chosen, runtime, before, expected) = (&chosen, &runtime, &before, &expected);
            scope.spawn(move || {
                for (nth, when) in chosen.iter().skip(lane).step_by(AT_ONCE) {
                    let (left, end) = killed(runtime, *nth, *when);
                    // Whoever is there when it is killed is there once, and strangers are as they were.
                    assert_eq!(strangers(&held(&left)), strangers(before), "write {nth} {when:?}");
                    assert_eq!(held(&end), *expected, "write {nth} {when:?}");
                }
            });
        }
    });
}
