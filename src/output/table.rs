//! A report as rows of cells: as CSV and JSON with every column, as text, Markdown and HTML with those that people read.

mod csv;
mod json;
mod markdown;
mod page;
mod text;

use std::io;

use super::Properties;
use super::clock::Clock;
use crate::access::{Instant, PropertyId};

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What programs call it.
    pub name: &'static str,
    /// The headline.
    pub title: String,
    /// What was asked, of what, by whom, and the sums: label and value. In CSV the ones with a key are columns of every row.
    pub facts: Vec<Fact>,
    /// The columns.
    pub columns: &'static [Column],
    /// The rows, in their order.
    pub rows: Vec<Row>,
}

/// Something that holds of the whole report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What programs call it.
    pub key: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// The value.
    pub value: Cell,
    /// Whether every row of a CSV file repeats it.
    pub stands: Stands,
}

/// Where a fact stands in a CSV file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// In each row: a row must tell what it is of.
    InEachRow,
    /// Nowhere: the rows can be counted.
    Nowhere,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// What programs call it.
    pub key: &'static str,
    /// What people call it; `None` of what only programs get.
    pub title: Option<&'static str>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// On whose clock its times are told to people.
    pub property: Option<PropertyId>,
    /// By which words it can be filtered on a page; the first ones matter most.
    pub kinds: Vec<&'static str>,
    /// A cell a column.
    pub cells: Vec<Cell>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// There is none.
    None,
    /// A text as it stands; not escaped.
    Text(String),
    /// Texts.
    List(Vec<String>),
    /// A number.
    Number(u64),
    /// A moment.
    Time(Instant),
    /// How long something took, in seconds.
    Seconds(u64),
}

impl Cell {
    /// A text, or nothing where there is none.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::None } else { Self::Text(text) }
    }

    /// Texts, none of them too.
    pub fn list(texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::List(texts.into_iter().map(Into::into).collect())
    }

    /// A moment, or nothing.
    pub fn time(at: Option<Instant>) -> Self {
        at.map_or(Self::None, Self::Time)
    }

    /// For people, on their clock; not escaped.
    fn said(&self, clock: &Clock) -> String {
        match self {
            Self::None => String::new(),
            Self::Text(text) => text.clone(),
            Self::List(texts) => texts.join("; "),
            Self::Number(number) => number.to_string(),
            Self::Time(at) => clock.short(*at),
            Self::Seconds(seconds) => lasting(*seconds),
        }
    }

    /// For programs: times in UTC.
    fn plain(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Text(text) => text.clone(),
            Self::List(texts) => texts.join("; "),
            Self::Number(number) | Self::Seconds(number) => number.to_string(),
            Self::Time(at) => at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }
}

/// As `2 d 3 h` or `4 min 5 s`: the two largest units.
fn lasting(seconds: u64) -> String {
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let first = parts.iter().position(|(number, _)| *number > 0).unwrap_or(parts.len() - 1);
    let told = parts[first..].iter().take(2);
    let told = told.enumerate().filter(|(at, (number, _))| *at == 0 || *number > 0);
    told.map(|(_, (number, unit))| format!("{number} {unit}")).collect::<Vec<_>>().join(" ")
}

impl Table {
    /// The columns that people read, with their places.
    fn shown(&self) -> impl Iterator<Item = (usize, &'static str)> {
        self.columns.iter().enumerate().filter_map(|(at, column)| Some((at, column.title?)))
    }

    /// The cells of a row that people read.
    fn said(&self, row: &Row, properties: &Properties) -> Vec<String> {
        let clock = Clock::of(row.property, properties);
        self.shown().map(|(at, _)| row.cells[at].said(&clock)).collect()
    }
}

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For a terminal.
    Text,
    /// For programs.
    Json,
    /// For a comment or a wiki.
    Markdown,
    /// For a browser.
    Html,
    /// For a spreadsheet.
    Csv,
}

/// Writes the report.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut impl io::Write, table: &Table, form: Form, properties: &Properties) -> io::Result<()> {
    let document = match form {
        Form::Text => text::write(table, properties),
        Form::Json => json::write(table)?,
        Form::Markdown => markdown::write(table, properties),
        Form::Html => page::write(table, properties),
        Form::Csv => csv::write(table),
    };
    out.write_all(document.as_bytes())
}

#[cfg(test)]
mod tests;
