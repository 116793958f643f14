//! A request and its answer. Neither shows a secret or a body when it is printed.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::HttpError;

/// Whether a request may be sent again when nobody knows if it was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// A read, or a write that does the same twice as once.
    Safe,
    /// A create.
    Never,
}

/// What a request carries.
#[derive(Clone, Default)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// `application/json`.
    Json(Value),
    /// `application/x-www-form-urlencoded`.
    Form(Vec<(String, String)>),
}

/// One request.
#[derive(Clone)]
pub struct Request {
    /// GET, POST, …
    pub method: Method,
    /// The whole address, the query included.
    pub url: Url,
    /// Headers, the content type aside.
    pub headers: HeaderMap,
    /// What it carries.
    pub body: Body,
    /// Whether it may be sent twice.
    pub repeat: Repeat,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, url: Url, repeat: Repeat) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: Body::Empty, repeat }
    }

    /// With this body.
    #[must_use]
    pub fn with_body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// With this header, whose value is no secret.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// With this header, whose value is never printed.
    ///
    /// # Errors
    /// When the secret holds a character that no header can carry.
    pub fn with_secret(mut self, name: HeaderName, value: &SecretString) -> Result<Self, HttpError> {
        let mut value = HeaderValue::from_str(value.expose_secret())
            .map_err(|_| HttpError::Header { name: name.to_string() })?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// What takes its secrets out of a text that the other side wrote.
    pub fn veil(&self) -> Veil {
        let mut veil = Veil::default();
        for value in self.headers.values().filter(|value| value.is_sensitive()) {
            let text = String::from_utf8_lossy(value.as_bytes());
            // Of `Bearer …` and `Basic …` what follows is secret by itself.
            veil = veil.and(text.rsplit(' ').next().unwrap_or_default());
        }
        veil
    }

    /// Where it goes; refuses an address that would send secrets in the clear.
    pub(super) fn address(&self) -> Result<Address, HttpError> {
        Address::of(&self.url)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.url.path())
            .field("headers", &self.headers)
            .field("repeat", &self.repeat)
            .finish_non_exhaustive()
    }
}

/// Secrets that must not be read in texts that the other side wrote, which may send back what it was sent.
#[derive(Clone, Default)]
pub struct Veil(Vec<SecretString>);

impl Veil {
    /// With a further secret; one too short to be told from other words hides nothing.
    #[must_use]
    pub fn and(mut self, secret: &str) -> Self {
        if secret.len() >= Self::SHORTEST {
            self.0.push(secret.into());
        }
        self
    }

    /// Shorter secrets, in bytes, would star out half of every text.
    const SHORTEST: usize = 4;

    /// The text with `…` in the place of each secret.
    pub fn over(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose_secret(), "…"))
    }
}

/// Reads a service's address from the manifest or the environment, without its trailing slash.
///
/// # Errors
/// When it is no address, is neither http nor https, or is plain http to another machine.
pub fn parse_address(text: &str) -> Result<Url, HttpError> {
    let url = Url::parse(text.trim().trim_end_matches('/'))
        .map_err(|problem| HttpError::Address { url: text.to_owned(), problem: problem.to_string() })?;
    Address::of(&url).map(|_| url)
}

/// The host that a request goes to, as people should see it, and whether it is this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) host: String,
    pub(super) place: Place,
}

/// On which machine a host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Loopback,
    Elsewhere,
}

impl Address {
    fn of(url: &Url) -> Result<Self, HttpError> {
        let host = url.host_str().unwrap_or_default();
        let place = place(host);
        let shown = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        match (url.scheme(), place) {
            _ if host.is_empty() => {
                Err(HttpError::Address { url: url.to_string(), problem: "it names no host".to_owned() })
            }
            ("https", _) | ("http", Place::Loopback) => Ok(Self { host: shown, place }),
            ("http", Place::Elsewhere) => Err(HttpError::Insecure { host: shown }),
            (scheme, _) => {
                Err(HttpError::Address { url: shown, problem: format!("`{scheme}` is not https") })
            }
        }
    }
}

fn place(host: &str) -> Place {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = bare.parse::<IpAddr>().map_or(bare == "localhost", |ip| ip.is_loopback());
    if is_loopback { Place::Loopback } else { Place::Elsewhere }
}

/// One whole answer.
#[derive(Clone, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, unpacked, at most [`Answer::LARGEST`] bytes.
    pub body: Vec<u8>,
}

impl Answer {
    /// The largest body that is read, in bytes: ten times a page of leases.
    pub const LARGEST: usize = 64 << 20;

    /// The header's value, where it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is no JSON of that shape; the message holds no value of the body.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let problem = match error.classify() {
                serde_json::error::Category::Eof => format!("it ends in the middle (column {column})"),
                serde_json::error::Category::Data => "its fields are not the expected ones".to_owned(),
                serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
                    format!("it is broken at line {line}, column {column}")
                }
            };
            HttpError::Body { what: self.describe(), problem }
        })
    }

    /// The first 500 bytes of the body as text: to recognise a gateway's page by, never to be printed, for they may hold
    /// personal data.
    pub fn text_head(&self) -> String {
        String::from_utf8_lossy(&self.body[..self.body.len().min(500)]).into_owned()
    }

    /// `Retry-After`, where there is one: in seconds, or as a date, which is read by the server's own clock.
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.header(RETRY_AFTER.as_str())?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let until = DateTime::parse_from_rfc2822(text).ok()?;
        let wait = until.to_utc() - self.date()?;
        Some(wait.to_std().unwrap_or_default())
    }

    /// What the server's clock showed.
    pub fn date(&self) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc2822(self.header(DATE.as_str())?).ok().map(|date| date.to_utc())
    }

    /// What it is, in words without any of its content: `HTTP 502 with an HTML page`.
    pub fn describe(&self) -> String {
        let head = self.text_head();
        let head = head.trim_start();
        let kind = match head.chars().next() {
            None => "without a body",
            Some('{' | '[') => "with a JSON body",
            Some('<') => "with an HTML page",
            Some(_) => "with a text",
        };
        format!("HTTP {} {kind}", self.status)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}
