//! Every call over real HTTP: what was sent, and what was made of the answer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::super::read::{AdministratorId, UserFilter};
use super::super::record::NewUser;
use super::super::write::Made;
use super::support::{Fake, Reply, instant, paged, rosa, whole};
use crate::access::{CredentialId, ExternalId, GroupId, UserId, Window};

const USER: UserId = UserId(7);

#[tokio::test]
async fn every_call_carries_key_and_token_and_the_login_its_form() {
    let fake = Fake::new(|_| Reply::json(200, &json!({"id": 31, "username": "admin@example.com"})));
    let client = fake.served().await;
    assert_eq!(client.whoami().await.unwrap(), AdministratorId(31));
    let all = fake.all();
    let [token, whoami] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(
        token.line(),
        "POST /oauth/token grant_type=password&username=admin%40example.com&password=pass+word%26%3D"
    );
    assert_eq!(token.header("authorization"), "Basic dGhlLWNsaWVudDp0aGUtc2VjcmV0");
    assert_eq!(token.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(token.header("api-key"), "the-key");
    assert_eq!(whoami.line(), "GET /administrators/whoami");
    assert_eq!(whoami.header("authorization"), "Bearer access-1");
    assert_eq!(whoami.header("api-key"), "the-key");
}

#[tokio::test]
async fn lists_are_asked_for_in_the_largest_pages() {
    let fake = Fake::new(|seen| match seen.path.as_str() {
        "/groups" => {
            paged(seen, &[json!({"id": 1, "name": "Alder 302"}), json!({"id": 2, "name": "Alder 302"})])
        }
        "/groups/1/users" => paged(seen, &[json!({"id": 7, "firstName": "Rosa"})]),
        _ => paged(
            seen,
            &[json!({"id": 7, "externalId": 12, "firstName": "Rosa", "suspended": true, "updated": "u"})],
        ),
    });
    let client = fake.served().await;
    let users = client.list_users(UserFilter::All).await.unwrap();
    assert_eq!(users[&USER].external_id, Some(ExternalId::new("12")));
    assert_eq!((users[&USER].suspended, users[&USER].updated.as_deref()), (true, Some("u")));
    assert!(client.list_users(UserFilter::Unaffiliated).await.unwrap().contains_key(&USER));
    let groups = client.list_groups().await.unwrap();
    assert_eq!(groups, [(GroupId(1), "Alder 302".into()), (GroupId(2), "Alder 302".into())].into());
    assert_eq!(client.group_members(GroupId(1)).await.unwrap(), [USER].into());
    assert_eq!(
        fake.lines(),
        [
            "GET /users?offset=0&pageSize=100",
            "GET /users?filter=user_status__eq%3Aunaffiliated&offset=0&pageSize=100",
            "GET /groups?offset=0&pageSize=100",
            "GET /groups/1/users?offset=0&pageSize=100",
        ]
    );
}

#[tokio::test]
async fn a_user_its_groups_and_its_credentials_are_read() {
    let fake = Fake::new(|seen| match seen.path.as_str() {
        "/users/7" => Reply::json(
            200,
            &json!({"id": 7, "firstName": "Rosa", "lastName": "Renter",
            "effectiveFrom": "2026-01-01T16:00:00.250Z", "effectiveTo": "2099-12-31T00:00:00Z"}),
        ),
        "/users/7/groups" => whole(&[json!({"id": 1, "name": "a"}), json!({"id": 2, "name": "b"})]),
        "/users/7/credentials" => whole(&[
            json!({"id": 50, "credentialFormat": {"id": 2, "name": "PIN Code"}}),
            json!({"id": 51, "credentialFormat": {"id": 100}, "effectiveTo": "2026-10-31T04:00:00Z"}),
        ]),
        _ => Reply::not_found(),
    });
    let client = fake.served().await;
    let user = client.user(USER).await.unwrap();
    assert_eq!(user.profile(), &rosa());
    assert_eq!(user.dates(), Window::new(Some(instant("2026-01-01T16:00:00Z")), None));
    assert_eq!(client.user_groups(USER).await.unwrap(), [GroupId(1), GroupId(2)].into());
    let credentials: BTreeMap<_, _> =
        client.user_credentials(USER).await.unwrap().into_iter().map(|it| (it.id, it)).collect();
    assert!(credentials[&CredentialId(50)].is_pin);
    assert!(!credentials[&CredentialId(51)].is_pin);
    assert_eq!(
        credentials[&CredentialId(51)].window,
        Window::new(None, Some(instant("2026-10-31T04:00:00Z")))
    );
    assert_eq!(
        fake.lines(),
        [
            "GET /users/7",
            "GET /users/7/groups?offset=0&pageSize=100",
            "GET /users/7/credentials?offset=0&pageSize=100"
        ]
    );
}

#[tokio::test]
async fn an_external_id_is_encoded_whole() {
    let fake = Fake::new(|seen| match seen.path.as_str() {
        "/users/entrata%3A99%2F1%20%C3%A9%2E%25/external" => {
            Reply::json(200, &json!({"id": 7, "externalId": "entrata:99/1 é.%"}))
        }
        "/users/entrata%3AABC/external" => Reply::json(200, &json!({"id": 8, "externalId": "entrata:abc"})),
        _ => Reply::not_found(),
    });
    let client = fake.served().await;
    let look_up = async |id| client.by_external_id(&ExternalId::new(id)).await.unwrap().map(|user| user.id());
    assert_eq!(look_up("entrata:99/1 é.%").await, Some(USER));
    assert_eq!(look_up("entrata:404").await, None);
    assert_eq!(look_up("entrata:ABC").await, None, "another spelling is another id");
}

#[tokio::test]
async fn a_user_is_created_once() {
    for status in [200, 201] {
        let fake = Fake::new(move |_| Reply::json(status, &json!({"id": 7, "externalId": "entrata:1"})));
        let client = fake.served().await;
        let dates = Window::new(Some(instant("2026-03-01T18:00:00Z")), None);
        let new = NewUser { external_id: ExternalId::new("entrata:1"), profile: rosa(), dates };
        assert_eq!(client.create_user(&new).await.unwrap(), Made::Created(USER));
        let seen = fake.seen();
        assert_eq!(fake.calls(), ["POST /users"]);
        assert_eq!(seen[0].header("content-type"), "application/json");
        assert_eq!(
            seen[0].json(),
            json!({"externalId": "entrata:1", "firstName": "Rosa", "lastName": "Renter", "effectiveFrom": "2026-03-01T18:00:00Z"})
        );
    }
}

#[tokio::test]
async fn a_user_is_replaced_whole() {
    let record = json!({"id": 7, "externalId": "hand-made", "firstName": "Rosa", "lastName": "Renter", "pin": "0042",
        "suspended": false, "updated": "2026-01-01T00:00:00Z", "customFields": [], "bleTwoFactorExempt": true});
    let fake = Fake::new(move |_| Reply::json(200, &record));
    let client = fake.served().await;
    let dates = Window::new(Some(instant("2026-03-01T18:00:00Z")), Some(instant("2026-12-31T22:00:00Z")));
    let edit = |record: &mut super::super::record::UserRecord| {
        record.set_dates(dates);
        record.set_external_id(&ExternalId::new("entrata:1"));
    };
    client.replace_user(USER, edit).await.unwrap();
    let seen = fake.seen();
    assert_eq!(fake.calls(), ["GET /users/7", "PUT /users/7"]);
    assert_eq!(
        seen[1].json(),
        json!({"externalId": "entrata:1", "firstName": "Rosa", "lastName": "Renter", "pin": "0042", "bleTwoFactorExempt": true,
            "effectiveFrom": "2026-03-01T18:00:00Z", "effectiveTo": "2026-12-31T22:00:00Z"})
    );
}

#[tokio::test]
async fn an_edit_that_changes_nothing_writes_nothing() {
    let fake = Fake::new(|_| Reply::json(200, &json!({"id": 7, "firstName": "Rosa", "lastName": "Renter"})));
    let client = fake.served().await;
    client.replace_user(USER, |record| record.set_profile(&rosa())).await.unwrap();
    assert_eq!(fake.calls(), ["GET /users/7"]);
}

#[tokio::test]
async fn groups_are_changed_in_one_call() {
    let fake = Fake::new(|_| whole(&[json!({"id": 1, "name": "Lobby"}), json!({"id": 2, "name": "Gym"})]));
    let client = fake.served().await;
    let after = client.change_groups(USER, &[GroupId(2)], &[GroupId(9), GroupId(8)]).await.unwrap();
    assert_eq!(after, BTreeSet::from([GroupId(1), GroupId(2)]));
    client.change_groups(USER, &[], &[GroupId(9)]).await.unwrap();
    client.change_groups(USER, &[GroupId(2)], &[]).await.unwrap();
    assert_eq!(
        fake.lines(),
        [
            r#"POST /users/7/groups {"addGroups":[2],"removeGroups":[9,8]}"#,
            r#"POST /users/7/groups {"removeGroups":[9]}"#,
            r#"POST /users/7/groups {"addGroups":[2]}"#,
        ]
    );
}

#[tokio::test]
async fn a_window_a_suspension_and_a_deletion_are_one_call_each() {
    let fake = Fake::new(|seen| match seen.path.as_str() {
        "/users/7/suspended" => Reply::json(200, &json!({"id": 7, "suspended": true})),
        "/users/8" => Reply::not_found(),
        _ => Reply::none(204),
    });
    let client = fake.served().await;
    let window = Window::new(Some(instant("2026-11-02T05:00:00Z")), Some(instant("2027-10-31T04:00:00Z")));
    client.set_credential_window(USER, CredentialId(50), window).await.unwrap();
    client.set_suspended(USER, true).await.unwrap();
    client.set_suspended(USER, false).await.unwrap();
    client.delete_user(USER).await.unwrap();
    client.delete_user(UserId(8)).await.unwrap();
    assert_eq!(
        fake.lines(),
        [
            r#"PUT /users/7/credentials/50 {"effectiveFrom":"2026-11-02T05:00:00Z","effectiveTo":"2027-10-31T04:00:00Z"}"#,
            r#"PUT /users/7/suspended {"suspended":true}"#,
            r#"PUT /users/7/suspended {"suspended":false}"#,
            "DELETE /users/7",
            "DELETE /users/8",
        ]
    );
}
