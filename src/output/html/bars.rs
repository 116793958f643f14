//! One unit's stays as bars in a drawing, in as many lanes as it takes for none to cover another.

use chrono::Days;

use super::axis::Axis;
use super::markup::Html;
use crate::access::{Instant, Window};
use crate::plan::occupancy::Stay;

/// How high a lane is, and a bar in it.
const LANE: u64 = 12;

/// Draws the stays. What is drawn is told in words beside it.
pub(super) fn draw(stays: &[&Stay], axis: &Axis<'_>, as_of: Instant) -> Html {
    let lanes = lanes(stays, axis);
    let height = LANE * lanes.iter().max().map_or(1, |highest| highest + 1);
    let today = axis.at(as_of);
    let mut page = Html::new();
    page.tag("<svg class=line viewBox=\"0 0 720 ").number(height).tag("\" height=").number(height);
    page.tag(" preserveAspectRatio=none aria-hidden=true>");
    for (stay, lane) in stays.iter().zip(lanes) {
        Bars { page: &mut page, axis, today, as_of, top: lane * LANE }.stay(stay);
    }
    // Longer than the drawing: the row cuts it, so that it runs through the whole page.
    page.tag("<path class=t d=\"M").length(today).tag("-9V999\"/></svg>");
    page
}

/// The first lane that is free from each stay's start on.
fn lanes(stays: &[&Stay], axis: &Axis<'_>) -> Vec<u64> {
    let mut taken: Vec<f64> = Vec::new();
    let lane = |stay: &&Stay| {
        let stretches: Vec<(f64, f64)> =
            stay.windows.iter().filter_map(|window| axis.stretch(window)).collect();
        let from = stretches.iter().map(|(from, _)| *from).fold(f64::INFINITY, f64::min);
        let to = stretches.iter().map(|(_, to)| *to).fold(0.0, f64::max);
        let free = taken.iter().position(|end| *end <= from);
        let lane = free.unwrap_or(taken.len());
        if lane == taken.len() {
            taken.push(to);
        } else {
            taken[lane] = to;
        }
        lane as u64
    };
    stays.iter().map(lane).collect()
}

struct Bars<'a> {
    page: &'a mut Html,
    axis: &'a Axis<'a>,
    today: f64,
    as_of: Instant,
    top: u64,
}

impl Bars<'_> {
    fn stay(&mut self, stay: &Stay) {
        let Stay {
            lease: _,
            spaces: _,
            status: _,
            is_on_notice: _,
            windows,
            move_in,
            move_out,
            renewals,
            held_over_since,
            people: _,
        } = stay;
        for window in windows {
            self.window(window, stay);
        }
        let over = held_over_since.and_then(|date| date.checked_add_days(Days::new(1)));
        if let Some(since) = over {
            let since = self.axis.on(since).unwrap_or(0.0);
            self.bar("h", since, self.today);
        }
        for date in renewals {
            self.mark("x", self.axis.on(*date));
        }
        self.mark("i", move_in.and_then(|date| self.axis.on(date)));
        self.mark("o", move_out.and_then(|date| self.axis.on(date)));
    }

    fn window(&mut self, window: &Window, stay: &Stay) {
        let Some((from, to)) = self.axis.stretch(window) else { return };
        if window.has_ended(self.as_of) {
            self.bar("p", from, to);
        } else if window.is_to_come(self.as_of) {
            self.bar("f", from, to);
        } else if stay.is_on_notice {
            self.bar("w", from, self.today);
            self.bar("n", self.today, to);
        } else {
            self.bar("w", from, to);
        }
    }

    fn bar(&mut self, class: &'static str, from: f64, to: f64) {
        if from < to {
            self.page.tag("<rect class=").tag(class).tag(" x=").length(from).tag(" y=").number(self.top + 2);
            // A bar of a day is to be seen too.
            self.page.tag(" width=").length((to - from).max(1.0)).tag(" height=8 />");
        }
    }

    fn mark(&mut self, class: &'static str, place: Option<f64>) {
        if let Some(place) = place {
            self.page
                .tag("<path class=")
                .tag(class)
                .tag(" d=\"M")
                .length(place)
                .tag(" ")
                .number(self.top)
                .tag("v12\"/>");
        }
    }
}
