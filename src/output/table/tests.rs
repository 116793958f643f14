//! One small report in every form, with what people and other programs put into names.

use insta::assert_snapshot;

use super::{Cell, Column, Fact, Form, Row, Stands, Table, lasting, write};
use crate::output::example::{self, ALDER, at};

const COLUMNS: &[Column] = &[
    Column { key: "external_id", title: Some("Person") },
    Column { key: "name", title: Some("Name") },
    Column { key: "groups", title: Some("Groups") },
    Column { key: "until", title: Some("Until") },
    Column { key: "took", title: Some("Took") },
    Column { key: "number", title: None },
];

fn row(name: &str, kinds: Vec<&'static str>) -> Row {
    Row {
        property: Some(ALDER),
        kinds,
        cells: vec![
            Cell::text("entrata:990001"),
            Cell::text(name),
            Cell::list(["Alder 302", "Alder Residents"]),
            Cell::time(Some(at("2026-03-01T18:00:00Z"))),
            Cell::Seconds(93_600),
            Cell::Number(7),
        ],
    }
}

fn table(names: &[&str]) -> Table {
    let fact = |key, label, value, stands| Fact { key, label, value, stands };
    Table {
        name: "example",
        title: "Example: <two> rows".to_owned(),
        facts: vec![
            fact("as_of", "As of", Cell::Time(at("2026-03-01T18:00:00Z")), Stands::InEachRow),
            fact("entries", "Entries", Cell::Number(2), Stands::Nowhere),
        ],
        columns: COLUMNS,
        rows: names.iter().map(|name| row(name, Vec::new())).collect(),
    }
}

fn written(table: &Table, form: Form) -> String {
    let mut out = Vec::new();
    write(&mut out, table, form, &example::properties()).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn csv_has_every_column_and_the_facts_that_each_row_must_tell() {
    assert_eq!(
        written(&table(&["Renter, \"Rosa\""]), Form::Csv),
        "external_id,name,groups,until,took,number,as_of\r\n\
         entrata:990001,\"Renter, \"\"Rosa\"\"\",Alder 302; Alder Residents,2026-03-01T18:00:00Z,93600,7,2026-03-01T18:00:00Z\r\n"
    );
}

#[test]
fn no_cell_of_a_csv_is_a_formula() {
    for name in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1", "＝1", "\n=HYPERLINK(\"http://x\")"]
    {
        let document = written(&table(&[name]), Form::Csv);
        let cell = document.lines().nth(1).unwrap().split_once(',').unwrap().1;
        assert!(cell.starts_with('\'') || cell.starts_with("\"'"), "{name:?} is written as {cell}");
        assert_eq!(document.matches("\r\n").count(), 2, "{name:?} breaks the line");
    }
    assert!(written(&table(&["Rosa"]), Form::Csv).contains(",Rosa,"));
}

#[test]
fn text_stands_in_columns_on_the_propertys_clock() {
    assert_snapshot!(written(&table(&["Rosa", "戸田\u{202e}"]), Form::Text), @r"
    Example: <two> rows

    As of    2026-03-01 18:00 UTC
    Entries  2

    Person          Name          Groups                      Until                 Took
    entrata:990001  Rosa          Alder 302; Alder Residents  2026-03-01 12:00 CST  1 d 2 h
    entrata:990001  戸田\u{202e}  Alder 302; Alder Residents  2026-03-01 12:00 CST  1 d 2 h
    ");
}

#[test]
fn markdown_is_a_table_that_no_name_breaks() {
    assert_snapshot!(written(&table(&["a|b", "<i>@all"]), Form::Markdown), @r"
    ### Example: &lt;two&gt; rows

    - As of: 2026-03-01 18:00 UTC
    - Entries: 2

    | Person | Name | Groups | Until | Took |
    |---|---|---|---|---|
    | entrata:990001 | a\|b | Alder 302; Alder Residents | 2026-03-01 12:00 CST | 1 d 2 h |
    | entrata:990001 | &lt;i&gt;@&#8203;all | Alder 302; Alder Residents | 2026-03-01 12:00 CST | 1 d 2 h |
    ");
}

#[test]
fn json_has_values_and_not_words() {
    let document: serde_json::Value = serde_json::from_str(&written(&table(&["Rosa"]), Form::Json)).unwrap();
    assert_eq!((&document["report"], &document["entries"]), (&"example".into(), &2.into()));
    let row = &document["rows"][0];
    assert_eq!((&row["took"], &row["number"]), (&93_600.into(), &7.into()));
    assert_eq!(row["groups"], serde_json::json!(["Alder 302", "Alder Residents"]));
    assert_eq!(row["until"], "2026-03-01T18:00:00Z");
}

#[test]
fn a_page_puts_the_exceptions_first_and_offers_only_filters_that_find_something() {
    let mut table = table(&["<script>alert(1)</script>"]);
    table.rows.push(row("Frida", vec!["exception", "frozen"]));
    let page = written(&table, Form::Html);
    let (exceptions, entries) = (page.find("id=exceptions"), page.find("id=rows"));
    assert!(exceptions.is_some() && exceptions < entries, "the exceptions come first");
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert"));
    assert!(page.contains("<option value=frozen>") && !page.contains("<option value=holdover>"));
}

#[test]
fn a_length_of_time_is_told_in_its_two_largest_units() {
    let told =
        [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3_725, "1 h 2 min"), (86_400, "1 d"), (90_000, "1 d 1 h")];
    for (seconds, text) in told {
        assert_eq!(lasting(seconds), text);
    }
}
