//! Whom or what somebody may have meant who asked for a customer or a unit that is not there.

use std::collections::BTreeSet;

use crate::access::{ExternalId, Profile};
use crate::plan::subject::subjects;

use super::Evidence;

/// How many are named.
const MOST: usize = 5;

/// The customers whose id is nearest to the text, or whose name, e-mail or phone holds it; ids only, best first.
pub fn near_customers(evidence: &Evidence<'_>, text: &str) -> Vec<String> {
    let subjects = subjects(evidence.desired, evidence.account);
    let mut near: Vec<(usize, String)> = subjects
        .all()
        .iter()
        .filter_map(|subject| {
            let profile = subject.person.map(|person| &person.profile);
            let profile = profile.or(subject.users.first().map(|(_, user)| &user.profile));
            let by_id = distance(text, subject.customer.as_str());
            let named = profile.is_some_and(|profile| speaks_of(profile, text)).then_some(0);
            Some((named.or(by_id)?, subject.customer.to_string()))
        })
        .collect();
    near.sort();
    near.into_iter().map(|(_, id)| id).take(MOST).collect()
}

/// The units and spaces whose names are nearest to the text, best first.
pub fn near_units(evidence: &Evidence<'_>, text: &str) -> Vec<String> {
    let units = evidence.roster.properties.values().flat_map(|record| record.units.iter().flatten());
    let names: BTreeSet<&str> = units
        .flat_map(|unit| unit.spaces.iter().map(|space| space.name.as_str()).chain([unit.number.as_str()]))
        .collect();
    let mut near: Vec<(usize, &str)> =
        names.into_iter().filter_map(|name| Some((distance(text, name)?, name))).collect();
    near.sort_unstable();
    near.into_iter().map(|(_, name)| name.to_owned()).take(MOST).collect()
}

/// How far apart two names are; `None` where nobody would take one for the other.
fn distance(wanted: &str, known: &str) -> Option<usize> {
    let (wanted, known) = (wanted.to_lowercase(), known.to_lowercase());
    let is_part = wanted.len() > 2 && (known.contains(&wanted) || wanted.contains(&known));
    let distance = strsim::damerau_levenshtein(&wanted, &known);
    (is_part || distance <= 1 + known.chars().count() / 4).then_some(distance)
}

fn speaks_of(profile: &Profile, text: &str) -> bool {
    let wanted = text.to_lowercase();
    let Profile { first_name, middle_name: _, last_name, emails, phones } = profile;
    let whole = format!("{} {}", first_name.reveal(), last_name.reveal()).to_lowercase();
    let mut contacts = emails.iter().chain(&**phones);
    wanted.len() > 2 && (whole.contains(&wanted) || contacts.any(|one| one.reveal().to_lowercase() == wanted))
}

/// The customer's id where the text is one with the prefix of external ids in front, else the text.
pub fn without_prefix(text: &str, prefix: &str) -> String {
    let customer = ExternalId::new(text).customer(prefix);
    customer.map_or_else(|| text.to_owned(), |customer| customer.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Personal;

    #[test]
    fn a_name_is_near_when_a_slip_or_a_part_is_between() {
        for (wanted, known, is_near) in [
            ("99010", "990101", true),
            ("990110", "990101", true),
            ("302", "302-A", true),
            ("302-a", "302-A", true),
            ("30-A", "302-A", true),
            ("1", "101", false),
            ("9", "302", false),
            ("700001", "990101", false),
        ] {
            assert_eq!(distance(wanted, known).is_some(), is_near, "{wanted} for {known}");
        }
    }

    #[test]
    fn two_letters_are_no_part_and_a_longer_text_may_hold_the_name() {
        assert_eq!(distance("30", "302-A"), None, "two letters stand in too many names");
        assert_eq!(distance("302", "302-Annex"), Some(6), "three are a part");
        assert_eq!(distance("unit 302", "302"), Some(5));
        assert_eq!(distance("303", "302"), Some(1), "one slip in a short name");
        assert_eq!(distance("313", "302"), None, "two are another name");
        assert_eq!(distance("1234abcd", "1234abxy"), Some(2));
        assert_eq!(distance("1234", "1243abcd"), None, "a quarter and one more differ at most");
    }

    #[test]
    fn a_person_is_found_by_name_and_by_whole_address() {
        let profile = Profile {
            first_name: Personal::new("Rosa"),
            middle_name: None,
            last_name: Personal::new("Renter"),
            emails: [Personal::new("rosa@example.com")].into(),
            phones: [Personal::new("+12175550101")].into(),
        };
        for (text, is_found) in [
            ("rosa", true),
            ("Rosa Renter", true),
            ("ROSA@example.com", true),
            ("+12175550101", true),
            ("example.com", false),
            ("ro", false),
        ] {
            assert_eq!(speaks_of(&profile, text), is_found, "{text}");
        }
    }

    #[test]
    fn an_external_id_is_taken_for_its_customer() {
        assert_eq!(without_prefix("entrata:990001", "entrata:"), "990001");
        assert_eq!(without_prefix("990001", "entrata:"), "990001");
        assert_eq!(without_prefix("visitor:7", "entrata:"), "visitor:7");
    }
}
