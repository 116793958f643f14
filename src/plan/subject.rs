//! Who a plan is about: customers and managed users brought together, adoptions included (D5, D6, D7, D11).

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::access::few::Short;
use crate::access::{Account, CustomerId, ExternalId, GroupId, User, UserId};
use crate::desired::Desired;
use crate::desired::person::Person;
use crate::manifest::Adopt;
use crate::roster::Lookup;

use super::directory::Directory;

/// How many residents are brought together with their users at one time.
const AT_ONCE: usize = 4096;

/// How many such parts are made before they are put together.
const PARTS_AT_ONCE: usize = 16;

/// One person as both sides know them.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// As it is, or will be.
    pub external_id: ExternalId,
    /// Entrata's id.
    pub customer: CustomerId,
    /// What Entrata's replies make of them; `None` when they are in no reply.
    pub person: Option<&'a Person>,
    /// Their Brivo users: usually none or one (D6).
    pub users: Short<(UserId, &'a User)>,
    /// The user is one that an `adopt` entry names and that is not theirs yet.
    pub is_adopted: bool,
    /// An `adopt` entry says that nobody made by hand is them.
    pub is_apart: bool,
    /// Why an `adopt` entry about them cannot be followed, and nothing is written.
    pub adopt_problem: Option<Box<str>>,
}

impl<'a> Subject<'a> {
    /// The one Brivo user, where there is exactly one.
    pub fn user(&self) -> Option<(UserId, &'a User)> {
        match &*self.users {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The managed groups that any of their users is in.
    pub fn held(&self, directory: &Directory) -> BTreeSet<GroupId> {
        let known = self.users.iter().filter_map(|(_, user)| user.membership.known()).flatten().copied();
        known.filter(|id| directory.is_managed(*id)).collect()
    }
}

impl Subject<'_> {
    /// Whether any of their users is in a managed group.
    pub fn holds_any(&self, directory: &Directory) -> bool {
        let known = self.users.iter().filter_map(|(_, user)| user.membership.known()).flatten();
        known.into_iter().any(|id| directory.is_managed(*id))
    }
}

/// Everybody whom either side knows, in the order of their external ids, each id once.
#[derive(Debug, Default)]
pub struct Subjects<'a>(Vec<Subject<'a>>);

impl<'a> Subjects<'a> {
    /// All, in order.
    pub fn all(&self) -> &[Subject<'a>] {
        &self.0
    }

    /// The one of this id.
    pub fn get(&self, id: &ExternalId) -> Option<&Subject<'a>> {
        self.place(id).ok().and_then(|place| self.0.get(place))
    }

    fn place(&self, id: &ExternalId) -> Result<usize, usize> {
        self.0.binary_search_by(|subject| subject.external_id.cmp(id))
    }

    fn get_mut(&mut self, id: &ExternalId) -> Option<&mut Subject<'a>> {
        self.place(id).ok().and_then(|place| self.0.get_mut(place))
    }

    fn remove(&mut self, id: &ExternalId) {
        if let Ok(place) = self.place(id) {
            self.0.remove(place);
        }
    }
}

/// Brings both sides' people together.
pub fn subjects<'a>(desired: &'a Desired, account: &'a Account) -> Subjects<'a> {
    let prefix = desired.prefix.as_str();
    let is_ours = |user: &&User| user.external_id.as_ref().is_some_and(|id| id.is_managed(prefix));
    let mut ours: Vec<(UserId, &User)> =
        account.users.iter().map(|(id, user)| (*id, user)).filter(|(_, user)| is_ours(user)).collect();
    // Stable: the users of one id stay in the order of their own.
    ours.par_sort_by(|(_, a), (_, b)| a.external_id.cmp(&b.external_id));
    let residents: Vec<&Person> = desired.everybody().collect();
    let mut subjects = Subjects(in_parts(prefix, &residents, &ours, AT_ONCE));
    adopt(desired, account, &mut subjects);
    subjects
}

