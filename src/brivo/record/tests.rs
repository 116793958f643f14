use super::*;

fn read(record: Value) -> UserRecord {
    UserRecord::read(record).unwrap()
}

fn full() -> UserRecord {
    read(json!({
        "id": 15_620_417, "externalId": "entrata:990001", "firstName": "Rosa", "middleName": "M", "lastName": "Renter",
        "pin": "0042", "effectiveFrom": "2026-01-01T16:00:00Z", "effectiveTo": "2026-12-31T22:00:00Z",
        "suspended": true, "created": "2026-01-01T00:00:00Z", "updated": "2026-01-02T00:00:00Z",
        "bleTwoFactorExempt": true, "identityType": "Visitor", "customFields": [], "userImage": [{"id": 1}], "groups": [1],
        "emails": [{"address": "rosa@example.com", "type": "Work", "id": 9}, {"type": "broken"}],
        "phoneNumbers": [{"number": "(217) 555-0101", "type": "primary"}, {"number": "2175550102", "type": "work"}],
        "somethingNew": {"kept": [1, 2]}
    }))
}

fn texts(values: &[&str]) -> Vec<Personal> {
    values.iter().copied().map(Personal::new).collect()
}

#[test]
fn an_untouched_record_is_put_as_read_but_for_what_brivo_sets() {
    assert_eq!(
        full().body(),
        json!({
            "externalId": "entrata:990001", "firstName": "Rosa", "middleName": "M", "lastName": "Renter",
            "pin": "0042", "effectiveFrom": "2026-01-01T16:00:00Z", "effectiveTo": "2026-12-31T22:00:00Z",
            "bleTwoFactorExempt": true, "identityType": "Visitor",
            "emails": [{"address": "rosa@example.com", "type": "Work", "id": 9}, {"type": "broken"}],
            "phoneNumbers": [{"number": "(217) 555-0101", "type": "primary"}, {"number": "2175550102", "type": "work"}],
            "somethingNew": {"kept": [1, 2]}
        })
    );
}

#[test]
fn setting_what_is_there_changes_nothing() {
    let mut record = full();
    record.set_profile(&full().profile().clone());
    record.set_dates(full().dates());
    record.set_external_id(&ExternalId::new("entrata:990001"));
    assert!(record == full());
}

#[test]
fn entries_that_stay_keep_their_type() {
    let mut record = full();
    let profile = Profile {
        emails: texts(&["new@example.com", "ROSA@example.com"]).into(),
        phones: texts(&["+12175550101", "+12175550103"]).into(),
        ..record.profile().clone()
    };
    record.set_profile(&profile);
    let body = record.body();
    assert_eq!(
        body["emails"],
        json!([
            {"address": "new@example.com", "type": "home"},
            {"address": "ROSA@example.com", "type": "Work", "id": 9},
            {"type": "broken"}
        ])
    );
    assert_eq!(
        body["phoneNumbers"],
        json!([{"number": "+12175550101", "type": "primary"}, {"number": "+12175550103", "type": "mobile"}])
    );
    assert_eq!(record.profile(), &profile);
}

#[test]
fn a_middle_name_and_a_bound_are_cleared_by_leaving_them_out() {
    let mut record = full();
    record.set_profile(&Profile { middle_name: None, ..record.profile().clone() });
    record.set_dates(Window { end: None, ..record.dates() });
    let body = record.body();
    assert_eq!((body.get("middleName"), body.get("effectiveTo")), (None, None));
    assert_eq!(body["effectiveFrom"], "2026-01-01T16:00:00Z");
    assert_eq!(body["pin"], "0042");
    let cleared = record.cleared_of(&full());
    assert_eq!(cleared, Cleared { start: false, end: true });
    assert_eq!(record.with_stand_ins(cleared).body()["effectiveTo"], time::NO_END);
}

#[test]
fn a_stand_in_stays_where_nobody_sets_another_end() {
    let mut record =
        read(json!({"id": 1, "firstName": "A", "lastName": "B", "effectiveTo": "2099-12-31T00:00:00Z"}));
    record.set_dates(Window { start: Some("2026-01-01T16:00:00Z".parse().unwrap()), end: None });
    assert_eq!(record.body()["effectiveTo"], "2099-12-31T00:00:00Z");
}

#[test]
fn a_new_user_has_what_is_known_and_nothing_else() {
    let profile = Profile {
        first_name: Personal::new("Rosa"),
        last_name: Personal::new("Renter"),
        emails: texts(&["rosa@example.com"]).into(),
        phones: texts(&["+12175550101"]).into(),
        ..Profile::default()
    };
    let start = "2026-03-01T18:00:00Z";
    let user = NewUser {
        external_id: ExternalId::new("entrata:990001"),
        profile,
        dates: Window::new(Some(start.parse().unwrap()), None),
    };
    assert_eq!(
        user.body(),
        json!({
            "externalId": "entrata:990001", "firstName": "Rosa", "lastName": "Renter", "effectiveFrom": start,
            "emails": [{"address": "rosa@example.com", "type": "home"}],
            "phoneNumbers": [{"number": "+12175550101", "type": "mobile"}]
        })
    );
    let bare = NewUser { profile: Profile::default(), dates: Window::ALWAYS, ..user };
    assert_eq!(bare.body(), json!({"externalId": "entrata:990001", "firstName": "", "lastName": ""}));
}

#[test]
fn numbers_are_alike_by_their_digits() {
    for (a, b, alike) in [
        ("(217) 555-0101", "+12175550101", true),
        ("2175550101", "2175550101", true),
        ("2175550101", "2175550102", false),
        ("101", "+12175550101", false),
        ("", "", false),
    ] {
        assert_eq!(same_number(a, b), alike, "{a} {b}");
    }
}

#[test]
fn a_record_does_not_show_what_it_holds() {
    assert_eq!(format!("{:?}", full()), "UserRecord { id: UserId(15620417), .. }");
}

#[test]
fn a_record_that_is_none_is_not_read() {
    for record in [json!([]), json!({"firstName": "Rosa"}), json!({"id": 1, "effectiveTo": "soon"})] {
        assert!(UserRecord::read(record).is_none());
    }
}
