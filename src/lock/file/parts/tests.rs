use tempfile::TempDir;

use super::{look_at_all, take};
use crate::access::shard::Shard;
use crate::lock::{Holder, LockError};

fn holder(process: u32) -> Holder {
    Holder {
        host: "ci-7".to_owned(),
        process,
        since: "2026-03-01T18:00:00Z".parse().unwrap(),
        account: "api.brivo.com".to_owned(),
        prefix: "entrata:".to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn parts_of_one_number_are_held_beside_each_other_and_nothing_else_is() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("state").join("reconcile.lock");
    let part = |part, of| Shard::new(part, of);
    let first = take(&path, part(1, 3), &holder(1)).await.unwrap();
    let second = take(&path, part(2, 3), &holder(2)).await.unwrap();
    for refused in [part(1, 3), part(2, 3), None, part(1, 2), part(2, 4)] {
        let Err(LockError::Held { holder, .. }) = take(&path, refused, &holder(9)).await else {
            panic!("{refused:?} is held beside 1/3 and 2/3")
        };
        assert!(matches!(holder.process, 1 | 2), "{refused:?} is told who it is");
    }
    let held: Vec<u32> =
        look_at_all(&path).unwrap().into_iter().map(|(_, holder)| holder.unwrap().process).collect();
    assert_eq!(held, [1, 2]);
    drop((first, second));
    assert_eq!(look_at_all(&path).unwrap(), []);

    let whole = take(&path, None, &holder(3)).await.unwrap();
    let Err(LockError::Held { holder, .. }) = take(&path, part(3, 3), &holder(9)).await else {
        panic!("a part is held beside everything")
    };
    assert_eq!(holder.process, 3);
    drop(whole);
    drop(take(&path, part(1, 2), &self::holder(4)).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn files_of_other_names_are_nobody_s_part() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("reconcile.lock");
    for other in ["reconcile.lock.bak", "reconcile.lock.0-of-3", "other.lock.1-of-3"] {
        let file = std::fs::File::create(folder.path().join(other)).unwrap();
        file.try_lock().unwrap();
        drop(take(&path, None, &holder(1)).await.unwrap());
    }
}
