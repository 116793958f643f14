//! Invitations to a mobile pass: one pending at a time, good for three days, redeemed by the phone's owner.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::call::Call;
use super::super::clock::brivo_instant;
use super::super::ids;
use super::super::json::{Json, Object};
use super::super::state::{Change, Credential, Invitation, State};
use super::body::flag;
use super::{Answer, Desk, body, done, lists, refusal};

/// How long one is good, as in the documents' examples. [doc]
const DAYS: i64 = 3;

/// What has become of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Pending,
    Redeemed,
    Expired,
    Cancelled,
}

impl Status {
    fn of(invitation: &Invitation, now: DateTime<Utc>) -> Self {
        match (invitation.cancelled, invitation.redeemed) {
            (Some(_), _) => Self::Cancelled,
            (None, Some(_)) => Self::Redeemed,
            (None, None) if invitation.expires <= now => Self::Expired,
            (None, None) => Self::Pending,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Redeemed => "REDEEMED",
            Self::Expired => "EXPIRED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// `POST /users/{id}/credentials/digital-invitations`: 409 while one is pending, 412 when no pass is left. [doc]
pub(crate) fn create(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    let body = body::object(call)?;
    let reference = body.get("referenceId").and_then(body::text).ok_or_else(refusal::criteria)?;
    if pending(desk.state, user.id, desk.now).is_some() {
        return Err(refusal::error(409, "A pending digital invitation already exists for this user"));
    }
    if assigned(desk.state, desk.now) >= desk.scope.passes {
        return Err(refusal::error(412, "No digital credentials are available"));
    }
    let nfc = call.parameter("nfcEnabled").and_then(|text| flag(&Json::from(text))).unwrap_or_default();
    let invitation = Invitation {
        id: desk.state.next_other(),
        user: user.id,
        credential: desk.state.next_credential(),
        reference,
        created: desk.now,
        expires: desk.now + TimeDelta::days(DAYS),
        nfc,
        ..Invitation::default()
    };
    desk.state.put(Change::Invitation(invitation.clone()));
    done(
        render(&invitation, desk.now)
            .put("credentialId", invitation.credential)
            .put("accessCode", code(&invitation)),
    )
}

/// `GET …/digital-invitations`: the pending ones unless asked otherwise. [doc]
pub(crate) fn list(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    let wanted = match call.parameter("filter") {
        None | Some("") => vec!["pending".to_owned()],
        Some(filter) => {
            let values = filter.strip_prefix("status__eq:");
            let values = values.ok_or_else(|| refusal::error(400, "Invalid filter was provided"))?;
            values.split(',').map(str::to_lowercase).collect()
        }
    };
    if wanted
        .iter()
        .any(|name| !["pending", "redeemed", "expired", "cancelled", "all"].contains(&name.as_str()))
    {
        return Err(refusal::error(400, "Invalid status provided"));
    }
    let now = desk.now;
    let asked = |invitation: &&Invitation| {
        let name = Status::of(invitation, now).name().to_lowercase();
        wanted.iter().any(|wanted| *wanted == name || wanted == "all")
    };
    let shown = desk.state.invitations.values().filter(|invitation| invitation.user == user.id).filter(asked);
    lists::paged(call, desk.quirks, shown, |invitation| render(invitation, now).into())
}

/// `DELETE …/digital-invitations`: the pending one, without an id. [doc]
pub(crate) fn cancel(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    let pending = pending(desk.state, user.id, desk.now).cloned();
    let invitation = pending.ok_or_else(|| refusal::error(404, "Digital invitation not found"))?;
    let invitation = Invitation { cancelled: Some(desk.now), ..invitation };
    desk.state.put(Change::Invitation(invitation.clone()));
    done(render(&invitation, desk.now).put("cancelDate", brivo_instant(desk.now)))
}

/// `GET /credentials/digital/allotment`. [doc]
pub(crate) fn allotment(desk: &mut Desk<'_>, _: &Call) -> Answer {
    let assigned = assigned(desk.state, desk.now);
    done(Object::new().put("allotted", desk.scope.passes).put("assigned", assigned))
}

/// Cancels what is pending: the user is deleted, or their credentials are revoked.
pub(crate) fn cancel_all(desk: &mut Desk<'_>, user: u64) {
    while let Some(invitation) = pending(desk.state, user, desk.now).cloned() {
        desk.state.put(Change::Invitation(Invitation { cancelled: Some(desk.now), ..invitation }));
    }
}

/// The phone's owner accepts: the pass exists from now on. A control action, as no API call does it.
pub(crate) fn redeem(state: &mut State, user: u64, now: DateTime<Utc>) -> bool {
    let Some(invitation) = pending(state, user, now).cloned() else { return false };
    state.put(Change::Credential(Credential {
        id: invitation.credential,
        format: Credential::PASS,
        reference: Some(invitation.reference.clone()),
        encoded: format!("{:016x}", ids::digest(&format!("pass {}", invitation.credential))),
        owner: Some(user),
        from: Some(now),
        size: Some(64),
        ..Credential::default()
    }));
    state.put(Change::Invitation(Invitation { redeemed: Some(now), ..invitation }));
    true
}

fn pending(state: &State, user: u64, now: DateTime<Utc>) -> Option<&Invitation> {
    let mut of_user = state.invitations.values().filter(|invitation| invitation.user == user);
    of_user.find(|invitation| Status::of(invitation, now) == Status::Pending)
}

/// The passes given away: those held, and those that somebody may still redeem.
fn assigned(state: &State, now: DateTime<Utc>) -> usize {
    let held =
        state.credentials.values().filter(|card| card.format == Credential::PASS && card.owner.is_some());
    let pending =
        state.invitations.values().filter(|invitation| Status::of(invitation, now) == Status::Pending);
    held.count() + pending.count()
}

fn render(invitation: &Invitation, now: DateTime<Utc>) -> Object {
    Object::new()
        .put("id", invitation.id)
        .put("referenceId", &invitation.reference)
        .put("created", brivo_instant(invitation.created))
        .put("expiration", brivo_instant(invitation.expires))
        .put("status", Status::of(invitation, now).name())
        .put("nfcEnabled", invitation.nfc)
}

fn code(invitation: &Invitation) -> String {
    format!("{:08X}", ids::digest(&format!("code {}", invitation.id)) & 0xffff_ffff)
}
