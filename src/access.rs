//! The shared vocabulary: who, which door, when. Knows neither the manifest nor a service's wire, only what all rooms speak of.

pub mod contacts;
pub mod few;
pub mod shard;
pub mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use litemap::LiteMap;
use serde::{Deserialize, Serialize};

use contacts::Contacts;
use few::Few;
use text::Text;

/// A moment, always UTC. Local dates and hours become instants in [`crate::zone`] only.
pub type Instant = DateTime<Utc>;

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub u64);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(transparent)]
        pub struct $name(Text);
        impl $name {
            /// Takes the id as it stands.
            pub fn new(id: impl Into<Text>) -> Self {
                Self(id.into())
            }
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

number_id!(
    /// Entrata's `PropertyID`.
    PropertyId
);
number_id!(
    /// A Brivo group's id.
    GroupId
);
number_id!(
    /// A Brivo user's id.
    UserId
);
number_id!(
    /// A Brivo credential's id (a card, a PIN, a mobile pass).
    CredentialId
);
text_id!(
    /// An Entrata customer's id.
    CustomerId
);
text_id!(
    /// An Entrata lease's id.
    LeaseId
);
text_id!(
    /// An Entrata unit's id.
    UnitId
);
text_id!(
    /// An Entrata unit space's id.
    SpaceId
);
text_id!(
    /// A Brivo user's `externalId`; of a managed user the manifest's prefix and an Entrata customer id.
    ExternalId
);

impl ExternalId {
    /// The external id that the manifest's prefix gives this customer.
    pub fn of(prefix: &str, customer: &CustomerId) -> Self {
        Self([prefix, customer.as_str()].concat().into())
    }

    /// The customer, when the id begins with the manifest's prefix and something follows it.
    pub fn customer(&self, prefix: &str) -> Option<CustomerId> {
        self.of_customer(prefix).map(CustomerId::new)
    }

    /// Whether it is a customer's by the manifest's prefix.
    pub fn is_managed(&self, prefix: &str) -> bool {
        self.of_customer(prefix).is_some()
    }

    fn of_customer(&self, prefix: &str) -> Option<&str> {
        self.0.strip_prefix(prefix).filter(|rest| !rest.is_empty())
    }
}

/// A name, an e-mail address or a phone number: shown only by who asks for it with [`Personal::reveal`].
#[derive(
    Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(transparent)]
pub struct Personal(Text);

impl Personal {
    /// What stands in the place of a hidden value.
    pub const HIDDEN: &'static str = "…";

    /// Wraps a value as it stands.
    pub fn new(value: impl Into<Text>) -> Self {
        Self(value.into())
    }

    /// The value itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::HIDDEN)
    }
}

impl fmt::Display for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::HIDDEN)
    }
}

/// A stretch of time, half-open: `[start, end)`. `None` = no bound on that side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Window {
    /// The first instant inside.
    pub start: Option<Instant>,
    /// The first instant no longer inside.
    pub end: Option<Instant>,
}

impl Window {
    /// All of time.
    pub const ALWAYS: Self = Self { start: None, end: None };

    /// From `start` until `end`.
    pub const fn new(start: Option<Instant>, end: Option<Instant>) -> Self {
        Self { start, end }
    }

    /// Whether `instant` lies inside.
    pub fn holds(&self, instant: Instant) -> bool {
        self.start.is_none_or(|start| start <= instant) && !self.has_ended(instant)
    }

    /// Whether the window's end has come at `instant`.
    pub fn has_ended(&self, instant: Instant) -> bool {
        self.end.is_some_and(|end| end <= instant)
    }

    /// Whether the window has not begun at `instant`.
    pub fn is_to_come(&self, instant: Instant) -> bool {
        self.start.is_some_and(|start| start > instant)
    }

    /// Whether the two share an instant.
    pub fn overlaps(&self, other: &Self) -> bool {
        before(self.start, other.end) && before(other.start, self.end)
    }

    /// Whether the two share an instant or one begins where the other ends.
    pub fn touches(&self, other: &Self) -> bool {
        not_after(self.start, other.end) && not_after(other.start, self.end)
    }

    /// The smallest window that holds both.
    #[must_use]
    pub fn hull(&self, other: &Self) -> Self {
        Self { start: earlier_start(self.start, other.start), end: later_end(self.end, other.end) }
    }
}

