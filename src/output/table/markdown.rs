//! The report as a Markdown table.

use std::fmt::Write as _;

use super::Table;
use crate::output::clock::Clock;
use crate::output::{Properties, escape};

pub(super) fn write(table: &Table, properties: &Properties) -> String {
    let clock = Clock::of(None, properties);
    let mut page = format!("### {}\n\n", escape::markdown(&table.title));
    for fact in &table.facts {
        let value = escape::markdown(&fact.value.said(&clock));
        let _infallible = writeln!(page, "- {}: {value}", fact.label);
    }
    let titles: Vec<&str> = table.shown().map(|(_, title)| title).collect();
    let _infallible = writeln!(page, "\n| {} |\n|{}", titles.join(" | "), "---|".repeat(titles.len()));
    for row in &table.rows {
        let cells: Vec<String> =
            table.said(row, properties).iter().map(|cell| escape::markdown(cell)).collect();
        let _infallible = writeln!(page, "| {} |", cells.join(" | "));
    }
    page
}
