use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use super::super::{Clock, Lease};
use super::{look_at_all, take};
use crate::access::Instant;
use crate::access::shard::Shard;
use crate::lock::{Holder, LockError, Taker};
use crate::store::Item;
use crate::store::address::Address;

fn clock() -> Clock {
    let (begun, start): (_, Instant) = (tokio::time::Instant::now(), "2026-03-01T18:00:00Z".parse().unwrap());
    Arc::new(move || start + chrono::Duration::from_std(begun.elapsed()).unwrap())
}

fn taker(host: &str, clock: &Clock) -> Taker {
    let holder = Holder {
        host: host.to_owned(),
        process: 4711,
        since: clock(),
        account: "api.brivo.com".to_owned(),
        prefix: "entrata:".to_owned(),
    };
    Taker { holder, owner: "rosa".to_owned(), clock: Arc::clone(clock), on_loss: Box::new(|_| {}) }
}

struct Place {
    _folder: TempDir,
    lock: Address,
    clock: Clock,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let lock = Address::File(folder.path().join("lease.json"));
        Self { _folder: folder, lock, clock: clock() }
    }

    async fn part(&self, part: u32, of: u32, host: &str) -> Result<Lease, LockError> {
        take(&self.lock, Shard::new(part, of).unwrap(), taker(host, &self.clock)).await
    }

    async fn whole(&self, host: &str) -> Result<Lease, LockError> {
        Lease::take(Item::open(&self.lock).unwrap(), taker(host, &self.clock)).await
    }

    async fn held(&self) -> Vec<String> {
        let held = look_at_all(Item::open(&self.lock).unwrap()).await.unwrap();
        held.into_iter().map(|(_, leased, _)| leased.holder.host).collect()
    }
}

fn refused_by(result: Result<Lease, LockError>) -> String {
    match result {
        Err(LockError::Leased { lease, .. }) => lease.holder.host,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn parts_of_one_number_are_leased_beside_each_other_and_nothing_else_is() {
    let place = Place::new();
    let first = place.part(1, 3, "one").await.unwrap();
    let third = place.part(3, 3, "three").await.unwrap();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(refused_by(place.part(1, 3, "again").await), "one");
    assert_eq!(refused_by(place.whole("whole").await), "one");
    assert_eq!(refused_by(place.part(2, 2, "other").await), "one");
    assert_eq!(place.held().await, ["one", "three"]);
    first.release().await;
    assert_eq!(refused_by(place.whole("whole").await), "three");
    third.release().await;
    assert_eq!(place.held().await, Vec::<String>::new());

    let whole = place.whole("whole").await.unwrap();
    assert_eq!(refused_by(place.part(1, 3, "one").await), "whole");
    assert_eq!(place.held().await, ["whole"], "a part that was refused leaves no lease behind");
    whole.release().await;
    place.part(1, 2, "half").await.unwrap().release().await;
}

#[tokio::test(start_paused = true)]
async fn a_killed_part_holds_up_a_whole_run_until_its_lease_has_run_out() {
    let place = Place::new();
    let killed = place.part(2, 2, "killed").await.unwrap();
    killed.renewing.abort();
    assert_eq!(refused_by(place.whole("whole").await), "killed");
    tokio::time::sleep(Duration::from_secs(14 * 60)).await;
    place.whole("whole").await.unwrap().release().await;
}

#[tokio::test(start_paused = true)]
async fn a_part_that_comes_back_is_seen_by_who_looked_before() {
    let place = Place::new();
    place.part(1, 2, "earlier").await.unwrap().release().await;
    let lock = Item::open(&place.lock).unwrap();
    let seen = lock.get(super::LONGEST).await.unwrap().unwrap().version;
    let part = place.part(1, 2, "later").await.unwrap();
    let late = lock.put(Vec::new(), crate::store::Condition::Unchanged(&seen)).await.unwrap();
    assert_eq!(late, crate::store::Put::Refused);
    part.release().await;
}

#[tokio::test(start_paused = true)]
async fn all_parts_may_come_at_once() {
    let place = Arc::new(Place::new());
    let takes = (1..=12).map(|part| {
        let place = Arc::clone(&place);
        tokio::spawn(async move { place.part(part, 12, &format!("ci-{part}")).await })
    });
    let leases: Vec<Lease> = futures_util::future::join_all(takes)
        .await
        .into_iter()
        .map(|lease| lease.unwrap().unwrap())
        .collect();
    assert_eq!(place.held().await.len(), 12);
    for lease in leases {
        lease.release().await;
    }
}
