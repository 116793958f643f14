//! The timeline: unit by unit who has access when, drawn and told.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike as _;

use super::axis::{Axis, WIDTH};
use super::bars;
use super::markup::{Html, full_name};
use crate::access::{ExternalId, Instant, PropertyId, Window};
use crate::output::clock::Clock;
use crate::output::{Properties, fields, property_label, verdict};
use crate::plan::occupancy::{Occupant, PropertyOccupancy, Stay, UnitOccupancy};
use crate::plan::{Action, Plan};
use crate::rules::{RuleId, Severity};

/// What the plan says of people, for the marks beside their names.
struct Marks<'a> {
    changes: BTreeMap<&'a ExternalId, Action>,
    findings: BTreeMap<&'a ExternalId, BTreeSet<(Severity, RuleId)>>,
}

impl<'a> Marks<'a> {
    fn of(plan: &'a Plan) -> Self {
        let mut findings: BTreeMap<&ExternalId, BTreeSet<(Severity, RuleId)>> = BTreeMap::new();
        for finding in &plan.findings {
            if let Some(id) = &finding.external_id {
                findings.entry(id).or_default().insert((finding.severity, finding.rule));
            }
        }
        let changes = plan.changes.iter().map(|change| (&change.external_id, change.action)).collect();
        Self { changes, findings }
    }
}

/// The timelines of all properties.
pub(super) fn write(occupancy: &[PropertyOccupancy], plan: &Plan, properties: &Properties) -> Html {
    let marks = Marks::of(plan);
    let mut page = Html::new();
    legend(&mut page);
    for PropertyOccupancy { property, units } in occupancy {
        let clock = Clock::of(Some(*property), properties);
        let axis = Axis::around(plan.as_of, &clock);
        let drawing = Drawing { axis: &axis, clock: &clock, marks: &marks, as_of: plan.as_of };
        head(&mut page, *property, properties, &drawing);
        page.rows("units", |page| units.iter().for_each(|unit| drawing.unit(page, unit)));
        page.tag("</section>\n");
    }
    page
}

fn legend(page: &mut Html) {
    page.tag(
        "<p class=legend><span><svg class=key viewBox=\"0 0 24 12\" aria-hidden=true><rect class=w y=2 width=24 height=8 /></svg>access</span> \
         <span><svg class=key viewBox=\"0 0 24 12\" aria-hidden=true><rect class=f y=2 width=24 height=8 /></svg>moves in later</span> \
         <span><svg class=key viewBox=\"0 0 24 12\" aria-hidden=true><rect class=n y=2 width=24 height=8 /></svg>on notice</span> \
         <span><svg class=key viewBox=\"0 0 24 12\" aria-hidden=true><rect class=h y=2 width=24 height=8 /></svg>holdover</span> \
         <span><svg class=key viewBox=\"0 0 24 12\" aria-hidden=true><rect class=p y=2 width=24 height=8 /></svg>past</span> \
         <span><svg class=key viewBox=\"0 0 24 12\" aria-hidden=true><path class=i d=\"M12 0v12\"/></svg>move-in</span> \
         <span><svg class=key viewBox=\"0 0 24 12\" aria-hidden=true><path class=o d=\"M12 0v12\"/></svg>move-out</span> \
         <span><svg class=key viewBox=\"0 0 24 12\" aria-hidden=true><path class=x d=\"M12 0v12\"/></svg>renewal</span> \
         <span><svg class=key viewBox=\"0 0 24 12\" aria-hidden=true><path class=t d=\"M12 0v12\"/></svg>today</span> \
         <span>where nothing is drawn, nobody has access</span></p>\n",
    );
}

fn head(page: &mut Html, property: PropertyId, properties: &Properties, drawing: &Drawing<'_>) {
    let label = property_label(Some(property), properties);
    page.tag("<section class=g data-p=\"").number(property.0).tag("\"><h3>").text(&label).tag("</h3>\n");
    page.tag("<div class=axis aria-hidden=true><span></span><ol>");
    for month in drawing.axis.months() {
        let name = month.format("%b").to_string();
        page.tag("<li>").text(&name[..1]);
        if month.month0() == 0 {
            page.tag("<b>").text(&month.year().to_string()).tag("</b>");
        }
    }
    page.tag("</ol><span>times in ").text(drawing.clock.zone_name()).tag("</span></div>\n");
}

struct Drawing<'a> {
    axis: &'a Axis<'a>,
    clock: &'a Clock,
    marks: &'a Marks<'a>,
    as_of: Instant,
}

