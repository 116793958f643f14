//! What is relied on, what is not, and what makes a cache unusable.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cache, Listed, Owner, Unusable};
use crate::access::{
    Account, Credential, CredentialId, Detail, ExternalId, GroupId, Instant, Membership, Personal, Profile,
    User, UserId, Window,
};
use crate::digest::Key;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn owner() -> Owner {
    Owner { account: "api.brivo.com-0a1b".to_owned(), prefix: "entrata:".to_owned() }
}

fn listed(number: u64) -> User {
    let profile = Profile {
        first_name: Personal::new("Rosa"),
        middle_name: None,
        last_name: Personal::new(format!("Renter{number}")),
        emails: [Personal::new(format!("rosa{number}@example.com"))].into(),
        phones: [].into(),
    };
    User {
        external_id: Some(ExternalId::new(format!("entrata:99000{number}"))),
        profile,
        suspended: false,
        updated: Some("2026-02-01T09:14:31Z".into()),
        membership: Membership::Unread,
        detail: None,
    }
}

fn read(number: u64) -> User {
    let card = Credential { id: CredentialId(22_310_045), is_pin: false, window: Window::ALWAYS };
    User {
        membership: Membership::Managed { held: [GroupId(7)].into(), elsewhere: false },
        detail: Some(Detail { dates: Window::ALWAYS, credentials: vec![card] }),
        ..listed(number)
    }
}

fn account(users: impl IntoIterator<Item = User>) -> Account {
    let users = users.into_iter().enumerate().map(|(place, user)| (UserId(place as u64), user));
    Account { groups: BTreeMap::from([(GroupId(7), "Alder 302".into())]).into(), users: users.collect() }
}

fn everybody(account: &Account) -> BTreeSet<UserId> {
    account.users.keys().copied().collect()
}

/// A cache that has seen these users, whom the list showed like that before.
fn seen(read: &Account, before: &Account) -> Cache {
    let rows = before.users.iter().map(|(id, user)| (*id, Listed::of(user))).collect();
    let mut cache = Cache::new(owner());
    cache.keep(read, &everybody(read), &rows, Some(at("2026-03-01T18:00:00Z")));
    cache
}

#[test]
fn whose_stamp_has_not_moved_is_filled_in() {
    let cache = seen(&account([read(1), read(2)]), &account([listed(1), listed(2)]));
    let mut moved = listed(2);
    moved.updated = Some("2026-03-01T18:00:01Z".into());
    let mut next = account([listed(1), moved.clone(), listed(3)]);
    assert_eq!(cache.fill(&mut next), BTreeSet::from([UserId(0)]));
    assert_eq!(next, account([read(1), moved, listed(3)]));
}

#[test]
fn names_come_from_the_list_always() {
    let cache = seen(&account([read(1)]), &account([listed(1)]));
    let mut renamed = listed(1);
    renamed.profile.last_name = Personal::new("Roomer");
    let mut next = account([renamed]);
    cache.fill(&mut next);
    assert_eq!(next.users[&UserId(0)].profile.last_name, Personal::new("Roomer"));
    assert!(next.users[&UserId(0)].detail.is_some());
}

#[test]
fn what_moved_while_it_was_read_or_a_moment_before_is_not_relied_on() {
    let filled = |read: User, before: User| {
        let cache = seen(&account([read]), &account([before.clone()]));
        cache.fill(&mut account([before])).len()
    };
    assert_eq!(filled(read(1), listed(1)), 1);
    let mut edited = read(1);
    edited.updated = Some("2026-03-01T17:59:00Z".into());
    assert_eq!(filled(edited, listed(1)), 0, "edited between the list and the record");
    let mut fuller = read(1);
    fuller.profile.phones = [Personal::new("+12175550101")].into();
    assert_eq!(filled(fuller, listed(1)), 0, "the list does not tell all of the profile");
    let stamped = |updated: Option<&str>| {
        let with = |user: User| User { updated: updated.map(Into::into), ..user };
        filled(with(read(1)), with(listed(1)))
    };
    assert_eq!(stamped(Some("2026-03-01T17:59:55Z")), 0, "a further edit may have the same stamp");
    assert_eq!(stamped(Some("2026-03-01T17:59:45Z")), 1);
    assert_eq!(stamped(None), 0, "no stamp at all");
}

#[test]
fn another_person_under_the_id_and_whoever_is_doubted_are_not_filled_in() {
    let mut cache = seen(&account([read(1)]), &account([listed(1)]));
    let other = User { external_id: Some(ExternalId::new("entrata:990009")), ..listed(1) };
    assert!(cache.fill(&mut account([other])).is_empty());
    cache.doubt(UserId(0));
    assert!(cache.fill(&mut account([listed(1)])).is_empty());
}

#[test]
fn calls_are_counted_by_the_calendar_month() {
    let mut cache = Cache::new(owner());
    cache.count(40, at("2026-01-31T23:59:59Z"));
    cache.count(2, at("2026-01-01T00:00:00Z"));
    assert_eq!(cache.calls_in(at("2026-01-15T00:00:00Z")), 42);
    assert_eq!(cache.calls_in(at("2026-02-01T00:00:00Z")), 0);
    cache.count(1, at("2026-02-01T00:00:00Z"));
    cache.count(1, at("2026-03-01T00:00:00Z"));
    assert_eq!(cache.calls.keys().collect::<Vec<_>>(), ["2026-02", "2026-03"]);
}

#[test]
fn a_thief_learns_no_name_address_or_number() {
    let mut person = read(1);
    person.profile.phones = [Personal::new("+12175550101")].into();
    let cache = seen(&account([person.clone()]), &account([person]));
    let text = String::from_utf8(cache.sealed(&Key::derived("secret", "cache"))).unwrap();
    for personal in ["Rosa", "Renter", "example.com", "5550101"] {
        assert!(!text.contains(personal), "{text}");
    }
}

#[test]
fn only_what_was_sealed_with_this_key_for_this_account_is_used() {
    let key = Key::derived("secret", "cache");
    let mut cache = seen(&account([read(1)]), &account([listed(1)]));
    cache.full_at = Some(at("2026-03-01T18:00:00Z"));
    let sealed = cache.sealed(&key);
    assert_eq!(Cache::unsealed(&sealed, &key, &owner()).as_ref(), Ok(&cache));
    let rotated = Key::derived("another secret", "cache");
    assert_eq!(Cache::unsealed(&sealed, &rotated, &owner()), Err(Unusable::Seal));
    let other = Owner { prefix: "other:".to_owned(), ..owner() };
    assert_eq!(Cache::unsealed(&sealed, &key, &other), Err(Unusable::Owner));
    let text = String::from_utf8(sealed.clone()).unwrap();
    let forged = text.replace("\"elsewhere\":false", "\"elsewhere\":true");
    assert_eq!(Cache::unsealed(forged.as_bytes(), &key, &owner()), Err(Unusable::Seal));
    let newer = text.replace("\"reconcile_cache\":1", "\"reconcile_cache\":2");
    assert_eq!(Cache::unsealed(newer.as_bytes(), &key, &owner()), Err(Unusable::Version));
    for end in 0..sealed.len() {
        assert!(Cache::unsealed(&sealed[..end], &key, &owner()).is_err(), "cut off at {end}");
    }
}
