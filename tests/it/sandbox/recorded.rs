//! Recorded production traffic, replayed: same status, same headers, same body once the ids are mapped.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Caller;

/// 92 exchanges of 2017, names replaced; the licence stands beside the file.
const RECORDED: &str = include_str!("../data/brivo-recorded.jsonl");

#[tokio::test]
async fn every_recorded_exchange_is_answered_alike() {
    let mut cassettes = BTreeMap::<String, Vec<Value>>::new();
    for line in RECORDED.lines() {
        let exchange: Value = serde_json::from_str(line).unwrap();
        cassettes.entry(exchange["cassette"].as_str().unwrap().to_owned()).or_default().push(exchange);
    }
    let mut replayed = 0;
    for (name, exchanges) in &cassettes {
        let mut caller = Caller::of(&world_before(exchanges).to_string());
        let mut ids = BTreeMap::new();
        for (at, exchange) in exchanges.iter().enumerate() {
            replay(&mut caller, exchange, &mut ids, &format!("{name}, exchange {at}")).await;
            replayed += 1;
        }
    }
    assert_eq!(replayed, 92);
}

/// The world in which a cassette begins: what it shows without having made it itself.
fn world_before(exchanges: &[Value]) -> Value {
    let mut made = BTreeSet::new();
    let (mut users, mut cards) = (BTreeMap::new(), BTreeMap::new());
    for exchange in exchanges {
        let uri = exchange["request"]["uri"].as_str().unwrap();
        let body = &exchange["response"]["body"];
        if exchange["request"]["method"] == "POST" {
            made.insert(body["id"].as_u64());
        }
        let rows = body["data"].as_array().cloned().unwrap_or_else(|| vec![body.clone()]);
        for row in rows.iter().filter(|row| !made.contains(&row["id"].as_u64())) {
            if row["firstName"].is_string() {
                users.insert(row["id"].as_u64(), user(row));
            }
            if row["credentialFormat"].is_object() {
                cards.insert(row["id"].as_u64(), (card(row), uri.contains(":assigned")));
            }
        }
    }
    let (held, drawer): (Vec<_>, Vec<_>) = cards.into_values().partition(|(_, assigned)| *assigned);
    let mut users: Vec<Value> = users.into_values().collect();
    if !held.is_empty() {
        let held: Vec<Value> = held.into_iter().map(|(card, _)| card).collect();
        users.push(json!({ "id": 15_000_000, "name": "Holder Of Cards", "credentials": held }));
    }
    let drawer: Vec<Value> = drawer.into_iter().map(|(card, _)| card).collect();
    json!({
        "as_of": "2017-09-13T14:50:46Z",
        "quirks": { "brivo": { "era": "2017", "token_ttl": 60 } },
        "secrets": {
            "brivo_client_id": "client", "brivo_client_secret": "secret", "brivo_api_key": "key",
            "brivo_username": "brivo_username", "brivo_password": "brivo_password",
        },
        "brivo": { "users": users, "credentials": drawer },
    })
}

fn user(row: &Value) -> Value {
    let mut user = json!({ "id": row["id"], "first": row["firstName"], "last": row["lastName"] });
    if row["externalId"].is_string() {
        user["external_id"] = row["externalId"].clone();
    }
    user
}

fn card(row: &Value) -> Value {
    let value = |id: u64| {
        let values = row["fieldValues"].as_array().unwrap();
        let value = values.iter().find(|value| value["id"] == id).unwrap();
        value["value"].as_str().unwrap().parse::<u32>().unwrap()
    };
    json!({ "id": row["id"], "number": value(1), "facility": value(2), "reference": row["referenceId"] })
}

async fn replay(caller: &mut Caller, exchange: &Value, ids: &mut BTreeMap<u64, u64>, place: &str) {
    let (request, response) = (&exchange["request"], &exchange["response"]);
    let uri = request["uri"].as_str().unwrap();
    let path = uri.split_once("brivo.com").unwrap().1;
    let is_token = path.starts_with("/oauth");
    let authorization = match &caller.token {
        Some(token) if !is_token => format!("bearer {token}"),
        _ => "Basic Y2xpZW50OnNlY3JldA==".to_owned(),
    };
    let headers =
        [("content-type", "application/json"), ("authorization", authorization.as_str()), ("api-key", "key")];
    let body = if request["body"].is_null() { String::new() } else { request["body"].to_string() };
    let answer = caller.call(request["method"].as_str().unwrap(), &mapped(path, ids), &headers, body).await;

    assert_eq!(json!(answer.status), response["status"], "{place}: {}", answer.text);
    assert_headers(&response["headers"], &answer, place);
    let (mut expected, mut got) = (response["body"].clone(), answer.json());
    if is_token {
        caller.token = Some(got["access_token"].as_str().unwrap().to_owned());
        for name in ["access_token", "refresh_token", "jti"] {
            assert!(got[name].is_string(), "{place}: {name}");
            expected[name] = Value::Null;
            got[name] = Value::Null;
        }
    } else if request["method"] == "POST" {
        ids.insert(expected["id"].as_u64().unwrap(), got["id"].as_u64().unwrap());
    }
    map_ids(&mut expected, ids);
    // The order of a card's fields varied from answer to answer.
    sort_fields(&mut expected);
    sort_fields(&mut got);
    assert_eq!(got, expected, "{place}");
}

/// The same header names, except those of the connection; the same content type.
fn assert_headers(recorded: &Value, answer: &super::Answer, place: &str) {
    let connection = ["connection", "content-length", "transfer-encoding"];
    let names = |names: &mut dyn Iterator<Item = String>| -> BTreeSet<String> {
        names.map(|name| name.to_lowercase()).filter(|name| !connection.contains(&name.as_str())).collect()
    };
    let expected = names(&mut recorded.as_object().unwrap().keys().cloned());
    let got = names(&mut answer.headers.keys().map(ToString::to_string));
    assert_eq!(got, expected, "{place}");
    assert_eq!(answer.header("content-type"), recorded["Content-Type"].as_str(), "{place}");
}

/// A path whose recorded ids are replaced by the sandbox's.
fn mapped(path: &str, ids: &BTreeMap<u64, u64>) -> String {
    let replace = |part: &str| match part.parse().ok().and_then(|id| ids.get(&id)) {
        Some(id) => id.to_string(),
        None => part.to_owned(),
    };
    path.split('/').map(replace).collect::<Vec<_>>().join("/")
}

fn map_ids(value: &mut Value, ids: &BTreeMap<u64, u64>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| map_ids(item, ids)),
        Value::Object(object) => {
            if let Some(id) = object.get("id").and_then(Value::as_u64).and_then(|id| ids.get(&id)) {
                object.insert("id".to_owned(), json!(id));
            }
            for (key, value) in object.iter_mut() {
                if key == "message" {
                    let text = value.as_str().unwrap_or_default();
                    let words = text.split(' ').map(|word| mapped(word, ids)).collect::<Vec<_>>();
                    *value = json!(words.join(" "));
                }
                map_ids(value, ids);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn sort_fields(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(sort_fields),
        Value::Object(object) => {
            if let Some(Value::Array(fields)) = object.get_mut("fieldValues") {
                fields.sort_by_key(|field| field["id"].as_u64());
            }
            object.values_mut().for_each(sort_fields);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
