//! The shape that a long list has, `{"leases": {"lease": […]}}`, read in one pass; every other one is left to who knows them all.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The rows, where the result holds nothing but them.
pub(super) fn rows<'a>(result: &'a RawValue, outer: &str, inner: &str) -> Option<Vec<&'a RawValue>> {
    let mut json = serde_json::Deserializer::from_str(result.get());
    Only { key: outer, of: Only { key: inner, of: Rows } }.deserialize(&mut json).ok()
}

/// A map of one key.
struct Only<'k, S> {
    key: &'k str,
    of: S,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Only<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Only<'_, S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing but `{}`", self.key)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let unlike = || A::Error::custom("another key, or none");
        if map.next_key::<&str>()? != Some(self.key) {
            return Err(unlike());
        }
        let value = map.next_value_seed(self.of)?;
        if map.next_key::<&str>()?.is_some() { Err(unlike()) } else { Ok(value) }
    }
}

/// Rows between brackets.
struct Rows;

impl<'de> DeserializeSeed<'de> for Rows {
    type Value = Vec<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        serde::Deserialize::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    #[test]
    fn nothing_but_rows_is_plain() {
        let rows = |text: &str| {
            let result = RawValue::from_string(text.to_owned()).unwrap();
            super::rows(&result, "leases", "lease").map(|rows| rows.len())
        };
        assert_eq!(rows(r#"{"leases": {"lease": [{"id": 1}, {"id": 2}]}}"#), Some(2));
        for other in [
            r#"{"leases": {"lease": []}, "currencyCode": "USD"}"#,
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
