//! The quirks of a result's shape, applied to the finished tree: ids of the other type, blanks for absent values, a list of one as
//! its element.

use super::super::json::Json;
use super::super::world::quirks::entrata::{EmptyAs, EntrataQuirks, IdTypes};

/// Reshapes a result as the world's quirks ask.
pub(crate) fn apply(json: &mut Json, quirks: &EntrataQuirks) {
    let plain = !quirks.single_as_object && quirks.ids == IdTypes::Live && quirks.empty_as == EmptyAs::Absent;
    if !plain {
        reshape(json, quirks);
    }
}

fn reshape(json: &mut Json, quirks: &EntrataQuirks) {
    match json {
        Json::List(items) => {
            for item in items.iter_mut() {
                reshape(item, quirks);
            }
            if quirks.single_as_object && items.len() == 1 {
                *json = items.pop().unwrap_or_default();
            }
        }
        Json::Object(object) => {
            for (key, value) in object.entries_mut() {
                if *value == Json::Absent {
                    *value = blank(quirks.empty_as);
                } else if is_id(key) {
                    *value = retype(value, quirks.ids);
                }
                reshape(value, quirks);
            }
        }
        Json::Absent
        | Json::Null
        | Json::Bool(_)
        | Json::Int(_)
        | Json::Real(_)
        | Json::Text(_)
        | Json::Written(_) => {}
    }
}

fn is_id(key: &str) -> bool {
    key == "id" || key.ends_with("Id") || key.ends_with("ID")
}

fn blank(empty_as: EmptyAs) -> Json {
    match empty_as {
        EmptyAs::Absent => Json::Absent,
        EmptyAs::Null => Json::Null,
        EmptyAs::Blank => Json::from(""),
    }
}

fn retype(value: &Json, ids: IdTypes) -> Json {
    match (ids, value) {
        (IdTypes::String, Json::Int(number)) => Json::Text(number.to_string()),
        (IdTypes::Number, Json::Text(text)) => Json::number(text),
        _ => value.clone(),
    }
}
