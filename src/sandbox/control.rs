//! The sandbox's own paths, below `/_sandbox`: what was called, what Brivo holds, new faults, another time, another world. No real
//! service has them, and they need no secret.

use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::brivo;
use super::call::{Call, Payload, Reply};
use super::clock::Clock;
use super::entrata::limits::Limits;
use super::estate::Estate;
use super::fault::Faults;
use super::house::Rooms;
use super::json::{Json, Object};
use super::world::{Fault, World};

/// Whether a call is for the sandbox itself.
pub(crate) fn is_control(call: &Call) -> bool {
    call.segments.first().is_some_and(|segment| segment == "_sandbox")
}

/// Does what a control call asks.
pub(crate) fn answer(rooms: &mut Rooms, call: &Call) -> Reply {
    let path: Vec<&str> = call.segments.iter().skip(1).map(String::as_str).collect();
    let outcome = match (call.method.as_str(), path.as_slice()) {
        ("GET", ["requests"]) => Ok(requests(rooms)),
        ("DELETE", ["requests"]) => {
            rooms.log.clear();
            Ok(done())
        }
        ("POST", ["faults"]) => add_faults(rooms, call),
        ("DELETE", ["faults"]) => {
            rooms.faults = Faults::new(&[], rooms.world.seed);
            Ok(done())
        }
        ("POST", ["clock"]) => set_clock(rooms, call),
        ("POST", ["tokens", "expire"]) => {
            rooms.tokens.expire_all(rooms.clock.now());
            Ok(done())
        }
        ("POST", ["users", user, "redeem"]) => redeem(rooms, user),
        ("GET", ["brivo"]) => Ok(brivo_state(rooms)),
        ("PUT", ["world"]) => replace_world(rooms, call),
        _ => Err((404, "There is no such control path.".to_owned())),
    };
    outcome.unwrap_or_else(|(status, message)| json(status, Object::new().put("message", message)))
}

type Outcome = Result<Reply, (u16, String)>;

fn json(status: u16, body: impl Into<Json>) -> Reply {
    Reply::json(status, body).header("Content-Type", "application/json")
}

fn done() -> Reply {
    json(200, Object::new().put("done", true))
}

/// A body in YAML, of which JSON is a part.
fn read<T: DeserializeOwned>(call: &Call) -> Result<T, (u16, String)> {
    serde_yaml::from_slice(&call.body).map_err(|error| (400, error.to_string()))
}

fn requests(rooms: &Rooms) -> Reply {
    json(200, Json::list(rooms.log.iter().map(|(call, status)| entry(call, *status))))
}

/// A call as the log shows it, without the secrets that it carried.
fn entry(call: &Call, status: u16) -> Json {
    let token = brivo::is_oauth(call);
    let query = call.query.iter().map(|(key, value)| {
        let shown = if token && key != "grant_type" { "…" } else { value.as_str() };
        Json::list([key.as_str(), shown])
    });
    let body = if token { Json::Absent } else { body(call) };
    Object::new()
        .put("method", &call.method)
        .put("path", &call.path)
        .put("query", Json::List(query.collect()))
        .put("headers", headers(&call.headers))
        .put("body", body)
        .put("status", i64::from(status))
        .into()
}

fn headers(headers: &HeaderMap) -> Json {
    let secret = ["authorization", "api-key", "x-api-key", "cookie"];
    Json::list(headers.iter().map(|(name, value)| {
        let shown = if secret.contains(&name.as_str()) { "…" } else { value.to_str().unwrap_or("…") };
        Json::list([name.as_str(), shown])
    }))
}

fn body(call: &Call) -> Json {
    if call.body.is_empty() {
        return Json::Absent;
    }
    match serde_json::from_slice::<Json>(&call.body) {
        Ok(mut json) => {
            if let Some(auth) = json.member_mut("auth") {
                *auth = Json::from("…");
            }
            json
        }
        Err(_) => Json::from(String::from_utf8_lossy(&call.body).into_owned()),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FaultOrFaults {
    Many(Vec<Fault>),
    One(Box<Fault>),
}

fn add_faults(rooms: &mut Rooms, call: &Call) -> Outcome {
    match read(call)? {
        FaultOrFaults::Many(faults) => faults.into_iter().for_each(|fault| rooms.faults.add(fault)),
        FaultOrFaults::One(fault) => rooms.faults.add(*fault),
    }
    Ok(done())
}

#[derive(Deserialize)]
struct Setting {
    as_of: DateTime<Utc>,
}

fn set_clock(rooms: &mut Rooms, call: &Call) -> Outcome {
    let Setting { as_of } = read(call)?;
    rooms.clock = Clock::set(as_of);
    Ok(done())
}

fn redeem(rooms: &mut Rooms, user: &str) -> Outcome {
    let now = rooms.clock.now();
    let redeemed = user.parse().is_ok_and(|user| brivo::redeem(&mut rooms.state, user, now));
    rooms.save().map_err(|error| (500, error.to_string()))?;
    if redeemed { Ok(done()) } else { Err((404, "The user has no pending invitation.".to_owned())) }
}

fn brivo_state(rooms: &Rooms) -> Reply {
    let text = serde_json::to_string(&rooms.state).unwrap_or_default();
    Reply::new(200, Payload::Text(text)).header("Content-Type", "application/json")
}

/// Another world for Entrata, other quirks and faults for both. What Brivo holds stays.
fn replace_world(rooms: &mut Rooms, call: &Call) -> Outcome {
    let text = String::from_utf8_lossy(&call.body);
    let world = World::from_yaml(&text).map_err(|error| (400, error.to_string()))?;
    if let Some(as_of) = world.as_of {
        rooms.clock = Clock::set(as_of);
    }
    rooms.estate = Estate::of(&world);
    rooms.limits = Limits::default();
    rooms.faults = Faults::new(&world.faults, world.seed);
    rooms.world = World { brivo: rooms.world.brivo.clone(), ..world };
    Ok(done())
}
