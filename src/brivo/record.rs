//! A user record as it is written. A PUT replaces the whole record and drops what it leaves out [doc], so everything that was read
//! is kept as it came, PIN and unknown fields included, and only what is set here changes.

use std::fmt;

use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use super::{time, wire};
use crate::access::{ExternalId, Personal, Profile, UserId, Window};

/// What Brivo sets itself, or changes by calls of its own: no part of a PUT [doc].
const NOT_SENT: [&str; 7] = ["id", "created", "updated", "suspended", "customFields", "userImage", "groups"];

/// The type of an e-mail that we add; free text at Brivo [doc].
const EMAIL: Entry = Entry { list: "emails", value: "address", kind: "home", alike: same_address };
/// The type of a phone number that we add.
const PHONE: Entry = Entry { list: "phoneNumbers", value: "number", kind: "mobile", alike: same_number };

/// A user to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The key by which it is found again.
    pub external_id: ExternalId,
    /// Names, e-mail, phone.
    pub profile: Profile,
    /// The user's own dates.
    pub dates: Window,
}

impl NewUser {
    /// The body of the POST; what is not there is left out.
    pub(super) fn body(&self) -> Value {
        let mut record = UserRecord::empty();
        record.set_external_id(&self.external_id);
        record.set_profile(&self.profile);
        record.set_dates(self.dates);
        record.body()
    }
}

/// A user record as read, with the changes made to it. Its `Debug` shows the id alone: the rest holds a PIN in clear text.
#[derive(Clone, PartialEq)]
pub struct UserRecord {
    id: UserId,
    external_id: Option<ExternalId>,
    profile: Profile,
    dates: Window,
    suspended: bool,
    updated: Option<String>,
    fields: Map<String, Value>,
}

impl UserRecord {
    /// Keeps the record whole; `None` when there is no id or a date is in no known form.
    pub(super) fn read(record: Value) -> Option<Self> {
        let user = wire::User::deserialize(&record).ok()?;
        let dates = user.dates().ok()?;
        let Value::Object(fields) = record else { return None };
        let (id, listed) = (user.id(), user.into_listed());
        Some(Self {
            id,
            external_id: listed.external_id,
            profile: listed.profile,
            dates,
            suspended: listed.suspended,
            updated: listed.updated.map(|stamp| stamp.to_string()),
            fields,
        })
    }

    fn empty() -> Self {
        Self {
            id: UserId(0),
            external_id: None,
            profile: Profile::default(),
            dates: Window::ALWAYS,
            suspended: false,
            updated: None,
            fields: Map::new(),
        }
    }

    /// Brivo's id.
    pub fn id(&self) -> UserId {
        self.id
    }

    /// The client's key, where there is one.
    pub fn external_id(&self) -> Option<&ExternalId> {
        self.external_id.as_ref()
    }

    /// Names, e-mails, phones; tidied (P12).
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The user's own dates.
    pub fn dates(&self) -> Window {
        self.dates
    }

    /// Whether every credential is stopped. Changed by a call of its own, never by this record.
    pub fn suspended(&self) -> bool {
        self.suspended
    }

    /// `updated` as Brivo sent it.
    pub fn updated(&self) -> Option<&str> {
        self.updated.as_deref()
    }

    /// Links the user to a resident (adoption).
    pub fn set_external_id(&mut self, id: &ExternalId) {
        if self.external_id.as_ref() != Some(id) {
            self.fields.insert("externalId".into(), id.as_str().into());
            self.external_id = Some(id.clone());
        }
    }

    /// Sets names, e-mails and phones. An entry whose value stays keeps its type and whatever else it has; so does one that is
    /// only written in another way. Entries of a shape that nobody can read stay too.
    pub fn set_profile(&mut self, profile: &Profile) {
        let Profile { first_name, middle_name, last_name, emails, phones } = profile;
        self.set_name("firstName", Some(first_name));
        self.set_name("middleName", middle_name.as_ref());
        self.set_name("lastName", Some(last_name));
        if self.profile.emails != *emails {
            self.set_entries(&EMAIL, emails);
        }
        if self.profile.phones != *phones {
            self.set_entries(&PHONE, phones);
        }
        self.profile = profile.clone();
    }

