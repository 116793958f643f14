//! What Brivo shows of somebody against one side of a change: the proof after a write, what became of a change that was interrupted,
//! and whether an apply can still be taken back.

use std::collections::BTreeSet;

use crate::access::few::Few;
use crate::access::{Credential, GroupId, Membership, Personal, Profile, User, Window};
use crate::desired::profile::{is_same_email, is_same_phone};

use super::{Change, Image};

/// What was read of a user again; what was not asked for says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The record.
    pub record: Option<SeenRecord>,
    /// Every group of the user.
    pub groups: Option<Few<GroupId>>,
    /// The credentials.
    pub credentials: Option<Vec<Credential>>,
}

/// What a user record shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRecord {
    /// Names, e-mail, phone.
    pub profile: Profile,
    /// The user's own dates.
    pub dates: Window,
    /// Whether every credential is stopped.
    pub suspended: bool,
}

impl Seen {
    /// Everything that is known of a user.
    pub fn of(user: &User) -> Self {
        let dates = user.detail.as_ref().map(|detail| detail.dates);
        let record = |dates| SeenRecord { profile: user.profile.clone(), dates, suspended: user.suspended };
        let groups = match &user.membership {
            Membership::Whole(groups) => Some(groups.clone()),
            Membership::Unread | Membership::Managed { .. } => None,
        };
        let credentials = user.detail.as_ref().map(|detail| detail.credentials.clone());
        Self { record: dates.map(record), groups, credentials }
    }
}

/// What of a user is not as the change's `after` says, in words without personal data; nothing where there is none.
pub fn unlike_after(change: &Change, seen: &Seen) -> Vec<&'static str> {
    change.after.as_ref().map_or_else(Vec::new, |after| unlike(after, &concerned(change), seen))
}

/// The groups that the change is about: of others it says nothing.
fn concerned(change: &Change) -> BTreeSet<GroupId> {
    let images = change.before.iter().chain(&change.after);
    images.flat_map(|image| &image.groups).map(|group| group.id).collect()
}

fn unlike(image: &Image, concerned: &BTreeSet<GroupId>, seen: &Seen) -> Vec<&'static str> {
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
    } = image;
    let mut unlike = Vec::new();
    if let Some(SeenRecord { profile, dates, suspended: stopped }) = &seen.record {
        let names = is_same_name(first_name, &profile.first_name)
            && is_same_name(last_name, &profile.last_name)
            && middle_name.is_some() == profile.middle_name.is_some()
            && middle_name.iter().zip(&profile.middle_name).all(|(wanted, held)| is_same_name(wanted, held));
        unlike.extend((!names).then_some("the name"));
        unlike.extend((!are_same(emails, &profile.emails, is_same_email)).then_some("e-mail"));
        unlike.extend((!are_same(phones, &profile.phones, is_same_phone)).then_some("phone"));
        unlike.extend((*effective_from != dates.start).then_some("the start"));
        unlike.extend((*effective_to != dates.end).then_some("the end"));
        unlike.extend((suspended != stopped).then_some("suspension"));
    }
    if let Some(held) = &seen.groups {
        let wanted: Few<GroupId> = groups.iter().map(|group| group.id).collect();
        let held: Few<GroupId> = held.iter().copied().filter(|id| concerned.contains(id)).collect();
        unlike.extend((wanted != held).then_some("groups"));
    }
    if let Some(held) = &seen.credentials {
        let is_so = |wanted: &super::CredentialImage| {
            let window = Window::new(wanted.effective_from, wanted.effective_to);
            held.iter().any(|one| one.id == wanted.id && one.window == window)
        };
        unlike.extend((!credentials.iter().all(is_so)).then_some("dates of credentials"));
    }
    unlike
}

fn is_same_name(wanted: &Personal, held: &Personal) -> bool {
    is_unknown(wanted) || wanted == held
}

/// P8: what is equal in kind is equal, whatever the order.
fn are_same(wanted: &[Personal], held: &[Personal], is_same: fn(&Personal, &Personal) -> bool) -> bool {
    wanted.iter().any(is_unknown)
        || (wanted.iter().all(|one| held.iter().any(|other| is_same(one, other)))
            && held.iter().all(|one| wanted.iter().any(|other| is_same(one, other))))
}

/// A value that was left out (R10) says nothing.
fn is_unknown(value: &Personal) -> bool {
    value.reveal() == Personal::HIDDEN
}

/// How far a change has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Brivo shows what was to be.
    Done,
    /// Brivo shows what was before.
    Undone,
    /// Brivo shows neither; this is not as it was to be.
    Otherwise(Vec<&'static str>),
    /// There is no such user.
    Gone,
}

/// How far a change has come, from what Brivo shows of the user; `None` where there is none.
pub fn progress(change: &Change, user: Option<&User>) -> Progress {
    match (user, &change.before, &change.after) {
        (None, _, None) => Progress::Done,
        (None, None, Some(_)) => Progress::Undone,
        (None, Some(_), Some(_)) => Progress::Gone,
        (Some(user), before, after) => {
            let (seen, concerned) = (Seen::of(user), concerned(change));
            let unlike =
                |image: &Option<Box<Image>>| image.as_ref().map(|image| unlike(image, &concerned, &seen));
            match (unlike(before), unlike(after)) {
                (_, Some(unlike)) if unlike.is_empty() => Progress::Done,
                (Some(unlike), _) if unlike.is_empty() => Progress::Undone,
                (_, Some(unlike)) => Progress::Otherwise(unlike),
                (_, None) => Progress::Otherwise(vec!["the record"]),
            }
        }
    }
}

#[cfg(test)]
mod tests;
