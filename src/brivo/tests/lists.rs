//! Lists: paging to the end, rows that move between pages, and the faults of reads.

use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::error::BrivoError;
use super::super::read::UserFilter;
use super::support::{Fake, Reply, Seen, in_turn, paged, whole};
use crate::access::{GroupId, UserId};

fn rows(ids: impl IntoIterator<Item = u64>) -> Vec<Value> {
    ids.into_iter().map(|id| json!({"id": id})).collect()
}

#[tokio::test]
async fn every_page_is_read_to_the_end() {
    for (count, pages) in [(0, 1), (1, 1), (100, 1), (101, 2), (119, 2), (200, 2), (1001, 11)] {
        let all = rows(1..=count);
        let fake = Fake::new(move |seen| paged(seen, &all));
        let users = fake.served().await.list_users(UserFilter::All).await.unwrap();
        assert!(users.keys().copied().eq((1..=count).map(UserId)), "{count}");
        assert_eq!(fake.seen().len(), pages, "{count}");
    }
}

#[tokio::test]
async fn a_server_with_smaller_pages_is_read_to_the_end_too() {
    let all = rows(1..=45);
    let fake = Fake::new(move |seen| {
        let mut seen = seen.clone();
        seen.query = seen.query.replace("pageSize=100", "pageSize=20");
        paged(&seen, &all)
    });
    assert_eq!(fake.served().await.list_groups().await.unwrap().len(), 45);
    assert_eq!(fake.seen().len(), 3);
}

/// A list that changes once its first page was sent, as often as `changes` says.
fn changing(before: Vec<Value>, after: Vec<Value>, changes: usize) -> Fake {
    let readings = Mutex::new(0);
    Fake::new(move |seen| {
        let mut readings = readings.lock().unwrap();
        let is_first = seen.asks("offset") == Some(0);
        *readings += usize::from(is_first);
        let has_changed = *readings > changes || !is_first;
        paged(seen, if has_changed { &after } else { &before })
    })
}

#[tokio::test]
async fn a_list_whose_rows_move_between_pages_is_read_again() {
    for (case, after) in [
        ("a late row renamed to the front", [vec![150], (1..150).collect()].concat()),
        ("an early row renamed to the end", [(2..=150).collect(), vec![1]].concat()),
        ("an early row deleted", (2..=150).collect()),
        ("a row added in front", (0..=150).collect::<Vec<u64>>()),
    ] {
        let fake = changing(rows(1..=150), rows(after.clone()), 1);
        let users = fake.served().await.list_users(UserFilter::All).await.unwrap();
        let mut expected = after;
        expected.sort_unstable();
        assert!(users.keys().copied().eq(expected.into_iter().map(UserId)), "{case}");
        assert_eq!(fake.seen().len(), 4, "{case}");
    }
}

#[tokio::test]
async fn a_list_that_never_holds_still_is_given_up() {
    let fake = changing(rows(1..=150), rows(2..=150), usize::MAX);
    let error = fake.served().await.list_users(UserFilter::All).await.unwrap_err();
    assert!(matches!(error, BrivoError::ListKeepsChanging { call: "GET /users" }), "{error:?}");
    assert_eq!(fake.seen().len(), 8);
}

#[tokio::test]
async fn a_list_that_comes_whole_must_be_whole() {
    let fake = Fake::new(|seen| match seen.path.as_str() {
        "/users/1/groups" => whole(&rows(1..=150)),
        "/users/2/groups" => Reply::json(200, &json!({"data": rows(1..=3)})),
        "/users/3/groups" => Reply::json(200, &json!({"data": rows(1..=3), "count": 4})),
        _ => Reply::json(200, &json!({"count": 0})),
    });
    let client = fake.served().await;
    assert_eq!(client.user_groups(UserId(1)).await.unwrap().len(), 150);
    assert_eq!(client.user_groups(UserId(2)).await.unwrap(), (1..=3).map(GroupId).collect());
    assert!(matches!(client.user_groups(UserId(3)).await, Err(BrivoError::ListKeepsChanging { .. })));
    assert!(matches!(client.user_groups(UserId(4)).await, Err(BrivoError::Unreadable { .. })));
}

