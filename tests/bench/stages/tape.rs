//! Answers of the sandbox, kept and given again: so that what is measured is the client's work and not the sandbox's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

/// What tells one question from another: verb, address, body.
type Question = (String, String, String);

#[derive(Clone)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Questions with the answer that each got.
#[derive(Clone, Default)]
pub(crate) struct Tape {
    answers: Arc<Mutex<HashMap<Question, Answer>>>,
}

impl Tape {
    /// The router with everything that it answers kept.
    pub(crate) fn recording(&self, router: Router) -> Router {
        router.layer(middleware::from_fn_with_state(self.clone(), record))
    }

    /// Answers what was answered before.
    pub(crate) fn player(&self) -> Router {
        let answers = Arc::new(self.answers.lock().unwrap().clone());
        Router::new().fallback(play).with_state(answers)
    }
}

async fn record(State(tape): State<Tape>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let question = question(parts.method.as_str(), &parts.uri.to_string(), &body);
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = without_echo(to_bytes(body, usize::MAX).await.unwrap());
    let answer = Answer { status: parts.status, headers: parts.headers, body };
    tape.answers.lock().unwrap().insert(question, answer.clone());
    answer.give()
}

async fn play(State(answers): State<Arc<HashMap<Question, Answer>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let question = question(parts.method.as_str(), &parts.uri.to_string(), &body);
    answers.get(&question).cloned().unwrap().give()
}

impl Answer {
    fn give(self) -> Response {
        (self.status, self.headers, self.body).into_response()
    }
}

/// Entrata's requests are numbered as they go out, and those of another reading in another order.
fn question(verb: &str, address: &str, body: &[u8]) -> Question {
    let mut body: Value = serde_json::from_slice(body).unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("requestId");
    }
    (verb.to_owned(), address.to_owned(), body.to_string())
}

/// The answer without the number of the request, which is no other request's.
fn without_echo(body: Bytes) -> Bytes {
    const KEY: &str = "\"requestId\":\"";
    let start: String = String::from_utf8_lossy(&body[..body.len().min(100)]).into_owned();
    let Some(at) = start.find(KEY) else { return body };
    let Some(length) = start[at + KEY.len()..].find("\",") else { return body };
    let rest = at + KEY.len() + length + "\",".len();
    [&body[..at], &body[rest..]].concat().into()
}
