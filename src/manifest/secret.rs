//! What looks like a secret in a manifest (R11): found by its key, and hidden wherever a piece of the text is shown.

use std::ops::Range;

/// Parts of keys, written without `_` and `-`, that promise a secret.
const MARKS: [&str; 9] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "privatekey",
    "accesskey",
    "authorization",
];

/// Whether a key of this name would hold a secret, or part of a log-in.
pub(super) fn is_secret_key(key: &str) -> bool {
    let folded: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let log_in = ["username", "clientid", "login"];
    MARKS.iter().any(|mark| folded.contains(mark)) || log_in.iter().any(|word| folded.ends_with(word))
}

/// The environment's variable that a key in this section is meant for.
pub(super) fn variable(section: &str, key: &str) -> String {
    let name = key.to_uppercase().replace('-', "_");
    let service = if section.starts_with("entrata") { "ENTRATA" } else { "BRIVO" };
    if name.starts_with("ENTRATA_") || name.starts_with("BRIVO_") {
        name
    } else {
        format!("{service}_{name}")
    }
}

/// The text with every secret starred out, byte for byte, so that places in it stay what they are.
pub(super) fn masked(text: &str) -> String {
    let mut masked = text.to_owned();
    for range in secrets(text).into_iter().rev() {
        let stars: String = text[range.clone()]
            .chars()
            .map(|char| if char.is_whitespace() { char.to_string() } else { "*".repeat(char.len_utf8()) })
            .collect();
        masked.replace_range(range, &stars);
    }
    masked
}

/// Everything after a secret's key on its line and in the deeper lines below, and whatever stands before the @ of an address.
fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut inside: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        let is_blank = line.trim().is_empty();
        inside = inside.filter(|outer| is_blank || indent > *outer);
        if inside.is_some() {
            ranges.push(start..start + line.len());
        } else if let Some(at) = after_secret_key(line) {
            ranges.push(start + at..start + line.len());
            inside = Some(indent);
        } else if let Some((from, to)) = user_info(line) {
            ranges.push(start + from..start + to);
        }
        start += line.len();
    }
    ranges
}

/// Where the value of a secret's key begins on this line.
fn after_secret_key(line: &str) -> Option<usize> {
    let is_part = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '"' | '\'' | ' ');
    line.match_indices(':').map(|(colon, _)| colon).find_map(|colon| {
        let before = &line[..colon];
        let key = before.rsplit(|char| !is_part(char)).next().unwrap_or_default().trim();
        is_secret_key(key).then_some(colon + 1)
    })
}

fn user_info(line: &str) -> Option<(usize, usize)> {
    let scheme = line.find("://")? + 3;
    let rest = &line[scheme..];
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    rest[..end].rfind('@').map(|at| (scheme, scheme + at))
}
