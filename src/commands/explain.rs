//! `explain`: a rule in words.

use miette::Diagnostic;

use super::{Exit, speech};
use crate::rules::{Rule, RuleId, UnknownRule};

/// The word that was given is no rule's id.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error(transparent)]
#[diagnostic(code(explain::unknown_rule), help("the rules are {}", ids()))]
struct NoSuchRule(#[from] UnknownRule);

/// Prints the rule.
pub fn run(rule: &str) -> miette::Result<Exit> {
    let id: RuleId = rule.parse().map_err(NoSuchRule)?;
    speech::print(&page(&id.rule()))?;
    Ok(Exit::Done)
}

fn page(rule: &Rule) -> String {
    let Rule { id, title, text, policy } = rule;
    let policy = match policy {
        [] => String::new(),
        keys => format!("\nChanged in the manifest by: {}\n", keys.join(", ")),
    };
    format!("{id}  {title}\n\n{text}.\n{policy}")
}

/// `T1 to T29, L1 to L18, …`.
fn ids() -> String {
    let mut stretches: Vec<(RuleId, RuleId)> = Vec::new();
    for id in RuleId::ALL.iter().copied() {
        match stretches.last_mut() {
            Some((first, last)) if first.as_str()[..1] == id.as_str()[..1] => *last = id,
            _ => stretches.push((id, id)),
        }
    }
    stretches.iter().map(|(first, last)| format!("{first} to {last}")).collect::<Vec<_>>().join(", ")
}
