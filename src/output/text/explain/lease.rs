//! The leases of a person: what Entrata told, the windows that follow, the rules that decided, in their order.

use std::io;

use super::{labelled, plain};
use crate::access::Window;
use crate::output::clock::Clock;
use crate::output::text::change::{FIELDS, LABEL};
use crate::output::text::page::{Page, Span};
use crate::output::{Properties, fields, property_label, verdict};
use crate::plan::Reason;
use crate::plan::explain::{Dates, Due, LeaseSeen, Opened, PersonExplained, PhaseSeen, RowSeen, Term};

pub(super) fn write(
    page: &mut Page<'_>,
    person: &PersonExplained,
    properties: &Properties,
) -> io::Result<()> {
    if person.leases.is_empty() {
        plain(page, "No reply of Entrata names them.")?;
        page.blank()?;
    }
    for lease in &person.leases {
        write_lease(page, lease, properties)?;
        page.blank()?;
    }
    if let Some(answer) = &person.looked_up {
        plain(page, format!("{answer} (D8)."))?;
        page.blank()?;
    }
    let clock = Clock::of(person.property, properties);
    person.due.as_ref().filter(|_| !person.leases.is_empty()).map_or(Ok(()), |due| {
        plain(page, sum(due, &clock))?;
        page.blank()
    })
}

/// All leases together.
fn sum(due: &Due, clock: &Clock) -> String {
    let Due { groups, dates, is_ahead } = due;
    let window = dates.as_ref().map(|dates| format!(", {}", window(dates, clock))).unwrap_or_default();
    if groups.is_empty() {
        return "All leases together give no group now.".to_owned();
    }
    let ahead = if *is_ahead { " (written ahead, T28: the doors stay shut until then)" } else { "" };
    format!("All leases together give now: {}{window}{ahead}.", groups.join(", "))
}

fn write_lease(page: &mut Page<'_>, lease: &LeaseSeen, properties: &Properties) -> io::Result<()> {
    let LeaseSeen {
        lease,
        property,
        unit,
        status,
        judged,
        is_month_to_month,
        dates,
        terms,
        rows,
        opens,
        phases,
    } = lease;
    let clock = Clock::of(Some(*property), properties);
    let palette = page.palette;
    let unit = unit.as_ref().map_or_else(|| "no unit yet".to_owned(), |unit| format!("unit {unit}"));
    let place = format!(", {}, {unit}", property_label(Some(*property), properties));
    let zone = format!(", times in {}", clock.zone_name());
    let title = [
        Span::new(format!("lease {lease}"), palette.strong),
        Span::new(place, palette.plain),
        Span::new(zone, palette.faint),
    ];
    page.line(2, 4, &title)?;
    let monthly = if *is_month_to_month { ", month-to-month" } else { "" };
    labelled(page, "lease", format!("{status}{monthly}; {}", told(dates)))?;
    for Term { start, end, status } in terms {
        let (start, end) = (start.as_deref().unwrap_or("no start"), end.as_deref().unwrap_or("no end"));
        labelled(page, "term", format!("{start} to {end} ({status})"))?;
    }
    for row in rows {
        labelled(page, "person", person(row))?;
    }
    labelled(page, "judged as", judged.as_str())?;
    opened(page, opens)?;
    phases.iter().try_for_each(|phase| write_phase(page, phase, &clock))
}

fn person(row: &RowSeen) -> String {
    let RowSeen { kind, relationship, status, dates } = row;
    let relationship = relationship.as_ref().map(|text| format!(" ({text})")).unwrap_or_default();
    let status = status.as_deref().unwrap_or("the lease's status");
    let own = if *dates == Dates::default() { "no dates of their own".to_owned() } else { told(dates) };
    format!("{kind}{relationship}; {status}; {own}")
}

fn told(dates: &Dates) -> String {
    let Dates { move_in, move_out } = dates;
    let date = |date: &Option<String>| date.clone().unwrap_or_else(|| "none".to_owned());
    format!("move-in {}, move-out {}", date(move_in), date(move_out))
}

/// The groups of a lease or a unit, each with its place in the manifest.
pub(super) fn opened(page: &mut Page<'_>, opens: &[Opened]) -> io::Result<()> {
    let mut label = "opens";
    for Opened { group, place, is_there } in opens {
        let place = place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        let missing = if *is_there { "" } else { ", which Brivo does not have, or has several times" };
        labelled(page, label, format!("{group}{place}{missing}"))?;
        label = "";
    }
    Ok(())
}

fn write_phase(page: &mut Page<'_>, phase: &PhaseSeen, clock: &Clock) -> io::Result<()> {
    let PhaseSeen { from, until, is_now, window: dates, reasons } = phase;
    let stretch = match (from, until) {
        (None, None) => String::new(),
        (None, Some(until)) => format!("until {}: ", clock.short(*until)),
        (Some(from), None) => format!("from {}: ", clock.short(*from)),
        (Some(from), Some(until)) => format!("from {} until {}: ", clock.short(*from), clock.short(*until)),
    };
    let opening = match (dates, from) {
        (None, _) => "no access".to_owned(),
        (Some(dates), Some(from)) if dates.has_ended(*from) => "over".to_owned(),
        (Some(dates), _) => window(dates, clock),
    };
    let now = if *is_now && !stretch.is_empty() { " (this holds now)" } else { "" };
    labelled(page, "access", format!("{stretch}{opening}{now}"))?;
    reasons.iter().try_for_each(|reason| write_reason(page, reason))
}

fn write_reason(page: &mut Page<'_>, reason: &Reason) -> io::Result<()> {
    let Reason { rule, lease_id: _, manifest, text } = reason;
    let palette = page.palette;
    let spans = [
        Span::new(format!("{rule:<4}"), palette.note),
        Span::new(text.read(), palette.plain),
        Span::new(verdict::source(None, manifest.as_deref()), palette.faint),
    ];
    page.line(FIELDS + LABEL, FIELDS + LABEL + 4, &spans)
}

/// A window in words.
pub(super) fn window(window: &Window, clock: &Clock) -> String {
    match (window.start, window.end) {
        (None, None) => "without start or end".to_owned(),
        (start, end) => format!("{} to {}", fields::start(start, clock), fields::end(end, clock)),
    }
}
