//! What surrounds every reply: success with a result, or an error, by HTTP status or inside a 200.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::http::message::Answer;

use super::error::{EntrataError, Refusal};
use super::lenient;

/// A body that is no JSON, or is cut off.
pub(super) struct NotJson;

/// The code of the error in a body, where it is a reply with an error.
pub(super) fn error_code(answer: &Answer) -> Result<Option<i64>, NotJson> {
    if let Ok(response) = parse(answer) {
        return Ok(response.error.and_then(|failure| failure.code));
    }
    serde_json::from_slice::<IgnoredAny>(&answer.body).map(|_| None).map_err(|_| NotJson)
}

/// A reply with its wrapper taken off.
pub(super) struct Envelope<'a> {
    method: &'static str,
    response: Response<'a>,
}

/// The wrapper, which the official specification leaves out in places; no live reply does [S].
#[derive(Deserialize)]
struct Wrapper<'a> {
    #[serde(borrow)]
    response: Option<Response<'a>>,
}

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(default, rename = "requestId", deserialize_with = "lenient::text")]
    request_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::number")]
    code: Option<i64>,
    error: Option<Failure>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Failure {
    #[serde(default, deserialize_with = "lenient::number")]
    code: Option<i64>,
    #[serde(default, deserialize_with = "lenient::text")]
    message: Option<String>,
}

impl<'a> Envelope<'a> {
    /// Opens a reply, and turns a refusal of either style into the error that it is.
    pub(super) fn open(answer: &'a Answer, method: &'static str) -> Result<Self, EntrataError> {
        let response = match parse(answer) {
            Ok(response) => response,
            Err(problem) if answer.is_success() => {
                return Err(EntrataError::Shape { call: method, problem });
            }
            Err(_) => Response { request_id: None, code: None, error: None, result: None },
        };
        let is_refused =
            !answer.is_success() || response.error.is_some() || response.code.is_some_and(|code| code != 200);
        if !is_refused {
            return Ok(Self { method, response });
        }
        let (code, message) = match response.error {
            Some(failure) => (failure.code.or(response.code), failure.message),
            None => (response.code, None),
        };
        let message = message.map(|text| presentable(&text));
        Err(EntrataError::refused(method, Refusal { status: answer.status, code, message }))
    }

    /// The result of a success that answers this very request.
    pub(super) fn result(self, request_id: &str) -> Result<&'a RawValue, EntrataError> {
        let problem = match self.response {
            Response { code: None, .. } => "it has no code",
            Response { request_id: Some(echo), .. } if echo != request_id => "it answers another request",
            Response { result: None, .. } => "it has no result",
            Response { result: Some(result), .. } => return Ok(result),
        };
        Err(EntrataError::Shape { call: self.method, problem: problem.to_owned() })
    }
}

fn parse(answer: &Answer) -> Result<Response<'_>, String> {
    let unreadable = |_| format!("{} is no reply of Entrata", answer.describe());
    let wrapper: Wrapper<'_> = serde_json::from_slice(&answer.body).map_err(unreadable)?;
    match wrapper.response {
        Some(response) => Ok(response),
        None => serde_json::from_slice(&answer.body).map_err(unreadable),
    }
}

fn presentable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
