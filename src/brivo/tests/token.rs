//! Tokens: renewed early, by one task for all, and once more where the API refuses one.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::super::error::BrivoError;
use super::support::{Fake, Reply, Seen, in_turn, token};

fn whoami(_: &Seen) -> Reply {
    Reply::json(200, &json!({"id": 1}))
}

fn numbered(expires_in: u64) -> impl Fn(&Seen) -> Reply + Send + Sync {
    let next = in_turn((1..20).map(|number| token(number, expires_in)).collect());
    move |_| next()
}

fn bearers(fake: &Fake) -> Vec<String> {
    fake.seen().iter().map(|seen| seen.header("authorization").to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_before_it_ends_whatever_its_life() {
    for (expires_in, good_for) in [(300, 290), (59, 49), (15, 10), (3, 2)] {
        let fake = Fake::with_tokens(numbered(expires_in), whoami);
        let client = fake.in_process();
        client.whoami().await.unwrap();
        tokio::time::sleep(Duration::from_millis(good_for * 1000 - 10)).await;
        client.whoami().await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        client.whoami().await.unwrap();
        assert_eq!(bearers(&fake), ["Bearer access-1", "Bearer access-1", "Bearer access-2"], "{expires_in}");
        assert_eq!(fake.token_forms()[1], "grant_type=refresh_token&refresh_token=refresh-1");
    }
}

#[tokio::test(start_paused = true)]
async fn the_newest_refresh_token_is_used_and_the_old_one_where_none_comes() {
    let tokens = in_turn(vec![
        token(1, 59),
        token(2, 59),
        Reply::json(200, &json!({"access_token": "access-3", "expires_in": "59"})),
        token(4, 59),
    ]);
    let fake = Fake::with_tokens(move |_| tokens(), whoami);
    let client = fake.in_process();
    for _ in 0..4 {
        client.whoami().await.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    assert_eq!(
        fake.token_forms()[1..],
        ["refresh-1", "refresh-2", "refresh-2"]
            .map(|it| format!("grant_type=refresh_token&refresh_token={it}"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_refused_refresh_token_means_another_login() {
    for status in [400, 401, 403] {
        let refused = Reply::json(status, &json!({"error": "invalid_token"}));
        let tokens = in_turn(vec![token(1, 59), refused, token(2, 59)]);
        let fake = Fake::with_tokens(move |_| tokens(), whoami);
        let client = fake.in_process();
        client.whoami().await.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
        client.whoami().await.unwrap();
        assert_eq!(bearers(&fake), ["Bearer access-1", "Bearer access-2"]);
        assert!(fake.token_forms()[2].starts_with("grant_type=password&"));
    }
}

#[tokio::test(start_paused = true)]
async fn many_tasks_share_one_login_and_one_renewal() {
    let fake = Fake::with_tokens(numbered(59), whoami);
    let client = fake.in_process();
    for _ in 0..2 {
        for result in join_all((0..20).map(|_| client.whoami())).await {
            result.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    assert_eq!((fake.seen().len(), fake.token_forms().len()), (40, 2));
}

#[tokio::test]
async fn a_token_that_the_api_refuses_is_renewed_once_for_all() {
    let refuses_the_first = |seen: &Seen| match seen.header("authorization") {
        "Bearer access-1" => Reply::json(
            401,
            &json!({"error": "invalid_token", "error_description": "Access token expired: x"}),
        ),
        _ => whoami(seen),
    };
    let fake = Fake::with_tokens(numbered(300), refuses_the_first);
    let client = fake.served().await;
    for result in join_all((0..8).map(|_| client.whoami())).await {
        result.unwrap();
    }
    assert_eq!(fake.token_forms().len(), 2, "{:?}", fake.token_forms());
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_ends_the_run() {
    let refuses = |_: &Seen| Reply::json(401, &json!({"error": "invalid_token"}));
    let fake = Fake::with_tokens(numbered(300), refuses);
    let client = fake.served().await;
    let error = client.whoami().await.unwrap_err();
    assert!(matches!(error, BrivoError::TokenRefused { .. }) && error.ends_the_run(), "{error:?}");
    assert_eq!(bearers(&fake), ["Bearer access-1", "Bearer access-2"]);
}

#[tokio::test]
async fn a_refused_login_names_the_secrets_to_check() {
    let bad = "Bad credentials";
    for (status, body, check) in [
        (
            401,
            json!({"error": "invalid_grant", "error_description": bad}),
            "BRIVO_USERNAME and BRIVO_PASSWORD",
        ),
        (
            400,
            json!({"error": "invalid_grant", "error_description": bad}),
            "BRIVO_USERNAME and BRIVO_PASSWORD",
        ),
        (
            401,
            json!({"status": 401, "error": "Unauthorized", "message": bad, "path": "/oauth/token"}),
            "BRIVO_CLIENT_ID and BRIVO_CLIENT_SECRET",
        ),
        (401, json!({"error": "unauthorized"}), "BRIVO_CLIENT_ID and BRIVO_CLIENT_SECRET"),
        (418, json!({}), "BRIVO_USERNAME, BRIVO_PASSWORD, BRIVO_CLIENT_ID and BRIVO_CLIENT_SECRET"),
    ] {
        let fake = Fake::with_tokens(move |_| Reply::json(status, &body), whoami);
        let error = fake.served().await.whoami().await.unwrap_err();
        assert_eq!(error.to_string(), format!("Brivo refuses the login (HTTP {status}). Check {check}"));
        assert!(error.ends_the_run());
        assert_eq!(fake.all().len(), 1, "the API is not asked, the login not repeated");
    }
}

#[tokio::test]
async fn a_bad_key_at_the_login_is_told_as_such() {
    let fake = Fake::with_tokens(|_| Reply::page(403, "<h1>Developer Inactive</h1>"), whoami);
    let error = fake.served().await.whoami().await.unwrap_err();
    assert!(
        matches!(error, BrivoError::KeyRefused) && error.to_string().contains("BRIVO_API_KEY"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_login_is_tried_again_where_the_service_is_down() {
    let tokens = in_turn(vec![Reply::json(503, &json!({"code": 503})), Reply::cut(), token(1, 300)]);
    let fake = Fake::with_tokens(move |_| tokens(), whoami);
    fake.in_process().whoami().await.unwrap();
    assert_eq!(fake.token_forms().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_leaves_no_broken_token_behind() {
    let mut replies = vec![token(1, 59)];
    replies.extend((0..6).map(|_| Reply::json(503, &json!({"code": 503}))));
    replies.push(token(2, 59));
    let tokens = in_turn(replies);
    let fake = Fake::with_tokens(move |_| tokens(), whoami);
    let client = fake.in_process();
    client.whoami().await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(matches!(client.whoami().await, Err(BrivoError::Http { .. })));
    client.whoami().await.unwrap();
    assert_eq!(bearers(&fake), ["Bearer access-1", "Bearer access-2"]);
    assert!(fake.token_forms().last().unwrap().starts_with("grant_type=password&"));
}
