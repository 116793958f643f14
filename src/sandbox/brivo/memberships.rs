//! Who is in which group: the atomic `POST /users/{id}/groups`, and single members by PUT and DELETE.

use std::collections::BTreeSet;

use super::super::call::{Call, Reply};
use super::super::json::{Json, Object};
use super::super::state::{Change, Group, User};
use super::super::world::quirks::brivo::{DeleteNonMember, PutMember};
use super::{Answer, Desk, body, done, lists, nothing, people, refusal};

/// The most groups a user can be in, those out of sight counted too. [doc]
const MOST: usize = 16;

/// `GET /users/{id}/groups`: whole, whatever is asked. [seen]
pub(crate) fn of_user(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    lists::whole(memberships(desk, &user).into_iter())
}

/// `GET /groups/{id}/users`. [seen]
pub(crate) fn of_group(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let group = desk.group(call, 1)?;
    let desk = &*desk;
    let members = desk.state.members(group.id).filter(|user| desk.sees(user));
    lists::paged(call, desk.quirks, members, people::short)
}

/// `POST /users/{id}/groups`: all or nothing; adding a member and removing a non-member are skipped. [doc]
pub(crate) fn change(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    let body = body::object(call)?;
    let ids = |name: &str| Ok::<_, Reply>(body::sent(&body, name, body::ids)?.value().unwrap_or_default());
    let (add, remove) = (ids("addGroups")?, ids("removeGroups")?);
    for id in add.iter().chain(&remove) {
        if !desk.state.groups.contains_key(id) || !desk.sees_group(*id) {
            return Err(refusal::group());
        }
    }
    let mut groups: BTreeSet<u64> =
        user.groups.iter().copied().filter(|group| !remove.contains(group)).collect();
    groups.extend(add.iter().filter(|group| !remove.contains(group)));
    for group in add.iter().filter_map(|id| desk.state.groups.get(id)) {
        check_linked(group, &user)?;
    }
    let user = enlist(desk, user, groups)?;
    let shown = memberships(desk, &user);
    done(Object::new().put("count", shown.len()).put("data", Json::List(shown)))
}

/// `PUT /groups/{id}/users/{userId}`. [seen]
pub(crate) fn put(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let group = desk.group(call, 1)?;
    let user = desk.user(call, 3)?;
    if user.groups.contains(&group.id) {
        return match desk.quirks.put_member {
            PutMember::Done => nothing(),
            PutMember::Refused => Err(refusal::criteria()),
        };
    }
    check_linked(&group, &user)?;
    let mut groups = user.groups.clone();
    groups.insert(group.id);
    enlist(desk, user, groups)?;
    nothing()
}

/// `DELETE /groups/{id}/users/{userId}`. [seen]
pub(crate) fn delete(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let group = desk.group(call, 1)?;
    let user = desk.user(call, 3)?;
    let mut groups = user.groups.clone();
    if !groups.remove(&group.id) {
        return match desk.quirks.delete_non_member {
            DeleteNonMember::Done => nothing(),
            DeleteNonMember::Refused => Err(refusal::criteria()),
            DeleteNonMember::Missing => Err(refusal::user()),
        };
    }
    enlist(desk, user, groups)?;
    nothing()
}

fn enlist(desk: &mut Desk<'_>, user: User, groups: BTreeSet<u64>) -> Result<User, Reply> {
    if groups.len() > MOST && groups.len() > user.groups.len() {
        return Err(refusal::criteria());
    }
    if groups == user.groups {
        return Ok(user);
    }
    // Memberships do not move `updated`: the case in which a client that trusts it must still be right. [inferred]
    let user = User { groups, ..user };
    desk.state.put(Change::User(user.clone()));
    Ok(user)
}

/// Shared access: a group that refuses members as already linked. [doc]
fn check_linked(group: &Group, user: &User) -> Result<(), Reply> {
    if group.linked && !user.groups.contains(&group.id) {
        return Err(refusal::error(
            400,
            "User cannot be assigned to the group as its credentials already exist in a linked group",
        ));
    }
    Ok(())
}

fn memberships(desk: &Desk<'_>, user: &User) -> Vec<Json> {
    let mut groups: Vec<&Group> = user
        .groups
        .iter()
        .filter(|group| desk.sees_group(**group))
        .filter_map(|group| desk.state.groups.get(group))
        .collect();
    groups.sort_by_key(|group| (group.name.to_lowercase(), group.id));
    groups
        .into_iter()
        .map(|group| Object::new().put("id", group.id).put("name", &group.name).into())
        .collect()
}
