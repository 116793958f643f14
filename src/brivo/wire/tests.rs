use serde_json::json;

use super::*;

fn user(value: Value) -> User {
    serde_json::from_value(value).unwrap()
}

fn revealed(values: &[Personal]) -> Vec<&str> {
    values.iter().map(Personal::reveal).collect()
}

#[test]
fn a_user_is_an_id_and_whatever_else_there_is() {
    let bare = user(json!({"id": 7}));
    assert_eq!((bare.id(), bare.external_id(), bare.suspended()), (UserId(7), None, false));
    assert_eq!(bare.dates(), Ok(Window::ALWAYS));
    assert_eq!(bare.profile(), Profile::default());

    let nulls = user(json!({"id": "7", "externalId": null, "firstName": null, "emails": null,
        "phoneNumbers": null, "suspended": null, "effectiveTo": null, "somethingNew": {"a": 1}}));
    assert_eq!((nulls.id(), nulls.external_id()), (UserId(7), None));
    assert_eq!((nulls.dates(), nulls.profile()), (Ok(Window::ALWAYS), Profile::default()));
}

#[test]
fn an_external_id_may_be_a_number_and_an_empty_one_is_none() {
    for (sent, read) in [
        (json!("entrata:1"), Some("entrata:1")),
        (json!(1), Some("1")),
        (json!(""), None),
        (json!(null), None),
        (json!(-1), Some("-1")),
        (json!(1.5), Some("1.5")),
        (json!(true), None),
        (json!([1, "x"]), None),
        (json!({"id": 1}), None),
    ] {
        let id = user(json!({"id": 1, "externalId": sent})).external_id();
        assert_eq!(id.as_ref().map(ExternalId::as_str), read);
    }
}

#[test]
fn names_are_composed_trimmed_and_folded() {
    let profile =
        user(json!({"id": 1, "firstName": " Jose\u{301}  Luis ", "middleName": "  ", "lastName": "Renter\u{a0}Sr"}))
            .profile();
    assert_eq!(profile.first_name.reveal(), "Jos\u{e9} Luis");
    assert_eq!(profile.middle_name, None);
    assert_eq!(profile.last_name.reveal(), "Renter Sr");
}

#[test]
fn emails_and_phones_are_read_in_any_shape() {
    for (emails, read) in [
        (
            json!([{"address": "a@example.com", "type": "home", "id": 4}, {"address": "b@example.com"}]),
            vec!["a@example.com", "b@example.com"],
        ),
        (json!(["a@example.com"]), vec!["a@example.com"]),
        (json!("a@example.com"), vec!["a@example.com"]),
        (json!({"address": "a@example.com"}), vec!["a@example.com"]),
        (json!([{"type": "home"}, {"address": ""}, null, 4.5, []]), vec!["4.5"]),
        (json!([]), vec![]),
        (json!(true), vec![]),
    ] {
        assert_eq!(revealed(&user(json!({"id": 1, "emails": emails})).profile().emails), read);
    }
    let phones = json!([{"number": 2_175_550_101_u64, "type": "mobile"}, {"number": " +1 217 555 0102 "}]);
    let profile = user(json!({"id": 1, "phoneNumbers": phones})).profile();
    assert_eq!(revealed(&profile.phones), ["2175550101", "+1 217 555 0102"]);
}

#[test]
fn suspension_is_a_boolean_or_a_one() {
    for (sent, read) in [(json!(true), true), (json!(1), true), (json!("true"), true), (json!(0), false)] {
        assert_eq!(user(json!({"id": 1, "suspended": sent})).suspended(), read);
    }
}

#[test]
fn an_id_that_is_no_number_is_an_error_that_keeps_the_value_to_itself() {
    let error = serde_json::from_value::<User>(json!({"id": "rosa@example.com"})).unwrap_err();
    assert!(!error.to_string().contains("rosa"), "{error}");
    assert!(serde_json::from_value::<User>(json!({"firstName": "Rosa"})).is_err());
}

#[test]
fn a_pin_is_known_by_its_format() {
    let read = |value| serde_json::from_value::<Credential>(value).unwrap().read();
    let pin =
        read(json!({"id": 5, "credentialFormat": {"id": 2, "name": "PIN Code"}, "encodedCredential": "0042",
        "effectiveFrom": "2026-03-01T18:00:00Z"}));
    let card = read(json!({"id": 6, "credentialFormat": {"id": 100}, "effectiveTo": "2099-12-31T00:00:00Z"}));
    assert_eq!(
        pin.unwrap(),
        access::Credential {
            id: CredentialId(5),
            is_pin: true,
            window: Window::new(Some("2026-03-01T18:00:00Z".parse().unwrap()), None),
        }
    );
    assert_eq!(
        card.unwrap(),
        access::Credential { id: CredentialId(6), is_pin: false, window: Window::ALWAYS }
    );
    assert!(read(json!({"id": 7, "effectiveTo": "soon"})).is_err());
}

#[test]
fn a_list_without_rows_is_no_empty_list() {
    assert!(serde_json::from_value::<Page<Group>>(json!({"count": 0})).is_err());
    let whole: Page<Group> = serde_json::from_value(json!({"data": [{"id": 1}], "count": 1})).unwrap();
    let page: Page<Group> =
        serde_json::from_value(json!({"data": [], "offset": 0, "pageSize": 100, "count": 0})).unwrap();
    assert!(whole.comes_whole() && !page.comes_whole());
}
