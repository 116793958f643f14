//! The house both services live in: one lock around all that they remember, and the way of a call through faults, service and log.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use chrono::{DateTime, Utc};
use futures_util::stream;

use super::brivo::gate::Meter;
use super::brivo::token::Tokens;
use super::brivo::{self, Scope, gate};
use super::call::{Call, Payload, Reply};
use super::clock::{self, Clock};
use super::control;
use super::entrata::{self, limits::Limits};
use super::estate::Estate;
use super::fault::{self, Faults, Subject};
use super::json::Object;
use super::persist::Store;
use super::state::State;
use super::world::World;
use super::world::fault::{Cut, Deed, Effect};

/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 64 * 1024 * 1024;
/// How many calls the log keeps.
const LOG_LIMIT: usize = 10_000;

/// Both services behind one lock.
pub(crate) struct House {
    rooms: Mutex<Rooms>,
}

/// All that the services remember.
pub(crate) struct Rooms {
    pub(crate) clock: Clock,
    /// What the servers' own clocks show: the real time, whatever day the world plays on, so that clients that compare clocks
    /// (rule T27) find theirs in order.
    wall: Clock,
    pub(crate) world: World,
    pub(crate) estate: Estate,
    pub(crate) limits: Limits,
    pub(crate) state: State,
    pub(crate) scope: Scope,
    pub(crate) tokens: Tokens,
    pub(crate) meter: Meter,
    pub(crate) faults: Faults,
    pub(crate) log: VecDeque<(Call, u16)>,
    store: Option<Store>,
}

impl House {
    pub(crate) fn new(world: World, now: DateTime<Utc>) -> Self {
        let clock = Clock::set(world.as_of.unwrap_or(now));
        let state = brivo::seed::state(&world.brivo, clock.now());
        let rooms = Rooms {
            scope: brivo::seed::scope(&world.brivo, &state),
            estate: Estate::of(&world),
            faults: Faults::new(&world.faults, world.seed),
            limits: Limits::default(),
            tokens: Tokens::default(),
            meter: Meter::default(),
            log: VecDeque::new(),
            store: None,
            clock,
            wall: Clock::set(now),
            world,
            state,
        };
        Self { rooms: Mutex::new(rooms) }
    }

    pub(crate) fn keep_in(&self, store: Store) {
        self.rooms().store = Some(store);
    }

    pub(crate) fn set_state(&self, state: State) {
        let mut rooms = self.rooms();
        rooms.state = state;
        rooms.state.reindex();
        rooms.scope = brivo::seed::scope(&rooms.world.brivo, &rooms.state);
    }

