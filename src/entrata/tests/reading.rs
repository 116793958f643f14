//! The shapes in which values and lists come, and those that mean that nothing was found.

use crate::access::CustomerId;
use crate::roster::{CustomerType, Day, Status};

use super::super::read::LeaseRow;
use super::*;

fn raw(value: &Value) -> String {
    value.to_string()
}

/// The only lease of a result that holds this one.
fn read_lease(lease: &Value) -> Result<crate::roster::Lease, ReadFault> {
    let result = raw(&json!({ "leases": { "lease": [lease] } }));
    match read::leases(&result, HOUSE, "getLeases page 1").unwrap().remove(0) {
        LeaseRow::Read(lease) => Ok(lease),
        LeaseRow::Unread { fault, .. } => Err(fault),
    }
}

/// The lease with one field laid over it.
fn with(field: &str, value: Value) -> Value {
    let mut lease = lease(1, 4);
    lease[field] = value;
    lease
}

#[test]
fn dates_are_read_in_two_forms_only() {
    let table = [
        (json!("08/01/2024"), Day::On(day("2024-08-01"))),
        (json!(" 2024-08-01 "), Day::On(day("2024-08-01"))),
        (json!("12/31/2099"), Day::On(day("2099-12-31"))),
        (json!(""), Day::Absent),
        (json!(null), Day::Absent),
        (json!("0000-00-00"), Day::Zero(Box::new("0000-00-00".into()))),
        (json!("00/00/0000"), Day::Zero(Box::new("00/00/0000".into()))),
        (json!("8/1/2024"), Day::Unreadable(Box::new("8/1/2024".into()))),
        (json!("08/01/24"), Day::Unreadable(Box::new("08/01/24".into()))),
        (json!("31/12/2024"), Day::Unreadable(Box::new("31/12/2024".into()))),
        (json!("02/30/2024"), Day::Unreadable(Box::new("02/30/2024".into()))),
        (json!("08/01/2024 00:00:00 MDT"), Day::Unreadable(Box::new("08/01/2024 00:00:00 MDT".into()))),
        (json!(20_240_801), Day::Unreadable(Box::new("20240801".into()))),
    ];
    for (sent, expected) in table {
        assert_eq!(read_lease(&with("moveOutDate", sent.clone())).unwrap().move_out, expected, "{sent}");
    }
    assert_eq!(read_lease(&lease(1, 4)).unwrap().move_out, Day::Absent);
}

#[test]
fn flags_ids_and_names_come_in_many_forms() {
    for (sent, expected) in [
        (json!(0), false),
        (json!("0"), false),
        (json!(false), false),
        (json!("f"), false),
        (json!(""), false),
        (json!(null), false),
        (json!(1), true),
        (json!("1"), true),
        (json!(true), true),
        (json!("t"), true),
    ] {
        let lease = read_lease(&with("isMonthToMonth", sent.clone())).unwrap();
        assert_eq!(lease.is_month_to_month, expected, "{sent}");
    }
    for (sub_status, expected) in
        [("Month To Month", true), ("Renewed, month to month", true), ("Renewed", false)]
    {
        let lease = read_lease(&with("leaseSubStatus", json!(sub_status))).unwrap();
        assert_eq!(lease.is_month_to_month, expected, "{sub_status}");
    }
    for (sent, expected) in [
        (json!("1"), Status::Applicant),
        (json!(2), Status::Cancelled),
        (json!("Future"), Status::Future),
        (json!(4), Status::Current),
        (json!(" notice "), Status::Notice),
        (json!("6"), Status::Past),
        (json!("7"), Status::Unknown("7".into())),
        (json!(null), Status::Unknown("".into())),
    ] {
        assert_eq!(read_lease(&with("leaseStatusTypeId", sent.clone())).unwrap().status, expected, "{sent}");
    }
    for (sent, expected) in [
        ("Primary", CustomerType::Primary),
        ("Co-Applicant", CustomerType::CoApplicant),
        ("OCCUPANT", CustomerType::Occupant),
        ("Guarantor", CustomerType::Guarantor),
        ("Responsible", CustomerType::Unknown("Responsible".into())),
    ] {
        let customers = json!({ "customer": { "id": "7", "customerType": sent } });
        assert_eq!(read_lease(&with("customers", customers)).unwrap().residents[0].kind, expected, "{sent}");
    }
    for (sent, expected) in [("Commercial", true), ("commercial", true), ("Conventional", false), ("", false)]
    {
        assert_eq!(
            read_lease(&with("occupancyType", json!(sent))).unwrap().is_commercial,
            expected,
            "{sent}"
        );
    }
    for sent in [json!(1), json!("1"), json!(" 1 ")] {
        assert_eq!(read_lease(&with("id", sent)).unwrap().id.as_str(), "1");
    }
}

#[test]
fn an_intervals_status_comes_by_id_or_by_name() {
    let intervals = json!({ "leaseInterval": [
        { "id": 1, "startDate": "01/01/2026", "leaseIntervalStatusTypeId": "3", "leaseIntervalStatusTypeName": "?" },
        { "id": 2, "endDate": "01/01/2026", "leaseIntervalStatusTypeName": "Cancelled" } ] });
    let intervals = read_lease(&with("leaseIntervals", intervals)).unwrap().intervals;
    assert_eq!((&intervals[0].status, &intervals[0].end), (&Status::Future, &Day::Absent));
    assert_eq!((&intervals[1].status, &intervals[1].start), (&Status::Cancelled, &Day::Absent));
}

