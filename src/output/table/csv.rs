//! RFC 4180: a line a row, CRLF at its end, quotes where they are needed; and nothing in it that a spreadsheet takes for a formula.

use super::{Fact, Stands, Table};
use crate::output::escape;

pub(super) fn write(table: &Table) -> String {
    let facts: Vec<&Fact> = table.facts.iter().filter(|fact| fact.stands == Stands::InEachRow).collect();
    let keys = table.columns.iter().map(|column| column.key).chain(facts.iter().map(|fact| fact.key));
    let mut document = line(keys.map(str::to_owned));
    for row in &table.rows {
        let cells = row.cells.iter().chain(facts.iter().map(|fact| &fact.value));
        document.push_str(&line(cells.map(super::Cell::plain)));
    }
    document
}

fn line(fields: impl Iterator<Item = String>) -> String {
    let fields: Vec<String> = fields.map(|field| quoted(&escape::spreadsheet(&field))).collect();
    fields.join(",") + "\r\n"
}

fn quoted(field: &str) -> String {
    if field.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
