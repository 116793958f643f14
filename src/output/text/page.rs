//! Lines of styled text that keep to a width. Everything that is written passes through here, so everything is escaped here.

use std::borrow::Cow;
use std::io;

use owo_colors::Style;
use rayon::prelude::*;
use unicode_width::UnicodeWidthChar as _;

use super::palette::Palette;
use crate::output::escape;

/// A stretch of text in one style.
#[derive(Debug, Clone)]
pub(super) struct Span<'t> {
    text: Cow<'t, str>,
    style: Style,
}

impl<'t> Span<'t> {
    pub(super) fn new(text: impl Into<Cow<'t, str>>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

/// Where lines are written.
pub(super) struct Page<'a> {
    out: &'a mut dyn io::Write,
    width: usize,
    pub(super) palette: Palette,
}

/// How many items are written before they go out, so that a long plan is never a second time in memory.
const AT_ONCE: usize = 4096;
/// How many of them one core writes without a pause.
const A_BLOCK: usize = 32;

/// What most lines are indented by is a part of it.
pub(super) const BLANKS: &str = "                                ";

/// A line is never narrower than this, however far it is indented.
const NARROWEST: usize = 24;

type Glyph = (char, Style);

impl<'a> Page<'a> {
    pub(super) fn new(out: &'a mut dyn io::Write, width: usize, palette: Palette) -> Self {
        Self { out, width, palette }
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// Writes a line in as many rows as it takes: the first one indented by `indent` columns, the others by `hang`.
    pub(super) fn line(&mut self, indent: usize, hang: usize, spans: &[Span<'_>]) -> io::Result<()> {
        let columns = self.width.saturating_sub(indent).max(NARROWEST);
        if self.is_one_row(spans, columns) {
            return self.as_it_stands(indent, spans);
        }
        let glyphs: Vec<Glyph> = spans
            .iter()
            .flat_map(|span| {
                escape::terminal(&span.text).chars().map(|c| (c, span.style)).collect::<Vec<_>>()
            })
            .collect();
        let mut rest = glyphs.as_slice();
        let mut indent = indent;
        loop {
            let (row, after) = split(rest, self.width.saturating_sub(indent).max(NARROWEST));
            self.row(indent, row)?;
            if after.is_empty() {
                return Ok(());
            }
            rest = after;
            indent = hang;
        }
    }

    /// Whether the spans are plain text of a column each that fits into so many columns: almost every line of a long plan.
    fn is_one_row(&self, spans: &[Span<'_>], columns: usize) -> bool {
        let (mut width, mut last) = (0, "");
        for Span { text, style } in spans {
            let text: &str = text;
            let is_plain = !self.palette.is_coloured || *style == self.palette.plain;
            if !is_plain || !escape::is_harmless(text) {
                return false;
            }
            width += text.len();
            if !text.is_empty() {
                last = text;
            }
        }
        width <= columns && !last.ends_with(' ')
    }

    fn as_it_stands(&mut self, indent: usize, spans: &[Span<'_>]) -> io::Result<()> {
        self.indent(indent)?;
        for span in spans {
            self.out.write_all(span.text.as_bytes())?;
        }
        self.out.write_all(b"\n")
    }

    fn indent(&mut self, indent: usize) -> io::Result<()> {
        match BLANKS.get(..indent) {
            Some(blanks) => self.out.write_all(blanks.as_bytes()),
            None => write!(self.out, "{:indent$}", ""),
        }
    }

    /// Writes a block for each item, in their order, many at a time on all cores.
    pub(super) fn blocks<T: Sync>(
        &mut self,
        items: &[T],
        write: impl Fn(&mut Page<'_>, &T) -> io::Result<()> + Sync,
    ) -> io::Result<()> {
        let (width, palette) = (self.width, self.palette);
        let write_block = |(items, block): (&[T], &mut Vec<u8>)| {
            block.clear();
            let mut page = Page::new(block, width, palette);
            items.iter().try_for_each(|item| write(&mut page, item))
        };
        // The same room again and again.
        let mut blocks: Vec<Vec<u8>> = vec![Vec::new(); items.len().min(AT_ONCE).div_ceil(A_BLOCK)];
        for items in items.chunks(AT_ONCE) {
            items.par_chunks(A_BLOCK).zip(&mut blocks).try_for_each(write_block)?;
            let written = blocks.iter().take(items.len().div_ceil(A_BLOCK));
            written.into_iter().try_for_each(|block| self.out.write_all(block))?;
        }
        Ok(())
    }

    /// Writes a closing line, which stays one line whatever the width, so that it can be looked for.
    pub(super) fn sum(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.out, "{}", self.palette.strong.style(escape::terminal(line)))
    }

    fn row(&mut self, indent: usize, row: &[Glyph]) -> io::Result<()> {
        self.indent(indent)?;
        for run in row.chunk_by(|a, b| a.1 == b.1) {
            let text: String = run.iter().map(|(c, _)| c).collect();
            write!(self.out, "{}", run[0].1.style(text))?;
        }
        writeln!(self.out)
    }
}

/// What fits into `width` columns, cut behind a word where there is one, and what is left without the blanks in front.
fn split(glyphs: &[Glyph], width: usize) -> (&[Glyph], &[Glyph]) {
    let fitting = fitting(glyphs, width);
    let cut = if fitting == glyphs.len() {
        fitting
    } else {
        let begin = glyphs.iter().position(|(c, _)| *c != ' ').unwrap_or(0);
        glyphs[..=fitting].iter().rposition(|(c, _)| *c == ' ').filter(|at| *at > begin).unwrap_or(fitting)
    };
    let (row, rest) = glyphs.split_at(cut);
    let row_end = row.iter().rposition(|(c, _)| *c != ' ').map_or(0, |last| last + 1);
    let rest_start = rest.iter().position(|(c, _)| *c != ' ').unwrap_or(rest.len());
    (&row[..row_end], &rest[rest_start..])
}

/// How many glyphs, at least one, fit into `width` columns.
fn fitting(glyphs: &[Glyph], width: usize) -> usize {
    let mut used = 0;
    let fits = |(c, _): &&Glyph| {
        used += c.width().unwrap_or(0);
        used <= width
    };
    glyphs.iter().take_while(fits).count().max(1).min(glyphs.len())
}

#[cfg(test)]
mod tests {
    use super::{Page, Palette, Span};
    use crate::output::text::Colour;

    fn page(width: usize, text: &str) -> String {
        let mut out = Vec::new();
        let palette = Palette::of(Colour::Off);
        Page::new(&mut out, width, palette).line(2, 4, &[Span::new(text, palette.plain)]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rows_break_between_words_and_hang() {
        assert_eq!(
            page(30, "one two three four five six seven"),
            "  one two three four five six\n    seven\n"
        );
        assert_eq!(page(30, "short"), "  short\n");
    }

    #[test]
    fn a_word_without_end_is_cut() {
        let rows = page(30, &"x".repeat(60));
        assert!(rows.lines().all(|row| row.chars().count() <= 30), "{rows}");
        assert_eq!(rows.matches('x').count(), 60);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(page(30, &"戸".repeat(15)), format!("  {}\n    戸\n", "戸".repeat(14)));
    }

    #[test]
    fn what_fits_is_written_as_it_stands_but_for_what_is_harmful_or_not_seen() {
        let cases = [
            ("", "  \n"),
            ("plain  text", "  plain  text\n"),
            ("blanks behind  ", "  blanks behind\n"),
            ("a::b ##c", "  a:\\u{3a}b #\\u{23}c\n"),
            ("a\u{1b}b", "  a\\u{1b}b\n"),
            ("just as wide as it may be...", "  just as wide as it may be...\n"),
            ("just as wide as it may be....", "  just as wide as it may\n    be....\n"),
        ];
        for (text, written) in cases {
            assert_eq!(page(30, text), written, "{text:?}");
        }
    }

    #[test]
    fn blocks_stand_in_their_order_however_many_there_are() {
        let numbers: Vec<usize> = (0..=super::AT_ONCE + super::A_BLOCK).collect();
        let mut out = Vec::new();
        let palette = Palette::of(Colour::Off);
        let one = |page: &mut Page<'_>, number: &usize| {
            page.line(0, 0, &[Span::new(number.to_string(), palette.plain)])
        };
        Page::new(&mut out, 80, palette).blocks(&numbers, one).unwrap();
        let read: Vec<usize> =
            String::from_utf8(out).unwrap().lines().map(|line| line.parse().unwrap()).collect();
        assert_eq!(read, numbers);
    }

    #[test]
    fn a_width_of_nothing_still_ends() {
        assert_eq!(page(0, &"x".repeat(48)).matches('x').count(), 48);
    }
}
