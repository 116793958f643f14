//! What surrounds every reply: success with a result, or an error, by HTTP status or inside a 200.

use std::borrow::Cow;
use std::ops::Range;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::http::message::Answer;

use super::error::{EntrataError, Refusal};
use super::lenient;

/// A body that is no JSON, or is cut off.
pub(super) struct NotJson;

/// What a body says around its result, read once; or in words why it is no reply.
pub(super) type Read = Result<Opened, String>;

/// A reply with its wrapper taken off.
#[derive(Default)]
pub(super) struct Opened {
    request_id: Option<String>,
    code: Option<i64>,
    error: Option<Failure>,
    /// Where in the body the result stands.
    result: Option<Range<usize>>,
}

/// The wrapper, which the official specification leaves out in places; no live reply does [S].
#[derive(Deserialize)]
struct Wrapper<'a> {
    #[serde(borrow)]
    response: Option<Response<'a>>,
}

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow, default, rename = "requestId", deserialize_with = "lenient::text")]
    request_id: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::number")]
    code: Option<i64>,
    #[serde(borrow)]
    error: Option<Refused<'a>>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Refused<'a> {
    #[serde(default, deserialize_with = "lenient::number")]
    code: Option<i64>,
    #[serde(borrow, default, deserialize_with = "lenient::text")]
    message: Option<Cow<'a, str>>,
}

struct Failure {
    code: Option<i64>,
    message: Option<String>,
}

/// Reads what stands around the result.
pub(super) fn read(answer: &Answer) -> Read {
    let unreadable = |_| format!("{} is no reply of Entrata", answer.describe());
    let wrapper: Wrapper<'_> = serde_json::from_slice(&answer.body).map_err(unreadable)?;
    let response: Response<'_> = match wrapper.response {
        Some(response) => response,
        None => serde_json::from_slice(&answer.body).map_err(unreadable)?,
    };
    let Response { request_id, code, error, result } = response;
    let failure =
        |Refused { code, message }: Refused<'_>| Failure { code, message: message.map(Cow::into_owned) };
    let begin = answer.body.as_ptr().addr();
    let place = |result: &RawValue| {
        let from = result.get().as_ptr().addr() - begin;
        from..from + result.get().len()
    };
    Ok(Opened {
        request_id: request_id.map(Cow::into_owned),
        code,
        error: error.map(failure),
        result: result.map(place),
    })
}

/// The code of the error in a body, where it is a reply with an error.
pub(super) fn error_code(answer: &Answer, read: &Read) -> Result<Option<i64>, NotJson> {
    match read {
        Ok(opened) => Ok(opened.error.as_ref().and_then(|failure| failure.code)),
        Err(_) => serde_json::from_slice::<IgnoredAny>(&answer.body).map(|_| None).map_err(|_| NotJson),
    }
}

/// The reply, or the error that a refusal of either style is.
pub(super) fn accept(answer: &Answer, read: Read, method: &'static str) -> Result<Opened, EntrataError> {
    let opened = match read {
        Ok(opened) => opened,
        Err(problem) if answer.is_success() => return Err(EntrataError::Shape { call: method, problem }),
        Err(_) => Opened::default(),
    };
    let is_refused =
        !answer.is_success() || opened.error.is_some() || opened.code.is_some_and(|code| code != 200);
    if !is_refused {
        return Ok(opened);
    }
    let (code, message) = match opened.error {
        Some(failure) => (failure.code.or(opened.code), failure.message),
        None => (opened.code, None),
    };
    let message = message.map(|text| presentable(&text));
    Err(EntrataError::refused(method, Refusal { status: answer.status, code, message }))
}

impl Opened {
    /// The result of a success that answers this very request.
    pub(super) fn result<'a>(&self, answer: &'a Answer, request_id: &str) -> Result<&'a str, &'static str> {
        match self {
            Self { code: None, .. } => Err("it has no code"),
            Self { request_id: Some(echo), .. } if echo != request_id => Err("it answers another request"),
            Self { result, .. } => {
                let result = result.clone().and_then(|place| answer.body.get(place));
                result.and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or("it has no result")
            }
        }
    }
}

fn presentable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
