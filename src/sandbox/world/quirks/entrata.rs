//! Entrata's switches.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
