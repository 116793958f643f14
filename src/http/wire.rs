//! The two ways out: the network, and a router in this process.

use std::convert::Infallible;
use std::error::Error;
use std::sync::{Arc, OnceLock};

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
    Network(Arc<Network>),
    InProcess(axum::Router),
}

pub(super) struct Network {
    settings: Settings,
    /// Honours the proxy variables. Made when it is asked for: reading the system's certificates takes longer than many a plan.
    outside: OnceLock<Result<Client, String>>,
    /// Never uses a proxy: loopback traffic may be plain http.
    loopback: Client,
}

impl Network {
    fn new(settings: Settings) -> Result<Self, HttpError> {
        let loopback = Client::builder().no_proxy().tls_certs_only([]);
        let loopback = build(loopback, &settings).map_err(HttpError::Setup)?;
        Ok(Self { settings, outside: OnceLock::new(), loopback })
    }

    fn client(&self, place: Place) -> Result<&Client, Trouble> {
        match place {
            Place::Loopback => Ok(&self.loopback),
            Place::Elsewhere => {
                let made = self.outside.get_or_init(|| outside(&self.settings)).as_ref();
                made.map_err(|reason| Trouble::Unsent { reason: reason.clone() })
            }
        }
    }
}

fn outside(settings: &Settings) -> Result<Client, String> {
    let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    let bundled = bundled.filter_map(|root| Certificate::from_der(root).ok());
    build(Client::builder().tls_certs_merge(bundled), settings)
}

fn build(builder: reqwest::ClientBuilder, settings: &Settings) -> Result<Client, String> {
    builder
        .user_agent(USER_AGENT)
        .connect_timeout(settings.connect_timeout)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .build()
        .map_err(|error| innermost(&error))
}

impl Wire {
    pub(super) fn network(settings: &Settings) -> Result<Self, HttpError> {
        Ok(Self::Network(Arc::new(Network::new(*settings)?)))
    }

    pub(super) fn in_process(router: axum::Router) -> Self {
        Self::InProcess(router)
    }

    /// One try, without a limit of time over the connection's.
    pub(super) async fn send(&self, request: &Request, address: &Address) -> Result<Answer, Trouble> {
        match self {
            Self::Network(network) => over_network(network.client(address.place)?, request).await,
            Self::InProcess(router) => into_router(router.clone(), request).await,
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