impl Drawing<'_> {
    fn unit(&self, page: &mut Html, unit: &UnitOccupancy) {
        let UnitOccupancy { number, building, stays } = unit;
        let drawn: Vec<&Stay> = stays.iter().filter(|stay| self.is_drawn(stay)).collect();
        page.tag("<div class=r data-k=\"").text(&self.kinds(&drawn)).tag("\"><h4>");
        page.text(number.as_deref().unwrap_or("no unit yet"));
        if let Some(building) = building {
            page.tag(" <small>building ").text(building).tag("</small>");
        }
        page.tag("</h4>").part(&bars::draw(&drawn, self.axis, self.as_of)).tag("<div>");
        for stay in &drawn {
            self.told(page, stay);
        }
        if !drawn.iter().any(|stay| stay.windows.iter().any(|window| window.holds(self.as_of))) {
            self.gap(page, &drawn);
        }
        page.tag("</div></div>\n");
    }

    fn is_drawn(&self, stay: &Stay) -> bool {
        let is_lasting =
            |window: &Window| self.axis.stretch(window).is_some_and(|(from, to)| from < WIDTH && to > 0.0);
        stay.windows.iter().any(is_lasting)
    }

    /// What the unit can be looked for by.
    fn kinds(&self, stays: &[&Stay]) -> String {
        let mut kinds = BTreeSet::new();
        for stay in stays {
            let is_open = stay.windows.iter().any(|window| window.holds(self.as_of));
            if stay.is_on_notice && !stay.windows.iter().all(|window| window.has_ended(self.as_of)) {
                kinds.insert("notice");
            }
            if stay.windows.iter().any(|window| window.is_to_come(self.as_of)) && !is_open {
                kinds.insert("future");
            }
            if stay.held_over_since.is_some() {
                kinds.insert("holdover");
            }
            for Occupant { external_id, profile: _, exception } in &stay.people {
                kinds.extend(exception.map(|_| "exception"));
                kinds.extend(self.marks.changes.get(external_id).map(|action| verdict::action_word(*action)));
                kinds.extend(self.marks.changes.get(external_id).map(|_| "change"));
                let found = self.marks.findings.get(external_id).into_iter().flatten();
                kinds.extend(found.map(|(severity, _)| verdict::severity_word(*severity)));
            }
        }
        let nobody = !stays.iter().any(|stay| stay.windows.iter().any(|window| window.holds(self.as_of)));
        kinds.extend(nobody.then_some("vacant"));
        kinds.into_iter().collect::<Vec<_>>().join(" ")
    }

    /// Since when and until when nobody has access.
    fn gap(&self, page: &mut Html, stays: &[&Stay]) {
        let windows = || stays.iter().flat_map(|stay| &stay.windows);
        let since = windows().filter_map(|window| window.end).filter(|end| *end <= self.as_of).max();
        let until = windows().filter_map(|window| window.start).filter(|start| *start > self.as_of).min();
        page.tag("<p class=dim>nobody");
        if let Some(since) = since {
            page.tag(" since ").text(&self.clock.short(since));
        }
        if let Some(until) = until {
            page.tag(" until ").text(&self.clock.short(until));
        }
        page.tag("</p>");
    }

    fn told(&self, page: &mut Html, stay: &Stay) {
        let Stay {
            lease,
            spaces,
            status,
            is_on_notice,
            windows,
            move_in: _,
            move_out,
            renewals,
            held_over_since,
            people,
        } = stay;
        page.tag("<p>");
        for (index, person) in people.iter().enumerate() {
            page.tag(if index > 0 { ", " } else { "" });
            self.person(page, person);
        }
        page.tag("<br>");
        for (index, Window { start, end }) in windows.iter().enumerate() {
            page.tag(if index > 0 { "; " } else { "" });
            page.text(&fields::start(*start, self.clock)).tag(" to ").text(&fields::end(*end, self.clock));
        }
        page.tag(" <span class=dim>");
        if !spaces.is_empty() {
            page.text(&spaces.join(", ")).tag(", ");
        }
        page.tag("lease ").text(lease.as_str()).tag(", ").text(status);
        if let Some(date) = move_out.filter(|_| *is_on_notice) {
            page.tag(", moves out ").text(&date.to_string());
        }
        for date in renewals {
            page.tag(", renewed ").text(&date.to_string());
        }
        if let Some(date) = held_over_since {
            page.tag(", held over since ").text(&date.to_string());
        }
        page.tag("</span></p>");
    }

    fn person(&self, page: &mut Html, person: &Occupant) {
        let Occupant { external_id, profile, exception } = person;
        page.name(&full_name(profile)).id(external_id);
        if let Some(effect) = exception {
            page.tag(" <em class=exception>override: ").text(effect).tag("</em>");
        }
        if let Some(action) = self.marks.changes.get(external_id) {
            page.tag(" <em class=").text(verdict::action_word(*action)).tag(">");
            page.text(verdict::action_word(*action)).tag("</em>");
        }
        for (severity, rule) in self.marks.findings.get(external_id).into_iter().flatten() {
            page.tag(" <em class=").text(verdict::severity_word(*severity)).tag(">").rule(*rule).tag("</em>");
        }
    }
}
