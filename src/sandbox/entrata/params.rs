//! `method.params` in every form that clients send it: numbers as texts, flags as numbers, lists joined by commas. Unknown names
//! are ignored without a word. [S]

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::super::json::{Json, Object};
use super::dates;
use super::envelope::Refusal;

/// The parameters of a call.
#[derive(Debug, Default)]
pub(crate) struct Params(Object);

impl Params {
    /// From an object, `[]`, `[null]`, `[{}]` or nothing. [S]
    pub(crate) fn of(json: Option<&Json>) -> Self {
        match json {
            Some(Json::Object(object)) => Self(object.clone()),
            Some(Json::List(items)) => Self::of(items.first()),
            Some(_) | None => Self::default(),
        }
    }

    /// A text or number; blank counts as not given.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = self.0.get(name).and_then(Json::scalar)?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A text that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<String, Refusal> {
        self.text(name).ok_or_else(|| Refusal::parameter(format!("The parameter {name} is required.")))
    }

    /// `1`, `"1"` or `true`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text == "1" || text.eq_ignore_ascii_case("true"))
    }

    /// `"3, 4,5"`, a single value, or a JSON list.
    pub(crate) fn list(&self, name: &str) -> Option<BTreeSet<String>> {
        if let Some(Json::List(items)) = self.0.get(name) {
            return Some(items.iter().filter_map(Json::scalar).collect());
        }
        let text = self.text(name)?;
        Some(text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect())
    }

    /// A date in either spelling.
    pub(crate) fn date(&self, name: &str) -> Result<Option<NaiveDate>, Refusal> {
        self.text(name)
            .map(|text| {
                dates::parse(&text)
                    .ok_or_else(|| Refusal::parameter(format!("The parameter {name} is not a date.")))
            })
            .transpose()
    }
}
