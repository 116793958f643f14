//! The embedded sandbox, called as a client nobody here wrote would call it: method, path, headers, bytes.

mod brivo;
mod cards;
mod entrata;
mod faults;
mod memory;
mod recorded;

use axum::body::Body;
use axum::http::{HeaderMap, Request};
use reconcile::sandbox::Sandbox;
use reconcile::sandbox::world::World;
use serde_json::Value;
use tower::ServiceExt as _;

/// A sandbox and whoever calls it.
struct Caller {
    sandbox: Sandbox,
    token: Option<String>,
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Caller {
    /// Of a world, at noon in Chicago on the first of March 2026 unless the world says otherwise.
    fn of(world: &str) -> Self {
        let world = World::from_yaml(world).unwrap();
        Self { sandbox: Sandbox::new(world, "2026-03-01T18:00:00Z".parse().unwrap()), token: None }
    }

    /// The same, logged in to Brivo.
    async fn logged_in(world: &str) -> Self {
        let mut caller = Self::of(world);
        caller.log_in().await;
        caller
    }

    async fn log_in(&mut self) {
        let answer = self.token("grant_type=password&username=sandbox&password=sandbox").await;
        self.token = Some(answer.json()["access_token"].as_str().unwrap().to_owned());
    }

    async fn call(&self, method: &str, uri: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.sandbox.router().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    /// The token call of a form.
    async fn token(&self, form: &str) -> Answer {
        let headers = [
            ("authorization", "Basic c2FuZGJveDpzYW5kYm94"),
            ("api-key", "sandbox"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.call("POST", "/oauth/token", &headers, form.to_owned()).await
    }

    /// A Brivo call with the caller's token.
    async fn brivo(&self, method: &str, path: &str, body: Value) -> Answer {
        let bearer = format!("Bearer {}", self.token.as_deref().unwrap_or_default());
        let headers = [
            ("api-key", "sandbox"),
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.call(method, &format!("/v1/api{path}"), &headers, body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.brivo("GET", path, Value::Null).await
    }

    /// An Entrata call at the gateway.
    async fn entrata(&self, endpoint: &str, body: Value) -> Answer {
        let headers = [("x-api-key", "sandbox"), ("content-type", "application/json")];
        self.call("POST", &format!("/ext/orgs/sandbox/v1/{endpoint}"), &headers, body.to_string()).await
    }

    /// The leases that a `getLeases` r2 with these parameters finds, by id.
    async fn leases(&self, params: Value) -> Vec<String> {
        let method = serde_json::json!({ "name": "getLeases", "version": "r2", "params": params });
        let answer = self.entrata("leases", serde_json::json!({ "method": method })).await;
        let leases = &answer.json()["response"]["result"]["leases"]["lease"];
        let leases = leases.as_array().unwrap_or_else(|| panic!("no leases in {}", answer.text));
        leases.iter().map(|lease| lease["id"].as_str().unwrap().to_owned()).collect()
    }

    async fn control(&self, method: &str, path: &str, body: &str) -> Answer {
        self.call(method, &format!("/_sandbox{path}"), &[], body.to_owned()).await
    }
}
