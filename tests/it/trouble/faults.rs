//! Every fault at every write of a plan in turn: what it says was applied is applied, what was not it tells, and the next run ends
//! where an untroubled one would have.

use std::collections::BTreeMap;

use reconcile::plan::ResultStatus;
use reconcile::sandbox::Sandbox;
use serde_json::Value;

use super::engine::{Ran, run};
use super::house::{House, held, strangers};

const CALLS_PER_SECOND: u32 = 1000;

/// What the nth write meets.
const AT_A_WRITE: [&str; 16] = [
    "status: 400",
    "status: 404",
    "status: 409",
    "status: 500",
    "status: 503, headers: { Retry-After: '7' }",
    "status: 429, headers: { Retry-After: '2' }",
    "status: 403, headers: { Retry-After: '1' }, body: '<h1>Developer Over Qps</h1>'",
    "status: 403, headers: { Retry-After: '86400' }, body: '<h1>Developer Over Rate</h1>'",
    "status: 401",
    "html: true",
    "delay_ms: 5000",
    "delay_ms: 90000",
    "cut: before",
    "cut: after",
    "garbage: true",
    "truncate: 9",
];

fn house() -> House {
    House { people: 6, today: "2026-03-01T18:00:00Z".parse().unwrap() }
}

fn fault(pattern: &str, when: &str, effect: &str) -> String {
    format!("faults: [{{ match: '{pattern}', {when}, then: {{ {effect} }} }}]\n")
}

const WRITES: &str = "{POST,PUT,DELETE} /v1/api/*";

async fn untroubled() -> (Sandbox, Ran) {
    let (house, sandbox) = (house(), house().sandbox());
    let ran = run(&house, sandbox.router(), CALLS_PER_SECOND).await.unwrap();
    (sandbox, ran)
}

/// Runs in trouble, and once more without, which leaves what an untroubled run does.
async fn troubled(further: &str, end: &BTreeMap<String, Value>) -> Result<Ran, String> {
    let house = house();
    let before = held(&house.sandbox());
    let sandbox = house.sandbox_with(further);
    let first = run(&house, sandbox.router(), CALLS_PER_SECOND).await;
    let left = held(&sandbox);
    assert_eq!(strangers(&left), strangers(&before), "{further}");
    if let Ok(ran) = &first {
        for result in &ran.outcome.results {
            let id = result.external_id.as_str();
            match result.status {
                ResultStatus::Applied => assert_eq!(left[id], end[id], "{further}: {result:?}"),
                ResultStatus::Failed => assert!(result.error.is_some(), "{further}: {result:?}"),
                ResultStatus::Held => panic!("{further}: {result:?}"),
            }
        }
        assert_eq!(ran.outcome.results.len(), ran.plan.changes.len(), "{further}");
    }
    let sandbox = house.sandbox().with_state(sandbox.brivo_state());
    let again = run(&house, sandbox.router(), CALLS_PER_SECOND).await.unwrap();
    assert!(again.outcome.results.iter().all(|one| one.status == ResultStatus::Applied), "{further}");
    assert_eq!(held(&sandbox), *end, "{further}");
    first
}

#[tokio::test(start_paused = true)]
async fn every_fault_at_every_write_is_overcome_or_told_and_the_next_run_converges() {
    let (end, ran) = untroubled().await;
    let end = held(&end);
    let writes = ran.calls[1];
    assert!(ran.plan.changes.len() == 5 && writes > 8, "{} changes, {writes} calls", ran.plan.changes.len());
    let (mut told, mut overcome) = (0, 0);
    for effect in AT_A_WRITE {
        for nth in 1.. {
            let first = troubled(&fault(WRITES, &format!("nth: {nth}"), effect), &end).await;
            let failed = first
                .unwrap()
                .outcome
                .results
                .iter()
                .filter(|one| one.status == ResultStatus::Failed)
                .count();
            *(if failed == 0 { &mut overcome } else { &mut told }) += 1;
            // Retries move the count by a few; behind the last write nothing strikes any more.
            if nth > writes {
                assert_eq!(failed, 0, "{effect}");
                break;
            }
        }
    }
    assert!(told > 0 && overcome > told, "{told} told, {overcome} overcome");
}

