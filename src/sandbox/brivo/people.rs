//! Users as JSON: as they are sent, as a single answer shows them, and as list rows, which never carry PIN, dates or groups. [doc]

use chrono::{DateTime, Utc};

use super::super::call::Reply;
use super::super::clock::brivo_instant;
use super::super::json::{Json, Object};
use super::super::state::{Contact, State, User};
use super::super::world::quirks::brivo::{BrivoQuirks, Era, PatchNull, SuspendedInBody};
use super::body::{self, Sent};
use super::{fields, refusal};

/// What a body says about a user.
pub(crate) struct Profile {
    first_name: Sent<String>,
    middle_name: Sent<String>,
    last_name: Sent<String>,
    pub(crate) external_id: Sent<String>,
    pub(crate) pin: Sent<String>,
    from: Sent<DateTime<Utc>>,
    to: Sent<DateTime<Utc>>,
    ble_exempt: Sent<bool>,
    emails: Sent<Vec<Contact>>,
    phones: Sent<Vec<Contact>>,
    suspended: Sent<bool>,
}

impl Profile {
    pub(crate) fn of(body: &Object) -> Result<Self, Reply> {
        let text = |name: &str| body::sent(body, name, body::text);
        Ok(Self {
            first_name: text("firstName")?,
            middle_name: text("middleName")?,
            last_name: text("lastName")?,
            external_id: text("externalId")?,
            pin: text("pin")?,
            from: body::sent(body, "effectiveFrom", body::instant)?,
            to: body::sent(body, "effectiveTo", body::instant)?,
            ble_exempt: body::sent(body, "bleTwoFactorExempt", body::flag)?,
            emails: body::sent(body, "emails", |json| contacts(json, "address"))?,
            phones: body::sent(body, "phoneNumbers", |json| contacts(json, "number"))?,
            suspended: body::sent(body, "suspended", body::flag)?,
        })
    }

    /// The user after a POST or PUT: what is left out is removed, but groups, cards, custom fields and suspension stay. [inferred]
    pub(crate) fn replacing(self, user: &User, quirks: &BrivoQuirks) -> Result<User, Reply> {
        let name = |sent: Sent<String>| {
            sent.value().filter(|name| !name.trim().is_empty()).ok_or_else(refusal::criteria)
        };
        Ok(User {
            first_name: name(self.first_name)?,
            middle_name: blank_is_none(self.middle_name.value()),
            last_name: name(self.last_name)?,
            external_id: blank_is_none(self.external_id.value()),
            pin: blank_is_none(self.pin.value()),
            from: self.from.value(),
            to: self.to.value(),
            ble_exempt: self.ble_exempt.value().unwrap_or_default(),
            emails: self.emails.value().unwrap_or_default(),
            phones: self.phones.value().unwrap_or_default(),
            suspended: suspension(self.suspended, user.suspended, quirks),
            ..user.clone()
        })
    }

    /// The user after a PATCH: what is left out stays.
    pub(crate) fn merging(self, user: &User, quirks: &BrivoQuirks) -> Result<User, Reply> {
        let old = user.clone();
        let merged = User {
            first_name: merge(self.first_name, Some(old.first_name), quirks).unwrap_or_default(),
            middle_name: blank_is_none(merge(self.middle_name, old.middle_name, quirks)),
            last_name: merge(self.last_name, Some(old.last_name), quirks).unwrap_or_default(),
            external_id: blank_is_none(merge(self.external_id, old.external_id, quirks)),
            pin: blank_is_none(merge(self.pin, old.pin, quirks)),
            from: merge(self.from, old.from, quirks),
            to: merge(self.to, old.to, quirks),
            ble_exempt: merge(self.ble_exempt, Some(old.ble_exempt), quirks).unwrap_or_default(),
            emails: merge(self.emails, Some(old.emails), quirks).unwrap_or_default(),
            phones: merge(self.phones, Some(old.phones), quirks).unwrap_or_default(),
            suspended: suspension(self.suspended, user.suspended, quirks),
            ..user.clone()
        };
        let named = !merged.first_name.trim().is_empty() && !merged.last_name.trim().is_empty();
        if named { Ok(merged) } else { Err(refusal::criteria()) }
    }
}

