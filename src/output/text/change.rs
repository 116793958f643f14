//! One person's block: sign and name, the fields, the reasons.

use std::io;

use owo_colors::Style;

use super::inline;
use super::page::{BLANKS, Page, Span};
use super::palette::Palette;
use crate::output::clock::Clock;
use crate::output::fields::{self, Field, Line};
use crate::output::{Properties, property_label, verdict};
use crate::plan::{Action, Change, Reason};

const INDENT: usize = 2;
pub(super) const FIELDS: usize = 6;
/// The widest label and two blanks.
pub(super) const LABEL: usize = 13;

pub(super) fn write(
    page: &mut Page<'_>,
    change: &Change,
    clock: &Clock,
    properties: &Properties,
) -> io::Result<()> {
    title(page, change, properties)?;
    let style = page.palette.action(change.action);
    for field in fields::of(change, clock) {
        write_field(page, &field, style)?;
    }
    reasons(page, &change.reasons)
}

fn title(page: &mut Page<'_>, change: &Change, properties: &Properties) -> io::Result<()> {
    let palette = page.palette;
    let sign = match change.action {
        Action::Create => "+ ",
        Action::Update => "~ ",
        Action::Revoke => "- ",
        Action::Delete => "x ",
    };
    let style = palette.action(change.action);
    // Room for everybody but those of many properties.
    let mut spans = Vec::with_capacity(16);
    spans.extend([Span::new(sign, style), Span::new(change.external_id.as_str(), palette.strong)]);
    if let Some(name) = fields::person(change) {
        spans.extend([Span::new("  ", palette.strong), Span::new(name, palette.strong)]);
    }
    spans.extend([Span::new("  (", style), Span::new(verdict::action_word(change.action), style)]);
    if let Some(cause) = verdict::cause_word(change.cause) {
        spans.extend([Span::new("; ", style), Span::new(cause, style)]);
    }
    let others = change.property_ids.iter().skip(1).map(|id| property_label(Some(*id), properties));
    for (other, lead) in others.zip(std::iter::once("; also ").chain(std::iter::repeat(", "))) {
        spans.extend([Span::new(lead, style), Span::new(other, style)]);
    }
    spans.push(Span::new(")", style));
    page.line(INDENT, FIELDS, &spans)
}

/// What comes or goes as a whole has the `style` of its sign.
fn write_field(page: &mut Page<'_>, field: &Field<'_>, style: Style) -> io::Result<()> {
    let palette = page.palette;
    let mut label = field.label;
    for line in &field.lines {
        let [label_text, blanks] = padded(label, LABEL).map(|text| Span::new(text, palette.plain));
        let mut write = |sign: &'static str, value: &str, style: Style| {
            let spans = [label_text.clone(), blanks.clone(), Span::new(sign, style), Span::new(value, style)];
            page.line(FIELDS, FIELDS + LABEL, &spans)
        };
        match line {
            Line::Is(value) => write("", value, style)?,
            Line::Comes(value) => write("+ ", value, palette.comes)?,
            Line::Goes(value) => write("- ", value, palette.goes)?,
            Line::Stay(number) => write("", &format!("{number} unchanged"), palette.faint)?,
            Line::Unseen(what) => write("", what, palette.faint)?,
            Line::Turns { before, after } => {
                let mut spans = vec![label_text, blanks];
                spans.extend(turns(&palette, field.label, before, after));
                page.line(FIELDS, FIELDS + LABEL, &spans)?;
            }
        }
        label = "";
    }
    Ok(())
}

fn turns<'l>(palette: &Palette, label: &str, before: &'l str, after: &'l str) -> Vec<Span<'l>> {
    if label != fields::CREDENTIALS {
        return inline::turns(before, after, palette);
    }
    let (lead, before, after) = shared_lead(before, after);
    let mut spans = vec![Span::new(lead, palette.plain)];
    spans.extend(inline::turns(before, after, palette));
    spans
}

/// What both windows of a credential begin with, its id and perhaps its start, and what they go on with.
fn shared_lead<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str, &'a str) {
    let ends = [" to ", ": "].into_iter().filter_map(|mark| before.find(mark).map(|at| at + mark.len()));
    let shared = ends.into_iter().find(|end| after.starts_with(&before[..*end])).unwrap_or(0);
    (&before[..shared], &before[shared..], &after[shared..])
}

/// A label of ASCII and the blanks that make it so wide.
fn padded(label: &str, width: usize) -> [&str; 2] {
    [label, &BLANKS[..width.saturating_sub(label.len()).min(BLANKS.len())]]
}

fn reasons(page: &mut Page<'_>, reasons: &[Reason]) -> io::Result<()> {
    let mut label = "because";
    for Reason { rule, lease_id, manifest, text } in reasons {
        let [head, blanks] = padded(label, LABEL);
        let [rule, gap] = padded(rule.as_str(), 4);
        let [opening, lease, between, place, closing] = match (lease_id, manifest) {
            (Some(lease), Some(place)) => [" (lease ", lease.as_str(), ", ", place, ")"],
            (Some(lease), None) => [" (lease ", lease.as_str(), ")", "", ""],
            (None, Some(place)) => [" (", place, ")", "", ""],
            (None, None) => [""; 5],
        };
        let text = text.read();
        let Palette { plain, faint, note, .. } = page.palette;
        let spans = [
            Span::new(head, plain),
            Span::new(blanks, plain),
            Span::new(rule, note),
            Span::new(gap, note),
            Span::new(&*text, plain),
            Span::new(opening, faint),
            Span::new(lease, faint),
            Span::new(between, faint),
            Span::new(place, faint),
            Span::new(closing, faint),
        ];
        page.line(FIELDS, FIELDS + LABEL + 4, &spans)?;
        label = "";
    }
    Ok(())
}
