//! A plan in, text out: nothing here prints, asks the clock or decides anything. What is personal is hidden first ([`hide`]), what
//! comes from outside is escaped last ([`escape`]); between the two each format is a page over the same parts.

pub mod adoption;
pub mod doctor;
pub mod hide;
pub mod escape;
pub mod json;
pub mod text;
pub mod markdown;
pub mod html;
pub mod table;
pub mod review;
pub mod machine;
pub mod problem;
pub mod question;

mod calendar;
mod clock;
mod fields;
mod findings;
mod guards;
mod parts;
mod sections;
mod verdict;

use std::collections::BTreeMap;

use crate::access::PropertyId;
use crate::zone::Zone;

/// What a page needs to know of a property beyond its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyView {
    /// Its name in the manifest.
    pub name: String,
    /// The zone in which its times are shown.
    pub zone: Zone,
}

/// The manifest's properties.
pub type Properties = BTreeMap<PropertyId, PropertyView>;

/// A property as people call it, not escaped; `Other` for what belongs to none.
fn property_label(id: Option<PropertyId>, properties: &Properties) -> String {
    match id.map(|id| (id, properties.get(&id))) {
        Some((id, Some(PropertyView { name, zone: _ }))) => format!("{name} ({id})"),
        Some((id, None)) => format!("Property {id}"),
        None => "Other".to_owned(),
    }
}

/// A number and its noun, `one` where it is one.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod example;
