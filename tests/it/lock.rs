//! One apply at a time, as its users see it: with a file, and in object stores of other makers, which `.ci/run` starts and names in
//! `RECONCILE_TEST_STORES`.

use std::sync::Arc;

use reconcile::lock::lease::{Lease, look};
use reconcile::lock::{Holder, Taker};
use reconcile::store::address::Address;
use reconcile::store::{Condition, Item, Put};

use crate::support::{Workplace, stores};

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

fn quickstart() -> Workplace {
    Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", WORLD).with_stores()
}

fn taker(number: u32) -> Taker {
    let since = "2026-03-01T18:00:00Z".parse().unwrap();
    let holder = Holder {
        host: "ci-7".to_owned(),
        process: number,
        since,
        account: "api.brivo.com".to_owned(),
        prefix: "entrata:".to_owned(),
    };
    let on_loss = Box::new(|reason: &str| panic!("{reason}"));
    #[expect(clippy::disallowed_methods, reason = "the program's own clock is compared with it")]
    Taker { holder, owner: "rosa".to_owned(), clock: Arc::new(chrono::Utc::now), on_loss }
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(work)
}

#[test]
fn a_lock_in_a_place_that_is_none_is_an_error_before_anything_is_read() {
    let place = quickstart();
    for (lock, part) in [
        ("ftp://example.com/lock", "nothing is known of such URLs"),
        ("s3://key:secret@doors/lock", "credentials come from the environment"),
        ("s3://doors", "the key is missing"),
    ] {
        let outcome = place.run(&format!("--apply --yes --sandbox world.yaml --lock {lock}"));
        assert_eq!(outcome.code, 1, "{outcome:?}");
        assert!(outcome.stderr.contains(part), "{outcome:?}");
    }
}

#[test]
fn plain_http_goes_to_no_store_off_this_machine() {
    let place = quickstart().env("AWS_ENDPOINT_URL", "http://s3.example.com").env("AWS_ALLOW_HTTP", "true");
    let outcome = place.run("--apply --yes --sandbox world.yaml --lock s3://doors/lock");
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(outcome.stderr.contains("plain http://"), "{outcome:?}");
}

#[test]
fn unlock_tells_that_nobody_holds_a_file_that_nobody_holds() {
    let place = quickstart();
    let outcome = place.run("unlock --lock some.lock");
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "nobody holds `some.lock`\n"), "{outcome:?}");
    let outcome = place.run("unlock --sandbox world.yaml");
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (0, "nobody holds `world.yaml.lock`\n"),
        "{outcome:?}"
    );
}

#[test]
fn unlock_says_who_holds_a_file_and_that_it_can_t_be_taken() {
    let place = quickstart();
    let path = place.path("some.lock");
    let address = Address::File(path);
    wait(async {
        let lock = reconcile::lock::Lock::take(&address, None, taker(4711)).await.unwrap();
        let outcome = place.run("unlock --yes --lock some.lock");
        assert_eq!(outcome.code, 1, "{outcome:?}");
        assert_eq!(
            outcome.stdout,
            "`some.lock` is held by process 4711 on ci-7, since 2026-03-01T18:00:00Z\n"
        );
        assert!(outcome.stderr.contains("the system lets go of it when that process ends"), "{outcome:?}");
        let refused = place.run("--apply --yes --sandbox world.yaml --lock some.lock");
        assert_eq!(refused.code, 1, "{refused:?}");
        assert!(refused.stderr.contains("process 4711 on ci-7"), "{refused:?}");
        lock.release().await;
    });
    assert_eq!(place.run("--apply --yes --sandbox world.yaml --lock some.lock").code, 3);
}

#[test]
#[ignore = "needs the servers that .ci/run starts"]
fn stores_write_on_conditions_only() {
    for store in stores() {
        let address = Address::parse(&store).unwrap().beneath("conditions");
        wait(async {
            let item = Item::open(&address).unwrap();
            assert_eq!(item.get(100).await.unwrap(), None, "{address}");
            let put = |text: &'static str, condition| item.put(text.as_bytes().to_vec(), condition);
            let Put::Done(first) = put("one", Condition::Absent).await.unwrap() else { panic!("{address}") };
            assert_eq!(put("two", Condition::Absent).await.unwrap(), Put::Refused, "{address}");
            let found = item.get(100).await.unwrap().unwrap();
            assert_eq!((&found.bytes[..], &found.version), (&b"one"[..], &first), "{address}");
            assert!(matches!(put("two", Condition::Unchanged(&first)).await, Ok(Put::Done(_))), "{address}");
            assert_eq!(put("three", Condition::Unchanged(&first)).await.unwrap(), Put::Refused, "{address}");
            assert_eq!(item.get(100).await.unwrap().unwrap().bytes, b"two", "{address}");
            assert!(item.get(2).await.is_err(), "{address}: longer than was asked for");
        });
    }
}

