//! The plan for a terminal (`--format text`), in the manner of a terraform plan: what happens to whom and why, property by property,
//! then what somebody must look at, the sums last. Readable without colour.

pub mod explain;

mod calendar;
mod change;
mod closing;
mod finding;
mod inline;
mod page;
mod palette;
mod table;

use std::io;

use super::clock::Clock;
use super::parts::{self, Part, Parts, parts};
use super::sections::{self, Section};
use super::{Properties, property_label, verdict};
use crate::plan::Plan;
use page::{Page, Span};
use palette::Palette;

/// From how many changes on the counts per property come first.
const COUNTS_FIRST_ABOVE: usize = 200;

/// How the page is to look.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The manifest's properties.
    pub properties: &'a Properties,
    /// Whether signs and times are coloured.
    pub colour: Colour,
    /// How many columns a line may have.
    pub width: usize,
}

/// Whether the page is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// With colours for dark and light.
    On,
    /// Plain text.
    Off,
}

/// Writes the plan; after an apply what became of it, too.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut impl io::Write, plan: &Plan, view: &View<'_>) -> io::Result<()> {
    let mut page = Page::new(out, view.width, Palette::of(view.colour));
    opening(&mut page, plan, view)?;
    match parts(plan) {
        Parts::Whole(whole) => write_part(&mut page, &whole, view.properties)?,
        Parts::Compared { own, pending } => {
            headed(&mut page, parts::OWN, &own, view.properties)?;
            headed(&mut page, parts::PENDING, &pending, view.properties)?;
        }
    }
    calendar::write(&mut page, plan, view.properties)?;
    closing::write(&mut page, plan, view.properties)
}

fn opening(page: &mut Page<'_>, plan: &Plan, view: &View<'_>) -> io::Result<()> {
    let clock = Clock::of(None, view.properties);
    let scope = verdict::scope_words(&plan.scope).map(|scope| format!(" ({scope})"));
    let as_of = format!("As of {}{}.", clock.short(plan.as_of), scope.unwrap_or_default());
    page.line(0, 0, &[Span::new(as_of, page.palette.faint)])?;
    if let Some(base) = &plan.base {
        page.line(0, 2, &[Span::new(verdict::compared_with(base), page.palette.faint)])?;
    }
    page.blank()
}

fn headed(page: &mut Page<'_>, heading: &str, part: &Part<'_>, properties: &Properties) -> io::Result<()> {
    let nothing = if part.is_empty() { ": nothing" } else { "" };
    page.line(0, 2, &[Span::new(format!("== {heading}{nothing} =="), page.palette.strong)])?;
    page.blank()?;
    write_part(page, part, properties)
}

fn write_part(page: &mut Page<'_>, part: &Part<'_>, properties: &Properties) -> io::Result<()> {
    let sections = sections::by_property(&part.changes);
    if part.changes.len() > COUNTS_FIRST_ABOVE {
        table::write(page, &sections, properties)?;
    }
    for section in &sections {
        write_section(page, section, properties)?;
    }
    finding::write(page, &part.findings, properties)
}

fn write_section(page: &mut Page<'_>, section: &Section<'_>, properties: &Properties) -> io::Result<()> {
    let clock = Clock::of(section.property, properties);
    let title = Span::new(property_label(section.property, properties), page.palette.strong);
    let zone = Span::new(format!(", times in {}", clock.zone_name()), page.palette.faint);
    page.line(0, 2, &[title, zone])?;
    page.blank()?;
    page.blocks(&section.changes, |page, change| {
        change::write(page, change, &clock, properties)?;
        page.blank()
    })
}

#[cfg(test)]
mod tests;
