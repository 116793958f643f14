//! A lease as `getLeases` r2 shows it, in the order and with the types seen live. [S]

use chrono::{Days, NaiveDate, NaiveTime};

use super::super::estate::{IntervalRow, LeaseRow};
use super::super::json::{Json, Object};
use super::super::mountain;
use super::super::world::entrata::{Phone, Resident};
use super::super::world::quirks::entrata::History;
use super::leases::Frame;
use super::select::{status_id, status_name};
use super::{dates, units};

const ALLOWANCE: &str = "Allow All Payment Types";

/// The lease with its customers, unit and intervals.
pub(crate) fn render(frame: &Frame<'_>, row: &LeaseRow) -> Json {
    let lease = &row.lease;
    let date = |text: &Option<String>| text.as_deref().map(|text| dates::show(text, frame.quirks.dates));
    let status = status_name(&lease.status);
    let active = active(row, frame.today);
    let unit = row.unit.map(|at| &frame.holding.units[at]);
    let plan = unit.map(units::floor_plan);
    let building = unit.filter(|_| frame.quirks.building_name);
    let occupancy = lease.occupancy.or(Some("Conventional"));
    let spaces = unit.map(|unit| {
        Json::wrapped(
            "unitSpace",
            row.spaces.iter().map(|at| {
                let space = &unit.spaces[*at];
                Object::new().put("unitSpaceId", Json::number(&space.id)).put("unitSpace", &space.name).into()
            }),
        )
    });
    let mut shown = Object::new()
        .put("id", &lease.id.0)
        .put("leaseStatusTypeId", status_id(status).unwrap_or(status))
        .put("propertyId", &lease.property.0)
        .put("leaseSubStatus", lease.sub_status.as_ref())
        .put("leaseType", "Standard")
        .put("moveInDate", date(&lease.move_in))
        .put("noticeDate", date(&lease.notice))
        .put("moveOutDate", date(&lease.move_out))
        .put("moveOutReason", lease.move_out_reason.as_ref())
        .put("transferDate", date(&lease.transfer))
        .put("propertyName", &frame.holding.name)
        .put("leaseIntervalStatus", active.map(|at| interval_status(row, at, Some(at))))
        .put("occupancyTypeId", occupancy.as_deref().and_then(occupancy_id))
        .put("occupancyType", occupancy)
        .put("isMonthToMonth", i64::from(lease.month_to_month))
        .put("leaseIntervalId", active.map(|at| row.intervals[at].id.as_str()))
        .put("buildingId", building.and_then(|unit| unit.building_id.as_deref()))
        .put("buildingName", building.and_then(|unit| unit.unit.building.as_ref()))
        .put("floorPlanId", plan.map(|plan| plan.0))
        .put("floorPlanName", plan.map(|plan| plan.1))
        .put("paymentAllowanceType", ALLOWANCE)
        .put(
            "customers",
            Json::wrapped("customer", lease.residents.iter().map(|who| customer(frame, row, who))),
        )
        .put("unitId", unit.map(|unit| unit.id.as_str()))
        .put("unitSpaces", spaces)
        .put("leaseIntervals", Json::wrapped("leaseInterval", intervals(frame, row, active)));
    shown.overlay(&lease.extra);
    shown.into()
}

/// The interval that the lease is in: the last one that has begun, else the first. One whose status the world gives as the lease's own
/// comes before that.
pub(crate) fn active(row: &LeaseRow, today: NaiveDate) -> Option<usize> {
    let said = |at: &usize| {
        let status = row.intervals[*at].interval.status.as_deref();
        status.is_some_and(|status| status_name(status) == status_name(&row.lease.status))
    };
    let begun = |at: &usize| {
        row.intervals[*at]
            .interval
            .start
            .as_deref()
            .and_then(dates::parse)
            .is_some_and(|start| start <= today)
    };
    let all = 0..row.intervals.len();
    all.clone().find(said).or_else(|| all.clone().rfind(begun)).or_else(|| all.clone().next())
}

/// The name of an interval's status: as the world has it, else the lease's for the active one, `Past` before and `Future` after it.
fn interval_status(row: &LeaseRow, at: usize, active: Option<usize>) -> &str {
    let usual = match active {
        Some(active) if at < active => "Past",
        Some(active) if at > active => "Future",
        Some(_) | None => status_name(&row.lease.status),
    };
    row.intervals[at].interval.status.as_deref().map_or(usual, status_name)
}

fn intervals(frame: &Frame<'_>, row: &LeaseRow, active: Option<usize>) -> Vec<Json> {
    let shown = |at: &usize| match (frame.history, frame.quirks.history) {
        (true, History::All) => true,
        (true, History::Future) => active.is_none_or(|active| *at >= active),
        (true, History::Active) | (false, _) => active == Some(*at),
    };
    (0..row.intervals.len()).filter(shown).map(|at| interval(frame, row, at, active)).collect()
}

