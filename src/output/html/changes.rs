//! The changes, property by property: what each person has and will have, and why.

use std::collections::BTreeMap;

use super::markup::Html;
use crate::access::ExternalId;
use crate::output::clock::Clock;
use crate::output::fields::{self, Field, Line};
use crate::output::sections::{self, Section};
use crate::output::{Properties, property_label, verdict};
use crate::plan::{Change, ChangeResult, Plan};

/// Up to so many changes stand open.
const OPEN: usize = 25;

/// All changes, with what became of them where that is known.
pub(super) fn write(plan: &Plan, properties: &Properties) -> Html {
    let results = plan.results.iter().flatten();
    let results: Results<'_> = results.map(|result| (&result.external_id, result)).collect();
    let telling =
        Telling { properties, results, opening: if plan.changes.len() <= OPEN { " open>" } else { ">" } };
    let mut page = Html::new();
    for section in sections::by_property(&plan.changes) {
        telling.section(&mut page, &section);
    }
    page
}

type Results<'a> = BTreeMap<&'a ExternalId, &'a ChangeResult>;

struct Telling<'a> {
    properties: &'a Properties,
    results: Results<'a>,
    opening: &'static str,
}

impl Telling<'_> {
    fn section(&self, page: &mut Html, section: &Section<'_>) {
        let clock = Clock::of(section.property, self.properties);
        page.tag("<section class=g data-p=\"").number(section.property.map_or(0, |id| id.0)).tag("\"><h3>");
        page.text(&property_label(section.property, self.properties))
            .tag(" <small>")
            .text(&section.tally().words());
        page.tag("; times in ").text(clock.zone_name()).tag("</small></h3>\n");
        page.rows("changes", |page| {
            section.changes.iter().for_each(|change| self.change(page, change, &clock));
        });
        page.tag("</section>\n");
    }

    fn change(&self, page: &mut Html, change: &Change, clock: &Clock) {
        let action = verdict::action_word(change.action);
        let result = self.results.get(&change.external_id).map(|result| verdict::result_word(result.status));
        page.tag("<details class=\"r change\" data-k=\"change ").tag(action);
        if let Some(word) = result {
            page.tag(" ").tag(word.kind);
        }
        page.tag("\"")
            .tag(self.opening)
            .tag("<summary><em class=")
            .tag(action)
            .tag(">")
            .tag(action)
            .tag("</em> ");
        page.name(&fields::person(change).unwrap_or_default()).id(&change.external_id);
        if let Some(word) = result {
            page.tag(" <em class=").tag(word.kind).tag(">").tag(word.text).tag("</em>");
        }
        self.aside(page, change);
        page.tag("</summary>");
        fields_of(page, change, clock);
        reasons(page, change);
        page.tag("</details>\n");
    }

    /// What brought it about, and where else it counts.
    fn aside(&self, page: &mut Html, change: &Change) {
        let others = change.property_ids.iter().skip(1);
        let others = others.map(|id| format!("also {}", property_label(Some(*id), self.properties)));
        let cause = verdict::cause_word(change.cause).map(str::to_owned);
        let told: Vec<String> = cause.into_iter().chain(others).collect();
        if !told.is_empty() {
            page.tag(" <span class=dim>").text(&told.join("; ")).tag("</span>");
        }
    }
}

fn fields_of(page: &mut Html, change: &Change, clock: &Clock) {
    page.tag("<dl class=fields>");
    for Field { label, lines } in fields::of(change, clock) {
        page.tag("<dt>").tag(label);
        for line in lines {
            page.tag("<dd>");
            told(page, &line);
        }
    }
    page.tag("</dl>");
}

fn told(page: &mut Html, line: &Line<'_>) {
    match line {
        Line::Turns { before, after } => page
            .tag("<del>")
            .text(before)
            .tag("</del> <span aria-hidden=true>→</span> <ins>")
            .text(after)
            .tag("</ins>"),
        Line::Is(value) => page.text(value),
        Line::Comes(value) => page.tag("<ins>").text(value).tag("</ins>"),
        Line::Goes(value) => page.tag("<del>").text(value).tag("</del>"),
        Line::Stay(number) => page.tag("<span class=dim>").number(*number as u64).tag(" unchanged</span>"),
        Line::Unseen(what) => page.text(what),
    };
}

fn reasons(page: &mut Html, change: &Change) {
    page.tag("<ul class=reasons>");
    for reason in &change.reasons {
        page.tag("<li>").reason(reason);
    }
    page.tag("</ul>");
}
