//! Counts per property.

use super::room::{clip, fill};
use crate::output::sections::{Section, Tally};
use crate::output::{Properties, count, escape, property_label};

const HEAD: &str = "| property | create | update | revoke | delete |\n|---|---:|---:|---:|---:|\n";

pub(super) fn write(sections: &[Section<'_>], properties: &Properties, room: usize) -> String {
    if sections.is_empty() {
        return String::new();
    }
    let rows: Vec<String> = sections.iter().map(|section| row(section, properties)).collect();
    let rest = |number| format!("| and {} | | | | |\n", count(number, "property", "more properties"));
    format!("{HEAD}{}\n", fill(&rows, room.saturating_sub(HEAD.len() + 1), rest))
}

fn row(section: &Section<'_>, properties: &Properties) -> String {
    let Tally { create, update, revoke, delete } = section.tally();
    let label = escape::markdown(&clip(&property_label(section.property, properties)));
    format!("| {label} | {create} | {update} | {revoke} | {delete} |\n")
}