#[test]
fn spaces_are_listed_or_as_in_the_first_version() {
    let names = |lease: &Value| -> Vec<_> {
        let spaces = read_lease(lease).unwrap().spaces;
        spaces.into_iter().map(|space| (space.id.as_str().to_owned(), space.name)).collect()
    };
    let mut first_version = with("unitSpaceId", json!("71"));
    first_version["unitNumberSpace"] = json!("101-A");
    assert_eq!(names(&first_version), [("71".to_owned(), "101-A".into())]);
    let one = with("unitSpaces", json!({ "unitSpace": { "unitSpaceId": 71, "unitSpace": "101-A" } }));
    assert_eq!(names(&one), [("71".to_owned(), "101-A".into())]);
    for empty in
        [json!([]), json!({}), json!(""), json!(null), json!({ "unitSpace": [] }), json!({ "unitSpace": "" })]
    {
        assert_eq!(names(&with("unitSpaces", empty.clone())), [], "{empty}");
    }
}

#[test]
fn a_record_that_cannot_be_read_names_its_people_and_no_values() {
    let customers = json!({ "customer": [{ "id": 8, "firstName": "Rosa" }, { "id": "7" }, { "id": 8 }] });
    let table = [
        ("isMonthToMonth", json!("Rosa"), "isMonthToMonth"),
        ("id", json!({ "name": "Rosa" }), "id"),
        ("unitSpaces", json!({ "spaces": ["Rosa"] }), "unitSpaces"),
        ("unitSpaces", json!("Rosa"), "unitSpaces"),
        ("leaseIntervals", json!({ "leaseInterval": ["Rosa"] }), "leaseInterval"),
        ("propertyId", json!("500009"), "another property"),
        ("propertyId", json!("Rosa"), "another property"),
    ];
    for (field, value, expected) in table {
        let mut lease = with("customers", customers.clone());
        lease[field] = value.clone();
        let fault = read_lease(&lease).unwrap_err();
        assert!(fault.problem.contains(expected), "{field} {value}: {}", fault.problem);
        assert!(!fault.problem.contains("Rosa"), "{}", fault.problem);
        assert_eq!(fault.customers, [CustomerId::new("7"), CustomerId::new("8")], "{field} {value}");
    }
    let without_id = with("customers", json!({ "customer": [{ "id": null }, { "id": 7 }] }));
    let fault = read_lease(&without_id).unwrap_err();
    assert!(fault.problem.starts_with("lease 1: its field `customers"), "{}", fault.problem);
    assert_eq!((fault.call.as_str(), fault.customers), ("getLeases page 1", vec![CustomerId::new("7")]));
    for nobody in [json!({}), json!([]), json!(null), json!({ "customer": [] })] {
        assert!(
            read_lease(&with("customers", nobody.clone())).unwrap_err().problem.contains("nobody"),
            "{nobody}"
        );
    }
}

#[test]
fn only_the_listed_shapes_mean_that_nothing_was_found() {
    let empty = [
        json!("No records found with mentioned preferences."),
        json!("No Records Found."),
        json!({ "success": "No Records Found." }),
        json!({ "leases": { "lease": [] } }),
        json!({ "leases": { "lease": null } }),
        json!({ "leases": {} }),
        json!({ "leases": [] }),
        json!({ "currencyCode": "USD" }),
        json!({ "currencyCode": "USD", "leases": { "lease": [] } }),
        json!([]),
    ];
    for result in empty {
        assert_eq!(read::leases(&raw(&result), HOUSE, ""), Ok(vec![]), "{result}");
    }
    let unknown = [
        json!("Success"),
        json!(""),
        json!(null),
        json!({}),
        json!(0),
        json!([{ "id": 1 }]),
        json!({ "success": "Done." }),
        json!({ "status": "Success" }),
        json!({ "currencyCode": "USD", "message": "later" }),
        json!({ "leases": "none" }),
        json!({ "leases": { "Lease": [] } }),
        json!({ "leases": { "lease": "none" } }),
        json!({ "leases": { "lease": 3 } }),
        json!({ "leases": { "lease": [], "more": 1 } }),
        json!({ "Leases": { "Lease": [] } }),
    ];
    for result in unknown {
        assert!(read::leases(&raw(&result), HOUSE, "").is_err(), "{result}");
    }
}

#[test]
fn units_of_a_property_may_be_absent_and_the_property_may_not() {
    let found = |result: &Value| {
        let units = read::units(&raw(result), HOUSE)?;
        Ok::<_, String>((units.is_of_property, units.rows.good.len(), units.rows.faults.len()))
    };
    let of = |property: Value| json!({ "properties": { "property": property } });
    let good = json!({ "id": 1, "unitNumber": "101" });
    let table = [
        (of(json!({ "propertyId": "500001" })), (true, 0, 0)),
        (of(json!([{ "propertyId": 500_001, "units": [] }])), (true, 0, 0)),
        (of(json!([{ "propertyId": 500_001, "units": { "unit": good.clone() } }])), (true, 1, 0)),
        (
            of(json!([{ "propertyId": 500_001, "units": { "unit": [good.clone(), { "id": 2 }, {}] } }])),
            (true, 1, 2),
        ),
        (of(json!([{ "propertyId": 500_009, "units": { "unit": [good] } }])), (false, 1, 0)),
        (json!("No records found with mentioned preferences."), (true, 0, 0)),
    ];
    for (result, expected) in table {
        assert_eq!(found(&result), Ok(expected), "{result}");
    }
    for result in [
        json!({}),
        json!("?"),
        of(json!([{ "units": [] }])),
        of(json!([{ "propertyId": 500_001, "units": "?" }])),
    ] {
        assert!(found(&result).is_err(), "{result}");
    }
}
