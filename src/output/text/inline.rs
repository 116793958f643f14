//! Before → after in one line, what differs in it coloured.

use owo_colors::Style;
use similar::{ChangeTag, TextDiff};

use super::page::Span;
use super::palette::Palette;
use crate::output::escape;

/// Two texts that have less than this in common are two texts, not one that was edited.
const ALIKE: f32 = 0.5;
/// Longer texts are not compared letter by letter: nobody reads it, and it takes its time.
const LONGEST: usize = 200;

/// Both texts with an arrow between them. Escaped before they are cut into pieces: what is harmful may begin in one and end in another.
pub(super) fn turns(before: &str, after: &str, palette: &Palette) -> Vec<Span<'static>> {
    let (before, after) = (&escape::terminal(before), &escape::terminal(after));
    let arrow = Span::new(" → ", palette.faint);
    if before.len() + after.len() > LONGEST {
        return vec![Span::new(before.clone(), palette.goes), arrow, Span::new(after.clone(), palette.comes)];
    }
    let diff = TextDiff::from_chars(before, after);
    if diff.ratio() < ALIKE {
        return vec![Span::new(before.clone(), palette.goes), arrow, Span::new(after.clone(), palette.comes)];
    }
    let mut spans = side(&diff, ChangeTag::Delete, palette.goes, palette);
    spans.push(arrow);
    spans.extend(side(&diff, ChangeTag::Insert, palette.comes, palette));
    spans
}

/// One side of the difference: what both have, and what has the `tag`.
fn side(diff: &TextDiff<'_, '_, str>, tag: ChangeTag, style: Style, palette: &Palette) -> Vec<Span<'static>> {
    let pieces =
        diff.iter_all_changes().filter(|piece| piece.tag() == tag || piece.tag() == ChangeTag::Equal);
    pieces
        .map(|piece| {
            Span::new(piece.value().to_owned(), if piece.tag() == tag { style } else { palette.plain })
        })
        .collect()
}
