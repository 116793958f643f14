//! Entrata's plain dates: read in both spellings, written in the one the world asks for. What is no date passes as it is.

use chrono::NaiveDate;

use super::super::world::quirks::entrata::Dates;

/// `MM/DD/YYYY` or `YYYY-MM-DD`.
pub(crate) fn parse(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    NaiveDate::parse_from_str(text, "%m/%d/%Y").or_else(|_| NaiveDate::parse_from_str(text, "%Y-%m-%d")).ok()
}

/// A date of the world as the answer shows it.
pub(crate) fn show(text: &str, dates: Dates) -> String {
    match (parse(text), dates) {
        (Some(date), Dates::R2) => date.format("%m/%d/%Y").to_string(),
        (Some(date), Dates::Iso) => date.format("%Y-%m-%d").to_string(),
        (None, _) => text.to_owned(),
    }
}

/// Whether a date lies in a range of which either end may be open. What is no date lies in no bounded range.
pub(crate) fn within(text: Option<&str>, from: Option<NaiveDate>, to: Option<NaiveDate>) -> bool {
    if from.is_none() && to.is_none() {
        return true;
    }
    let Some(date) = text.and_then(parse) else { return false };
    from.is_none_or(|from| from <= date) && to.is_none_or(|to| date <= to)
}