#[tokio::test]
async fn a_page_without_a_count_is_no_list() {
    let fake = Fake::new(|_| Reply::json(200, &json!({"data": [], "offset": 0, "pageSize": 100})));
    assert!(matches!(fake.served().await.list_groups().await, Err(BrivoError::Unreadable { .. })));
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_sat_out() {
    let qps = || Reply::page(403, "<h1>Developer Over Qps</h1>").with("retry-after", "1");
    for (case, trouble) in [
        ("over QPS, by its page", qps()),
        (
            "over QPS, by its header",
            Reply::none(403).with("x-mashery-error-code", "ERR_403_DEVELOPER_OVER_QPS"),
        ),
        ("429", Reply::json(429, &json!({})).with("retry-after", "2")),
        ("a service is down", Reply::json(503, &json!({"code": 503, "message": "down"}))),
        ("a maintenance page", Reply::page(200, "<html>be right back</html>")),
        ("a cut connection", Reply::cut()),
        ("a gateway's timeout", Reply::page(504, "<h1>Gateway Timeout</h1>")),
    ] {
        let replies = in_turn(vec![trouble.clone(), trouble, Reply::json(200, &json!({"id": 1}))]);
        let fake = Fake::new(move |_| replies());
        fake.in_process().whoami().await.unwrap_or_else(|error| panic!("{case}: {error}"));
        assert_eq!(fake.seen().len(), 3, "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_throttling_is_sat_out_as_long_as_the_gateway_asks() {
    let mut replies = vec![Reply::page(403, "<h1>Developer Over Qps</h1>").with("retry-after", "200"); 18];
    replies.push(Reply::json(200, &json!({"id": 1})));
    let replies = in_turn(replies);
    let fake = Fake::new(move |_| replies());
    let begun = tokio::time::Instant::now();
    fake.in_process().whoami().await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 3600);
}

#[tokio::test]
async fn what_does_not_pass_is_told_at_once() {
    let table = [
        (
            Reply::json(403, &json!({"message": "You are not allowed", "code": 403})),
            "does not allow this administrator",
        ),
        (Reply::page(403, "<h1>Developer Inactive</h1>"), "BRIVO_API_KEY"),
        (Reply::page(403, "<h1>Developer Over Rate</h1>"), "no calls left"),
        (Reply::page(403, "<h1>Developer Over Rate</h1>").with("retry-after", "86400"), "for 1440 minutes"),
        (Reply::page(596, "<h1>596 Service Not Found</h1>"), "brivo.api_url"),
        (Reply::page(403, "<html>Blocked</html>"), "proxy"),
        (Reply::json(415, &json!({})), "HTTP 415"),
        (Reply::json(418, &json!({})), "HTTP 418"),
        (Reply::json(200, &json!("rosa@example.com")), "can't be read"),
    ];
    for (reply, text) in table {
        let fake = Fake::new(move |_: &Seen| reply.clone());
        let error = fake.served().await.whoami().await.unwrap_err().to_string();
        assert!(error.contains(text) && !error.contains("rosa"), "{error}");
        assert_eq!(fake.seen().len(), 1, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_burst_waits_and_comes_through_whole() {
    let begun = tokio::time::Instant::now();
    let all = rows(1..=1000);
    let fake = Fake::new(move |seen| {
        if begun.elapsed() < Duration::from_secs(3) && seen.asks("offset") != Some(0) {
            return Reply::page(403, "<h1>Developer Over Qps</h1>").with("retry-after", "1");
        }
        paged(seen, &all)
    });
    assert_eq!(fake.in_process().list_users(UserFilter::All).await.unwrap().len(), 1000);
    assert!(begun.elapsed() >= Duration::from_secs(3));
}

#[tokio::test]
async fn a_list_that_claims_to_have_no_end_is_not_read() {
    let page = json!({"data": rows([1]), "count": u64::MAX, "offset": 0, "pageSize": 100});
    let fake = Fake::new(move |_| Reply::json(200, &page));
    let error = fake.served().await.list_groups().await.unwrap_err();
    assert!(matches!(error, BrivoError::Unreadable { .. }), "{error}");
    assert_eq!(fake.seen().len(), 1);
}
