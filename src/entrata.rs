//! Entrata over HTTP: a client of six services, and the snapshot they make. Only reads; of its wire nothing gets out but
//! [`crate::roster`].

mod envelope;
pub mod error;
mod lenient;
pub mod limits;
pub mod link;
mod look_up;
pub mod page;
pub mod query;
pub mod read;
mod shape;
mod snapshot;
mod wire;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderName};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::access::PropertyId;
use crate::http::error::HttpError;
use crate::http::message::{Answer, Body, Repeat, Request, Veil};
use crate::http::{Transport, Verdict, aside};
use crate::roster::{ReadFault, Unit};

use envelope::{NotJson, Opened};
use error::{EntrataError, Refusal};
use limits::{Gate, Limits, RateWindow};
use link::Next;
use page::{LeasePage, UnitsPage};
use query::{DateRange, LeaseQuery, Position};
use read::Property;

pub use look_up::look_up_all;
pub use snapshot::snapshot;

/// How the client shows who it is.
#[derive(Debug, Clone)]
pub enum Auth {
    /// `X-Api-Key`, the gateway's [S].
    ApiKey(SecretString),
    /// Basic, the legacy hosts' [S].
    Basic {
        /// The API user.
        username: String,
        /// The password.
        password: SecretString,
    },
}

impl Auth {
    /// Hides what of the log-in no header shows as it is.
    fn veil(&self, veil: Veil) -> Veil {
        match self {
            Self::ApiKey(_) => veil,
            Self::Basic { username, password } => veil.and(password.expose_secret()).and(username),
        }
    }
}

/// One of Entrata's services.
#[derive(Debug, Clone, Copy)]
struct Service {
    endpoint: &'static str,
    method: &'static str,
    version: &'static str,
}

const GET_STATUS: Service = Service { endpoint: "status", method: "getStatus", version: "r1" };
const GET_PROPERTIES: Service = Service { endpoint: "properties", method: "getProperties", version: "r1" };
const GET_PROPERTY_UNITS: Service =
    Service { endpoint: "propertyunits", method: "getPropertyUnits", version: "r1" };
const GET_LEASES: Service = Service { endpoint: "leases", method: "getLeases", version: "r2" };

/// Rows of a reply, and what is wrong with those that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows<T> {
    /// Those that could be read.
    pub good: Vec<T>,
    /// One for each that could not.
    pub faults: Vec<ReadFault>,
}

/// The client of one organisation's services. Every call is a POST that only reads, so it may be repeated.
pub struct Client {
    transport: Transport,
    base: Url,
    auth: Auth,
    gate: Gate,
    requests: AtomicU64,
}

impl Client {
    /// A client of the services below `base`, such as `https://apis.entrata.com/ext/orgs/alder/v1`.
    pub fn new(transport: Transport, base: Url, auth: Auth) -> Self {
        Self { transport, base, auth, gate: Gate::default(), requests: AtomicU64::new(0) }
    }

