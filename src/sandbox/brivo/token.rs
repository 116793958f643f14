//! `POST /oauth/token`: the password and refresh grants, by form, multipart or query; tokens that really expire, several alive at
//! once.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};

use super::super::call::{self, Call, Reply};
use super::super::ids;
use super::super::json::Object;
use super::super::world::Secrets;
use super::super::world::quirks::brivo::{BrivoQuirks, Refresh};
use super::refusal;

/// The tokens that are alive.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    access: BTreeMap<String, DateTime<Utc>>,
    refresh: BTreeMap<String, DateTime<Utc>>,
    issued: u64,
}

impl Tokens {
    /// Whether an access token is good.
    pub(crate) fn check(&self, token: &str, now: DateTime<Utc>) -> Result<(), Reply> {
        match self.access.get(token) {
            Some(until) if now < *until => Ok(()),
            Some(_) => Err(refusal::oauth(
                401,
                "invalid_token",
                &format!("Access token expired: {}", shorten(token)),
            )),
            None => Err(refusal::oauth(401, "invalid_token", "Cannot convert access token to JSON")),
        }
    }

    /// Makes every access token expire, as a control action.
    pub(crate) fn expire_all(&mut self, now: DateTime<Utc>) {
        self.access.values_mut().for_each(|until| *until = now);
    }

    /// Answers a call to the authorisation server.
    pub(crate) fn answer(
        &mut self,
        call: &Call,
        secrets: &Secrets,
        quirks: &BrivoQuirks,
        now: DateTime<Utc>,
    ) -> Reply {
        if call.segments.get(1).map(String::as_str) != Some("token") || call.segments.len() != 2 {
            return refusal::oauth(404, "not_found", "No such endpoint");
        }
        if call.method != "POST" {
            return refusal::oauth(
                405,
                "method_not_allowed",
                &format!("Request method '{}' not supported", call.method),
            );
        }
        self.grant(call, secrets, quirks, now).unwrap_or_else(|refused| refused)
    }

    fn grant(
        &mut self,
        call: &Call,
        secrets: &Secrets,
        quirks: &BrivoQuirks,
        now: DateTime<Utc>,
    ) -> Result<Reply, Reply> {
        check_key(call, secrets, quirks)?;
        check_client(call, secrets)?;
        let fields = fields(call);
        let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        match field("grant_type") {
            Some("password") => {
                let pair = (field("username").unwrap_or_default(), field("password").unwrap_or_default());
                if pair != (secrets.brivo_username.as_str(), secrets.brivo_password.as_str()) {
                    // A stock Spring server says 400; Brivo's documents list it under 401. [doc]
                    return Err(refusal::oauth(401, "invalid_grant", "Bad credentials"));
                }
            }
            Some("refresh_token") => {
                self.use_refresh(field("refresh_token").unwrap_or_default(), quirks, now)?;
            }
            Some("authorization_code") => {
                let code = field("code").unwrap_or_default();
                return Err(refusal::oauth(
                    400,
                    "invalid_grant",
                    &format!("Invalid authorization code: {code}"),
                ));
            }
            Some(other) => {
                let description = format!("Unsupported grant type: {other}");
                return Err(refusal::oauth(400, "unsupported_grant_type", &description));
            }
            None => return Err(refusal::oauth(400, "invalid_request", "Missing grant type")),
        }
        Ok(self.issue(quirks, now))
    }

    fn use_refresh(&mut self, token: &str, quirks: &BrivoQuirks, now: DateTime<Utc>) -> Result<(), Reply> {
        if self.refresh.get(token).is_none_or(|until| *until <= now) {
            let description = format!("Invalid refresh token: {}", shorten(token));
            return Err(refusal::oauth(400, "invalid_grant", &description));
        }
        if quirks.refresh == Refresh::Rotating {
            self.refresh.remove(token);
        }
        Ok(())
    }