#[tokio::test(start_paused = true)]
async fn faults_that_go_on_end_the_run_and_the_next_one_converges() {
    let end = held(&untroubled().await.0);
    let mut told = Vec::new();
    for (pattern, when, effect) in [
        (WRITES, "from: 5", "status: 500"),
        (WRITES, "from: 5", "cut: after"),
        (WRITES, "from: 5", "cut: before"),
        (
            WRITES,
            "from: 3",
            "status: 403, headers: { Retry-After: '86400' }, body: '<h1>Developer Over Rate</h1>'",
        ),
        (WRITES, "chance: 0.4", "cut: after"),
        ("* /v1/api/*", "chance: 0.2", "status: 503"),
        ("* /v1/api/*", "chance: 0.2", "status: 429, headers: { Retry-After: '1' }"),
    ] {
        let first = troubled(&fault(pattern, when, effect), &end).await;
        told.push(first.map(|ran| ran.outcome.ended_early.is_some()));
    }
    assert_eq!(told[3], Ok(true), "a key without calls ends the run");
}

#[tokio::test(start_paused = true)]
async fn chance_strikes_the_same_calls_whenever_the_seed_is_the_same() {
    let outcome = async |seed: u32| {
        let further = format!("seed: {seed}\n{}", fault(WRITES, "chance: 0.5", "status: 400"));
        let sandbox = house().sandbox_with(&further);
        run(&house(), sandbox.router(), CALLS_PER_SECOND).await.unwrap().outcome.results
    };
    let one = outcome(1).await;
    assert_eq!(one, outcome(1).await);
    assert_ne!(one, outcome(2).await);
}

#[tokio::test(start_paused = true)]
async fn quotas_throttling_and_short_lived_tokens_converge() {
    let end = held(&untroubled().await.0);
    for quirks in [
        "calls_per_second: 7",
        "calls_per_second: 7, throttle: json429",
        "calls_per_month: 18",
        "token_ttl: 1",
        "token_ttl: 1, refresh: rotating, refresh_ttl: 2",
    ] {
        let _first = troubled(&format!("quirks: {{ brivo: {{ {quirks} }} }}\n"), &end).await;
    }
}

#[tokio::test(start_paused = true)]
async fn another_administrator_at_work_meanwhile_is_noticed_and_the_next_runs_converge() {
    let house = house();
    for deed in [
        "{ call: 'DELETE /users/15700001' }",
        "{ call: 'DELETE /users/15700002' }",
        "{ call: 'DELETE /users/15700003' }",
        "{ call: 'PUT /users/15700002/suspended', body: { suspended: true } }",
        "{ call: 'POST /users/15700004/groups', body: { removeGroups: [15610001] } }",
        "{ call: 'POST /users', body: { firstName: Aaron, lastName: Another } }",
    ] {
        for (pattern, calls) in [("GET /v1/api/users*", 5), (WRITES, 10)] {
            for nth in 1..=calls {
                let further = fault(pattern, &format!("nth: {nth}"), &format!("do: [{deed}]"));
                let sandbox = house.sandbox_with(&further);
                let _first = run(&house, sandbox.router(), CALLS_PER_SECOND).await;
                let sandbox = house.sandbox().with_state(sandbox.brivo_state());
                let second = run(&house, sandbox.router(), CALLS_PER_SECOND).await.unwrap();
                let failed = second.outcome.results.iter().find(|one| one.status != ResultStatus::Applied);
                assert_eq!(failed, None, "{deed} at {pattern} {nth}");
                let third = run(&house, sandbox.router(), CALLS_PER_SECOND).await.unwrap();
                assert_eq!(third.plan.changes, [], "{deed} at {pattern} {nth}");
                let strange = |id: &str| held(&sandbox)[id].clone();
                let before = held(&house.sandbox());
                for id in ["15600001", "hr:7"] {
                    assert_eq!(strange(id), before[id], "{deed} at {pattern} {nth}");
                }
            }
        }
    }
}
