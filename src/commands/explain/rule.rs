//! A rule, or an error by its code, in words.

use miette::Diagnostic;

use super::codes::{self, Code};
use crate::commands::{Exit, speech};
use crate::rules::{Rule, RuleId, UnknownRule};

/// How many rules are named that somebody may have meant.
const MOST: usize = 5;

/// The word that was given is no rule's id and no error's code.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error(transparent)]
#[diagnostic(code(explain::unknown_rule), help("{}the rules are {}", meant(.0), ids()))]
struct NoSuchRule(#[from] UnknownRule);

/// Prints the rule or the error.
pub(super) fn run(word: &str) -> miette::Result<Exit> {
    if let Some(Code { name, text }) = codes::find(word) {
        speech::print(&format!("{name}\n\n{}\n", sentence(text)))?;
        return Ok(Exit::Done);
    }
    let id: RuleId = word.parse().map_err(NoSuchRule)?;
    speech::print(&page(&id.rule()))?;
    Ok(Exit::Done)
}

/// With a capital letter in front and a full stop behind.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

fn page(rule: &Rule) -> String {
    let Rule { id, title, text, policy } = rule;
    let policy = match policy {
        [] => String::new(),
        keys => format!("\nChanged in the manifest by: {}\n", keys.join(", ")),
    };
    let remedy = id.remedy().map(|what| format!("\nWhat to do: {what}.\n")).unwrap_or_default();
    format!("{id}  {title}\n\n{text}.\n{policy}{remedy}")
}

/// `did you mean T9 (Move-in missing, person Future)? ` or nothing.
fn meant(UnknownRule(word): &UnknownRule) -> String {
    let rules = near(word).into_iter().map(|id| format!("{id} ({})", id.rule().title));
    let near: Vec<String> = codes::near(word).into_iter().map(str::to_owned).chain(rules).collect();
    if near.is_empty() { String::new() } else { format!("did you mean {}? ", near.join(", or ")) }
}

/// The rules whose id is one slip away, and those whose title or text has the word.
fn near(word: &str) -> Vec<RuleId> {
    let wanted = word.trim().to_lowercase();
    let is_slip = |id: &&RuleId| strsim::damerau_levenshtein(&wanted, &id.as_str().to_lowercase()) <= 1;
    let speaks = |id: &&RuleId| {
        let Rule { title, text, .. } = id.rule();
        wanted.len() > 3 && (title.to_lowercase().contains(&wanted) || text.to_lowercase().contains(&wanted))
    };
    RuleId::ALL.iter().filter(|id| is_slip(id) || speaks(id)).copied().take(MOST).collect()
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
