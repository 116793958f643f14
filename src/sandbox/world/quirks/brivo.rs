//! Brivo's switches.

use serde::{Deserialize, Serialize};

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
