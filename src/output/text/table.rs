//! Counts per property, for plans too large to be read from end to end.

use std::io;

use super::page::{Page, Span};
use crate::output::sections::{Section, Tally};
use crate::output::{Properties, property_label};

pub(super) fn write(
    page: &mut Page<'_>,
    sections: &[Section<'_>],
    properties: &Properties,
) -> io::Result<()> {
    let palette = page.palette;
    let head = ["create", "update", "revoke", "delete"].map(|kind| format!("{kind:>8}")).concat();
    page.line(0, 2, &[Span::new(format!("{head}  property"), palette.strong)])?;
    for section in sections {
        let Tally { create, update, revoke, delete } = section.tally();
        let kinds = [
            (create, palette.comes),
            (update, palette.turns),
            (revoke, palette.goes),
            (delete, palette.deleted),
        ];
        let mut spans: Vec<Span<'_>> = kinds
            .into_iter()
            .map(|(number, style)| {
                Span::new(format!("{number:>8}"), if number > 0 { style } else { palette.faint })
            })
            .collect();
        spans.push(Span::new(format!("  {}", property_label(section.property, properties)), palette.plain));
        page.line(0, 34, &spans)?;
    }
    page.blank()
}