fn interval(frame: &Frame<'_>, row: &LeaseRow, at: usize, active: Option<usize>) -> Json {
    let IntervalRow { interval, id, application } = &row.intervals[at];
    let date = |text: &Option<String>| text.as_deref().map(|text| dates::show(text, frame.quirks.dates));
    let (kind_id, kind) = kind(interval.kind.as_deref().unwrap_or(if at == 0 { "1" } else { "3" }));
    let status = interval_status(row, at, active);
    let signed = interval.start.as_deref().and_then(dates::parse).and_then(signing);
    let approved = Object::new()
        .put("id", application)
        .put("leaseApprovedOn", signed.clone())
        .put("leaseTerm", "12 Months")
        .put("applicationCompletedOn", signed.clone())
        .put("leaseIntervalTypeId", kind_id.clone())
        .put("isActiveLeaseInterval", (active == Some(at)).then_some("t"))
        .put("leaseStartDate", date(&interval.start))
        .put("leaseEndDate", date(&interval.end))
        .into();
    Object::new()
        .put("id", if frame.quirks.interval_id_string { Json::from(id) } else { Json::number(id) })
        .put("startDate", date(&interval.start))
        .put("endDate", date(&interval.end))
        .put("leaseIntervalTypeId", kind_id)
        .put("leaseIntervalTypeName", kind)
        .put("leaseIntervalStatusTypeId", status_id(status).map_or_else(|| Json::from(status), Json::number))
        .put("leaseIntervalStatusTypeName", status)
        .put("applicationCompletedOn", signed.clone())
        .put("applicationId", application)
        .put("intervalDateTime", signed)
        .put("applications", Json::wrapped("application", [approved]))
        .into()
}

/// When the papers of an interval were signed: sixty days before it, in the morning.
fn signing(start: NaiveDate) -> Option<String> {
    let day = start.checked_sub_days(Days::new(60))?;
    Some(mountain::stamp(day.and_time(NaiveTime::from_hms_opt(9, 12, 0)?)))
}

/// The id and name of an interval type; what is neither passes as it is. [S]
fn kind(text: &str) -> (Json, &str) {
    const KINDS: [(&str, &str); 4] =
        [("1", "Application"), ("2", "Month To Month"), ("3", "Renewal"), ("5", "Transfer")];
    let known = KINDS.iter().find(|(id, name)| *id == text || *name == text);
    known.map_or_else(|| (Json::number(text), text), |(id, name)| (Json::number(id), name))
}

/// The three ids that were seen. [S]
fn occupancy_id(occupancy: &str) -> Option<&'static str> {
    match occupancy {
        "Conventional" => Some("1"),
        "Student" => Some("10"),
        "Flexible" => Some("12"),
        _ => None,
    }
}

fn customer(frame: &Frame<'_>, row: &LeaseRow, who: &Resident) -> Json {
    let lease = &row.lease;
    let name = who.parts();
    let date = |text: Option<String>| text.map(|text| dates::show(&text, frame.quirks.dates));
    let kind = who.kind.or(Some("Primary"));
    let lease_status = status_name(&lease.status);
    let status = who.status.or(Some(lease_status));
    // Whoever goes with the lease goes on its day; somebody with another status has a story of their own.
    let shared = lease.move_out.as_deref().filter(|_| status.as_deref() == Some(lease_status));
    let full = format!("{}, {}", name.last, name.first);
    let mut shown = Object::new()
        .put("id", Json::number(&who.id.0))
        .put("customerType", kind.clone())
        .put("firstName", name.first)
        .put("middleName", name.middle)
        .put("lastName", name.last)
        .put("nameFull", full)
        .put("emailAddress", who.email.or(None))
        .put("leaseCustomerStatus", status)
        .put("relationshipName", who.relationship.or(kind.as_deref().map(usual_relationship)))
        .put("moveInDate", date(who.move_in.or(lease.move_in.as_deref())))
        .put("moveOutDate", date(who.move_out.or(shared)))
        .put("paymentAllowanceType", ALLOWANCE)
        .put("phones", phones(who));
    shown.overlay(&who.extra);
    shown.into()
}

/// What the company usually calls the relationship of a customer of that type. [S]
fn usual_relationship(kind: &str) -> &str {
    match kind {
        "Occupant" => "Other",
        "Co-Applicant" => "Roommate",
        other => other,
    }
}

fn phones(who: &Resident) -> Option<Json> {
    let short = who.phone.or(None).map(Phone::from);
    let phones: Vec<Json> = short
        .iter()
        .chain(&who.phones)
        .map(|phone| {
            Object::new()
                .put("phoneTypeName", "Primary")
                .put("phoneType", phone.kind.as_deref().unwrap_or("mobile"))
                .put("phoneNumber", &phone.number.0)
                .put("countryCode", 1_i64)
                .into()
        })
        .collect();
    (!phones.is_empty()).then(|| Json::wrapped("phone", phones))
}