    fn issue(&mut self, quirks: &BrivoQuirks, now: DateTime<Utc>) -> Reply {
        self.access.retain(|_, until| now < *until + TimeDelta::hours(1));
        self.refresh.retain(|_, until| now < *until);
        self.issued += 1;
        let access_until = now + TimeDelta::seconds(quirks.token_ttl);
        let refresh_until = now + TimeDelta::seconds(quirks.refresh_ttl);
        let jti = uuid(self.issued, now);
        let access = jwt(&jti, "access", access_until);
        let refresh = jwt(&jti, "refresh", refresh_until);
        self.access.insert(access.clone(), access_until);
        self.refresh.insert(refresh.clone(), refresh_until);
        // The time that remains when the answer leaves, hence one less. [seen]
        let remaining = (quirks.token_ttl - 1).max(0);
        let body = Object::new()
            .put("access_token", access)
            .put("token_type", "bearer")
            .put("refresh_token", refresh)
            .put("expires_in", remaining)
            .put("scope", "brivo.api")
            .put("jti", jti);
        Reply::json(200, body)
    }
}

fn check_key(call: &Call, secrets: &Secrets, quirks: &BrivoQuirks) -> Result<(), Reply> {
    match call.header("api-key") {
        // Documented as needed, yet clients run in production without it. [code]
        None if !quirks.token_api_key_required => Ok(()),
        Some(key) if key == secrets.brivo_api_key => Ok(()),
        Some(_) | None => Err(refusal::inactive()),
    }
}

fn check_client(call: &Call, secrets: &Secrets) -> Result<(), Reply> {
    let expected = (secrets.brivo_client_id.clone(), secrets.brivo_client_secret.clone());
    match call.basic() {
        Some(pair) if pair == expected => Ok(()),
        Some(_) => Err(Reply::json(
            401,
            Object::new()
                .put("status", 401_i64)
                .put("error", "Unauthorized")
                .put("message", "Bad credentials")
                .put("path", "/oauth/token"),
        )),
        None => Err(refusal::oauth(
            401,
            "unauthorized",
            "Full authentication is required to access this resource",
        )),
    }
}

/// The fields of the query, and of a form or multipart body; a JSON body has none. [doc]
fn fields(call: &Call) -> Vec<(String, String)> {
    let mut fields = call.query.clone();
    let kind = call.header("content-type").unwrap_or_default();
    let body = String::from_utf8_lossy(&call.body);
    if kind.starts_with("application/x-www-form-urlencoded") {
        fields.extend(call::pairs(&body));
    } else if let Some((_, boundary)) = kind.split_once("boundary=") {
        fields.extend(parts(&body, boundary.trim_matches('"')));
    }
    fields
}

fn parts(body: &str, boundary: &str) -> Vec<(String, String)> {
    body.split(&format!("--{boundary}"))
        .filter_map(|part| {
            let (head, value) = part.split_once("\r\n\r\n")?;
            let (_, name) = head.split_once("name=\"")?;
            let (name, _) = name.split_once('"')?;
            Some((name.to_owned(), value.strip_suffix("\r\n").unwrap_or(value).to_owned()))
        })
        .collect()
}

/// Something of a JWT's looks and length; it proves nothing and is looked up as a whole.
fn jwt(jti: &str, kind: &str, until: DateTime<Utc>) -> String {
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
    let claims = format!(
        r#"{{"scope":["brivo.api"],"exp":{},"jti":"{jti}","client_id":"sandbox","use":"{kind}"}}"#,
        until.timestamp()
    );
    let signature = (0..32).fold(String::new(), |signature, at| {
        let digest = ids::digest(&format!("{claims}{at}"));
        signature + &format!("{digest:016x}")
    });
    format!("{head}.{}.{}", URL_SAFE_NO_PAD.encode(claims), URL_SAFE_NO_PAD.encode(signature))
}

fn uuid(number: u64, now: DateTime<Utc>) -> String {
    let high = ids::digest(&format!("{number}/{}", now.timestamp_micros()));
    let low = ids::digest(&format!("{high}"));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 50),
        low & 0xffff_ffff_ffff
    )
}

fn shorten(token: &str) -> String {
    token.chars().take(12).collect()
}
