//! An explanation for a terminal: the verdict first, then what somebody should do, then what it rests on.

mod brivo;
mod lease;
mod unit;
mod words;

use std::borrow::Cow;
use std::io;

use super::page::{Page, Span};
use super::palette::Palette;
use super::{View, change};
use crate::access::Personal;
use crate::output::clock::Clock;
use crate::output::{Properties, calendar, fields, findings, guards, verdict};
use crate::plan::Finding;
use crate::plan::explain::{Coming, PersonExplained, Verdict};
use crate::plan::upcoming::Upcoming;
use crate::rules::{RuleId, Severity};

pub use unit::write_units;

/// How many of the changes that time brings are told.
const UPCOMING_TOLD: usize = 8;

/// Writes the page of one person.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_person(out: &mut impl io::Write, person: &PersonExplained, view: &View<'_>) -> io::Result<()> {
    let mut page = Page::new(out, view.width, Palette::of(view.colour));
    let clock = Clock::of(person.property, view.properties);
    title(&mut page, person, &clock)?;
    findings(&mut page, person, &clock)?;
    exception(&mut page, person, &clock)?;
    head(&mut page, "What will change")?;
    changes(&mut page, person, &clock, view.properties)?;
    head(&mut page, "What time alone will bring")?;
    upcoming(&mut page, person, &clock)?;
    head(&mut page, "What Entrata says, and what the rules make of it")?;
    lease::write(&mut page, person, view.properties)?;
    head(&mut page, "What Brivo holds")?;
    brivo::write(&mut page, person, &clock)
}

fn head(page: &mut Page<'_>, text: &str) -> io::Result<()> {
    let style = page.palette.strong;
    page.line(0, 2, &[Span::new(text, style)])?;
    page.blank()
}

/// A line of a section.
fn plain<'t>(page: &mut Page<'_>, text: impl Into<Cow<'t, str>>) -> io::Result<()> {
    let style = page.palette.plain;
    page.line(2, 4, &[Span::new(text, style)])
}

/// A label and what stands behind it.
fn labelled<'t>(page: &mut Page<'_>, label: &str, text: impl Into<Cow<'t, str>>) -> io::Result<()> {
    let plain = page.palette.plain;
    let width = change::LABEL;
    let spans = [Span::new(format!("{label:width$}"), plain), Span::new(text, plain)];
    page.line(change::FIELDS, change::FIELDS + width, &spans)
}

/// The name in a title; none where it is hidden or nobody knows it.
fn name(person: &PersonExplained) -> Option<String> {
    let profile = &person.profile;
    let parts = [Some(&profile.first_name), profile.middle_name.as_ref(), Some(&profile.last_name)];
    Some(fields::joined(parts)).filter(|name| !name.trim().is_empty() && name != Personal::HIDDEN)
}

fn title(page: &mut Page<'_>, person: &PersonExplained, clock: &Clock) -> io::Result<()> {
    let palette = page.palette;
    let name = name(person).map(|name| format!("  {name}")).unwrap_or_default();
    let of = Span::new(person.external_id.as_str(), palette.strong);
    page.line(0, 2, &[of, Span::new(name, palette.strong)])?;
    page.line(0, 2, &[Span::new(format!("As of {}.", clock.long(person.as_of)), palette.faint)])?;
    page.blank()?;
    let style = match person.verdict {
        Verdict::Frozen | Verdict::Held | Verdict::Spared => palette.turns,
        Verdict::Changes(action) => palette.action(action),
        Verdict::InStep | Verdict::Former | Verdict::Later(_) | Verdict::Stranger => palette.comes,
    };
    page.line(0, 2, &[Span::new(words::verdict(person, clock), style)])?;
    page.blank()
}

/// What is found now, each with what to do about it.
fn findings(page: &mut Page<'_>, person: &PersonExplained, clock: &Clock) -> io::Result<()> {
    if person.findings.is_empty() {
        return Ok(());
    }
    head(page, "What somebody should know or do")?;
    for finding in &person.findings {
        write_finding(page, finding, clock)?;
        page.blank()?;
    }
    Ok(())
}

