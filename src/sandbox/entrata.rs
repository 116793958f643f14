//! Entrata over HTTP: the gateway (`/ext/orgs/{org}/v1/…`) with an API key, the legacy host (`/api/v1/…`) with Basic; one POST
//! endpoint each for status, properties, units and leases, dispatched by method name and version.

mod dates;
mod envelope;
mod lease_r1;
mod lease_r2;
mod leases;
pub(crate) mod limits;
pub(crate) mod memory;
mod params;
mod properties;
mod select;
mod shape;
mod units;
mod write;

use chrono::{DateTime, Utc};

use super::call::{Call, Reply};
use super::estate::Estate;
use super::json::{Json, Object};
use super::mountain;
use super::world::Secrets;
use super::world::quirks::entrata::EntrataQuirks;
use envelope::{Envelope, Refusal};
use limits::Limits;
use memory::Question;
use params::Params;

/// What answering a call needs.
pub(crate) struct Desk<'a> {
    pub(crate) estate: &'a mut Estate,
    pub(crate) limits: &'a mut Limits,
    pub(crate) quirks: &'a EntrataQuirks,
    pub(crate) secrets: &'a Secrets,
    pub(crate) now: DateTime<Utc>,
    /// Whether the answer may be one that was written before, in which nothing can be changed any more.
    pub(crate) may_remember: bool,
}

/// Through which door a call came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Gateway,
    Legacy,
}

/// What a method found: the result, and where more of it is.
#[derive(Debug)]
pub(crate) struct Found {
    result: Json,
    page: Option<Page>,
}

/// Where a page stands among the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    number: usize,
    size: usize,
    total: usize,
}

impl From<Object> for Found {
    fn from(result: Object) -> Self {
        Self { result: result.into(), page: None }
    }
}

type Outcome = Result<Found, Refusal>;

/// The door and the endpoint of a path, if it is one of Entrata's.
pub(crate) fn door(call: &Call) -> Option<(Door, &str)> {
    match call.segments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["ext", "orgs", _, "v1", endpoint] => Some((Door::Gateway, *endpoint)),
        ["api", "v1", endpoint] | ["api", endpoint] => Some((Door::Legacy, *endpoint)),
        _ => None,
    }
}

/// The method that a call names, and the property it asks for: what faults are matched by.
pub(crate) fn subject(call: &Call) -> Option<(String, Option<String>)> {
    door(call)?;
    let envelope = Envelope::read(&call.body).ok()?;
    let property = envelope.params.text("propertyId").or_else(|| envelope.params.text("propertyIds"));
    Some((envelope.method, property))
}

/// An error in Entrata's envelope, as a fault asks for it.
pub(crate) fn refuse(call: &Call, code: i64, message: &str) -> Reply {
    let request_id = Envelope::read(&call.body).ok().and_then(|envelope| envelope.request_id);
    Refusal { status: 200, code, message: message.to_owned(), limits: None }.reply(request_id.as_deref())
}

/// Answers a call that came through `door`.
pub(crate) fn answer(desk: &mut Desk<'_>, call: &Call, door: Door, endpoint: &str) -> Reply {
    if call.method != "POST" {
        return envelope::no_such_verb();
    }
    let read = Envelope::read(&call.body);
    let request_id = read.as_ref().ok().and_then(|envelope| envelope.request_id.clone());
    let reply = read.and_then(|envelope| {
        admit(desk, call, door, &envelope)?;
        attend(desk, call, door, endpoint, &envelope)
    });
    match reply {
        Ok(reply) => reply,
        Err(refusal) => refusal.at(door, desk.quirks.errors).reply(request_id.as_deref()),
    }
}

/// Whether the caller shows the right secret: before anything else is looked at.
fn admit(desk: &Desk<'_>, call: &Call, door: Door, envelope: &Envelope) -> Result<(), Refusal> {
    let secrets = desk.secrets;
    match door {
        Door::Gateway if call.header("x-api-key") == Some(&secrets.entrata_api_key) => Ok(()),
        Door::Gateway => Err(Refusal::key()),
        Door::Legacy => {
            let expected = (secrets.entrata_username.clone(), secrets.entrata_password.clone());
            // Older clients put the pair into the body. [C]
            match call.basic().or_else(|| envelope.credentials.clone()) {
                Some(pair) if pair == expected => Ok(()),
                Some(_) | None => Err(Refusal::password()),
            }
        }
    }
}

