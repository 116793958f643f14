//! Credentials as things: how they look, whom they belong to, and the PIN that every user's dates are mirrored into.

use chrono::{DateTime, Utc};

use super::super::call::Reply;
use super::super::clock::brivo_instant;
use super::super::json::{Json, Object};
use super::super::state::{Change, Credential, State, User};
use super::super::world::quirks::brivo::InvertedWindow;
use super::{formats, refusal};

/// The account that every credential belongs to. [seen]
pub(crate) const ACCOUNT: u64 = 1_707_325;

/// How a credential's fields are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldNames {
    /// `card_number`: in answers to a create and by user. [seen]
    Short,
    /// `acs.cards.format.card_number`: in lists. [seen]
    Long,
}

/// A credential without its window.
pub(crate) fn render(credential: &Credential, names: FieldNames) -> Object {
    let format = formats::of(credential.format);
    let name = |id: u64| {
        let name = format.and_then(|format| format.fields.iter().find(|(field, _)| *field == id))?.1;
        Some(match names {
            FieldNames::Short => name.to_owned(),
            FieldNames::Long => format!("acs.cards.format.{name}"),
        })
    };
    let values = credential
        .values
        .iter()
        .map(|(id, value)| Object::new().put("id", *id).put("value", value).put("name", name(*id)));
    let shown = Object::new().put("id", credential.format).put("name", format.map(|format| format.name));
    Object::new()
        .put("id", credential.id)
        .put("credentialFormat", shown)
        .put("referenceId", credential.reference.as_ref())
        .put("encodedCredential", &credential.encoded)
        .put("fieldValues", Json::list(values))
        .put("size", credential.size)
        .put("accountId", ACCOUNT)
}

/// A credential in its holder's list, where alone the window shows. [seen]
pub(crate) fn render_held(credential: &Credential) -> Json {
    render(credential, FieldNames::Short)
        .put("effectiveFrom", credential.from.map(brivo_instant))
        .put("effectiveTo", credential.to.map(brivo_instant))
        .into()
}

/// Whether its window is open.
pub(crate) fn is_live(credential: &Credential, now: DateTime<Utc>) -> bool {
    credential.from.is_none_or(|from| from <= now) && credential.to.is_none_or(|to| now < to)
}

/// A window that ends before it starts: unknown, by default refused. [inferred]
pub(crate) fn check_window(
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    inverted: InvertedWindow,
) -> Result<(), Reply> {
    let wrong = from.zip(to).is_some_and(|(from, to)| to < from);
    if wrong && inverted == InvertedWindow::Refused { Err(refusal::criteria()) } else { Ok(()) }
}

/// Takes every card from a user: the PIN ends, the others go back into the drawer. [seen]
pub(crate) fn take_all(state: &mut State, user: u64) {
    let held: Vec<Credential> = state.credentials_of(user).cloned().collect();
    for credential in held {
        take(state, credential);
    }
}

/// Takes one credential from its holder.
pub(crate) fn take(state: &mut State, credential: Credential) {
    if credential.is_pin() {
        state.put(Change::CredentialGone(credential.id));
    } else {
        state.put(Change::Credential(Credential { owner: None, from: None, to: None, ..credential }));
    }
}

/// Keeps the PIN's credential like the user: same PIN, same dates; none without a PIN. [doc]
pub(crate) fn mirror_pin(state: &mut State, user: &User) {
    let held = state.credentials_of(user.id).find(|credential| credential.is_pin()).cloned();
    let Some(pin) = &user.pin else {
        if let Some(held) = held {
            state.put(Change::CredentialGone(held.id));
        }
        return;
    };
    let id = held.as_ref().map_or_else(|| state.next_credential(), |held| held.id);
    let credential = Credential {
        id,
        format: Credential::PIN,
        encoded: pin.clone(),
        owner: Some(user.id),
        from: user.from,
        to: user.to,
        ..Credential::default()
    };
    if held.as_ref() != Some(&credential) {
        state.put(Change::Credential(credential));
    }
}
