//! Writes that go wrong: lost answers, duplicates, bounds that Brivo does not clear.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::super::error::BrivoError;
use super::super::record::NewUser;
use super::super::write::Made;
use super::support::{Fake, Reply, Seen, in_turn, instant, rosa, token, whole};
use crate::access::{CredentialId, ExternalId, UserId, Window};

const USER: UserId = UserId(7);
const LOOKUP: &str = "GET /users/entrata%3A1/external";

fn new_user() -> NewUser {
    NewUser { external_id: ExternalId::new("entrata:1"), profile: rosa(), dates: Window::ALWAYS }
}

/// A Brivo that takes every create, a duplicate too, and answers the first ones as told.
fn creating(answers: Vec<Creation>) -> (Fake, &'static Mutex<Vec<u64>>) {
    let users: &'static Mutex<Vec<u64>> = Box::leak(Box::default());
    let answers = Mutex::new(answers.into_iter());
    let fake = Fake::new(move |seen| {
        let mut users = users.lock().unwrap();
        let found = |id: u64| Reply::json(200, &json!({"id": id, "externalId": "entrata:1"}));
        if seen.method != "POST" {
            return users.first().map_or_else(Reply::not_found, |id| found(*id));
        }
        let creation = answers.lock().unwrap().next().unwrap_or(Creation::Told);
        if !matches!(creation, Creation::Refused(_)) {
            let id = 7 + users.len() as u64;
            users.push(id);
        }
        match creation {
            Creation::Told => found(users[users.len() - 1]),
            Creation::Lost(reply) | Creation::Refused(reply) => reply,
        }
    });
    (fake, users)
}

/// What becomes of one create.
enum Creation {
    /// Done, and told so.
    Told,
    /// Done, with another answer.
    Lost(Reply),
    /// Not done.
    Refused(Reply),
}

fn busy() -> Reply {
    Reply::json(503, &json!({"code": 503, "message": "down"}))
}

