//! What one person should hold, as far as it can be written: the entitlement in terms of Brivo's groups, what Brivo holds kept
//! where nothing is said of it, and nothing taken where something forbids it (D1, D3, D10, D13, R2, R3, R14).

use std::borrow::Cow;
use std::collections::BTreeSet;

use litemap::LiteMap;

use crate::access::contacts::Contacts;
use crate::access::few::Few;
use crate::access::text::Text;
use crate::access::{
    Credential, CredentialId, GroupId, Holding, Instant, Personal, Profile, PropertyId, User, Window,
    earlier_end, earlier_start, later_end, later_start,
};
use crate::desired::instant::Entitlement;
use crate::desired::profile::{is_same_email, is_same_phone};

use super::Image;
use super::directory::Directory;

/// What must not be taken from a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restraint<'a> {
    /// Nothing at all.
    pub everything: bool,
    /// Groups that these properties name.
    pub groups_of: Cow<'a, BTreeSet<PropertyId>>,
    /// Dates are not narrowed.
    pub dates: bool,
    /// Nobody is stopped.
    pub suspension: bool,
}

impl Restraint<'_> {
    /// Whether everything may be taken.
    pub fn is_nothing(&self) -> bool {
        !self.everything && self.groups_of.is_empty() && !self.dates && !self.suspension
    }
}

/// What Brivo holds of one user, as the plan compares it.
pub fn actual(user: &User, directory: &Directory) -> Holding {
    let detail = user.detail.as_ref();
    let known = user.membership.known().into_iter().flatten();
    Holding {
        profile: user.profile.clone(),
        dates: detail.map(|detail| detail.dates).unwrap_or_default(),
        groups: known.filter_map(|id| Some((*id, directory.managed_name(*id)?.clone()))).collect(),
        credentials: windows(detail.map_or(&[], |detail| &detail.credentials)),
        suspended: user.suspended,
    }
}

/// A PIN is left out: it has the user's own dates.
fn windows(credentials: &[Credential]) -> LiteMap<CredentialId, Window> {
    credentials.iter().filter(|one| !one.is_pin).map(|one| (one.id, one.window)).collect()
}

/// One side of a change as what somebody holds; of credentials those that the change is about.
pub fn holding(image: &Image) -> Holding {
    let Image {
        first_name,
        middle_name,
        last_name,
        emails,
        phones,
        effective_from,
        effective_to,
        groups,
        credentials,
        suspended,
    } = image.clone();
    let windows =
        credentials.into_iter().map(|one| (one.id, Window::new(one.effective_from, one.effective_to)));
    Holding {
        profile: Profile { first_name, middle_name, last_name, emails, phones },
        dates: Window::new(effective_from, effective_to),
        groups: groups.into_iter().map(|group| (group.id, group.name)).collect(),
        credentials: windows.collect(),
        suspended,
    }
}

/// What a user that is to be made will hold.
pub fn fresh(profile: &Profile, entitlement: &Entitlement, directory: &Directory) -> Holding {
    let dates = entitlement.dates.filter(|_| entitlement.enforce.user_dates).unwrap_or_default();
    Holding {
        profile: profile.clone(),
        dates,
        groups: named(entitlement, directory).map(|(id, name)| (id, name.clone())).collect(),
        credentials: LiteMap::new_vec(),
        suspended: false,
    }
}

/// The groups that the entitlement gives, those left out that are missing, doubtful or ambiguous.
pub fn given(entitlement: &Entitlement, directory: &Directory) -> Few<GroupId> {
    named(entitlement, directory).map(|(id, _)| id).collect()
}

/// The same with their names.
fn named<'d>(
    entitlement: &'d Entitlement,
    directory: &'d Directory,
) -> impl Iterator<Item = (GroupId, &'d Text)> {
    let untouched = untouched(entitlement, directory);
    let given = entitlement.groups.keys().filter_map(|key| directory.given(key));
    given.filter(move |(id, _)| !untouched.contains(id))
}

fn untouched(entitlement: &Entitlement, directory: &Directory) -> Few<GroupId> {
    entitlement.untouched.iter().filter_map(|key| directory.found(key)).collect()
}

/// Which of a person's fields are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All that is managed.
    Everything,
    /// Groups only (D13).
    Groups,
    /// Groups, and the record otherwise as it is: Entrata says nothing of them any more (D8, D11).
    GroupsOfTheGone,
}

/// What a known user should hold.
pub fn target(
    before: &Holding,
    profile: Option<&Profile>,
    entitlement: &Entitlement,
    directory: &Directory,
    reach: Reach,
) -> Holding {
    let groups = groups(before, entitlement, directory);
    let suspended = before.suspended || entitlement.suspended;
    if reach != Reach::Everything {
        return Holding { groups, suspended, ..before.clone() };
    }
    let dates = entitlement.dates.unwrap_or(before.dates);
    let enforce = entitlement.enforce;
    let is_followed = enforce.credential_dates && entitlement.dates.is_some();
    let follow = |window: Window| if is_followed { follow(window, before.dates, dates) } else { window };
    let profile = profile.map(|profile| resolved(profile, &before.profile));
    Holding {
        profile: profile.unwrap_or_else(|| before.profile.clone()),
        dates: if enforce.user_dates { dates } else { before.dates },
        groups,
        credentials: before.credentials.iter().map(|(id, window)| (*id, follow(*window))).collect(),
        suspended,
    }
}