    /// The transport, for its count of calls and the service's clock.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// What the last reply of each method told of its limit; nothing of a host that tells none.
    pub fn limits(&self) -> BTreeMap<&'static str, Vec<RateWindow>> {
        self.gate.told()
    }

    /// `getStatus`: what the service says of itself. Limited to 6 calls a minute [S].
    ///
    /// # Errors
    /// When it does not answer, or not with success.
    pub async fn get_status(&self) -> Result<String, EntrataError> {
        let reply = self.call(GET_STATUS, &json!({}), &Position::Whole).await?;
        read::status(reply.result()?).map_err(|problem| reply.shape(problem))
    }

    /// `getProperties`: those of the asked properties that Entrata lists, disabled ones included.
    ///
    /// # Errors
    /// When the call fails, or a record can't be read.
    pub async fn get_properties(&self, properties: &[PropertyId]) -> Result<Vec<Property>, EntrataError> {
        let params = json!({ "propertyIds": joined(properties), "showAllStatus": "1" });
        let reply = self.call(GET_PROPERTIES, &params, &Position::Whole).await?;
        read::properties(reply.result()?).map_err(|problem| reply.shape(problem))
    }

    /// `getPropertyUnits`: the units of one property, disabled ones and those of its phases, on further pages, included.
    ///
    /// # Errors
    /// When a call fails, or the reply does not speak of the property.
    pub async fn get_property_units(&self, property: PropertyId) -> Result<Rows<Unit>, EntrataError> {
        page::read_units(self, property).await
    }

    async fn units_page(&self, property: PropertyId, position: &Position) -> Result<UnitsPage, EntrataError> {
        let params = json!({
            "propertyIds": property.to_string(), "availableUnitsOnly": "0", "includeDisabledUnits": "1",
        });
        let reply = self.call(GET_PROPERTY_UNITS, &params, position).await?;
        aside(move || {
            let part = read::units(reply.result()?, property).map_err(|problem| reply.shape(problem))?;
            Ok(UnitsPage { part, next: reply.next() })
        })
        .await
    }

    /// `getLeases`: one page.
    ///
    /// # Errors
    /// When the call fails, or its result has an unknown shape.
    pub async fn get_leases(&self, query: &LeaseQuery) -> Result<LeasePage, EntrataError> {
        let reply = self.call(GET_LEASES, &query.params(), &query.position).await?;
        let (property, call) = (query.property, query.call());
        aside(move || {
            let rows =
                read::leases(reply.result()?, property, &call).map_err(|problem| reply.shape(problem))?;
            Ok(LeasePage { rows, total: reply.total(), next: reply.next() })
        })
        .await
    }

    /// The move-outs: one page of the Past leases that ended within the range. There is no service of that name; it is
    /// `getLeases` by move-out date [inferred].
    ///
    /// # Errors
    /// Like [`Client::get_leases`].
    pub async fn get_move_outs(
        &self,
        property: PropertyId,
        ended: DateRange,
    ) -> Result<LeasePage, EntrataError> {
        self.get_leases(&LeaseQuery::move_outs(property, ended)).await
    }

    /// The renewals: one page of the leases whose term ends within the range, with every interval. There is no service of
    /// that name; a renewal is a further interval of the same lease [S].
    ///
    /// # Errors
    /// Like [`Client::get_leases`].
    pub async fn get_renewals(
        &self,
        property: PropertyId,
        expiring: DateRange,
    ) -> Result<LeasePage, EntrataError> {
        self.get_leases(&LeaseQuery::renewals(property, expiring)).await
    }

    async fn call(
        &self,
        service: Service,
        params: &Value,
        position: &Position,
    ) -> Result<Reply, EntrataError> {
        let id = (self.requests.fetch_add(1, Ordering::Relaxed) + 1).to_string();
        let request = self
            .request(service, params, position, &id)
            .map_err(|cause| EntrataError::Http { call: service.method, cause })?;
        self.gate.wait(service.method, self.transport.time_left()).await;
        // A long answer is not read twice: what the judge has made of the last one is kept.
        let read = Mutex::new(None);
        let note_and_judge = |answer: &Answer| {
            let limits = Limits::of(answer);
            self.gate.note(service.method, &limits);
            let found = envelope::read(answer);
            let verdict = judge(answer, &limits, &found);
            *read.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
            verdict
        };
        let veil = self.auth.veil(request.veil());
        let answer = self.transport.send(&request, note_and_judge).await;
        let answer = answer.map_err(|error| unanswered(service.method, error).behind(&veil))?;
        let read = read.into_inner().unwrap_or_else(PoisonError::into_inner);
        let read = read.unwrap_or_else(|| envelope::read(&answer));
        let opened = envelope::accept(&answer, read, service.method).map_err(|error| error.behind(&veil))?;
        Ok(Reply { method: service.method, request_id: id, asked: request.url, answer, opened })
    }

    fn request(
        &self,
        service: Service,
        params: &Value,
        position: &Position,
        id: &str,
    ) -> Result<Request, HttpError> {
        let (kind, name, secret) = match &self.auth {
            Auth::ApiKey(key) => ("apikey", HeaderName::from_static("x-api-key"), key.clone()),
            Auth::Basic { username, password } => {
                let pair = format!("{username}:{}", password.expose_secret());
                ("basic", AUTHORIZATION, format!("Basic {}", BASE64_STANDARD.encode(pair)).into())
            }
        };
        let body = json!({
            "auth": { "type": kind },
            "requestId": id,
            "method": { "name": service.method, "version": service.version, "params": params },
        });
        let url = position.address(&self.base, service.endpoint);
        Request::new(Method::POST, url, Repeat::Safe).with_body(Body::Json(body)).with_secret(name, &secret)
    }
}

/// What to do with an answer before it is read: sit out a throttling gateway, and ask again where the service is out of order
/// or the answer is not its own, such as a page of the network in between. The legacy hosts put the status of an error into
/// a 200 [S].
fn judge(answer: &Answer, limits: &Limits, read: &envelope::Read) -> Verdict {
    let after = answer.retry_after();
    let status = match envelope::error_code(answer, read) {
        Ok(Some(code)) if answer.is_success() => code,
        Err(NotJson) if answer.is_success() => return Verdict::Retry { after },
        Ok(_) | Err(NotJson) => answer.status.into(),
    };
    match status {
        429 => Verdict::Throttled { after: after.max(limits.soonest_reset()) },
        408 | 500..600 => Verdict::Retry { after },
        _ => Verdict::Done,
    }
}

/// What a service that failed to the end said last, where it said it in its own words.
fn unanswered(method: &'static str, error: HttpError) -> EntrataError {
    if let HttpError::Failing { answer, .. } = &error
        && let Err(refused @ EntrataError::Refused { refusal: Refusal { code: Some(_), .. }, .. }) =
            envelope::accept(answer, envelope::read(answer), method)
    {
        return refused;
    }
    EntrataError::Http { call: method, cause: error }
}

fn joined(properties: &[PropertyId]) -> String {
    properties.iter().map(PropertyId::to_string).collect::<Vec<_>>().join(",")
}

/// An answer together with the question that it should be of.
struct Reply {
    method: &'static str,
    request_id: String,
    asked: Url,
    answer: Answer,
    opened: Opened,
}

impl Reply {
    fn result(&self) -> Result<&str, EntrataError> {
        self.opened.result(&self.answer, &self.request_id).map_err(|problem| self.shape(problem.to_owned()))
    }

    fn total(&self) -> Option<u64> {
        self.answer.header("x-total-count")?.trim().parse().ok()
    }

    fn next(&self) -> Next {
        link::next(
            self.answer.headers.get_all("link").iter().filter_map(|link| link.to_str().ok()),
            &self.asked,
        )
    }

    fn shape(&self, problem: String) -> EntrataError {
        EntrataError::Shape { call: self.method, problem }
    }
}

#[cfg(test)]
mod tests;
