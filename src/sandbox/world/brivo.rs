//! Brivo's half of a world: groups with doors, people made by hand, cards.

use serde::{Deserialize, Serialize};

use super::is_default;
use super::scalar::{Given, Id, short_list};

/// What Brivo holds at the start.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Brivo {
    /// The groups, as records or as bare names.
    #[serde(deserialize_with = "short_list")]
    pub groups: Vec<Group>,
    /// The users that exist already.
    pub users: Vec<User>,
    /// Cards in the drawer, assigned to nobody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<Credential>,
    /// The sites; left out: `Main`.
    #[serde(deserialize_with = "short_list", skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<Site>,
    /// Doors with more than a name; those that groups name exist anyway.
    #[serde(deserialize_with = "short_list", skip_serializing_if = "Vec::is_empty")]
    pub doors: Vec<Door>,
    /// The account's custom fields, as records or as bare names (of type TEXT).
    #[serde(deserialize_with = "short_list", skip_serializing_if = "Vec::is_empty")]
    pub custom_fields: Vec<Field>,
    /// How many mobile passes the account may give; default 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mobile_passes: Option<u32>,
    /// What the login may see and do.
    #[serde(skip_serializing_if = "is_default")]
    pub administrator: Administrator,
}

/// A group.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Not unique, as in Brivo. [seen]
    pub name: String,
    /// Left out: the next free one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// The doors it opens, at all hours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doors: Vec<String>,
    /// Made by Brivo for a multifamily site: can't be deleted (412). [doc]
    #[serde(default, skip_serializing_if = "is_default")]
    pub multifamily: bool,
    /// Refuses members as «already in a linked group» (400). [doc]
    #[serde(default, skip_serializing_if = "is_default")]
    pub linked: bool,
}

/// A user.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Left out: the next free one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// `externalId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// `Rosa Maria Renter` or `Renter, Rosa`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `firstName`, where `name` would be cut wrongly.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub first: Given,
    /// `middleName`.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub middle: Given,
    /// `lastName`.
    #[serde(default, skip_serializing_if = "Given::is_default")]
    pub last: Given,
    /// One e-mail in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// E-mails, as records or as bare addresses.
    #[serde(default, deserialize_with = "short_list", skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<Contact>,
    /// One phone in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Phones, as records or as bare numbers.
    #[serde(default, deserialize_with = "short_list", skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Contact>,
    /// `effectiveFrom`, of the PIN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// `effectiveTo`, of the PIN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// `pin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
    /// `suspended`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub suspended: bool,
    /// When it was made; left out: when the sandbox starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// When it was last edited; left out: when it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// The groups it is in, by name or id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Id>,
    /// Out of this administrator's sight.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hidden: bool,
    /// The cards and passes it holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<Credential>,
    /// Custom field values by field name.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub custom_fields: std::collections::BTreeMap<String, String>,
}

/// An e-mail or a phone.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The address or number.
    pub value: String,
    /// `home`, `mobile`, any text; left out: none is shown.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// A card or pass.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Credential {
    /// Left out: the next free one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// A format's name or id; default `Standard 26 Bit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The card number; left out: the next free one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// The facility code; default 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facility: Option<u32>,
    /// `referenceId`; default: the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// `effectiveFrom` of the assignment; left out: when the sandbox starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// `effectiveTo` of the assignment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A site.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Left out: the next free one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Default `US/Central`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// A door.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Door {
    /// Its name.
    pub name: String,
    /// Left out: the next free one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// Its site's name; default: the first site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Default `Door`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// A custom field.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// `fieldName`.
    pub name: String,
    /// Left out: the next free one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    /// `TEXT` (default), `NUMBER` or `DATE`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// What the login may see and do.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Administrator {
    /// The groups it sees, by name or id; left out: all. Of the users in groups it then sees those in one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible_groups: Option<Vec<Id>>,
    /// Every write is refused with 403.
    pub read_only: bool,
}

impl From<String> for Group {
    fn from(name: String) -> Self {
        Self { name, ..Self::default() }
    }
}

impl From<String> for Site {
    fn from(name: String) -> Self {
        Self { name, ..Self::default() }
    }
}

impl From<String> for Door {
    fn from(name: String) -> Self {
        Self { name, ..Self::default() }
    }
}

impl From<String> for Field {
    fn from(name: String) -> Self {
        Self { name, ..Self::default() }
    }
}

impl From<String> for Contact {
    fn from(value: String) -> Self {
        Self { value, kind: None }
    }
}
