//! The two ways out: the network, and a router in this process.

use std::convert::Infallible;
use std::error::Error;

use axum::body::Body as AxumBody;
use futures_util::StreamExt as _;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Certificate, Client, redirect, retry};
use tower::ServiceExt as _;

use super::Settings;
use super::error::{HttpError, Trouble};
use super::message::{Address, Answer, Body, Place, Request};

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

#[derive(Clone)]
pub(super) enum Wire {
    Network {
        /// Honours the proxy variables.
        outside: Client,
        /// Never uses a proxy: loopback traffic may be plain http.
        loopback: Client,
    },
    InProcess(axum::Router),
}

impl Wire {
    pub(super) fn network(settings: &Settings) -> Result<Self, HttpError> {
        let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS
            .iter()
            .filter_map(|root| Certificate::from_der(root).ok());
        let outside = Client::builder().tls_certs_merge(bundled);
        let loopback = Client::builder().no_proxy().tls_certs_only([]);
        let build = |builder: reqwest::ClientBuilder| {
            builder
                .user_agent(USER_AGENT)
                .connect_timeout(settings.connect_timeout)
                .redirect(redirect::Policy::none())
                .retry(retry::never())
                .build()
                .map_err(|error| HttpError::Setup(innermost(&error)))
        };
        Ok(Self::Network { outside: build(outside)?, loopback: build(loopback)? })
    }

    pub(super) fn in_process(router: axum::Router) -> Self {
        Self::InProcess(router)
    }

    /// One try, without a limit of time over the connection's.
    pub(super) async fn send(&self, request: &Request, address: &Address) -> Result<Answer, Trouble> {
        match (self, address.place) {
            (Self::Network { outside, .. }, Place::Elsewhere) => over_network(outside, request).await,
            (Self::Network { loopback, .. }, Place::Loopback) => over_network(loopback, request).await,
            (Self::InProcess(router), _) => into_router(router.clone(), request).await,
        }
    }
}

async fn over_network(client: &Client, request: &Request) -> Result<Answer, Trouble> {
    let (content_type, bytes) = encode(request);
    let mut builder =
        client.request(request.method.clone(), request.url.clone()).headers(request.headers.clone());
    if let Some(content_type) = content_type {
        builder = builder.header(CONTENT_TYPE, content_type).body(bytes);
    }
    let mut response = builder.send().await.map_err(|error| failure(&error))?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    // Large answers come with their length; without one, or with one that is not to be believed, the text grows as it comes.
    let told = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let mut body = Vec::with_capacity(told.min(Answer::LARGEST));
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
        append(&mut body, &chunk)?;
    }
    Ok(Answer { status, headers, body })
}

async fn into_router(router: axum::Router, request: &Request) -> Result<Answer, Trouble> {
    let (content_type, bytes) = encode(request);
    let mut outgoing = axum::http::Request::new(AxumBody::from(bytes));
    *outgoing.method_mut() = request.method.clone();
    *outgoing.headers_mut() = request.headers.clone();
    *outgoing.uri_mut() = request
        .url
        .as_str()
        .parse()
        .map_err(|_| Trouble::Unsent { reason: "the address is no URI".to_owned() })?;
    if let Some(content_type) = content_type {
        outgoing.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    let response = router.oneshot(outgoing).await.unwrap_or_else(|never: Infallible| match never {});
    let (parts, stream) = response.into_parts();
    let mut chunks = stream.into_data_stream();
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        append(&mut body, &chunk.map_err(|error| lost(&error))?)?;
    }
    Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
}

fn encode(request: &Request) -> (Option<HeaderValue>, Vec<u8>) {
    match &request.body {
        Body::Empty => (None, Vec::new()),
        Body::Json(value) => {
            (Some(HeaderValue::from_static("application/json")), value.to_string().into_bytes())
        }
        Body::Form(pairs) => {
            // A URL's query has the very encoding of a form.
            let mut url = request.url.clone();
            let encoded =
                url.query_pairs_mut().clear().extend_pairs(pairs).finish().query().unwrap_or_default();
            let content_type = HeaderValue::from_static("application/x-www-form-urlencoded");
            (Some(content_type), encoded.as_bytes().to_vec())
        }
    }
}

fn append(body: &mut Vec<u8>, chunk: &[u8]) -> Result<(), Trouble> {
    if body.len() + chunk.len() > Answer::LARGEST {
        let megabytes = Answer::LARGEST >> 20;
        return Err(Trouble::Lost { reason: format!("it is larger than {megabytes} MiB") });
    }
    body.extend_from_slice(chunk);
    Ok(())
}

fn failure(error: &reqwest::Error) -> Trouble {
    if error.is_connect() || error.is_builder() {
        Trouble::Unsent { reason: innermost(error) }
    } else {
        lost(error)
    }
}

fn lost(error: &(dyn Error + 'static)) -> Trouble {
    Trouble::Lost { reason: innermost(error) }
}

/// The cause at the bottom, which says the most; reqwest's own text names the whole address, query included.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
