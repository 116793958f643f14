//! Words in messages: the nearest known one, and lists of them.

/// The candidate that a mistyped word was most likely meant to be.
pub(super) fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let folded = fold(word);
    let distance = |candidate: &&str| strsim::damerau_levenshtein(&folded, &fold(candidate));
    let allowed = (word.chars().count() / 3).max(1);
    candidates.min_by_key(distance).filter(|best| distance(best) <= allowed)
}

/// «`a`, `b` or `c`».
pub(super) fn list(words: &[&str], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

fn fold(word: &str) -> String {
    word.to_lowercase().replace(['-', ' '], "_")
}
