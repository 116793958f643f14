//! What is left when something goes wrong: the others go on, nobody is made twice, and the run says what it did (R5, R6, R9).

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::{
    Double, Fault, PAST, create, credential, delete, external_id, gain, groups, plan, record, update,
};
use super::{Event, Options, Stop, apply, apply_recorded, error, run, statuses};
use crate::access::{Instant, Personal};
use crate::journal::read::{Line, Lines, open_records};
use crate::journal::{Journal, Record, RunInfo, Status};
use crate::plan::{Change, ResultStatus};

use ResultStatus::{Applied, Failed};

fn people(count: u64) -> Double {
    Double::new((1..=count).map(|user| (user, record(user))))
}

fn journal(folder: &TempDir) -> Journal {
    let run = RunInfo { run: "run-1".to_owned(), actor: "deploy".to_owned(), commit: None };
    let clock = || -> Instant { "2026-03-01T18:00:00Z".parse().unwrap() };
    Journal::open(&folder.path().join("journal"), run, clock, Change::clone).unwrap()
}

fn records(folder: &TempDir) -> Vec<Record> {
    let lines = Lines::open(&folder.path().join("journal")).unwrap();
    let record = |line: Line| match line {
        Line::Record(record) => *record,
        Line::Torn { number } => panic!("line {number} is torn"),
    };
    lines.map(|line| record(line.unwrap())).collect()
}

