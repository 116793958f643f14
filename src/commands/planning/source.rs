//! Where both sides are read: the live services, or what was saved of them. Whatever the source, the same is asked of it, and what
//! it can't tell is a fault or an error and never an empty list.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;

use super::recall::{Line, Recall, without_details, without_groups};
use super::{PlanningError, Reading, Services, Watch};
use crate::access::{Account, GroupId, LeaseId, Membership, PropertyId, UserId};
use crate::brivo::account::Credentials;
use crate::desired::hearing::{Heard, Hearing};
use crate::desired::naming::{Naming, naming_by};
use crate::entrata;
use crate::manifest::Manifest;
use crate::plan::{Calls, FromCache};
use crate::roster::look_up::{Answers, Questions};
use crate::roster::{Lease, Roster};
use crate::snapshot::{Content, Snapshot, SnapshotError};

/// Where both sides are read.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// The services themselves.
    Live(Line<'a>),
    /// What a run of `snapshot` saved.
    Saved(&'a Snapshot),
}

/// Both sides, on their way: the lists first, then what is asked for.
pub(super) struct Sides {
    /// Entrata's properties, units and leases.
    pub(super) roster: Roster,
    /// What the leases said, where they were heard as they were read and are not in the roster, and which groups the manifest names.
    pub(super) heard: Option<(Heard, Naming)>,
    /// Brivo's groups and users; memberships and details of those who were asked about.
    pub(super) account: Account,
    /// What was saved of look-ups; of the live services nothing.
    answers: Answers,
    /// What of it comes from the cache.
    pub(super) recall: Recall,
}

/// Whether something was read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reread {
    /// It was.
    Yes,
    /// It was not: it is whole already.
    No,
}

impl<'a> From<&'a Services> for Source<'a> {
    fn from(services: &'a Services) -> Self {
        Self::Live(services.into())
    }
}

impl Source<'_> {
    /// Properties, units and leases; the lists of users and groups. Where `listener` is given, the one manifest that wants to hear
    /// leases and need not keep them, what was saved of them is let go at once.
    pub(super) async fn lists(
        self,
        properties: &BTreeSet<PropertyId>,
        date: NaiveDate,
        listener: Option<&Manifest>,
        watch: Watch<'_>,
    ) -> Result<Sides, PlanningError> {
        match self {
            Self::Live(line) => {
                let asked: Vec<PropertyId> = properties.iter().copied().collect();
                let (roster, mut account) = live_lists(line, &asked, date, watch).await?;
                let recall = Recall::begin(line, &mut account);
                Ok(Sides { roster, heard: None, account, answers: Answers::new(), recall })
            }
            Self::Saved(snapshot) => {
                watch(Reading::Snapshot, 0, 1);
                let (Content { roster, account, answers }, heard) = match listener {
                    Some(manifest) => listen(snapshot, manifest, properties)?,
                    None => (snapshot.read(properties)?, None),
                };
                watch(Reading::Snapshot, 1, 1);
                Ok(Sides { roster, heard, account, answers, recall: Recall::default() })
            }
        }
    }

    /// Whether the groups are the cache's.
    pub(super) fn has_old_groups(self) -> bool {
        matches!(self, Self::Live(line) if line.relied_on().is_some())
    }

    /// The groups, where the cache's do not have every name that is asked for; whether they were read.
    pub(super) async fn groups(self, account: &mut Account) -> Result<Reread, PlanningError> {
        match self {
            Self::Live(line) if self.has_old_groups() => {
                account.groups = line.services.brivo.list_groups().await?.into();
                Ok(Reread::Yes)
            }
            Self::Live(_) | Self::Saved(_) => Ok(Reread::No),
        }
    }

    /// R13: ends the run when reading so much more would pass what is left of the month's calls.
    pub(super) fn afford(self, reads: impl FnOnce() -> u64) -> Result<(), PlanningError> {
        match self {
            Self::Live(line) if line.budget.is_some() => line.afford(reads()),
            Self::Live(_) | Self::Saved(_) => Ok(()),
        }
    }

    /// Which of these groups these users are in, the cache's part aside.
    pub(super) async fn memberships(
        self,
        sides: &mut Sides,
        users: &BTreeSet<UserId>,
        groups: &BTreeSet<GroupId>,
        watch: Watch<'_>,
    ) -> Result<(), PlanningError> {
        let Sides { account, recall, .. } = sides;
        let line = match self {
            Self::Live(line) => line,
            Self::Saved(snapshot) => {
                let users: Vec<UserId> = users.iter().copied().collect();
                return Ok(snapshot.must_hold(account, &users)?);
            }
        };
        let brivo = &line.services.brivo;
        let progress = |done, of| watch(Reading::Memberships, done, of);
        let unread = without_groups(account, users);
        brivo.read_memberships(account, &unread, groups, &progress).await?;
        if let Some(cache) = line.relied_on().filter(|cache| !cache.covers(groups)) {
            let further = groups.difference(&cache.watched).copied().collect();
            let known = recall.watched_of(account, users);
            brivo.read_further_groups(account, &known, &further, &progress).await?;
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
            Self::Live(Line { services, .. }) => {
                let of = questions.len() as u64;
                watch(Reading::LookUps, 0, of);
                let progress = |done| watch(Reading::LookUps, done, of);
                Ok(entrata::look_up_all(&services.entrata, questions, &progress).await?)
            }
            Self::Saved(snapshot) => Ok(snapshot.complete(&sides.answers, questions)),
        }
    }

    /// Leases that were heard and let go, once more.
    pub(super) fn leases(
        self,
        wanted: &BTreeSet<(PropertyId, LeaseId)>,
    ) -> Result<Vec<Lease>, PlanningError> {
        match self {
            Self::Saved(snapshot) if !wanted.is_empty() => Ok(snapshot.leases(wanted)?),
            Self::Saved(_) | Self::Live(_) => Ok(Vec::new()),
        }
    }

    /// Dates, full profiles and credentials of these users, the cache's part aside. `ahead` are those to whom something is given
    /// ahead of its start: a card that somebody got meanwhile would open the door, so theirs are read in any case (T28).
    pub(super) async fn details(
        self,
        sides: &mut Sides,
        users: &BTreeSet<UserId>,
        ahead: &BTreeSet<UserId>,
        watch: Watch<'_>,
    ) -> Result<(), PlanningError> {
        // What was saved has them: it could not be used otherwise.
        let Self::Live(line) = self else { return Ok(()) };
        let Sides { account, recall, .. } = sides;
        let brivo = &line.services.brivo;
        let progress = |done, of| watch(Reading::Details, done, of);
        let unread = without_details(account, users);
        let cards: Vec<UserId> =
            recall.taken_of(ahead).into_iter().filter(|id| !unread.contains(id)).collect();
        line.afford(2 * unread.len() as u64 + cards.len() as u64)?;
        brivo.read_details(account, &unread, Credentials::Read, &progress).await?;
        brivo.read_credentials(account, &cards, &progress).await?;
        Ok(())
    }

    /// Reads these users again: every group of those of whom only the watched ones are known, and everything that the cache told.
    pub(super) async fn again(
        self,
        sides: &mut Sides,
        users: &BTreeSet<UserId>,
        watch: Watch<'_>,
    ) -> Result<(), PlanningError> {
        let Self::Live(line) = self else { return Ok(()) };
        let Sides { account, recall, .. } = sides;
        let brivo = &line.services.brivo;
        let taken = recall.taken_of(users);
        let is_in_doubt = |id: &&UserId| {
            let membership = account.users.get(id).map(|user| &user.membership);
            recall.taken.contains(id) || matches!(membership, Some(Membership::Managed { .. }))
        };
        let in_doubt: Vec<UserId> = users.iter().filter(is_in_doubt).copied().collect();
        line.afford(in_doubt.len() as u64 + 2 * taken.len() as u64)?;
        brivo.read_whole_memberships(account, &in_doubt, &|_, _| ()).await?;
        let progress = |done, of| watch(Reading::Details, done, of);
        brivo.read_details(account, &taken, Credentials::Read, &progress).await?;
        recall.taken.retain(|id| !users.contains(id));
        Ok(())
    }

    /// How much of these users came from the cache.
    pub(super) fn use_of_cache(self, recall: &Recall, users: &BTreeSet<UserId>) -> Option<FromCache> {
        let Self::Live(line) = self else { return None };
        let full_at = line.relied_on()?.full_at?;
        let taken = recall.taken_of(users).len() as u64;
        Some(FromCache { full_at, users: taken, read_again: users.len() as u64 - taken })
    }

    /// Calls made so far.
    pub(super) fn calls(self) -> Calls {
        match self {
            Self::Live(Line { services, .. }) => Calls {
                entrata: services.entrata.transport().calls(),
                brivo: services.brivo.transport().calls(),
                to_apply: 0,
                cache: None,
            },
            Self::Saved(_) => Calls::default(),
        }
    }
}

