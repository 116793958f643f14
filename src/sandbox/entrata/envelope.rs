//! Entrata's envelope: what stands around every request, every result and every error.

use super::super::call::{Payload, Reply};
use super::super::json::{Json, Object};
use super::super::world::quirks::entrata::GatewayErrors;
use super::Door;
use super::limits::Counted;
use super::params::Params;

/// A request, read tolerantly.
#[derive(Debug)]
pub(crate) struct Envelope {
    /// Echoed as a text, whatever was sent. [S]
    pub(crate) request_id: Option<String>,
    pub(crate) method: String,
    pub(crate) version: Option<String>,
    pub(crate) params: Params,
    /// User and password inside `auth`. [C]
    pub(crate) credentials: Option<(String, String)>,
}

impl Envelope {
    /// Reads a bare object, or a list of one as the specification has it.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let json: Json = serde_json::from_slice(body).map_err(|_| Refusal::malformed())?;
        let json =
            if let Json::List(items) = json { items.into_iter().next().unwrap_or_default() } else { json };
        if !matches!(json, Json::Object(_)) {
            return Err(Refusal::malformed());
        }
        let text =
            |parent: Option<&Json>, key| parent.and_then(|parent| parent.member(key)).and_then(Json::scalar);
        let method = json.member("method");
        let auth = json.member("auth");
        Ok(Self {
            request_id: text(Some(&json), "requestId"),
            method: text(method, "name").unwrap_or_default().trim().to_owned(),
            version: text(method, "version").filter(|version| !version.is_empty()),
            params: Params::of(method.and_then(|method| method.member("params"))),
            credentials: text(auth, "username").zip(text(auth, "password")),
        })
    }
}

/// A result in its envelope.
pub(crate) fn success(request_id: Option<&str>, code: i64, result: Json) -> Reply {
    let response = Object::new().put("requestId", request_id).put("code", code).put("result", result);
    dress(Reply::new(200, Payload::Php(Object::new().put("response", response).into())))
}

/// Nothing but POST exists. [S]
pub(crate) fn no_such_verb() -> Reply {
    let refusal = Refusal::new(405, 405, "Only POST is supported.");
    refusal.reply(None).header("Allow", "POST")
}

/// The headers that every answer carries. [S]
fn dress(reply: Reply) -> Reply {
    reply
        .header("Content-Type", "application/json;charset=utf-8")
        .header("Content-Language", "en-US")
        .header("Vary", "Authorization")
        .header("X-Read-Only", "000")
        .header(
            "Access-Control-Expose-Headers",
            "Link, X-Total-Count, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Content-Language",
        )
}

/// A call that is refused: the error's code and message, and the status that the gateway would use.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: i64,
    pub(crate) message: String,
    /// Shown with a 429 only: other errors carry no limits. [S]
    pub(crate) limits: Option<Vec<(&'static str, String)>>,
}

impl Refusal {
    fn new(status: u16, code: i64, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), limits: None }
    }

    /// Not captured anywhere. [I]
    fn malformed() -> Self {
        Self::new(400, 400, "The request body is not valid JSON.")
    }

    /// Not captured anywhere. [I]
    pub(crate) fn key() -> Self {
        Self::new(401, 401, "The API key is missing or invalid.")
    }

    /// [S]
    pub(crate) fn password() -> Self {
        Self::new(401, 113, "Username and/or password is incorrect.")
    }

    /// [S]
    pub(crate) fn nameless() -> Self {
        Self::new(400, 108, "Please provide a API method name.")
    }

    /// Not captured anywhere. [I]
    pub(crate) fn method(endpoint: &str, name: &str) -> Self {
        Self::new(400, 109, format!("The method {name} is not available at {endpoint}."))
    }

    /// Not captured anywhere. [I]
    pub(crate) fn version(name: &str, version: &str) -> Self {
        Self::new(400, 110, format!("The method {name} has no version {version}."))
    }

    /// Not captured anywhere. [I]
    pub(crate) fn parameter(message: impl Into<String>) -> Self {
        Self::new(400, 303, message)
    }

    /// A property out of sight or disabled: 311 at the gateway [C], 301 at the legacy host [S].
    pub(crate) fn property(door: Door) -> Self {
        match door {
            Door::Gateway => Self::new(403, 311, "App doesn't have permission to the property."),
            Door::Legacy => {
                Self::new(200, 301, "User doesn't have permission to the property or property is disabled.")
            }
        }
    }

    /// The body of a 429 was not captured. [I]
    pub(crate) fn rate(counted: &Counted, retry_after: bool) -> Self {
        let mut headers = counted.headers();
        if retry_after {
            headers.push(("Retry-After", counted.wait.to_string()));
        }
        Self { limits: Some(headers), ..Self::new(429, 429, "The rate limit is exceeded.") }
    }

    /// The refusal as that door reports it: the legacy host answers 200 to everything but too many calls. [S]
    pub(crate) fn at(self, door: Door, gateway: GatewayErrors) -> Self {
        let by_status = door == Door::Gateway && gateway == GatewayErrors::Status;
        let status = if by_status || self.status == 429 { self.status } else { 200 };
        Self { status, ..self }
    }

    /// The error's envelope: neither `code` nor `result` beside it. [S]
    pub(crate) fn reply(self, request_id: Option<&str>) -> Reply {
        let error = Object::new().put("code", self.code).put("message", self.message);
        let response = Object::new().put("requestId", request_id).put("error", error);
        let mut reply =
            dress(Reply::new(self.status, Payload::Php(Object::new().put("response", response).into())));
        reply.headers.extend(self.limits.into_iter().flatten());
        reply
    }
}