    pub(crate) fn state(&self) -> State {
        self.rooms().state.clone()
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        // A call that panicked has lost its own answer only.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers one request.
pub(crate) async fn handle(Shared(house): Shared<Arc<House>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return respond(Reply::new(413, Payload::Nothing));
    };
    let call = Call::new(head.method.as_str(), &head.uri, head.headers, body);
    if control::is_control(&call) {
        return respond(control::answer(&mut house.rooms(), &call));
    }
    let effect = house.rooms().strike(&call);
    if let Some(delay) = effect.as_ref().map(|effect| effect.delay_ms).filter(|delay| *delay > 0) {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let (reply, cut) = house.rooms().attend(call, effect.as_ref());
    if cut { severed() } else { respond(reply) }
}

impl Rooms {
    fn strike(&mut self, call: &Call) -> Option<Effect> {
        let subject = Subject { method: &call.method, path: &call.path, entrata: entrata::subject(call) };
        self.faults.strike(&subject)
    }

    /// The answer to a call, and whether the connection is cut in its place.
    fn attend(&mut self, call: Call, effect: Option<&Effect>) -> (Reply, bool) {
        let (reply, cut) = match effect {
            None => (self.answer(&call, Spoilt::No), false),
            Some(effect) => self.answer_spoilt(&call, effect),
        };
        let is_dated = reply.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Date"));
        let reply = if is_dated { reply } else { reply.header("Date", clock::http_date(self.wall.now())) };
        if self.log.len() == LOG_LIMIT {
            self.log.pop_front();
        }
        self.log.push_back((call, reply.status));
        (reply, cut)
    }

    fn answer_spoilt(&mut self, call: &Call, effect: &Effect) -> (Reply, bool) {
        for deed in &effect.before {
            self.let_another_do(deed);
        }
        if effect.cut == Some(Cut::Before) {
            return (Reply::new(0, Payload::Nothing), true);
        }
        let mut reply = match (&effect.error, fault::instead(effect)) {
            (Some(error), _) => entrata::refuse(call, error.code, &error.message),
            (None, Some(reply)) => reply,
            (None, None) if effect.ignore => self.answer_forgetting(call),
            (None, None) => self.answer(call, Spoilt::Yes),
        };
        fault::spoil(&mut reply, effect);
        (reply, effect.cut == Some(Cut::After))
    }

    /// The answer to a call of which nothing is kept, on the disk neither.
    fn answer_forgetting(&mut self, call: &Call) -> Reply {
        let (store, state) = (self.store.take(), self.state.clone());
        let reply = self.answer(call, Spoilt::Yes);
        self.state = state;
        self.store = store;
        reply
    }

    /// Another administrator's call, which passes no gate.
    fn let_another_do(&mut self, deed: &Deed) {
        let Some((method, path)) = deed.call.split_once(' ') else { return };
        let Ok(uri) = format!("/v1/api{}", path.trim()).parse() else { return };
        let body = deed.body.as_ref().and_then(|body| serde_json::to_vec(body).ok()).unwrap_or_default();
        let call = Call::new(method, &uri, axum::http::HeaderMap::new(), Bytes::from(body));
        let scope = Scope { groups: None, read_only: false, passes: self.scope.passes };
        let mut desk = brivo::Desk {
            now: self.clock.now(),
            state: &mut self.state,
            quirks: &self.world.quirks.brivo,
            secrets: &self.world.secrets,
            scope: &scope,
        };
        drop(brivo::answer(&mut desk, &call));
    }

    fn answer(&mut self, call: &Call, spoilt: Spoilt) -> Reply {
        let now = self.clock.now();
        if let Some((door, endpoint)) = entrata::door(call) {
            let mut desk = entrata::Desk {
                estate: &mut self.estate,
                limits: &mut self.limits,
                quirks: &self.world.quirks.entrata,
                secrets: &self.world.secrets,
                now,
                may_remember: spoilt == Spoilt::No,
            };
            return entrata::answer(&mut desk, call, door, endpoint);
        }
        if brivo::is_oauth(call) {
            let reply = self.tokens.answer(call, &self.world.secrets, &self.world.quirks.brivo, now);
            return gate::dress_token(reply);
        }
        let reply = self.answer_api(call, now);
        gate::dress(reply, &mut self.meter)
    }

    fn answer_api(&mut self, call: &Call, now: DateTime<Utc>) -> Reply {
        let World { secrets, quirks, .. } = &self.world;
        let quirks = &quirks.brivo;
        if let Err(refused) = gate::pass(call, secrets, quirks, &mut self.meter, &self.tokens, now) {
            return refused;
        }
        let mut desk = brivo::Desk { state: &mut self.state, quirks, secrets, scope: &self.scope, now };
        let reply = brivo::answer(&mut desk, call);
        match self.save() {
            Ok(()) => reply,
            Err(error) => Reply::json(
                500,
                Object::new().put("message", format!("The sandbox could not save its state: {error}")),
            ),
        }
    }

    /// Writes down what has changed, if there is a file for it.
    pub(crate) fn save(&mut self) -> Result<(), super::persist::StateError> {
        if let Some(store) = &mut self.store {
            return store.save(&mut self.state);
        }
        drop(self.state.take_changes());
        Ok(())
    }
}

/// Whether a fault changes the answer before it goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spoilt {
    Yes,
    No,
}

fn respond(reply: Reply) -> Response {
    let body = match &reply.body {
        Payload::Nothing => Body::empty(),
        Payload::Json(_) | Payload::Php(_) | Payload::Text(_) => Body::from(reply.bytes()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let named = reply.headers.into_iter().map(|(name, value)| (name.to_owned(), value));
    for (name, value) in named.chain(reply.extra) {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value))
        {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// An answer whose connection breaks before its first byte.
fn severed() -> Response {
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Response::new(Body::from_stream(stream::iter([Err::<Bytes, _>(broken)])))
}
