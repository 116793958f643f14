//! What a proposal to adopt tells of people (R10).

use super::Pii;
use super::explained::profile;
use crate::access::Personal;
use crate::plan::adoption::{Adoption, Match, Rival};

/// The proposal as it may be shown: an external id of another kind may be somebody's e-mail address.
pub fn adoption(adoption: Adoption, pii: Pii) -> Adoption {
    let Adoption { as_of, matches, protected, rival } = adoption;
    match pii {
        Pii::Show => Adoption { as_of, matches, protected, rival },
        Pii::Hide => Adoption {
            as_of,
            matches: matches.into_iter().map(one).collect(),
            protected,
            rival: rival.map(|rival| {
                let Rival { users, recent, last, example: _ } = rival;
                Rival { users, recent, last, example: Personal::new(Personal::HIDDEN) }
            }),
        },
    }
}

fn one(one: Match) -> Match {
    let Match {
        customer,
        external_id,
        person,
        leases,
        user,
        profile: theirs,
        foreign_id,
        groups,
        loses,
        likeness,
        grade,
    } = one;
    Match {
        customer,
        external_id,
        person: profile(person),
        leases,
        user,
        profile: profile(theirs),
        foreign_id: foreign_id.map(|_| Personal::new(Personal::HIDDEN)),
        groups,
        loses,
        likeness,
        grade,
    }
}
