//! What is written, in which order, and how much of it at once (R4, D10, R3).

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Mutex;

use serde_json::json;

use super::support::{
    Double, LATER, PAST, create, credential, delete, external_id, gain, groups, plan, record, update,
};
use super::{Event, Options, Stop, apply, run, statuses};
use crate::access::{ExternalId, Personal};
use crate::plan::{Change, Image, ResultStatus};

const UNTIL: &str = "2026-12-31T22:00:00Z";

fn leave(user: u64) -> Change {
    let before = |image: &mut Image| image.credentials = vec![credential(50, None, None)];
    update(user, before, |after| {
        after.groups.clear();
        after.effective_to = Some(PAST.parse().unwrap());
        after.credentials = vec![credential(50, None, Some(PAST))];
    })
}

fn later(user: u64) -> Change {
    update(
        user,
        |before| before.groups.clear(),
        |after| {
            after.groups = groups(&[20]);
            after.effective_from = Some(LATER.parse().unwrap());
        },
    )
}

fn rename(user: u64) -> Change {
    update(user, |_| {}, |after| after.last_name = Personal::new("Renamed"))
}

#[tokio::test(start_paused = true)]
async fn each_change_is_these_calls_in_this_order() {
    let both_ways = |image: &mut Image| {
        image.credentials = vec![
            credential(50, None, Some(UNTIL)),
            credential(51, None, Some(UNTIL)),
            credential(52, None, None),
        ];
    };
    let table: Vec<(&str, Change, Vec<&str>)> = vec![
        ("a new user", create(1), vec!["POST /users", "POST /users/8/groups"]),
        (
            "somebody moves to another unit",
            update(7, |_| {}, |after| after.groups = groups(&[20])),
            vec!["POST /users/7/groups"],
        ),
        (
            "somebody loses all",
            leave(7),
            vec!["PUT /users/7/credentials/50", "PUT /users/7", "POST /users/7/groups"],
        ),
        ("written ahead", later(7), vec!["PUT /users/7", "POST /users/7/groups"]),
        ("a new name", rename(7), vec!["PUT /users/7"]),
        ("nothing that Brivo would have to be told", rename_to_the_same(7), vec![]),
        (
            "windows are widened before others are narrowed, then the dates",
            update(7, both_ways, |after| {
                after.credentials = vec![
                    credential(50, None, Some(PAST)),
                    credential(51, None, None),
                    credential(52, None, Some(UNTIL)),
                ];
                after.effective_to = Some(UNTIL.parse().unwrap());
            }),
            vec![
                "PUT /users/7/credentials/51",
                "PUT /users/7/credentials/50",
                "PUT /users/7/credentials/52",
                "PUT /users/7",
            ],
        ),
        (
            "somebody is stopped",
            update(
                7,
                |_| {},
                |after| {
                    after.suspended = true;
                    after.groups.clear();
                },
            ),
            vec!["PUT /users/7/suspended", "POST /users/7/groups"],
        ),
        ("a record goes", delete_without_groups(), vec!["DELETE /users/6"]),
    ];
    for (case, change, calls) in table {
        let mut leaver = record(6);
        leaver["groups"] = json!([]);
        let double = Double::new([(6, leaver), (7, record(7))]);
        let outcome = apply(&double, vec![change], 1).await;
        assert_eq!(statuses(&outcome), [ResultStatus::Applied], "{case}: {outcome:?}");
        assert_eq!(double.writes(), calls, "{case}");
    }
}

fn rename_to_the_same(user: u64) -> Change {
    update(user, |before| before.last_name = Personal::new("Before"), |_| {})
}

fn delete_without_groups() -> Change {
    delete(6)
}

#[tokio::test(start_paused = true)]
async fn grants_that_are_due_come_first_then_revocations_then_later_grants_then_profiles() {
    let changes = vec![rename(1), later(2), leave(3), gain(4), create(5)];
    let double = Double::new((1..=4).map(|user| (user, record(user))));
    let outcome = apply(&double, changes, 1).await;
    assert_eq!(
        double.writes(),
        [
            "POST /users/4/groups",
            "POST /users",
            "POST /users/5/groups",
            "PUT /users/3/credentials/50",
            "PUT /users/3",
            "POST /users/3/groups",
            "PUT /users/2",
            "POST /users/2/groups",
            "PUT /users/1",
        ]
    );
    let order: Vec<ExternalId> = outcome.results.into_iter().map(|result| result.external_id).collect();
    assert_eq!(order, [1, 2, 3, 4, 5].map(external_id), "results stand in the plan's order");
}

