//! What getLeases is asked: filters, and where in the list.

use chrono::NaiveDate;
use reqwest::Url;
use serde_json::{Map, Value};

use crate::access::{CustomerId, PropertyId};

/// Rows a page; clients in production use it [code].
pub(super) const PER_PAGE: u32 = 500;

/// Days from the first to the last, both included; open where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateRange {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
}

/// Which status ids are asked for. They are always named: the default would be Current and Notice only [S].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statuses {
    /// 2 to 5: everybody but applicants and those who left.
    Living,
    /// 3 to 5: whose lease can be renewed.
    Renewable,
    /// 6.
    Past,
    /// 1 to 6.
    Every,
}

impl Statuses {
    fn ids(self) -> &'static str {
        match self {
            Self::Living => "2,3,4,5",
            Self::Renewable => "3,4,5",
            Self::Past => "6",
            Self::Every => "1,2,3,4,5,6",
        }
    }
}

/// Whether every interval of a lease is asked for, or the active one only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// `includeLeaseHistory` 1: signed renewals too.
    Whole,
    /// `includeLeaseHistory` 0.
    ActiveOnly,
}

/// One question to getLeases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseQuery {
    /// The property; exactly one.
    pub property: PropertyId,
    /// The leases' statuses.
    pub statuses: Statuses,
    /// `moveOutDateFrom` and `moveOutDateTo`.
    pub move_out: DateRange,
    /// `leaseExpiringDateFrom` and `leaseExpiringDateTo`.
    pub expiring: DateRange,
    /// One customer's leases only.
    pub customer: Option<CustomerId>,
    /// The intervals.
    pub history: History,
    /// Where in the list.
    pub position: Position,
}

impl LeaseQuery {
    /// The first page of a property's leases with all their intervals.
    pub fn new(property: PropertyId, statuses: Statuses) -> Self {
        Self {
            property,
            statuses,
            move_out: DateRange::default(),
            expiring: DateRange::default(),
            customer: None,
            history: History::Whole,
            position: Position::FIRST,
        }
    }

    /// Those who moved out within the range.
    pub fn move_outs(property: PropertyId, ended: DateRange) -> Self {
        Self { move_out: ended, ..Self::new(property, Statuses::Past) }
    }

    /// Those whose term ends within the range.
    pub fn renewals(property: PropertyId, expiring: DateRange) -> Self {
        Self { expiring, ..Self::new(property, Statuses::Renewable) }
    }

    /// One customer's leases in any status.
    pub fn of_customer(property: PropertyId, customer: CustomerId) -> Self {
        Self { customer: Some(customer), ..Self::new(property, Statuses::Every) }
    }

    /// The same at another position.
    #[must_use]
    pub fn at(&self, position: Position) -> Self {
        Self { position, ..self.clone() }
    }

    /// What a fault calls it.
    pub(super) fn call(&self) -> String {
        match &self.position {
            Position::Whole => "getLeases".to_owned(),
            Position::Page { number, .. } => format!("getLeases page {number}"),
            Position::Link(_) => "getLeases, a linked page".to_owned(),
        }
    }

    /// An unknown parameter is ignored without a word and gives more [S]: the names are tested against the documentation's.
    pub(super) fn params(&self) -> Value {
        let history = match self.history {
            History::Whole => "1",
            History::ActiveOnly => "0",
        };
        let mut params = Map::new();
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                params.insert(name.to_owned(), Value::String(value));
            }
        };
        put("propertyId", Some(self.property.to_string()));
        put("leaseStatusTypeIds", Some(self.statuses.ids().to_owned()));
        put("customerId", self.customer.as_ref().map(ToString::to_string));
        put("moveOutDateFrom", self.move_out.from.map(sent));
        put("moveOutDateTo", self.move_out.to.map(sent));
        put("leaseExpiringDateFrom", self.expiring.from.map(sent));
        put("leaseExpiringDateTo", self.expiring.to.map(sent));
        put("includeLeaseHistory", Some(history.to_owned()));
        // L13: no garages and storages.
        put("includeOtherIncomeLeases", Some("0".to_owned()));
        Value::Object(params)
    }
}

/// The form in which clients in production send dates [code].
fn sent(date: NaiveDate) -> String {
    date.format("%m/%d/%Y").to_string()
}

/// Where in a list of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// A service without pages.
    Whole,
    /// A page of a list.
    Page {
        /// Its number, from 1.
        number: u32,
        /// How many rows a page has.
        per_page: u32,
    },
    /// An address of this very service that a `Link` header named.
    Link(Url),
}

impl Position {
    /// The first page.
    pub const FIRST: Self = Self::page(1);

    /// A page by its number.
    pub const fn page(number: u32) -> Self {
        Self::Page { number, per_page: PER_PAGE }
    }

    /// The address to ask.
    pub(super) fn address(&self, base: &Url, endpoint: &str) -> Url {
        let mut url = base.clone();
        url.set_path(&format!("{}/{endpoint}", base.path().trim_end_matches('/')));
        match self {
            Self::Whole => url,
            Self::Page { number, per_page } => {
                url.set_query(Some(&format!("page_no={number}&per_page={per_page}")));
                url
            }
            Self::Link(link) => link.clone(),
        }
    }
}
