//! Who gets the lease, who is told what, and how it is lost.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;

use super::super::{Holder, LockError, Taker};
use super::{Clock, Lease, look, take_away};
use crate::access::Instant;
use crate::store::address::Address;
use crate::store::{Condition, Item, Put};

/// Tokio's paused clock as a wall clock that is off by some minutes.
fn clock(minutes_off: i64) -> Clock {
    let (begun, start): (_, Instant) = (tokio::time::Instant::now(), "2026-03-01T18:00:00Z".parse().unwrap());
    let start = start + chrono::Duration::minutes(minutes_off);
    Arc::new(move || start + chrono::Duration::from_std(begun.elapsed()).unwrap())
}

/// Who wants it, and what they were told when they lost it.
fn taker(host: &str, clock: &Clock) -> (Taker, Arc<Mutex<Vec<String>>>) {
    let losses = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&losses);
    let holder = Holder {
        host: host.to_owned(),
        process: 4711,
        since: clock(),
        account: "api.brivo.com".to_owned(),
        prefix: "entrata:".to_owned(),
    };
    let on_loss = Box::new(move |reason: &str| told.lock().unwrap().push(reason.to_owned()));
    (Taker { holder, owner: "rosa".to_owned(), clock: Arc::clone(clock), on_loss }, losses)
}

fn item(folder: &TempDir) -> Item {
    Item::open(&Address::File(folder.path().join("lease.json"))).unwrap()
}

async fn take(folder: &TempDir, host: &str, clock: &Clock) -> Result<Lease, LockError> {
    Lease::take(item(folder), taker(host, clock).0).await
}

async fn wait(minutes: u64) {
    tokio::time::sleep(Duration::from_secs(60 * minutes)).await;
}

