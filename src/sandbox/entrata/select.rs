//! Which leases a `getLeases` call asks for.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::super::estate::{Holding, LeaseRow};
use super::super::world::quirks::entrata::{EntrataQuirks, MoveOutFilter};
use super::dates;
use super::envelope::Refusal;
use super::params::Params;

/// The filters of a call. [S]
pub(crate) struct Selection {
    statuses: Option<BTreeSet<String>>,
    leases: Option<BTreeSet<String>>,
    customer: Option<String>,
    application: Option<String>,
    unit: Option<String>,
    building: Option<String>,
    move_in: Range,
    move_out: Range,
    expiry: Range,
    other_income: bool,
    move_out_filter: MoveOutFilter,
}

type Range = (Option<NaiveDate>, Option<NaiveDate>);

impl Selection {
    pub(crate) fn of(params: &Params, quirks: &EntrataQuirks) -> Result<Self, Refusal> {
        let leases = params.list("leaseIds");
        let any_status = leases.is_some() && quirks.lease_ids_any_status;
        // «Current and Notice» unless asked otherwise. [S]
        let usual = || (!any_status).then(|| BTreeSet::from(["4".to_owned(), "5".to_owned()]));
        let range = |from: &str, to: &str| Ok::<_, Refusal>((params.date(from)?, params.date(to)?));
        Ok(Self {
            statuses: params.list("leaseStatusTypeIds").or_else(usual),
            leases,
            customer: params.text("customerId"),
            application: params.text("applicationId"),
            unit: params.text("unitNumber"),
            building: params.text("buildingName"),
            move_in: range("moveInDateFrom", "moveInDateTo")?,
            move_out: range("moveOutDateFrom", "moveOutDateTo")?,
            expiry: range("leaseExpiringDateFrom", "leaseExpiringDateTo")?,
            other_income: params.flag("includeOtherIncomeLeases"),
            move_out_filter: quirks.move_out_filter,
        })
    }

    /// Whether the call asks for this lease.
    pub(crate) fn takes(&self, holding: &Holding, row: &LeaseRow) -> bool {
        self.takes_lease(row) && self.takes_unit(holding, row) && self.takes_dates(row)
    }

    fn takes_lease(&self, row: &LeaseRow) -> bool {
        let lease = &row.lease;
        // A status that Entrata has no id for can't be asked for, and must be seen all the same.
        let status = match status_id(&lease.status) {
            Some(id) => self.statuses.as_ref().is_none_or(|statuses| statuses.contains(id)),
            None => true,
        };
        status
            && (self.other_income || !lease.other_income)
            && self.leases.as_ref().is_none_or(|ids| ids.contains(&lease.id.0))
            && self
                .customer
                .as_ref()
                .is_none_or(|id| lease.residents.iter().any(|resident| resident.id.0 == *id))
            && self
                .application
                .as_ref()
                .is_none_or(|id| row.intervals.iter().any(|row| row.application == *id))
    }

    fn takes_unit(&self, holding: &Holding, row: &LeaseRow) -> bool {
        if self.unit.is_none() && self.building.is_none() {
            return true;
        }
        let Some(unit) = row.unit.map(|at| &holding.units[at]) else { return false };
        let named = |wanted: &String| {
            unit.unit.number.0 == *wanted || row.spaces.iter().any(|at| unit.spaces[*at].name == *wanted)
        };
        self.unit.as_ref().is_none_or(named)
            && self.building.as_ref().is_none_or(|building| unit.unit.building.as_ref() == Some(building))
    }

    fn takes_dates(&self, row: &LeaseRow) -> bool {
        let lease = &row.lease;
        let within = |date: Option<&str>, range: Range| dates::within(date, range.0, range.1);
        let customers = || lease.residents.iter().filter_map(|resident| resident.move_out.or(None));
        let moves_out = within(lease.move_out.as_deref(), self.move_out)
            || (self.move_out_filter == MoveOutFilter::Customer
                && customers().any(|date| within(Some(&date), self.move_out)));
        let ends = || row.intervals.iter().map(|row| row.interval.end.as_deref());
        within(lease.move_in.as_deref(), self.move_in)
            && moves_out
            && (self.expiry == (None, None) || ends().any(|end| within(end, self.expiry)))
    }
}

/// The id of a lease status; a text of digits is an id already. [S]
pub(crate) fn status_id(status: &str) -> Option<&str> {
    STATUSES.iter().find(|(id, name)| *name == status || *id == status).map(|(id, _)| *id)
}

/// The name of a lease status, or the text as the world has it.
pub(crate) fn status_name(status: &str) -> &str {
    STATUSES.iter().find(|(id, _)| *id == status).map_or(status, |(_, name)| name)
}

const STATUSES: [(&str, &str); 6] = [
    ("1", "Applicant"),
    ("2", "Cancelled"),
    ("3", "Future"),
    ("4", "Current"),
    ("5", "Notice"),
    ("6", "Past"),
];
