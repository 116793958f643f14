//! The six services over a real port: path, headers and body as sent, and the examples of the wire facts as read.

use crate::access::{CustomerId, LeaseId, Personal, SpaceId, UnitId};
use crate::roster::{CustomerType, Day, Interval, Lease, Listing, Phone, Resident, Space, Status};

use super::super::read::LeaseRow;
use super::*;

fn key() -> Auth {
    Auth::ApiKey("secret-key".into())
}

fn basic() -> Auth {
    Auth::Basic { username: "reader".to_owned(), password: "pass:word".into() }
}

#[tokio::test]
async fn get_status_shows_who_asks_in_either_way() {
    let server = Server::new(|sent| ok(sent, &json!({ "status": "Success", "message": "It runs." })));
    for auth in [key(), basic()] {
        let client = server.client_over_network(auth).await;
        assert_eq!(client.get_status().await.unwrap(), "It runs.");
        assert_eq!(client.transport().calls(), 1);
    }
    let [by_key, by_login] = &server.sent()[..] else { panic!("two calls") };
    assert_eq!(by_key.path, "/ext/orgs/alder/v1/status");
    assert_eq!(by_key.header("content-type"), "application/json");
    assert_eq!((by_key.header("x-api-key"), by_key.header("authorization")), ("secret-key", ""));
    let method = json!({ "name": "getStatus", "version": "r1", "params": {} });
    assert_eq!(by_key.body, json!({ "auth": { "type": "apikey" }, "requestId": "1", "method": method }));
    assert_eq!(by_login.header("authorization"), "Basic cmVhZGVyOnBhc3M6d29yZA==");
    assert_eq!((by_login.header("x-api-key"), &by_login.body["auth"]), ("", &json!({ "type": "basic" })));
}

#[tokio::test]
async fn get_properties_lists_disabled_ones_too() {
    let result = json!({ "PhysicalProperty": { "Property": [
        { "PropertyID": 500_001, "MarketingName": "Alder Court", "IsDisabled": 0,
          "Address": { "@attributes": { "AddressType": "property" }, "City": "Springfield" } },
        { "PropertyID": "500002", "MarketingName": "Birch House", "IsDisabled": "1" } ] } });
    let server = Server::new(move |sent| ok(sent, &result));
    let client = server.client_over_network(key()).await;
    let found = client.get_properties(&[HOUSE, PropertyId(500_002)]).await.unwrap();
    let property =
        |id, name: &str, listing| Property { id: PropertyId(id), name: Some(name.to_owned()), listing };
    let expected = [
        property(500_001, "Alder Court", Listing::Open),
        property(500_002, "Birch House", Listing::Disabled),
    ];
    assert_eq!(found, expected);
    let sent = &server.sent()[0];
    assert_eq!(sent.path, "/ext/orgs/alder/v1/properties");
    let params = json!({ "propertyIds": "500001,500002", "showAllStatus": "1" });
    assert_eq!(sent.body["method"], json!({ "name": "getProperties", "version": "r1", "params": params }));
}

#[tokio::test]
async fn get_property_units_reads_spaces_and_asks_for_disabled_units() {
    let result = json!({ "properties": { "property": [{ "propertyId": 500_001, "units": { "unit": [
        { "id": 700_302, "unitNumber": "302", "buildingName": "A", "floorNumber": "3", "unitSpaces": { "unitSpace": [
            { "unitSpaceId": 710_302, "unitNumber": "302-A" }, { "unitSpaceId": 710_303, "unitNumber": "302-B" } ] } },
        { "id": "700101", "unitNumber": 101, "buildingName": "", "floorNumber": 1,
          "unitSpaces": { "unitSpace": { "unitSpaceId": "710101" } } } ] } }] } });
    let server = Server::new(move |sent| ok(sent, &result));
    let client = server.client_over_network(basic()).await;
    let rows = client.get_property_units(HOUSE).await.unwrap();
    let space = |id: &str, name: &str| Space { id: SpaceId::new(id), name: name.into() };
    let unit = |id: &str, number: &str, building: Option<&str>, floor: &str, spaces| Unit {
        id: UnitId::new(id),
        number: number.into(),
        building: building.map(Into::into),
        floor: Some(floor.into()),
        spaces,
    };
    let expected = [
        unit("700101", "101", None, "1", vec![space("710101", "101")]),
        unit("700302", "302", Some("A"), "3", vec![space("710302", "302-A"), space("710303", "302-B")]),
    ];
    assert_eq!((rows.good, rows.faults), (expected.to_vec(), vec![]));
    let sent = &server.sent()[0];
    assert_eq!(sent.path, "/ext/orgs/alder/v1/propertyunits");
    let params = json!({ "propertyIds": "500001", "availableUnitsOnly": "0", "includeDisabledUnits": "1" });
    assert_eq!(sent.body["method"], json!({ "name": "getPropertyUnits", "version": "r1", "params": params }));
}

