//! What differs between the two sides of a change, field by field, as values in words; knows no format. Not escaped.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::clock::Clock;
use crate::access::{GroupRef, Instant, Personal};
use crate::plan::{Change, CredentialImage, Image};

/// One field of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) label: &'static str,
    pub(super) lines: Vec<Line>,
}

/// One line of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// Both sides are known.
    Turns { before: String, after: String },
    /// The value of a user that comes or goes as a whole.
    Is(String),
    /// It is in the list afterwards only.
    Comes(String),
    /// It was in the list before only.
    Goes(String),
    /// So many of a list are on both sides.
    Stay(usize),
    /// Something differs that is not to be seen.
    Unseen(&'static str),
}

/// A field's value on one side.
enum Value {
    One(String),
    /// Says nothing where there is no other side to compare it with.
    Usual(String),
    /// What takes another's place in it is the same thing, changed.
    List(Vec<String>),
    /// What takes another's place in it is another thing.
    Set(Vec<String>),
}

/// The fields of a change that have something to say, in a fixed order.
pub(super) fn of(change: &Change, clock: &Clock) -> Vec<Field> {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => between(before, after, clock),
        (None, Some(image)) => alone(image, clock, Line::Comes),
        (Some(image), None) => alone(image, clock, Line::Goes),
        (None, None) => Vec::new(),
    }
}

/// The name in which a change is about somebody: the new one where there are two, none where it is hidden.
pub(super) fn person(change: &Change) -> Option<String> {
    change
        .after
        .as_deref()
        .or(change.before.as_deref())
        .map(full_name)
        .filter(|name| name != Personal::HIDDEN)
}

fn between(before: &Image, after: &Image, clock: &Clock) -> Vec<Field> {
    if before == after {
        // A change without a difference is one of hidden values.
        return vec![Field {
            label: "personal",
            lines: vec![Line::Unseen("hidden: names, e-mails or phones")],
        }];
    }
    let pairs = values(before, clock).into_iter().zip(values(after, clock));
    pairs
        .map(|((label, before), (_, after))| Field { label, lines: compare(before, after) })
        .filter(|field| field.lines.iter().any(|line| !matches!(line, Line::Stay(_))))
        .collect()
}

fn alone(image: &Image, clock: &Clock, in_set: fn(String) -> Line) -> Vec<Field> {
    let shown = |values: Vec<String>| values.into_iter().filter(|value| value != Personal::HIDDEN);
    let lines = |value| match value {
        Value::One(value) => vec![Line::Is(value)],
        Value::Usual(_) => Vec::new(),
        Value::List(values) => shown(values).map(Line::Is).collect(),
        Value::Set(values) => values.into_iter().map(in_set).collect(),
    };
    values(image, clock)
        .into_iter()
        .filter(|(label, _)| *label != NAME)
        .map(|(label, value)| Field { label, lines: lines(value) })
        .filter(|field| !field.lines.is_empty())
        .collect()
}

/// Stands in the title of every change, so it is a field only where it differs.
const NAME: &str = "name";

/// Each value begins with a credential's id.
pub(super) const CREDENTIALS: &str = "credentials";

fn values(image: &Image, clock: &Clock) -> [(&'static str, Value); 8] {
    let Image {
        first_name: _,
        middle_name: _,
        last_name: _,
        emails,
        phones,
        effective_from,
        effective_to,
        groups,
        credentials,
        suspended,
    } = image;
    let revealed = |values: &[Personal]| values.iter().map(|value| value.reveal().to_owned()).collect();
    [
        (NAME, Value::One(full_name(image))),
        ("e-mail", Value::List(revealed(emails))),
        ("phone", Value::List(revealed(phones))),
        ("starts", Value::One(start(*effective_from, clock))),
        ("ends", Value::One(end(*effective_to, clock))),
        ("groups", Value::Set(groups.iter().map(group).collect())),
        (CREDENTIALS, Value::List(credentials.iter().map(|image| credential(image, clock)).collect())),
        ("suspended", if *suspended { Value::One("yes".to_owned()) } else { Value::Usual("no".to_owned()) }),
    ]
}

fn full_name(image: &Image) -> String {
    joined([Some(&image.first_name), image.middle_name.as_ref(), Some(&image.last_name)])
}

/// The parts of a name in one; hidden where they are.
pub(super) fn joined(parts: [Option<&Personal>; 3]) -> String {
    let parts: Vec<&str> = parts.into_iter().flatten().map(Personal::reveal).collect();
    if parts.iter().all(|part| *part == Personal::HIDDEN) {
        return Personal::HIDDEN.to_owned();
    }
    parts.join(" ")
}

pub(super) fn start(instant: Option<Instant>, clock: &Clock) -> String {
    instant.map_or_else(|| "no start".to_owned(), |instant| clock.short(instant))
}

pub(super) fn end(instant: Option<Instant>, clock: &Clock) -> String {
    instant.map_or_else(|| "no end".to_owned(), |instant| clock.short(instant))
}

pub(super) fn group(group: &GroupRef) -> String {
    let GroupRef { name, id } = group;
    format!("{name} ({id})")
}

pub(super) fn credential(image: &CredentialImage, clock: &Clock) -> String {
    let CredentialImage { id, effective_from, effective_to } = image;
    format!("{id}: {} to {}", start(*effective_from, clock), end(*effective_to, clock))
}

fn compare(before: Value, after: Value) -> Vec<Line> {
    match (before, after) {
        (Value::One(before) | Value::Usual(before), Value::One(after) | Value::Usual(after)) => {
            if before == after { Vec::new() } else { vec![Line::Turns { before, after }] }
        }
        (Value::List(before), Value::List(after)) => {
            compare_lists(&before, &after, |before, after| before.len() == after.len())
        }
        (Value::Set(before), Value::Set(after)) => compare_lists(&before, &after, |_, _| false),
        // The two sides of a field are of one kind.
        (_, _) => Vec::new(),
    }
}

fn compare_lists(
    before: &[String],
    after: &[String],
    pairs_up: fn(&[String], &[String]) -> bool,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut stay = 0;
    for op in capture_diff_slices(Algorithm::Myers, before, after) {
        let (old, new) = (&before[op.old_range()], &after[op.new_range()]);
        if matches!(op, DiffOp::Equal { .. }) {
            stay += old.iter().filter(|value| *value != Personal::HIDDEN).count();
        } else if pairs_up(old, new) {
            let pairs = old.iter().cloned().zip(new.iter().cloned());
            lines.extend(pairs.map(|(before, after)| Line::Turns { before, after }));
        } else {
            lines.extend(old.iter().cloned().map(Line::Goes));
            lines.extend(new.iter().cloned().map(Line::Comes));
        }
    }
    if stay > 0 {
        lines.push(Line::Stay(stay));
    }
    lines
}

#[cfg(test)]
mod tests;
