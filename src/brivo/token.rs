//! The access token: asked for with the administrator's password, renewed early with the refresh token, by one task at a time
//! while the others wait for it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderName};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::error::BrivoError;
use super::{answer, wire};
use crate::http::Transport;
use crate::http::error::HttpError;
use crate::http::message::{Answer, Body, Repeat, Request};

const CALL: &str = "POST /oauth/token";

/// The gateway's key, asked for by both hosts [doc] [code].
pub(super) const API_KEY: HeaderName = HeaderName::from_static("api-key");

/// How long before its end a token is renewed at most; of a short-lived one a third of its life, whichever is less.
const MARGIN: Duration = Duration::from_secs(10);

/// As good as any longer life, and never too far for the clock.
const A_DAY: Duration = Duration::from_secs(86_400);

/// What the client logs in with.
pub struct BrivoLogin {
    /// The gateway's key.
    pub api_key: SecretString,
    /// The application's id.
    pub client_id: SecretString,
    /// The application's secret.
    pub client_secret: SecretString,
    /// The administrator.
    pub username: SecretString,
    /// The administrator's password.
    pub password: SecretString,
}

/// A token as it is sent, and which one it was.
#[derive(Clone)]
pub(super) struct Bearer {
    /// `Bearer …`
    pub(super) header: SecretString,
    number: u64,
}

/// Holds the token that is in use.
pub(super) struct Tokens {
    transport: Transport,
    url: Url,
    login: BrivoLogin,
    held: Mutex<Option<Held>>,
}

struct Held {
    bearer: Bearer,
    refresh: Option<SecretString>,
    renew_at: Instant,
}

impl Tokens {
    pub(super) fn new(transport: Transport, url: Url, login: BrivoLogin) -> Self {
        Self { transport, url, login, held: Mutex::new(None) }
    }

    pub(super) fn api_key(&self) -> &SecretString {
        &self.login.api_key
    }

    /// A token that is good for a while.
    pub(super) async fn bearer(&self) -> Result<Bearer, BrivoError> {
        let mut held = self.held.lock().await;
        match &*held {
            Some(token) if Instant::now() < token.renew_at => Ok(token.bearer.clone()),
            _ => self.renew(&mut held).await,
        }
    }

    /// A token in the place of one that the API refused; another task's, when there is a newer one already.
    pub(super) async fn instead_of(&self, refused: &Bearer) -> Result<Bearer, BrivoError> {
        let mut held = self.held.lock().await;
        match &*held {
            Some(token) if token.bearer.number != refused.number => Ok(token.bearer.clone()),
            _ => self.renew(&mut held).await,
        }
    }

    /// Renews the token, by a new login where there is no refresh token or it is refused.
    async fn renew(&self, held: &mut Option<Held>) -> Result<Bearer, BrivoError> {
        let number = held.as_ref().map_or(0, |held| held.bearer.number + 1);
        // What is refused is not kept: whoever comes next logs in.
        let refreshed = match held.take().and_then(|held| held.refresh) {
            Some(refresh) => self.refresh(&refresh, number).await?,
            None => None,
        };
        let token = match refreshed {
            Some(token) => token,
            None => self.log_in(number).await?,
        };
        Ok(held.insert(token).bearer.clone())
    }

    /// `None` when Brivo won't take the refresh token any more.
    async fn refresh(&self, refresh: &SecretString, number: u64) -> Result<Option<Held>, BrivoError> {
        let begun = Instant::now();
        let answer =
            self.ask(&[("grant_type", "refresh_token"), ("refresh_token", refresh.expose_secret())]).await?;
        if (400..500).contains(&answer.status) {
            return Ok(None);
        }
        let mut token = held(&answer::accept(CALL, answer)?, number, begun)?;
        // Whether the old one stays good is not known; where no new one comes it must.
        token.refresh = token.refresh.or_else(|| Some(refresh.clone()));
        Ok(Some(token))
    }

    async fn log_in(&self, number: u64) -> Result<Held, BrivoError> {
        let begun = Instant::now();
        let (username, password) = (self.login.username.expose_secret(), self.login.password.expose_secret());
        let form = [("grant_type", "password"), ("username", username), ("password", password)];
        let answer = self.ask(&form).await?;
        let (status, check) = (answer.status, what_to_check(&answer));
        match answer::accept(CALL, answer) {
            Ok(answer) => held(&answer, number, begun),
            Err(
                BrivoError::TokenRefused { .. } | BrivoError::Refused { .. } | BrivoError::NotAllowed { .. },
            ) => Err(BrivoError::LoginRefused { status, check }),
            Err(error) => Err(error),
        }
    }

    async fn ask(&self, form: &[(&str, &str)]) -> Result<Answer, BrivoError> {
        let form = form.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let request =
            self.request(Body::Form(form)).map_err(|source| BrivoError::Http { call: CALL, source })?;
        // Asked twice, Brivo has two tokens alive, which is no harm.
        let answer = self.transport.send(&request, answer::judge).await;
        answer.map_err(|source| BrivoError::Http { call: CALL, source })
    }

    fn request(&self, form: Body) -> Result<Request, HttpError> {
        let (id, secret) = (&self.login.client_id, &self.login.client_secret);
        let pair = format!("{}:{}", id.expose_secret(), secret.expose_secret());
        Request::new(Method::POST, self.url.clone(), Repeat::Safe)
            .with_body(form)
            .with_secret(AUTHORIZATION, &format!("Basic {}", STANDARD.encode(pair)).into())?
            .with_secret(API_KEY, &self.login.api_key)
    }
}

/// The token answer [seen]; `expires_in` is the time that remains: 59 in 2017, 299 or 300 now.
#[derive(Deserialize)]
struct Grant {
    access_token: String,
    refresh_token: Option<String>,
    #[serde(deserialize_with = "wire::number")]
    expires_in: u64,
}

fn held(answer: &Answer, number: u64, begun: Instant) -> Result<Held, BrivoError> {
    let Grant { access_token, refresh_token, expires_in } = answer::read(CALL, answer)?;
    let life = Duration::from_secs(expires_in).min(A_DAY);
    Ok(Held {
        bearer: Bearer { header: format!("Bearer {access_token}").into(), number },
        refresh: refresh_token.map(Into::into),
        renew_at: begun + life.saturating_sub(MARGIN.min(life / 3)),
    })
}

/// Which secrets a refused login speaks of: Brivo tells a wrong administrator from a wrong application by `error` [doc].
fn what_to_check(answer: &Answer) -> &'static str {
    let error: String = answer
        .json()
        .ok()
        .and_then(|body: serde_json::Value| wire::as_text(&body["error"]))
        .unwrap_or_default();
    match error.to_ascii_lowercase().as_str() {
        "invalid_grant" => "BRIVO_USERNAME and BRIVO_PASSWORD",
        "unauthorized" | "invalid_client" => "BRIVO_CLIENT_ID and BRIVO_CLIENT_SECRET",
        "unauthorized_client" | "unsupported_grant_type" => {
            "BRIVO_CLIENT_ID and BRIVO_CLIENT_SECRET: the application must allow the password grant"
        }
        _ => "BRIVO_USERNAME, BRIVO_PASSWORD, BRIVO_CLIENT_ID and BRIVO_CLIENT_SECRET",
    }
}
