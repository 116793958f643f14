//! Where both sides are read: the live services, or what was saved of them. Whatever the source, the same is asked of it, and what
//! it can't tell is a fault or an error and never an empty list.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{PlanningError, Reading, Services, Watch};
use crate::access::{Account, GroupId, Membership, PropertyId, UserId};
use crate::brivo::account::Credentials;
use crate::entrata;
use crate::plan::Calls;
use crate::roster::Roster;
use crate::roster::look_up::{Answers, Questions};
use crate::snapshot::{Content, Snapshot};

/// Where both sides are read.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// The services themselves.
    Live(&'a Services),
    /// What a run of `snapshot` saved.
    Saved(&'a Snapshot),
}

/// Both sides, on their way: the lists first, then what is asked for.
pub(super) struct Sides {
    /// Entrata's properties, units and leases.
    pub(super) roster: Roster,
    /// Brivo's groups and users; memberships and details of those who were asked about.
    pub(super) account: Account,
    /// What was saved of look-ups; of the live services nothing.
    answers: Answers,
}

impl<'a> From<&'a Services> for Source<'a> {
    fn from(services: &'a Services) -> Self {
        Self::Live(services)
    }
}

impl Source<'_> {
    /// Properties, units and leases; the lists of users and groups.
    pub(super) async fn lists(
        self,
        properties: &BTreeSet<PropertyId>,
        date: NaiveDate,
        watch: Watch<'_>,
    ) -> Result<Sides, PlanningError> {
        match self {
            Self::Live(services) => {
                let asked: Vec<PropertyId> = properties.iter().copied().collect();
                let (roster, account) = live_lists(services, &asked, date, watch).await?;
                Ok(Sides { roster, account, answers: Answers::new() })
            }
            Self::Saved(snapshot) => {
                watch(Reading::Snapshot, 0, 1);
                let Content { roster, account, answers } = snapshot.read(properties)?;
                watch(Reading::Snapshot, 1, 1);
                Ok(Sides { roster, account, answers })
            }
        }
    }

    /// Which of these groups these users are in.
    pub(super) async fn memberships(
        self,
        account: &mut Account,
        users: &BTreeSet<UserId>,
        groups: &BTreeSet<GroupId>,
        watch: Watch<'_>,
    ) -> Result<(), PlanningError> {
        let users: Vec<UserId> = users.iter().copied().collect();
        match self {
            Self::Live(services) => {
                let progress = |done, of| watch(Reading::Memberships, done, of);
                services.brivo.read_memberships(account, &users, groups, &progress).await?;
            }
            Self::Saved(snapshot) => snapshot.must_hold(account, &users)?,
        }
        Ok(())
    }

    /// D8: what Entrata says of single customers.
    pub(super) async fn look_ups(
        self,
        sides: &Sides,
        questions: &Questions,
        watch: Watch<'_>,
    ) -> Result<Answers, PlanningError> {
        if questions.is_empty() {
            return Ok(Answers::new());
        }
        match self {
            Self::Live(services) => {
                let of = questions.len() as u64;
                watch(Reading::LookUps, 0, of);
                let progress = |done| watch(Reading::LookUps, done, of);
                Ok(entrata::look_up_all(&services.entrata, questions, &progress).await?)
            }
            Self::Saved(snapshot) => Ok(snapshot.complete(&sides.answers, questions)),
        }
    }

    /// Dates, full profiles and credentials of these users.
    pub(super) async fn details(
        self,
        account: &mut Account,
        users: &BTreeSet<UserId>,
        watch: Watch<'_>,
    ) -> Result<(), PlanningError> {
        // What was saved has them: it could not be used otherwise.
        let Self::Live(services) = self else { return Ok(()) };
        let users: Vec<UserId> = users.iter().copied().collect();
        let progress = |done, of| watch(Reading::Details, done, of);
        services.brivo.read_details(account, &users, Credentials::Read, &progress).await?;
        Ok(())
    }

    /// Every group of those of these users of whom only the watched ones are known.
    pub(super) async fn whole_memberships(
        self,
        account: &mut Account,
        users: &BTreeSet<UserId>,
    ) -> Result<(), PlanningError> {
        let Self::Live(services) = self else { return Ok(()) };
        let is_partly_known = |id: &&UserId| {
            let user = account.users.get(id);
            user.is_some_and(|user| matches!(user.membership, Membership::Managed { .. }))
        };
        let users: Vec<UserId> = users.iter().filter(is_partly_known).copied().collect();
        services.brivo.read_whole_memberships(account, &users, &|_, _| ()).await?;
        Ok(())
    }

    /// Calls made so far.
    pub(super) fn calls(self) -> Calls {
        match self {
            Self::Live(services) => Calls {
                entrata: services.entrata.transport().calls(),
                brivo: services.brivo.transport().calls(),
                to_apply: 0,
            },
            Self::Saved(_) => Calls::default(),
        }
    }
}

async fn live_lists(
    services: &Services,
    properties: &[PropertyId],
    date: NaiveDate,
    watch: Watch<'_>,
) -> Result<(Roster, Account), PlanningError> {
    let of = properties.len() as u64;
    watch(Reading::Entrata, 0, of);
    let entrata = async {
        let roster = entrata::snapshot(&services.entrata, properties, date).await?;
        watch(Reading::Entrata, of, of);
        Ok::<_, PlanningError>(roster)
    };
    let brivo = async {
        let progress = |done, of| watch(Reading::BrivoLists, done, of);
        Ok(services.brivo.lists(&progress).await?)
    };
    tokio::try_join!(entrata, brivo)
}
