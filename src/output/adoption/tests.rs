use super::*;
use crate::access::{ExternalId, LeaseId, UserId};
use crate::output::example::{self, at, group};

fn profile(first: &str) -> Profile {
    Profile { first_name: Personal::new(first), last_name: Personal::new("Renter"), ..Profile::default() }
}

fn found(customer: &str, user: u64, likeness: Likeness, grade: Grade) -> Match {
    Match {
        customer: CustomerId::new(customer),
        external_id: ExternalId::new(format!("entrata:{customer}")),
        person: profile("Rosa"),
        leases: vec![(LeaseId::new("900001"), example::ALDER, Some("101".into()))],
        user: UserId(user),
        profile: profile("Rosie"),
        foreign_id: None,
        groups: vec![group(1, "Alder 101")],
        loses: Vec::new(),
        likeness,
        grade,
    }
}

fn page(matches: Vec<Match>, rival: Option<Rival>) -> String {
    let adoption = Adoption { as_of: at("2026-03-01T18:00:00Z"), matches, protected: 0, rival };
    let mut bytes = Vec::new();
    write(&mut bytes, &adoption, &example::properties()).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The entries that YAML sees.
fn entries(page: &str) -> serde_yaml::Value {
    serde_yaml::from_str::<serde_yaml::Value>(page).unwrap_or_else(|error| panic!("{error}: {page}"))["adopt"]
        .clone()
}

const SURE: Likeness = Likeness { name: true, email: true, phone: false };
const NAMED: Likeness = Likeness { name: true, email: false, phone: false };

#[test]
fn only_sure_matches_are_entries() {
    let page = page(
        vec![
            found("990001", 15_700_001, SURE, Grade::Sure),
            found("990003", 15_700_003, SURE, Grade::Several),
            found("990004", 15_700_004, NAMED, Grade::Weak),
        ],
        None,
    );
    let entries = entries(&page);
    assert_eq!(entries.as_sequence().unwrap().len(), 1);
    assert_eq!(entries[0]["customer"].as_u64(), Some(990_001));
    assert_eq!(entries[0]["brivo_user"].as_u64(), Some(15_700_001));
    assert!(page.contains("  # - { customer: 990003, brivo_user: 15700003 }\n"), "{page}");
    assert!(page.contains("same name, but neither e-mail nor phone in common"), "{page}");
    assert!(page.contains("1 sure match, 2 to be looked at."), "{page}");
}

#[test]
fn an_entry_that_loses_its_mark_is_read_like_the_others() {
    let page = page(
        vec![found("990001", 15_700_001, SURE, Grade::Sure), found("990004", 15_700_004, NAMED, Grade::Weak)],
        None,
    );
    let page = page.replace("  # - {", "  - {");
    assert_eq!(entries(&page).as_sequence().unwrap().len(), 2);
}

#[test]
fn an_entry_may_lose_its_mark_where_nothing_is_sure() {
    let page = page(vec![found("990004", 15_700_004, NAMED, Grade::Weak)], None);
    assert!(entries(&page).is_null(), "{page}");
    assert_eq!(entries(&page.replace("  # - {", "  - {")).as_sequence().unwrap().len(), 1);
}

#[test]
fn nobody_to_adopt_is_an_empty_list() {
    assert_eq!(entries(&page(Vec::new(), None)).as_sequence().unwrap().len(), 0);
}

#[test]
fn what_comes_from_outside_stays_in_its_comment() {
    let mut one = found("99\"0001: x", 15_700_001, SURE, Grade::Sure);
    one.groups = vec![group(1, "Alder\nadopt: [evil]\u{2028}x")];
    one.profile = profile("Rosie\n  - { customer: 1, brivo_user: 2 }");
    one.foreign_id = Some(Personal::new("visitor\r\nversion: 2"));
    let page = page(vec![one], None);
    let entries = entries(&page);
    assert_eq!(entries.as_sequence().unwrap().len(), 1, "{page}");
    assert_eq!(entries[0]["customer"].as_str(), Some("99\"0001: x"));
}

#[test]
fn a_rival_that_still_writes_is_warned_of() {
    let rival = |recent| Rival {
        users: 3,
        recent,
        last: Some(at("2026-02-28T09:00:00Z")),
        example: Personal::new("MRI-7"),
    };
    let still = page(Vec::new(), Some(rival(2)));
    assert!(still.contains("WARNING: another integration seems to be still writing"), "{still}");
    assert!(still.contains("3 users whose external ids are of another kind, such as \"MRI-7\","), "{still}");
    assert!(still.contains("2 of them edited within a week, the last 2026-02-28 09:00 UTC"), "{still}");
    let silent = page(Vec::new(), Some(rival(0)));
    assert!(silent.contains("It seems to be silent") && !silent.contains("WARNING"), "{silent}");
}
