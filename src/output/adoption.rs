//! A proposal whom to adopt, as YAML that a manifest takes: entries that are sure stand in it, the others behind `#`, the evidence above
//! each. Nothing from outside can leave its comment.

use std::io;

use super::clock::Clock;
use super::{Properties, count, escape, fields, property_label};
use crate::access::{CustomerId, GroupRef, Personal, Profile};
use crate::plan::adoption::{Adoption, Grade, Likeness, Match, Rival};

/// Writes the section, without personal data where it was hidden before.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut impl io::Write, adoption: &Adoption, properties: &Properties) -> io::Result<()> {
    let mut page = String::new();
    head(&mut page, adoption);
    let of = |grade: Grade| adoption.matches.iter().filter(move |one| one.grade == grade);
    page.push_str(if adoption.matches.is_empty() { "adopt: []\n" } else { "adopt:\n" });
    for one in of(Grade::Sure) {
        evidence(&mut page, one, properties);
        page.push_str("  - ");
        page.push_str(&entry(one));
        page.push('\n');
    }
    for (grade, what) in [
        (
            Grade::Several,
            "Several fit. Of each person, and of each user, at most one of these entries holds.",
        ),
        (Grade::Weak, "Less sure: look at each."),
    ] {
        doubtful(&mut page, of(grade), what, properties);
    }
    out.write_all(page.as_bytes())
}

fn comment(page: &mut String, text: &str) {
    page.push_str("# ");
    page.push_str(&escape::terminal(text));
    page.push('\n');
}

fn indented(page: &mut String, text: &str) {
    page.push_str("  ");
    comment(page, text);
}

fn head(page: &mut String, adoption: &Adoption) {
    let Adoption { as_of, matches, protected, rival } = adoption;
    let clock = Clock::of(None, &Properties::new());
    let sure = matches.iter().filter(|one| one.grade == Grade::Sure).count();
    comment(
        page,
        &format!(
            "Brivo users made by hand who look like people on leases (rule D7), as of {}.",
            clock.short(*as_of)
        ),
    );
    comment(
        page,
        &format!("{}, {} to be looked at.", count(sure, "sure match", "sure matches"), matches.len() - sure),
    );
    if *protected > 0 {
        let left_out = count(*protected, "user in a protected group is", "users in protected groups are");
        comment(page, &format!("{left_out} left out (D13)."));
    }
    comment(
        page,
        "Check the entries and put them into the manifest: the next apply takes these users over, with their cards and",
    );
    comment(
        page,
        "passes, and makes nobody a second time. `mode: grants_only` in a property lets that apply take nothing (R14).",
    );
    comment(page, "As a file of its own in a manifest's directory this needs the line `version: 1`.");
    if let Some(rival) = rival {
        tell_rival(page, rival, &clock);
    }
    page.push('\n');
}

/// Two that write the same groups undo each other's work.
fn tell_rival(page: &mut String, rival: &Rival, clock: &Clock) {
    let Rival { users, recent, last, example } = rival;
    let example = Some(example.reveal()).filter(|id| *id != Personal::HIDDEN);
    let example = example.map(|id| format!(", such as \"{id}\",")).unwrap_or_default();
    let last = last.map_or_else(|| "at a time that Brivo does not tell".to_owned(), |last| clock.short(last));
    let whose = count(
        *users,
        "user whose external id is of another kind",
        "users whose external ids are of another kind",
    );
    page.push_str("#\n");
    if *recent > 0 {
        comment(
            page,
            &format!(
                "WARNING: another integration seems to be still writing to the same groups: {whose}{example}"
            ),
        );
        comment(page, &format!("in managed groups, {recent} of them edited within a week, the last {last}."));
        comment(
            page,
            "Switch it off (Brivo's own Entrata integration, for instance) before the first apply: two that write one group undo",
        );
        comment(page, "each other's work.");
    } else {
        comment(
            page,
            &format!(
                "Another integration filled the same groups: {whose}{example} in managed groups, the last edited {last}."
            ),
        );
        comment(page, "It seems to be silent; make sure that it is switched off before the first apply.");
    }
}

fn entry(one: &Match) -> String {
    format!("{{ customer: {}, brivo_user: {} }}", customer(&one.customer), one.user)
}

/// A number as it stands, anything else as a quoted text.
fn customer(id: &CustomerId) -> String {
    let is_number = !id.as_str().is_empty() && id.as_str().bytes().all(|byte| byte.is_ascii_digit());
    if is_number { id.to_string() } else { serde_json::Value::from(id.as_str()).to_string() }
}

fn evidence(page: &mut String, one: &Match, properties: &Properties) {
    let Match {
        customer: _,
        external_id,
        person,
        leases,
        user,
        profile,
        foreign_id,
        groups,
        loses,
        likeness,
        grade: _,
    } = one;
    let leases = leases.iter().map(|(lease, property, unit)| {
        let unit = unit.as_ref().map(|unit| format!(", unit {unit}")).unwrap_or_default();
        format!("lease {lease}, {}{unit}", property_label(Some(*property), properties))
    });
    let leases: Vec<String> = leases.collect();
    let foreign = foreign_id.as_ref().map(|id| match id.reveal() {
        Personal::HIDDEN => ", with an external id of another kind".to_owned(),
        id => format!(", external id \"{id}\""),
    });
    let foreign = foreign.unwrap_or_default();
    indented(page, &format!("{external_id}{} ({})", named(person), leases.join("; ")));
    indented(page, &format!("is Brivo user {user}{}{foreign}: {}.", named(profile), common(*likeness)));
    if !groups.is_empty() {
        indented(page, &format!("In {}.", names(groups)));
    }
    if !loses.is_empty() {
        indented(page, &format!("The leases do not give {}: the first apply takes it.", names(loses)));
    }
}

fn names(groups: &[GroupRef]) -> String {
    groups.iter().map(|group| &*group.name).collect::<Vec<_>>().join(", ")
}

fn named(profile: &Profile) -> String {
    let Profile { first_name, middle_name, last_name, emails: _, phones: _ } = profile;
    let name = fields::joined([Some(first_name), middle_name.as_ref(), Some(last_name)]);
    if name == Personal::HIDDEN { String::new() } else { format!(" {name}") }
}

fn common(likeness: Likeness) -> String {
    let Likeness { name, email, phone } = likeness;
    let shared = [(name, "same name"), (email, "same e-mail"), (phone, "same phone")];
    let shared: Vec<&str> =
        shared.into_iter().filter(|(is_shared, _)| *is_shared).map(|(_, what)| what).collect();
    let but = match (name, email || phone) {
        (true, false) => ", but neither e-mail nor phone in common",
        (false, _) => ", but another name",
        (true, true) => "",
    };
    format!("{}{but}", shared.join(", "))
}

fn doubtful<'a>(
    page: &mut String,
    matches: impl Iterator<Item = &'a Match>,
    what: &str,
    properties: &Properties,
) {
    let mut matches = matches.peekable();
    if matches.peek().is_none() {
        return;
    }
    page.push('\n');
    indented(page, what);
    indented(
        page,
        "Take the # off an entry where they are one; where they are two, `brivo_user: none` says so for good.",
    );
    for one in matches {
        page.push_str("  #\n");
        evidence(page, one, properties);
        indented(page, &format!("- {}", entry(one)));
    }
}

#[cfg(test)]
mod tests;
