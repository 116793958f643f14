//! `/credentials`, and who holds them within which window.

use super::super::call::{Call, Reply};
use super::super::json::{Json, Object};
use super::super::state::{Change, Credential, User};
use super::super::world::quirks::brivo::CredentialNull;
use super::body::Sent;
use super::cards::{self, FieldNames};
use super::{Answer, Desk, body, done, filter, formats, id, lists, nothing, people, refusal, users};

/// `GET /credentials`: the cards of the account by reference as text; PINs are not among them. [seen]
pub(crate) fn list(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let known = ["status", "reference_id", "facility_code"];
    let clauses = filter::of(call, desk.quirks, |clause| known.iter().any(|name| clause.is_eq(name)))?;
    let mut shown: Vec<&Credential> = desk
        .state
        .credentials
        .values()
        .filter(|credential| !credential.is_pin() && clauses.iter().all(|clause| matches(credential, clause)))
        .collect();
    shown.sort_by(|one, other| (&one.reference, one.id).cmp(&(&other.reference, other.id)));
    lists::paged(call, desk.quirks, shown.into_iter(), |credential| {
        cards::render(credential, FieldNames::Long).into()
    })
}

fn matches(credential: &Credential, clause: &filter::Clause) -> bool {
    match clause.name.as_str() {
        "status" => clause.names(if credential.owner.is_some() { "assigned" } else { "unassigned" }),
        "reference_id" => credential.reference.as_deref().is_some_and(|text| clause.contained_in(text)),
        _ => credential.values.iter().any(|(field, value)| {
            let format = formats::of(credential.format);
            let name = format.and_then(|format| format.fields.iter().find(|(id, _)| id == field));
            name.is_some_and(|(_, name)| *name == "facility_code") && clause.contained_in(value)
        }),
    }
}

/// `POST /credentials`: 201. [seen]
pub(crate) fn create(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let body = body::object(call)?;
    let format = body.get("credentialFormat").and_then(|format| format.member("id")).and_then(Json::scalar);
    let format = format.and_then(|id| id.parse().ok()).and_then(formats::of).ok_or_else(refusal::criteria)?;
    let reference = body.get("referenceId").and_then(body::text).ok_or_else(refusal::criteria)?;
    let values = values(&body, format)?;
    let encoded = match body.get("encodedCredential").and_then(body::text) {
        Some(encoded) => encoded.to_lowercase(),
        None => encode(format, &values).ok_or_else(refusal::criteria)?,
    };
    // The encoded value must be new; the reference need not. [seen]
    if desk.state.with_encoded(&encoded).is_some() {
        return Err(refusal::error(400, "Duplicate Credential Found"));
    }
    let size = body.get("size").and_then(Json::scalar).and_then(|size| size.parse().ok());
    let credential = Credential {
        id: desk.state.next_credential(),
        format: format.id,
        reference: Some(reference),
        size: size.or_else(|| default_size(format, &encoded)),
        encoded,
        values,
        ..Credential::default()
    };
    desk.state.put(Change::Credential(credential.clone()));
    Ok(Reply::json(201, cards::render(&credential, FieldNames::Short)))
}

fn values(body: &Object, format: &formats::Format) -> Result<Vec<(u64, String)>, Reply> {
    let Some(Json::List(items)) = body.get("fieldValues") else { return Ok(Vec::new()) };
    items
        .iter()
        .map(|item| {
            let field = item.member("id").and_then(Json::scalar).and_then(|id| id.parse::<u64>().ok());
            let value = item.member("value").and_then(Json::scalar);
            let known = field.filter(|id| format.fields.iter().any(|(field, _)| field == id));
            known.zip(value).ok_or_else(refusal::criteria)
        })
        .collect()
}

/// The hexadecimal value of a card's fields; a format without fields must bring its own.
pub(crate) fn encode(format: &formats::Format, values: &[(u64, String)]) -> Option<String> {
    let value = |name: &str| {
        let (id, _) = format.fields.iter().find(|(_, field)| *field == name)?;
        values.iter().find(|(field, _)| field == id)?.1.parse::<u64>().ok()
    };
    if format.id == 100 {
        return Some(formats::standard_26(value("facility_code").unwrap_or_default(), value("card_number")?));
    }
    if values.is_empty() {
        return None;
    }
    let word = values.iter().try_fold(0_u64, |word, (_, value)| {
        Some(word.wrapping_shl(24).wrapping_add(value.parse::<u64>().ok()?))
    })?;
    Some(format!("{word:x}"))
}

