//! A server that records what it is sent and answers what a test tells it to.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use futures_util::stream;
use serde_json::{Value, json};

use super::super::Client;
use super::super::token::BrivoLogin;
use crate::access::Profile;
use crate::http::{Settings, Transport};

/// What the server was sent.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) method: Method,
    /// Without the API's prefix; as sent, still encoded.
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Seen {
    /// `METHOD /path?query body`
    pub(super) fn line(&self) -> String {
        let Self { method, path, query, body, .. } = self;
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        format!("{method} {path}{query} {body}").trim_end().to_owned()
    }

    /// `METHOD /path`
    pub(super) fn call(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(super) fn asks(&self, name: &str) -> Option<usize> {
        let pair = self.query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        pair.map(|value| value.parse().unwrap())
    }

    pub(super) fn is_token(&self) -> bool {
        self.path == "/oauth/token"
    }
}

/// What the server answers.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    is_cut: bool,
}

impl Reply {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        let headers = vec![("content-type", "application/json;charset=UTF-8".to_owned())];
        Self { status, headers, body: body.to_string(), is_cut: false }
    }

    pub(super) fn page(status: u16, body: &str) -> Self {
        let headers = vec![("content-type", "text/xml".to_owned())];
        Self { status, headers, body: body.to_owned(), is_cut: false }
    }

    pub(super) fn none(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new(), is_cut: false }
    }

    /// The connection ends before the body does.
    pub(super) fn cut() -> Self {
        Self { is_cut: true, ..Self::none(200) }
    }

    pub(super) fn not_found() -> Self {
        Self::json(404, &json!({"message": "Requested user not found", "code": 404}))
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn into_response(self) -> Response {
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        let cut = || stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]);
        response.body(if self.is_cut { Body::from_stream(cut()) } else { self.body.into() }).unwrap()
    }
}

/// A page as Brivo pages: `all` is the whole list.
pub(super) fn paged(seen: &Seen, all: &[Value]) -> Reply {
    let (offset, size) = (seen.asks("offset").unwrap_or(0), seen.asks("pageSize").unwrap_or(20));
    let data: Vec<_> = all.iter().skip(offset).take(size).collect();
    Reply::json(200, &json!({"data": data, "offset": offset, "pageSize": size, "count": all.len()}))
}

/// A list that comes whole.
pub(super) fn whole(all: &[Value]) -> Reply {
    Reply::json(200, &json!({"data": all, "count": all.len()}))
}

/// The token answer; the number tells tokens apart.
pub(super) fn token(number: usize, expires_in: u64) -> Reply {
    let (access, refresh) = (format!("access-{number}"), format!("refresh-{number}"));
    Reply::json(
        200,
        &json!({"access_token": access, "token_type": "bearer", "refresh_token": refresh, "expires_in": expires_in}),
    )
}

/// The server.
#[derive(Clone)]
pub(super) struct Fake {
    seen: Arc<Mutex<Vec<Seen>>>,
    router: Router,
}

impl Fake {
    /// Gives good tokens, and `api`'s answers to everything else.
    pub(super) fn new(api: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::with_tokens(|_| token(1, 300), api)
    }

    /// Asks `tokens` about tokens and `api` about everything else.
    pub(super) fn with_tokens(
        tokens: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
        api: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let log: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let seen = Arc::clone(&log);
        let answers = Arc::new(move |seen: &Seen| if seen.is_token() { tokens(seen) } else { api(seen) });
        let router =
            Router::new().fallback(move |method: Method, uri: Uri, headers: HeaderMap, body: String| {
                let path = uri.path().strip_prefix("/v1/api").unwrap_or(uri.path()).to_owned();
                let query = uri.query().unwrap_or_default().to_owned();
                let seen = Seen { method, path, query, headers, body };
                log.lock().unwrap().push(seen.clone());
                let answers = Arc::clone(&answers);
                async move {
                    // Lets the other tasks have their turn, as a network does.
                    tokio::task::yield_now().await;
                    answers(&seen).into_response()
                }
            });
        Self { seen, router }
    }

    /// A client over real HTTP.
    pub(super) async fn served(&self) -> Client {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = format!("http://{}", listener.local_addr().unwrap());
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let transport = Transport::network(Settings::default()).unwrap();
        Client::new(transport, &format!("{host}/v1/api/"), &host, login()).unwrap()
    }

    /// A client in this process, which works while the clock is paused.
    pub(super) fn in_process(&self) -> Client {
        let transport = Transport::in_process(self.router.clone());
        Client::new(transport, "https://api.example.com/v1/api", "https://auth.example.com", login()).unwrap()
    }

    /// Everything that was sent, token calls too.
    pub(super) fn all(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// What was sent to the API.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.all().into_iter().filter(|seen| !seen.is_token()).collect()
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.seen().iter().map(Seen::line).collect()
    }

    pub(super) fn calls(&self) -> Vec<String> {
        self.seen().iter().map(Seen::call).collect()
    }

    pub(super) fn token_forms(&self) -> Vec<String> {
        self.all().into_iter().filter(Seen::is_token).map(|seen| seen.body).collect()
    }
}

pub(super) fn login() -> BrivoLogin {
    BrivoLogin {
        api_key: "the-key".into(),
        client_id: "the-client".into(),
        client_secret: "the-secret".into(),
        username: "admin@example.com".into(),
        password: "pass word&=".into(),
    }
}

/// Answers one after the other, the last one for ever.
pub(super) fn in_turn(replies: Vec<Reply>) -> impl Fn() -> Reply + Send + Sync {
    let next = Mutex::new(0);
    move || {
        let mut next = next.lock().unwrap();
        let reply = replies[(*next).min(replies.len() - 1)].clone();
        *next += 1;
        reply
    }
}

pub(super) fn instant(text: &str) -> crate::access::Instant {
    text.parse().unwrap()
}

pub(super) fn rosa() -> Profile {
    Profile {
        first_name: crate::access::Personal::new("Rosa"),
        last_name: crate::access::Personal::new("Renter"),
        ..Profile::default()
    }
}
