//! Things that go wrong on purpose, and the control paths.

use serde_json::json;

use super::Caller;

const PEOPLE: &str = "brivo: { users: [{ id: 15620001, name: A Ant }, { id: 15620002, name: B Bee }] }";

#[tokio::test]
async fn a_fault_answers_in_place_of_the_service() {
    let fault =
        "{ match: 'POST /v1/api/users', nth: 2, then: { status: 503, headers: { Retry-After: '7' } } }";
    let caller = Caller::logged_in(&format!("faults: [{fault}]")).await;
    let person = json!({ "firstName": "A", "lastName": "B" });
    assert_eq!(caller.brivo("POST", "/users", person.clone()).await.status, 200);
    let failed = caller.brivo("POST", "/users", person.clone()).await;
    assert_eq!((failed.status, failed.header("retry-after")), (503, Some("7")));
    assert_eq!(caller.brivo("POST", "/users", person).await.status, 200);
    assert_eq!(caller.get("/users").await.json()["count"], 2);
}

#[tokio::test]
async fn lists_lose_rows_and_bodies_break() {
    let caller = Caller::logged_in(PEOPLE).await;
    for (effect, expected) in [
        ("drop_rows: 1", "one"),
        ("rows: double", "four"),
        ("rows: empty", "none"),
        ("garbage: true", "broken"),
        ("truncate: 10", "broken"),
        ("html: true", "page"),
    ] {
        caller.control("DELETE", "/faults", "").await;
        let fault = format!("{{ match: 'GET /v1/api/users', then: {{ {effect} }} }}");
        assert_eq!(caller.control("POST", "/faults", &fault).await.status, 200);
        let answer = caller.get("/users").await;
        let rows = answer.json()["data"].as_array().map(Vec::len);
        let seen = match (answer.status, rows) {
            (200, Some(1)) => "one",
            (200, Some(4)) => "four",
            (200, Some(0)) => "none",
            (200, None) => "broken",
            (502, None) => "page",
            other => panic!("{effect}: {other:?}"),
        };
        assert_eq!(seen, expected, "{effect}");
    }
}

#[tokio::test]
async fn an_entrata_fault_is_matched_by_method_and_property() {
    let world = "{ properties: [{ id: 1 }, { id: 2 }], \
                 faults: [{ match: getLeases, property: 2, then: { error: { code: 301, message: no } } }] }";
    let caller = Caller::of(world);
    let ask = async |property: u32| {
        let body = json!({ "requestId": 1, "method": { "name": "getLeases", "version": "r2", "params": { "propertyId": property } } });
        caller.entrata("leases", body).await
    };
    assert_eq!(ask(1).await.json()["response"]["code"], 200);
    let refused = ask(2).await;
    assert_eq!(
        (refused.status, refused.text.as_str()),
        (200, r#"{"response":{"requestId":"1","error":{"code":301,"message":"no"}}}"#)
    );
}

#[tokio::test]
async fn another_administrator_edits_between_two_pages() {
    let fault = "{ match: 'GET /v1/api/users', nth: 2, then: { do: [{ call: 'DELETE /users/15620001' }] } }";
    let caller = Caller::logged_in(&format!("{PEOPLE}\nfaults: [{fault}]")).await;
    assert_eq!(caller.get("/users?pageSize=1").await.json()["data"][0]["id"], 15_620_001);
    // The second page is empty: the one who was on it has moved up.
    let second = caller.get("/users?pageSize=1&offset=1").await.json();
    assert_eq!((&second["data"], &second["count"]), (&json!([]), &json!(1)));
}

#[tokio::test]
async fn a_cut_connection_loses_the_answer_but_not_always_the_deed() {
    let fault = "[{ match: 'POST /v1/api/groups', nth: 1, then: { cut: before } }, \
                  { match: 'POST /v1/api/groups', nth: 2, then: { cut: after } }]";
    let caller = Caller::logged_in(&format!("faults: {fault}")).await;
    let serving = caller.sandbox.clone().serve("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let client = reqwest::Client::new();
    let post = async || {
        let request = client.post(format!("{}/groups", serving.brivo_api_url)).header("api-key", "sandbox");
        let request = request.bearer_auth(caller.token.as_deref().unwrap());
        request.header("content-type", "application/json").body(r#"{"name":"Lobby"}"#).send().await
    };
    assert!(post().await.is_err());
    assert_eq!(caller.get("/groups").await.json()["count"], 0);
    assert!(post().await.is_err());
    assert_eq!(caller.get("/groups").await.json()["count"], 1);
    assert_eq!(post().await.unwrap().status(), 200);
    serving.shutdown().await;
}

#[tokio::test]
async fn a_write_that_is_ignored_is_answered_and_forgotten() {
    let fault = "{ match: 'POST /v1/api/groups', nth: 1, then: { ignore: true } }";
    let caller = Caller::logged_in(&format!("faults: [{fault}]")).await;
    let post = || caller.brivo("POST", "/groups", json!({ "name": "Lobby" }));
    let answer = post().await;
    assert_eq!((answer.status, &answer.json()["name"]), (200, &json!("Lobby")));
    assert_eq!(caller.get("/groups").await.json()["count"], 0);
    assert_eq!(post().await.status, 200);
    assert_eq!(caller.get("/groups").await.json()["count"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_delay_is_waited_out() {
    let caller = Caller::logged_in("faults: [{ match: 'GET *', then: { delay_ms: 4000 } }]").await;
    let before = tokio::time::Instant::now();
    assert_eq!(caller.get("/users").await.status, 200);
    assert_eq!(before.elapsed().as_millis(), 4000);
}

#[tokio::test]
async fn the_log_tells_what_was_sent_without_the_secrets() {
    let caller = Caller::logged_in(PEOPLE).await;
    caller.get("/users?pageSize=1").await;
    caller
        .entrata("status", json!({ "auth": { "type": "apikey" }, "method": { "name": "getStatus" } }))
        .await;
    let log = caller.control("GET", "/requests", "").await;
    let entries = log.json();
    let paths: Vec<_> =
        entries.as_array().unwrap().iter().map(|entry| entry["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/oauth/token", "/v1/api/users", "/ext/orgs/sandbox/v1/status"]);
    assert_eq!(entries[1]["query"], json!([["pageSize", "1"]]));
    assert_eq!(entries[2]["body"]["method"]["name"], "getStatus");
    assert!(!log.text.contains(caller.token.as_deref().unwrap()));
    assert!(!log.text.contains("password=sandbox"));
}

#[tokio::test]
async fn clock_tokens_and_world_can_be_set_from_outside() {
    let mut caller = Caller::logged_in(PEOPLE).await;
    caller.control("POST", "/tokens/expire", "").await;
    assert_eq!(caller.get("/users").await.status, 401);
    caller.control("POST", "/clock", "as_of: 2027-01-01T00:00:00Z").await;
    caller.log_in().await;
    let made = caller.brivo("POST", "/users", json!({ "firstName": "C", "lastName": "D" })).await.json();
    assert!(made["created"].as_str().unwrap().starts_with("2027-01-01T00:00:0"), "{made}");

    let world = "{ properties: [{ id: 5 }], leases: [{ id: 9, property: 5, residents: [] }] }";
    assert_eq!(caller.control("PUT", "/world", world).await.status, 200);
    assert_eq!(caller.leases(json!({ "propertyId": 5 })).await, ["9"]);
    assert_eq!(caller.get("/users").await.json()["count"], 3);
    assert_eq!(caller.control("PUT", "/world", "leases: 3").await.status, 400);
    assert_eq!(caller.control("GET", "/nowhere", "").await.status, 404);
}
