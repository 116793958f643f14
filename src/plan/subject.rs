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
    let mut ours = ours.into_iter().peekable();
    let residents: Vec<&Person> = desired.everybody().collect();
    let resident = |person: &'a Person| {
        let external_id = ExternalId::of(prefix, &person.customer);
        Subject { person: Some(person), ..bare(external_id, person.customer.clone()) }
    };
    let residents: Vec<Subject<'a>> = residents.into_par_iter().map(resident).collect();
    let mut in_order: Vec<Subject<'a>> = Vec::with_capacity(residents.len());
    for mut subject in residents {
        while let Some(one) = ours.next_if(|(_, user)| user.external_id.as_ref() < Some(&subject.external_id))
        {
            unknown(&mut in_order, prefix, one);
        }
        while let Some(one) =
            ours.next_if(|(_, user)| user.external_id.as_ref() == Some(&subject.external_id))
        {
            subject.users.push(one);
        }
        in_order.push(subject);
    }
    for one in ours {
        unknown(&mut in_order, prefix, one);
    }
    in_order.shrink_to_fit();
    let mut subjects = Subjects(in_order);
    adopt(desired, account, &mut subjects);
    subjects
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
