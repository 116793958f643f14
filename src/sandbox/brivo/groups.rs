//! `/groups`. Names are no keys: two groups may have the same. [seen]

use super::super::call::{Call, Reply};
use super::super::json::{Json, Object};
use super::super::state::{Change, Group, User};
use super::super::world::quirks::brivo::Era;
use super::{Answer, Desk, body, done, filter, lists, nothing, refusal};

/// `GET /groups`; the filter `name` means «contains». [doc]
pub(crate) fn list(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let clauses = filter::of(call, desk.quirks, |clause| clause.is_eq("name"))?;
    let desk = &*desk;
    let render = |group: &Group| Object::new().put("id", group.id).put("name", &group.name).into();
    if clauses.is_empty() && desk.sees_all() {
        let from = |place| desk.state.groups_from(place);
        return lists::whole_paged(call, desk.quirks, desk.state.groups.len(), from, render);
    }
    let shown = desk.state.groups_in_order().filter(|group| {
        desk.sees_group(group.id) && clauses.iter().all(|clause| clause.contained_in(&group.name))
    });
    lists::paged(call, desk.quirks, shown, render)
}

/// `POST /groups`: 200. [seen]
pub(crate) fn create(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let body = body::object(call)?;
    let group = edited(&body, &Group::default())?;
    let group = Group { id: desk.state.next_entity(), ..group };
    desk.state.put(Change::Group(group.clone()));
    done(render(&group, desk.quirks.era))
}

/// `GET /groups/{id}`.
pub(crate) fn get(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let group = desk.group(call, 1)?;
    done(render(&group, desk.quirks.era))
}

/// `PUT /groups/{id}`.
pub(crate) fn replace(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let group = edited(&body::object(call)?, &desk.group(call, 1)?)?;
    desk.state.put(Change::Group(group.clone()));
    done(render(&group, desk.quirks.era))
}

/// `DELETE /groups/{id}`: its members lose it with it.
pub(crate) fn delete(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let group = desk.group(call, 1)?;
    if group.multifamily {
        return Err(refusal::error(412, "Cannot delete group: group is created for a multifamily site."));
    }
    let members: Vec<User> = desk.state.members(group.id).cloned().collect();
    for mut member in members {
        member.groups.remove(&group.id);
        desk.state.put(Change::User(member));
    }
    desk.state.put(Change::GroupGone(group.id));
    nothing()
}

fn edited(body: &Object, old: &Group) -> Result<Group, Reply> {
    let name =
        body.get("name").and_then(body::text).filter(|name| !name.is_empty() && name.chars().count() <= 35);
    let name = name.ok_or_else(|| {
        refusal::error(400, "Group creation requires a name parameter of 35 characters or less")
    })?;
    let flag = |name: &str| Ok::<_, Reply>(body::sent(body, name, body::flag)?.value().unwrap_or_default());
    Ok(Group {
        name,
        keypad_unlock: flag("keypadUnlock")?,
        immune_to_antipassback: flag("immuneToAntipassback")?,
        excluded_from_lockdown: flag("excludedFromLockdown")?,
        antipassback_minutes: match body.get("antipassbackResetTime").and_then(Json::scalar).as_deref() {
            None => old.antipassback_minutes,
            Some("") => None,
            Some(minutes) => Some(minutes.parse().map_err(|_| refusal::criteria())?),
        },
        ..old.clone()
    })
}

/// The reset time is written in minutes and read as a time of day. [doc]
fn render(group: &Group, era: Era) -> Json {
    let reset = group.antipassback_minutes.map(|minutes| format!("{:02}:{:02}", minutes / 60, minutes % 60));
    Object::new()
        .put("id", group.id)
        .put("name", &group.name)
        .put("keypadUnlock", group.keypad_unlock)
        .put("immuneToAntipassback", group.immune_to_antipassback)
        .put("excludedFromLockdown", (era == Era::Now).then_some(group.excluded_from_lockdown))
        .put("antipassbackResetTime", reset)
        .into()
}
