//! The client against servers that answer as they are told: what it sends, what it makes of what comes back.

mod faults;
mod limits;
mod look_ups;
mod pages;
mod reading;
mod services;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::*;

const HOUSE: PropertyId = PropertyId(500_001);
const OTHER: PropertyId = PropertyId(500_002);

/// A request as the server saw it.
#[derive(Debug, Clone)]
struct Sent {
    path: String,
    query: BTreeMap<String, String>,
    headers: HeaderMap,
    body: Value,
}

impl Sent {
    fn method(&self) -> &str {
        self.body["method"]["name"].as_str().unwrap()
    }

    fn param(&self, name: &str) -> &str {
        self.body["method"]["params"][name].as_str().unwrap_or_default()
    }

    fn page(&self) -> u32 {
        self.query.get("page_no").map_or(0, |page| page.parse().unwrap())
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// What a server says.
struct Said {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Said {
    fn with(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

impl IntoResponse for Said {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::from_u16(self.status).unwrap(), self.body).into_response();
        for (name, value) in self.headers {
            let value = HeaderValue::from_str(&value).unwrap();
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
        response
    }
}

fn said(status: u16, body: impl Into<String>) -> Said {
    Said { status, headers: Vec::new(), body: body.into() }
}

/// A success with this result.
fn ok(sent: &Sent, result: &Value) -> Said {
    let reply = json!({ "response": { "requestId": sent.body["requestId"], "code": 200, "result": result } });
    said(200, reply.to_string())
}

/// An error within a reply of this status.
fn refused(status: u16, code: i64) -> Said {
    let error = json!({ "response": { "error": { "code": code, "message": "Not so." } } });
    said(status, error.to_string())
}

fn leases_of(sent: &Sent, leases: &[Value]) -> Said {
    ok(sent, &json!({ "currencyCode": "USD", "leases": { "lease": leases } }))
}

fn lease(id: u32, status: u8) -> Value {
    json!({
        "id": id.to_string(), "leaseStatusTypeId": status.to_string(), "propertyId": "500001",
        "customers": { "customer": [{ "id": 990_000 + id, "customerType": "Primary" }] },
    })
}

/// Answers getProperties and getPropertyUnits well, and leaves getLeases to the test.
fn house(sent: &Sent, leases: impl Fn(&Sent) -> Said) -> Said {
    match sent.method() {
        "getProperties" => {
            let row = |id: &str| json!({ "PropertyID": id.parse::<u64>().unwrap(), "IsDisabled": 0 });
            let rows: Vec<_> = sent.param("propertyIds").split(',').map(row).collect();
            ok(sent, &json!({ "PhysicalProperty": { "Property": rows } }))
        }
        "getPropertyUnits" => {
            let id = sent.param("propertyIds");
            ok(sent, &json!({ "properties": { "property": [{ "propertyId": id }] } }))
        }
        _ => leases(sent),
    }
}

/// A server, and what it was sent.
struct Server {
    router: Router,
    sent: Arc<Mutex<Vec<Sent>>>,
}

#[derive(Clone)]
struct Script {
    answer: Arc<dyn Fn(&Sent) -> Said + Send + Sync>,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Server {
    fn new(answer: impl Fn(&Sent) -> Said + Send + Sync + 'static) -> Self {
        let sent = Arc::default();
        let script = Script { answer: Arc::new(answer), sent: Arc::clone(&sent) };
        Self { router: Router::new().fallback(handle).with_state(script), sent }
    }

    /// A client in this process.
    fn client(&self) -> Client {
        let base = Url::parse("http://127.0.0.1/ext/orgs/alder/v1").unwrap();
        Client::new(Transport::in_process(self.router.clone()), base, Auth::ApiKey("k".into()))
    }

    /// A client over a real port.
    async fn client_over_network(&self, auth: Auth) -> Client {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/ext/orgs/alder/v1", listener.local_addr().unwrap());
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let transport = Transport::network(crate::http::Settings::default()).unwrap();
        Client::new(transport, Url::parse(&base).unwrap(), auth)
    }

    fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }
}

async fn handle(
    State(script): State<Script>,
    uri: Uri,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = serde_json::from_slice(&body).unwrap();
    let sent = Sent { path: uri.path().to_owned(), query, headers, body };
    script.sent.lock().unwrap().push(sent.clone());
    (script.answer)(&sent).into_response()
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}
