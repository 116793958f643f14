//! Brivo's wire, point by point of what a sandbox must reproduce.

use serde_json::{Value, json};

use super::Caller;

pub(super) const WORLD: &str = r#"
brivo:
  groups:
    - { id: 15610001, name: Lobby, doors: [Front door] }
    - { id: 15610002, name: "North gym" }
    - { id: 15610003, name: lobby annex, multifamily: true }
    - { id: 15610004, name: Linked, linked: true }
  users:
    - id: 15620001
      external_id: "lease-1"
      name: Mara Okafor
      email: mara@example.com
      pin: "4711"
      from: 2026-01-01
      groups: [Lobby]
      credentials: [{ id: 22310001, number: 200, from: 2026-01-01T00:00:00Z }]
    - { id: 15620002, name: zoe Abbot }
    - { id: 15620003, name: Ben abbot, suspended: true }
  credentials: [{ id: 22310009, number: 300 }]
  custom_fields: [Unit, { name: Floor, type: NUMBER }]
  mobile_passes: 1
"#;

#[tokio::test(start_paused = true)]
async fn tokens_are_granted_refused_and_expire() {
    let caller = Caller::of("{}");
    let granted = caller.token("grant_type=password&username=sandbox&password=sandbox").await;
    assert_eq!((granted.status, granted.json()["expires_in"].as_i64()), (200, Some(299)));
    assert_eq!(granted.json()["scope"], "brivo.api");
    let refresh = granted.json()["refresh_token"].as_str().unwrap().to_owned();

    let refreshed = caller.token(&format!("grant_type=refresh_token&refresh_token={refresh}")).await;
    assert_eq!(refreshed.status, 200);
    assert_ne!(refreshed.json()["access_token"], granted.json()["access_token"]);

    for (form, status, error) in [
        ("grant_type=password&username=sandbox&password=wrong", 401, "invalid_grant"),
        ("grant_type=refresh_token&refresh_token=dead", 400, "invalid_grant"),
        ("grant_type=authorization_code&code=x", 400, "invalid_grant"),
        ("grant_type=client_credentials", 400, "unsupported_grant_type"),
        ("", 400, "invalid_request"),
    ] {
        let refused = caller.token(form).await;
        assert_eq!((refused.status, refused.json()["error"].as_str()), (status, Some(error)), "{form}");
    }
    let wrong_client = [("authorization", "Basic d3Jvbmc6cGFpcg==")];
    let refused = caller.call("POST", "/oauth/token?grant_type=password", &wrong_client, "").await;
    assert_eq!((refused.status, refused.json()["path"].as_str()), (401, Some("/oauth/token")));
    let refused = caller.call("POST", "/oauth/token?grant_type=password", &[], "").await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (401, Some("unauthorized")));
}

