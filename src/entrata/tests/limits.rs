//! The service's limits are obeyed, on tokio's clock.

use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use tokio::time::Instant;

use super::*;

fn running(sent: &Sent) -> Said {
    ok(sent, &json!({ "status": "Success" }))
}

fn limited(said: Said, remaining: &str, reset: &str) -> Said {
    said.with("x-ratelimit-limit", &"8640/day;360/hour;6/minute")
        .with("x-ratelimit-remaining", &remaining)
        .with("x-ratelimit-reset", &reset)
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_used_up_is_waited_for_by_its_method_only() {
    let server = Server::new(|sent| match sent.method() {
        "getStatus" => limited(running(sent), "8627/day;0/hour;0/minute", "13861;3061;1"),
        _ => ok(sent, &json!([])),
    });
    let client = server.client();
    let begun = Instant::now();
    client.get_status().await.unwrap();
    client.get_leases(&LeaseQuery::new(HOUSE, query::Statuses::Every)).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::ZERO, "another method has a limit of its own");
    client.get_status().await.unwrap();
    assert_eq!(begun.elapsed(), Duration::from_secs(3061));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_sat_out_as_long_as_it_says() {
    let table = [
        ("0/minute", "9", None, 9),
        ("0/minute", "9", Some("30"), 30),
        ("0/minute;0/hour", "3000;9", Some("1"), 9),
        ("5/minute", "9", Some("30"), 30),
    ];
    for (remaining, reset, retry_after, seconds) in table {
        let calls = AtomicUsize::new(0);
        let server = Server::new(move |sent| {
            if calls.fetch_add(1, Ordering::Relaxed) > 0 {
                return running(sent);
            }
            let limit = if reset.contains(';') { "360/hour;6/minute" } else { "6/minute" };
            let refusal = said(429, "slow down").with("x-ratelimit-limit", &limit);
            let refusal = refusal.with("x-ratelimit-remaining", &remaining).with("x-ratelimit-reset", &reset);
            match retry_after {
                Some(after) => refusal.with("retry-after", &after),
                None => refusal,
            }
        });
        let begun = Instant::now();
        server.client().get_status().await.unwrap();
        assert_eq!(begun.elapsed(), Duration::from_secs(seconds), "{remaining} {reset} {retry_after:?}");
        assert_eq!(server.sent().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_the_day_is_an_error_and_no_wait() {
    let server = Server::new(|_| limited(said(429, ""), "0/day;9/hour;5/minute", "50000;9;9"));
    let client = server.client();
    let begun = Instant::now();
    let error = client.get_status().await.unwrap_err();
    assert!(error.to_string().contains("asks to wait 50000 seconds") && !error.ends_the_run(), "{error}");
    client.get_status().await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::ZERO);
}