    /// Sets the user's own dates; a bound that is none is left out of the record, which is how a PUT clears it.
    pub fn set_dates(&mut self, dates: Window) {
        if self.dates.start != dates.start {
            self.set("effectiveFrom", dates.start.map(|start| time::write(start).into()));
        }
        if self.dates.end != dates.end {
            self.set("effectiveTo", dates.end.map(|end| time::write(end).into()));
        }
        self.dates = dates;
    }

    /// The body of a PUT.
    pub(super) fn body(&self) -> Value {
        let mut fields = self.fields.clone();
        fields.retain(|name, value| !NOT_SENT.contains(&name.as_str()) && !value.is_null());
        Value::Object(fields)
    }

    /// Which bounds this record clears of `before`.
    pub(super) fn cleared_of(&self, before: &Self) -> Cleared {
        Cleared {
            start: before.dates.start.is_some() && self.dates.start.is_none(),
            end: before.dates.end.is_some() && self.dates.end.is_none(),
        }
    }

    /// The record with what stands for none in the place of the bounds that Brivo would not clear.
    pub(super) fn with_stand_ins(mut self, cleared: Cleared) -> Self {
        if cleared.start {
            self.set("effectiveFrom", Some(time::NO_START.into()));
        }
        if cleared.end {
            self.set("effectiveTo", Some(time::NO_END.into()));
        }
        self
    }

    fn set_name(&mut self, field: &str, name: Option<&Personal>) {
        let present = self.fields.get(field).and_then(wire::as_text).map(|name| wire::tidy(&name));
        if present.as_ref() != name {
            self.set(field, name.map(|name| name.reveal().into()));
        }
    }

    fn set_entries(&mut self, entry: &Entry, values: &[Personal]) {
        let mut present = match self.fields.remove(entry.list) {
            Some(Value::Array(items)) => items,
            None | Some(Value::Null) => Vec::new(),
            Some(one) => vec![one],
        };
        let mut items: Vec<Value> =
            values.iter().map(|value| entry.keep_or_make(&mut present, value)).collect();
        items.extend(present.into_iter().filter(|item| wire::entry(item, entry.value).is_none()));
        self.fields.insert(entry.list.into(), items.into());
    }

    fn set(&mut self, field: &str, value: Option<Value>) {
        match value {
            Some(value) => self.fields.insert(field.into(), value),
            None => self.fields.remove(field),
        };
    }
}

impl fmt::Debug for UserRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRecord").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Bounds that a write clears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cleared {
    pub(super) start: bool,
    pub(super) end: bool,
}

impl Cleared {
    pub(super) const NONE: Self = Self { start: false, end: false };

    pub(super) fn any(self) -> bool {
        self.start || self.end
    }

    /// Those of them that still stand in what Brivo holds afterwards.
    pub(super) fn still_in(self, dates: Window) -> Self {
        Self { start: self.start && dates.start.is_some(), end: self.end && dates.end.is_some() }
    }
}

/// How e-mails and phones are listed.
struct Entry {
    list: &'static str,
    value: &'static str,
    kind: &'static str,
    alike: fn(&str, &str) -> bool,
}

impl Entry {
    /// Takes the present item of this value out of `present`: one equal, else one only written in another way; else a new one.
    fn keep_or_make(&self, present: &mut Vec<Value>, wanted: &Personal) -> Value {
        let read = |item: &Value| wire::entry(item, self.value);
        let equal = |item: &Value| read(item).as_ref() == Some(wanted);
        let alike = |item: &Value| read(item).is_some_and(|it| (self.alike)(it.reveal(), wanted.reveal()));
        if let Some(place) = present.iter().position(equal) {
            return present.remove(place);
        }
        match present.iter().position(alike).map(|place| present.remove(place)) {
            Some(Value::Object(mut item)) => {
                item.insert(self.value.into(), wanted.reveal().into());
                Value::Object(item)
            }
            Some(_) | None => json!({ self.value: wanted.reveal(), "type": self.kind }),
        }
    }
}

fn same_address(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// The same digits, a country code aside (P8).
fn same_number(a: &str, b: &str) -> bool {
    const SHORTEST: usize = 7;
    let digits = |number: &str| number.chars().filter(char::is_ascii_digit).collect::<String>();
    let (a, b) = (digits(a), digits(b));
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.len() >= SHORTEST && long.ends_with(&short)
}

#[cfg(test)]
mod tests;
