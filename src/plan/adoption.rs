//! Who made users by hand, or through Brivo's own integration, before the doors followed the leases: which of them look like people
//! who have none yet (D7), and whether somebody else still writes the same groups.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration};

use crate::access::text::Text;
use crate::access::{
    CustomerId, ExternalId, GroupId, GroupRef, Instant, LeaseId, Personal, Profile, PropertyId, User, UserId,
};
use crate::desired::person::Person;

use super::assess::Bench;
use super::between::{Sides, on_bench};
use super::directory::is_meant;
use super::lookalike::{Name, lives, name, share_email, share_phone};
use super::subject::Subject;

/// For how many days after an edit a writer counts as still at work.
const RECENT_DAYS: i64 = 7;

/// How many digits at the end of two numbers are the same before it is asked whether they are one.
const LAST_DIGITS: usize = 7;

/// What is proposed, and what is to be known first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// The instant as of which everything was decided.
    pub as_of: Instant,
    /// Users who look like somebody without one; the surest first, then by customer.
    pub matches: Vec<Match>,
    /// How many users are left out because they are in a protected group (D13).
    pub protected: usize,
    /// Who else writes the managed groups.
    pub rival: Option<Rival>,
}

/// A user and the person whom they look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Entrata's id.
    pub customer: CustomerId,
    /// As it will be.
    pub external_id: ExternalId,
    /// As Entrata has them.
    pub person: Profile,
    /// Their leases that are not over: lease, property, unit.
    pub leases: Vec<(LeaseId, PropertyId, Option<Text>)>,
    /// Brivo's id.
    pub user: UserId,
    /// As Brivo has them.
    pub profile: Profile,
    /// The user's external id of another kind.
    pub foreign_id: Option<Personal>,
    /// Managed groups that hold the user.
    pub groups: Vec<GroupRef>,
    /// Those of them that the leases do not give now: the first apply takes them.
    pub loses: Vec<GroupRef>,
    /// What they have in common.
    pub likeness: Likeness,
    /// How much may be made of it.
    pub grade: Grade,
}

/// What two records have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Likeness {
    /// First and last name, case aside.
    pub name: bool,
    /// An e-mail address.
    pub email: bool,
    /// A phone number.
    pub phone: bool,
}

/// How much may be made of a likeness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Name and contact, and no other match for either.
    Sure,
    /// Name and contact, but several fit.
    Several,
    /// The name only, or the e-mail or phone under another name.
    Weak,
}

/// Users without our prefix, but with an external id of another kind, in managed groups: another integration made them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rival {
    /// How many.
    pub users: usize,
    /// How many of them were edited within a week.
    pub recent: usize,
    /// When the last of them was edited.
    pub last: Option<Instant>,
    /// One of their external ids.
    pub example: Personal,
}

/// Proposes whom to adopt; the account's memberships of users who are not ours have to be read.
pub fn adoption(sides: &Sides<'_>) -> Adoption {
    on_bench(sides, |bench, subjects| {
        let strangers = Strangers::of(bench);
        let people =
            subjects.all().iter().filter_map(|subject| newcomer(bench, subject).map(|one| (subject, one)));
        let mut matches: Vec<Match> =
            people.flat_map(|(subject, person)| strangers.like(bench, subject, person)).collect();
        grade(&mut matches);
        matches.sort_by(|a, b| (a.grade, &a.customer, a.user).cmp(&(b.grade, &b.customer, b.user)));
        Adoption { as_of: bench.as_of, matches, protected: strangers.protected, rival: rival(bench) }
    })
}

/// Somebody with a window open or to come whom Brivo does not know, and of whom nobody said that they are two.
fn newcomer<'a>(bench: &Bench<'_>, subject: &Subject<'a>) -> Option<&'a Person> {
    let is_free = subject.users.is_empty() && !subject.is_apart && subject.adopt_problem.is_none();
    subject.person.filter(|person| is_free && lives(person, bench.as_of))
}

/// Users who are neither ours nor adopted nor protected, by what may be in common with them.
struct Strangers<'a> {
    users: BTreeMap<UserId, &'a User>,
    by_name: BTreeMap<Name, Vec<UserId>>,
    by_email: BTreeMap<String, Vec<UserId>>,
    by_phone: BTreeMap<String, Vec<UserId>>,
    protected: usize,
}

impl<'a> Strangers<'a> {
    fn of(bench: &Bench<'a>) -> Self {
        let foreign = bench.account.users.iter().filter(|(id, user)| is_foreign(bench, **id, user));
        let (protected, free): (Vec<_>, Vec<_>) = foreign.partition(|(_, user)| is_protected(bench, user));
        let (mut by_name, mut by_email, mut by_phone) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for (id, user) in &free {
            by_name.entry(name(&user.profile)).or_insert_with(Vec::new).push(**id);
            for email in &*user.profile.emails {
                by_email.entry(email_key(email)).or_insert_with(Vec::new).push(**id);
            }
            for phone in &*user.profile.phones {
                by_phone.entry(phone_key(phone)).or_insert_with(Vec::new).push(**id);
            }
        }
        let users = free.into_iter().map(|(id, user)| (*id, user)).collect();
        Self { users, by_name, by_email, by_phone, protected: protected.len() }
    }

