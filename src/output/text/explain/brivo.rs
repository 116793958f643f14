//! What Brivo holds of a person now.

use std::io;

use super::lease::window;
use super::{labelled, plain};
use crate::access::{GroupRef, Instant, Personal, Profile};
use crate::output::clock::Clock;
use crate::output::fields;
use crate::output::text::page::Page;
use crate::plan::explain::{PersonExplained, UserSeen};

pub(super) fn write(page: &mut Page<'_>, person: &PersonExplained, clock: &Clock) -> io::Result<()> {
    if person.users.is_empty() {
        return plain(page, "No user of theirs.");
    }
    person.users.iter().try_for_each(|user| {
        write_user(page, user, clock)?;
        labelled(page, "opens now", opens(user, person.as_of, clock))
    })
}

fn write_user(page: &mut Page<'_>, user: &UserSeen, clock: &Clock) -> io::Result<()> {
    let UserSeen { id, is_adopted, profile, dates, groups, others, credentials, has_pin: _, is_suspended } =
        user;
    let adopted = if *is_adopted { ", made by hand and taken over by an `adopt` entry (D7)" } else { "" };
    plain(page, format!("user {id}{adopted}"))?;
    personal(page, profile)?;
    let dates = dates.as_ref().map_or_else(
        || "not read: somebody who has left and holds nothing".to_owned(),
        |dates| window(dates, clock),
    );
    labelled(page, "dates", dates)?;
    let listed = |groups: &[GroupRef]| groups.iter().map(fields::group).collect::<Vec<_>>().join(", ");
    let managed = if groups.is_empty() { "none".to_owned() } else { listed(groups) };
    labelled(page, "groups", managed)?;
    if !others.is_empty() {
        labelled(page, "others", format!("{} (not in the manifest: never touched)", listed(others)))?;
    }
    for credential in credentials {
        labelled(page, "credential", fields::credential(credential, clock))?;
    }
    if *is_suspended {
        labelled(page, "suspended", "yes: no credential opens anything until somebody lifts it in Brivo")?;
    }
    Ok(())
}

/// Which doors Brivo opens for the user at this moment.
fn opens(user: &UserSeen, now: Instant, clock: &Clock) -> String {
    let dates = user.dates.unwrap_or_default();
    let start = dates.start.filter(|start| *start > now);
    if user.is_suspended {
        return "nothing: suspended".to_owned();
    }
    if user.groups.is_empty() && user.others.is_empty() {
        return "nothing that is known here: in no group".to_owned();
    }
    match start {
        Some(start) => format!("nothing before {}", clock.short(start)),
        None if dates.has_ended(now) => "nothing: the user's dates have ended".to_owned(),
        None if user.credentials.is_empty() && !user.has_pin => {
            "the doors of these groups, but no card, pass or PIN is assigned that could open them".to_owned()
        }
        None => "the doors of these groups".to_owned(),
    }
}

fn personal(page: &mut Page<'_>, profile: &Profile) -> io::Result<()> {
    let Profile { first_name, middle_name, last_name, emails, phones } = profile;
    let name = fields::joined([Some(first_name), middle_name.as_ref(), Some(last_name)]);
    let shown = |values: &[Personal]| values.iter().map(|one| one.reveal().to_owned()).collect::<Vec<_>>();
    let told = [vec![name], shown(emails), shown(phones)].concat();
    if told.iter().all(|one| one == Personal::HIDDEN) {
        return Ok(());
    }
    labelled(page, "known as", told.join(", "))
}
