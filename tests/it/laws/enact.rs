//! Applies a plan to an account in memory, as Brivo would hold it afterwards.

use reconcile::access::few::Few;
use reconcile::access::{Account, Detail, GroupId, Membership, Profile, User, UserId, Window};
use reconcile::plan::{Change, Image, Plan};

/// What Brivo holds after the plan was applied.
pub(super) fn enact(plan: &Plan, account: &Account) -> Account {
    let mut after = account.clone();
    for change in &plan.changes {
        apply(change, &mut after);
    }
    after
}

fn apply(change: &Change, account: &mut Account) {
    let Some(image) = &change.after else {
        account.users.remove(&change.brivo_user_id.unwrap());
        return;
    };
    let next = UserId(account.users.keys().map(|id| id.0).max().unwrap_or(0) + 1);
    let id = change.brivo_user_id.unwrap_or(next);
    let user = account.users.entry(id).or_insert_with(|| User {
        external_id: None,
        profile: Profile::default(),
        suspended: false,
        updated: None,
        membership: Membership::Whole(Few::default()),
        detail: Some(Detail::default()),
    });
    user.external_id = Some(change.external_id.clone());
    user.profile = profile(image);
    user.suspended = image.suspended;
    let held = change.before.iter().flat_map(|before| &before.groups).map(|group| group.id);
    let Membership::Whole(groups) = &mut user.membership else {
        panic!("drawn worlds know every membership")
    };
    let held: Few<GroupId> = held.collect();
    groups.retain(|id| !held.contains(id));
    groups.extend(image.groups.iter().map(|group| group.id));
    let detail = user.detail.as_mut().unwrap();
    detail.dates = Window::new(image.effective_from, image.effective_to);
    for credential in &mut detail.credentials {
        if let Some(written) = image.credentials.iter().find(|one| one.id == credential.id) {
            credential.window = Window::new(written.effective_from, written.effective_to);
        }
    }
}

fn profile(image: &Image) -> Profile {
    Profile {
        first_name: image.first_name.clone(),
        middle_name: image.middle_name.clone(),
        last_name: image.last_name.clone(),
        emails: image.emails.clone(),
        phones: image.phones.clone(),
    }
}
