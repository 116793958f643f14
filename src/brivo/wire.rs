//! The JSON as Brivo sends it, turned into our words. Every field but `id` may be missing, empty ones are omitted [doc] [seen],
//! and numbers stand where texts are promised; nothing here fails but an id or a date that can't be read.

use std::fmt;

use serde::de::{DeserializeOwned, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::time;
use crate::access::{self, CredentialId, ExternalId, GroupId, Personal, Profile, UserId, Window};

/// The format id of a PIN among the credentials [doc].
const PIN_FORMAT: u64 = 2;

/// A user, of a list or by itself; lists leave out the dates and the PIN [seen].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    #[serde(deserialize_with = "number")]
    id: u64,
    #[serde(default, deserialize_with = "text")]
    external_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    middle_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    last_name: Option<String>,
    #[serde(default)]
    emails: Value,
    #[serde(default)]
    phone_numbers: Value,
    #[serde(default)]
    suspended: Value,
    #[serde(default, deserialize_with = "text")]
    updated: Option<String>,
    #[serde(default, deserialize_with = "text")]
    effective_from: Option<String>,
    #[serde(default, deserialize_with = "text")]
    effective_to: Option<String>,
}

impl User {
    pub(super) fn id(&self) -> UserId {
        UserId(self.id)
    }

    pub(super) fn external_id(&self) -> Option<ExternalId> {
        self.external_id.clone().map(ExternalId::new)
    }

    pub(super) fn profile(&self) -> Profile {
        Profile {
            first_name: self.first_name.as_deref().map(tidy).unwrap_or_default(),
            middle_name: self.middle_name.as_deref().map(tidy).filter(|name| !name.reveal().is_empty()),
            last_name: self.last_name.as_deref().map(tidy).unwrap_or_default(),
            emails: entries(&self.emails, "address").into(),
            phones: entries(&self.phone_numbers, "number").into(),
        }
    }

    /// The user's own dates: of the PIN, not of the cards [doc].
    pub(super) fn dates(&self) -> Result<Window, time::Unreadable> {
        time::window(self.effective_from.as_deref(), self.effective_to.as_deref())
    }

    pub(super) fn suspended(&self) -> bool {
        is_set(&self.suspended)
    }

    /// The user as the lists tell of it: membership and details are not read yet.
    pub(super) fn into_listed(self) -> access::User {
        access::User {
            external_id: self.external_id(),
            profile: self.profile(),
            suspended: self.suspended(),
            updated: self.updated.map(Into::into),
            membership: access::Membership::Unread,
            detail: None,
        }
    }
}

/// A user's row of a list, in our words already: a portfolio has hundreds of thousands of them.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    id: u64,
    pub(super) user: access::User,
}

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        User::deserialize(deserializer).map(|user| Self { id: user.id, user: user.into_listed() })
    }
}

/// A user's row of a list, of which only the id matters.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Member {
    #[serde(deserialize_with = "number")]
    id: u64,
}

/// A group, as every list has it [seen].
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Group {
    #[serde(deserialize_with = "number")]
    id: u64,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
}

impl Group {
    pub(super) fn id(&self) -> GroupId {
        GroupId(self.id)
    }

    pub(super) fn into_name(self) -> String {
        self.name.unwrap_or_default()
    }
}

/// A card, a PIN or a pass, as `/users/{id}/credentials` has it [seen].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Credential {
    #[serde(deserialize_with = "number")]
    id: u64,
    #[serde(default, rename = "credentialFormat")]
    format: Value,
    #[serde(default, deserialize_with = "text")]
    effective_from: Option<String>,
    #[serde(default, deserialize_with = "text")]
    effective_to: Option<String>,
}

impl Credential {
    pub(super) fn read(&self) -> Result<access::Credential, time::Unreadable> {
        Ok(access::Credential {
            id: CredentialId(self.id),
            is_pin: as_number(&self.format["id"]) == Some(PIN_FORMAT),
            window: time::window(self.effective_from.as_deref(), self.effective_to.as_deref())?,
        })
    }
}

/// `/administrators/whoami` [doc].
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Administrator {
    #[serde(deserialize_with = "number")]
    pub(super) id: u64,
}

/// A list. Those that come whole have neither `offset` nor `pageSize` [seen].
#[derive(Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(super) struct Page<T> {
    /// The rows; an answer without them is no list.
    pub(super) data: Vec<T>,
    /// All rows that match, not only this page's.
    #[serde(default, deserialize_with = "optional_number")]
    pub(super) count: Option<u64>,
    #[serde(default, deserialize_with = "optional_number")]
    offset: Option<u64>,
    #[serde(default, rename = "pageSize", deserialize_with = "optional_number")]
    size: Option<u64>,
}

impl<T> Page<T> {
    pub(super) fn comes_whole(&self) -> bool {
        self.offset.is_none() && self.size.is_none()
    }
}

/// A row that has an id: what tells two rows apart, whatever their order.
pub(super) trait Row: DeserializeOwned + Send + 'static {
    fn key(&self) -> u64;
}

impl Row for Listed {
    fn key(&self) -> u64 {
        self.id
    }
}

impl Row for Member {
    fn key(&self) -> u64 {
        self.id
    }
}

impl Row for Group {
    fn key(&self) -> u64 {
        self.id
    }
}

impl Row for Credential {
    fn key(&self) -> u64 {
        self.id
    }
}

/// A text in NFC, trimmed, its inner blanks folded (P12).
pub(super) fn tidy(text: &str) -> Personal {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic());
    if text.split(' ').all(is_word) {
        return Personal::new(text);
    }
    let composed: String = text.nfc().collect();
    Personal::new(composed.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The value of one e-mail or phone entry: `{address|number, type}` [doc], and a bare text just as well.
pub(super) fn entry(value: &Value, key: &str) -> Option<Personal> {
    let text = as_text(value).or_else(|| as_text(value.get(key)?))?;
    Some(tidy(&text)).filter(|text| !text.reveal().is_empty())
}

fn entries(value: &Value, key: &str) -> Vec<Personal> {
    match value {
        Value::Array(items) => items.iter().filter_map(|item| entry(item, key)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            entry(value, key).into_iter().collect()
        }
    }
}

/// `true`, and the 1 that some clients send [code].
pub(super) fn is_set(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| matches!(as_text(value).as_deref(), Some("1" | "true")))
}

/// A text or a number as text; an empty text is none, as Brivo omits them.
pub(super) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

pub(super) fn as_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Text)
}

/// Reads what [`as_text`] makes of a value without making the value.
struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text).filter(|text| !text.is_empty()).map(str::to_owned))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(as_text(&number.into()))
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_seq(seq).map(|_| None)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_map(map).map(|_| None)
    }
}

/// A number, or a text of digits. The error doesn't repeat the value: it might be anything.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    as_number(&value).ok_or_else(|| D::Error::custom("a number is expected here"))
}

fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Value::deserialize(deserializer).map(|value| as_number(&value))
}

#[cfg(test)]
mod tests;
