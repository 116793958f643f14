//! A unit: who, by lease, each person in a few lines.

use std::io;

use super::lease::{opened, window};
use super::{head, labelled, name, plain, words, write_finding};
use crate::output::clock::Clock;
use crate::output::text::page::{Page, Span};
use crate::output::text::palette::Palette;
use crate::output::text::{View, change};
use crate::output::{calendar, fields, findings, property_label, verdict};
use crate::plan::explain::{PersonExplained, UnitExplained, UnitLease};
use crate::rules::Severity;

/// Writes the pages of the units that were meant.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_units(out: &mut impl io::Write, units: &[UnitExplained], view: &View<'_>) -> io::Result<()> {
    let mut page = Page::new(out, view.width, Palette::of(view.colour));
    units.iter().try_for_each(|unit| write(&mut page, unit, view))
}

fn write(page: &mut Page<'_>, unit: &UnitExplained, view: &View<'_>) -> io::Result<()> {
    let UnitExplained { property, number, building, spaces, as_of, opens, findings, leases, others } = unit;
    let clock = Clock::of(Some(*property), view.properties);
    let palette = page.palette;
    let building = building.as_ref().map(|building| format!(", building {building}")).unwrap_or_default();
    let spaces =
        if spaces.is_empty() { String::new() } else { format!(" with the spaces {}", spaces.join(", ")) };
    let title = format!("Unit {number}{building}, {}", property_label(Some(*property), view.properties));
    page.line(0, 2, &[Span::new(title, palette.strong), Span::new(spaces, palette.plain)])?;
    page.line(0, 2, &[Span::new(format!("As of {}.", clock.long(*as_of)), palette.faint)])?;
    page.blank()?;
    if opens.is_empty() {
        labelled(page, "opens", "nothing: no entry of the manifest maps it to a group")?;
    }
    opened(page, opens)?;
    page.blank()?;
    for finding in findings {
        write_finding(page, finding, &clock)?;
        page.blank()?;
    }
    if leases.is_empty() {
        plain(page, "No lease that Entrata told of is on it.")?;
        page.blank()?;
    }
    leases.iter().try_for_each(|lease| write_lease(page, lease, &clock))?;
    outsiders(page, others, &clock)
}

fn write_lease(page: &mut Page<'_>, lease: &UnitLease, clock: &Clock) -> io::Result<()> {
    let UnitLease { lease, spaces, status, people } = lease;
    let spaces = if spaces.is_empty() { String::new() } else { format!(", {}", spaces.join(", ")) };
    head(page, &format!("Lease {lease}{spaces}: {status}"))?;
    people.iter().try_for_each(|person| {
        let on_this = person.leases.iter().find(|seen| seen.lease == *lease);
        let role = on_this.and_then(|seen| seen.rows.first()).map(|row| row.kind.as_str());
        let now = on_this.and_then(|seen| seen.phases.iter().find(|phase| phase.is_now));
        title(page, person, role)?;
        if let Some(phase) = now {
            let access =
                phase.window.as_ref().map_or_else(|| "none".to_owned(), |dates| window(dates, clock));
            let why = phase.reasons.first().map(|reason| format!(" ({} {})", reason.rule, reason.text));
            labelled(page, "access", format!("{access}{}", why.unwrap_or_default()))?;
        }
        brief(page, person, clock)
    })
}

/// Whoever still holds the unit's groups without being on one of its leases.
fn outsiders(page: &mut Page<'_>, others: &[PersonExplained], clock: &Clock) -> io::Result<()> {
    if others.is_empty() {
        return Ok(());
    }
    head(page, "In a group of this unit, and on none of its leases")?;
    others.iter().try_for_each(|person| {
        title(page, person, None)?;
        brief(page, person, clock)
    })
}

fn title(page: &mut Page<'_>, person: &PersonExplained, role: Option<&str>) -> io::Result<()> {
    let strong = page.palette.strong;
    let name = name(person).map(|name| format!("  {name}")).unwrap_or_default();
    let role = role.map(|role| format!("  ({role})")).unwrap_or_default();
    let spans = [
        Span::new(person.external_id.as_str(), strong),
        Span::new(name, strong),
        Span::new(role, page.palette.plain),
    ];
    page.line(2, 4, &spans)
}

/// What is, what becomes of it, what to do.
fn brief(page: &mut Page<'_>, person: &PersonExplained, clock: &Clock) -> io::Result<()> {
    let held = person.users.iter().flat_map(|user| &user.groups).map(fields::group).collect::<Vec<_>>();
    let held = if held.is_empty() { "no managed group".to_owned() } else { held.join(", ") };
    labelled(page, "in Brivo", held)?;
    labelled(page, "verdict", words::verdict(person, clock))?;
    let mut label = "because";
    for reason in person.change.iter().flat_map(|change| &change.reasons) {
        let source = verdict::source(reason.lease_id.as_ref(), reason.manifest.as_deref());
        labelled(page, label, format!("{} {}{source}", reason.rule, reason.text))?;
        label = "";
    }
    for finding in person.findings.iter().filter(|finding| finding.external_id.is_some()) {
        let word = verdict::severity_word(finding.severity);
        labelled(page, word, format!("{} {}", finding.rule, findings::sentence(finding, clock)))?;
        if let Some(what) = finding.rule.remedy().filter(|_| finding.severity == Severity::Error) {
            labelled(page, "to do", what)?;
        }
    }
    if let Some(turn) = person.upcoming.first() {
        labelled(page, "next", format!("{}: {}", clock.short(turn.at), calendar::sentence(turn, clock)))?;
    }
    let more = format!("reconcile explain --customer {}", person.customer);
    let width = change::LABEL;
    let faint = page.palette.faint;
    let spans = [Span::new(format!("{:width$}", "all of it"), faint), Span::new(more, faint)];
    page.line(change::FIELDS, change::FIELDS + width, &spans)?;
    page.blank()
}