#[tokio::test]
async fn a_create_whose_answer_was_cut_is_looked_up_over_the_network() {
    let (fake, users) = creating(vec![Creation::Lost(Reply::cut())]);
    assert_eq!(fake.served().await.create_user(&new_user()).await.unwrap(), Made::Found(USER));
    assert_eq!(fake.calls(), ["POST /users", LOOKUP]);
    assert_eq!(users.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn whatever_becomes_of_a_create_there_is_never_a_second_user() {
    use Creation::{Lost, Refused};
    let duplicate = || Reply::json(400, &json!({"message": "externalId is in use", "code": 400}));
    let throttled = || Reply::page(403, "<h1>Developer Over Qps</h1>").with("retry-after", "1");
    let expired = || Reply::json(401, &json!({"error": "invalid_token"}));
    let table: Vec<(&str, Vec<Creation>, Made, usize)> = vec![
        ("done, answer cut", vec![Lost(Reply::cut())], Made::Found(USER), 1),
        ("done, a gateway's timeout", vec![Lost(Reply::page(504, "<h1>"))], Made::Found(USER), 1),
        ("done, a service down behind it", vec![Lost(busy())], Made::Found(USER), 1),
        ("done, a page in place of JSON", vec![Lost(Reply::page(200, "<html>"))], Made::Found(USER), 1),
        ("done, an empty answer", vec![Lost(Reply::none(200))], Made::Found(USER), 1),
        ("not done, answer cut", vec![Refused(Reply::cut())], Made::Created(USER), 2),
        ("not done, a service down", vec![Refused(busy()), Refused(busy())], Made::Created(USER), 3),
        ("not done, then done and cut", vec![Refused(busy()), Lost(Reply::cut())], Made::Found(USER), 2),
        ("throttled", vec![Refused(throttled()), Refused(throttled())], Made::Created(USER), 3),
        ("the token has expired", vec![Refused(expired())], Made::Created(USER), 2),
        ("done before, told as a duplicate", vec![Lost(duplicate())], Made::Found(USER), 1),
    ];
    for (case, creations, made, posts) in table {
        let (fake, users) = creating(creations);
        assert_eq!(fake.in_process().create_user(&new_user()).await.unwrap(), made, "{case}");
        assert_eq!(users.lock().unwrap().len(), 1, "{case}");
        assert_eq!(fake.calls().iter().filter(|call| *call == "POST /users").count(), posts, "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_is_not_tried_again_before_it_was_looked_up() {
    let (fake, _) = creating((0..9).map(|_| Creation::Refused(Reply::cut())).collect());
    let error = fake.in_process().create_user(&new_user()).await.unwrap_err();
    assert!(!error.nothing_was_written(), "{error:?}");
    assert_eq!(fake.calls(), ["POST /users", LOOKUP, "POST /users", LOOKUP, "POST /users", LOOKUP]);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_is_refused_is_looked_up_and_not_tried_again() {
    let refused = Reply::json(400, &json!({"message": "Invalid criteria provided", "code": 400}));
    let (fake, _) = creating(vec![Creation::Refused(refused)]);
    let error = fake.in_process().create_user(&new_user()).await.unwrap_err();
    assert!(
        matches!(error, BrivoError::Refused { status: 400, .. }) && error.nothing_was_written(),
        "{error:?}"
    );
    assert_eq!(fake.calls(), ["POST /users", LOOKUP]);
}

#[tokio::test(start_paused = true)]
async fn a_lookup_that_fails_leaves_the_create_to_the_next_run() {
    let fake = Fake::new(|seen| if seen.method == "POST" { Reply::cut() } else { busy() });
    let error = fake.in_process().create_user(&new_user()).await.unwrap_err();
    assert!(matches!(error, BrivoError::Http { call: "POST /users", .. }), "{error:?}");
    assert!(!error.nothing_was_written());
    assert_eq!(fake.calls().iter().filter(|call| *call == "POST /users").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_concerns_the_whole_run_is_not_looked_up() {
    for reply in
        [Reply::page(403, "<h1>Developer Inactive</h1>"), Reply::page(403, "<h1>Developer Over Rate</h1>")]
    {
        let fake = Fake::new(move |_| reply.clone());
        let error = fake.in_process().create_user(&new_user()).await.unwrap_err();
        assert!(error.ends_the_run() && error.nothing_was_written(), "{error:?}");
        assert_eq!(fake.calls(), ["POST /users"]);
    }
}

/// A user with an end whom a PUT is answered as `put` says.
fn replacing(put: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Fake {
    Fake::new(move |seen| match seen.method.as_str() {
        "GET" => Reply::json(200, &bounded()),
        _ => put(seen),
    })
}

fn bounded() -> Value {
    json!({"id": 7, "firstName": "Rosa", "lastName": "Renter", "pin": "0042", "suspended": true,
        "effectiveFrom": "2026-01-01T16:00:00Z", "effectiveTo": "2026-12-31T22:00:00Z"})
}

fn puts(fake: &Fake) -> Vec<(Value, Value)> {
    let bodies = fake.seen().into_iter().filter(|seen| seen.method == "PUT").map(|seen| seen.json());
    bodies.map(|body| (body["effectiveFrom"].clone(), body["effectiveTo"].clone())).collect()
}

#[tokio::test]
async fn a_bound_is_cleared_by_leaving_it_out_or_else_by_what_stands_for_none() {
    let (start, end) = ("2026-01-01T16:00:00Z", "2026-12-31T22:00:00Z");
    let keep_suspended = |seen: &Seen| {
        let mut record = seen.json();
        record["id"] = json!(7);
        record["suspended"] = json!(true);
        record
    };
    let clears = move |seen: &Seen| Reply::json(200, &keep_suspended(seen));
    let ignores = move |seen: &Seen| {
        let mut record = keep_suspended(seen);
        for (bound, kept) in [("effectiveFrom", start), ("effectiveTo", end)] {
            if record.get(bound).is_none() {
                record[bound] = json!(kept);
            }
        }
        Reply::json(200, &record)
    };
    let refuses = move |seen: &Seen| {
        let body = seen.json();
        let is_whole = body.get("effectiveFrom").is_some() && body.get("effectiveTo").is_some();
        if is_whole { clears(seen) } else { Reply::json(400, &json!({"code": 400})) }
    };
    let null = Value::Null;
    let (none, no_end, no_start) =
        (|| null.clone(), json!("2099-12-31T00:00:00Z"), json!("1970-01-01T00:00:00Z"));

    let clear_end = |record: &mut super::super::record::UserRecord| {
        record.set_dates(Window { end: None, ..record.dates() });
    };
    let clear_both = |record: &mut super::super::record::UserRecord| record.set_dates(Window::ALWAYS);
    for (fake, expected) in [
        (replacing(clears), vec![(json!(start), none())]),
        (replacing(ignores), vec![(json!(start), none()), (json!(start), no_end.clone())]),
        (replacing(refuses), vec![(json!(start), none()), (json!(start), no_end.clone())]),
    ] {
        let after = fake.served().await.replace_user(USER, clear_end).await.unwrap();
        assert_eq!(after.dates(), Window::new(Some(instant(start)), None));
        assert_eq!(puts(&fake), expected);
        assert!(
            fake.seen().iter().filter(|seen| seen.method == "PUT").all(|seen| seen.json()["pin"] == "0042")
        );
    }
    let fake = replacing(ignores);
    let after = fake.served().await.replace_user(USER, clear_both).await.unwrap();
    assert_eq!(after.dates(), Window::ALWAYS, "what stands for none is read as none");
    assert_eq!(puts(&fake), [(none(), none()), (no_start, no_end)]);
}

#[tokio::test]
async fn a_refused_record_without_a_cleared_bound_is_an_error() {
    let fake = replacing(|_| Reply::json(400, &json!({"code": 400})));
    let edit =
        |record: &mut super::super::record::UserRecord| record.set_external_id(&ExternalId::new("entrata:1"));
    let error = fake.served().await.replace_user(USER, edit).await.unwrap_err();
    assert!(matches!(error, BrivoError::Refused { status: 400, .. }));
    assert_eq!(puts(&fake).len(), 1);
}

#[tokio::test]
async fn a_suspension_that_a_replacement_lifts_is_set_again() {
    let fake = replacing(|_| Reply::json(200, &json!({"id": 7, "suspended": false})));
    let edit =
        |record: &mut super::super::record::UserRecord| record.set_external_id(&ExternalId::new("entrata:1"));
    fake.served().await.replace_user(USER, edit).await.unwrap();
    assert_eq!(fake.calls(), ["GET /users/7", "PUT /users/7", "PUT /users/7/suspended"]);
    assert_eq!(fake.seen()[2].json(), json!({"suspended": true}));
}

#[tokio::test]
async fn a_credential_whose_end_won_t_be_cleared_gets_the_end_that_stands_for_none() {
    let start = Some(instant("2026-01-01T16:00:00Z"));
    let held = |end: &'static str| {
        move |seen: &Seen| match seen.method.as_str() {
            "GET" => whole(&[json!({"id": 50, "effectiveFrom": "2026-01-01T16:00:00Z", "effectiveTo": end})]),
            _ => Reply::none(204),
        }
    };
    let (open, stand_in) = (
        r#"PUT /users/7/credentials/50 {"effectiveFrom":"2026-01-01T16:00:00Z","effectiveTo":null}"#,
        r#"PUT /users/7/credentials/50 {"effectiveFrom":"2026-01-01T16:00:00Z","effectiveTo":"2099-12-31T00:00:00Z"}"#,
    );
    let read = "GET /users/7/credentials?offset=0&pageSize=100";
    let refuses = in_turn(vec![Reply::json(400, &json!({})), Reply::none(204)]);
    for (fake, expected) in [
        (Fake::new(held("")), vec![open, read]),
        (Fake::new(held("2026-12-31T22:00:00Z")), vec![open, read, stand_in]),
        (Fake::new(held("2099-12-31T00:00:00Z")), vec![open, read]),
        (Fake::new(move |_| refuses()), vec![open, stand_in]),
    ] {
        let client = fake.served().await;
        client.set_credential_window(USER, CredentialId(50), Window::new(start, None)).await.unwrap();
        assert_eq!(fake.lines(), expected);
    }
}

#[tokio::test]
async fn a_credential_that_is_not_the_user_s_any_more_is_told_so() {
    let fake = Fake::new(|seen| if seen.method == "GET" { whole(&[]) } else { Reply::none(204) });
    let error =
        fake.served().await.set_credential_window(USER, CredentialId(50), Window::ALWAYS).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn writes_that_do_the_same_twice_are_repeated_when_their_answer_is_lost() {
    let table = in_turn(vec![Reply::cut(), busy(), Reply::none(204)]);
    let fake = Fake::new(move |_| table());
    let client = fake.in_process();
    client.delete_user(USER).await.unwrap();
    assert_eq!(fake.calls(), ["DELETE /users/7"; 3]);
}

#[tokio::test]
async fn a_token_that_ends_in_the_middle_of_a_run_is_not_noticed() {
    let expired = in_turn(vec![Reply::json(401, &json!({"error": "invalid_token"})), Reply::none(204)]);
    let tokens = in_turn(vec![token(1, 300), token(2, 300)]);
    let fake = Fake::with_tokens(move |_| tokens(), move |_| expired());
    fake.served().await.set_suspended(USER, true).await.unwrap();
    let sent: Vec<_> = fake.seen().iter().map(|seen| seen.header("authorization").to_owned()).collect();
    assert_eq!(sent, ["Bearer access-1", "Bearer access-2"]);
}
