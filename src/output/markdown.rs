//! The plan for a pull request's comment (`--format markdown`): the verdict first, counts per property, findings, the changes folded.
//! Never longer than a comment may be; what does not fit is counted.

mod calendar;
mod details;
mod findings;
mod head;
mod room;
mod table;

use std::io;

use super::{Properties, escape, sections, verdict};
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
    let sections = sections::by_property(&plan.changes);
    let foot = foot(plan, properties);
    let mut page = Room::new(LIMIT - room::size(&foot));
    page.push(&head::write(plan));
    page.push(&head::unfinished(plan, LIMIT / 8));
    page.push(&head::guards(plan, properties, LIMIT / 8));
    page.push(&table::write(&sections, properties, LIMIT / 8));
    page.push(&findings::write(&plan.findings, properties, LIMIT / 4));
    page.push(&calendar::write(plan.upcoming.as_deref(), properties, LIMIT / 8));
    page.push(&details::write(&sections, properties, page.left()));
    page.into_text() + &foot
}

fn foot(plan: &Plan, properties: &Properties) -> String {
    let boundary = verdict::boundary_line(plan, properties).map(|line| format!("{line} "));
    let scope = verdict::scope_words(&plan.scope)
        .map(|scope| format!(" ({})", escape::markdown(&room::clip(&scope))));
    let as_of = plan.as_of.format("%Y-%m-%d %H:%M UTC");
    format!(
        "<sub>{}Decided as of {as_of}{}.</sub>\n",
        boundary.unwrap_or_default(),
        scope.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests;
