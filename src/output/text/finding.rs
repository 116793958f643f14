//! The findings, gathered, errors first.

use std::io;

use super::page::{Page, Span};
use crate::output::clock::Clock;
use crate::output::findings::{self, Gathering};
use crate::output::{Properties, property_label, verdict};
use crate::plan::Finding;

pub(super) fn write(page: &mut Page<'_>, findings: &[Finding], properties: &Properties) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let title = Span::new("Findings", page.palette.strong);
    let counted = Span::new(format!(": {}", findings::counted(findings)), page.palette.plain);
    page.line(0, 2, &[title, counted])?;
    page.blank()?;
    page.blocks(&findings::gather(findings), |page, gathering| {
        write_gathering(page, gathering, properties)?;
        page.blank()
    })
}

fn write_gathering(
    page: &mut Page<'_>,
    gathering: &Gathering<'_>,
    properties: &Properties,
) -> io::Result<()> {
    let palette = page.palette;
    let word = verdict::severity_word(gathering.severity);
    let place = property_label(gathering.property, properties);
    let number = if gathering.len() > 1 { format!(" ({} times)", gathering.len()) } else { String::new() };
    let spans = [
        Span::new(format!("{word:8}"), palette.severity(gathering.severity)),
        Span::new(format!("{:<4}", gathering.rule), palette.note),
        Span::new(place, palette.strong),
        Span::new(number, palette.plain),
        Span::new(format!("  {}", gathering.rule.rule().title), palette.faint),
    ];
    page.line(2, 14, &spans)?;
    let clock = Clock::of(gathering.property, properties);
    for finding in gathering.told() {
        write_told(page, finding, &clock)?;
    }
    if gathering.untold() > 0 {
        let rest = format!("and {} more; --format json names each", gathering.untold());
        page.line(14, 16, &[Span::new(rest, palette.faint)])?;
    }
    Ok(())
}

fn write_told(page: &mut Page<'_>, finding: &Finding, clock: &Clock) -> io::Result<()> {
    let palette = page.palette;
    let subject = findings::subject(finding);
    let lead = if subject.is_empty() { subject } else { format!("{subject}: ") };
    let spans =
        [Span::new(lead, palette.plain), Span::new(findings::sentence(finding, clock), palette.plain)];
    page.line(14, 16, &spans)
}
