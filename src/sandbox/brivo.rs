//! Brivo over HTTP: the token endpoint, and behind the gateway's checks the API with its routes.

pub(crate) mod body;
mod cards;
mod credentials;
mod doors;
mod fields;
mod filter;
mod formats;
pub(crate) mod gate;
mod groups;
mod invitations;
mod lists;
mod memberships;
mod misc;
mod people;
mod refusal;
mod routes;
pub(crate) mod seed;
pub(crate) mod token;
mod users;

use chrono::{DateTime, Utc};

use super::call::{Call, Reply};
use super::json::Json;
use super::state::{Group, State, User};
use super::world::Secrets;
use super::world::quirks::brivo::BrivoQuirks;

/// What answering a call needs.
pub(crate) struct Desk<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) quirks: &'a BrivoQuirks,
    pub(crate) secrets: &'a Secrets,
    pub(crate) scope: &'a Scope,
    pub(crate) now: DateTime<Utc>,
}

/// What the login may see and do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// The groups it sees; none given: all.
    pub(crate) groups: Option<std::collections::BTreeSet<u64>>,
    pub(crate) read_only: bool,
    /// How many mobile passes the account may give.
    pub(crate) passes: usize,
}

/// An answer, or the refusal that ended the call early.
type Answer = Result<Reply, Reply>;

/// Answers an API call that has passed the gate.
pub(crate) fn answer(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let handler = match segments.as_slice() {
        ["v1", "api", path @ ..] => routes::find(&call.method, path),
        _ => None,
    };
    let Some(handler) = handler else {
        return refusal::no_such_service();
    };
    if desk.scope.read_only && call.method != "GET" {
        return refusal::forbidden();
    }
    handler(desk, call).unwrap_or_else(|refused| refused)
}

/// Whether a call is for the authorisation server.
pub(crate) fn is_oauth(call: &Call) -> bool {
    call.segments.first().is_some_and(|segment| segment == "oauth")
}

impl Desk<'_> {
    /// Whether this login sees every group and user.
    fn sees_all(&self) -> bool {
        self.scope.groups.is_none() && !self.state.hides_somebody()
    }

    /// Whether this login sees the group.
    fn sees_group(&self, group: u64) -> bool {
        self.scope.groups.as_ref().is_none_or(|groups| groups.contains(&group))
    }

    /// Whether this login sees the user: not hidden, and of those in groups only whoever is in one that it sees.
    fn sees(&self, user: &User) -> bool {
        !user.hidden && (user.groups.is_empty() || user.groups.iter().any(|group| self.sees_group(*group)))
    }

    /// The user whose id stands at that place of the path.
    fn user(&self, call: &Call, at: usize) -> Result<User, Reply> {
        let found = self.state.users.get(&id(call, at)?).filter(|user| self.sees(user));
        found.cloned().ok_or_else(refusal::user)
    }

    /// The group whose id stands at that place of the path.
    fn group(&self, call: &Call, at: usize) -> Result<Group, Reply> {
        let found = self.state.groups.get(&id(call, at)?).filter(|group| self.sees_group(group.id));
        found.cloned().ok_or_else(refusal::group)
    }
}

/// The number at a place of the path below `/v1/api`.
fn id(call: &Call, at: usize) -> Result<u64, Reply> {
    segment(call, at).parse().map_err(|_| refusal::criteria())
}

/// The text at a place of the path below `/v1/api`.
fn segment(call: &Call, at: usize) -> &str {
    call.segments.get(at + 2).map_or("", String::as_str)
}

/// 200 with that body.
#[allow(clippy::unnecessary_wraps, reason = "the last line of a handler")]
fn done(body: impl Into<Json>) -> Answer {
    Ok(Reply::json(200, body))
}

/// 204.
#[allow(clippy::unnecessary_wraps, reason = "the last line of a handler")]
fn nothing() -> Answer {
    Ok(Reply::new(204, super::call::Payload::Nothing))
}

/// Lets a user's phone redeem the pending invitation; false without one.
pub(crate) fn redeem(state: &mut State, user: u64, now: DateTime<Utc>) -> bool {
    invitations::redeem(state, user, now)
}
