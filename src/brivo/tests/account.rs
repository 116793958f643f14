//! The account: lists, memberships by user and by group, details.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::super::account::Credentials;
use super::support::{Fake, Reply, Seen, instant, paged, whole};
use crate::access::{Account, CredentialId, ExternalId, GroupId, Membership, UserId, Window};

/// 300 users; the odd ones are in group 1, every third in group 2, every fifth in the unmanaged group 9.
fn brivo(seen: &Seen) -> Reply {
    let users = |is_member: &dyn Fn(u64) -> bool| -> Vec<Value> {
        (1..=300)
            .filter(|id| is_member(*id))
            .map(|id| json!({"id": id, "firstName": format!("N{id}")}))
            .collect()
    };
    let is_in = |group: u64, user: u64| match group {
        1 => user % 2 == 1,
        2 => user.is_multiple_of(3),
        _ => user.is_multiple_of(5),
    };
    let parts: Vec<&str> = seen.path.trim_start_matches('/').split('/').collect();
    let id = |text: &str| text.parse::<u64>().unwrap();
    match parts.as_slice() {
        ["users"] if seen.query.contains("unaffiliated") => {
            paged(seen, &users(&|user| ![1, 2, 9].into_iter().any(|group| is_in(group, user))))
        }
        ["users"] => paged(seen, &users(&|_| true)),
        ["groups"] => paged(seen, &[1, 2, 3, 9].map(|id| json!({"id": id, "name": format!("G{id}")}))),
        ["groups", "3", "users"] | ["users", "299", ..] => Reply::not_found(),
        ["groups", group, "users"] => paged(seen, &users(&|user| is_in(id(group), user))),
        ["users", user, "groups"] => whole(
            &[1, 2, 9]
                .into_iter()
                .filter(|group| is_in(*group, id(user)))
                .map(|group| json!({"id": group}))
                .collect::<Vec<_>>(),
        ),
        ["users", user, "credentials"] => {
            whole(&[json!({"id": 1000 + id(user), "effectiveTo": "2026-10-31T04:00:00Z"})])
        }
        ["users", user] => Reply::json(
            200,
            &json!({"id": id(user), "firstName": format!("New{user}"), "lastName": "L",
            "externalId": format!("entrata:{user}"), "suspended": true, "updated": "later",
            "effectiveTo": "2026-12-31T22:00:00Z"}),
        ),
        _ => Reply::none(596),
    }
}

fn groups<T: FromIterator<GroupId>>(ids: &[u64]) -> T {
    ids.iter().copied().map(GroupId).collect()
}

fn membership(account: &Account, user: u64) -> &Membership {
    &account.users[&UserId(user)].membership
}

#[tokio::test]
async fn the_lists_come_first_and_read_nothing_else() {
    let fake = Fake::new(brivo);
    let account = fake.served().await.lists(&|_, _| ()).await.unwrap();
    assert_eq!((account.users.len(), account.groups.len()), (300, 4));
    assert_eq!(&*account.groups[&GroupId(9)], "G9");
    assert!(
        account.users.values().all(|user| user.membership == Membership::Unread && user.detail.is_none())
    );
    assert_eq!(fake.seen().len(), 4);
}

#[tokio::test]
async fn few_users_are_read_by_user() {
    let fake = Fake::new(brivo);
    let client = fake.served().await;
    let mut account = client.lists(&|_, _| ()).await.unwrap();
    let before = fake.seen().len();
    let users = [1, 2, 15, 299].map(UserId);
    client.read_memberships(&mut account, &users, &groups(&[1, 2]), &|_, _| ()).await.unwrap();
    assert_eq!(membership(&account, 1), &Membership::Whole(groups(&[1])));
    assert_eq!(membership(&account, 2), &Membership::Whole(groups(&[])));
    assert_eq!(membership(&account, 15), &Membership::Whole(groups(&[1, 2, 9])));
    assert_eq!(membership(&account, 3), &Membership::Unread, "nobody else is looked at");
    assert!(!account.users.contains_key(&UserId(299)), "who is gone leaves the account");
    assert_eq!(fake.seen().len() - before, 4);
}

