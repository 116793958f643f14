//! The report in aligned columns.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::Table;
use crate::output::clock::Clock;
use crate::output::{Properties, escape};

pub(super) fn write(table: &Table, properties: &Properties) -> String {
    let clock = Clock::of(None, properties);
    let mut page = format!("{}\n\n", escape::terminal(&table.title));
    let label = table.facts.iter().map(|fact| fact.label.width()).max().unwrap_or(0);
    for fact in &table.facts {
        let value = escape::terminal(&fact.value.said(&clock));
        let _infallible = writeln!(page, "{}  {value}", padded(fact.label, label));
    }
    page.push('\n');
    let titles: Vec<String> = table.shown().map(|(_, title)| title.to_owned()).collect();
    let rows = table.rows.iter().map(|row| {
        table.said(row, properties).iter().map(|cell| escape::terminal(cell)).collect::<Vec<String>>()
    });
    let lines: Vec<Vec<String>> = std::iter::once(titles).chain(rows).collect();
    let widths = widths(&lines);
    for line in &lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| padded(cell, *width));
        page.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        page.push('\n');
    }
    page
}

fn widths(lines: &[Vec<String>]) -> Vec<usize> {
    let columns = lines.first().map_or(0, Vec::len);
    (0..columns).map(|at| lines.iter().map(|line| line[at].width()).max().unwrap_or(0)).collect()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}
