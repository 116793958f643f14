//! Who looks like whom (D7, P7, P14): the same name and a shared e-mail, phone or unit. Nothing is ever merged by guess; what is
//! found here becomes a finding.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::{HashMap, HashMapExt as _};
use rayon::prelude::*;

use crate::access::{Account, CustomerId, GroupId, Instant, Personal, Profile, UserId};
use crate::desired::Desired;
use crate::desired::person::{Entry, Person};
use crate::desired::profile::{is_same_email, is_same_phone};
use crate::roster::Lookup;

use super::directory::Directory;
use super::subject::{Subject, Subjects};

/// How many digits at the end of two numbers must be equal at the least for them to be one (P8).
const SIGNIFICANT: usize = 7;

/// First and last name, case folded.
pub(super) type Name = (String, String);

/// The people whom somebody new may be mistaken for.
#[derive(Debug)]
pub(super) struct Lookalikes<'a> {
    /// By a digest of their name.
    strangers: HashMap<u64, Vec<(UserId, &'a Profile)>>,
    /// The same by name and contact: in a large account many have one name.
    contacts: HashMap<u64, Vec<(UserId, &'a Profile)>>,
    missing: BTreeMap<Name, Vec<Missing<'a>>>,
    newcomers: BTreeMap<Name, Vec<&'a Person>>,
    directory: &'a Directory,
}

/// A managed user whose customer id Entrata does not know any more.
#[derive(Debug)]
struct Missing<'a> {
    profile: &'a Profile,
    held: BTreeSet<GroupId>,
}

/// A hand-made user who looks like somebody new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stranger {
    pub(super) user: UserId,
    /// An e-mail or a phone is shared too.
    pub(super) shares_contact: bool,
}

pub(super) fn name(profile: &Profile) -> Name {
    let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    (fold(profile.first_name.reveal()), fold(profile.last_name.reveal()))
}

/// Whether [`name`] is the same of both; it need not be made of names in ASCII.
fn have_one_name(a: &Profile, b: &Profile) -> bool {
    let parts = [(&a.first_name, &b.first_name), (&a.last_name, &b.last_name)];
    if parts.iter().all(|(a, b)| a.reveal().is_ascii() && b.reveal().is_ascii()) {
        let is_one = |(a, b): &(&Personal, &Personal)| {
            let (mut a, mut b) = (ascii_words(a.reveal()), ascii_words(b.reveal()));
            loop {
                match (a.next(), b.next()) {
                    (None, None) => return true,
                    (Some(a), Some(b)) if a.eq_ignore_ascii_case(b) => {}
                    _ => return false,
                }
            }
        };
        return parts.iter().all(is_one);
    }
    name(a) == name(b)
}

/// The words of a text in ASCII, cut where [`str::split_whitespace`] cuts it.
fn ascii_words(text: &str) -> impl Iterator<Item = &[u8]> {
    let is_blank = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ');
    text.as_bytes().split(is_blank).filter(|word| !word.is_empty())
}

fn share_contact(a: &Profile, b: &Profile) -> bool {
    share_email(a, b) || share_phone(a, b)
}

pub(super) fn share_email(a: &Profile, b: &Profile) -> bool {
    a.emails.iter().any(|one| b.emails.iter().any(|other| is_same_email(one, other)))
}

pub(super) fn share_phone(a: &Profile, b: &Profile) -> bool {
    a.phones.iter().any(|one| b.phones.iter().any(|other| is_same_phone(one, other)))
}

