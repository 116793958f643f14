use super::{Progress, Seen, progress, unlike_after};
use crate::access::{
    Credential, CredentialId, Detail, ExternalId, GroupId, Membership, Personal, Profile, User, Window,
};
use crate::plan::example::{at, change, image};
use crate::plan::{CredentialImage, Image};

fn user(groups: &[u64]) -> User {
    let Image { first_name, middle_name, last_name, emails, .. } = image(&[]);
    let phones = vec![Personal::new("(217) 555-0101")];
    User {
        external_id: Some(ExternalId::new("entrata:990001")),
        profile: Profile { first_name, middle_name, last_name, emails, phones: phones.into() },
        suspended: false,
        updated: None,
        membership: Membership::Whole(groups.iter().map(|id| GroupId(*id)).collect()),
        detail: Some(Detail::default()),
    }
}

fn unlike(edit: impl FnOnce(&mut Image)) -> Vec<&'static str> {
    let mut after = image(&[10]);
    edit(&mut after);
    unlike_after(&change(Some(image(&[10])), Some(after)), &Seen::of(&user(&[10, 99])))
}

#[test]
fn what_is_equal_in_kind_and_groups_outside_are_no_difference() {
    assert!(
        unlike(|_| {}).is_empty(),
        "another way of writing a phone, a group that the change says nothing of"
    );
}

#[test]
fn every_field_is_compared() {
    let name = |text: &str| Personal::new(text);
    assert_eq!(unlike(|after| after.first_name = name("Rose")), ["the name"]);
    assert_eq!(unlike(|after| after.middle_name = Some(name("M"))), ["the name"]);
    assert_eq!(unlike(|after| after.last_name = name("Rentor")), ["the name"]);
    assert_eq!(unlike(|after| after.emails = [].into()), ["e-mail"]);
    assert_eq!(unlike(|after| after.phones = [name("+12175550102")].into()), ["phone"]);
    assert_eq!(unlike(|after| after.effective_from = Some(at("2026-03-01T16:00:00Z"))), ["the start"]);
    assert_eq!(unlike(|after| after.effective_to = Some(at("2026-03-01T16:00:00Z"))), ["the end"]);
    assert_eq!(unlike(|after| after.suspended = true), ["suspension"]);
    assert_eq!(unlike(|after| after.groups.clear()), ["groups"]);
    assert_eq!(unlike(|after| after.groups = image(&[10, 20]).groups), ["groups"]);
    let card = CredentialImage { id: CredentialId(5), effective_from: None, effective_to: None };
    assert_eq!(unlike(|after| after.credentials = vec![card]), ["dates of credentials"]);
}

#[test]
fn credentials_are_compared_by_their_windows() {
    let end = Some(at("2026-03-01T16:00:00Z"));
    let mut after = image(&[10]);
    after.credentials =
        vec![CredentialImage { id: CredentialId(5), effective_from: None, effective_to: end }];
    let change = change(Some(image(&[10])), Some(after));
    let holding = |window| {
        let credentials = vec![Credential { id: CredentialId(5), is_pin: false, window }];
        User { detail: Some(Detail { dates: Window::ALWAYS, credentials }), ..user(&[10]) }
    };
    let unlike = |window| unlike_after(&change, &Seen::of(&holding(window)));
    assert!(unlike(Window::new(None, end)).is_empty());
    assert_eq!(unlike(Window::ALWAYS), ["dates of credentials"]);
}

#[test]
fn hidden_values_say_nothing() {
    let hidden = || Personal::new(Personal::HIDDEN);
    let unlike = unlike(|after| {
        after.first_name = hidden();
        after.emails = [hidden()].into();
        after.phones = [hidden(), hidden()].into();
    });
    assert!(unlike.is_empty(), "{unlike:?}");
}

#[test]
fn what_was_not_read_is_not_judged() {
    let change = change(None, Some(image(&[10])));
    assert!(unlike_after(&change, &Seen::default()).is_empty());
    let groups = Some([GroupId(11)].into());
    assert_eq!(unlike_after(&change, &Seen { groups, ..Seen::default() }), ["groups"]);
}

#[test]
fn a_change_is_done_or_not_or_in_part() {
    let (before, after) = (Some(image(&[10])), Some(image(&[20])));
    let moved = change(before.clone(), after.clone());
    assert_eq!(progress(&moved, Some(&user(&[20]))), Progress::Done);
    assert_eq!(progress(&moved, Some(&user(&[10]))), Progress::Undone);
    assert_eq!(progress(&moved, Some(&user(&[10, 20]))), Progress::Otherwise(vec!["groups"]));
    assert_eq!(progress(&moved, None), Progress::Gone);
    let made = change(None, after);
    assert_eq!(progress(&made, None), Progress::Undone);
    assert_eq!(progress(&made, Some(&user(&[20]))), Progress::Done);
    assert_eq!(progress(&made, Some(&user(&[]))), Progress::Otherwise(vec!["groups"]));
    let deleted = change(before, None);
    assert_eq!(progress(&deleted, None), Progress::Done);
    assert_eq!(progress(&deleted, Some(&user(&[10]))), Progress::Undone);
    assert_eq!(progress(&deleted, Some(&user(&[]))), Progress::Otherwise(vec!["the record"]));
}
