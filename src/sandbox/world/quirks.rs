//! The switches: how each service behaves where no public source tells, or where its own answers are known to differ. The first
//! choice of each is the default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Declares an enum of choices, spelt in `snake_case`, whose first one is the default.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $(#[$first_doc:meta])* $first:ident, $($(#[$doc:meta])* $other:ident),* $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            #[default]
            $(#[$first_doc])*
            $first,
            $($(#[$doc])* $other),*
        }
    };
}

/// All switches.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Quirks {
    /// Entrata's.
    pub entrata: EntrataQuirks,
    /// Brivo's.
    pub brivo: BrivoQuirks,
}

/// How Entrata behaves.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own in the file")]
pub struct EntrataQuirks {
    /// A list of one element comes as the element itself.
    pub single_as_object: bool,
    /// What a `getLeases` without any lease answers.
    pub empty: EmptyLeases,
    /// Whether ids keep the types seen live, or are all texts or all numbers.
    pub ids: IdTypes,
    /// What stands for an absent value.
    pub empty_as: EmptyAs,
    /// How r2 writes dates.
    pub dates: Dates,
    /// Interval ids as texts, as the specification has them.
    pub interval_id_string: bool,
    /// How the floor plan's keys are spelt in `getPropertyUnits`.
    pub floorplan: Floorplan,
    /// Leases name their building.
    pub building_name: bool,
    /// A property without units has no `units` key at all.
    pub units_missing: bool,
    /// Whether a disabled property can be asked for by id.
    pub disabled_property: DisabledProperty,
    /// What `includeLeaseHistory` shows.
    pub history: History,
    /// Which move-out date the `moveOutDate` filters look at.
    pub move_out_filter: MoveOutFilter,
    /// `leaseIds` lifts the default status filter.
    pub lease_ids_any_status: bool,
    /// How the gateway reports errors.
    pub errors: GatewayErrors,
    /// Paged answers carry `X-Total-Count`.
    pub total_count: bool,
    /// Paged answers carry `Link`.
    pub link: bool,
    /// A 429 carries `Retry-After`.
    pub retry_after: bool,
    /// `per_page` when none is asked for.
    pub page_default: usize,
    /// The largest `per_page`; more is cut down to it.
    pub page_cap: usize,
    /// `response.code` of a success.
    pub code: i64,
    /// Limits by method name, as `10000/day;1000/hour;150/minute`, or `none`; others keep the documented ones.
    pub limits: BTreeMap<String, String>,
}

impl Default for EntrataQuirks {
    fn default() -> Self {
        Self {
            single_as_object: false,
            empty: EmptyLeases::default(),
            ids: IdTypes::default(),
            empty_as: EmptyAs::default(),
            dates: Dates::default(),
            interval_id_string: false,
            floorplan: Floorplan::default(),
            building_name: false,
            units_missing: false,
            disabled_property: DisabledProperty::default(),
            history: History::default(),
            move_out_filter: MoveOutFilter::default(),
            lease_ids_any_status: false,
            errors: GatewayErrors::default(),
            total_count: true,
            link: true,
            retry_after: true,
            page_default: 500,
            page_cap: 1000,
            code: 200,
            limits: BTreeMap::new(),
        }
    }
}

/// How Brivo behaves.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own in the file")]
pub struct BrivoQuirks {
    /// An `externalId` that another user has.
    pub duplicate_external_id: DuplicateExternalId,
    /// Putting a member into its group again.
    pub put_member: PutMember,
    /// Taking somebody out of a group they are not in.
    pub delete_non_member: DeleteNonMember,
    /// A `pageSize` outside 1 to 100.
    pub page_size_over: PageSizeOver,
    /// `suspended` in the body of POST, PUT and PATCH.
    pub suspended_in_body: SuspendedInBody,
    /// A filter that the documents do not name.
    pub unknown_filter: UnknownFilter,
    /// What a refresh does to the refresh token it used.
    pub refresh: Refresh,
    /// How throttling is reported.
    pub throttle: Throttle,
    /// A `null` in a PATCH.
    pub patch_null: PatchNull,
    /// A `null` date in the body of a credential's window.
    pub credential_null: CredentialNull,
    /// A window that ends before it starts.
    pub inverted_window: InvertedWindow,
    /// Which fields a user shows: today's, or those recorded in 2017.
    pub era: Era,
    /// List rows carry e-mails and phones.
    pub list_contacts: bool,
    /// The token call needs the `api-key` too.
    pub token_api_key_required: bool,
    /// Seconds that an access token lives.
    pub token_ttl: i64,
    /// Seconds that a refresh token lives.
    pub refresh_ttl: i64,
    /// Calls in each second of the clock before the gateway throttles; left out: no limit.
    pub calls_per_second: Option<u32>,
    /// Calls before the monthly quota is used up; left out: no limit.
    pub calls_per_month: Option<u64>,
}

impl Default for BrivoQuirks {
    fn default() -> Self {
        Self {
            duplicate_external_id: DuplicateExternalId::default(),
            put_member: PutMember::default(),
            delete_non_member: DeleteNonMember::default(),
            page_size_over: PageSizeOver::default(),
            suspended_in_body: SuspendedInBody::default(),
            unknown_filter: UnknownFilter::default(),
            refresh: Refresh::default(),
            throttle: Throttle::default(),
            patch_null: PatchNull::default(),
            credential_null: CredentialNull::default(),
            inverted_window: InvertedWindow::default(),
            era: Era::default(),
            list_contacts: true,
            token_api_key_required: false,
            token_ttl: 300,
            refresh_ttl: 14 * 24 * 3600,
            calls_per_second: None,
            calls_per_month: None,
        }
    }
}

