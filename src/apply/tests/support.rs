//! A small Brivo that keeps what it is told, writes down its calls, and fails when a test wants it to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Method, Uri};
use axum::response::Response;
use futures_util::stream;
use serde_json::{Map, Value, json};

use crate::access::{CredentialId, ExternalId, GroupId, GroupRef, Instant, Personal, PropertyId, UserId};
use crate::brivo::Client;
use crate::brivo::token::BrivoLogin;
use crate::http::Transport;
use crate::plan::{
    Action, Calls, Cause, Change, CredentialImage, FORMAT_VERSION, Image, ManifestRef, Plan, Scope, Summary,
};

/// What goes wrong with a call.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// Nothing is done; this status and body.
    Answers(u16, &'static str),
    /// Nothing is done, and the connection ends.
    CutBefore,
    /// It is done, and the connection ends.
    CutAfter,
    /// It is done without effect, and the answer does not say so.
    Ignored,
}

/// What the server holds and has seen.
#[derive(Default)]
pub(super) struct World {
    /// The records, `groups` and `credentials` among the fields.
    pub(super) users: BTreeMap<u64, Map<String, Value>>,
    /// `METHOD /path`, in the order in which they came.
    pub(super) calls: Vec<String>,
    under_way: usize,
    /// The most calls that were under way at once.
    pub(super) most_under_way: usize,
}

type Faults = Arc<dyn Fn(&str, &World) -> Option<Fault> + Send + Sync>;

/// The server.
#[derive(Clone)]
pub(super) struct Double {
    world: Arc<Mutex<World>>,
    faults: Faults,
}

impl Double {
    pub(super) fn new(users: impl IntoIterator<Item = (u64, Value)>) -> Self {
        let record = |value: Value| value.as_object().unwrap().clone();
        let users = users.into_iter().map(|(id, value)| (id, record(value))).collect();
        let world = Arc::new(Mutex::new(World { users, ..World::default() }));
        Self { world, faults: Arc::new(|_, _| None) }
    }

    /// Asks `faults` at every call what goes wrong with it.
    pub(super) fn failing(
        mut self,
        faults: impl Fn(&str, &World) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        self.faults = Arc::new(faults);
        self
    }

    pub(super) fn client(&self) -> Client {
        let double = self.clone();
        let router = Router::new().fallback(move |method: Method, uri: Uri, body: String| {
            let double = double.clone();
            async move { double.answer(&method, &uri, &body).await }
        });
        let secret = || "secret".into();
        let login = BrivoLogin {
            api_key: secret(),
            client_id: secret(),
            client_secret: secret(),
            username: secret(),
            password: secret(),
        };
        let transport = Transport::in_process(router);
        Client::new(transport, "https://api.example.com/v1/api", "https://auth.example.com", login).unwrap()
    }

    pub(super) fn world<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.world.lock().unwrap())
    }

    /// The calls that write, without those that read.
    pub(super) fn writes(&self) -> Vec<String> {
        let calls = self.world(|world| world.calls.clone());
        calls.into_iter().filter(|call| !call.starts_with("GET")).collect()
    }

    pub(super) fn user(&self, id: u64) -> Map<String, Value> {
        self.world(|world| world.users[&id].clone())
    }

    async fn answer(&self, method: &Method, uri: &Uri, body: &str) -> Response {
        if uri.path() == "/oauth/token" {
            let token = json!({"access_token": "a", "refresh_token": "r", "expires_in": 36_000});
            return response(200, &token.to_string());
        }
        let path = uri.path().strip_prefix("/v1/api").unwrap_or_default();
        let call = format!("{method} {path}");
        self.begin(&call);
        // Lets others have their turn, as a network does.
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        let mut world = self.world.lock().unwrap();
        world.under_way -= 1;
        match (self.faults)(&call, &world) {
            Some(Fault::Answers(status, body)) => response(status, body),
            Some(Fault::CutBefore) => cut(),
            Some(Fault::CutAfter) => {
                world.serve(method, path, body);
                cut()
            }
            Some(Fault::Ignored) => response(200, r#"{"data":[],"count":0}"#),
            None => {
                let (status, body) = world.serve(method, path, body);
                response(status, &body.to_string())
            }
        }
    }

    fn begin(&self, call: &str) {
        let mut world = self.world.lock().unwrap();
        world.calls.push(call.to_owned());
        world.under_way += 1;
        world.most_under_way = world.most_under_way.max(world.under_way);
    }
}