#[tokio::test]
async fn many_users_are_read_by_group() {
    let fake = Fake::new(brivo);
    let client = fake.served().await;
    let mut account = client.lists(&|_, _| ()).await.unwrap();
    let before = fake.seen().len();
    let users: Vec<_> = (1..=200).map(UserId).collect();
    let told = Mutex::new(Vec::new());
    let progress = |done, total| told.lock().unwrap().push((done, total));
    client.read_memberships(&mut account, &users, &groups(&[1, 2, 3]), &progress).await.unwrap();
    let managed = |held: &[u64], elsewhere| Membership::Managed { held: groups(held), elsewhere };
    assert_eq!(membership(&account, 2), &managed(&[], false), "in no group at all");
    assert_eq!(membership(&account, 10), &managed(&[], true), "in an unmanaged group");
    assert_eq!(membership(&account, 1), &managed(&[1], true), "not ruled out");
    assert_eq!(membership(&account, 15), &managed(&[1, 2], true));
    assert_eq!(membership(&account, 201), &Membership::Unread);
    assert!(!account.groups.contains_key(&GroupId(3)), "a group that is gone leaves the account");
    assert_eq!(fake.seen().len() - before, 2 + 1 + 1 + 1, "two pages, one page, one 404, the unaffiliated");
    assert_eq!(*told.lock().unwrap(), [(1, 3), (2, 3), (3, 3)]);

    client.read_whole_memberships(&mut account, &[UserId(15)], &|_, _| ()).await.unwrap();
    assert_eq!(membership(&account, 15), &Membership::Whole(groups(&[1, 2, 9])));
}

#[tokio::test]
async fn details_bring_dates_profile_suspension_and_credentials() {
    let fake = Fake::new(brivo);
    let client = fake.served().await;
    let mut account = client.lists(&|_, _| ()).await.unwrap();
    client
        .read_details(&mut account, &[UserId(5), UserId(299)], Credentials::Read, &|_, _| ())
        .await
        .unwrap();
    let user = &account.users[&UserId(5)];
    assert_eq!((user.profile.first_name.reveal(), user.suspended), ("New5", true));
    assert_eq!(user.updated.as_deref(), Some("later"));
    assert_eq!(user.external_id.as_ref().map(ExternalId::as_str), Some("entrata:5"));
    let detail = user.detail.clone().unwrap();
    assert_eq!(detail.dates, Window::new(None, Some(instant("2026-12-31T22:00:00Z"))));
    assert_eq!(detail.credentials[0].id, CredentialId(1005));
    assert!(!account.users.contains_key(&UserId(299)));

    let before = fake.seen().len();
    client.read_details(&mut account, &[UserId(5), UserId(6)], Credentials::Leave, &|_, _| ()).await.unwrap();
    assert_eq!(fake.seen().len() - before, 2, "one call a user");
    assert_eq!(account.users[&UserId(5)].detail, Some(detail), "credentials read before stay");
    assert_eq!(account.users[&UserId(6)].detail.as_ref().unwrap().credentials, []);
}

#[tokio::test]
async fn an_error_about_one_user_is_no_absence() {
    let fake = Fake::new(|seen| match seen.path.as_str() {
        "/users/7/credentials" => Reply::json(400, &json!({})),
        _ => brivo(seen),
    });
    let client = fake.served().await;
    let mut account = client.lists(&|_, _| ()).await.unwrap();
    let read =
        client.read_details(&mut account, &[UserId(6), UserId(7)], Credentials::Read, &|_, _| ()).await;
    assert!(read.is_err());
    assert!(account.users.contains_key(&UserId(7)));
}

#[tokio::test]
async fn an_account_can_be_read_and_written_from_a_task_of_its_own() {
    let fake = Fake::new(brivo);
    let client = fake.served().await;
    let task = tokio::spawn(async move {
        let mut account = client.lists(&|_, _| ()).await?;
        let users: Vec<_> = (1..=20).map(UserId).collect();
        client.read_memberships(&mut account, &users, &groups(&[1]), &|_, _| ()).await?;
        client.read_details(&mut account, &users, Credentials::Read, &|_, _| ()).await?;
        client.replace_user(UserId(5), |record| record.set_dates(Window::ALWAYS)).await?;
        Ok::<_, super::super::error::BrivoError>(account)
    });
    assert!(task.await.unwrap().unwrap().users[&UserId(20)].detail.is_some());
}
