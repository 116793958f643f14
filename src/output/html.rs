//! The plan as a page for a browser (`--format html`): one file that needs nothing else, not even a network. The verdict first, then
//! the sums, the changes with their reasons, the findings, and for each unit who has access when.

mod axis;
mod bars;
mod calendar;
mod changes;
mod findings;
mod head;
mod timeline;

pub(super) mod frame;
pub(super) mod markup;

use std::io;

use super::{Properties, verdict};
use crate::plan::Plan;
use crate::plan::occupancy::PropertyOccupancy;
use frame::{Choice, Frame, Section};
use markup::Html;

/// By what the rows of a plan's page can be looked for, beside their words.
const CHOICES: &[Choice] = &[
    Choice { kind: "change", label: "Changes" },
    Choice { kind: "create", label: "… to create" },
    Choice { kind: "update", label: "… to update" },
    Choice { kind: "revoke", label: "… to revoke" },
    Choice { kind: "delete", label: "… to delete" },
    Choice { kind: "failed", label: "… failed" },
    Choice { kind: "held", label: "… held back" },
    Choice { kind: "error", label: "Errors" },
    Choice { kind: "warning", label: "Warnings" },
    Choice { kind: "note", label: "Notes" },
    Choice { kind: "exception", label: "Overrides" },
    Choice { kind: "notice", label: "On notice" },
    Choice { kind: "holdover", label: "Holdover" },
    Choice { kind: "future", label: "Moves in later" },
    Choice { kind: "vacant", label: "Nobody now" },
];

/// Writes the page; after an apply with what became of each change.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(
    out: &mut impl io::Write,
    plan: &Plan,
    occupancy: &[PropertyOccupancy],
    properties: &Properties,
) -> io::Result<()> {
    let frame = Frame {
        title: verdict::headline(plan),
        lead: head::lead(plan, properties),
        properties,
        choices: CHOICES,
        sections: sections(plan, occupancy, properties),
        foot: head::foot(plan),
    };
    out.write_all(frame.page().as_bytes())
}

fn sections(plan: &Plan, occupancy: &[PropertyOccupancy], properties: &Properties) -> Vec<Section> {
    let units = occupancy.iter().map(|property| property.units.len()).sum();
    let section = |id, title, rows, body: Html| Section { id, title, rows, body };
    let mut sections = vec![section("summary", "Summary", None, head::summary(plan, properties))];
    if !plan.changes.is_empty() {
        let body = changes::write(plan, properties);
        sections.push(section("changes", "Changes", Some(plan.changes.len()), body));
    }
    if !plan.findings.is_empty() {
        let body = findings::write(&plan.findings, properties);
        sections.push(section("findings", "Findings", Some(plan.findings.len()), body));
    }
    if let Some(turns) = &plan.upcoming {
        let body = calendar::write(turns, properties);
        sections.push(section("upcoming", "Upcoming", Some(turns.len()), body));
    }
    if units > 0 {
        let body = timeline::write(occupancy, plan, properties);
        sections.push(section("timeline", "Timeline", Some(units), body));
    }
    let rules = head::rules(plan);
    sections.extend(rules.map(|body| section("rules", "Rules", None, body)));
    sections
}