#[tokio::test(start_paused = true)]
async fn the_second_one_is_told_who_the_first_one_is_until_it_has_ended() {
    let (folder, clock) = (TempDir::new().unwrap(), clock(0));
    let first = take(&folder, "ci-7", &clock).await.unwrap();
    wait(60).await;
    let error = take(&folder, "ci-8", &clock).await.unwrap_err();
    let told = error.to_string();
    assert!(
        told.starts_with(
            "another apply is at work: process 4711 on ci-7, since 2026-03-01T18:00:00Z, started by rosa."
        ),
        "{told}"
    );
    first.check().unwrap();
    first.release().await;
    take(&folder, "ci-8", &clock).await.unwrap().release().await;
    assert_eq!(look(&item(&folder)).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn of_many_at_once_one_gets_it() {
    let (folder, clock) = (TempDir::new().unwrap(), clock(0));
    for round in 0..10 {
        let takes = (0..6).map(|number| {
            let (taker, _) = taker(&format!("ci-{number}"), &clock);
            tokio::spawn(Lease::take(item(&folder), taker))
        });
        let takes = futures_util::future::join_all(takes).await.into_iter().map(Result::unwrap);
        let mut held: Vec<Lease> = takes.filter_map(Result::ok).collect();
        assert_eq!(held.len(), 1, "round {round}");
        held.remove(0).release().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_killed_run_s_lease_runs_out_only_when_no_clock_could_still_count_it() {
    let (folder, right) = (TempDir::new().unwrap(), clock(0));
    let killed = take(&folder, "killed", &right).await.unwrap();
    killed.renewing.abort();
    // A clock that is ten minutes ahead is as far off as two that each pass T27 can be.
    let ahead = clock(10);
    wait(2).await;
    let error = take(&folder, "next", &ahead).await.unwrap_err();
    let help = miette::Diagnostic::help(&error).unwrap().to_string();
    assert!(help.contains("loses it at 2026-03-01T18:13:00Z") && help.contains("reconcile unlock"), "{help}");
    wait(1).await;
    take(&folder, "next", &ahead).await.unwrap().release().await;
}

#[tokio::test(start_paused = true)]
async fn whoever_loses_it_is_told_once_and_takes_nothing_back() {
    let (folder, clock) = (TempDir::new().unwrap(), clock(0));
    let (first, losses) = taker("ci-7", &clock);
    let first = Lease::take(item(&folder), first).await.unwrap();
    let (_, version) = look(&item(&folder)).await.unwrap().unwrap();
    assert!(matches!(take_away(&item(&folder), &version, clock()).await, Ok(Put::Done(_))));
    let second = take(&folder, "ci-8", &clock).await.unwrap();
    wait(3).await;
    assert_eq!(*losses.lock().unwrap(), ["process 4711 on ci-8 has it now"]);
    let error = first.check().unwrap_err();
    assert!(matches!(error, LockError::Lost { .. }), "{error}");
    first.release().await;
    assert_eq!(look(&item(&folder)).await.unwrap().unwrap().0.holder.host, "ci-8");
    second.check().unwrap();
    second.release().await;
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_can_t_be_renewed_is_lost_when_it_runs_out_and_not_before() {
    let (folder, clock) = (TempDir::new().unwrap(), clock(0));
    let (taker, losses) = taker("ci-7", &clock);
    let lease = Lease::take(item(&folder), taker).await.unwrap();
    let path = folder.path().join("lease.json");
    let kept = std::fs::read(&path).unwrap();
    // A folder in the file's place can be neither read nor written.
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    wait(2).await;
    lease.check().unwrap();
    std::fs::remove_dir(&path).unwrap();
    std::fs::write(&path, kept).unwrap();
    wait(2).await;
    lease.check().unwrap();
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    wait(4).await;
    let told = losses.lock().unwrap().clone();
    assert!(told.len() == 1 && told[0].starts_with("it ran out before it could be renewed"), "{told:?}");
    lease.release().await;
}

#[tokio::test(start_paused = true)]
async fn a_renewed_lease_is_not_taken_away_by_who_saw_it_before() {
    let (folder, clock) = (TempDir::new().unwrap(), clock(0));
    let lease = take(&folder, "ci-7", &clock).await.unwrap();
    let (seen, version) = look(&item(&folder)).await.unwrap().unwrap();
    assert_eq!((seen.owner.as_str(), seen.renewed()), ("rosa", clock()));
    wait(1).await;
    assert_eq!(take_away(&item(&folder), &version, clock()).await.unwrap(), Put::Refused);
    lease.check().unwrap();
    lease.release().await;
}

#[tokio::test(start_paused = true)]
async fn what_is_no_lock_is_left_as_it_is_and_a_hostile_name_stays_harmless() {
    let (folder, clock) = (TempDir::new().unwrap(), clock(0));
    let other = item(&folder);
    other.put(b"{\"version\":1}".to_vec(), Condition::Absent).await.unwrap();
    let error = take(&folder, "ci-7", &clock).await.unwrap_err();
    assert!(matches!(error, LockError::NoLock { .. }), "{error}");
    assert_eq!(other.get(100).await.unwrap().unwrap().bytes, b"{\"version\":1}");

    let folder = TempDir::new().unwrap();
    let lease = take(&folder, "ci\u{1b}[2J\u{202e}7", &clock).await.unwrap();
    let error = take(&folder, "ci-8", &clock).await.unwrap_err().to_string();
    assert!(error.contains("on ci?[2J?7, since"), "{error}");
    lease.release().await;
}

#[test]
fn the_record_s_form_is_what_older_and_newer_runs_share() {
    let text = r#"{"reconcile_lock":"held","owner":"rosa","host":"ci-7","process":4711,"since":"2026-03-01T18:00:00Z",
        "account":"api.brivo.com","prefix":"entrata:","until":"2026-03-01T18:03:00Z","token":"0f"}"#;
    let Some(super::Record::Held(leased)) = super::Record::parse(text.as_bytes()) else { panic!("{text}") };
    assert_eq!(leased.free_for_others(), "2026-03-01T18:13:00Z".parse::<Instant>().unwrap());
    let again: serde_json::Value = serde_json::from_slice(&super::Record::Held(leased).bytes()).unwrap();
    assert_eq!(again, serde_json::from_str::<serde_json::Value>(text).unwrap());
}