/// Residents and managed users, both in order, brought together so many residents at a time: the users are dealt out to these parts.
fn in_parts<'a>(
    prefix: &str,
    residents: &[&'a Person],
    ours: &[(UserId, &'a User)],
    at_once: usize,
) -> Vec<Subject<'a>> {
    let begin = |part: usize| match residents.get(part * at_once) {
        _ if part == 0 => 0,
        Some(first) => {
            let first = ExternalId::of(prefix, &first.customer);
            ours.partition_point(|(_, user)| user.external_id.as_ref() < Some(&first))
        }
        None => ours.len(),
    };
    let of_part = |part: usize| {
        let residents = residents.chunks(at_once).nth(part).unwrap_or_default();
        together(prefix, residents, &ours[begin(part)..begin(part + 1)])
    };
    let parts: Vec<usize> = (0..residents.len().div_ceil(at_once).max(1)).collect();
    // Not all at once: what they take until they stand in one list is given back and used again.
    let mut in_order = Vec::with_capacity(residents.len());
    for parts in parts.chunks(PARTS_AT_ONCE) {
        let parts: Vec<Vec<Subject<'a>>> = parts.par_iter().map(|part| of_part(*part)).collect();
        in_order.extend(parts.into_iter().flatten());
    }
    in_order
}

/// Residents and managed users, both in order, brought together.
fn together<'a>(prefix: &str, residents: &[&'a Person], ours: &[(UserId, &'a User)]) -> Vec<Subject<'a>> {
    let mut ours = ours.iter().copied().peekable();
    let mut in_order: Vec<Subject<'a>> = Vec::with_capacity(residents.len());
    for person in residents {
        let external_id = ExternalId::of(prefix, &person.customer);
        while let Some(one) = ours.next_if(|(_, user)| user.external_id.as_ref() < Some(&external_id)) {
            unknown(&mut in_order, prefix, one);
        }
        let mut users = Short::default();
        while let Some(one) = ours.next_if(|(_, user)| user.external_id.as_ref() == Some(&external_id)) {
            users.push(one);
        }
        in_order.push(Subject { person: Some(person), users, ..bare(external_id, person.customer.clone()) });
    }
    for one in ours {
        unknown(&mut in_order, prefix, one);
    }
    in_order
}

/// A managed user whom no reply names.
fn unknown<'a>(in_order: &mut Vec<Subject<'a>>, prefix: &str, one: (UserId, &'a User)) {
    let Some(external_id) = &one.1.external_id else { return };
    match in_order.last_mut().filter(|last| last.external_id == *external_id) {
        Some(last) => last.users.push(one),
        None => in_order.extend(
            external_id
                .customer(prefix)
                .map(|customer| Subject { users: Short::of(one), ..bare(external_id.clone(), customer) }),
        ),
    }
}

/// Somebody of whom nothing is known yet.
fn bare<'a>(external_id: ExternalId, customer: CustomerId) -> Subject<'a> {
    Subject {
        external_id,
        customer,
        person: None,
        users: Short::default(),
        is_adopted: false,
        is_apart: false,
        adopt_problem: None,
    }
}

fn adopt<'a>(desired: &'a Desired, account: &'a Account, subjects: &mut Subjects<'a>) {
    for wanted in &desired.adopt {
        let external_id = ExternalId::of(&desired.prefix, &wanted.customer);
        let Some(subject) = subjects.get_mut(&external_id) else { continue };
        let Some(user_id) = wanted.user else {
            subject.is_apart = true;
            continue;
        };
        if subject.users.iter().any(|(id, _)| *id == user_id) {
            continue;
        }
        let outcome = adoptable(desired, account, subject, user_id);
        match outcome {
            Ok(found) => {
                subject.users = Short::of((user_id, found.user));
                subject.is_adopted = true;
                if let Some(old) = found.passes_from {
                    subjects.remove(&old);
                }
            }
            Err(problem) => {
                subject.adopt_problem = Some(problem.into());
                spare_owner(desired, account, subjects, wanted, user_id);
            }
        }
    }
}

/// D7: of an entry that cannot be followed neither side is written, the customer whose user it names included.
fn spare_owner(
    desired: &Desired,
    account: &Account,
    subjects: &mut Subjects<'_>,
    wanted: &Adopt,
    user_id: UserId,
) {
    let user = account.users.get(&user_id);
    let owner = user.and_then(|user| user.external_id.as_ref()?.customer(&desired.prefix));
    let Some(subject) = owner.and_then(|owner| subjects.get_mut(&ExternalId::of(&desired.prefix, &owner)))
    else {
        return;
    };
    let text = format!("`adopt` names their Brivo user {user_id} for customer {}", wanted.customer);
    subject.adopt_problem.get_or_insert(text.into());
}

struct Adoptable<'a> {
    user: &'a User,
    /// The managed external id that the user leaves behind (P14).
    passes_from: Option<ExternalId>,
}

