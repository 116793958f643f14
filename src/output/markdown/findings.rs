//! The findings, gathered: errors first and open, what is only worth knowing folded.

use super::room::{clip, fill, size};
use crate::output::clock::Clock;
use crate::output::findings::{self, Gathering};
use crate::output::{Properties, escape, property_label, verdict};
use crate::plan::Finding;
use crate::rules::Severity;

const OPENING: &str = "<details><summary>Warnings and notes</summary>\n\n";
const CLOSING: &str = "\n</details>\n\n";

pub(super) fn write(all: &[Finding], properties: &Properties, room: usize) -> String {
    if all.is_empty() {
        return String::new();
    }
    let title = format!("**Findings: {}**\n\n", findings::counted(all));
    let (errors, others): (Vec<_>, Vec<_>) =
        findings::gather(all).into_iter().partition(|gathering| gathering.severity == Severity::Error);
    let errors = items(&errors, properties, room.saturating_sub(size(&title) + 1));
    let errors = if errors.is_empty() { errors } else { errors + "\n" };
    let frame = size(OPENING) + size(CLOSING);
    let left = room.saturating_sub(size(&title) + size(&errors) + frame);
    let others = items(&others, properties, left);
    let others = if others.is_empty() { others } else { format!("{OPENING}{others}{CLOSING}") };
    title + &errors + &others
}

fn items(gatherings: &[Gathering<'_>], properties: &Properties, room: usize) -> String {
    let items: Vec<String> = gatherings.iter().map(|gathering| item(gathering, properties)).collect();
    fill(&items, room, |number| format!("- and {number} more; `--format json` has each\n"))
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
