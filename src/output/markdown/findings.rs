//! The findings, gathered, errors first.

use super::room::{clip, fill, size};
use crate::output::clock::Clock;
use crate::output::findings::{self, Gathering};
use crate::output::{Properties, escape, property_label, verdict};
use crate::plan::Finding;

pub(super) fn write(all: &[Finding], properties: &Properties, room: usize) -> String {
    if all.is_empty() {
        return String::new();
    }
    let title = format!("**Findings: {}**\n\n", findings::counted(all));
    let items: Vec<String> =
        findings::gather(all).iter().map(|gathering| item(gathering, properties)).collect();
    let rest = |number| format!("- and {number} more; `--format json` has each\n");
    let items = fill(&items, room.saturating_sub(size(&title) + 1), rest);
    format!("{title}{items}\n")
}

fn item(gathering: &Gathering<'_>, properties: &Properties) -> String {
    let word = verdict::severity_word(gathering.severity);
    let place = escape::markdown(&clip(&property_label(gathering.property, properties)));
    let number = if gathering.len() > 1 { format!(" ({} times)", gathering.len()) } else { String::new() };
    let title = escape::markdown(gathering.rule.rule().title);
    let clock = Clock::of(gathering.property, properties);
    let told: String = gathering.told().map(|finding| told_line(finding, &clock)).collect();
    let untold = gathering.untold();
    let rest = if untold > 0 { format!("  - and {untold} more\n") } else { String::new() };
    format!("- **{word}** {} {place}{number}: {title}\n{told}{rest}", gathering.rule)
}

fn told_line(finding: &Finding, clock: &Clock) -> String {
    let subject = findings::subject(finding);
    let lead = if subject.is_empty() { subject } else { format!("{}: ", escape::markdown(&clip(&subject))) };
    format!("  - {lead}{}\n", escape::markdown(&clip(&findings::sentence(finding, clock))))
}