#[tokio::test(start_paused = true)]
async fn tokens_come_by_query_and_by_multipart_too() {
    let caller = Caller::of("{}");
    let basic = ("authorization", "Basic c2FuZGJveDpzYW5kYm94");
    let query = "/oauth/token?grant_type=password&username=sandbox&password=sandbox";
    let answer = caller.call("POST", query, &[basic, ("content-type", "application/json")], "").await;
    assert_eq!(answer.status, 200);

    let part = |name: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = part("grant_type", "password")
        + &part("username", "sandbox")
        + &part("password", "sandbox")
        + "--b--";
    let kind = ("content-type", "multipart/form-data; boundary=b");
    assert_eq!(caller.call("POST", "/oauth/token", &[basic, kind], body).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_a_401_in_json() {
    let caller = Caller::logged_in("quirks: { brivo: { token_ttl: 60 } }").await;
    tokio::time::advance(std::time::Duration::from_secs(59)).await;
    assert_eq!(caller.get("/users").await.status, 200);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    let late = caller.get("/users").await;
    assert_eq!((late.status, late.json()["error"].as_str()), (401, Some("invalid_token")));
    assert_eq!(late.header("content-type"), Some("application/json"));
}

#[tokio::test(start_paused = true)]
async fn a_rotated_refresh_token_is_dead() {
    let caller = Caller::of("quirks: { brivo: { refresh: rotating } }");
    let granted = caller.token("grant_type=password&username=sandbox&password=sandbox").await;
    let form = format!(
        "grant_type=refresh_token&refresh_token={}",
        granted.json()["refresh_token"].as_str().unwrap()
    );
    assert_eq!(caller.token(&form).await.status, 200);
    assert_eq!(caller.token(&form).await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn the_gate_checks_key_then_rate_then_token_then_route_then_permission() {
    let world =
        "{ quirks: { brivo: { calls_per_second: 5 } }, brivo: { administrator: { read_only: true } } }";
    let caller = Caller::logged_in(world).await;
    let key = ("api-key", "sandbox");
    let expect = |answer: &super::Answer, status: u16, text: &str| {
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(answer.text.contains(text), "{}", answer.text);
    };
    expect(&caller.call("GET", "/v1/api/nowhere", &[], "").await, 403, "<h1>Developer Inactive</h1>");
    expect(&caller.call("GET", "/v1/api/nowhere", &[key], "").await, 401, "unauthorized");
    let bad = ("authorization", "bearer x");
    expect(&caller.call("GET", "/v1/api/nowhere", &[key, bad], "").await, 401, "invalid_token");
    expect(&caller.brivo("POST", "/nowhere", Value::Null).await, 596, "<h1>596 Service Not Found</h1>");
    expect(&caller.brivo("PUT", "/users", json!({})).await, 596, "596");
    expect(&caller.brivo("DELETE", "/users/1", Value::Null).await, 403, "You are not allowed");
    let throttled = caller.get("/nowhere").await;
    expect(&throttled, 403, "<h1>Developer Over Qps</h1>");
    assert_eq!(throttled.header("x-mashery-error-code"), Some("ERR_403_DEVELOPER_OVER_QPS"));
    assert_eq!(
        (throttled.header("retry-after"), throttled.header("content-type")),
        (Some("1"), Some("text/xml"))
    );
}

#[tokio::test(start_paused = true)]
async fn throttle_and_quota_are_switches() {
    let quirks = "{ calls_per_second: 1, calls_per_month: 2, throttle: json429 }";
    let caller = Caller::logged_in(&format!("quirks: {{ brivo: {quirks} }}")).await;
    assert_eq!(caller.get("/users").await.status, 200);
    let throttled = caller.get("/users").await;
    assert_eq!((throttled.status, throttled.header("retry-after")), (429, Some("1")));
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    assert_eq!(caller.get("/users").await.status, 200);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    let exhausted = caller.get("/users").await;
    assert_eq!((exhausted.status, exhausted.text.as_str()), (403, "<h1>Developer Over Rate</h1>"));
}

#[tokio::test(start_paused = true)]
async fn users_are_listed_by_name_in_pages_without_secrets() {
    let caller = Caller::logged_in(WORLD).await;
    let page = caller.get("/users/?offset=1&pageSize=2&unknown=1").await.json();
    assert_eq!(page["count"], 3);
    assert_eq!((&page["offset"], &page["pageSize"]), (&json!(1), &json!(2)));
    assert_eq!(ids(&page), [15_620_002, 15_620_001]);
    let row = &page["data"][1];
    assert_eq!(row["emails"], json!([{ "address": "mara@example.com", "type": "home" }]));
    for secret in ["pin", "effectiveFrom", "effectiveTo", "groups", "customFields", "middleName"] {
        assert!(row.get(secret).is_none(), "{secret}");
    }
    assert_eq!(caller.get("/users?offset=9").await.json()["data"], json!([]));
    for refused in ["pageSize=0", "pageSize=101", "pageSize=x", "offset=-1"] {
        assert_eq!(caller.get(&format!("/users?{refused}")).await.status, 400, "{refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn filters_contain_and_unknown_ones_are_refused() {
    let caller = Caller::logged_in(WORLD).await;
    for (filter, found) in [
        ("lastname__eq:ABB", vec![15_620_003, 15_620_002]),
        ("firstname__eq:mar", vec![15_620_001]),
        ("id__eq:15620001,15620003", vec![15_620_003, 15_620_001]),
        ("id__ne:15620001;lastname__eq:abbot", vec![15_620_003, 15_620_002]),
        ("user_status__eq:suspended", vec![15_620_003]),
        ("user_status__eq:active", vec![15_620_001]),
        ("user_status__eq:unaffiliated", vec![15_620_003, 15_620_002]),
        ("user_status__eq:deleted", vec![]),
        ("", vec![15_620_003, 15_620_002, 15_620_001]),
    ] {
        assert_eq!(ids(&caller.get(&format!("/users?filter={filter}")).await.json()), found, "{filter}");
    }
    for (filter, message) in [
        ("lastname", "Invalid filter format"),
        ("lastname__like:a", "Invalid filter operator"),
        ("externalId__eq:1", "Invalid filter was provided"),
        ("emails.address__eq:a", "Invalid filter was provided"),
    ] {
        let refused = caller.get(&format!("/users?filter={filter}")).await;
        assert_eq!((refused.status, refused.json()["message"].as_str()), (400, Some(message)), "{filter}");
    }
    assert_eq!(ids(&caller.get("/groups?filter=name__eq:LOBBY").await.json()), [15_610_001, 15_610_003]);
}

#[tokio::test(start_paused = true)]
async fn a_put_replaces_and_a_patch_merges() {
    let caller = Caller::logged_in(WORLD).await;
    let name = json!({ "firstName": "Mara", "lastName": "Okafor" });
    let replaced = caller.brivo("PUT", "/users/15620001", name).await.json();
    for gone in ["externalId", "pin", "effectiveFrom", "emails"] {
        assert!(replaced.get(gone).is_none(), "{gone}");
    }
    assert_eq!(caller.get("/users/lease-1/external").await.status, 404);
    assert_eq!(caller.get("/users/15620001/groups").await.json()["count"], 1);
    // The card stays; the PIN's credential is gone with the PIN.
    assert_eq!(caller.get("/users/15620001/credentials").await.json()["count"], 1);

    let body = json!({ "externalId": "lease-1", "effectiveTo": "2026-04-30T12:00:00-05:00" });
    let merged = caller.brivo("PATCH", "/users/15620001", body).await.json();
    assert_eq!(
        (&merged["firstName"], &merged["effectiveTo"]),
        (&json!("Mara"), &json!("2026-04-30T17:00:00Z"))
    );
    let cleared = caller.brivo("PATCH", "/users/15620001", json!({ "effectiveTo": null })).await.json();
    assert!(cleared.get("effectiveTo").is_none());
    assert_eq!(cleared["externalId"], "lease-1");

    for (method, path, body) in [
        ("POST", "/users", json!({ "firstName": "Only" })),
        ("PUT", "/users/15620001", json!({ "lastName": "Only" })),
        ("PATCH", "/users/15620001", json!({ "lastName": "" })),
        ("PATCH", "/users/15620001", json!({ "effectiveTo": "tomorrow" })),
        ("POST", "/users", json!({ "firstName": "A", "lastName": "B", "externalId": "lease-1" })),
    ] {
        assert_eq!(caller.brivo(method, path, body.clone()).await.status, 400, "{method} {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_must_be_json_objects() {
    let caller = Caller::logged_in(WORLD).await;
    let bearer = format!("bearer {}", caller.token.as_deref().unwrap());
    let headers = |kind| [("api-key", "sandbox"), ("authorization", bearer.as_str()), ("content-type", kind)];
    let form =
        caller.call("POST", "/v1/api/users", &headers("application/x-www-form-urlencoded"), "a=b").await;
    assert_eq!(form.status, 415);
    let broken = caller.call("POST", "/v1/api/users", &headers("application/json"), "{").await;
    assert_eq!((broken.status, broken.json()["code"].as_i64()), (400, Some(400)));
    // A body where none is needed is tolerated.
    assert_eq!(caller.brivo("GET", "/users/15620001", json!({})).await.status, 200);
    assert_eq!(caller.brivo("DELETE", "/users/15620002", json!({})).await.status, 204);
}

#[tokio::test(start_paused = true)]
async fn suspension_has_its_own_call_and_guards_revocation() {
    let caller = Caller::logged_in(WORLD).await;
    let body = json!({ "firstName": "A", "lastName": "B", "suspended": true });
    assert_eq!(caller.brivo("POST", "/users", body).await.json()["suspended"], false);
    assert_eq!(caller.brivo("POST", "/users/15620001/revoke-credentials", Value::Null).await.status, 400);
    let suspended = caller.brivo("PUT", "/users/15620001/suspended", json!({ "suspended": 1 })).await;
    assert_eq!(suspended.json(), json!({ "id": 15_620_001, "suspended": true }));
    assert_eq!(caller.brivo("POST", "/users/15620001/revoke-credentials", Value::Null).await.status, 200);
    assert_eq!(caller.get("/users/15620001/credentials").await.json(), json!({ "data": [], "count": 0 }));
    assert!(caller.get("/users/15620001").await.json().get("pin").is_none());
}

#[tokio::test(start_paused = true)]
async fn memberships_change_all_at_once_and_end_at_sixteen() {
    let caller = Caller::logged_in(WORLD).await;
    let body = json!({ "addGroups": [15_610_001, 15_610_002], "removeGroups": [15_610_003] });
    let changed = caller.brivo("POST", "/users/15620001/groups", body).await;
    assert_eq!(
        changed.text,
        r#"{"count":2,"data":[{"id":15610001,"name":"Lobby"},{"id":15610002,"name":"North gym"}]}"#
    );
    let body = json!({ "addGroups": [15_610_003, 1], "removeGroups": [15_610_001] });
    let refused = caller.brivo("POST", "/users/15620001/groups", body).await;
    assert_eq!((refused.status, refused.json()["message"].as_str()), (404, Some("Unknown Group")));
    assert_eq!(caller.get("/users/15620001/groups").await.json()["count"], 2);

    for (method, path, status) in [
        ("PUT", "/groups/15610002/users/15620001", 204),
        ("DELETE", "/groups/15610002/users/15620001", 204),
        ("DELETE", "/groups/15610002/users/15620001", 204),
        ("PUT", "/groups/15610004/users/15620001", 400),
        ("PUT", "/groups/15610002/users/1", 404),
    ] {
        assert_eq!(caller.brivo(method, path, Value::Null).await.status, status, "{method} {path}");
    }

    let mut groups = Vec::new();
    for _ in 0..16 {
        groups
            .push(caller.brivo("POST", "/groups", json!({ "name": "same name" })).await.json()["id"].clone());
    }
    let full = caller.brivo("POST", "/users/15620002/groups", json!({ "addGroups": groups })).await;
    assert_eq!(full.json()["count"], 16);
    assert_eq!(caller.brivo("PUT", "/groups/15610001/users/15620002", Value::Null).await.status, 400);
    let swap = json!({ "addGroups": [15_610_001], "removeGroups": [groups[0]] });
    assert_eq!(caller.brivo("POST", "/users/15620002/groups", swap).await.json()["count"], 16);
}

#[tokio::test(start_paused = true)]
async fn groups_have_short_names_and_some_stay() {
    let caller = Caller::logged_in(WORLD).await;
    let made = caller.brivo("POST", "/groups", json!({ "name": "x".repeat(35) })).await;
    assert_eq!(made.status, 200);
    assert_eq!(made.json()["keypadUnlock"], false);
    for name in ["x".repeat(36), String::new()] {
        assert_eq!(caller.brivo("POST", "/groups", json!({ "name": name })).await.status, 400);
    }
    assert_eq!(caller.brivo("DELETE", "/groups/15610003", Value::Null).await.status, 412);
    assert_eq!(caller.brivo("DELETE", "/groups/15610001", Value::Null).await.status, 204);
    assert_eq!(caller.get("/users/15620001/groups").await.json()["count"], 0);
    assert_eq!(caller.get("/groups/15610001").await.text, r#"{"message":"Unknown Group","code":404}"#);
}

#[tokio::test(start_paused = true)]
async fn doors_lead_from_group_to_site() {
    let caller = Caller::logged_in(WORLD).await;
    let doors = caller.get("/groups/15610001/access/access-points").await.json();
    let door = &doors["data"][0];
    assert_eq!((&door["accessPoint"]["name"], &door["schedule"]["id"]), (&json!("Front door"), &json!(1)));
    let id = door["accessPoint"]["id"].as_u64().unwrap();
    let shown = caller.get(&format!("/access-points/{id}")).await.json();
    assert_eq!(shown["siteName"], "Main");
    let site = shown["siteId"].as_u64().unwrap();
    assert_eq!(caller.get(&format!("/sites/{site}/groups")).await.json()["count"], 1);
    let path = format!("/groups/15610002/access/access-points/{id}");
    assert_eq!(caller.brivo("PUT", &path, json!({ "schedule": { "id": 1 } })).await.status, 200);
    assert_eq!(caller.get(&format!("/access-points/{id}/groups")).await.json()["count"], 2);
    assert_eq!(caller.brivo("DELETE", &path, Value::Null).await.status, 204);
}

#[tokio::test(start_paused = true)]
async fn an_administrator_may_see_only_a_part() {
    let world = format!("{WORLD}  administrator: {{ visible_groups: [North gym] }}\n");
    let caller = Caller::logged_in(&world).await;
    assert_eq!(ids(&caller.get("/groups").await.json()), [15_610_002]);
    assert_eq!(ids(&caller.get("/users").await.json()), [15_620_003, 15_620_002]);
    assert_eq!(caller.get("/users/15620001").await.status, 404);
    assert_eq!(caller.get("/users/lease-1/external").await.status, 404);
    // Out of sight is not out of the account.
    let body = json!({ "firstName": "A", "lastName": "B", "externalId": "lease-1" });
    assert_eq!(caller.brivo("POST", "/users", body).await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn the_unknowns_are_switches() {
    let quirks = "{ duplicate_external_id: 409, put_member: 400, delete_non_member: 404, page_size_over: clamp, \
                  suspended_in_body: honoured, unknown_filter: ignored, patch_null: ignored, credential_null: refused, \
                  list_contacts: false }";
    let caller = Caller::logged_in(&format!("{WORLD}\nquirks: {{ brivo: {quirks} }}")).await;
    let twin = json!({ "firstName": "A", "lastName": "B", "externalId": "lease-1" });
    assert_eq!(caller.brivo("POST", "/users", twin).await.status, 409);
    assert_eq!(caller.brivo("PUT", "/groups/15610001/users/15620001", Value::Null).await.status, 400);
    assert_eq!(caller.brivo("DELETE", "/groups/15610002/users/15620001", Value::Null).await.status, 404);
    assert_eq!(caller.get("/users?pageSize=500").await.json()["pageSize"], 100);
    assert_eq!(caller.get("/users?filter=externalId__eq:1").await.json()["count"], 3);
    let suspended =
        caller.brivo("PATCH", "/users/15620001", json!({ "suspended": true, "pin": null })).await.json();
    assert_eq!((&suspended["suspended"], &suspended["pin"]), (&json!(true), &json!("4711")));
    let window = json!({ "effectiveTo": null });
    assert_eq!(caller.brivo("PUT", "/users/15620001/credentials/22310001", window).await.status, 400);
    assert!(caller.get("/users").await.json()["data"][2].get("emails").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_client_finds_out_who_it_is_and_what_time_it_is() {
    let caller = Caller::logged_in("{}").await;
    assert_eq!(caller.get("/administrators/whoami").await.json()["username"], "sandbox");
    let refused = caller.get("/time").await;
    assert!(refused.json()["message"].as_str().unwrap().contains("'current-date'"));
    assert_eq!(caller.get("/users").await.header("date"), Some("Sun, 01 Mar 2026 18:00:00 GMT"));
}

#[tokio::test(start_paused = true)]
async fn the_server_s_clock_is_real_whatever_day_the_world_plays_on() {
    let caller = Caller::logged_in("as_of: 2031-05-05T05:00:00Z").await;
    assert_eq!(caller.get("/users").await.header("date"), Some("Sun, 01 Mar 2026 18:00:00 GMT"));
    let user = caller.brivo("POST", "/users", json!({ "firstName": "Ann", "lastName": "Example" })).await;
    assert_eq!(user.json()["created"], "2031-05-05T05:00:00Z");
}

pub(super) fn ids(list: &Value) -> Vec<u64> {
    list["data"].as_array().unwrap().iter().map(|row| row["id"].as_u64().unwrap()).collect()
}
