//! What an answer of Brivo means. Only the status, the gateway's header and the gateway's page decide: the texts of the API differ
//! from the documented ones [seen]. A 403 is three things: no permission, a bad key, too many calls.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::error::BrivoError;
use crate::http::Verdict;
use crate::http::message::Answer;

/// The longest wait that passes for throttling; a gateway that asks for more has a quota that is used up.
const LONGEST_THROTTLING: Duration = Duration::from_secs(300);

/// Where the gateway (Mashery) says what it refused [inferred].
const GATEWAY_HEADER: &str = "x-mashery-error-code";

/// Says to the transport whether an answer is final.
pub(super) fn judge(answer: &Answer) -> Verdict {
    let after = answer.retry_after();
    match (refusal(answer), answer.status) {
        (Some(Refusal::Throttled), _) => Verdict::Throttled { after },
        (None, 408 | 500..=595) => Verdict::Retry { after },
        // A page of somebody in between, such as a maintenance page.
        (None, 200..=299) if is_page(answer) => Verdict::Retry { after },
        (Some(Refusal::Quota | Refusal::Key) | None, _) => Verdict::Done,
    }
}

/// The answer, when it is a success; else what is wrong. A 401 is the caller's, who renews the token first.
pub(super) fn accept(call: &'static str, answer: Answer) -> Result<Answer, BrivoError> {
    let status = answer.status;
    match (refusal(&answer), status) {
        (Some(Refusal::Key), _) => Err(BrivoError::KeyRefused),
        (Some(Refusal::Quota | Refusal::Throttled), _) => {
            Err(BrivoError::QuotaExhausted { after: answer.retry_after() })
        }
        (None, 200..=299) => Ok(answer),
        (None, 401) => Err(BrivoError::TokenRefused { call }),
        (None, 596) => Err(BrivoError::NoSuchPath { call }),
        (None, _) if is_page(&answer) => Err(BrivoError::Foreign { call, status }),
        (None, 403) => Err(BrivoError::NotAllowed { call }),
        (None, 404) => Err(BrivoError::NotFound { call }),
        (None, 400..=499) => Err(BrivoError::Refused { call, status }),
        (None, _) => Err(BrivoError::Foreign { call, status }),
    }
}

/// The answer's JSON. The error names the place and never a value, which may be personal.
pub(super) fn read<T: DeserializeOwned>(call: &'static str, answer: &Answer) -> Result<T, BrivoError> {
    if let Ok(read) = serde_json::from_slice(&answer.body) {
        return Ok(read);
    }
    // Once more, slower, for the name of the place.
    let mut json = serde_json::Deserializer::from_slice(&answer.body);
    serde_path_to_error::deserialize(&mut json).map_err(|error| BrivoError::Unreadable {
        call,
        problem: format!("{}, at `{}`", answer.describe(), error.path()),
    })
}

/// What the gateway refused before the API was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// The api key is missing, wrong or disabled [doc].
    Key,
    /// Too many calls a second.
    Throttled,
    /// Too many calls in the key's period.
    Quota,
}

fn refusal(answer: &Answer) -> Option<Refusal> {
    if !matches!(answer.status, 403 | 429) {
        return None;
    }
    let code = answer.header(GATEWAY_HEADER).unwrap_or_default().to_ascii_uppercase();
    let page = if is_page(answer) { answer.text_head().to_ascii_uppercase() } else { String::new() };
    let says = |code_part: &str, page_part: &str| code.contains(code_part) || page.contains(page_part);
    let is_long = answer.retry_after().is_some_and(|after| after > LONGEST_THROTTLING);
    if says("OVER_RATE", "OVER RATE") {
        let is_short = answer.retry_after().is_some() && !is_long;
        return Some(if is_short { Refusal::Throttled } else { Refusal::Quota });
    }
    if says("OVER_QPS", "OVER QPS") || answer.status == 429 {
        return Some(if is_long { Refusal::Quota } else { Refusal::Throttled });
    }
    says("ERR_403_", "DEVELOPER INACTIVE").then_some(Refusal::Key)
}

/// Whether the body is a page for people and no JSON.
fn is_page(answer: &Answer) -> bool {
    answer.text_head().trim_start().starts_with('<')
}

#[cfg(test)]
mod tests;
