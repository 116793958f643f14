//! What people hold in Brivo: cards, PINs, passes, and the custom fields on them.

use serde_json::{Value, json};

use super::Caller;
use super::brivo::{WORLD, ids};

#[tokio::test(start_paused = true)]
async fn a_credentials_window_moves_by_its_own_rules() {
    let caller = Caller::logged_in(WORLD).await;
    let window = async |body: Value| {
        let path = "/users/15620002/credentials/22310009";
        let status = caller.brivo("PUT", path, body).await.status;
        let held = caller.get("/users/15620002/credentials").await.json();
        let of = |name: &str| held["data"][0].get(name).and_then(Value::as_str).map(str::to_owned);
        (status, of("effectiveFrom"), of("effectiveTo"))
    };
    let text = |text: &str| Some(text.to_owned());
    let (now, may, june) = ("2026-03-01T18:00:00Z", "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z");
    assert_eq!(window(Value::Null).await, (204, text(now), None));
    assert_eq!(window(json!({ "effectiveTo": june })).await, (204, text(now), text(june)));
    assert_eq!(window(Value::Null).await, (204, text(now), text(june)));
    assert_eq!(window(json!({ "effectiveFrom": may })).await, (204, text(may), text(june)));
    assert_eq!(window(json!({ "effectiveFrom": june, "effectiveTo": may })).await.0, 400);
    assert_eq!(window(json!({ "effectiveTo": null })).await, (204, text(may), None));
    assert_eq!(caller.brivo("PUT", "/users/15620002/credentials/22310001", Value::Null).await.status, 400);
    assert_eq!(caller.brivo("PUT", "/users/15620002/credentials/1", Value::Null).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn credentials_are_unique_by_value_and_outlive_their_holder() {
    let caller = Caller::logged_in(WORLD).await;
    let card = |number: &str, reference: &str| {
        let values = [("1", number), ("2", "1")].map(|(id, value)| json!({ "id": id, "value": value }));
        json!({ "credentialFormat": { "id": 100 }, "referenceId": reference, "fieldValues": values })
    };
    let made = caller.brivo("POST", "/credentials", card("777", "5435")).await;
    assert_eq!((made.status, made.json()["fieldValues"][0]["name"].as_str()), (201, Some("card_number")));
    let again = caller.brivo("POST", "/credentials", card("777", "other")).await;
    assert_eq!((again.status, again.json()["message"].as_str()), (400, Some("Duplicate Credential Found")));
    assert_eq!(caller.brivo("POST", "/credentials", card("778", "5435")).await.status, 201);
    let found = caller.get("/credentials?filter=reference_id__eq:543").await.json();
    assert_eq!(
        (&found["count"], &found["data"][0]["fieldValues"][0]["name"]),
        (&json!(2), &json!("acs.cards.format.card_number"))
    );

    assert_eq!(caller.get("/credentials/22310001/user").await.json()["id"], 15_620_001);
    assert_eq!(caller.get("/credentials?filter=status__eq:assigned").await.json()["count"], 1);
    assert_eq!(caller.brivo("DELETE", "/users/15620001", Value::Null).await.status, 204);
    assert_eq!(caller.get("/credentials/22310001/user").await.status, 404);
    assert_eq!(caller.get("/credentials?filter=status__eq:assigned").await.json()["count"], 0);
    assert_eq!(caller.get("/credentials/22310001").await.status, 200);
    let body = json!({ "firstName": "New", "lastName": "Holder", "externalId": "lease-1" });
    assert_eq!(caller.brivo("POST", "/users", body).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_pin_is_a_credential_with_the_users_dates() {
    let caller = Caller::logged_in(WORLD).await;
    let pin = async || {
        let held = caller.get("/users/15620001/credentials").await.json();
        let rows = held["data"].as_array().unwrap().clone();
        rows.into_iter().find(|row| row["credentialFormat"]["name"] == "PIN Code")
    };
    let held = pin().await.unwrap();
    assert_eq!(
        (&held["encodedCredential"], &held["effectiveFrom"]),
        (&json!("4711"), &json!("2026-01-01T00:00:00Z"))
    );
    assert!(held.get("referenceId").is_none());
    caller.brivo("PATCH", "/users/15620001", json!({ "effectiveTo": "2026-05-01" })).await;
    assert_eq!(pin().await.unwrap()["effectiveTo"], "2026-05-01T00:00:00Z");
    let path = format!("/users/15620001/credentials/{}", held["id"]);
    caller.brivo("PUT", &path, json!({ "effectiveTo": "2026-06-01" })).await;
    assert_eq!(caller.get("/users/15620001").await.json()["effectiveTo"], "2026-06-01T00:00:00Z");
    let taken = json!({ "firstName": "A", "lastName": "B", "pin": 4711 });
    assert_eq!(caller.brivo("POST", "/users", taken).await.status, 400);
    assert_eq!(caller.brivo("DELETE", &path, Value::Null).await.status, 204);
    assert!(caller.get("/users/15620001").await.json().get("pin").is_none());
}

#[tokio::test(start_paused = true)]
async fn invitations_are_single_expire_and_are_redeemed() {
    let mut caller = Caller::logged_in(WORLD).await;
    let path = "/users/15620001/credentials/digital-invitations";
    let invite = json!({ "referenceId": "mara@example.com" });
    let made = caller.brivo("POST", path, invite.clone()).await.json();
    assert_eq!((&made["status"], &made["expiration"]), (&json!("PENDING"), &json!("2026-03-04T18:00:00Z")));
    assert_eq!(caller.brivo("POST", path, invite.clone()).await.status, 409);
    let other = "/users/15620002/credentials/digital-invitations";
    assert_eq!(caller.brivo("POST", other, invite.clone()).await.status, 412);
    assert_eq!(caller.brivo("DELETE", path, Value::Null).await.json()["status"], "CANCELLED");
    assert_eq!(caller.brivo("DELETE", path, Value::Null).await.status, 404);

    caller.brivo("POST", path, invite.clone()).await;
    tokio::time::advance(std::time::Duration::from_secs(3 * 24 * 3600)).await;
    caller.log_in().await;
    assert_eq!(caller.get(path).await.json()["count"], 0);
    assert_eq!(caller.get(&format!("{path}?filter=status__eq:expired")).await.json()["count"], 1);
    assert_eq!(caller.get(&format!("{path}?filter=status__eq:all")).await.json()["count"], 2);
    assert_eq!(caller.get(&format!("{path}?filter=status__eq:lost")).await.status, 400);

    let made = caller.brivo("POST", path, invite).await.json();
    assert_eq!(caller.control("POST", "/users/15620001/redeem", "").await.status, 200);
    let held = caller.get("/users/15620001/credentials").await.json();
    let pass =
        held["data"].as_array().unwrap().iter().find(|row| row["credentialFormat"]["id"] == 307).unwrap();
    assert_eq!(pass["id"], made["credentialId"]);
    assert_eq!(
        caller.get("/credentials/digital/allotment").await.json(),
        json!({ "allotted": 1, "assigned": 1 })
    );
}

#[tokio::test(start_paused = true)]
async fn custom_fields_have_types_and_two_kinds_of_filter() {
    let caller = Caller::logged_in(WORLD).await;
    let fields = caller.get("/custom-fields?offset=0&pageSize=100").await.json();
    let (unit, floor) = (fields["data"][0]["id"].clone(), fields["data"][1]["id"].clone());
    let set = async |user: u64, field: &Value, value: Value| {
        caller.brivo("PUT", &format!("/users/{user}/custom-fields/{field}"), json!({ "value": value })).await
    };
    assert_eq!(set(15_620_001, &unit, json!("302-A")).await.json()["fieldType"], "TEXT");
    assert_eq!(set(15_620_002, &unit, json!("302")).await.status, 200);
    assert_eq!(set(15_620_002, &floor, json!("third")).await.status, 400);
    for (filter, found) in [
        (format!("cf_{unit}__eq:302"), vec![15_620_002, 15_620_001]),
        (format!("cf_{unit}__exact:302"), vec![15_620_002]),
    ] {
        assert_eq!(ids(&caller.get(&format!("/users?filter={filter}")).await.json()), found, "{filter}");
    }
    let user = caller.get("/users/15620001").await.json();
    assert_eq!(user["customFields"][0]["fieldName"], "Unit");
    let unknown = caller.get("/custom-fields/1").await;
    assert_eq!(unknown.json()["message"], "Unknown custom field requested for update");
}
