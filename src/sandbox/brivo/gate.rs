//! What a call must pass before the API sees it, in the gateway's order: api-key, rate, bearer token. And the headers that every
//! answer leaves with. [seen]

use chrono::{DateTime, Utc};

use super::super::call::{Call, Payload, Reply};
use super::super::world::Secrets;
use super::super::world::quirks::brivo::{BrivoQuirks, Throttle};
use super::refusal;
use super::token::Tokens;

/// How many calls were let through, in this second and altogether.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    second: i64,
    in_second: u32,
    in_month: u64,
    served: u64,
}

impl Meter {
    /// Counts a call, unless it is one too many.
    fn count(&mut self, quirks: &BrivoQuirks, now: DateTime<Utc>) -> Result<(), Reply> {
        if self.second != now.timestamp() {
            self.second = now.timestamp();
            self.in_second = 0;
        }
        if quirks.calls_per_second.is_some_and(|limit| self.in_second >= limit) {
            return Err(throttled(quirks.throttle));
        }
        if quirks.calls_per_month.is_some_and(|limit| self.in_month >= limit) {
            return Err(refusal::over_rate());
        }
        self.in_second += 1;
        self.in_month += 1;
        Ok(())
    }
}

/// Lets an API call through, or says why not.
pub(crate) fn pass(
    call: &Call,
    secrets: &Secrets,
    quirks: &BrivoQuirks,
    meter: &mut Meter,
    tokens: &Tokens,
    now: DateTime<Utc>,
) -> Result<(), Reply> {
    if call.header("api-key") != Some(&secrets.brivo_api_key) {
        return Err(refusal::inactive());
    }
    meter.count(quirks, now)?;
    let token = call
        .header("authorization")
        .and_then(|value| value.split_once(' '))
        .and_then(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()));
    match token {
        None => Err(refusal::oauth(
            401,
            "unauthorized",
            "Full authentication is required to access this resource",
        )),
        Some(token) => tokens.check(token, now),
    }
}

fn throttled(throttle: Throttle) -> Reply {
    match throttle {
        Throttle::Html403 => refusal::over_qps(),
        Throttle::Json429 => refusal::error(429, "Too Many Requests").header("Retry-After", "1"),
    }
}

/// Dresses an API answer in the headers seen: the node varies from call to call, only a success names a charset.
pub(crate) fn dress(reply: Reply, meter: &mut Meter) -> Reply {
    meter.served += 1;
    let node = 1 + meter.served % 3;
    let reply = content_type(reply)
        .header("Brivo-Api-Version", "1.18.1-5")
        .header("Server", "Mashery Proxy")
        .header("X-Application-Context", format!("api:default,api0{node}-prod:8080"))
        .header("X-Mashery-Responder", "prod-j-worker-us-east-1d-129.mashery.com");
    common(reply)
}

/// Dresses an answer of the authorisation server. [seen]
pub(crate) fn dress_token(reply: Reply) -> Reply {
    let reply = content_type(reply)
        .header("Server", "Apache-Coyote/1.1")
        .header("Strict-Transport-Security", "max-age=31536000 ; includeSubDomains")
        .header("X-Application-Context", "application:8080");
    common(reply)
}

fn content_type(reply: Reply) -> Reply {
    match (&reply.body, reply.status) {
        (Payload::Json(_), 200..=299) => reply.header("Content-Type", "application/json;charset=UTF-8"),
        (Payload::Json(_), _) => reply.header("Content-Type", "application/json"),
        (Payload::Nothing | Payload::Php(_) | Payload::Text(_), _) => reply,
    }
}

fn common(reply: Reply) -> Reply {
    reply
        .header("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate")
        .header("Pragma", "no-cache")
        .header("Expires", "0")
        .header("X-Content-Type-Options", "nosniff")
        .header("X-Frame-Options", "DENY")
        .header("X-Xss-Protection", "1; mode=block")
}
