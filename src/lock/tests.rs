//! Who gets the lock, what the others are told, and where it lives.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use super::file::{FileLock, look};
use super::place::{Surroundings, default_place};
use super::{Holder, LockError};
use crate::store::address::Address;

fn holder(host: &str) -> Holder {
    Holder {
        host: host.to_owned(),
        process: 4711,
        since: "2026-03-01T18:00:00.123Z".parse().unwrap(),
        account: "api.brivo.com".to_owned(),
        prefix: "entrata:".to_owned(),
    }
}

fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("state").join("reconcile.lock");
    (folder, path)
}

#[tokio::test(start_paused = true)]
async fn the_second_one_is_told_who_the_first_one_is() {
    let (_folder, path) = place();
    let first = FileLock::take(&path, &holder("ci-7")).await.unwrap();
    let error = FileLock::take(&path, &holder("ci-8")).await.unwrap_err();
    let message = error.to_string();
    assert_eq!(
        message,
        format!(
            "another apply is at work: process 4711 on ci-7, since 2026-03-01T18:00:00Z. Wait until it has ended (lock file: `{}`)",
            path.display()
        )
    );
    drop(first);
    drop(FileLock::take(&path, &holder("ci-8")).await.unwrap());
}

#[tokio::test]
async fn of_many_at_once_one_gets_it_and_the_others_are_told_its_name() {
    let (_folder, path) = place();
    for _ in 0..20 {
        let barrier = Arc::new(tokio::sync::Barrier::new(4));
        let takes = (0..4).map(|number| {
            let (path, barrier) = (path.clone(), Arc::clone(&barrier));
            tokio::spawn(async move {
                barrier.wait().await;
                (number, FileLock::take(&path, &holder(&format!("ci-{number}"))).await)
            })
        });
        let takes: Vec<_> =
            futures_util::future::join_all(takes).await.into_iter().map(Result::unwrap).collect();
        let winners: Vec<_> =
            takes.iter().filter(|(_, lock)| lock.is_ok()).map(|(number, _)| *number).collect();
        let [winner] = winners[..] else { panic!("{winners:?} have it") };
        for (_, lock) in takes.iter().filter(|(_, lock)| lock.is_err()) {
            let Err(LockError::Held { holder, .. }) = lock else { panic!("{lock:?}") };
            assert_eq!(holder.host, format!("ci-{winner}"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_killed_run_left_in_the_file_holds_nobody_up() {
    let (_folder, path) = place();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let whole = serde_json::to_string(&holder("killed")).unwrap();
    for left in ["", "{", "{\"host\":\"ki", whole.as_str()] {
        fs::write(&path, left).unwrap();
        let lock = FileLock::take(&path, &holder("next")).await.unwrap();
        let Err(LockError::Held { holder, .. }) = FileLock::take(&path, &self::holder("third")).await else {
            panic!("it is held")
        };
        assert_eq!(holder.host, "next", "after `{left}`");
        drop(lock);
    }
}

#[tokio::test(start_paused = true)]
async fn a_holder_who_does_not_write_their_name_is_somebody() {
    let (_folder, path) = place();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = fs::File::create(&path).unwrap();
    file.try_lock().unwrap();
    let error = FileLock::take(&path, &holder("ci-7")).await.unwrap_err();
    assert!(matches!(error, LockError::HeldBySomebody { .. }), "{error:?}");
    assert!(error.to_string().contains("reconcile.lock"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_lock_is_left_as_it_is() {
    let (folder, _) = place();
    let path = folder.path().join("reconcile.yaml");
    for content in [&b"version: 1\n"[..], b"{\"version\":1}", b"\xff\xfe\x00"] {
        fs::write(&path, content).unwrap();
        let error = FileLock::take(&path, &holder("ci-7")).await.unwrap_err();
        assert!(matches!(error, LockError::NoLock { .. }), "{error:?}");
        assert_eq!(fs::read(&path).unwrap(), content);
    }
}

#[tokio::test]
async fn a_place_that_can_t_be_used_is_told_with_the_way_out() {
    let (folder, _) = place();
    let error = FileLock::take(folder.path(), &holder("ci-7")).await.unwrap_err();
    assert!(matches!(error, LockError::Io { .. }) && error.to_string().contains("--lock"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_it_and_nobody_stands_in_it_afterwards() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, path) = place();
    drop(FileLock::take(&path, &holder("ci-7")).await.unwrap());
    let about = fs::metadata(&path).unwrap();
    assert_eq!((about.permissions().mode() & 0o777, about.len()), (0o600, 0));
}

#[test]
fn it_lives_beside_the_world_else_in_the_cache_else_in_the_state_else_among_the_temporary() {
    let here = Surroundings {
        account: "api.brivo.com",
        prefix: "entrata:",
        world: None,
        cache: None,
        state_home: None,
        home: None,
        temporary: Path::new("/tmp"),
    };
    let (home, state) = (Some(Path::new("/home/rosa")), Some(Path::new("/var/state")));
    let (relative, world) = (Some(Path::new("state")), Some(Path::new("worlds/quickstart.yaml")));
    let file = |folder: &str, name: &str| Address::File(Path::new(folder).join(name));
    let Address::File(name) = default_place(&here) else { panic!("no file") };
    let name = name.file_name().unwrap().to_str().unwrap().to_owned();
    let (folder, bucket) = (Address::File("cache".into()), Address::parse("s3://bucket/cache").unwrap());
    for (surroundings, address) in [
        (here, file("/tmp", &name)),
        (Surroundings { home, ..here }, file("/home/rosa/.local/state/reconcile", &name)),
        (Surroundings { state_home: state, home, ..here }, file("/var/state/reconcile", &name)),
        (
            Surroundings { state_home: relative, home, ..here },
            file("/home/rosa/.local/state/reconcile", &name),
        ),
        (Surroundings { cache: Some(&folder), state_home: state, home, ..here }, file("cache", &name)),
        (Surroundings { cache: Some(&bucket), home, ..here }, bucket.beneath(&name)),
        (Surroundings { world, cache: Some(&folder), home, ..here }, file("worlds", "quickstart.yaml.lock")),
    ] {
        assert_eq!(default_place(&surroundings), address);
    }
}

#[test]
fn its_name_tells_accounts_and_prefixes_apart() {
    let name = |account, prefix| {
        let here = Surroundings {
            account,
            prefix,
            world: None,
            cache: None,
            state_home: None,
            home: None,
            temporary: Path::new(""),
        };
        default_place(&here).to_string()
    };
    let usual = name("api.brivo.com", "entrata:");
    assert!(usual.starts_with("api.brivo.com-entrata-"), "{usual}");
    let long = "long".repeat(50);
    let names = [
        usual,
        name("api.eu.brivo.com", "entrata:"),
        name("api.brivo.com", "entrata"),
        name("api.brivo.com", ""),
        name("../../etc/passwd", "entrata:"),
        name(&long, "entrata:"),
        name(&format!("{long}2"), "entrata:"),
    ];
    for (place, name) in names.iter().enumerate() {
        assert!(!name.contains('/') && !name.contains(':') && name.len() < 120, "{name}");
        assert!(!names[..place].contains(name), "{name} twice");
    }
}

#[tokio::test]
async fn whoever_looks_is_told_who_holds_it_and_takes_nothing() {
    let (_folder, path) = place();
    assert_eq!(look(&path).unwrap(), None, "no such file");
    let lock = FileLock::take(&path, &holder("ci-7")).await.unwrap();
    assert_eq!(look(&path).unwrap(), Some(Some(holder("ci-7"))));
    drop(lock);
    assert_eq!(look(&path).unwrap(), None);
}

#[test]
fn this_process_says_where_it_runs() {
    let Holder { host, process, since, account, prefix } =
        Holder::here("api.brivo.com", "entrata:", "2026-03-01T18:00:00.123Z".parse().unwrap());
    assert!(!host.is_empty() && host.trim() == host, "{host:?}");
    assert_eq!(process, std::process::id());
    assert_eq!((since, account, prefix), {
        let Holder { since, account, prefix, .. } = holder("");
        (since, account, prefix)
    });
}
