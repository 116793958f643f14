//! Which path and verb lead where. What is not here is «596 Service Not Found», as from the gateway. [doc]

use super::super::call::Call;
use super::{Answer, Desk, credentials, doors, fields, groups, invitations, memberships, misc, users};

/// What answers a call.
pub(crate) type Handler = fn(&mut Desk<'_>, &Call) -> Answer;

/// The handler of a verb and a path below `/v1/api`.
pub(crate) fn find(method: &str, path: &[&str]) -> Option<Handler> {
    let handler: Handler = match (method, path) {
        ("GET", ["users"]) => users::list,
        ("POST", ["users"]) => users::create,
        ("GET", ["users", _]) => users::get,
        ("PUT", ["users", _]) => users::replace,
        ("PATCH", ["users", _]) => users::merge,
        ("DELETE", ["users", _]) => users::delete,
        ("GET", ["users", _, "external"]) => users::external,
        ("GET", ["users", _, "suspended"]) => users::suspension,
        ("PUT", ["users", _, "suspended"]) => users::suspend,
        ("POST", ["users", _, "revoke-credentials"]) => users::revoke_credentials,

        ("GET", ["users", _, "groups"]) => memberships::of_user,
        ("POST", ["users", _, "groups"]) => memberships::change,
        ("GET", ["groups", _, "users"]) => memberships::of_group,
        ("PUT", ["groups", _, "users", _]) => memberships::put,
        ("DELETE", ["groups", _, "users", _]) => memberships::delete,

        ("GET", ["groups"]) => groups::list,
        ("POST", ["groups"]) => groups::create,
        ("GET", ["groups", _]) => groups::get,
        ("PUT", ["groups", _]) => groups::replace,
        ("DELETE", ["groups", _]) => groups::delete,
        ("GET", ["groups", _, "access", "access-points"]) => doors::of_group,
        ("PUT", ["groups", _, "access", "access-points", _]) => doors::permit,
        ("DELETE", ["groups", _, "access", "access-points", _]) => doors::forbid,

        ("GET", ["sites"]) => doors::sites,
        ("GET", ["sites", _]) => doors::site,
        ("GET", ["sites", _, "access-points"]) => doors::of_site,
        ("GET", ["sites", _, "groups"]) => doors::groups_of_site,
        ("GET", ["access-points"]) => doors::list,
        ("GET", ["access-points", _]) => doors::get,
        ("GET", ["access-points", _, "groups"]) => doors::groups_of_door,
        ("GET", ["schedules"]) => doors::schedules,
        ("GET", ["schedules", _]) => doors::schedule,
        ("GET", ["holidays"]) => doors::holidays,

        ("GET", ["users", _, "credentials", "digital-invitations"]) => invitations::list,
        ("POST", ["users", _, "credentials", "digital-invitations"]) => invitations::create,
        ("DELETE", ["users", _, "credentials", "digital-invitations"]) => invitations::cancel,
        ("GET", ["credentials", "digital", "allotment"]) => invitations::allotment,

        ("GET", ["credentials", "formats"]) => credentials::formats,
        ("GET", ["credentials"]) => credentials::list,
        ("POST", ["credentials"]) => credentials::create,
        ("GET", ["credentials", _]) => credentials::get,
        ("DELETE", ["credentials", _]) => credentials::delete,
        ("GET", ["credentials", _, "user"]) => credentials::holder,
        ("GET", ["users", _, "credentials"]) => credentials::of_user,
        ("PUT", ["users", _, "credentials", _]) => credentials::assign,
        ("DELETE", ["users", _, "credentials", _]) => credentials::unassign,

        ("GET", ["custom-fields"]) => fields::list,
        ("POST", ["custom-fields"]) => fields::create,
        ("GET", ["custom-fields", _]) => fields::get,
        ("PUT", ["custom-fields", _]) => fields::replace,
        ("DELETE", ["custom-fields", _]) => fields::delete,
        ("GET", ["users", _, "custom-fields"]) => fields::of_user,
        ("PUT", ["users", _, "custom-fields", _]) => fields::set,
        ("DELETE", ["users", _, "custom-fields", _]) => fields::unset,

        ("GET", ["administrators", "whoami"]) => misc::whoami,
        ("GET", ["accounts"]) => misc::accounts,
        ("GET", ["time"]) => misc::time,
        _ => return None,
    };
    Some(handler)
}