choice!(
    /// See [`EntrataQuirks::empty`].
    EmptyLeases {
        /// `{"currencyCode":"USD","leases":{"lease":[]}}`.
        List,
        /// `{"currencyCode":"USD","leases":{}}`.
        Object,
        /// `{"currencyCode":"USD"}`.
        Missing,
        /// `"No records found with mentioned preferences."`.
        String,
        /// `{"success":"No Records Found."}`.
        SuccessObject,
        /// `[]`.
        Array,
    }
);
choice!(
    /// See [`EntrataQuirks::ids`].
    IdTypes {
        /// As seen live: some texts, some numbers.
        Live,
        /// Every id a text.
        String,
        /// Every id a number.
        Number,
    }
);
choice!(
    /// See [`EntrataQuirks::empty_as`].
    EmptyAs {
        /// No key.
        Absent,
        /// `null`.
        Null,
        /// `""`.
        Blank,
    }
);
choice!(
    /// See [`EntrataQuirks::dates`].
    Dates {
        /// `MM/DD/YYYY`.
        R2,
        /// `YYYY-MM-DD`.
        Iso,
    }
);
choice!(
    /// See [`EntrataQuirks::floorplan`].
    Floorplan {
        /// `floorplanId`, `floorplanName`.
        Lower,
        /// `floorPlanId`, `floorPlanName`.
        Camel,
    }
);
choice!(
    /// See [`EntrataQuirks::disabled_property`].
    DisabledProperty {
        /// Error 301 or 311.
        Error,
        /// Answered like any other.
        Serve,
    }
);
choice!(
    /// See [`EntrataQuirks::history`].
    History {
        /// Every interval.
        All,
        /// The active and the future ones.
        Future,
        /// The active one only, as without the parameter.
        Active,
    }
);
choice!(
    /// See [`EntrataQuirks::move_out_filter`].
    MoveOutFilter {
        /// The lease's.
        Lease,
        /// The lease's or any customer's.
        Customer,
    }
);
choice!(
    /// See [`EntrataQuirks::errors`].
    GatewayErrors {
        /// By HTTP status.
        Status,
        /// Inside a 200, like the legacy host.
        Http200,
    }
);
choice!(
    /// See [`BrivoQuirks::suspended_in_body`].
    SuspendedInBody {
        /// Only `PUT /users/{id}/suspended` suspends.
        Ignored,
        /// It suspends.
        Honoured,
    }
);
choice!(
    /// See [`BrivoQuirks::refresh`].
    Refresh {
        /// A new one is given and the old one stays good.
        Stable,
        /// A new one is given and the old one dies.
        Rotating,
    }
);
choice!(
    /// See [`BrivoQuirks::throttle`].
    Throttle {
        /// 403 with HTML, Mashery's standard.
        Html403,
        /// 429 with JSON.
        Json429,
    }
);
choice!(
    /// See [`BrivoQuirks::patch_null`].
    PatchNull {
        /// Removes the value.
        Clears,
        /// Changes nothing.
        Ignored,
    }
);
choice!(
    /// See [`BrivoQuirks::credential_null`].
    CredentialNull {
        /// Removes the bound.
        Clears,
        /// As if not sent.
        Ignored,
        /// 400.
        Refused,
    }
);
choice!(
    /// See [`BrivoQuirks::inverted_window`].
    InvertedWindow {
        /// 400.
        Refused,
        /// Stored as sent.
        Accepted,
    }
);

/// See [`BrivoQuirks::duplicate_external_id`].
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub enum DuplicateExternalId {
    /// 400.
    #[default]
    #[serde(rename = "400", alias = "refused")]
    Refused,
    /// A second user with it.
    #[serde(rename = "accept")]
    Accept,
    /// 409.
    #[serde(rename = "409", alias = "conflict")]
    Conflict,
}

/// See [`BrivoQuirks::delete_non_member`].
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub enum DeleteNonMember {
    /// 204.
    #[default]
    #[serde(rename = "204", alias = "done")]
    Done,
    /// 400.
    #[serde(rename = "400", alias = "refused")]
    Refused,
    /// 404.
    #[serde(rename = "404", alias = "missing")]
    Missing,
}

/// See [`BrivoQuirks::put_member`].
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub enum PutMember {
    /// 204.
    #[default]
    #[serde(rename = "204", alias = "done")]
    Done,
    /// 400.
    #[serde(rename = "400", alias = "refused")]
    Refused,
}

/// See [`BrivoQuirks::page_size_over`].
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub enum PageSizeOver {
    /// 400.
    #[default]
    #[serde(rename = "400", alias = "refused")]
    Refused,
    /// Cut to the nearest bound.
    #[serde(rename = "clamp")]
    Clamp,
}

/// See [`BrivoQuirks::unknown_filter`].
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub enum UnknownFilter {
    /// 400.
    #[default]
    #[serde(rename = "400", alias = "refused")]
    Refused,
    /// Everything is listed.
    #[serde(rename = "ignored")]
    Ignored,
}

/// See [`BrivoQuirks::era`].
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub enum Era {
    /// As documented now.
    #[default]
    #[serde(rename = "now")]
    Now,
    /// As recorded in 2017: no `created`, `updated`, `bleTwoFactorExempt`; bare list rows.
    #[serde(rename = "2017")]
    Recorded,
}
