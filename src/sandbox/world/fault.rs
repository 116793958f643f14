//! What goes wrong: the nth call that matches a pattern gets an error, waits, is cut off, or is answered with nonsense.

use serde::{Deserialize, Serialize};

use super::is_default;
use super::scalar::Id;
use crate::sandbox::json::Json;

/// One thing that goes wrong. Without `nth`, `from`, `until`, `every` and `chance` it happens at each matching call.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// A glob over `METHOD /path` (as in `POST /v1/api/users*`), or the name of an Entrata method.
    #[serde(rename = "match")]
    pub pattern: String,
    /// Only calls that ask Entrata for this property.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<Id>,
    /// Only the nth matching call, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Only from the nth matching call on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// Only up to and with the nth matching call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
    /// Only each nth matching call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// With this probability, from 0 to 1; which calls are hit is decided by the world's `seed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<f64>,
    /// What happens.
    #[serde(rename = "then")]
    pub effect: Effect,
}

/// What happens to a call.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Effect {
    /// Milliseconds to wait before anything else.
    #[serde(skip_serializing_if = "is_default")]
    pub delay_ms: u64,
    /// Brivo calls of another administrator, made just before this one, as `DELETE /users/15620001`.
    #[serde(rename = "do", skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Deed>,
    /// Answered with this status; the call itself does not happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The body to that status: a text as it is, anything else as JSON. Left out: what the service sends for such a status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Json>,
    /// Headers of that answer.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub headers: std::collections::BTreeMap<String, String>,
    /// An Entrata error in the usual envelope; the call itself does not happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<EntrataFault>,
    /// The connection is cut.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
    /// A write is answered as if it were done, and nothing is kept of it.
    #[serde(skip_serializing_if = "is_default")]
    pub ignore: bool,
    /// The body ends after so many bytes, as if it were whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncate: Option<usize>,
    /// The body is nonsense.
    #[serde(skip_serializing_if = "is_default")]
    pub garbage: bool,
    /// The body is a proxy's HTML page; status 502 unless `status` says otherwise.
    #[serde(skip_serializing_if = "is_default")]
    pub html: bool,
    /// So many rows are missing at the end of the list.
    #[serde(skip_serializing_if = "is_default")]
    pub drop_rows: usize,
    /// What else becomes of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<Rows>,
}

/// When the connection is cut.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// Nothing was done.
    Before,
    /// Everything was done, and the answer is lost.
    After,
}

/// What becomes of a list.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// Each row twice.
    Double,
    /// Backwards.
    Reverse,
    /// None left.
    Empty,
}

/// An error as Entrata reports it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EntrataFault {
    /// `error.code`.
    pub code: i64,
    /// `error.message`.
    #[serde(default)]
    pub message: String,
}

/// A call that somebody else makes.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Deed {
    /// `METHOD /path` below `/v1/api`.
    pub call: String,
    /// Its JSON body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Json>,
}
