//! What one lease of a person says about another: renewals (L6), and a lapsed move-out date of somebody who lives elsewhere (T18).

use chrono::{Days, NaiveDate};

use crate::access::few::Short;
use crate::access::{Window, later_start};
use crate::rules::RuleId;

use super::note::{Note, Why};
use super::person::Entry;
use super::together::Decided;
use super::window::{Dated, Phase};

/// L6: a new lease of the same unit and spaces that follows at most a calendar day after goes on without a blink.
pub(super) fn renewals(decided: &mut [Decided]) {
    let mut order: Vec<usize> = (0..decided.len()).collect();
    order.sort_by_key(|&index| recorded_start(&decided[index]));
    for position in 1..order.len() {
        let later = order[position];
        let earlier =
            order[..position].iter().copied().filter(|&index| is_followed(&decided[index], &decided[later]));
        let Some(end) = earlier
            .filter_map(|index| decided[index].entry.last_window())
            .max_by_key(|dated| dated.window.end)
        else {
            continue;
        };
        decided[later].renew(end);
    }
}

fn recorded_start(decided: &Decided) -> Option<NaiveDate> {
    decided.entry.last_window().or(decided.awaiting).and_then(|dated| dated.recorded_start)
}

fn is_followed(old: &Decided, new: &Decided) -> bool {
    let same_place = old.entry.home.place.is_some()
        && old.entry.home.place == new.entry.home.place
        && old.entry.property == new.entry.property
        && old.entry.lease != new.entry.lease;
    let end = old.entry.last_window().and_then(|dated| dated.recorded_end);
    let follows = end
        .zip(recorded_start(new))
        .is_some_and(|(end, start)| start <= end.checked_add_days(Days::new(1)).unwrap_or(end));
    same_place && follows
}

impl Decided {
    fn renew(&mut self, old: Dated) {
        if let Some(awaited) = self.awaiting.take() {
            let text = "the renewal of a lease on the same unit: access goes on without a move-in";
            self.entry.phases = vec![Phase { from: None, window: Some(awaited), why: Short::default() }];
            self.because(text);
        } else {
            self.because("the renewal of a lease on the same unit: access goes on");
        }
        self.notes.retain(|note| !note.is_of_move_in);
        for dated in self.entry.phases.iter_mut().filter_map(|phase| phase.window.as_mut()) {
            if dated.window.start > old.window.end {
                dated.window.start = old.window.end;
                dated.start_date = old.end_date;
            }
        }
    }

    fn because(&mut self, text: &'static str) {
        for phase in &mut self.entry.phases {
            phase.why.push(Why::new(RuleId::L6, text, &[]));
        }
    }
}

/// T18: a lapsed move-out date of somebody Current freezes, unless a window of another lease on another unit is open.
pub(super) fn contradictions(decided: &mut [Decided]) {
    for index in 0..decided.len() {
        let Some(from) = decided[index].contradicted_from else { continue };
        let others = other_homes(decided, index);
        let text = "Current although the move-out date has lapsed";
        let freeze = format!("{text}: a forgotten notice, or a forgotten move-out?");
        let moved = format!("{text}; they live in another unit: the date counts");
        let mut doubt = Some(from);
        for open in others {
            let Some(since) = doubt else { break };
            if open.has_ended(since) {
                continue;
            }
            if let Some(start) = open.start.filter(|start| *start > since) {
                decided[index]
                    .notes
                    .push(Note::freeze(RuleId::T18, freeze.clone()).during(Some(since), Some(start)));
            }
            let start = open.start.map_or(since, |start| start.max(since));
            decided[index]
                .notes
                .push(Note::warning(RuleId::T18, moved.clone()).during(Some(start), open.end));
            doubt = open.end;
        }
        if doubt.is_some() {
            decided[index].notes.push(Note::freeze(RuleId::T18, freeze).during(doubt, None));
        }
    }
}

/// When windows of other leases, on other units, are open: apart from each other, in order.
fn other_homes(decided: &[Decided], index: usize) -> Vec<Window> {
    let own = &decided[index].entry;
    let elsewhere = decided.iter().map(|decided| &decided.entry).filter(|entry| {
        entry.lease != own.lease
            && (entry.home.place.is_none()
                || entry.home.place.as_ref().map(|p| &p.0) != own.home.place.as_ref().map(|p| &p.0))
    });
    let open = elsewhere
        .flat_map(Entry::pieces)
        .map(|(holds, dated)| Window { start: later_start(holds.start, dated.window.start), end: holds.end });
    merged(open.collect())
}

/// Windows as a union: touching and overlapping ones joined, in order.
pub(super) fn merged(mut windows: Vec<Window>) -> Vec<Window> {
    windows.sort_by_key(|window| window.start);
    let mut joined: Vec<Window> = Vec::new();
    for window in windows {
        match joined.last_mut().filter(|last| last.touches(&window)) {
            Some(last) => *last = last.hull(&window),
            None => joined.push(window),
        }
    }
    joined
}
