//! The small forgiving forms of a world file: a number where a text is meant, a bare name in place of a record, a key that is
//! there, absent or left to its default.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// An id as the world writes it: a number almost always, any text if one wants to see what happens.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(pub String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.parse::<u64>() {
            Ok(number) if number.to_string() == self.0 => serializer.serialize_u64(number),
            Ok(_) | Err(_) => serializer.serialize_str(&self.0),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<u64> for Id {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}

/// A value that has a sensible default and can also be left out of the answer on purpose, by `none` or `~`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Given {
    /// Not written: the default holds.
    #[default]
    Default,
    /// `none`: the key is absent in the answer.
    Nothing,
    /// This text, whatever it is.
    Text(String),
}

impl Given {
    /// The value to show, when `default` is what holds for one that is not written.
    pub(crate) fn or(&self, default: Option<&str>) -> Option<String> {
        match self {
            Self::Default => default.map(str::to_owned),
            Self::Nothing => None,
            Self::Text(text) => Some(text.clone()),
        }
    }

    pub(crate) fn is_default(&self) -> bool {
        *self == Self::Default
    }
}

impl From<String> for Given {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::<String>::deserialize(deserializer)?.as_deref() {
            None | Some("none") => Self::Nothing,
            Some(text) => Self::Text(text.to_owned()),
        })
    }
}

impl Serialize for Given {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Default | Self::Nothing => serializer.serialize_str("none"),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// Reads a list whose entries are records, or just their names.
pub(crate) fn short_list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<String> + DeserializeOwned,
{
    Ok(Vec::<Short<T>>::deserialize(deserializer)?.into_iter().map(|short| short.0).collect())
}

/// Like [`short_list`], for a list that may be absent.
pub(crate) fn short_list_or_absent<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: From<String> + DeserializeOwned,
{
    short_list(deserializer).map(Some)
}

struct Short<T>(T);

impl<'de, T: From<String> + DeserializeOwned> Deserialize<'de> for Short<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameOrRecord(PhantomData)).map(Short)
    }
}

struct NameOrRecord<T>(PhantomData<T>);

impl<'de, T: From<String> + DeserializeOwned> Visitor<'de> for NameOrRecord<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name or a record")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from(text.to_owned()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Ok(T::from(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        Ok(T::from(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        Err(E::custom(format!("`{number}` is read as a fraction: write it in quotes")))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

/// A person's name, cut into its parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Name {
    pub(crate) first: String,
    pub(crate) middle: Option<String>,
    pub(crate) last: String,
}

impl Name {
    /// `Rosa Maria Renter` (first, middle, last) or `de la Cruz, Rosa` (last, first).
    pub(crate) fn of(text: &str) -> Self {
        if let Some((last, first)) = text.split_once(',') {
            return Self { first: first.trim().to_owned(), middle: None, last: last.trim().to_owned() };
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [] => Self::default(),
            [only] => Self { first: (*only).to_owned(), ..Self::default() },
            [first, middle @ .., last] => Self {
                first: (*first).to_owned(),
                middle: (!middle.is_empty()).then(|| middle.join(" ")),
                last: (*last).to_owned(),
            },
        }
    }
}
