//! What differs between the two sides of a change, field by field, as values in words; knows no format. Not escaped.

use std::borrow::Cow;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::clock::Clock;
use crate::access::contacts::Contacts;
use crate::access::few::Short;
use crate::access::{GroupRef, Instant, Personal};
use crate::plan::{Change, CredentialImage, Image};

/// One field of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field<'c> {
    pub(super) label: &'static str,
    pub(super) lines: Short<Line<'c>>,
}

/// One line of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line<'c> {
    /// Both sides are known.
    Turns { before: Cow<'c, str>, after: Cow<'c, str> },
    /// The value of a user that comes or goes as a whole.
    Is(Cow<'c, str>),
    /// It is in the list afterwards only.
    Comes(Cow<'c, str>),
    /// It was in the list before only.
    Goes(Cow<'c, str>),
    /// So many of a list are on both sides.
    Stay(usize),
    /// Something differs that is not to be seen.
    Unseen(&'static str),
}

/// A field's value on one side.
enum Value<'c> {
    One(Cow<'c, str>),
    /// Says nothing where there is no other side to compare it with.
    Usual(&'static str),
    /// What takes another's place in it is the same thing, changed.
    List(Short<Cow<'c, str>>),
    /// What takes another's place in it is another thing.
    Set(Short<Cow<'c, str>>),
}

/// The fields of a change that have something to say, in a fixed order.
pub(super) fn of<'c>(change: &'c Change, clock: &Clock) -> Vec<Field<'c>> {
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

fn between<'c>(before: &'c Image, after: &'c Image, clock: &Clock) -> Vec<Field<'c>> {
    if before == after {
        // A change without a difference is one of hidden values.
        return vec![Field {
            label: "personal",
            lines: Short::of(Line::Unseen("hidden: names, e-mails or phones")),
        }];
    }
    let name = |image| (NAME, Value::One(full_name(image).into()));
    let named = |image| std::iter::once(name(image)).chain(values(image, clock));
    named(before)
        .zip(named(after))
        .map(|((label, before), (_, after))| Field { label, lines: compare(before, after) })
        .filter(|field| field.lines.iter().any(|line| !matches!(line, Line::Stay(_))))
        .collect()
}

fn alone<'c>(image: &'c Image, clock: &Clock, in_set: fn(Cow<'c, str>) -> Line<'c>) -> Vec<Field<'c>> {
    let shown = |values: Short<Cow<'c, str>>| values.into_iter().filter(|value| value != Personal::HIDDEN);
    let lines = |value| match value {
        Value::One(value) => Short::of(Line::Is(value)),
        Value::Usual(_) => Short::default(),
        Value::List(values) => shown(values).map(Line::Is).collect(),
        Value::Set(values) => values.into_iter().map(in_set).collect(),
    };
    values(image, clock)
        .into_iter()
        .map(|(label, value)| Field { label, lines: lines(value) })
        .filter(|field| !field.lines.is_empty())
        .collect()
}

/// Stands in the title of every change, so it is a field only where it differs.
const NAME: &str = "name";

/// Each value begins with a credential's id.
pub(super) const CREDENTIALS: &str = "credentials";

/// All but the name.
fn values<'c>(image: &'c Image, clock: &Clock) -> [(&'static str, Value<'c>); 7] {
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
    let revealed = |values: &'c Contacts| values.iter().map(|value| value.reveal().into()).collect();
    [
        ("e-mail", Value::List(revealed(emails))),
        ("phone", Value::List(revealed(phones))),
        ("starts", Value::One(start(*effective_from, clock))),
        ("ends", Value::One(end(*effective_to, clock))),
        ("groups", Value::Set(groups.iter().map(|one| group(one).into()).collect())),
        (CREDENTIALS, Value::List(credentials.iter().map(|image| credential(image, clock).into()).collect())),
        ("suspended", if *suspended { Value::One("yes".into()) } else { Value::Usual("no") }),
    ]
}

fn full_name(image: &Image) -> String {
    joined([Some(&image.first_name), image.middle_name.as_ref(), Some(&image.last_name)])
}

/// The parts of a name in one; hidden where they are.
pub(super) fn joined(parts: [Option<&Personal>; 3]) -> String {
    let parts = || parts.into_iter().flatten().map(Personal::reveal);
    if parts().all(|part| part == Personal::HIDDEN) {
        return Personal::HIDDEN.to_owned();
    }
    let mut name = String::with_capacity(parts().map(|part| part.len() + 1).sum());
    for part in parts() {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(part);
    }
    name
}

pub(super) fn start(instant: Option<Instant>, clock: &Clock) -> Cow<'static, str> {
    instant.map_or(Cow::Borrowed("no start"), |instant| clock.short(instant).into())
}

pub(super) fn end(instant: Option<Instant>, clock: &Clock) -> Cow<'static, str> {
    instant.map_or(Cow::Borrowed("no end"), |instant| clock.short(instant).into())
}

pub(super) fn group(group: &GroupRef) -> String {
    let GroupRef { name, id } = group;
    [name, " (", &id.to_string(), ")"].concat()
}

pub(super) fn credential(image: &CredentialImage, clock: &Clock) -> String {
    let CredentialImage { id, effective_from, effective_to } = image;
    format!("{id}: {} to {}", start(*effective_from, clock), end(*effective_to, clock))
}

fn compare<'c>(before: Value<'c>, after: Value<'c>) -> Short<Line<'c>> {
    match (before, after) {
        (Value::List(before), Value::List(after)) => {
            compare_lists(&before, &after, |before, after| before.len() == after.len())
        }
        (Value::Set(before), Value::Set(after)) => compare_lists(&before, &after, |_, _| false),
        (before, after) => match (before.one(), after.one()) {
            (Some(before), Some(after)) if before != after => Short::of(Line::Turns { before, after }),
            // The two sides of a field are of one kind.
            (_, _) => Short::default(),
        },
    }
}

impl<'c> Value<'c> {
    fn one(self) -> Option<Cow<'c, str>> {
        match self {
            Self::One(value) => Some(value),
            Self::Usual(value) => Some(value.into()),
            Self::List(_) | Self::Set(_) => None,
        }
    }
}

/// The values of a list.
type Values<'v, 'c> = &'v [Cow<'c, str>];

fn compare_lists<'c>(
    before: Values<'_, 'c>,
    after: Values<'_, 'c>,
    pairs_up: fn(Values<'_, 'c>, Values<'_, 'c>) -> bool,
) -> Short<Line<'c>> {
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
    lines.into()
}

#[cfg(test)]
mod tests;
