//! What an item promises, on files; the test that needs servers holds object stores to the same.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::address::{Address, Cloud};
use super::{Condition, Found, Item, Put, StoreError};

fn item(path: PathBuf) -> Item {
    Item::open(&Address::File(path)).unwrap()
}

#[tokio::test]
async fn a_write_needs_its_condition() {
    let folder = TempDir::new().unwrap();
    let item = item(folder.path().join("new").join("item"));
    assert_eq!(item.get(100).await.unwrap(), None);
    let Put::Done(first) = item.put(b"one".to_vec(), Condition::Absent).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(item.put(b"two".to_vec(), Condition::Absent).await.unwrap(), Put::Refused);
    assert_eq!(item.get(100).await.unwrap(), Some(Found { bytes: b"one".to_vec(), version: first.clone() }));
    let Put::Done(second) = item.put(b"two".to_vec(), Condition::Unchanged(&first)).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(item.put(b"three".to_vec(), Condition::Unchanged(&first)).await.unwrap(), Put::Refused);
    assert_eq!(item.get(100).await.unwrap(), Some(Found { bytes: b"two".to_vec(), version: second }));
}

#[tokio::test]
async fn of_many_writers_each_builds_on_what_it_saw() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("count");
    let count = |path: PathBuf| {
        tokio::task::spawn_blocking(move || {
            let item = item(path);
            let work = async {
                let mut done = 0;
                while done < 20 {
                    let found = item.get(100).await.unwrap();
                    let number: u32 = found
                        .as_ref()
                        .map_or(0, |found| String::from_utf8(found.bytes.clone()).unwrap().parse().unwrap());
                    let condition = found
                        .as_ref()
                        .map_or(Condition::Absent, |found| Condition::Unchanged(&found.version));
                    let put = item.put((number + 1).to_string().into_bytes(), condition).await.unwrap();
                    done += usize::from(matches!(put, Put::Done(_)));
                }
            };
            futures_util::FutureExt::now_or_never(work).unwrap();
        })
    };
    futures_util::future::join_all((0..4).map(|_| count(path.clone()))).await;
    assert_eq!(std::fs::read_to_string(path).unwrap(), "80");
}

#[tokio::test]
async fn more_than_is_asked_for_is_not_read() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("item");
    std::fs::write(&path, [b'x'; 101]).unwrap();
    assert!(matches!(item(path.clone()).get(100).await, Err(StoreError::TooLong { longest: 100, .. })));
    assert_eq!(item(path).get(101).await.unwrap().unwrap().bytes.len(), 101);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("item");
    item(path.clone()).put(b"one".to_vec(), Condition::Absent).await.unwrap();
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn an_address_is_a_path_or_a_url() {
    let object = |cloud, bucket: &str, key: &str| Address::Object {
        cloud,
        bucket: bucket.to_owned(),
        key: key.to_owned(),
    };
    for (text, address) in [
        ("reconcile.lock", Address::File("reconcile.lock".into())),
        ("/var/lib/a b.lock", Address::File("/var/lib/a b.lock".into())),
        ("file:///var/lib/a%20b.lock", Address::File("/var/lib/a b.lock".into())),
        ("FILE://localhost/var/lib/x.lock", Address::File("/var/lib/x.lock".into())),
        ("s3://doors/reconcile/lock.json", object(Cloud::S3, "doors", "reconcile/lock.json")),
        ("gs://doors/lock", object(Cloud::Google, "doors", "lock")),
        ("AZ://doors/cache/", object(Cloud::Azure, "doors", "cache")),
    ] {
        assert_eq!(Address::parse(text).unwrap(), address, "{text}");
    }
    for (text, part) in [
        ("https://example.com/lock", "nothing is known of such URLs"),
        ("file://elsewhere/lock", "no file on this machine"),
        (" ", "it is empty"),
        ("s3:///key", "the bucket's name"),
        ("s3://key:secret@doors/lock", "credentials come from the environment"),
        ("s3://doors/../lock", "`..`"),
        ("s3://doors/lock?versionId=1", "`?`"),
        ("s3://doors/a//b", "empty part"),
    ] {
        let message = Address::parse(text).unwrap_err().to_string();
        assert!(message.contains(part) && !message.contains("secret"), "{text}: {message}");
    }
}

#[test]
fn what_lies_beneath_a_folder_has_its_name_behind_a_slash() {
    let beneath = |text: &str| Address::parse(text).unwrap().beneath("x.lock").to_string();
    assert_eq!(beneath("gs://doors"), "gs://doors/x.lock");
    assert_eq!(beneath("gs://doors/a/b/"), "gs://doors/a/b/x.lock");
    assert_eq!(beneath("state"), Path::new("state").join("x.lock").display().to_string());
}
