//! `/users`: reading, making, replacing, merging, deleting, suspending.

use super::super::call::{Call, Reply};
use super::super::json::Object;
use super::super::state::{Change, User};
use super::super::world::quirks::brivo::DuplicateExternalId;
use super::filter::{Clause, Operator};
use super::people::{self, Profile};
use super::{Answer, Desk, body, cards, done, fields, filter, invitations, lists, nothing, refusal, segment};

/// `GET /users`: by last name, first name, id, live. [seen]
pub(crate) fn list(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let clauses = filter::of(call, desk.quirks, |clause| is_known(desk, clause))?;
    let desk = &*desk;
    let render = |user: &User| people::row(user, desk.quirks);
    if clauses.is_empty() && desk.sees_all() {
        let from = |place| desk.state.users_from(place);
        return lists::whole_paged(call, desk.quirks, desk.state.users.len(), from, render);
    }
    let shown = desk
        .state
        .users_in_order()
        .filter(|user| desk.sees(user) && clauses.iter().all(|clause| matches(desk, user, clause)));
    lists::paged(call, desk.quirks, shown, render)
}

fn is_known(desk: &Desk<'_>, clause: &Clause) -> bool {
    match (clause.name.as_str(), clause.operator) {
        ("id", Operator::Eq | Operator::Ne) | ("firstname" | "lastname" | "user_status", Operator::Eq) => {
            true
        }
        (name, Operator::Eq | Operator::Exact) => fields::named(desk.state, name).is_some(),
        _ => false,
    }
}

fn matches(desk: &Desk<'_>, user: &User, clause: &Clause) -> bool {
    match (clause.name.as_str(), clause.operator) {
        ("id", Operator::Ne) => !clause.names(&user.id.to_string()),
        ("id", _) => clause.names(&user.id.to_string()),
        ("firstname", _) => clause.contained_in(&user.first_name),
        ("lastname", _) => clause.contained_in(&user.last_name),
        ("user_status", _) => clause.values.iter().any(|status| has_status(desk, user, status)),
        _ => fields::matches(desk.state, user, clause),
    }
}

fn has_status(desk: &Desk<'_>, user: &User, status: &str) -> bool {
    match status {
        "active" => {
            !user.groups.is_empty()
                && desk.state.credentials_of(user.id).any(|card| cards::is_live(card, desk.now))
        }
        "unaffiliated" => user.groups.is_empty(),
        "suspended" => user.suspended,
        _ => false,
    }
}

/// `GET /users/{id}`.
pub(crate) fn get(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    done(people::full(&user, desk.state, desk.quirks))
}

/// `GET /users/{externalId}/external`. [seen]
pub(crate) fn external(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let found = desk.state.with_external_id(segment(call, 1)).find(|user| desk.sees(user));
    done(people::full(found.ok_or_else(refusal::user)?, desk.state, desk.quirks))
}

/// `POST /users`: 200, not 201. [seen]
pub(crate) fn create(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let profile = Profile::of(&body::object(call)?)?;
    let blank = User { created: desk.now, ..User::default() };
    let user = profile.replacing(&blank, desk.quirks)?;
    check(desk, &user)?;
    let user = User { id: desk.state.next_entity(), ..user };
    let user = save(desk, user);
    done(people::created(&user, desk.state, desk.quirks))
}

/// `PUT /users/{id}`: a full replacement. [doc]
pub(crate) fn replace(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let old = desk.user(call, 1)?;
    let user = Profile::of(&body::object(call)?)?.replacing(&old, desk.quirks)?;
    check(desk, &user)?;
    let user = save(desk, user);
    done(people::full(&user, desk.state, desk.quirks))
}

/// `PATCH /users/{id}`: what is left out stays. [doc]
pub(crate) fn merge(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let old = desk.user(call, 1)?;
    let user = Profile::of(&body::object(call)?)?.merging(&old, desk.quirks)?;
    check(desk, &user)?;
    let user = save(desk, user);
    done(people::full(&user, desk.state, desk.quirks))
}

/// `DELETE /users/{id}`: gone at once, the cards back in the drawer, the external id free again. [seen]
pub(crate) fn delete(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    invitations::cancel_all(desk, user.id);
    cards::take_all(desk.state, user.id);
    desk.state.put(Change::UserGone(user.id));
    nothing()
}

/// `GET /users/{id}/suspended`.
pub(crate) fn suspension(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    done(Object::new().put("id", user.id).put("suspended", user.suspended))
}

/// `PUT /users/{id}/suspended`.
pub(crate) fn suspend(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    let body = body::object(call)?;
    let suspended = body.get("suspended").and_then(body::flag).ok_or_else(refusal::criteria)?;
    let user = save(desk, User { suspended, ..user });
    done(Object::new().put("id", user.id).put("suspended", user.suspended))
}

/// `POST /users/{id}/revoke-credentials`: of suspended users only. [doc]
pub(crate) fn revoke_credentials(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    if !user.suspended {
        return Err(refusal::criteria());
    }
    invitations::cancel_all(desk, user.id);
    cards::take_all(desk.state, user.id);
    let user = save(desk, User { pin: None, ..user });
    done(Object::new().put("id", user.id).put("suspended", user.suspended))
}

/// Stores a user as edited now, and mirrors the PIN with its dates into its credential. [doc]
pub(crate) fn save(desk: &mut Desk<'_>, user: User) -> User {
    let user = User { updated: desk.now, ..user };
    desk.state.put(Change::User(user.clone()));
    cards::mirror_pin(desk.state, &user);
    user
}

/// What no user may be: a second one with the same external id or PIN, or one whose window ends before it starts.
fn check(desk: &Desk<'_>, user: &User) -> Result<(), Reply> {
    let taken = user
        .external_id
        .as_deref()
        .is_some_and(|external_id| desk.state.with_external_id(external_id).any(|other| other.id != user.id));
    match (taken, desk.quirks.duplicate_external_id) {
        (false, _) | (true, DuplicateExternalId::Accept) => {}
        (true, DuplicateExternalId::Refused) => {
            return Err(refusal::error(400, "A user with this external id already exists"));
        }
        (true, DuplicateExternalId::Conflict) => {
            return Err(refusal::error(409, "A user with this external id already exists"));
        }
    }
    if user.pin.as_deref().and_then(|pin| desk.state.with_pin(pin)).is_some_and(|other| other != user.id) {
        return Err(refusal::error(400, "Duplicate PIN"));
    }
    cards::check_window(user.from, user.to, desk.quirks.inverted_window)
}
