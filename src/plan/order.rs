//! What is written for a change, call by call, and which changes go first (R4, D10).

use crate::access::few::Few;
use crate::access::{CredentialId, GroupId, Instant, Window, earlier_start, later_end};

use super::{Change, CredentialImage, Image};

/// One call to Brivo, or for a new user the one that makes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The user is made, dates and all.
    Create,
    /// A credential's window is written.
    Credential {
        /// Which.
        id: CredentialId,
        /// From when until when.
        window: Window,
    },
    /// Names, e-mail, phone, dates, external id: the whole record.
    Record,
    /// Every credential is stopped (O5).
    Suspend,
    /// Groups are gained and lost in one call.
    Groups {
        /// Gained.
        add: Vec<GroupId>,
        /// Lost.
        remove: Vec<GroupId>,
    },
    /// The record goes (D9).
    Delete,
}

/// Which changes go first (R4); in the order of the variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Grants that are due, later ends and earlier starts included.
    DueGrant,
    /// Revocations that are due, earlier ends included.
    DueRevocation,
    /// Grants written ahead.
    LaterGrant,
    /// Names, e-mail, phone.
    Profile,
}

/// The calls of a change, in their order.
pub fn steps(change: &Change) -> Vec<Step> {
    let Some(after) = &change.after else { return vec![Step::Delete] };
    let Some(before) = &change.before else {
        let mut steps = vec![Step::Create];
        steps.extend(groups(&[], &ids(after)));
        return steps;
    };
    let mut steps = Vec::new();
    if after.suspended && !before.suspended {
        steps.push(Step::Suspend);
    }
    steps.extend(credentials(before, after));
    if is_record_changed(before, after) || change.adopts {
        steps.push(Step::Record);
    }
    steps.extend(groups(&ids(before), &ids(after)));
    steps
}

/// When the change is written, among all.
pub fn phase(change: &Change, as_of: Instant) -> Phase {
    let (Some(before), Some(after)) = (&change.before, &change.after) else {
        return match &change.after {
            Some(after) if is_later(after, as_of) => Phase::LaterGrant,
            Some(_) => Phase::DueGrant,
            None => Phase::DueRevocation,
        };
    };
    let gains = !holds_all(before, after);
    if gains && is_later(after, as_of) {
        return Phase::LaterGrant;
    }
    if gains || is_widened(before, after) {
        return Phase::DueGrant;
    }
    let loses =
        !holds_all(after, before) || is_narrowed(before, after) || after.suspended != before.suspended;
    if loses { Phase::DueRevocation } else { Phase::Profile }
}

fn is_later(after: &Image, as_of: Instant) -> bool {
    after.effective_from.is_some_and(|start| start > as_of)
}

fn is_widened(before: &Image, after: &Image) -> bool {
    widens(dates(before), dates(after)) || pairs(before, after).any(|(held, wanted)| widens(held, wanted))
}

fn is_narrowed(before: &Image, after: &Image) -> bool {
    widens(dates(after), dates(before)) || pairs(before, after).any(|(held, wanted)| widens(wanted, held))
}

fn pairs<'a>(before: &'a Image, after: &'a Image) -> impl Iterator<Item = (Window, Window)> + 'a {
    let held = |id: CredentialId| before.credentials.iter().find(move |one| one.id == id);
    after.credentials.iter().filter_map(move |one| held(one.id).map(|held| (window(held), window(one))))
}

/// Whether `wanted` has an earlier start or a later end than `held`.
fn widens(held: Window, wanted: Window) -> bool {
    let earlier = held.start != wanted.start && earlier_start(held.start, wanted.start) == wanted.start;
    let later = held.end != wanted.end && later_end(held.end, wanted.end) == wanted.end;
    earlier || later
}

fn dates(image: &Image) -> Window {
    Window::new(image.effective_from, image.effective_to)
}

fn window(credential: &CredentialImage) -> Window {
    Window::new(credential.effective_from, credential.effective_to)
}

/// Credentials' windows: widened first, then narrowed (D10). One that does both is written with both edges at once.
fn credentials(before: &Image, after: &Image) -> Vec<Step> {
    let held =
        |id: CredentialId| before.credentials.iter().find(|one| one.id == id).map_or(Window::ALWAYS, window);
    let changed = after.credentials.iter().filter(|one| held(one.id) != window(one));
    let (widened, narrowed): (Vec<_>, Vec<_>) = changed.partition(|one| widens(held(one.id), window(one)));
    let step = |one: &CredentialImage| Step::Credential { id: one.id, window: window(one) };
    widened.into_iter().chain(narrowed).map(step).collect()
}

fn is_record_changed(before: &Image, after: &Image) -> bool {
    let Image { first_name, middle_name, last_name, emails, phones, effective_from, effective_to, .. } =
        before;
    let record = (first_name, middle_name, last_name, emails, phones, effective_from, effective_to);
    let Image { first_name, middle_name, last_name, emails, phones, effective_from, effective_to, .. } =
        after;
    record != (first_name, middle_name, last_name, emails, phones, effective_from, effective_to)
}

fn ids(image: &Image) -> Few<GroupId> {
    image.groups.iter().map(|group| group.id).collect()
}

/// Whether one has every group of the other.
fn holds_all(one: &Image, other: &Image) -> bool {
    let held = ids(one);
    other.groups.iter().all(|group| held.contains(&group.id))
}

fn groups(before: &[GroupId], after: &[GroupId]) -> Option<Step> {
    let add: Vec<GroupId> = after.iter().copied().filter(|id| !before.contains(id)).collect();
    let remove: Vec<GroupId> = before.iter().copied().filter(|id| !after.contains(id)).collect();
    (!add.is_empty() || !remove.is_empty()).then_some(Step::Groups { add, remove })
}

/// What has to be read again to prove that steps were done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// The user's record, or that there is none any more.
    Record,
    /// The user's groups.
    Groups,
    /// The user's credentials.
    Credentials,
}

/// What proves these steps, each by one call.
pub fn proofs(steps: &[Step]) -> Few<Proof> {
    let proof = |step: &Step| match step {
        Step::Create | Step::Record | Step::Suspend | Step::Delete => Proof::Record,
        Step::Groups { .. } => Proof::Groups,
        Step::Credential { .. } => Proof::Credentials,
    };
    steps.iter().map(proof).collect()
}

/// How many calls the steps and their proof cost: a record is read before it is replaced, and before it is deleted its groups too.
pub fn cost(steps: &[Step]) -> u64 {
    let calls = steps.iter().map(|step| match step {
        Step::Record => 2,
        Step::Delete => 3,
        Step::Create | Step::Credential { .. } | Step::Suspend | Step::Groups { .. } => 1,
    });
    calls.sum::<u64>() + proofs(steps).len() as u64
}

#[cfg(test)]
mod tests;
