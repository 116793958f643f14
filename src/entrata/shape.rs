//! Which rows a result has. A shape that is not known is an error, never an empty list.

pub(super) mod plain;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::access::CustomerId;

/// The rows below `outer` and `inner`. Nothing was found only in the shapes of section 2.4 of the wire facts: a text or a
/// `success` that says so, an empty array, or no list beside nothing but the `others`.
pub(super) fn rows<'a>(
    result: &'a str,
    outer: &str,
    inner: &str,
    others: &[&str],
) -> Result<Vec<&'a RawValue>, String> {
    if let Some(rows) = plain::rows(result, outer, inner) {
        return Ok(rows);
    }
    let unknown = || "its result has an unknown shape".to_owned();
    if says_nothing_found(result) || is_empty_array(result) {
        return Ok(Vec::new());
    }
    let fields = fields(result).ok_or_else(unknown)?;
    if let (Some(success), 1) = (fields.get("success"), fields.len()) {
        return if says_nothing_found(success.get()) { Ok(Vec::new()) } else { Err(unknown()) };
    }
    match fields.get(outer) {
        Some(list) => inner_rows(list, inner),
        None if !fields.is_empty() && fields.keys().all(|key| others.contains(&key.as_str())) => {
            Ok(Vec::new())
        }
        None => Err(unknown()),
    }
}

/// The rows of a list such as `{"lease": […]}`: many, one without brackets, or none.
pub(super) fn inner_rows<'a>(list: &'a RawValue, inner: &str) -> Result<Vec<&'a RawValue>, String> {
    let unknown = || format!("its list of `{inner}` has an unknown shape");
    if is_empty_array(list.get()) || is_blank(list) {
        return Ok(Vec::new());
    }
    let fields = fields(list.get()).ok_or_else(unknown)?;
    match (fields.get(inner), fields.len()) {
        (None, 0) => Ok(Vec::new()),
        (Some(rows), 1) if is_blank(rows) => Ok(Vec::new()),
        (Some(rows), 1) if rows.get().starts_with('[') => {
            serde_json::from_str(rows.get()).map_err(|_| unknown())
        }
        (Some(row), 1) if row.get().starts_with('{') => Ok(vec![row]),
        _ => Err(unknown()),
    }
}

fn fields(raw: &str) -> Option<BTreeMap<String, &RawValue>> {
    serde_json::from_str(raw).ok()
}

fn is_blank(raw: &RawValue) -> bool {
    matches!(raw.get(), "null" | "\"\"")
}

fn is_empty_array(raw: &str) -> bool {
    raw.strip_prefix('[').is_some_and(|rest| rest.trim_start() == "]")
}

fn says_nothing_found(raw: &str) -> bool {
    serde_json::from_str::<String>(raw)
        .is_ok_and(|text| text.trim_start().to_ascii_lowercase().starts_with("no records found"))
}

/// A record; the problem names the field and none of its values, which may be personal.
pub(super) fn record<'a, T: Deserialize<'a>>(row: &'a RawValue) -> Result<T, String> {
    if let Ok(record) = serde_json::from_str(row.get()) {
        return Ok(record);
    }
    // Once more, slower, for the name of the field.
    let mut json = serde_json::Deserializer::from_str(row.get());
    serde_path_to_error::deserialize(&mut json).map_err(|error| match error.path().to_string().as_str() {
        "." => "a field that must be there is missing".to_owned(),
        path => format!("its field `{path}` is not as expected"),
    })
}

/// What a record that can't be read is called.
pub(super) fn name_of(kind: &str, row: &RawValue) -> String {
    id_of(row).map_or_else(|| format!("a {kind} without an id"), |id| format!("{kind} {id}"))
}

/// The record's `id`, as far as it can be made out.
pub(super) fn id_of(row: &RawValue) -> Option<String> {
    scalar(serde_json::from_str::<Value>(row.get()).ok()?.get("id")?)
}

/// The customers of a lease that can't be read, as far as they can be made out.
pub(super) fn customers_of(row: &RawValue) -> Vec<CustomerId> {
    let Ok(lease) = serde_json::from_str::<Value>(row.get()) else { return Vec::new() };
    let list = &lease["customers"];
    let rows = list.get("customer").unwrap_or(list);
    let rows = rows.as_array().map_or(std::slice::from_ref(rows), Vec::as_slice);
    let mut customers: Vec<_> =
        rows.iter().filter_map(|row| scalar(&row["id"])).map(CustomerId::new).collect();
    customers.sort();
    customers.dedup();
    customers
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
