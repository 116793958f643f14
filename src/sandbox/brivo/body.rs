//! Bodies and the values in them: JSON objects, instants with or without offset, texts that may be numbers, and the difference
//! between «not sent» and `null`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound as _, Utc};

use super::super::call::{Call, Reply};
use super::super::json::{Json, Object};
use super::refusal;

/// A value that may be left out, or sent as `null`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sent<T> {
    Left,
    Null,
    Value(T),
}

impl<T> Sent<T> {
    /// As a replacement reads it: what is left out is removed. [doc]
    pub(crate) fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Left | Self::Null => None,
        }
    }
}

/// The body as an object; no body is an empty one.
pub(crate) fn object(call: &Call) -> Result<Object, Reply> {
    if call.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Object::new());
    }
    let kind = call.header("content-type").unwrap_or("application/json");
    if !kind.to_ascii_lowercase().contains("json") {
        return Err(refusal::media_type());
    }
    match serde_json::from_slice(&call.body) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(Json::Null) => Ok(Object::new()),
        Ok(_) | Err(_) => Err(refusal::body()),
    }
}

/// What was sent under a name, read by `read`; what can't be read is a 400.
pub(crate) fn sent<T>(
    body: &Object,
    name: &str,
    read: impl FnOnce(&Json) -> Option<T>,
) -> Result<Sent<T>, Reply> {
    match body.get(name) {
        None => Ok(Sent::Left),
        Some(Json::Null) => Ok(Sent::Null),
        Some(value) => read(value).map(Sent::Value).ok_or_else(refusal::criteria),
    }
}

/// A text, or a number as text: `externalId` was sent as 1 and came back as "1". [seen]
pub(crate) fn text(value: &Json) -> Option<String> {
    match value {
        Json::Text(_) | Json::Int(_) => value.scalar(),
        Json::Absent
        | Json::Null
        | Json::Bool(_)
        | Json::Real(_)
        | Json::List(_)
        | Json::Object(_)
        | Json::Written(_) => None,
    }
}

/// `true`, `1` or `"true"`; clients send all of them. [code]
pub(crate) fn flag(value: &Json) -> Option<bool> {
    match value.scalar().as_deref() {
        Some("true" | "1") => Some(true),
        Some("false" | "0") => Some(false),
        Some(_) | None => None,
    }
}

/// An instant of a body.
pub(crate) fn instant(value: &Json) -> Option<DateTime<Utc>> {
    match value {
        Json::Text(text) => parse_instant(text),
        Json::Absent
        | Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::Real(_)
        | Json::List(_)
        | Json::Object(_)
        | Json::Written(_) => None,
    }
}

/// With an offset or fractions [doc], without a zone, or a bare date, which is midnight UTC [seen].
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.with_timezone(&Utc).trunc_subsecs(0));
    }
    if let Ok(local) = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S") {
        return Some(local.and_utc());
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|date| date.and_time(NaiveTime::MIN).and_utc())
}

/// A list of ids.
pub(crate) fn ids(value: &Json) -> Option<Vec<u64>> {
    let Json::List(items) = value else { return None };
    items.iter().map(|item| item.scalar()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_in_every_form_that_clients_send() {
        for (sent, held) in [
            ("2015-04-15T17:00:00-05:00", Some("2015-04-15T22:00:00Z")),
            ("2015-04-15T17:00:00.345Z", Some("2015-04-15T17:00:00Z")),
            ("2017-09-13", Some("2017-09-13T00:00:00Z")),
            ("2019-01-01T00:00:00", Some("2019-01-01T00:00:00Z")),
            ("13/09/2017", None),
        ] {
            assert_eq!(parse_instant(sent), held.map(|held| held.parse().unwrap()), "{sent}");
        }
    }
}
