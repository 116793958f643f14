//! What stands above and below: the verdict, the sums by property, the guards, what failed, and what the page was made from.

use std::collections::{BTreeMap, BTreeSet};

use super::markup::Html;
use crate::access::PropertyId;
use crate::output::sections::{self, Tally};
use crate::output::{Properties, count, findings, guards, property_label, verdict};
use crate::plan::{ChangeResult, GuardReport, ManifestRef, Plan, ResultStatus, Summary};
use crate::rules::{RuleId, Severity};

/// Under the headline.
pub(super) fn lead(plan: &Plan, properties: &Properties) -> Html {
    let scope = verdict::scope_words(&plan.scope).map(|scope| format!(" ({scope})")).unwrap_or_default();
    let as_of = format!("As of {}{scope}.", plan.as_of.format("%Y-%m-%d %H:%M UTC"));
    let lines = [
        Some(as_of),
        verdict::no_changes(plan),
        Some(verdict::plan_line(&plan.summary)),
        plan.base.as_ref().map(verdict::compared_with),
        verdict::causes_line(plan),
        plan.results.as_deref().map(verdict::applied_line),
        verdict::boundary_line(plan, properties),
    ];
    let mut page = Html::new();
    for line in lines.into_iter().flatten() {
        page.tag("<p>").text(&line).tag("</p>\n");
    }
    page
}

/// The sums, what the guards hold back, and what failed.
pub(super) fn summary(plan: &Plan, properties: &Properties) -> Html {
    let mut page = Html::new();
    tiles(&mut page, &plan.summary);
    // The words are escaped by the page, the names in them too.
    for (lead, guards) in [("Held back", plan.own_guards()), (guards::PENDING, plan.pending_guards())] {
        for paragraph in guards::paragraphs(&guards, properties, str::to_owned) {
            page.tag("<p class=held><strong>").text(lead).tag(".</strong> ").text(&paragraph).tag("</p>\n");
        }
    }
    unfinished(&mut page, plan.results.as_deref().unwrap_or_default());
    table(&mut page, plan, properties);
    page
}

fn tiles(page: &mut Html, summary: &Summary) {
    let Summary { create, update, revoke, delete, unchanged, frozen } = *summary;
    let tiles = [
        ("create", create, "to create"),
        ("update", update, "to update"),
        ("revoke", revoke, "to revoke"),
        ("delete", delete, "to delete"),
        ("frozen", frozen, "frozen"),
        ("unchanged", unchanged, "unchanged"),
    ];
    page.tag("<ul class=tiles>");
    for (class, number, label) in tiles {
        page.tag("<li class=").tag(class).tag("><b>").number(number).tag("</b> ").tag(label);
    }
    page.tag("</ul>\n");
}

/// Whoever does not hold what the plan says, after an apply.
fn unfinished(page: &mut Html, results: &[ChangeResult]) {
    let mut open = results.iter().filter(|result| result.status != ResultStatus::Applied).peekable();
    if open.peek().is_none() {
        return;
    }
    page.tag("<h3>Not applied</h3>\n");
    page.rows("plain", |page| open.for_each(|result| told_result(page, result)));
}

fn told_result(page: &mut Html, result: &ChangeResult) {
    let ChangeResult { external_id, status, error } = result;
    let word = verdict::result_word(*status);
    page.tag("<div class=r data-k=\"")
        .tag(word.kind)
        .tag("\"><em class=")
        .tag(word.kind)
        .tag(">")
        .tag(word.text);
    page.tag("</em> ").id(external_id);
    if let Some(error) = error {
        page.tag(": ").text(error);
    }
    page.tag("</div>\n");
}

/// What there is of a property.
#[derive(Default)]
struct Line<'a> {
    tally: Tally,
    errors: u64,
    warnings: u64,
    guard: Option<&'a GuardReport>,
}