fn adoptable<'a>(
    desired: &Desired,
    account: &'a Account,
    subject: &Subject<'_>,
    user_id: UserId,
) -> Result<Adoptable<'a>, String> {
    if !subject.users.is_empty() {
        return Err(format!(
            "`adopt` names Brivo user {user_id}, but the customer has a managed user already"
        ));
    }
    let Some(user) = account.users.get(&user_id) else {
        return Err(format!("`adopt` names Brivo user {user_id}, whom Brivo does not have"));
    };
    let other = user.external_id.as_ref().and_then(|id| id.customer(&desired.prefix));
    match other {
        None => Ok(Adoptable { user, passes_from: None }),
        Some(other) if is_gone(desired, &other) => {
            Ok(Adoptable { user, passes_from: Some(ExternalId::of(&desired.prefix, &other)) })
        }
        Some(_) => Err(format!("`adopt` names Brivo user {user_id}, who is another customer's managed user")),
    }
}

/// P14: whether Entrata was asked and does not know the customer any more.
fn is_gone(desired: &Desired, customer: &CustomerId) -> bool {
    !desired.people.contains_key(customer)
        && matches!(desired.lookups.get(customer), Some(Lookup::Missing { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Membership, Profile};

    fn user(external_id: &str) -> User {
        User {
            external_id: Some(ExternalId::new(external_id)),
            profile: Profile::default(),
            suspended: false,
            updated: None,
            membership: Membership::Unread,
            detail: None,
        }
    }

    #[test]
    fn everybody_is_there_once_however_many_are_brought_together_at_a_time() {
        let people: Vec<Person> =
            ["b", "d", "f", "h", "j"].map(|id| Person::bare(CustomerId::new(id))).into();
        let residents: Vec<&Person> = people.iter().collect();
        let users = ["e:a", "e:a", "e:b", "e:c", "e:d", "e:d", "e:h", "e:i", "e:z"].map(user);
        let ours: Vec<(UserId, &User)> = (1..).map(UserId).zip(&users).collect();
        for (residents, ours) in [(&*residents, &*ours), (&residents, &[]), (&[], &ours), (&[], &[])] {
            let told = |subjects: &[Subject<'_>]| -> Vec<(String, bool, Vec<UserId>)> {
                let one = |one: &Subject<'_>| {
                    let users = one.users.iter().map(|(id, _)| *id).collect();
                    (one.external_id.to_string(), one.person.is_some(), users)
                };
                subjects.iter().map(one).collect()
            };
            let at_once = told(&in_parts("e:", residents, ours, 100));
            let ids: BTreeSet<&str> = at_once.iter().map(|(id, ..)| id.as_str()).collect();
            assert_eq!(ids.len(), at_once.len(), "each once: {at_once:?}");
            assert_eq!(at_once.iter().flat_map(|(.., users)| users).count(), ours.len());
            for number in 1..=6 {
                assert_eq!(told(&in_parts("e:", residents, ours, number)), at_once, "{number} at a time");
            }
        }
    }
}
