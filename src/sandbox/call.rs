//! One HTTP call as the sandbox sees it, and the answer to it before it becomes bytes.

use axum::body::Bytes;
use axum::http::{HeaderMap, Uri};

use super::json::Json;

/// A request, its path and query already decoded.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// The path as sent, percent-escapes and all.
    pub(crate) path: String,
    /// The decoded parts between the slashes; a trailing slash adds none.
    pub(crate) segments: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Call {
    pub(crate) fn new(method: &str, uri: &Uri, headers: HeaderMap, body: Bytes) -> Self {
        let path = uri.path().to_owned();
        let segments =
            path.split('/').filter(|part| !part.is_empty()).map(|part| decode(part, Plus::Literal)).collect();
        let query = uri.query().map(pairs).unwrap_or_default();
        Self { method: method.to_owned(), path, segments, query, headers, body }
    }

    /// The first query parameter of that name.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The user and password of a Basic header.
    pub(crate) fn basic(&self) -> Option<(String, String)> {
        use base64::Engine as _;
        let (scheme, encoded) = self.header("authorization")?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let bytes = base64::engine::general_purpose::STANDARD.decode(encoded.trim()).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        text.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
    }
}

/// `a=1&b=2`, decoded as a form or a query string.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key, Plus::Blank), decode(value, Plus::Blank))
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Plus {
    Blank,
    Literal,
}

fn decode(text: &str, plus: Plus) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (escaped, bytes[at]) {
            (Some(byte), _) => {
                decoded.push(byte);
                at += 2;
            }
            (None, b'+') if plus == Plus::Blank => decoded.push(b' '),
            (None, byte) => decoded.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// An answer: status, headers and what its body will be.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Headers whose names a world file chose.
    pub(crate) extra: Vec<(String, String)>,
    pub(crate) body: Payload,
}

/// What an answer carries.
#[derive(Clone, Debug)]
pub(crate) enum Payload {
    Nothing,
    /// JSON in the usual spelling.
    Json(Json),
    /// JSON in PHP's spelling.
    Php(Json),
    /// Anything else; its content type stands in the headers.
    Text(String),
}

impl Reply {
    pub(crate) fn new(status: u16, body: Payload) -> Self {
        Self { status, headers: Vec::new(), extra: Vec::new(), body }
    }

    pub(crate) fn json(status: u16, body: impl Into<Json>) -> Self {
        Self::new(status, Payload::Json(body.into()))
    }

    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The JSON of the body, where it has one.
    pub(crate) fn json_mut(&mut self) -> Option<&mut Json> {
        match &mut self.body {
            Payload::Json(json) | Payload::Php(json) => Some(json),
            Payload::Nothing | Payload::Text(_) => None,
        }
    }

    /// The body's bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match &self.body {
            Payload::Nothing => Vec::new(),
            Payload::Json(json) => serde_json::to_vec(json).unwrap_or_default(),
            Payload::Php(json) => super::php::encode(json),
            Payload::Text(text) => text.clone().into_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_queries_are_decoded_by_their_own_rules() {
        let uri =
            "/v1/api/users/a%2Fb+c/external/?filter=firstname__eq:J%C3%BCrgen+K&empty=".parse().unwrap();
        let call = Call::new("GET", &uri, HeaderMap::new(), Bytes::new());
        assert_eq!(call.segments, ["v1", "api", "users", "a/b+c", "external"]);
        assert_eq!(call.parameter("filter"), Some("firstname__eq:Jürgen K"));
        assert_eq!(call.parameter("empty"), Some(""));
    }
}
