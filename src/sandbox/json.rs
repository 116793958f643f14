//! JSON that keeps the order of its keys and can say «this key is left out»: both services' answers are built from it, so that
//! none of the client's types shapes what the sandbox sends.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::value::RawValue;

/// One JSON value. [`Json::Absent`] is a key that an object does not show.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Json {
    /// Not there: neither service sends `null` for a missing value [seen].
    #[default]
    Absent,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Real(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object.
    Object(Object),
    /// Any of them, written down already.
    Written(Arc<Written>),
}

/// A value in the spelling of the service whose answer it is.
#[derive(Debug)]
pub struct Written(Box<RawValue>);

impl Written {
    /// Takes what was written; `None` when that is no JSON.
    pub(crate) fn new(text: Vec<u8>) -> Option<Self> {
        RawValue::from_string(String::from_utf8(text).ok()?).ok().map(Self)
    }

    /// In bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.get().len()
    }
}

impl PartialEq for Written {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

/// A JSON object whose keys stay in the order they were put.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(Vec<(Cow<'static, str>, Json)>);

impl Object {
    /// An object without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key at the end. `None` leaves the key out.
    #[must_use]
    pub fn put(mut self, key: &'static str, value: impl Into<Json>) -> Self {
        self.0.push((Cow::Borrowed(key), value.into()));
        self
    }

    /// The value of a key that is there.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.0.iter().find(|(name, value)| name == key && *value != Json::Absent).map(|(_, value)| value)
    }

    /// The value of a key that is there, to be changed in place.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Json> {
        self.0.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Writes each key of `extra` over this object; a `null` takes the key away.
    pub(crate) fn overlay(&mut self, extra: &Self) {
        for (key, value) in &extra.0 {
            let value = if *value == Json::Null { Json::Absent } else { value.clone() };
            match self.get_mut(key) {
                Some(place) => *place = value,
                None => self.0.push((key.clone(), value)),
            }
        }
    }

    /// Every key with its value, to be changed in place.
    pub(crate) fn entries_mut(&mut self) -> impl Iterator<Item = (&str, &mut Json)> {
        self.0.iter_mut().map(|entry| (&*entry.0, &mut entry.1))
    }

    /// Whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Json {
    /// A list of what `items` yields.
    pub(crate) fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// An id as the wire shows numeric ids: a number when it is one, else the text as written in the world.
    pub(crate) fn number(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Text(text.to_owned()), Self::Int)
    }

    /// `{"name": [..]}`: the wrapping that Entrata puts around every list. [S]
    pub(crate) fn wrapped(name: &'static str, items: impl IntoIterator<Item = Self>) -> Self {
        Self::Object(Object::new().put(name, Self::list(items)))
    }

    /// The member of an object.
    pub(crate) fn member(&self, key: &str) -> Option<&Self> {
        if let Self::Object(object) = self { object.get(key) } else { None }
    }

    /// The member of an object, to be changed in place.
    pub(crate) fn member_mut(&mut self, key: &str) -> Option<&mut Self> {
        if let Self::Object(object) = self { object.get_mut(key) } else { None }
    }

    /// A text, a number or a flag as text.
    pub(crate) fn scalar(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Int(number) => Some(number.to_string()),
            Self::Real(number) => Some(number.to_string()),
            Self::Bool(flag) => Some(flag.to_string()),
            Self::Absent | Self::Null | Self::List(_) | Self::Object(_) | Self::Written(_) => None,
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Json {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Json {
    fn from(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Real(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(object) => object.serialize(serializer),
            Self::Written(written) => written.0.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in self.0.iter().filter(|(_, value)| *value != Json::Absent) {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Shape)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if let Json::Object(object) = deserializer.deserialize_map(Shape)? {
            Ok(object)
        } else {
            Err(serde::de::Error::custom("an object is needed here"))
        }
    }
}

struct Shape;

impl<'de> Visitor<'de> for Shape {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        // More than 63 bits stays readable as text; no id of either service is that long.
        Ok(i64::try_from(number).map_or_else(|_| Json::Text(number.to_string()), Json::Int))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Real(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, Json>()? {
            entries.push((Cow::Owned(key), value));
        }
        Ok(Json::Object(Object(entries)))
    }
}
