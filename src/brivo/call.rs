//! One call of the API: its address, its headers, and the one retry with a fresh token.

use std::fmt::Write as _;

use reqwest::header::AUTHORIZATION;
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::BrivoError;
use super::token::{API_KEY, Bearer};
use super::{Client, answer};
use crate::http::error::HttpError;
use crate::http::message::{Answer, Body, Repeat, Request, parse_address};

/// A call before it has an address and a token.
#[derive(Clone)]
pub(super) struct Call {
    /// What messages call it: the method and the pattern of its path.
    name: &'static str,
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Body,
    repeat: Repeat,
}

impl Call {
    /// A call by its name, `METHOD /pattern`, with a path in the place of the pattern.
    pub(super) fn new(name: &'static str, path: impl Into<String>) -> Self {
        let method = match name.split_once(' ') {
            Some(("POST", _)) => Method::POST,
            Some(("PUT", _)) => Method::PUT,
            Some(("DELETE", _)) => Method::DELETE,
            _ => Method::GET,
        };
        let (query, body) = (Vec::new(), Body::Empty);
        Self { name, method, path: path.into(), query, body, repeat: Repeat::Safe }
    }

    pub(super) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub(super) fn json(mut self, body: Value) -> Self {
        self.body = Body::Json(body);
        self
    }

    /// Not to be sent again while nobody knows whether it was executed.
    pub(super) fn once(mut self) -> Self {
        self.repeat = Repeat::Never;
        self
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    fn request(&self, client: &Client, bearer: &Bearer) -> Result<Request, HttpError> {
        let mut url = below(&client.api_url, &self.path)?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Request::new(self.method.clone(), url, self.repeat)
            .with_body(self.body.clone())
            .with_secret(API_KEY, client.tokens.api_key())?
            .with_secret(AUTHORIZATION, &bearer.header)
    }
}

impl Client {
    /// Makes the call; a token that the API refuses is renewed once (a 401 executed nothing).
    pub(super) async fn call(&self, call: &Call) -> Result<Answer, BrivoError> {
        let bearer = self.tokens.bearer().await?;
        let mut answer = self.send(call, &bearer).await?;
        if answer.status == 401 {
            let bearer = self.tokens.instead_of(&bearer).await?;
            answer = self.send(call, &bearer).await?;
        }
        answer::accept(call.name, answer)
    }

    /// Makes the call and reads its JSON.
    pub(super) async fn read<T: DeserializeOwned>(&self, call: &Call) -> Result<T, BrivoError> {
        answer::read(call.name, &self.call(call).await?)
    }

    async fn send(&self, call: &Call, bearer: &Bearer) -> Result<Answer, BrivoError> {
        let failed = |source| BrivoError::Http { call: call.name, source };
        let request = call.request(self, bearer).map_err(failed)?;
        self.transport.send(&request, answer::judge).await.map_err(failed)
    }
}

/// The address with a further path.
pub(super) fn below(url: &Url, path: &str) -> Result<Url, HttpError> {
    parse_address(&format!("{}{path}", url.as_str().trim_end_matches('/')))
}

/// One segment of a path: everything but letters, digits, `-` and `_` is percent-encoded, `/` too.
pub(super) fn segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            segment.push(char::from(byte));
        } else {
            let _infallible = write!(segment, "%{byte:02X}");
        }
    }
    segment
}
