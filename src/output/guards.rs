//! What the guards hold back, with the numbers, the people and the flag that lets it through (R3): the same sentences in every format.

use super::{Properties, property_label};
use crate::access::ExternalId;
use crate::plan::{DayReport, GrantReport, GuardReport};

/// Heads what the base's guards hold back too.
pub(super) const PENDING: &str = "Held back, without this manifest too";
/// How many people a sentence names.
const NAMED: usize = 5;

/// How a format writes what comes from outside.
pub(super) type Escape = fn(&str) -> String;

/// A paragraph for each thing that is held back, in the order of the guards: what would be taken, then what would be given.
pub(super) fn paragraphs(guards: &[GuardReport], properties: &Properties, escape: Escape) -> Vec<String> {
    let of_guard = |guard: &GuardReport| {
        let taken = guard.tripped.then(|| taken(guard, properties, escape));
        let given: Vec<String> = guard.grants.iter().map(|report| given(report, escape)).collect();
        taken.into_iter().chain(given).collect::<Vec<_>>()
    };
    guards.iter().flat_map(of_guard).collect()
}

/// What would be taken.
fn taken(guard: &GuardReport, properties: &Properties, escape: Escape) -> String {
    let GuardReport { property_id, tripped: _, revokes, people, limit, would_lose, day, grants: _ } = guard;
    let whose = match property_id {
        Some(_) => escape(&property_label(*property_id, properties)),
        None => "Groups that left the manifest".to_owned(),
    };
    let bound = match day.filter(|day| revokes <= limit && day.revokes > day.limit) {
        Some(DayReport { revokes: in_all, limit }) => {
            format!("with those of the last 24 hours {in_all}, and at most {limit} may in 24 hours")
        }
        None => format!("and at most {limit} may in one run"),
    };
    let named = property_id.map(|id| format!("`--allow-revokes {id}={revokes}`, or "));
    format!(
        "{whose}: {revokes} of {people} people would lose something, {bound} (R3){}. What they would lose is \
         held back, what anybody gains goes on. If it is meant, add {}`--allow-revokes {revokes}`, which lets through whatever \
         would take from exactly {revokes}.",
        who(would_lose, escape),
        named.unwrap_or_default()
    )
}

/// What would be given.
fn given(report: &GrantReport, escape: Escape) -> String {
    let GrantReport { group, sensitive, grants, limit, would_get } = report;
    let bound = if *sensitive {
        "and the manifest calls it sensitive: nobody is put into it unasked".to_owned()
    } else {
        format!("and at most {limit} may in one run")
    };
    let people = if *grants == 1 { "1 person" } else { &format!("{grants} people") };
    format!(
        "Group {} ({}): {people} would be put into it, {bound} (R3){}. Nobody is, and whoever would be loses no group for it; other \
         changes go on. If it is meant, and no mistake in the mapping, add `--allow-grants {}={grants}`.",
        escape(&group.name),
        group.id,
        who(would_get, escape),
        group.id
    )
}

/// As `: entrata:1, entrata:2 and 9 more`; empty where nobody is told.
fn who(people: &[ExternalId], escape: Escape) -> String {
    if people.is_empty() {
        return String::new();
    }
    let named: Vec<String> = people.iter().take(NAMED).map(|id| escape(id.as_str())).collect();
    let more = people.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!(": {}{more}", named.join(", "))
}

#[cfg(test)]
mod tests;
