//! A lease as `getLeases` r1 shows it: every scalar a text, single objects for addresses and phones, activities for the dates. [C]

use super::super::estate::LeaseRow;
use super::super::json::{Json, Object};
use super::super::world::quirks::entrata::Dates;
use super::dates;
use super::lease_r2::active;
use super::leases::Frame;
use super::select::{status_id, status_name};

/// The lease with its customers and activities.
pub(crate) fn render(frame: &Frame<'_>, row: &LeaseRow) -> Json {
    let lease = &row.lease;
    // r1 is parsed strictly as YYYY-MM-DD by the client that uses it. [C]
    let date = |text: Option<&str>| text.map(|text| dates::show(text, Dates::Iso));
    let status = status_name(&lease.status);
    let unit = row.unit.map(|at| &frame.holding.units[at]);
    let space = unit.and_then(|unit| row.spaces.first().map(|at| &unit.spaces[*at]));
    let interval = active(row, frame.today).map(|at| &row.intervals[at]);
    let occupancy = lease.occupancy.or(Some("Conventional"));
    let mut shown = Object::new()
        .put("id", &lease.id.0)
        .put("leaseStatusTypeId", status_id(status).unwrap_or(status))
        .put("propertyId", &lease.property.0)
        .put("leaseSubStatus", lease.sub_status.as_ref())
        .put("leaseType", "Standard")
        .put("moveInDate", date(lease.move_in.as_deref()))
        .put("noticeDate", date(lease.notice.as_deref()))
        .put("moveOutDate", date(lease.move_out.as_deref()))
        .put("moveOutReason", lease.move_out_reason.as_ref())
        .put("transferDate", date(lease.transfer.as_deref()))
        .put("propertyName", &frame.holding.name)
        .put("leaseIntervalStatus", status)
        .put("occupancyType", occupancy)
        .put("isMonthToMonth", if lease.month_to_month { "1" } else { "0" })
        .put("leaseIntervalId", interval.map(|interval| interval.id.as_str()))
        .put("buildingId", unit.and_then(|unit| unit.building_id.as_deref()))
        .put("buildingName", unit.and_then(|unit| unit.unit.building.as_ref()))
        .put("unitId", unit.map(|unit| unit.id.as_str()))
        .put("unitNumberSpace", space.map(|space| space.name.as_str()))
        .put("unitSpaceId", space.map(|space| space.id.as_str()))
        .put("customers", Json::wrapped("customer", lease.residents.iter().map(|who| customer(row, who))))
        .put("leaseActivities", Json::wrapped("leasesActivity", activities(row, frame)));
    shown.overlay(&lease.extra);
    shown.into()
}

fn customer(row: &LeaseRow, who: &super::super::world::entrata::Resident) -> Json {
    let name = who.parts();
    let kind = who.kind.or(Some("Primary"));
    let email = who.email.or(None);
    let number = who.phone.or(who.phones.first().map(|phone| phone.number.0.as_str()));
    let address = Object::new().put("addressType", "Current").put("email", email.clone());
    let phone = number.map(|number| Object::new().put("phoneType", "mobile").put("phoneNumber", number));
    Object::new()
        .put("id", &who.id.0)
        .put("customerType", kind.clone())
        .put("firstName", name.first)
        .put("middleName", name.middle)
        .put("lastName", name.last)
        .put("emailAddress", email)
        .put("leaseCustomerStatus", who.status.or(Some(status_name(&row.lease.status))))
        .put("relationshipName", who.relationship.or(kind.as_deref()))
        .put("addresses", Object::new().put("address", address))
        .put("phone", phone)
        .into()
}

/// The dates of a lease as events, which r2 replaced by intervals.
fn activities(row: &LeaseRow, frame: &Frame<'_>) -> Vec<Json> {
    let interval = active(row, frame.today).map(|at| &row.intervals[at].interval);
    let moved_out = row.lease.move_out.as_deref().filter(|_| status_name(&row.lease.status) == "Past");
    [
        ("Lease From", interval.and_then(|interval| interval.start.as_deref())),
        ("Lease To", interval.and_then(|interval| interval.end.as_deref())),
        ("Actual Move In", row.lease.move_in.as_deref()),
        ("Actual Move Out", moved_out),
    ]
    .into_iter()
    .filter_map(|(event, date)| {
        let date = dates::show(date?, Dates::Iso);
        Some(Object::new().put("date", date).put("eventType", event).put("description", event).into())
    })
    .collect()
}