#[tokio::test(start_paused = true)]
async fn a_phase_is_finished_before_the_next_one_begins_and_so_many_are_written_at_once() {
    let changes = (1..=40).map(|user| if user % 2 == 0 { gain(user) } else { rename(user) }).collect();
    let double = Double::new((1..=40).map(|user| (user, record(user))));
    let outcome = apply(&double, changes, 8).await;
    assert_eq!(statuses(&outcome), [ResultStatus::Applied; 40]);
    let (calls, most) = double.world(|world| (world.calls.clone(), world.most_under_way));
    let last_grant = calls.iter().rposition(|call| call.ends_with("/groups")).unwrap();
    let first_profile = calls.iter().position(|call| !call.ends_with("/groups")).unwrap();
    assert!(last_grant < first_profile, "{calls:?}");
    assert_eq!(most, 8);
}

#[tokio::test(start_paused = true)]
async fn a_record_keeps_what_the_plan_does_not_change_as_it_is_now() {
    let mut held = record(7);
    held["firstName"] = json!("Rosalind");
    held["effectiveFrom"] = json!(PAST);
    held["emails"] = json!([{"address": "rosa@example.com", "type": "Work", "id": 3}]);
    let double = Double::new([(7, held)]);
    apply(
        &double,
        vec![update(
            7,
            |_| {},
            |after| {
                after.last_name = Personal::new("Renamed");
                after.effective_to = Some(UNTIL.parse().unwrap());
            },
        )],
        1,
    )
    .await;
    let user = double.user(7);
    assert_eq!(
        json!([user["firstName"], user["lastName"], user["pin"], user["effectiveFrom"], user["effectiveTo"]]),
        json!(["Rosalind", "Renamed", "0042", PAST, UNTIL])
    );
    assert_eq!(user["emails"], json!([{"address": "rosa@example.com", "type": "Work", "id": 3}]));
}

#[tokio::test(start_paused = true)]
async fn a_new_user_gets_names_addresses_dates_and_groups() {
    let double = Double::new([]);
    let mut change = create(1);
    let after = change.after.as_mut().unwrap();
    after.emails = [Personal::new("rosa@example.com")].into();
    after.phones = [Personal::new("+12175550101")].into();
    (after.effective_from, after.effective_to) = (Some(PAST.parse().unwrap()), Some(UNTIL.parse().unwrap()));
    apply(&double, vec![change], 1).await;
    assert_eq!(
        serde_json::Value::Object(double.user(1001)),
        json!({"externalId": "entrata:1", "firstName": "Rosa", "lastName": "Renter", "groups": [10],
            "emails": [{"address": "rosa@example.com", "type": "home"}],
            "phoneNumbers": [{"number": "+12175550101", "type": "mobile"}],
            "effectiveFrom": PAST, "effectiveTo": UNTIL})
    );
}

#[tokio::test(start_paused = true)]
async fn an_adopted_user_gets_the_external_id_and_keeps_the_rest() {
    let mut by_hand = record(7);
    by_hand["externalId"] = json!("somebody");
    let double = Double::new([(7, by_hand.clone())]);
    let outcome = apply(&double, vec![Change { adopts: true, ..gain(7) }], 1).await;
    assert_eq!(statuses(&outcome), [ResultStatus::Applied]);
    by_hand["externalId"] = json!("entrata:7");
    by_hand["groups"] = json!([10, 20]);
    assert_eq!(serde_json::Value::Object(double.user(7)), by_hand);
}

#[tokio::test(start_paused = true)]
async fn whoever_a_guard_kept_from_losing_something_is_held_with_a_change_or_without() {
    let double = Double::new([(1, record(1)), (2, record(2))]);
    let held: BTreeSet<ExternalId> = [2, 4, 3].map(external_id).into();
    let seen = Mutex::new(Vec::new());
    let options = Options {
        at_once: NonZeroUsize::MIN,
        held: &held,
        look_up_first: &BTreeSet::new(),
        journal: None,
        on_event: &|event| {
            seen.lock().unwrap().push(match event {
                Event::Started { change } => format!("{} started", change.external_id),
                Event::Finished { change, result } => format!("{} {:?}", change.external_id, result.status),
            });
        },
        stop: &Stop::default(),
        calls_left: None,
    };
    let outcome = run(&double.client(), &plan(vec![gain(1), gain(2)]), &options).await;
    let results: Vec<_> =
        outcome.results.iter().map(|result| (result.external_id.as_str(), result.status)).collect();
    assert_eq!(
        results,
        [
            ("entrata:1", ResultStatus::Applied),
            ("entrata:2", ResultStatus::Held),
            ("entrata:3", ResultStatus::Held),
            ("entrata:4", ResultStatus::Held)
        ]
    );
    assert_eq!(double.user(2)["groups"], json!([10, 20]), "what it gives was written");
    assert_eq!(
        *seen.lock().unwrap(),
        ["entrata:1 started", "entrata:1 Applied", "entrata:2 started", "entrata:2 Held"]
    );
}
