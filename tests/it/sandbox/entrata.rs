//! Entrata's wire, point by point of what a sandbox must reproduce.

use serde_json::{Value, json};

use super::Caller;

const WORLD: &str = r#"
properties:
  - { id: 500001, name: Alder Court, units: [{ number: "302", building: A, floor: 3, spaces: [302-A, 302-B] }, 101] }
  - { id: 500002, name: Birch House, type: Student, disabled: true }
  - { id: 500003, name: Hidden, hidden: true }
  - { id: 500004, name: Alder Annex, parent: 500001, units: ["1"] }
leases:
  - id: 900001
    property: 500001
    unit: "302"
    spaces: [302-A]
    move_in: 2024-08-01
    intervals:
      - { start: 2024-08-01, end: 2025-07-31 }
      - { start: 2025-08-01, end: 2026-07-31, id: 930001 }
      - { start: 2026-08-01, end: 2027-07-31 }
    residents:
      - { id: 990002, name: Gina Payer, type: Guarantor, email: gina@example.com }
      - { id: 990001, name: Rosa Renter, email: rosa@example.com, phone: "+1 2175550101" }
      - { id: 990004, name: Pat Gone, type: Co-Applicant, status: Past, move_out: 2026-01-15 }
  - id: 900002
    property: 500001
    unit: "101"
    status: Notice
    move_in: 2025-05-01
    notice: 2026-02-20
    move_out: 2026-04-30
    term: [2025-05-01, 2026-04-30]
    residents: [{ id: 990010, name: Noel Leaver }]
  - { id: 900003, property: 500001, status: Future, move_in: 2026-06-01, residents: [{ id: 990001 }] }
  - { id: 900004, property: 500001, status: Past, move_out: 2025-12-31, residents: [{ id: 990011, name: A B }] }
  - { id: 900005, property: 500001, status: Squatting, residents: [{ id: 990012, name: C D, status: none }] }
  - { id: 900006, property: 500001, other_income: true, residents: [{ id: 990013, name: E F }] }
"#;

#[allow(clippy::needless_pass_by_value, reason = "called with `json!` values")]
fn request(name: &str, params: Value) -> Value {
    json!({ "auth": { "type": "apikey" }, "requestId": 7, "method": { "name": name, "version": "r1", "params": params } })
}

#[tokio::test(start_paused = true)]
async fn status_answers_in_the_envelope_whatever_the_params() {
    let caller = Caller::of("{ quirks: { entrata: { limits: { getStatus: none } } } }");
    let expected = r#"{"response":{"requestId":"7","code":200,"result":{"status":"Success","message":"API service is available and running."}}}"#;
    for params in [json!({}), json!([]), json!([null]), json!([{}])] {
        let answer = caller.entrata("status", request("getStatus", params)).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, expected));
    }
    let in_list = caller.entrata("status", json!([request("getStatus", Value::Null)])).await;
    assert_eq!(in_list.text, expected);
    let nameless = caller.entrata("status", json!({ "method": { "name": "getStatus" } })).await;
    assert!(nameless.json()["response"].get("requestId").is_none());
}