fn page_of_one() -> Value {
    json!({
        "id": "900001", "leaseStatusTypeId": "4", "propertyId": "500001", "leaseType": "Standard",
        "moveInDate": "08/01/2024", "occupancyType": "Conventional", "isMonthToMonth": 0, "unitId": "700302",
        "customers": { "customer": [
            { "id": 990_002, "customerType": "Guarantor", "firstName": "Gina", "leaseCustomerStatus": "Current",
              "relationshipName": "Guarantor", "moveInDate": "08/01/2024" },
            { "id": 990_001, "customerType": "Co-Applicant", "firstName": "Rosa", "middleName": "M", "lastName": "Renter",
              "nameFull": "Renter, Rosa", "emailAddress": "rosa@example.com", "leaseCustomerStatus": "Past",
              "relationshipName": "Roommate", "moveInDate": "08/01/2024", "moveOutDate": "2026-01-15",
              "phones": { "phone": [{ "phoneType": "mobile", "phoneNumber": "+1 2175550101", "countryCode": 1 }] } } ] },
        "unitSpaces": { "unitSpace": [{ "unitSpaceId": 710_302, "unitSpace": "302-A" }] },
        "leaseIntervals": { "leaseInterval": [
            { "id": 930_001, "startDate": "08/01/2025", "endDate": "07/31/2026", "leaseIntervalTypeId": 3,
              "leaseIntervalStatusTypeId": 4, "intervalDateTime": "05/19/2025 11:30:53.42191 MDT" } ] },
    })
}

#[tokio::test]
async fn get_leases_reads_a_lease_whole() {
    let server = Server::new(|sent| leases_of(sent, &[page_of_one()]).with("x-total-count", &1));
    let client = server.client_over_network(key()).await;
    let page = client.get_leases(&LeaseQuery::new(HOUSE, query::Statuses::Living)).await.unwrap();
    let on = |text| Day::On(day(text));
    let nobody = Resident {
        customer: CustomerId::new("990002"),
        kind: CustomerType::Guarantor,
        relationship: Some("Guarantor".into()),
        status: Some(Status::Current),
        move_in: on("2024-08-01"),
        move_out: Day::Absent,
        first_name: Some(Personal::new("Gina")),
        middle_name: None,
        last_name: None,
        full_name: None,
        email: None,
        phones: vec![],
    };
    let rosa = Resident {
        customer: CustomerId::new("990001"),
        kind: CustomerType::CoApplicant,
        relationship: Some("Roommate".into()),
        status: Some(Status::Past),
        move_out: on("2026-01-15"),
        first_name: Some(Personal::new("Rosa")),
        middle_name: Some(Personal::new("M")),
        last_name: Some(Personal::new("Renter")),
        full_name: Some(Personal::new("Renter, Rosa")),
        email: Some(Personal::new("rosa@example.com")),
        phones: vec![Phone { number: Personal::new("+1 2175550101"), country_code: Some("1".into()) }],
        ..nobody.clone()
    };
    let expected = Lease {
        id: LeaseId::new("900001"),
        property: HOUSE,
        status: Status::Current,
        is_commercial: false,
        is_month_to_month: false,
        move_in: on("2024-08-01"),
        move_out: Day::Absent,
        unit: Some(UnitId::new("700302")),
        spaces: vec![Space { id: SpaceId::new("710302"), name: "302-A".into() }],
        intervals: vec![Interval { start: on("2025-08-01"), end: on("2026-07-31"), status: Status::Current }],
        residents: vec![nobody, rosa],
    };
    assert_eq!(page.rows, [LeaseRow::Read(expected)]);
    assert_eq!((page.total, page.next), (Some(1), Next::Untold));

    let sent = &server.sent()[0];
    assert_eq!(sent.path, "/ext/orgs/alder/v1/leases");
    assert_eq!((sent.page(), sent.query["per_page"].as_str()), (1, "500"));
    let params = json!({ "propertyId": "500001", "leaseStatusTypeIds": "2,3,4,5",
        "includeLeaseHistory": "1", "includeOtherIncomeLeases": "0" });
    assert_eq!(sent.body["method"], json!({ "name": "getLeases", "version": "r2", "params": params }));
}

