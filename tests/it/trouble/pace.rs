//! A large apply takes the time that the gateway's limit allows, and hardly more; a run with an end of its own keeps to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;

use super::engine::run;
use super::house::House;
use crate::support::Workplace;

/// What a network adds to a call: it arrives a little late, and its answer takes a while that differs from call to call. Counts refusals.
async fn far_away(
    State((calls, refused)): State<(Arc<AtomicU64>, Arc<AtomicU64>)>,
    request: Request,
    next: Next,
) -> Response {
    let call = calls.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(call * 7919 % 10)).await;
    let response = next.run(request).await;
    tokio::time::sleep(Duration::from_millis(20 + call * 7907 % 300)).await;
    if matches!(response.status().as_u16(), 403 | 429) {
        refused.fetch_add(1, Ordering::Relaxed);
    }
    response
}

#[tokio::test(start_paused = true)]
async fn an_account_is_read_and_written_as_fast_as_twenty_calls_a_second_allow() {
    let house = House { people: 600, today: "2026-03-01T18:00:00Z".parse().unwrap() };
    let sandbox = house.sandbox_with("quirks: { brivo: { calls_per_second: 20 } }\n");
    let refused = Arc::default();
    let layer = middleware::from_fn_with_state((Arc::default(), Arc::clone(&refused)), far_away);
    let ran = run(&house, sandbox.router().layer(layer), 20).await.unwrap();
    assert_eq!(ran.outcome.ended_early, None);
    let refused = refused.load(Ordering::Relaxed);
    for (what, calls, took) in [("plan", ran.calls[0], ran.took[0]), ("apply", ran.calls[1], ran.took[1])] {
        let count = f64::from(u32::try_from(calls).unwrap());
        let rate = count / took.as_secs_f64();
        assert!(calls > 500 && rate >= 19.0, "{what}: {calls} calls at {rate:.1} a second");
        assert!(took.as_secs_f64() <= 1.1 * count / 20.0, "{what}: {calls} calls in {took:?}");
    }
    let calls = ran.calls[0] + ran.calls[1];
    assert!(refused * 100 < calls, "{refused} of {calls} were refused");
}

fn quickstart() -> Workplace {
    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/quickstart");
    let read = |name: &str| std::fs::read_to_string(format!("{FOLDER}/{name}")).unwrap();
    let never =
        "faults: [{ match: 'POST /v1/api/*', then: { status: 429, headers: { Retry-After: '600' } } }]\n";
    Workplace::new()
        .file("reconcile.yaml", read("reconcile.yaml"))
        .file("world.yaml", read("world.yaml") + never)
}

#[test]
fn a_run_with_a_deadline_ends_with_what_was_done_and_what_is_left() {
    let outcome = quickstart().run("--apply --yes --sandbox world.yaml --deadline 20s --format json");
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("the run ended early"), "{}", outcome.stderr);
    let plan: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let results = plan["results"].as_array().unwrap();
    assert_eq!(results.len(), plan["changes"].as_array().unwrap().len());
    assert!(results.iter().any(|one| one["status"] == "failed"), "{results:?}");
}

#[test]
fn a_deadline_is_a_time() {
    for wrong in ["5", "0s", "2d", "25h", "m"] {
        let outcome = quickstart().run(&format!("--diff --sandbox world.yaml --deadline {wrong}"));
        assert!(outcome.code == 1 && outcome.stderr.contains("2h"), "{wrong}: {}", outcome.stderr);
    }
}
