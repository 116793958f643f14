//! The report as one JSON object: the facts by their keys, the rows as objects.

use serde_json::{Map, Value};

use super::{Cell, Table};
use crate::output::escape;

pub(super) fn write(table: &Table) -> serde_json::Result<String> {
    let mut document = Map::new();
    document.insert("report".to_owned(), Value::from(table.name));
    document.insert("format_version".to_owned(), Value::from("1.0"));
    document.extend(table.facts.iter().map(|fact| (fact.key.to_owned(), value(&fact.value))));
    let rows = table.rows.iter().map(|row| {
        let cells = table.columns.iter().zip(&row.cells);
        Value::Object(cells.map(|(column, cell)| (column.key.to_owned(), value(cell))).collect())
    });
    document.insert("rows".to_owned(), rows.collect());
    Ok(escape::json(&serde_json::to_string_pretty(&document)?) + "\n")
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::None => Value::Null,
        Cell::List(texts) => Value::from(texts.as_slice()),
        Cell::Number(number) | Cell::Seconds(number) => Value::from(*number),
        Cell::Text(_) | Cell::Time(_) => Value::from(cell.plain()),
    }
}
