//! The shape that a long list has, `{"leases": {"lease": […]}}`, read in one pass; every other one is left to who knows them all.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};

/// The rows, where the result holds them in this shape and each of them is as `T` wants it; beside them it may hold anything.
pub(in crate::entrata) fn rows<'a, T: Deserialize<'a>>(
    result: &'a str,
    outer: &str,
    inner: &str,
) -> Option<Vec<T>> {
    let mut json = serde_json::Deserializer::from_str(result);
    let rows = Member { key: inner, others: Others::None, of: Rows(PhantomData) };
    Member { key: outer, others: Others::Any, of: rows }.deserialize(&mut json).ok()
}

/// The rows of such a list by itself, `{"unit": […]}`.
pub(in crate::entrata) fn list<'a, T: Deserialize<'a>>(list: &'a str, inner: &str) -> Option<Vec<T>> {
    let mut json = serde_json::Deserializer::from_str(list);
    Member { key: inner, others: Others::None, of: Rows(PhantomData) }.deserialize(&mut json).ok()
}

/// What may stand beside the key that is looked for.
#[derive(Clone, Copy, PartialEq)]
enum Others {
    Any,
    None,
}

/// What a map has under a key, which it has once.
struct Member<'k, S> {
    key: &'k str,
    others: Others,
    of: S,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Member<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Member<'_, S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a map with `{}`", self.key)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut of, mut found) = (Some(self.of), None);
        while let Some(key) = map.next_key::<&str>()? {
            if key == self.key {
                let of = of.take().ok_or_else(|| A::Error::custom("the key comes twice"))?;
                found = Some(map.next_value_seed(of)?);
            } else if self.others == Others::Any {
                map.next_value::<IgnoredAny>()?;
            } else {
                return Err(A::Error::custom("another key"));
            }
        }
        found.ok_or_else(|| A::Error::custom("the key is not there"))
    }
}

/// Rows between brackets.
struct Rows<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Rows<T> {
    type Value = Vec<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Deserialize::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    #[test]
    fn rows_are_plain_in_one_shape_only() {
        let rows = |text: &str| super::rows::<&RawValue>(text, "leases", "lease").map(|rows| rows.len());
        for two in [
            r#"{"leases": {"lease": [{"id": 1}, {"id": 2}]}}"#,
            r#"{"currencyCode": "USD", "leases": {"lease": [{"id": 1}, {"id": 2}]}, "more": {"leases": {}}}"#,
        ] {
            assert_eq!(rows(two), Some(2), "{two}");
        }
        for other in [
            r#"{"leases": {"lease": []}, "leases": {"lease": []}}"#,
            r#"{"leases": {"lease": [], "lease": []}}"#,
            r#"{"currencyCode": "USD"}"#,
            r#"{"leases": {"lease": [], "more": 1}}"#,
            r#"{"leases": {"lease": {"id": 1}}}"#,
            r#"{"leases": {"customer": []}}"#,
            r#"{"units": {"lease": []}}"#,
            r#"{"leases": {}}"#,
            r#""No records found.""#,
        ] {
            assert_eq!(rows(other), None, "{other}");
        }
    }
}
