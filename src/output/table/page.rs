//! The report as a page for a browser.

use std::collections::BTreeMap;

use super::{Row, Table};
use crate::access::PropertyId;
use crate::output::clock::Clock;
use crate::output::html::frame::{Choice, Frame, Section};
use crate::output::html::markup::Html;
use crate::output::{Properties, property_label};

/// By what the rows of a report can be looked for, beside their words; the same words stand in the rows' kinds.
const CHOICES: &[Choice] = &[
    Choice { kind: "exception", label: "Exceptions" },
    Choice { kind: "unjustified", label: "… no lease gives it" },
    Choice { kind: "by-hand", label: "… made by hand" },
    Choice { kind: "frozen", label: "… frozen" },
    Choice { kind: "override", label: "… override" },
    Choice { kind: "holdover", label: "… holdover" },
    Choice { kind: "suspended", label: "… suspended" },
    Choice { kind: "credentials", label: "… credentials remain" },
    Choice { kind: "applied", label: "Applied" },
    Choice { kind: "failed", label: "Failed" },
    Choice { kind: "open", label: "Open" },
    Choice { kind: "revoke", label: "Revocations" },
];

pub(super) fn write(table: &Table, properties: &Properties) -> String {
    let is_used = |choice: &&Choice| table.rows.iter().any(|row| row.kinds.contains(&choice.kind));
    let choices: Vec<Choice> = CHOICES.iter().filter(is_used).copied().collect();
    let section = |id, title, rows: &[&Row]| Section {
        id,
        title,
        rows: Some(rows.len()),
        body: grouped(table, rows, properties),
    };
    let (special, usual): (Vec<&Row>, Vec<&Row>) =
        table.rows.iter().partition(|row| row.kinds.contains(&"exception"));
    let mut sections = Vec::new();
    if !special.is_empty() {
        sections.push(section("exceptions", "Exceptions", &special));
    }
    sections.push(section("rows", "Entries", &usual));
    let mut foot = Html::new();
    foot.tag("<p>reconcile ").text(env!("CARGO_PKG_VERSION")).tag("</p>\n");
    let lead = facts(table, properties);
    let frame = Frame { title: table.title.clone(), lead, properties, choices: &choices, sections, foot };
    frame.page()
}

fn facts(table: &Table, properties: &Properties) -> Html {
    let clock = Clock::of(None, properties);
    let mut page = Html::new();
    page.tag("<dl class=facts>");
    for fact in &table.facts {
        page.tag("<dt>").tag(fact.label).tag("<dd>").text(&fact.value.said(&clock));
    }
    page.tag("</dl>\n");
    page
}

/// The rows under the properties that they are of.
fn grouped(table: &Table, rows: &[&Row], properties: &Properties) -> Html {
    let mut groups: BTreeMap<(bool, Option<PropertyId>), Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups.entry((row.property.is_none(), row.property)).or_default().push(row);
    }
    let mut page = Html::new();
    for ((_, property), rows) in groups {
        let clock = Clock::of(property, properties);
        page.tag("<section class=g data-p=\"").number(property.map_or(0, |id| id.0)).tag("\"><h3>");
        if property.is_some() {
            page.text(&property_label(property, properties)).tag(" ");
        }
        page.tag("<small>times in ").text(clock.zone_name()).tag("</small></h3>\n");
        page.tag("<div class=\"cells head\" aria-hidden=true>");
        for (_, title) in table.shown() {
            page.tag("<span>").tag(title).tag("</span>");
        }
        page.tag("</div>\n");
        page.rows("table", |page| rows.iter().for_each(|row| told(page, table, row, &clock)));
        page.tag("</section>\n");
    }
    page
}

/// One row; each cell says what it is, for those who hear it and for narrow screens.
fn told(page: &mut Html, table: &Table, row: &Row, clock: &Clock) {
    page.tag("<div class=\"r cells\" data-k=\"").text(&row.kinds.join(" ")).tag("\">");
    for (at, title) in table.shown() {
        page.tag("<span><i>")
            .tag(title)
            .tag(" </i><bdi>")
            .text(&row.cells[at].said(clock))
            .tag("</bdi></span>");
    }
    page.tag("</div>\n");
}
