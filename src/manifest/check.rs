//! What no schema can say: entries that contradict each other, patterns and templates that can't work, limits of Brivo.

mod brivo;
mod dates;
mod exceptions;
mod groups;
mod policies;
mod properties;

pub use dates::on_date;

use super::fault::{Fault, Severity, Spot, Wrong};
use super::merge::Merged;
use super::places::Places;

/// Everything that is wrong with a document as far as it could be read. `first` is the file that faults without a place go to.
pub(super) fn all(merged: &Merged, places: &Places, first: &str) -> Vec<Fault> {
    let mut checker = Checker { places, first, faults: Vec::new() };
    brivo::check(merged, &mut checker);
    policies::check(merged, &mut checker);
    properties::check(merged, &mut checker);
    groups::check(merged, &mut checker);
    exceptions::check(merged, &mut checker);
    checker.faults
}

/// Collects faults, each by its path in the merged document.
struct Checker<'c> {
    places: &'c Places,
    first: &'c str,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    /// The manifest can't be used.
    fn error(&mut self, code: &'static str, path: &str, message: impl Into<String>, help: impl Into<String>) {
        self.add(Severity::Error, code, path, Wrong::new(message, help));
    }

    /// Somebody should look.
    fn warn(&mut self, code: &'static str, path: &str, message: impl Into<String>, help: impl Into<String>) {
        self.add(Severity::Warning, code, path, Wrong::new(message, help));
    }

    /// Where a path stands, for messages about a second place.
    fn place(&self, path: &str) -> String {
        self.places.get(path).map(ToString::to_string).unwrap_or_default()
    }

    fn add(&mut self, severity: Severity, code: &'static str, path: &str, wrong: Wrong) {
        let (file, path) = self.places.origin(path).unwrap_or((self.first, String::new()));
        let (file, spot) = (file.to_owned(), Spot::Value(path));
        self.faults.push(Fault { code, severity, file, spot, message: wrong.message, help: wrong.help });
    }
}

/// The paths of a list's items with the items.
fn items<'i, T>(list: &str, items: &'i [T]) -> impl Iterator<Item = (String, &'i T)> + use<'i, T> {
    let list = list.to_owned();
    items.iter().enumerate().map(move |(index, item)| (format!("{list}[{index}]"), item))
}
