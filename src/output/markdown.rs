//! The plan for a pull request's comment (`--format markdown`): the verdict first, counts per property, findings, the changes folded.
//! Never longer than a comment may be; what does not fit is counted.

mod calendar;
mod details;
mod findings;
mod head;
mod room;
mod table;

use std::io;

use super::parts::{self, Part, Parts, parts};
use super::{Properties, count, escape, sections, verdict};
use crate::plan::Plan;
use room::Room;

/// By this a bot finds its earlier comment.
pub const MARKER: &str = "<!-- reconcile plan -->";

/// How long a comment may be on GitHub, in characters.
pub const LIMIT: usize = 65_536;

/// Writes the plan; after an apply what became of it, too.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut impl io::Write, plan: &Plan, properties: &Properties) -> io::Result<()> {
    out.write_all(comment(plan, properties).as_bytes())
}

/// Head and foot always stand; of the rest each part has its share, and the folded changes what is left.
fn comment(plan: &Plan, properties: &Properties) -> String {
    let foot = foot(plan, properties);
    let mut page = Room::new(LIMIT - room::size(&foot));
    page.push(&head::write(plan));
    page.push(&head::unfinished(plan, LIMIT / 8));
    page.push(&head::guards(plan, properties, LIMIT / 8));
    let upcoming = calendar::write(plan.upcoming.as_deref(), properties, LIMIT / 8);
    let (first, pending) = match parts(plan) {
        Parts::Whole(whole) => (whole, None),
        Parts::Compared { own, pending } => (own, Some(folded(&pending, properties))),
    };
    let pending = pending.unwrap_or_default();
    if plan.base.is_some() {
        let nothing = if first.is_empty() { ": nothing" } else { "" };
        page.push(&format!("#### {}{nothing}\n\n", parts::OWN));
    }
    write_part(&mut page, &first, &upcoming, properties, room::size(&pending));
    page.push(&pending);
    page.into_text() + &foot
}

/// Counts, findings and folded changes; so much room is left for what follows.
fn write_part(page: &mut Room, part: &Part<'_>, upcoming: &str, properties: &Properties, after: usize) {
    let sections = sections::by_property(&part.changes);
    page.push(&table::write(&sections, properties, LIMIT / 8));
    page.push(&findings::write(&part.findings, properties, LIMIT / 4));
    page.push(upcoming);
    page.push(&details::write(&sections, properties, page.left().saturating_sub(after)));
}

/// What this manifest does not cause, behind a fold: it must not hide what it does cause.
fn folded(part: &Part<'_>, properties: &Properties) -> String {
    const ROOM: usize = LIMIT / 4;
    const CLOSING: &str = "</details>\n\n";
    let Part { changes, findings } = part;
    let counts = [(changes.len(), "change", "changes"), (findings.len(), "finding", "findings")];
    let counts = counts.map(|(number, one, many)| count(number, one, many)).join(", ");
    let opening = format!("<details><summary>{}: {counts}</summary>\n\n", parts::PENDING);
    let mut page = Room::new(ROOM - room::size(&opening) - CLOSING.len());
    let sections = sections::by_property(changes);
    page.push(&table::write(&sections, properties, ROOM / 4));
    page.push(&findings::write(findings, properties, ROOM / 4));
    page.push(&details::write(&sections, properties, page.left()));
    format!("{opening}{}{CLOSING}", page.into_text())
}

fn foot(plan: &Plan, properties: &Properties) -> String {
    let boundary = verdict::boundary_line(plan, properties).map(|line| format!("{line} "));
    let scope = verdict::scope_words(&plan.scope)
        .map(|scope| format!(" ({})", escape::markdown(&room::clip(&scope))));
    let as_of = plan.as_of.format("%Y-%m-%d %H:%M UTC");
    let base = plan
        .base
        .as_ref()
        .map(|base| format!(" {}", escape::markdown(&room::clip(&verdict::compared_with(base)))));
    format!(
        "<sub>{}Decided as of {as_of}{}.{}</sub>\n",
        boundary.unwrap_or_default(),
        scope.unwrap_or_default(),
        base.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests;