impl<'a> Lookalikes<'a> {
    pub(super) fn new(
        desired: &'a Desired,
        account: &'a Account,
        directory: &'a Directory,
        subjects: &'a Subjects<'a>,
        as_of: Instant,
    ) -> Self {
        let mut strangers: HashMap<u64, Vec<(UserId, &Profile)>> = HashMap::new();
        let mut contacts: HashMap<u64, Vec<(UserId, &Profile)>> = HashMap::new();
        for (id, user) in &account.users {
            let is_ours = user.external_id.as_ref().is_some_and(|id| id.is_managed(&desired.prefix));
            let is_adopted = desired.adopt.iter().any(|adopt| adopt.user == Some(*id));
            if !is_ours && !is_adopted {
                let name = digest(&user.profile);
                strangers.entry(name).or_default().push((*id, &user.profile));
                for contact in contact_keys(&user.profile) {
                    contacts.entry(mixed(name, contact)).or_default().push((*id, &user.profile));
                }
            }
        }
        let mut missing: BTreeMap<Name, Vec<Missing<'_>>> = BTreeMap::new();
        let mut newcomers: BTreeMap<Name, Vec<&Person>> = BTreeMap::new();
        let mut unknown: Vec<&Person> = Vec::new();
        for subject in subjects.all() {
            match (subject.person, subject.user()) {
                (None, Some((_, user))) if is_missing(desired, subject) => {
                    let one = Missing { profile: &user.profile, held: subject.held(directory) };
                    missing.entry(name(&user.profile)).or_default().push(one);
                }
                (Some(person), None) if subject.users.is_empty() => unknown.push(person),
                _ => {}
            }
        }
        // Of somebody new only whoever has the name of a missing one is asked about.
        if !missing.is_empty() {
            for person in unknown.into_iter().filter(|person| lives(person, as_of)) {
                newcomers.entry(name(&person.profile)).or_default().push(person);
            }
        }
        Self { strangers, contacts, missing, newcomers, directory }
    }

    /// D7: a user without our prefix of the same name; one that shares an e-mail or phone goes first.
    pub(super) fn stranger(&self, person: &Person) -> Option<Stranger> {
        if self.strangers.is_empty() {
            return None;
        }
        let digest = digest(&person.profile);
        let named = self.strangers.get(&digest)?;
        let is_namesake = |profile: &Profile| have_one_name(profile, &person.profile);
        let near =
            contact_keys(&person.profile).filter_map(|key| self.contacts.get(&mixed(digest, key))).flatten();
        let near =
            near.filter(|(_, profile)| share_contact(&person.profile, profile) && is_namesake(profile));
        if let Some(user) = near.map(|(user, _)| *user).min() {
            return Some(Stranger { user, shares_contact: true });
        }
        let first = named.iter().find(|(_, profile)| is_namesake(profile))?;
        Some(Stranger { user: first.0, shares_contact: false })
    }

    /// P14: whether a missing user seems to have become this newcomer.
    pub(super) fn is_merged(&self, person: &Person) -> bool {
        if self.missing.is_empty() {
            return false;
        }
        let named = self.missing.get(&name(&person.profile));
        named.is_some_and(|named| named.iter().any(|old| self.is_one(old, person)))
    }