/// What was saved, each lease heard by the manifest as it is read.
fn listen(
    snapshot: &Snapshot,
    manifest: &Manifest,
    properties: &BTreeSet<PropertyId>,
) -> Result<(Content, Option<(Heard, Naming)>), SnapshotError> {
    let (records, mut reading) = snapshot.begin(properties)?;
    let mut heard = Heard::default();
    let hearing = Hearing::new(manifest, &records);
    let naming = naming_by(manifest, &hearing);
    let hear = |heard: &mut Heard, lease: Lease| hearing.hear(heard, &lease);
    while let Some(parts) = reading.leases(hear)? {
        for part in parts {
            heard.join(part);
        }
    }
    // Meanwhile what else there is to do: to give back what was brought together of a portfolio takes as long as to read a part of it.
    let rest = || {
        heard.sort();
        drop(hearing);
    };
    let (content, ()) = rayon::join(|| reading.end(), rest);
    let mut content = content?;
    content.roster.properties = records;
    Ok((content, Some((heard, naming))))
}

async fn live_lists(
    line: Line<'_>,
    properties: &[PropertyId],
    date: NaiveDate,
    watch: Watch<'_>,
) -> Result<(Roster, Account), PlanningError> {
    let services = line.services;
    let of = properties.len() as u64;
    watch(Reading::Entrata, 0, of);
    let entrata = async {
        let roster = entrata::snapshot(&services.entrata, properties, date).await?;
        watch(Reading::Entrata, of, of);
        Ok::<_, PlanningError>(roster)
    };
    let brivo = async {
        let progress = |done, of| watch(Reading::BrivoLists, done, of);
        Ok(match line.relied_on() {
            Some(cache) => {
                let users = services.brivo.user_list(&progress).await?;
                Account { groups: Arc::clone(&cache.groups), users: users.into_iter().collect() }
            }
            None => services.brivo.lists(&progress).await?,
        })
    };
    tokio::try_join!(entrata, brivo)
}
