//! The findings, gathered: a line a rule and property with their number and the first few; the others are folded under it.

use super::markup::Html;
use crate::output::clock::Clock;
use crate::output::findings::{self, Gathering};
use crate::output::{Properties, property_label, verdict};
use crate::plan::Finding;

pub(super) fn write(all: &[Finding], properties: &Properties) -> Html {
    let mut page = Html::new();
    for gathering in findings::gather(all) {
        gathered(&mut page, &gathering, properties);
    }
    page
}

fn gathered(page: &mut Html, gathering: &Gathering<'_>, properties: &Properties) {
    let word = verdict::severity_word(gathering.severity);
    let clock = Clock::of(gathering.property, properties);
    page.tag("<section class=g data-p=\"")
        .number(gathering.property.map_or(0, |id| id.0))
        .tag("\"><h3><em class=");
    page.tag(word).tag(">").tag(word).tag("</em> ").rule(gathering.rule).tag(" ");
    page.text(&property_label(gathering.property, properties))
        .tag(" <small>")
        .text(gathering.rule.rule().title);
    if gathering.len() > 1 {
        page.tag("; ").number(gathering.len() as u64).tag(" times");
    }
    page.tag("</small></h3>\n");
    page.rows("plain", |page| gathering.told().for_each(|finding| told(page, finding, &clock)));
    if gathering.untold() > 0 {
        page.tag("<details><summary>and ").number(gathering.untold() as u64).tag(" more</summary>");
        page.rows("plain", |page| gathering.rest().for_each(|finding| told(page, finding, &clock)));
        page.tag("</details>\n");
    }
    page.tag("</section>\n");
}

fn told(page: &mut Html, finding: &Finding, clock: &Clock) {
    page.tag("<div class=r data-k=\"").tag(verdict::severity_word(finding.severity)).tag("\">");
    let subject = findings::subject(finding);
    if !subject.is_empty() {
        page.tag("<code>").text(&subject).tag("</code> ");
    }
    page.text(&findings::sentence(finding, clock)).tag("</div>\n");
}