impl World {
    fn serve(&mut self, method: &Method, path: &str, body: &str) -> (u16, Value) {
        let body: Map<String, Value> = serde_json::from_str(body).unwrap_or_default();
        let parts: Vec<&str> = path.split('/').skip(2).collect();
        if (method, parts.as_slice()) == (&Method::POST, &[]) {
            let id = self.users.keys().max().unwrap_or(&1000) + 1;
            self.users.insert(id, body);
            return (200, self.shown(id));
        }
        if let [id, "external"] = parts[..] {
            let id = id.replace("%3A", ":");
            let found =
                self.users.iter().find(|(_, user)| user["externalId"] == id.as_str()).map(|(id, _)| *id);
            return found.map_or_else(not_found, |id| (200, self.shown(id)));
        }
        let id: u64 = parts[0].parse().unwrap();
        let Some(user) = self.users.get_mut(&id) else { return not_found() };
        match (method.as_str(), &parts[1..]) {
            ("GET", []) => {}
            ("PUT", []) => {
                let kept = ["groups", "credentials", "suspended"].map(|key| (key, user.get(key).cloned()));
                *user = body;
                user.extend(kept.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
            }
            ("DELETE", []) => {
                self.users.remove(&id);
                return (204, Value::Null);
            }
            ("PUT", ["suspended"]) => {
                user.insert("suspended".to_owned(), body["suspended"].clone());
            }
            ("PUT", ["credentials", credential]) => {
                user["credentials"][*credential] = Value::Object(body);
                return (204, Value::Null);
            }
            ("GET", ["credentials"]) => {
                let held = user["credentials"].as_object().cloned().unwrap_or_default();
                let rows: Vec<Value> = held
                    .into_iter()
                    .map(|(id, mut window)| {
                        window["id"] = json!(id.parse::<u64>().unwrap());
                        window
                    })
                    .collect();
                return (200, json!({"count": rows.len(), "data": rows}));
            }
            ("POST" | "GET", ["groups"]) => {
                let ids = |value: Option<&Value>| -> BTreeSet<u64> {
                    value.map(|ids| serde_json::from_value(ids.clone()).unwrap()).unwrap_or_default()
                };
                let mut groups = ids(user.get("groups"));
                groups.extend(ids(body.get("addGroups")));
                let groups: BTreeSet<u64> = &groups - &ids(body.get("removeGroups"));
                user.insert("groups".to_owned(), json!(groups));
                let rows: Vec<Value> = groups.iter().map(|id| json!({"id": id, "name": "G"})).collect();
                return (200, json!({"count": rows.len(), "data": rows}));
            }
            (method, rest) => panic!("{method} {rest:?} is not served"),
        }
        (200, self.shown(id))
    }

    fn shown(&self, id: u64) -> Value {
        let mut user = self.users[&id].clone();
        user.retain(|key, _| key != "groups" && key != "credentials");
        user.insert("id".to_owned(), json!(id));
        Value::Object(user)
    }
}

fn not_found() -> (u16, Value) {
    (404, json!({"message": "Requested user not found", "code": 404}))
}

fn response(status: u16, body: &str) -> Response {
    Response::builder().status(status).body(body.to_owned().into()).unwrap()
}

fn cut() -> Response {
    let end = stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]);
    Response::builder().body(Body::from_stream(end)).unwrap()
}

pub(super) const AS_OF: &str = "2026-03-01T18:00:00Z";
pub(super) const PAST: &str = "2026-02-01T16:00:00Z";
pub(super) const LATER: &str = "2026-03-05T16:00:00Z";

pub(super) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(super) fn external_id(user: u64) -> ExternalId {
    ExternalId::new(format!("entrata:{user}"))
}

/// What Brivo holds of a user of whom nothing special is to be told.
pub(super) fn record(user: u64) -> Value {
    json!({"externalId": format!("entrata:{user}"), "firstName": "Rosa", "lastName": "Renter", "pin": "0042",
        "suspended": false, "groups": [10], "credentials": {}})
}

/// The same as one side of a change.
pub(super) fn image() -> Image {
    Image {
        first_name: Personal::new("Rosa"),
        middle_name: None,
        last_name: Personal::new("Renter"),
        emails: [].into(),
        phones: [].into(),
        effective_from: None,
        effective_to: None,
        groups: groups(&[10]),
        credentials: Vec::new(),
        suspended: false,
    }
}

pub(super) fn groups(ids: &[u64]) -> Vec<GroupRef> {
    ids.iter().map(|id| GroupRef { id: GroupId(*id), name: format!("G{id}").into() }).collect()
}

pub(super) fn credential(id: u64, from: Option<&str>, to: Option<&str>) -> CredentialImage {
    CredentialImage { id: CredentialId(id), effective_from: from.map(at), effective_to: to.map(at) }
}

/// A change of a user who is there, from what `before` makes of the usual image to what `after` makes of it.
pub(super) fn update(user: u64, before: impl FnOnce(&mut Image), after: impl FnOnce(&mut Image)) -> Change {
    let (mut held, mut wanted) = (image(), image());
    before(&mut held);
    after(&mut wanted);
    Change {
        action: Action::Update,
        cause: Cause::Entrata,
        external_id: external_id(user),
        brivo_user_id: Some(UserId(user)),
        adopts: false,
        property_ids: vec![PropertyId(500_001)],
        before: Some(Box::new(held)),
        after: Some(Box::new(wanted)),
        reasons: Vec::new(),
    }
}

pub(super) fn create(customer: u64) -> Change {
    Change { action: Action::Create, brivo_user_id: None, before: None, ..update(customer, |_| {}, |_| {}) }
}

pub(super) fn delete(user: u64) -> Change {
    let before = |image: &mut Image| image.groups.clear();
    Change { action: Action::Delete, after: None, ..update(user, before, |_| {}) }
}

/// A change that needs nothing but one call: group 20 is gained.
pub(super) fn gain(user: u64) -> Change {
    update(user, |_| {}, |after| after.groups = groups(&[10, 20]))
}

pub(super) fn plan(changes: Vec<Change>) -> Plan {
    Plan {
        format_version: FORMAT_VERSION.to_owned(),
        tool_version: "0.1.0".to_owned(),
        as_of: at(AS_OF),
        saved_at: None,
        account: None,
        undo: None,
        manifest: ManifestRef { paths: Vec::new(), sha256: String::new() },
        scope: Scope::default(),
        fingerprint: String::new(),
        summary: Summary::default(),
        changes,
        findings: Vec::new(),
        guards: Vec::new(),
        base: None,
        held: BTreeSet::new(),
        next_boundary: None,
        calls: Calls::default(),
        upcoming: None,
        results: None,
    }
}