#[tokio::test(start_paused = true)]
async fn errors_come_by_status_at_the_gateway_and_inside_a_200_at_the_legacy_host() {
    let caller = Caller::of(WORLD);
    let gateway = "/ext/orgs/sandbox/v1/leases";
    let status = json!({ "method": { "name": "getStatus" } }).to_string();
    let hidden =
        json!({ "method": { "name": "getLeases", "params": { "propertyId": 500_003 } } }).to_string();
    let key = ("x-api-key", "sandbox");
    let basic = ("authorization", "Basic c2FuZGJveDpzYW5kYm94");
    let wrong = ("authorization", "Basic d3Jvbmc6cGFpcg==");
    for (path, header, body, expected, code) in [
        (gateway, ("x-api-key", "wrong"), status.as_str(), 401, 401),
        (gateway, basic, status.as_str(), 401, 401),
        (gateway, key, "{", 400, 400),
        (gateway, key, r#"{"method":{"name":""}}"#, 400, 108),
        (gateway, key, status.as_str(), 400, 109),
        (gateway, key, r#"{"method":{"name":"getLeases","version":"r9"}}"#, 400, 110),
        (gateway, key, r#"{"method":{"name":"getLeases"}}"#, 400, 303),
        (gateway, key, hidden.as_str(), 403, 311),
        ("/api/v1/leases", basic, hidden.as_str(), 200, 301),
        ("/api/leases", basic, r#"{"method":{}}"#, 200, 108),
        ("/api/v1/status", wrong, status.as_str(), 200, 113),
    ] {
        let answer = caller.call("POST", path, &[header], body.to_owned()).await;
        let response = &answer.json()["response"];
        assert_eq!(
            (answer.status, response["error"]["code"].as_i64()),
            (expected, Some(code)),
            "{path} {body}"
        );
        assert!(response.get("code").is_none() && response.get("result").is_none());
        assert_eq!(answer.header("x-ratelimit-limit"), None);
    }
    let in_body = r#"{"auth":{"type":"basic","username":"sandbox","password":"sandbox"},"method":{"name":"getStatus"}}"#;
    assert_eq!(caller.call("POST", "/api/v1/status", &[], in_body).await.json()["response"]["code"], 200);
    assert_eq!(caller.call("GET", gateway, &[key], "").await.status, 405);
}

#[tokio::test(start_paused = true)]
async fn properties_hide_the_disabled_and_the_forbidden() {
    let caller = Caller::of(WORLD);
    let ids = async |params: Value| {
        let answer = caller.entrata("properties", request("getProperties", params)).await;
        let properties = answer.json()["response"]["result"]["PhysicalProperty"]["Property"].clone();
        properties
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["PropertyID"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(json!({})).await, [500_001, 500_004]);
    assert_eq!(ids(json!({ "showAllStatus": "1" })).await, [500_001, 500_002, 500_004]);
    assert_eq!(ids(json!({ "propertyIds": "500004, 500003" })).await, [500_004]);
    assert_eq!(ids(json!({ "propertyId": "500004" })).await, [500_001, 500_004]);
    let text = caller.entrata("properties", request("getProperties", json!({}))).await.text;
    assert!(text.contains(r#""webSite":"https:\/\/www.example.com\/500001""#));
    assert!(text.contains(r#""IsDisabled":0"#));
}

#[tokio::test(start_paused = true)]
async fn units_come_with_spaces_and_a_parents_phases_on_later_pages() {
    let caller = Caller::of(WORLD);
    let request = request("getPropertyUnits", json!({ "propertyIds": 500_001 }));
    let first = caller.entrata("propertyunits", request.clone()).await;
    let property = &first.json()["response"]["result"]["properties"]["property"][0];
    assert_eq!((&property["propertyId"], &property["unitCount"]), (&json!(500_001), &json!(2)));
    let unit = &property["units"]["unit"][0];
    assert_eq!(
        (&unit["unitNumber"], &unit["buildingName"], &unit["floorNumber"]),
        (&json!("302"), &json!("A"), &json!("3"))
    );
    let space = &unit["unitSpaces"]["unitSpace"][0];
    assert!(space["unitSpaceId"].is_u64());
    assert_eq!(
        (&space["unitNumber"], &space["availabilityStatus"]),
        (&json!("302-A"), &json!("Occupied No Notice"))
    );
    assert!(first.header("link").unwrap().contains("page_no=2&per_page=1>; rel=\"next\""));

    let second = caller.entrata("propertyunits?page_no=2&per_page=1", request).await;
    assert_eq!(second.json()["response"]["result"]["properties"]["property"][0]["propertyId"], 500_004);
    assert!(!second.header("link").unwrap().contains("next"));
}

#[tokio::test(start_paused = true)]
async fn a_lease_has_the_types_and_keys_seen_live() {
    let caller = Caller::of(WORLD);
    let body =
        json!({ "method": { "name": "getLeases", "version": "r2", "params": { "propertyId": 500_001 } } });
    let answer = caller.entrata("leases", body).await;
    let lease = &answer.json()["response"]["result"]["leases"]["lease"][0];
    let keys = [
        "\"id\"",
        "\"leaseStatusTypeId\"",
        "\"propertyId\"",
        "\"leaseType\"",
        "\"moveInDate\"",
        "\"propertyName\"",
        "\"leaseIntervalStatus\"",
        "\"occupancyTypeId\"",
        "\"occupancyType\"",
        "\"isMonthToMonth\"",
        "\"leaseIntervalId\"",
        "\"floorPlanId\"",
        "\"floorPlanName\"",
        "\"paymentAllowanceType\"",
        "\"customers\"",
        "\"unitId\"",
        "\"unitSpaces\"",
        "\"leaseIntervals\"",
    ];
    let places: Vec<usize> =
        keys.iter().map(|key| answer.text.find(key).unwrap_or_else(|| panic!("{key}"))).collect();
    assert!(places.is_sorted(), "{}", answer.text);
    for (key, value) in [
        ("id", json!("900001")),
        ("leaseStatusTypeId", json!("4")),
        ("propertyId", json!("500001")),
        ("moveInDate", json!("08/01/2024")),
        ("isMonthToMonth", json!(0)),
        ("leaseIntervalId", json!("930001")),
        ("leaseIntervalStatus", json!("Current")),
    ] {
        assert_eq!(lease[key], value, "{key}");
    }
    for absent in ["moveOutDate", "noticeDate", "buildingName", "leaseSubStatus"] {
        assert!(lease.get(absent).is_none(), "{absent}");
    }
    assert_eq!(lease["unitSpaces"]["unitSpace"][0]["unitSpace"], "302-A");
    let interval = &lease["leaseIntervals"]["leaseInterval"][0];
    assert_eq!((&interval["id"], &interval["leaseIntervalTypeId"]), (&json!(930_001), &json!(3)));
    assert_eq!((&interval["startDate"], &interval["endDate"]), (&json!("08/01/2025"), &json!("07/31/2026")));
    assert_eq!(lease["leaseIntervals"]["leaseInterval"].as_array().unwrap().len(), 1);

    let customers = lease["customers"]["customer"].as_array().unwrap();
    let shown = |at: usize, key: &str| customers[at].get(key).cloned().unwrap_or_default();
    assert_eq!((shown(0, "id"), shown(0, "customerType")), (json!(990_002), json!("Guarantor")));
    assert_eq!(
        (shown(1, "nameFull"), shown(1, "leaseCustomerStatus")),
        (json!("Renter, Rosa"), json!("Current"))
    );
    assert_eq!(shown(1, "phones")["phone"][0]["phoneNumber"], "+1 2175550101");
    assert_eq!(
        (shown(2, "leaseCustomerStatus"), shown(2, "moveOutDate")),
        (json!("Past"), json!("01/15/2026"))
    );
    assert_eq!((shown(1, "moveOutDate"), shown(2, "emailAddress")), (Value::Null, Value::Null));
}

#[tokio::test(start_paused = true)]
async fn history_shows_every_interval_with_its_own_status() {
    let caller = Caller::of(WORLD);
    let params = json!({ "propertyId": 500_001, "leaseIds": "900001", "includeLeaseHistory": "1" });
    let body = json!({ "method": { "name": "getLeases", "version": "r2", "params": params } });
    let answer = caller.entrata("leases", body).await.json();
    let intervals = &answer["response"]["result"]["leases"]["lease"][0]["leaseIntervals"]["leaseInterval"];
    let shown: Vec<_> = intervals
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{} {}", row["leaseIntervalTypeName"], row["leaseIntervalStatusTypeId"]))
        .collect();
    assert_eq!(shown, ["\"Application\" 6", "\"Renewal\" 4", "\"Renewal\" 3"]);
}

#[tokio::test(start_paused = true)]
async fn leases_are_selected_by_each_filter() {
    let caller = Caller::of(WORLD);
    let every = "1,2,3,4,5,6";
    for (params, found) in [
        (json!({}), vec!["900001", "900002", "900005"]),
        (json!({ "leaseStatusTypeIds": "3, 6" }), vec!["900003", "900004", "900005"]),
        (json!({ "leaseStatusTypeIds": 5 }), vec!["900002", "900005"]),
        (json!({ "leaseIds": "900001,900004" }), vec!["900001"]),
        (json!({ "leaseIds": "900004", "leaseStatusTypeIds": every }), vec!["900004"]),
        (json!({ "customerId": "990001", "leaseStatusTypeIds": every }), vec!["900001", "900003"]),
        (json!({ "customerId": 1 , "leaseStatusTypeIds": every }), vec![]),
        (json!({ "unitNumber": "302" }), vec!["900001"]),
        (json!({ "unitNumber": "302-A", "buildingName": "A" }), vec!["900001"]),
        (json!({ "buildingName": "B" }), vec![]),
        (json!({ "moveOutDateFrom": "03/01/2026", "leaseStatusTypeIds": every }), vec!["900002"]),
        (json!({ "moveOutDateTo": "2025-12-31", "leaseStatusTypeIds": every }), vec!["900004"]),
        (json!({ "moveInDateFrom": "05/01/2025", "moveInDateTo": "05/01/2025" }), vec!["900002"]),
        (json!({ "leaseExpiringDateTo": "04/30/2026" }), vec!["900001", "900002"]),
        (json!({ "includeOtherIncomeLeases": true }), vec!["900001", "900002", "900005", "900006"]),
        (json!({ "leaseStatusTypeId": "6" }), vec!["900001", "900002", "900005"]),
    ] {
        let mut asked = params.clone();
        asked["propertyId"] = json!("500001");
        assert_eq!(caller.leases(asked).await, found, "{params}");
    }
}

#[tokio::test(start_paused = true)]
async fn leases_come_in_pages_by_query_with_total_and_links() {
    let caller = Caller::of(WORLD);
    let body =
        json!({ "method": { "name": "getLeases", "version": "r2", "params": { "propertyId": 500_001 } } });
    let page = async |query: &str| caller.entrata(&format!("leases?{query}"), body.clone()).await;
    let first = page("page_no=1&per_page=2").await;
    assert_eq!(first.header("x-total-count"), Some("3"));
    assert!(first.header("link").unwrap().contains("page_no=2&per_page=2>; rel=\"next\""));
    assert_eq!(first.json()["response"]["result"]["leases"]["lease"].as_array().unwrap().len(), 2);
    let last = page("page_no=2&per_page=2").await;
    assert!(!last.header("link").unwrap().contains("rel=\"next\""));
    let past = page("page_no=3&per_page=2").await;
    assert_eq!(
        past.json()["response"]["result"],
        json!({ "currencyCode": "USD", "leases": { "lease": [] } })
    );
}

#[tokio::test(start_paused = true)]
async fn quirks_change_the_shape_and_nothing_else() {
    let asked = json!({ "method": { "name": "getLeases", "version": "r2", "params": { "propertyId": 500_001, "leaseIds": "900002" } } });
    let lease = async |quirks: &str| {
        let caller = Caller::of(&format!("{WORLD}\nquirks: {{ entrata: {quirks} }}"));
        caller.entrata("leases", asked.clone()).await.json()["response"]["result"]["leases"]["lease"].clone()
    };
    let single = lease("{ single_as_object: true }").await;
    assert_eq!((&single["id"], &single["customers"]["customer"]["id"]), (&json!("900002"), &json!(990_010)));
    assert_eq!(lease("{ ids: number }").await[0]["id"], 900_002);
    assert_eq!(lease("{ ids: string }").await[0]["customers"]["customer"][0]["id"], "990010");
    assert_eq!(lease("{ empty_as: blank }").await[0]["leaseSubStatus"], "");
    assert!(lease("{ empty_as: 'null' }").await[0].as_object().unwrap()["transferDate"].is_null());
    assert_eq!(lease("{ dates: iso }").await[0]["moveOutDate"], "2026-04-30");
    assert!(
        lease("{ interval_id_string: true }").await[0]["leaseIntervals"]["leaseInterval"][0]["id"]
            .is_string()
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_found_has_six_shapes() {
    for (empty, result) in [
        ("list", json!({ "currencyCode": "USD", "leases": { "lease": [] } })),
        ("object", json!({ "currencyCode": "USD", "leases": {} })),
        ("missing", json!({ "currencyCode": "USD" })),
        ("string", json!("No records found with mentioned preferences.")),
        ("success_object", json!({ "success": "No Records Found." })),
        ("array", json!([])),
    ] {
        let caller = Caller::of(&format!(
            "{{ properties: [{{ id: 1 }}], quirks: {{ entrata: {{ empty: {empty} }} }} }}"
        ));
        let body =
            json!({ "method": { "name": "getLeases", "version": "r2", "params": { "propertyId": "1" } } });
        let answer = caller.entrata("leases", body).await.json();
        assert_eq!(
            (&answer["response"]["code"], &answer["response"]["result"]),
            (&json!(200), &result),
            "{empty}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn too_many_calls_are_a_429_until_the_window_turns() {
    let caller = Caller::of("{}");
    for left in (0..6).rev() {
        let answer = caller.entrata("status", request("getStatus", json!([]))).await;
        let remaining = answer.header("x-ratelimit-remaining").unwrap().to_owned();
        assert!(remaining.ends_with(&format!("{left}/minute")), "{remaining}");
    }
    let refused = caller.entrata("status", request("getStatus", json!([]))).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("60")));
    tokio::time::advance(std::time::Duration::from_secs(60)).await;
    assert_eq!(caller.entrata("status", request("getStatus", json!([]))).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn r1_has_texts_activities_and_single_objects() {
    let caller = Caller::of(WORLD);
    let answer =
        caller.entrata("leases", request("getLeases", json!({ "propertyId": 500_001 }))).await.json();
    let lease = &answer["response"]["result"]["leases"]["lease"][0];
    assert_eq!((&lease["isMonthToMonth"], &lease["unitNumberSpace"]), (&json!("0"), &json!("302-A")));
    assert_eq!(lease["customers"]["customer"][1]["phone"]["phoneNumber"], "+1 2175550101");
    assert_eq!(
        lease["leaseActivities"]["leasesActivity"][0],
        json!({ "date": "2025-08-01", "eventType": "Lease From", "description": "Lease From" })
    );
}

#[tokio::test(start_paused = true)]
async fn a_lease_lives_through_its_write_methods() {
    let caller = Caller::of(WORLD);
    let write =
        async |name: &str, params: Value| caller.entrata("leases", request(name, params)).await.json();
    let lease = json!({ "propertyId": 500_001, "leaseId": 900_003 });
    assert_eq!(write("moveInLease", lease.clone()).await["response"]["result"]["status"], "success");
    let params = json!({ "propertyId": 500_001, "leaseId": 900_003, "noticeDate": "2026-06-02", "moveOutDate": "2026-07-01" });
    write("onNoticeLease", params).await;
    assert_eq!(
        caller.leases(json!({ "propertyId": 500_001, "moveOutDateFrom": "07/01/2026" })).await,
        ["900003"]
    );
    assert_eq!(write("cancelLease", lease).await["response"]["error"]["code"], 303);
}

#[tokio::test(start_paused = true)]
async fn the_same_question_has_the_same_answer_until_something_changes() {
    let caller = Caller::of(WORLD);
    let asked = async |size: u32| {
        let uri = format!("/ext/orgs/sandbox/v1/leases?per_page={size}");
        let params = json!({ "propertyId": 500_001, "leaseStatusTypeIds": "3,4,5" });
        let body = request("getLeases", params).to_string();
        caller.call("POST", &uri, &[("x-api-key", "sandbox")], body).await
    };
    let ids = |answer: &super::Answer| {
        let leases = answer.json()["response"]["result"]["leases"]["lease"].clone();
        leases.as_array().unwrap().iter().map(|lease| lease["id"].to_string()).collect::<Vec<_>>()
    };
    let first = asked(2).await;
    let again = asked(2).await;
    assert_eq!((ids(&first).len(), &first.text), (2, &again.text));
    assert_eq!(first.header("x-total-count"), again.header("x-total-count"));
    assert_eq!(ids(&asked(10).await).len(), 4, "a larger page is another question");

    let fault = "{ match: getLeases, then: { rows: empty } }";
    assert_eq!(caller.control("POST", "/faults", fault).await.status, 200);
    assert_eq!(ids(&asked(2).await), [""; 0], "a fault changes what was answered before");
    caller.control("DELETE", "/faults", "").await;
    assert_eq!(asked(2).await.text, first.text);

    let lease = json!({ "propertyId": 500_001, "leaseId": 900_003 });
    let moved = caller.entrata("leases", request("moveInLease", lease)).await.json();
    assert_eq!(moved["response"]["result"]["status"], "success");
    assert_ne!(asked(10).await.text, asked(2).await.text);
    let statuses = asked(10).await.json()["response"]["result"]["leases"]["lease"].to_string();
    assert_eq!(statuses.matches("\"Future\"").count(), 0, "the answer of before the move-in is forgotten");
}

#[test]
fn a_worlds_mistake_is_named_with_its_place() {
    for (world, place) in [
        ("properties: [{ id: 1, nmae: x }]", "properties[0]"),
        ("leases: [{ id: 1 }]", "leases[0]"),
        ("{ properties: [{ id: 1 }], leases: [{ id: 1, property: 2 }] }", "leases[0].property"),
        (
            "{ properties: [{ id: 1, units: [101] }], leases: [{ id: 1, property: 1, unit: 102 }] }",
            "leases[0].unit",
        ),
        ("brivo: { users: [{ name: A B, groups: [Nowhere] }] }", "brivo.users[0].groups[0]"),
        ("quirks: { entrata: { empty: sometimes } }", "quirks.entrata.empty"),
        ("faults: [{ match: x }]", "faults[0]"),
    ] {
        let error = reconcile::sandbox::world::World::from_yaml(world).unwrap_err().to_string();
        assert!(error.contains(&format!("`{place}")), "{world}: {error}");
    }
}