fn groups(before: &Holding, entitlement: &Entitlement, directory: &Directory) -> LiteMap<GroupId, Text> {
    let untouched = untouched(entitlement, directory);
    let stays = |id: &GroupId| untouched.contains(id) || directory.is_ambiguous(*id);
    let kept = before.groups.keys().copied().filter(stays);
    let given = named(entitlement, directory).map(|(id, name)| (id, name.clone()));
    kept.map(|id| (id, directory.name(id))).chain(given).collect()
}

/// D1: what Entrata does not have stays as Brivo has it; what is equal in kind stays as Brivo writes it (P8).
fn resolved(wanted: &Profile, held: &Profile) -> Profile {
    let Profile { first_name, middle_name, last_name, emails, phones } = wanted;
    Profile {
        first_name: first_name.clone(),
        middle_name: middle_name.clone(),
        last_name: last_name.clone(),
        emails: contacts(emails, &held.emails, is_same_email),
        phones: contacts(phones, &held.phones, is_same_phone),
    }
}

fn contacts(wanted: &Contacts, held: &Contacts, is_same: impl Fn(&Personal, &Personal) -> bool) -> Contacts {
    if wanted == held {
        return held.clone();
    }
    let all_held = wanted.iter().all(|one| held.iter().any(|other| is_same(one, other)));
    let all_wanted = held.iter().all(|one| wanted.iter().any(|other| is_same(one, other)));
    if wanted.is_empty() || (all_held && all_wanted) { held.clone() } else { wanted.clone() }
}

/// D10: an edge equal to the user's own in Brivo moves with it, a narrower one stays, a wider one comes in. A window that lies
/// wholly outside, such as an old card's, stays as it is: turned round it would be refused.
fn follow(window: Window, held: Window, wanted: Window) -> Window {
    let followed = Window {
        start: if window.start == held.start {
            wanted.start
        } else {
            later_start(window.start, wanted.start)
        },
        end: if window.end == held.end { wanted.end } else { earlier_end(window.end, wanted.end) },
    };
    let is_reversed = followed.start.zip(followed.end).is_some_and(|(start, end)| end <= start);
    if is_reversed { window } else { followed }
}

/// Gives back to `after` what `before` holds and the restraint forbids to take.
pub fn restrain(before: &Holding, after: &mut Holding, restraint: &Restraint<'_>, directory: &Directory) {
    let Restraint { everything, groups_of, dates, suspension } = restraint;
    for (id, name) in &before.groups {
        if *everything || directory.owners(*id).any(|property| groups_of.contains(&property)) {
            after.groups.insert(*id, name.clone());
        }
    }
    if *everything || *dates {
        after.dates = widest(before.dates, after.dates);
        for (id, window) in &mut after.credentials {
            if let Some(held) = before.credentials.get(id) {
                *window = widest(*held, *window);
            }
        }
    }
    if *everything || *suspension {
        after.suspended = before.suspended;
    }
}

/// T28: takes back what would be written ahead of its start where the dates, as they will stand in Brivo, do not keep the door
/// shut until then: because they are not written (D13) or may not be narrowed (R2, R3, R14).
pub fn withhold_ahead(before: &Holding, after: &mut Holding, entitlement: &Entitlement, as_of: Instant) {
    let dates = entitlement.dates.filter(|_| entitlement.is_ahead);
    let Some(start) = dates.and_then(|dates| dates.start) else { return };
    let is_shut = |window: &Window| window.has_ended(as_of) || window.start.is_some_and(|from| from >= start);
    if !is_shut(&after.dates) || !after.credentials.values().all(is_shut) {
        after.groups.retain(|id, _| before.groups.contains_key(id));
    }
}

/// Both windows' wider edges.
fn widest(a: Window, b: Window) -> Window {
    Window { start: earlier_start(a.start, b.start), end: later_end(a.end, b.end) }
}

/// Whether `after` holds less than `before`: a group, a later part of time, an earlier one that is still to come (R3).
pub fn takes(before: &Holding, after: &Holding, as_of: Instant) -> bool {
    let group = before.groups.keys().any(|id| !after.groups.contains_key(id));
    let stopped = after.suspended && !before.suspended;
    let narrows = |held: Window, wanted: Window| {
        let earlier = later_end(held.end, wanted.end) != wanted.end;
        let later = held.start != wanted.start
            && later_start(held.start, wanted.start) == wanted.start
            && wanted.start.is_some_and(|start| start > as_of);
        earlier || later
    };
    let credential = before
        .credentials
        .iter()
        .any(|(id, held)| after.credentials.get(id).is_none_or(|wanted| narrows(*held, *wanted)));
    group || stopped || narrows(before.dates, after.dates) || credential
}

#[cfg(test)]
mod tests;
