//! The days ahead: what time alone will bring, day by day on each property's clock.

use std::io;

use super::page::{Page, Span};
use crate::output::calendar::{self, Day};
use crate::output::clock::Clock;
use crate::output::{Properties, property_label};
use crate::plan::Plan;
use crate::plan::upcoming::Turn;

/// Writes the calendar, where one was asked for.
pub(super) fn write(page: &mut Page<'_>, plan: &Plan, properties: &Properties) -> io::Result<()> {
    let Some(turns) = &plan.upcoming else { return Ok(()) };
    let palette = page.palette;
    let after =
        Span::new(": by time alone, once the plan is applied and without news from Entrata", palette.plain);
    page.line(0, 2, &[Span::new("Upcoming", palette.strong), after])?;
    page.blank()?;
    if turns.is_empty() {
        page.line(2, 4, &[Span::new("Nothing.", palette.plain)])?;
        return page.blank();
    }
    let mut property = None;
    for day in calendar::days(turns, properties) {
        let clock = Clock::of(day.property, properties);
        if property != Some(day.property) {
            let title = Span::new(property_label(day.property, properties), palette.strong);
            let zone = Span::new(format!(", times in {}", clock.zone_name()), palette.faint);
            page.line(2, 4, &[title, zone])?;
            property = Some(day.property);
        }
        write_day(page, &day, &clock)?;
    }
    page.blank()
}

fn write_day(page: &mut Page<'_>, day: &Day<'_>, clock: &Clock) -> io::Result<()> {
    let palette = page.palette;
    page.line(4, 6, &[Span::new(day.date.format("%A %Y-%m-%d").to_string(), palette.strong)])?;
    for turn in &day.turns {
        let (sign, style) = match turn.action {
            Turn::Gains | Turn::Opens => ('+', palette.comes),
            Turn::Loses | Turn::Ends => ('-', palette.goes),
            Turn::Moves | Turn::Dates | Turn::Thaws => ('~', palette.turns),
            Turn::Freezes => ('!', palette.deleted),
        };
        let spans = [
            Span::new(format!("{}  ", clock.hour(turn.at)), palette.plain),
            Span::new(format!("{sign} "), style),
            Span::new(turn.external_id.as_str(), palette.strong),
            Span::new(format!("  {}", calendar::sentence(turn, clock)), palette.plain),
            Span::new(calendar::because(turn), palette.faint),
        ];
        page.line(6, 15, &spans)?;
    }
    Ok(())
}
