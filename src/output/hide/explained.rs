//! What an explanation tells of people (R10).

use super::Pii;
use crate::access::{Personal, Profile};
use crate::plan::explain::{PersonExplained, UnitExplained, UnitLease, UserSeen};

/// The explanation as it may be shown.
pub fn explained_person(person: PersonExplained, pii: Pii) -> PersonExplained {
    match pii {
        Pii::Show => person,
        Pii::Hide => hidden(person),
    }
}

/// The explanation as it may be shown.
pub fn explained_unit(unit: UnitExplained, pii: Pii) -> UnitExplained {
    let UnitExplained { property, number, building, spaces, as_of, opens, findings, leases, others } = unit;
    let people = |people: Vec<PersonExplained>| {
        people.into_iter().map(|person| explained_person(person, pii)).collect::<Vec<_>>()
    };
    let lease = |lease: UnitLease| UnitLease { people: people(lease.people), ..lease };
    let leases = leases.into_iter().map(lease).collect();
    let others = people(others);
    UnitExplained { property, number, building, spaces, as_of, opens, findings, leases, others }
}

// Messages, texts and reasons are written without personal data where they arise.

fn hidden(person: PersonExplained) -> PersonExplained {
    let PersonExplained {
        customer,
        external_id,
        profile,
        as_of,
        property,
        verdict,
        findings,
        coming,
        exception,
        leases,
        looked_up,
        due,
        users,
        change,
        held_by,
        upcoming,
    } = person;
    PersonExplained {
        customer,
        external_id,
        profile: self::profile(profile),
        as_of,
        property,
        verdict,
        findings,
        coming,
        exception,
        leases,
        looked_up,
        due,
        users: users.into_iter().map(user).collect(),
        change: change.map(super::change),
        held_by,
        upcoming,
    }
}

fn user(user: UserSeen) -> UserSeen {
    let UserSeen { id, is_adopted, profile, dates, groups, others, credentials, has_pin, is_suspended } =
        user;
    let profile = self::profile(profile);
    UserSeen { id, is_adopted, profile, dates, groups, others, credentials, has_pin, is_suspended }
}

pub(super) fn profile(profile: Profile) -> Profile {
    let Profile { first_name: _, middle_name, last_name: _, emails, phones } = profile;
    let mark = || Personal::new(Personal::HIDDEN);
    Profile {
        first_name: mark(),
        middle_name: middle_name.map(|_| mark()),
        last_name: mark(),
        emails: emails.iter().map(|_| mark()).collect(),
        phones: phones.iter().map(|_| mark()).collect(),
    }
}
