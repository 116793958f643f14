//! Two applies at once: one works, the other one says who does (R7).

use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::house::{House, held};
use super::server::{Hold, Watch, serve};
use crate::support::{Outcome, Workplace, with_secrets};

/// How many pairs are started without `RECONCILE_PAIRS`; `.ci/run` starts 100.
const FEW: u64 = 5;

const APPLY: &str = "--apply --yes --lock file.lock manifest.yaml";

/// A watch that lets nobody on before it is told to: whoever has the lock stays at its first call.
fn closed(open: &Arc<AtomicBool>) -> Watch {
    let open = Arc::clone(open);
    Arc::new(move |_, _| {
        while !open.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(1));
        }
        Hold::No
    })
}

/// Waits for whichever ends first.
fn first_to_end(mut pair: [Child; 2]) -> (Child, Child) {
    loop {
        for place in 0..2 {
            if pair[place].try_wait().unwrap().is_some() {
                let [one, other] = pair;
                return if place == 0 { (one, other) } else { (other, one) };
            }
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn one_of_two_applies_works_and_the_other_one_names_it() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let pairs = std::env::var("RECONCILE_PAIRS").ok().map_or(FEW, |number| number.parse().unwrap());
    let house = || House { people: 6, today: crate::support::now() };
    for pair in 0..pairs {
        let sandbox = house().sandbox();
        let open = Arc::default();
        let address = runtime.block_on(serve(&sandbox, closed(&open)));
        let place = with_secrets(Workplace::new().file("manifest.yaml", House::manifest(&address, 1000)));
        let (refused, works) = first_to_end([place.start(APPLY), place.start(APPLY)]);
        let process = works.id();
        let refused = Outcome::of(refused.wait_with_output().unwrap());
        assert_eq!(refused.code, 1, "pair {pair}: {refused:?}");
        let named = format!("another apply is at work: process {process} on ");
        assert!(refused.stderr.contains(&named), "pair {pair}: {process}: {}", refused.stderr);
        open.store(true, Ordering::SeqCst);
        let works = Outcome::of(works.wait_with_output().unwrap());
        assert_eq!(works.code, 0, "pair {pair}: {works:?}");
        assert_eq!(held(&sandbox).len(), 8, "six people and two strangers");
    }
}