#[tokio::test]
async fn move_outs_and_renewals_are_leases_by_date() {
    let server = Server::new(|sent| leases_of(sent, &[page_of_one()]));
    let client = server.client_over_network(key()).await;
    let spring = DateRange { from: Some(day("2026-03-01")), to: Some(day("2026-05-31")) };
    assert_eq!(client.get_move_outs(HOUSE, spring).await.unwrap().rows.len(), 1);
    assert_eq!(client.get_renewals(HOUSE, spring).await.unwrap().rows.len(), 1);
    let [move_outs, renewals] = &server.sent()[..] else { panic!("two calls") };
    for sent in [move_outs, renewals] {
        assert_eq!((sent.method(), sent.path.as_str()), ("getLeases", "/ext/orgs/alder/v1/leases"));
    }
    assert_eq!(
        move_outs.body["method"]["params"],
        json!({ "propertyId": "500001", "leaseStatusTypeIds": "6",
        "moveOutDateFrom": "03/01/2026", "moveOutDateTo": "05/31/2026",
        "includeLeaseHistory": "1", "includeOtherIncomeLeases": "0" })
    );
    assert_eq!(
        renewals.body["method"]["params"],
        json!({ "propertyId": "500001", "leaseStatusTypeIds": "3,4,5",
        "leaseExpiringDateFrom": "03/01/2026", "leaseExpiringDateTo": "05/31/2026",
        "includeLeaseHistory": "1", "includeOtherIncomeLeases": "0" })
    );
}

#[tokio::test]
async fn phases_of_a_property_come_on_linked_pages() {
    let server = Server::new(|sent| {
        let page = sent.page();
        let property = json!({ "propertyId": 500_001 + u64::from(page), "units": { "unit": { "id": page, "unitNumber": "1" } } });
        let reply = ok(sent, &json!({ "properties": { "property": [property] } }));
        match page {
            0 => reply.with("link", &"<https://elsewhere.example/api?page_no=1>; rel=\"next\""),
            1 => reply.with("link", &"<?phase=x&page_no=2>; rel=\"next\""),
            _ => reply.with("link", &"<?page_no=1>; rel=\"first\""),
        }
    });
    let client = server.client_over_network(key()).await;
    let units = client.get_property_units(HOUSE).await.unwrap();
    assert_eq!(units.good.len(), 3);
    assert!(server.sent().iter().all(|sent| sent.path == "/ext/orgs/alder/v1/propertyunits"));
    let queries: Vec<_> = server.sent().into_iter().map(|sent| sent.query).collect();
    assert_eq!(queries[0], BTreeMap::new());
    assert_eq!(queries[1]["page_no"], "1", "at this server, whatever host the link names");
    assert_eq!((queries[2]["page_no"].as_str(), queries[2]["phase"].as_str()), ("2", "x"));
}