fn merge<T>(sent: Sent<T>, old: Option<T>, quirks: &BrivoQuirks) -> Option<T> {
    match (sent, quirks.patch_null) {
        (Sent::Value(value), _) => Some(value),
        (Sent::Null, PatchNull::Clears) => None,
        (Sent::Null, PatchNull::Ignored) | (Sent::Left, _) => old,
    }
}

fn suspension(sent: Sent<bool>, old: bool, quirks: &BrivoQuirks) -> bool {
    match quirks.suspended_in_body {
        SuspendedInBody::Ignored => old,
        SuspendedInBody::Honoured => sent.value().unwrap_or(old),
    }
}

fn blank_is_none(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn contacts(json: &Json, key: &str) -> Option<Vec<Contact>> {
    let Json::List(items) = json else { return None };
    items
        .iter()
        .map(|item| {
            let value = item.member(key).and_then(Json::scalar)?;
            Some(Contact { value, kind: item.member("type").and_then(Json::scalar) })
        })
        .collect()
}

/// A user as a single answer shows them.
pub(crate) fn full(user: &User, state: &State, quirks: &BrivoQuirks) -> Json {
    let fields = Json::list(user.fields.iter().filter_map(|(id, value)| fields::value(state, *id, value)));
    render(user, quirks, Some(fields))
}

/// The answer to a create, which had no `customFields` in 2017. [seen]
pub(crate) fn created(user: &User, state: &State, quirks: &BrivoQuirks) -> Json {
    match quirks.era {
        Era::Now => full(user, state, quirks),
        Era::Recorded => render(user, quirks, None),
    }
}

fn render(user: &User, quirks: &BrivoQuirks, fields: Option<Json>) -> Json {
    let now = quirks.era == Era::Now;
    Object::new()
        .put("id", user.id)
        .put("externalId", user.external_id.as_ref())
        .put("firstName", &user.first_name)
        .put("middleName", user.middle_name.as_ref())
        .put("lastName", &user.last_name)
        .put("pin", user.pin.as_ref())
        .put("effectiveFrom", user.from.map(brivo_instant))
        .put("effectiveTo", user.to.map(brivo_instant))
        .put("suspended", user.suspended)
        .put("created", now.then(|| brivo_instant(user.created)))
        .put("updated", now.then(|| brivo_instant(user.updated)))
        .put("bleTwoFactorExempt", now.then_some(user.ble_exempt))
        .put("customFields", fields)
        .put("emails", contact_list(&user.emails, "address"))
        .put("phoneNumbers", contact_list(&user.phones, "number"))
        .into()
}

/// A user as a row of `GET /users`. [doc]
pub(crate) fn row(user: &User, quirks: &BrivoQuirks) -> Json {
    if quirks.era == Era::Recorded {
        return short(user);
    }
    let contacts = |contacts, key| quirks.list_contacts.then(|| contact_list(contacts, key)).flatten();
    Object::new()
        .put("id", user.id)
        .put("externalId", user.external_id.as_ref())
        .put("firstName", &user.first_name)
        .put("middleName", user.middle_name.as_ref())
        .put("lastName", &user.last_name)
        .put("suspended", user.suspended)
        .put("created", brivo_instant(user.created))
        .put("updated", brivo_instant(user.updated))
        .put("bleTwoFactorExempt", user.ble_exempt)
        .put("emails", contacts(&user.emails, "address"))
        .put("phoneNumbers", contacts(&user.phones, "number"))
        .into()
}

/// A user as a group's member or a card's holder. [seen]
pub(crate) fn short(user: &User) -> Json {
    Object::new()
        .put("id", user.id)
        .put("externalId", user.external_id.as_ref())
        .put("firstName", &user.first_name)
        .put("middleName", user.middle_name.as_ref())
        .put("lastName", &user.last_name)
        .put("suspended", user.suspended)
        .into()
}

/// Empty lists are left out, as every empty value is. [doc]
fn contact_list(contacts: &[Contact], key: &'static str) -> Option<Json> {
    let row = |contact: &Contact| -> Json {
        Object::new().put(key, &contact.value).put("type", contact.kind.as_ref()).into()
    };
    (!contacts.is_empty()).then(|| Json::list(contacts.iter().map(row)))
}
