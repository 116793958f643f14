//! The days ahead, folded: what time alone will bring, a line a turn.

use super::room::{clip, fill};
use crate::output::calendar::{self, Day};
use crate::output::clock::Clock;
use crate::output::{Properties, count, escape, property_label};
use crate::plan::upcoming::Upcoming;

/// More than what stands around the lines.
const FRAME: usize = 120;

/// The calendar where one was asked for, else nothing.
pub(super) fn write(turns: Option<&[Upcoming]>, properties: &Properties, room: usize) -> String {
    let Some(turns) = turns else { return String::new() };
    if turns.is_empty() {
        return "**Upcoming**: nothing, by time alone.\n\n".to_owned();
    }
    let days = calendar::days(turns, properties);
    let lines: Vec<String> = days.iter().flat_map(|day| lines(day, properties)).collect();
    let rest = |number| format!("- and {number} more\n");
    format!(
        "<details><summary>Upcoming: {} by time alone</summary>\n\n{}\n</details>\n\n",
        count(turns.len(), "change", "changes"),
        fill(&lines, room.saturating_sub(FRAME), rest)
    )
}

fn lines(day: &Day<'_>, properties: &Properties) -> Vec<String> {
    let clock = Clock::of(day.property, properties);
    let place = escape::markdown(&clip(&property_label(day.property, properties)));
    let line = |turn: &&Upcoming| {
        let told = format!("{}{}", calendar::sentence(turn, &clock), calendar::because(turn));
        format!(
            "- {} {place}: **{}** {}\n",
            clock.short(turn.at),
            escape::markdown(turn.external_id.as_str()),
            escape::markdown(&clip(&told))
        )
    };
    day.turns.iter().map(line).collect()
}