/// A line a property; what belongs to none comes last.
fn lines<'a>(plan: &'a Plan, properties: &Properties) -> BTreeMap<(bool, Option<PropertyId>), Line<'a>> {
    let key = |property: Option<PropertyId>| (property.is_none(), property);
    let mut lines: BTreeMap<_, Line<'a>> =
        properties.keys().map(|id| (key(Some(*id)), Line::default())).collect();
    for section in sections::by_property(&plan.changes) {
        lines.entry(key(section.property)).or_default().tally = section.tally();
    }
    for finding in &plan.findings {
        let line = lines.entry(key(finding.property_id)).or_default();
        match finding.severity {
            Severity::Error => line.errors += 1,
            Severity::Warning => line.warnings += 1,
            Severity::Info => {}
        }
    }
    for guard in &plan.guards {
        lines.entry(key(guard.property_id)).or_default().guard = Some(guard);
    }
    lines
}

fn table(page: &mut Html, plan: &Plan, properties: &Properties) {
    page.tag(
        "<div class=wide><table><caption>By property</caption><thead><tr><th scope=col>Property<th scope=col class=num>Create<th scope=col \
         class=num>Update<th scope=col class=num>Revoke<th scope=col class=num>Delete<th scope=col class=num>Errors<th scope=col \
         class=num>Warnings<th scope=col>Guard</thead><tbody>\n",
    );
    for ((_, property), Line { tally, errors, warnings, guard }) in lines(plan, properties) {
        let Tally { create, update, revoke, delete } = tally;
        page.tag("<tr><th scope=row>").text(&property_label(property, properties));
        for number in [create, update, revoke, delete] {
            page.tag("<td class=num>").number(number as u64);
        }
        page.tag("<td class=num>").number(errors).tag("<td class=num>").number(warnings).tag("<td>");
        if let Some(guard) = guard {
            told_guard(page, guard);
        }
        page.tag("\n");
    }
    page.tag("</tbody></table></div>\n");
}

fn told_guard(page: &mut Html, guard: &GuardReport) {
    // Who they are, what a day may take and which groups wait is told in the summary's paragraphs.
    let GuardReport { property_id: _, tripped: _, revokes, people, limit, would_lose: _, day: _, grants: _ } =
        guard;
    if guard.holds_back() {
        page.tag("<em class=held>held back</em> ");
    }
    page.number(*revokes).tag(" of ").number(*people).tag(" lose something; ").number(*limit).tag(" may");
}

/// The rules that the page names, in full.
pub(super) fn rules(plan: &Plan) -> Option<Html> {
    let reasons = plan.changes.iter().flat_map(|change| &change.reasons);
    let turns = plan.upcoming.iter().flatten().flat_map(|turn| &turn.reasons);
    let named = reasons.chain(turns).map(|reason| reason.rule);
    let named: BTreeSet<RuleId> = named.chain(plan.findings.iter().map(|finding| finding.rule)).collect();
    (!named.is_empty()).then(|| told_rules(&named))
}

/// Each rule with its case and what it decides.
pub(in crate::output) fn told_rules(named: &BTreeSet<RuleId>) -> Html {
    let mut page = Html::new();
    page.tag("<dl class=rules>\n");
    for rule in named {
        page.tag("<dt id=\"")
            .text(rule.as_str())
            .tag("\">")
            .text(rule.as_str())
            .tag(" ")
            .text(rule.rule().title);
        page.tag("<dd>").text(rule.rule().text).tag("\n");
    }
    page.tag("</dl>\n");
    page
}

/// What the page was made from and by what.
pub(super) fn foot(plan: &Plan) -> Html {
    let ManifestRef { paths, sha256 } = &plan.manifest;
    let calls = plan.calls;
    let mut page = Html::new();
    page.tag("<p>reconcile ").text(&plan.tool_version).tag("; manifest ").text(&paths.join(", "));
    page.tag(" (SHA-256 <code>")
        .text(sha256)
        .tag("</code>); plan <code>")
        .text(&plan.fingerprint)
        .tag("</code>; ");
    page.text(&count(calls.to_apply.try_into().unwrap_or(usize::MAX), "call", "calls"))
        .tag(" to Brivo to apply it.");
    let found = findings::counted(&plan.findings);
    if !found.is_empty() {
        page.tag(" Findings: ").text(&found).tag(".");
    }
    page.tag("</p>\n");
    page
}