    /// Whoever has something in common with the person.
    fn like(&self, bench: &Bench<'_>, subject: &Subject<'_>, person: &Person) -> Vec<Match> {
        let profile = &person.profile;
        let emails = profile.emails.iter().filter_map(|email| self.by_email.get(&email_key(email)));
        let phones = profile.phones.iter().filter_map(|phone| self.by_phone.get(&phone_key(phone)));
        let named = self.by_name.get(&name(profile));
        let near: BTreeSet<UserId> =
            named.into_iter().chain(emails).chain(phones).flatten().copied().collect();
        let users = near.into_iter().filter_map(|id| Some((id, *self.users.get(&id)?)));
        users.filter_map(|(id, user)| matched(bench, subject, person, id, user)).collect()
    }
}

fn email_key(email: &Personal) -> String {
    email.reveal().trim().to_lowercase()
}

fn phone_key(phone: &Personal) -> String {
    let digits: Vec<char> = phone.reveal().chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(LAST_DIGITS)..].iter().collect()
}

/// Neither managed nor adopted.
fn is_foreign(bench: &Bench<'_>, id: UserId, user: &User) -> bool {
    let desired = bench.desired;
    let is_ours = user.external_id.as_ref().is_some_and(|id| id.is_managed(&desired.prefix));
    !is_ours && !desired.adopt.iter().any(|adopt| adopt.user == Some(id))
}

fn is_protected(bench: &Bench<'_>, user: &User) -> bool {
    let name = |id: &GroupId| bench.account.groups.get(id).map_or("", |name| name);
    let mut groups = user.membership.known().into_iter().flatten();
    groups.any(|id| bench.desired.protected_groups.iter().any(|pattern| is_meant(pattern, *id, name(id))))
}

fn matched(
    bench: &Bench<'_>,
    subject: &Subject<'_>,
    person: &Person,
    id: UserId,
    user: &User,
) -> Option<Match> {
    let likeness = Likeness {
        name: name(&person.profile) == name(&user.profile),
        email: share_email(&person.profile, &user.profile),
        phone: share_phone(&person.profile, &user.profile),
    };
    let Likeness { name, email, phone } = likeness;
    let grade = if name && (email || phone) { Grade::Sure } else { Grade::Weak };
    let held = managed(bench, user);
    let given = bench.desired.at(person, bench.as_of).groups;
    let given: BTreeSet<GroupId> = given.keys().filter_map(|key| bench.directory.found(key)).collect();
    let lives = person.entries.iter().filter(|entry| !entry.is_over() && entry.gives);
    (name || email || phone).then(|| Match {
        customer: subject.customer.clone(),
        external_id: subject.external_id.clone(),
        person: person.profile.clone(),
        leases: lives.map(|entry| (entry.lease.clone(), entry.property, entry.home.unit.clone())).collect(),
        user: id,
        profile: user.profile.clone(),
        foreign_id: user.external_id.as_ref().map(|id| Personal::new(id.as_str())),
        loses: held.iter().filter(|group| !given.contains(&group.id)).cloned().collect(),
        groups: held,
        likeness,
        grade,
    })
}

fn managed(bench: &Bench<'_>, user: &User) -> Vec<GroupRef> {
    let held = user.membership.known().into_iter().flatten().filter(|id| bench.directory.is_managed(**id));
    let mut groups: Vec<GroupRef> = held.map(|id| bench.directory.reference(*id)).collect();
    groups.sort();
    groups
}

/// Drops weak matches of whoever has a sure one, and calls those doubtful of which several fit.
fn grade(matches: &mut Vec<Match>) {
    let sure = matches.iter().filter(|one| one.grade == Grade::Sure);
    let (mut customers, mut users): (BTreeMap<CustomerId, usize>, BTreeMap<UserId, usize>) =
        Default::default();
    for one in sure {
        *customers.entry(one.customer.clone()).or_default() += 1;
        *users.entry(one.user).or_default() += 1;
    }
    matches.retain(|one| {
        one.grade == Grade::Sure || !(customers.contains_key(&one.customer) || users.contains_key(&one.user))
    });
    for one in matches.iter_mut().filter(|one| one.grade == Grade::Sure) {
        if customers[&one.customer] > 1 || users[&one.user] > 1 {
            one.grade = Grade::Several;
        }
    }
}

fn rival(bench: &Bench<'_>) -> Option<Rival> {
    let users = bench.account.users.iter().filter(|(id, user)| is_foreign(bench, **id, user));
    let theirs: Vec<(&ExternalId, Option<Instant>)> = users
        .filter(|(_, user)| !managed(bench, user).is_empty())
        .filter_map(|(_, user)| Some((user.external_id.as_ref()?, edited(user))))
        .collect();
    let since = bench.as_of - Duration::days(RECENT_DAYS);
    Some(Rival {
        users: theirs.len(),
        recent: theirs.iter().filter(|(_, edited)| *edited >= Some(since)).count(),
        last: theirs.iter().filter_map(|(_, edited)| *edited).max(),
        example: Personal::new(theirs.first()?.0.as_str()),
    })
}

/// When Brivo says that the user was edited last; `None` where it says so in another form.
fn edited(user: &User) -> Option<Instant> {
    DateTime::parse_from_rfc3339(user.updated.as_deref()?).ok().map(|instant| instant.to_utc())
}