#[test]
#[ignore = "needs the servers that .ci/run starts"]
fn of_many_takers_one_gets_a_store_s_lock() {
    // The S3 server that is started for tests looks at a condition and writes in two steps; a real one does it in one.
    for store in stores().iter().filter(|store| !store.starts_with("s3")) {
        let address = Address::parse(store).unwrap().beneath("contest");
        wait(async {
            for round in 0..5 {
                let takes = (0..6)
                    .map(|number| tokio::spawn(Lease::take(Item::open(&address).unwrap(), taker(number))));
                let takes = futures_util::future::join_all(takes).await.into_iter().map(Result::unwrap);
                let mut held: Vec<Lease> = takes.filter_map(Result::ok).collect();
                assert_eq!(held.len(), 1, "round {round} at {address}");
                held.remove(0).release().await;
            }
        });
    }
}

#[test]
#[ignore = "needs the servers that .ci/run starts"]
fn an_apply_holds_a_store_s_lock_and_the_second_one_is_told() {
    for store in stores() {
        let lock = format!("{store}/doors/lock.json");
        let address = Address::parse(&lock).unwrap();
        let place = quickstart();
        let apply = format!("--apply --yes --sandbox world.yaml --lock {lock}");
        wait(async {
            let held = Lease::take(Item::open(&address).unwrap(), taker(4711)).await.unwrap();
            let refused = place.run(&apply);
            assert_eq!(refused.code, 1, "{refused:?}");
            let told =
                "another apply is at work: process 4711 on ci-7, since 2026-03-01T18:00:00Z, started by rosa";
            assert!(refused.stderr.contains(told), "{refused:?}");
            assert!(refused.stderr.contains("reconcile unlock"), "{refused:?}");
            held.release().await;
        });
        // A student of the quickstart is frozen: somebody must look, and all else is done.
        let applied = place.run(&apply);
        assert_eq!(applied.code, 3, "{applied:?}");
        assert_eq!(wait(look(&Item::open(&address).unwrap())).unwrap(), None, "it was released");
        let outcome = place.run(&format!("unlock --lock {lock}"));
        assert_eq!((outcome.code, outcome.stdout), (0, format!("nobody holds `{lock}`\n")));
    }
}

#[test]
#[ignore = "needs the servers that .ci/run starts"]
fn unlock_takes_a_store_s_lock_away_when_told_to() {
    for store in stores() {
        let lock = format!("{store}/stuck.json");
        let item = || Item::open(&Address::parse(&lock).unwrap()).unwrap();
        let place = quickstart();
        wait(async {
            // Forgotten, as by a run that was killed.
            std::mem::forget(Lease::take(item(), taker(4711)).await.unwrap());
        });
        let asked = place.run(&format!("unlock --lock {lock}"));
        assert_eq!(asked.code, 1, "{asked:?}");
        assert!(asked.stdout.contains("is held by process 4711 on ci-7"), "{asked:?}");
        assert!(asked.stderr.contains("--yes"), "{asked:?}");
        let taken = place.run(&format!("unlock --yes --lock {lock}"));
        assert_eq!(taken.code, 0, "{taken:?}");
        assert!(taken.stdout.ends_with(&format!("`{lock}` is free\n")), "{taken:?}");
        assert_eq!(place.run(&format!("--apply --yes --sandbox world.yaml --lock {lock}")).code, 3);
    }
}

#[test]
#[ignore = "needs the servers that .ci/run starts"]
fn a_store_that_refuses_is_told_without_its_secrets() {
    for store in stores() {
        let lock = format!("{}-missing/lock.json", store.trim_end_matches('/'));
        let outcome = quickstart().run(&format!("--apply --yes --sandbox world.yaml --lock {lock}"));
        assert_eq!(outcome.code, 1, "{outcome:?}");
        assert!(outcome.stderr.contains(&lock), "{outcome:?}");
        for name in ["AWS_SECRET_ACCESS_KEY", "AZURE_STORAGE_ACCOUNT_KEY"] {
            let secret = std::env::var(name).unwrap_or_default();
            assert!(secret.is_empty() || !outcome.stderr.contains(&secret), "{outcome:?}");
        }
        assert!(!outcome.stderr.contains("sig="), "{outcome:?}");
    }
}
