//! Sites, doors, schedules, and which group opens which door when.

use super::super::call::{Call, Reply};
use super::super::json::{Json, Object};
use super::super::state::{Change, Door, Group, Site};
use super::{Answer, Desk, body, done, filter, id, lists, nothing, refusal};

/// The one schedule of every account, which can't be edited. [doc]
const ALWAYS: u64 = 1;

/// `GET /sites`.
pub(crate) fn sites(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let clauses = filter::of(call, desk.quirks, |clause| clause.is_eq("name"))?;
    let shown =
        desk.state.sites.values().filter(|site| clauses.iter().all(|clause| clause.contained_in(&site.name)));
    lists::paged(call, desk.quirks, shown, |site| {
        Object::new().put("id", site.id).put("siteName", &site.name).into()
    })
}

/// `GET /sites/{id}`.
pub(crate) fn site(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let site = find_site(desk, call)?;
    let address = Object::new().put("city", "Springfield").put("state", "IL").put("country", "US");
    done(
        Object::new()
            .put("id", site.id)
            .put("siteName", &site.name)
            .put("timeZone", &site.time_zone)
            .put("address", address),
    )
}

/// `GET /sites/{id}/access-points`: whole. [doc]
pub(crate) fn of_site(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let site = find_site(desk, call)?;
    lists::whole(desk.state.doors.values().filter(|door| door.site == site.id).map(|door| render(desk, door)))
}

/// `GET /sites/{id}/groups`: those that open one of its doors.
pub(crate) fn groups_of_site(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let site = find_site(desk, call)?;
    let desk = &*desk;
    let opens = |group: &&Group| {
        let mut doors = group.doors.keys().filter_map(|door| desk.state.doors.get(door));
        desk.sees_group(group.id) && doors.any(|door| door.site == site.id)
    };
    lists::paged(call, desk.quirks, desk.state.groups_in_order().filter(opens), short_group)
}

/// `GET /access-points`.
pub(crate) fn list(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let known = ["name", "report_live_status", "serial_number", "access_point_types"];
    let clauses = filter::of(call, desk.quirks, |clause| known.iter().any(|name| clause.is_eq(name)))?;
    let desk = &*desk;
    let fits = |door: &&Door| {
        clauses.iter().all(|clause| match clause.name.as_str() {
            "name" => clause.contained_in(&door.name),
            "access_point_types" => clause.names(&door.kind),
            _ => false,
        })
    };
    lists::paged(call, desk.quirks, desk.state.doors.values().filter(fits), |door| render(desk, door))
}

/// `GET /access-points/{id}`.
pub(crate) fn get(desk: &mut Desk<'_>, call: &Call) -> Answer {
    done(render(desk, &find(desk, call, 1)?))
}

/// `GET /access-points/{id}/groups`.
pub(crate) fn groups_of_door(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let door = find(desk, call, 1)?;
    let desk = &*desk;
    let opens = |group: &&Group| desk.sees_group(group.id) && group.doors.contains_key(&door.id);
    lists::paged(call, desk.quirks, desk.state.groups_in_order().filter(opens), short_group)
}

/// `GET /groups/{id}/access/access-points`.
pub(crate) fn of_group(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let group = desk.group(call, 1)?;
    let desk = &*desk;
    let doors = group.doors.keys().filter_map(|door| desk.state.doors.get(door));
    lists::paged(call, desk.quirks, doors, permission)
}

/// `PUT /groups/{id}/access/access-points/{apId}`. [doc]
pub(crate) fn permit(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let mut group = desk.group(call, 1)?;
    let door = find(desk, call, 4)?;
    let schedule =
        body::object(call)?.get("schedule").and_then(|schedule| schedule.member("id")).and_then(Json::scalar);
    match schedule.ok_or_else(refusal::body)?.parse() {
        Ok(ALWAYS) => {}
        Ok(_) | Err(_) => return Err(refusal::error(404, "Unknown Schedule")),
    }
    group.doors.insert(door.id, ALWAYS);
    desk.state.put(Change::Group(group));
    done(permission(&door))
}

/// `DELETE /groups/{id}/access/access-points/{apId}`. [inferred]
pub(crate) fn forbid(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let mut group = desk.group(call, 1)?;
    let door = find(desk, call, 4)?;
    group.doors.remove(&door.id);
    desk.state.put(Change::Group(group));
    nothing()
}

/// `GET /schedules`.
pub(crate) fn schedules(desk: &mut Desk<'_>, call: &Call) -> Answer {
    lists::paged(call, desk.quirks, std::iter::once(()), |()| always())
}

/// `GET /schedules/{id}`.
pub(crate) fn schedule(_: &mut Desk<'_>, call: &Call) -> Answer {
    if id(call, 1)? == ALWAYS { done(always()) } else { Err(refusal::error(404, "Schedule not found")) }
}

/// `GET /holidays`: there are none.
pub(crate) fn holidays(desk: &mut Desk<'_>, call: &Call) -> Answer {
    lists::paged(call, desk.quirks, std::iter::empty(), |nothing: Json| nothing)
}

fn always() -> Json {
    Object::new()
        .put("id", ALWAYS)
        .put("name", "Always Access")
        .put("editable", false)
        .put("siteName", "Universal")
        .into()
}

fn find(desk: &Desk<'_>, call: &Call, at: usize) -> Result<Door, Reply> {
    let door = desk.state.doors.get(&id(call, at)?).cloned();
    door.ok_or_else(|| refusal::error(404, "Unknown Access Point"))
}

fn find_site(desk: &Desk<'_>, call: &Call) -> Result<Site, Reply> {
    let site = desk.state.sites.get(&id(call, 1)?).cloned();
    site.ok_or_else(|| refusal::error(404, "Site not found"))
}

fn short_group(group: &Group) -> Json {
    Object::new().put("id", group.id).put("name", &group.name).into()
}

fn permission(door: &Door) -> Json {
    let point = Object::new().put("id", door.id).put("name", &door.name).put("type", &door.kind);
    let schedule = Object::new().put("id", ALWAYS).put("name", "Always Access");
    Object::new().put("accessPoint", point).put("schedule", schedule).into()
}

fn render(desk: &Desk<'_>, door: &Door) -> Json {
    Object::new()
        .put("id", door.id)
        .put("name", &door.name)
        .put("type", &door.kind)
        .put("controlPanelId", 1000 + door.site)
        .put("siteId", door.site)
        .put("siteName", desk.state.sites.get(&door.site).map(|site| site.name.as_str()))
        .put("activationEnabled", true)
        .put("twoFactorEnabled", false)
        .into()
}