/// The bits of a card: 26 for the one format of which it was seen, else as many as its hexadecimal digits hold.
pub(crate) fn default_size(format: &formats::Format, encoded: &str) -> Option<u64> {
    if format.id == 100 { Some(26) } else { u64::try_from(encoded.len() * 4).ok() }
}

/// `GET /credentials/{id}`.
pub(crate) fn get(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let credential = find(desk, call, 1)?;
    done(cards::render(&credential, FieldNames::Short))
}

/// `DELETE /credentials/{id}`: works while assigned, too. [code]
pub(crate) fn delete(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let credential = find(desk, call, 1)?;
    drop_pin(desk, &credential);
    desk.state.put(Change::CredentialGone(credential.id));
    nothing()
}

/// `GET /credentials/{id}/user`.
pub(crate) fn holder(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let credential = find(desk, call, 1)?;
    let holder =
        credential.owner.and_then(|owner| desk.state.users.get(&owner)).filter(|user| desk.sees(user));
    done(people::short(holder.ok_or_else(refusal::user)?))
}

/// `GET /users/{id}/credentials`: whole, with the windows. [seen]
pub(crate) fn of_user(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    lists::whole(desk.state.credentials_of(user.id).map(cards::render_held))
}

/// `PUT /users/{id}/credentials/{credentialId}`: assigns, or moves the window. [doc]
pub(crate) fn assign(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    let credential = find(desk, call, 3)?;
    if credential.owner.is_some_and(|owner| owner != user.id) {
        return Err(refusal::error(400, "Credential not valid"));
    }
    let body = body::object(call)?;
    let from = bound(desk, body::sent(&body, "effectiveFrom", body::instant)?)?;
    let to = bound(desk, body::sent(&body, "effectiveTo", body::instant)?)?;
    let is_new = credential.owner.is_none();
    let credential = Credential {
        owner: Some(user.id),
        from: match from {
            Sent::Value(from) => Some(from),
            Sent::Null => None,
            Sent::Left if is_new => Some(desk.now),
            Sent::Left => credential.from,
        },
        to: match to {
            Sent::Value(to) => Some(to),
            Sent::Null => None,
            Sent::Left => credential.to,
        },
        ..credential
    };
    cards::check_window(credential.from, credential.to, desk.quirks.inverted_window)?;
    if credential.is_pin() {
        users::save(desk, User { from: credential.from, to: credential.to, ..user });
    } else {
        desk.state.put(Change::Credential(credential));
    }
    nothing()
}

/// `DELETE /users/{id}/credentials/{credentialId}`: the credential survives, unassigned. [seen]
pub(crate) fn unassign(desk: &mut Desk<'_>, call: &Call) -> Answer {
    let user = desk.user(call, 1)?;
    let credential = find(desk, call, 3)?;
    if credential.owner != Some(user.id) {
        return Err(refusal::credential(credential.id));
    }
    drop_pin(desk, &credential);
    cards::take(desk.state, credential);
    nothing()
}

/// `GET /credentials/formats`: whole. [seen]
pub(crate) fn formats(_: &mut Desk<'_>, _: &Call) -> Answer {
    lists::whole(formats::ALL.iter().map(formats::row))
}

fn find(desk: &Desk<'_>, call: &Call, at: usize) -> Result<Credential, Reply> {
    let id = id(call, at)?;
    desk.state.credentials.get(&id).cloned().ok_or_else(|| refusal::credential(id))
}

/// A user whose PIN's credential goes has no PIN any more.
fn drop_pin(desk: &mut Desk<'_>, credential: &Credential) {
    let owner = credential
        .owner
        .filter(|_| credential.is_pin())
        .and_then(|owner| desk.state.users.get(&owner))
        .cloned();
    if let Some(user) = owner {
        desk.state.put(Change::User(User { pin: None, ..user }));
    }
}

/// What a `null` bound means is unknown: a switch. [unknown]
fn bound<T>(desk: &Desk<'_>, sent: Sent<T>) -> Result<Sent<T>, Reply> {
    match (sent, desk.quirks.credential_null) {
        (Sent::Null, CredentialNull::Refused) => Err(refusal::criteria()),
        (Sent::Null, CredentialNull::Ignored) => Ok(Sent::Left),
        (sent, _) => Ok(sent),
    }
}