fn write_finding(page: &mut Page<'_>, finding: &Finding, clock: &Clock) -> io::Result<()> {
    let palette = page.palette;
    let word = verdict::severity_word(finding.severity);
    let spans = [
        Span::new(format!("{word:8}"), palette.severity(finding.severity)),
        Span::new(format!("{:<4}", finding.rule), palette.note),
        Span::new(findings::sentence(finding, clock), palette.plain),
    ];
    page.line(2, 14, &spans)?;
    remedy(page, finding.rule)
}

fn remedy(page: &mut Page<'_>, rule: RuleId) -> io::Result<()> {
    let palette = page.palette;
    rule.remedy().map_or(Ok(()), |what| {
        page.line(14, 16, &[Span::new("To do: ", palette.strong), Span::new(what, palette.plain)])
    })
}

fn exception(page: &mut Page<'_>, person: &PersonExplained, clock: &Clock) -> io::Result<()> {
    let Some(one) = &person.exception else { return Ok(()) };
    head(page, "The override")?;
    let place = one.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    let run_out = if one.until <= person.as_of { ", which has passed" } else { "" };
    plain(
        page,
        format!("{}, by {}, until {}{run_out}{place}", one.effect, one.owner, clock.short(one.until)),
    )?;
    plain(page, format!("Reason: {}", one.reason))?;
    page.blank()
}

fn changes(
    page: &mut Page<'_>,
    person: &PersonExplained,
    clock: &Clock,
    properties: &Properties,
) -> io::Result<()> {
    match &person.change {
        Some(change) => change::write(page, change, clock, properties)?,
        None => plain(page, words::nothing(person))?,
    }
    page.blank()?;
    for paragraph in guards::paragraphs(&person.held_by, properties, str::to_owned) {
        plain(page, format!("Held back: {paragraph}"))?;
        page.blank()?;
    }
    Ok(())
}

fn upcoming(page: &mut Page<'_>, person: &PersonExplained, clock: &Clock) -> io::Result<()> {
    let (turns, notes) = (&person.upcoming, &person.coming);
    if turns.is_empty() {
        let is_frozen = person.verdict == Verdict::Frozen;
        let stays = "Nothing: without news from Entrata it stays as it is.";
        plain(page, if is_frozen { "Nothing while they are frozen." } else { stays })?;
    }
    for turn in turns.iter().take(UPCOMING_TOLD) {
        write_turn(page, turn, clock)?;
    }
    if turns.len() > UPCOMING_TOLD {
        plain(page, format!("and {} more", turns.len() - UPCOMING_TOLD))?;
    }
    for note in notes.iter().filter(|note| note.severity != Severity::Info) {
        write_note(page, note, clock)?;
    }
    page.blank()
}

fn write_turn(page: &mut Page<'_>, turn: &Upcoming, clock: &Clock) -> io::Result<()> {
    let palette = page.palette;
    let spans = [
        Span::new(format!("{}  ", clock.short(turn.at)), palette.strong),
        Span::new(calendar::sentence(turn, clock), palette.plain),
        Span::new(calendar::because(turn), palette.faint),
    ];
    page.line(2, 24, &spans)
}

fn write_note(page: &mut Page<'_>, note: &Coming, clock: &Clock) -> io::Result<()> {
    let Coming { from, severity, rule, lease, text } = note;
    let palette = page.palette;
    let word = verdict::severity_word(*severity);
    let source = verdict::source(lease.as_ref(), None);
    let spans = [
        Span::new(format!("{}  ", clock.short(*from)), palette.strong),
        Span::new(format!("{word} "), palette.severity(*severity)),
        Span::new(format!("{rule} "), palette.note),
        Span::new(format!("{text}{source}, if Entrata still says so then"), palette.plain),
    ];
    page.line(2, 24, &spans)
}