#[tokio::test(start_paused = true)]
async fn a_person_whose_write_is_refused_stops_there_and_the_others_go_on() {
    let folder = TempDir::new().unwrap();
    let double = people(3).failing(|call, _| {
        (call == "PUT /users/2").then_some(Fault::Answers(400, r#"{"message":"no","code":400}"#))
    });
    let leave = |user| {
        update(
            user,
            |before| before.credentials = vec![credential(50, None, None)],
            |after| {
                after.credentials = vec![credential(50, None, Some(PAST))];
                after.effective_to = Some(PAST.parse().unwrap());
                after.groups.clear();
            },
        )
    };
    let journal = journal(&folder);
    let outcome = apply_recorded(&double, (1..=3).map(leave).collect(), 1, Some(&journal)).await;
    assert_eq!(statuses(&outcome), [Applied, Failed, Applied]);
    assert_eq!((outcome.interrupted, &outcome.ended_early), (false, &None));
    assert_eq!(
        error(&outcome, 1),
        "writing the user's record: PUT /users/{id}: Brivo refuses it (HTTP 400). Done before: setting the dates of credential 50"
    );
    assert!(!double.writes().contains(&"POST /users/2/groups".to_owned()));
    assert_eq!(double.user(3)["groups"], json!([]));

    let told: Vec<_> = records(&folder)
        .into_iter()
        .map(|record| (record.external_id.as_str().to_owned(), record.status, record.error))
        .collect();
    let line = |user: u64, status| (format!("entrata:{user}"), status, None);
    let mut expected = vec![
        line(1, Status::Started),
        line(1, Status::Applied),
        line(2, Status::Started),
        line(2, Status::Failed),
        line(3, Status::Started),
        line(3, Status::Applied),
    ];
    expected[3].2 = Some(error(&outcome, 1).to_owned());
    assert_eq!(told, expected);
}

#[tokio::test(start_paused = true)]
async fn a_record_goes_to_the_disk_before_the_first_call_and_another_one_after_the_last() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal");
    let double = Double::new([]).failing(move |call, _| {
        let open = open_records(&path).unwrap();
        assert_eq!(open.len(), 1, "{call}");
        assert_eq!((open[0].status, open[0].brivo_user_id), (Status::Started, None));
        None
    });
    let journal = journal(&folder);
    apply_recorded(&double, vec![create(1)], 1, Some(&journal)).await;
    let last = records(&folder).pop().unwrap();
    assert_eq!((last.status, last.brivo_user_id.map(|id| id.0)), (Status::Applied, Some(1001)));
}

#[tokio::test(start_paused = true)]
async fn a_user_made_with_a_lost_answer_is_found_compared_and_completed() {
    for fault in [Fault::CutAfter, Fault::CutBefore] {
        let lost = fault.clone();
        let double = Double::new([]).failing(move |call, world| {
            let is_first = world.calls.iter().filter(|call| *call == "POST /users").count() == 1;
            (call == "POST /users" && is_first).then(|| lost.clone())
        });
        let outcome = apply(&double, vec![create(1)], 1).await;
        assert_eq!(statuses(&outcome), [Applied], "{fault:?}: {outcome:?}");
        assert_eq!(double.world(|world| world.users.len()), 1, "{fault:?}");
        assert_eq!(double.user(1001)["groups"], json!([10]), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_who_is_there_already_is_brought_to_what_the_plan_says_and_not_made() {
    let mut found = record(7);
    found["externalId"] = json!("entrata:1");
    found["lastName"] = json!("Old");
    found["effectiveTo"] = json!(PAST);
    found["groups"] = json!([99]);
    let refused = r#"{"message":"externalId is in use","code":400}"#;
    let double = Double::new([(7, found)])
        .failing(move |call, _| (call == "POST /users").then_some(Fault::Answers(400, refused)));
    let outcome = apply(&double, vec![create(1)], 1).await;
    assert_eq!(statuses(&outcome), [Applied], "{outcome:?}");
    let user = double.user(7);
    assert_eq!((&user["lastName"], user.get("effectiveTo")), (&json!("Renter"), None));
    assert_eq!(user["groups"], json!([10, 99]), "groups that are not ours stay");
}

#[tokio::test(start_paused = true)]
async fn what_concerns_the_whole_run_ends_it_and_the_rest_is_told_as_not_attempted() {
    let double = people(4).failing(|call, _| {
        (call == "POST /users/2/groups").then_some(Fault::Answers(403, "<h1>Developer Over Rate</h1>"))
    });
    let outcome = apply(&double, (1..=4).map(gain).collect(), 1).await;
    assert_eq!(statuses(&outcome), [Applied, Failed, Failed, Failed]);
    let reason =
        "the Brivo api key has no calls left. Wait for its next period, or ask Brivo for a higher tier";
    assert_eq!(outcome.ended_early.as_deref(), Some(reason));
    assert_eq!(error(&outcome, 1), format!("changing the groups: {reason}"));
    assert_eq!(error(&outcome, 2), format!("not attempted: {reason}"));
    assert_eq!(double.writes(), ["POST /users/1/groups", "POST /users/2/groups"]);
    assert!(!outcome.interrupted);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_stays_down_ends_the_run_and_one_that_stumbles_does_not() {
    let down = people(30).failing(|_, _| Some(Fault::CutBefore));
    let outcome = apply(&down, (1..=30).map(gain).collect(), 1).await;
    let attempted =
        outcome.results.iter().filter(|one| !one.error.as_ref().unwrap().starts_with("not attempted"));
    assert_eq!(attempted.count(), 8);
    let reason = outcome.ended_early.unwrap();
    assert!(reason.starts_with("Brivo failed 8 people in a row, last: POST /users/{id}/groups"), "{reason}");

    let stumbling = people(30).failing(|call, _| {
        let is_fourth = ["/4/", "/8/", "/12/", "/16/", "/20/", "/24/", "/28/"];
        (!is_fourth.iter().any(|user| call.contains(user))).then_some(Fault::CutBefore)
    });
    let outcome = apply(&stumbling, (1..=30).map(gain).collect(), 1).await;
    assert_eq!(outcome.ended_early, None);
    assert_eq!(statuses(&outcome).iter().filter(|status| **status == Applied).count(), 7);
    assert!(
        error(&outcome, 0).ends_with(". Whether it was done is not known; the next run looks"),
        "{outcome:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_wish_to_stop_lets_what_is_under_way_finish_and_begins_nothing_more() {
    let double = people(6);
    let stop = Stop::default();
    let started = std::sync::atomic::AtomicUsize::new(0);
    let options = Options {
        at_once: NonZeroUsize::new(2).unwrap(),
        held: &BTreeSet::new(),
        look_up_first: &BTreeSet::new(),
        journal: None,
        on_event: &|event| {
            let is_start = matches!(event, Event::Started { .. });
            if is_start && started.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 3 {
                stop.ask();
            }
        },
        stop: &stop,
        calls_left: None,
    };
    let outcome = run(&double.client(), &plan((1..=6).map(gain).collect()), &options).await;
    assert!(outcome.interrupted);
    assert_eq!(statuses(&outcome), [Applied, Applied, Applied, Applied, Failed, Failed]);
    assert_eq!(error(&outcome, 5), "not attempted: the run was interrupted");
    assert_eq!(double.writes().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_may_not_go_on_begins_nothing_more_and_says_why() {
    let double = people(3);
    let stop = Stop::default();
    let options = Options {
        at_once: NonZeroUsize::new(1).unwrap(),
        held: &BTreeSet::new(),
        look_up_first: &BTreeSet::new(),
        journal: None,
        on_event: &|event| {
            if matches!(event, Event::Started { .. }) {
                stop.end("the lock was lost: process 7 on ci-8 has it now");
            }
        },
        stop: &stop,
        calls_left: None,
    };
    let outcome = run(&double.client(), &plan((1..=3).map(gain).collect()), &options).await;
    assert!(!outcome.interrupted);
    assert_eq!(statuses(&outcome), [Applied, Failed, Failed]);
    let reason = "the lock was lost: process 7 on ci-8 has it now";
    assert_eq!(outcome.ended_early.as_deref(), Some(reason));
    assert_eq!(error(&outcome, 2), format!("not attempted: {reason}"));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_written_that_can_t_be_recorded() {
    let run_info = RunInfo { run: "r".to_owned(), actor: "a".to_owned(), commit: None };
    let full = std::path::Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let clock = || -> Instant { PAST.parse().unwrap() };
    let journal = Journal::open(full, run_info, clock, Change::clone).unwrap();
    let double = people(2);
    let outcome = apply_recorded(&double, vec![gain(1), gain(2)], 1, Some(&journal)).await;
    assert_eq!(statuses(&outcome), [Failed, Failed]);
    assert!(
        error(&outcome, 0).starts_with("not attempted: the journal `/dev/full` can't be written"),
        "{outcome:?}"
    );
    assert!(outcome.ended_early.unwrap().contains("/dev/full"));
    assert_eq!(double.world(|world| world.calls.len()), 0);
}

#[tokio::test(start_paused = true)]
async fn what_changed_since_the_plan_was_made_is_told_and_left_alone() {
    let rename = || update(7, |_| {}, |after| after.last_name = Personal::new("Renamed"));
    let with = |field: &str, value: Value| {
        let mut user = record(7);
        user[field] = value;
        Double::new([(7, user)])
    };
    for (double, change, part) in [
        (Double::new([]), gain(7), "changing the groups: what is to be written is not there any more"),
        (Double::new([]), rename(), "writing the user's record: what is to be written is not there any more"),
        (with("externalId", json!("entrata:8")), rename(), "carries another external id"),
        (with("externalId", json!("entrata:8")), delete(7), "carries another external id"),
        (with("groups", json!([99])), delete(7), "is in groups that were not seen"),
    ] {
        let before = double.world(|world| world.users.clone());
        let outcome = apply(&double, vec![change], 1).await;
        assert_eq!(statuses(&outcome), [Failed], "{part}");
        assert!(error(&outcome, 0).contains(part), "{outcome:?}");
        assert_eq!(double.world(|world| world.users.clone()), before, "{part}");
    }
    let outcome = apply(&Double::new([]), vec![delete(7)], 1).await;
    assert_eq!(statuses(&outcome), [Applied], "whoever is gone already is as good as deleted");
}

#[tokio::test(start_paused = true)]
async fn groups_that_brivo_takes_and_does_not_change_are_no_success() {
    let double = people(1).failing(|call, _| call.ends_with("/groups").then_some(Fault::Ignored));
    let outcome = apply(&double, vec![gain(1)], 1).await;
    assert_eq!(statuses(&outcome), [Failed]);
    assert!(error(&outcome, 0).contains("tells of other groups afterwards"), "{outcome:?}");
}

/// Each call of a plan fails in each way; the next run's plan then makes the world what one without a fault does.
#[tokio::test(start_paused = true)]
async fn whichever_call_fails_the_next_run_finishes_and_makes_nobody_twice() {
    let world = || Double::new([(2, record(2)), (3, record(3))]);
    let unharmed = world();
    apply(&unharmed, still_to_do(&unharmed), 1).await;
    let (expected, calls) = unharmed.world(|world| (world.users.clone(), world.calls.len()));
    for nth in 1..=calls {
        for fault in [Fault::CutBefore, Fault::CutAfter, Fault::Answers(400, "{}"), Fault::Answers(503, "{}")]
        {
            let told = format!("{fault:?} at call {nth}");
            let double = world().failing(move |_, world| (world.calls.len() == nth).then(|| fault.clone()));
            let first = apply(&double, still_to_do(&double), 1).await;
            assert!(first.ended_early.is_none(), "{told}: {first:?}");
            let second = apply(&double, still_to_do(&double), 1).await;
            assert!(statuses(&second).iter().all(|status| *status == Applied), "{told}: {second:?}");
            assert_eq!(double.world(|world| world.users.clone()), expected, "{told}");
            assert_eq!(still_to_do(&double), [], "{told}");
        }
    }
}

/// Killed in the middle of whatever call: the journal tells who was under way, and the next run finishes.
#[tokio::test(start_paused = true)]
async fn killed_at_any_instant_the_next_run_makes_the_same_world() {
    let world = || Double::new([(2, record(2)), (3, record(3))]);
    let unharmed = world();
    let begun = tokio::time::Instant::now();
    apply(&unharmed, still_to_do(&unharmed), 3).await;
    let length = begun.elapsed();
    let expected = unharmed.world(|world| world.users.clone());
    let mut killed_under_way = 0;
    for instant in (0..=length.as_millis()).step_by(3) {
        let (folder, double) = (TempDir::new().unwrap(), world());
        let journal = journal(&folder);
        let killed = apply_recorded(&double, still_to_do(&double), 3, Some(&journal));
        let after = std::time::Duration::from_millis(u64::try_from(instant).unwrap());
        let is_killed = tokio::time::timeout(after, killed).await.is_err();
        let open = open_records(&folder.path().join("journal")).unwrap();
        killed_under_way += usize::from(!open.is_empty());
        assert!(is_killed || open.is_empty(), "after {after:?}");

        let next = apply(&double, still_to_do(&double), 3).await;
        assert!(statuses(&next).iter().all(|status| *status == Applied), "after {after:?}: {next:?}");
        assert_eq!(double.world(|world| world.users.clone()), expected, "after {after:?}");
    }
    assert!(killed_under_way > 10, "{killed_under_way} of {length:?}");
}

/// What a plan made now would have: somebody new, somebody who leaves, somebody who moves.
fn still_to_do(double: &Double) -> Vec<Change> {
    let users = double.world(|world| world.users.clone());
    let held = |user: u64| -> Vec<u64> {
        users[&user].get("groups").map(|ids| serde_json::from_value(ids.clone()).unwrap()).unwrap_or_default()
    };
    let made = users.iter().find(|(_, user)| user["externalId"] == "entrata:1").map(|(id, _)| *id);
    let new = made.map_or_else(
        || create(1),
        |user| Change {
            external_id: external_id(1),
            ..update(user, |before| before.groups = groups(&held(user)), |_| {})
        },
    );
    let has_end = users[&2].contains_key("effectiveTo");
    let end = Some(PAST.parse().unwrap());
    let leave = update(
        2,
        |before| {
            before.groups = groups(&held(2));
            before.effective_to = end.filter(|_| has_end);
        },
        |after| {
            after.groups.clear();
            after.effective_to = end;
        },
    );
    let transfer = update(3, |before| before.groups = groups(&held(3)), |after| after.groups = groups(&[20]));
    [new, leave, transfer].into_iter().filter(|change| change.before != change.after).collect()
}

/// Brivo's list may lag behind what a run that was cut short made (R6).
#[tokio::test(start_paused = true)]
async fn whoever_a_killed_run_may_have_made_is_looked_up_before_they_are_made() {
    let mut held = record(7);
    held["externalId"] = json!("entrata:1");
    held["groups"] = json!([]);
    let double = Double::new([(7, held)]);
    let options = Options {
        at_once: NonZeroUsize::MIN,
        held: &BTreeSet::new(),
        look_up_first: &BTreeSet::from([external_id(1), external_id(2)]),
        journal: None,
        on_event: &|_| {},
        stop: &Stop::default(),
        calls_left: None,
    };
    let outcome = run(&double.client(), &plan(vec![create(1), create(2)]), &options).await;
    assert_eq!(statuses(&outcome), [Applied, Applied]);
    let made = double.writes().iter().filter(|call| *call == "POST /users").count();
    assert_eq!((made, double.world(|world| world.users.len())), (1, 2), "only the second one is made");
    assert_eq!(double.user(7)["groups"], json!([10]));
}

/// Brivo shows it a moment later, or never: the answer alone is no proof.
#[tokio::test(start_paused = true)]
async fn what_brivo_shows_a_moment_later_is_waited_for() {
    let old = r#"{"data":[{"id":10,"name":"G"}],"count":1}"#;
    for (reads, status) in [(0, Applied), (3, Applied), (4, Failed)] {
        let double = people(1).failing(move |call, world| {
            let read = world.calls.iter().filter(|call| *call == "GET /users/1/groups").count();
            (call == "GET /users/1/groups" && read <= reads).then_some(Fault::Answers(200, old))
        });
        let outcome = apply(&double, vec![gain(1)], 1).await;
        assert_eq!(statuses(&outcome), [status], "{reads}: {outcome:?}");
        assert_eq!(double.writes().len(), 1, "nothing is written twice");
        if status == Failed {
            assert!(
                error(&outcome, 0).starts_with("written, but Brivo shows otherwise: groups"),
                "{outcome:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_read_again_is_no_success() {
    let double = people(1).failing(|call, _| {
        (call == "GET /users/1/groups").then_some(Fault::Answers(400, r#"{"message":"no","code":400}"#))
    });
    let outcome = apply(&double, vec![gain(1)], 1).await;
    assert_eq!(statuses(&outcome), [Failed]);
    assert!(error(&outcome, 0).starts_with("written, but it could not be read again: "), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn no_error_names_anybody() {
    let double =
        people(1).failing(|_, _| Some(Fault::Answers(400, r#"{"message":"Rosa Renter is no good"}"#)));
    let outcome = apply(&double, vec![gain(1), create(2)], 1).await;
    assert_eq!(statuses(&outcome), [Failed, Failed]);
    let told = format!("{outcome:?}");
    assert!(!told.contains("Rosa") && !told.contains("Renter"), "{told}");
}