fn before(start: Option<Instant>, end: Option<Instant>) -> bool {
    start.zip(end).is_none_or(|(start, end)| start < end)
}

fn not_after(start: Option<Instant>, end: Option<Instant>) -> bool {
    start.zip(end).is_none_or(|(start, end)| start <= end)
}

/// The earlier of two starts; none (open) is the earliest.
pub fn earlier_start(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    a.zip(b).map(|(a, b)| a.min(b))
}

/// The later of two starts.
pub fn later_start(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    a.max(b)
}

/// The later of two ends; none (open) is the latest.
pub fn later_end(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    a.zip(b).map(|(a, b)| a.max(b))
}

/// The earlier of two ends.
pub fn earlier_end(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, None) | (None, one) => one,
    }
}

/// What a user record says of a person: names, addresses, numbers (P8, P10, P12).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// First name, in NFC, trimmed, inner blanks folded.
    pub first_name: Personal,
    /// Middle name, likewise.
    pub middle_name: Option<Personal>,
    /// Last name, likewise.
    pub last_name: Personal,
    /// E-mail addresses in their order.
    pub emails: Contacts,
    /// Phone numbers in their order, E.164 where they could be made so (P8).
    pub phones: Contacts,
}

/// What one person holds in Brivo, or should hold, at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Names, e-mail, phone.
    pub profile: Profile,
    /// The user's own dates (T29).
    pub dates: Window,
    /// Managed groups only, by id.
    pub groups: LiteMap<GroupId, Text>,
    /// The windows of the person's credentials, a PIN left out: it has the user's dates (D10).
    pub credentials: LiteMap<CredentialId, Window>,
    /// Whether every credential is stopped.
    pub suspended: bool,
}

/// People and what they hold at one instant: the one type that is compared, whichever side it came from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct State {
    /// By external id.
    pub people: BTreeMap<ExternalId, Holding>,
}

/// What was read of a Brivo account: the lists whole, the rest as far as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Account {
    /// Every group that the login sees, by id; names are no keys.
    pub groups: Arc<BTreeMap<GroupId, Text>>,
    /// Every user that the login sees.
    pub users: LiteMap<UserId, User>,
}

/// One Brivo user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The client's key, where there is one.
    pub external_id: Option<ExternalId>,
    /// As the list (or the detail, once read) has it.
    pub profile: Profile,
    /// Whether every credential is stopped.
    pub suspended: bool,
    /// `updated` as Brivo sent it; a hint, not a version.
    pub updated: Option<Text>,
    /// Which groups the user is in.
    pub membership: Membership,
    /// Dates and credentials; `None` until they are read, and for people who are not looked at beyond the list.
    pub detail: Option<Detail>,
}

/// What is known of a user's groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Membership {
    /// Not read: a user who is not ours.
    Unread,
    /// Every group of the user was read.
    Whole(Few<GroupId>),
    /// The members of the managed groups were read; whether the user is in another group too is known, which ones is not.
    Managed {
        /// The managed groups that hold the user.
        held: Few<GroupId>,
        /// Whether at least one other group holds the user.
        elsewhere: bool,
    },
}

impl Membership {
    /// The groups that are known to hold the user.
    pub fn known(&self) -> Option<&Few<GroupId>> {
        match self {
            Self::Unread => None,
            Self::Whole(groups) | Self::Managed { held: groups, .. } => Some(groups),
        }
    }
}

/// What only a call a user tells.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Detail {
    /// `effectiveFrom` and `effectiveTo`; an end in or after 2099 is read as none (T22).
    pub dates: Window,
    /// The user's credentials.
    #[serde(deserialize_with = "few::fitting")]
    pub credentials: Vec<Credential>,
}

/// A card, a PIN or a pass in somebody's hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Brivo's id.
    pub id: CredentialId,
    /// Whether it is the PIN, whose window is the user's own dates (D10).
    pub is_pin: bool,
    /// When it opens doors; an end in or after 2099 is read as none (T22).
    pub window: Window,
}

/// A group as a plan names it; in the order of names, then ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct GroupRef {
    /// Brivo's id.
    pub id: GroupId,
    /// Brivo's name for it.
    pub name: Text,
}

impl Ord for GroupRef {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (&self.name, self.id).cmp(&(&other.name, other.id))
    }
}

impl PartialOrd for GroupRef {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
