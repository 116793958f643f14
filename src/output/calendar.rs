//! What time alone will bring, in the words that are the same in every format; by property and local day. Not escaped.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::clock::Clock;
use super::{Properties, fields};
use crate::access::{GroupRef, PropertyId};
use crate::plan::upcoming::{Turn, Upcoming};

/// The turns of one property on one of its local days.
#[derive(Debug)]
pub(super) struct Day<'a> {
    pub(super) property: Option<PropertyId>,
    pub(super) date: NaiveDate,
    pub(super) turns: Vec<&'a Upcoming>,
}

/// The days on which something happens, property by property; a turn of several properties stands with the smallest, one of none last.
pub(super) fn days<'a>(turns: &'a [Upcoming], properties: &Properties) -> Vec<Day<'a>> {
    let mut days: BTreeMap<(bool, Option<PropertyId>, NaiveDate), Vec<&Upcoming>> = BTreeMap::new();
    for turn in turns {
        let property = turn.property_ids.first().copied();
        let date = Clock::of(property, properties).date(turn.at);
        days.entry((property.is_none(), property, date)).or_default().push(turn);
    }
    days.into_iter().map(|((_, property, date), turns)| Day { property, date, turns }).collect()
}

/// What happens, as `loses Alder 201`.
pub(super) fn sentence(turn: &Upcoming, clock: &Clock) -> String {
    let Upcoming {
        at,
        external_id: _,
        property_ids: _,
        action,
        gains,
        loses,
        effective_from,
        effective_to,
        reasons: _,
    } = turn;
    let opens = effective_from.filter(|from| from > at);
    let opens = opens.map(|from| format!(" (written ahead: the doors open at {})", clock.short(from)));
    let dates =
        || format!("{} to {}", fields::start(*effective_from, clock), fields::end(*effective_to, clock));
    match action {
        Turn::Gains => format!("gains {}{}", names(gains), opens.unwrap_or_default()),
        Turn::Loses => format!("loses {}", names(loses)),
        Turn::Ends => format!("access ends: loses {}", names(loses)),
        Turn::Moves => format!("gains {}, loses {}", names(gains), names(loses)),
        Turn::Opens => "the doors open: what was written ahead begins".to_owned(),
        Turn::Dates => format!("the user's dates become {}", dates()),
        Turn::Freezes => "is frozen: from then on nothing is changed until somebody settles it".to_owned(),
        Turn::Thaws => {
            let told =
                [("gains", gains), ("loses", loses)].into_iter().filter(|(_, groups)| !groups.is_empty());
            let told = told.map(|(word, groups)| format!("{word} {}", names(groups)));
            ["is frozen no more".to_owned()].into_iter().chain(told).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The first reason, as ` (T14 the end date 2026-03-04 has lapsed, lease 900004)`.
pub(super) fn because(turn: &Upcoming) -> String {
    let Some(reason) = turn.reasons.first() else { return String::new() };
    let lease = reason.lease_id.as_ref().map(|lease| format!(", lease {lease}")).unwrap_or_default();
    format!(" ({} {}{lease})", reason.rule, reason.text)
}

fn names(groups: &[GroupRef]) -> String {
    groups.iter().map(|group| &*group.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
