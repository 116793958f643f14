//! The changes, folded by property, as fenced diffs. Inside a fence nothing is markup and nobody is mentioned; no line of it begins with
//! what comes from outside, so nothing closes it.

use super::room::{Fit, Room, fill, size};
use crate::output::clock::Clock;
use crate::output::fields::{self, Field, Line};
use crate::output::sections::Section;
use crate::output::{Properties, count, escape, property_label, verdict};
use crate::plan::{Action, Change, Reason};

/// What a property has at least, where there are too many for equal shares to say anything.
const SMALLEST_SHARE: usize = 1_500;
const CLOSING: &str = "```\n\n</details>\n\n";

pub(super) fn write(sections: &[Section<'_>], properties: &Properties, room: usize) -> String {
    let reserve = size(&untold(sections));
    let mut page = Room::new(room.saturating_sub(reserve));
    for (at, section) in sections.iter().enumerate() {
        let share = (page.left() / (sections.len() - at)).max(SMALLEST_SHARE);
        let folded = fold(section, properties, share.min(page.left()));
        if page.push(&folded) == Fit::No {
            return page.into_text() + &untold(&sections[at..]);
        }
    }
    page.into_text()
}

fn untold(sections: &[Section<'_>]) -> String {
    let changes: usize = sections.iter().map(|section| section.changes.len()).sum();
    format!(
        "_Not shown for want of room: {} in {}. The plan that `--out` saves has each._\n\n",
        count(changes, "change", "changes"),
        count(sections.len(), "property", "properties")
    )
}

fn fold(section: &Section<'_>, properties: &Properties, room: usize) -> String {
    let clock = Clock::of(section.property, properties);
    let opening = format!(
        "<details><summary>{}: {}</summary>\n\nTimes in {}.\n\n```diff\n",
        escape::html_in_markdown(&property_label(section.property, properties)),
        section.tally().words(),
        clock.zone_name(),
    );
    let blocks: Vec<String> =
        section.changes.iter().map(|change| block(change, &clock, properties)).collect();
    let rest = |number| format!("# and {number} more: the plan that --out saves has each\n");
    let blocks = fill(&blocks, room.saturating_sub(size(&opening) + CLOSING.len()), rest);
    format!("{opening}{blocks}{CLOSING}")
}

fn block(change: &Change, clock: &Clock, properties: &Properties) -> String {
    let mut block = title(change, properties);
    for Field { label, lines } in fields::of(change, clock) {
        for line in lines {
            block.push_str(&diff_lines(label, &line, sign(change.action)));
        }
    }
    block.extend(change.reasons.iter().map(reason));
    block
}

/// The sign that colours a line of a diff.
fn sign(action: Action) -> char {
    match action {
        Action::Create => '+',
        Action::Update => '!',
        Action::Revoke | Action::Delete => '-',
    }
}

fn title(change: &Change, properties: &Properties) -> String {
    let word = verdict::action_word(change.action);
    let name = fields::person(change).map(|name| format!("  {name}")).unwrap_or_default();
    let cause = verdict::cause_word(change.cause).map(|cause| format!("; {cause}")).unwrap_or_default();
    let others = change.property_ids.iter().skip(1).map(|id| property_label(Some(*id), properties));
    let also = others.map(|label| format!("; also {label}")).collect::<Vec<_>>().concat();
    line(sign(change.action), &format!("{}{name}  ({word}{cause}{also})", change.external_id))
}

fn diff_lines(label: &str, field: &Line<'_>, whole: char) -> String {
    let told = |sign, value: &str| line(sign, &format!("    {label:13}{value}"));
    match field {
        Line::Turns { before, after } => told('-', before) + &told('+', after),
        Line::Is(value) => told(whole, value),
        Line::Comes(value) => told('+', value),
        Line::Goes(value) => told('-', value),
        Line::Stay(number) => told(' ', &format!("{number} unchanged")),
        Line::Unseen(what) => told('!', what),
    }
}

fn reason(reason: &Reason) -> String {
    let Reason { rule, lease_id, manifest, text } = reason;
    let source = verdict::source(lease_id.as_ref(), manifest.as_deref());
    line('#', &format!("    {rule} {text}{source}"))
}

fn line(sign: char, text: &str) -> String {
    format!("{sign} {}\n", escape::terminal(text))
}