/// Counts the call against its limits and does what it asks.
fn attend(
    desk: &mut Desk<'_>,
    call: &Call,
    door: Door,
    endpoint: &str,
    envelope: &Envelope,
) -> Result<Reply, Refusal> {
    let method = method(endpoint, envelope)?;
    let counted = desk.limits.count(&envelope.method, &desk.quirks.limits, desk.now);
    if counted.exceeded {
        return Err(Refusal::rate(&counted, desk.quirks.retry_after));
    }
    let request = Request { params: &envelope.params, call, door };
    let found = remembered(desk, &request, envelope, method)?;
    let mut reply = envelope::success(envelope.request_id.as_deref(), desk.quirks.code, found.result);
    reply.headers.extend(counted.headers());
    if let Some(page) = &found.page {
        reply.headers.extend(page.headers(call, desk.quirks));
    }
    Ok(reply)
}

/// What the method finds, or found when it was asked the same before.
fn remembered(desk: &mut Desk<'_>, request: &Request<'_>, envelope: &Envelope, method: Method) -> Outcome {
    let today = mountain::local(desk.now).date();
    let question = Question::of(envelope, request.call, request.door, today).filter(|_| desk.may_remember);
    if let Some(found) = question.as_ref().and_then(|question| desk.estate.memory.find(question)) {
        return Ok(found);
    }
    let mut found = method(desk, request)?;
    shape::apply(&mut found.result, desk.quirks);
    Ok(match question {
        Some(question) => desk.estate.memory.keep(question, found),
        None => found,
    })
}

/// What a method is told.
pub(crate) struct Request<'a> {
    params: &'a Params,
    call: &'a Call,
    door: Door,
}

type Method = fn(&mut Desk<'_>, &Request<'_>) -> Outcome;

/// The method of that name and version at that endpoint.
fn method(endpoint: &str, envelope: &Envelope) -> Result<Method, Refusal> {
    let name = envelope.method.as_str();
    if name.is_empty() {
        return Err(Refusal::nameless());
    }
    let version = envelope.version.as_deref().unwrap_or("r1");
    let known: &[(&str, Method)] = match (endpoint, name) {
        ("status", "getStatus") => &[("r1", status)],
        ("properties", "getProperties") => &[("r1", properties::get)],
        ("propertyunits", "getPropertyUnits") => &[("r1", units::get)],
        ("leases", "getLeases") => &[("r1", leases::get_r1), ("r2", leases::get_r2)],
        ("leases", "moveInLease") => &[("r1", write::move_in)],
        ("leases", "onNoticeLease") => &[("r1", write::on_notice)],
        ("leases", "moveOutLease") => &[("r1", write::move_out)],
        ("leases", "cancelLease") => &[("r1", write::cancel)],
        _ => return Err(Refusal::method(endpoint, name)),
    };
    let found = known.iter().find(|(revision, _)| *revision == version);
    found.map(|(_, method)| *method).ok_or_else(|| Refusal::version(name, version))
}

/// `getStatus`. [S]
#[allow(clippy::unnecessary_wraps, reason = "one of the methods, most of which can fail")]
fn status(_: &mut Desk<'_>, _: &Request<'_>) -> Outcome {
    Ok(Object::new().put("status", "Success").put("message", "API service is available and running.").into())
}

impl Page {
    /// `X-Total-Count` and `Link`, the latter after RFC 8288. [I]
    fn headers(&self, call: &Call, quirks: &EntrataQuirks) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        if quirks.total_count {
            headers.push(("X-Total-Count", self.total.to_string()));
        }
        let last = self.total.div_ceil(self.size).max(1);
        if quirks.link && last > 1 {
            let host = call.header("host").unwrap_or("localhost");
            let link = |number: usize, relation: &str| {
                format!(
                    "<http://{host}{}?page_no={number}&per_page={}>; rel=\"{relation}\"",
                    call.path, self.size
                )
            };
            let mut links = vec![link(1, "first")];
            if self.number > 1 {
                links.push(link(self.number - 1, "prev"));
            }
            if self.number < last {
                links.push(link(self.number + 1, "next"));
            }
            links.push(link(last, "last"));
            headers.push(("Link", links.join(", ")));
        }
        headers
    }
}