    /// P14: the newcomer whom a missing user seems to have become.
    pub(super) fn merged_into(&self, subject: &Subject<'_>) -> Option<&'a CustomerId> {
        let (_, user) = subject.user()?;
        let old = Missing { profile: &user.profile, held: subject.held(self.directory) };
        let named = self.newcomers.get(&name(&user.profile))?;
        named.iter().find(|new| self.is_one(&old, new)).map(|new| &new.customer)
    }

    fn is_one(&self, old: &Missing<'_>, new: &Person) -> bool {
        let unit_groups = new
            .entries
            .iter()
            .flat_map(|entry| &entry.home.groups)
            .filter_map(|m| self.directory.found(&m.key));
        let same_unit =
            unit_groups.into_iter().any(|id| self.directory.is_unit_group(id) && old.held.contains(&id));
        same_unit || share_contact(old.profile, &new.profile)
    }
}

fn is_missing(desired: &Desired, subject: &Subject<'_>) -> bool {
    matches!(desired.lookups.get(&subject.customer), Some(Lookup::Missing { .. }))
}

/// Whether a window of a lease that is not over is open or to come.
pub(super) fn lives(person: &Person, as_of: Instant) -> bool {
    let mut live = person.entries.iter().filter(|entry| !entry.is_over()).flat_map(Entry::pieces);
    live.any(|(holds, _)| !holds.has_ended(as_of))
}

/// P7: pairs of customers, each with a window open or to come, that look like one person. Only those who share name and contact by a
/// number are compared: a large portfolio has many of one name.
pub(super) fn twins(desired: &Desired, as_of: Instant) -> Vec<(&Person, &Person)> {
    let people: Vec<&Person> = desired.everybody().collect();
    let keys = (0..people.len()).into_par_iter().filter(|index| lives(people[*index], as_of));
    let keys = keys.flat_map_iter(|index| {
        let Person { profile, .. } = people[index];
        let name = digest(profile);
        contact_keys(profile).map(move |contact| (mixed(name, contact), index))
    });
    let mut keys: Vec<(u64, usize)> = keys.collect();
    keys.par_sort_unstable();
    let near = keys.par_chunk_by(|(one, _), (other, _)| one == other).flat_map_iter(pairs);
    let is_twin = |(one, other): &(usize, usize)| {
        let (one, other) = (&people[*one].profile, &people[*other].profile);
        share_contact(one, other) && have_one_name(one, other)
    };
    let mut twins: Vec<(usize, usize)> = near.filter(is_twin).collect();
    twins.sort_unstable();
    twins.dedup();
    twins.into_iter().map(|(one, other)| (people[one], people[other])).collect()
}

/// Every two of them, each of them once.
fn pairs(sharing: &[(u64, usize)]) -> impl Iterator<Item = (usize, usize)> {
    let after = |place: usize| sharing.iter().skip(place + 1).map(|(_, other)| *other);
    let of_one = move |(place, (_, one)): (usize, &(u64, usize))| {
        let one = *one;
        after(place).filter(move |other| *other != one).map(move |other| (one, other))
    };
    sharing.iter().enumerate().flat_map(of_one)
}

/// Equal for equal e-mail addresses and numbers; others may have the same.
fn contact_keys(profile: &Profile) -> impl Iterator<Item = u64> {
    let emails = profile.emails.iter().map(|email| {
        let letters = email.reveal().trim().bytes();
        letters.fold(0, |key: u64, byte| key.wrapping_mul(31).wrapping_add(byte.to_ascii_lowercase().into()))
    });
    // A country code aside: the end of a number, and the whole of one that is shorter.
    let phones = profile.phones.iter().map(|phone| {
        let digits = phone.reveal().bytes().rev().filter(u8::is_ascii_digit).take(SIGNIFICANT);
        digits.fold(1, |key, digit| key * 10 + u64::from(digit - b'0'))
    });
    emails.chain(phones)
}

/// Equal for equal names; two names that differ may have the same.
fn digest(profile: &Profile) -> u64 {
    let mut digest = 0;
    for part in [&profile.first_name, &profile.last_name] {
        let part = part.reveal();
        if part.is_ascii() {
            for word in ascii_words(part) {
                let letters = word.iter().map(u8::to_ascii_lowercase).chain([b' ']);
                digest = letters.fold(digest, |digest, letter| mixed(digest, u64::from(letter)));
            }
        } else {
            for word in part.split_whitespace() {
                let letters = word.chars().flat_map(char::to_lowercase);
                // The small sigma depends on where it stands.
                let letters = letters.map(|letter| if letter == 'ς' { 'σ' } else { letter });
                digest = letters.chain([' ']).fold(digest, |digest, letter| mixed(digest, u64::from(letter)));
            }
        }
        digest = mixed(digest, u64::from('\n'));
    }
    digest
}

/// Two numbers in one.
fn mixed(one: u64, other: u64) -> u64 {
    (one.rotate_left(5) ^ other).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests {
    use super::{digest, have_one_name, name};
    use crate::access::{Personal, Profile};

    fn named(first: &str, last: &str) -> Profile {
        Profile { first_name: Personal::new(first), last_name: Personal::new(last), ..Profile::default() }
    }

    #[test]
    fn names_are_one_just_when_they_fold_to_the_same() {
        let all = [
            named("Rosa", "Renter"),
            named("rosa", "RENTER"),
            named(" Rosa ", "Renter"),
            named("Rosa Maria", "Renter"),
            named("Rosa  maria", "Renter"),
            named("Rosa", "Maria Renter"),
            named("RosaMaria", "Renter"),
            named("", "Renter"),
            named("Rosa", ""),
            named("Zoë", "Renter"),
            named("ZOË", "renter"),
            named("Zoe", "Renter"),
            named("Rosa\u{b}Maria", "\u{c}Renter"),
            named("Rosa\u{1c}Maria", "Renter"),
            named("K", "Renter"),
            named("\u{212a}", "Renter"),
        ];
        for one in &all {
            for other in &all {
                let is_one = name(one) == name(other);
                assert_eq!(have_one_name(one, other), is_one, "{:?} {:?}", name(one), name(other));
                assert!(!is_one || digest(one) == digest(other), "{:?} {:?}", name(one), name(other));
            }
        }
    }
}
