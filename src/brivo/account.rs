//! Reads an account: the lists whole, then memberships and details of the users who are asked about. Of others it reads nothing (D5).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::error::BrivoError;
use super::page::Pages;
use super::read::UserFilter;
use super::record::UserRecord;
use super::{AT_ONCE, Client};
use crate::access::few::Few;
use crate::access::text::Text;
use crate::access::{Account, Credential, Detail, GroupId, Membership, User, UserId};

/// Is told how many calls' worth of work is done, and of how many.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Whether credentials are read with the details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// One further call a user.
    Read,
    /// Those that the account has already stay, and for a user without details there are none.
    Leave,
}

/// Users in one row of calls of 100 [doc]; and a guess at how many managed groups a user is in, to estimate what pages cost.
const PAGE: usize = 100;
const GROUPS_A_USER: usize = 2;

impl Client {
    /// The two lists: every group and every user that the login sees.
    pub async fn lists(&self, progress: Progress<'_>) -> Result<Account, BrivoError> {
        let pages = Pages::new(progress);
        let groups = self.watched_groups(pages.watch());
        let users = self.watched_users(UserFilter::All, pages.watch());
        let (groups, users) = tokio::try_join!(groups, users)?;
        Ok(Account { groups: groups.into(), users: users.into_iter().collect() })
    }

    /// The list of users alone.
    pub async fn user_list(&self, progress: Progress<'_>) -> Result<BTreeMap<UserId, User>, BrivoError> {
        let pages = Pages::new(progress);
        self.watched_users(UserFilter::All, pages.watch()).await
    }

    /// Reads which groups the managed users are in, by user or by group, whichever takes fewer calls. Users and groups that are
    /// gone meanwhile leave the account.
    pub async fn read_memberships(
        &self,
        account: &mut Account,
        managed_users: &[UserId],
        managed_groups: &BTreeSet<GroupId>,
        progress: Progress<'_>,
    ) -> Result<(), BrivoError> {
        if is_cheaper_by_group(managed_users.len(), managed_groups.len(), account.users.len()) {
            self.read_by_group(account, managed_users, managed_groups, progress).await
        } else {
            self.read_by_user(account, managed_users, progress).await
        }
    }

    /// Reads every group of these users, by user or by group, whichever takes fewer calls. Users and groups that are gone meanwhile
    /// leave the account.
    pub async fn read_whole_memberships(
        &self,
        account: &mut Account,
        users: &[UserId],
        progress: Progress<'_>,
    ) -> Result<(), BrivoError> {
        if !is_cheaper_by_group(users.len(), account.groups.len(), account.users.len()) {
            return self.read_by_user(account, users, progress).await;
        }
        let groups = account.groups.keys().copied().collect();
        let mut held = self.members(account, &groups, progress).await?;
        for id in users {
            if let Some(user) = account.users.get_mut(id) {
                user.membership = Membership::Whole(held.remove(id).unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Reads dates, the full profile and suspension of these users, and their credentials if asked. A user who is gone leaves the
    /// account.
    pub async fn read_details(
        &self,
        account: &mut Account,
        users: &[UserId],
        credentials: Credentials,
        progress: Progress<'_>,
    ) -> Result<(), BrivoError> {
        let read = |id| async move {
            let record = self.user(id).await?;
            let credentials = match credentials {
                Credentials::Read => Some(self.user_credentials(id).await?),
                Credentials::Leave => None,
            };
            Ok((record, credentials))
        };
        for (id, found) in each(users.iter().copied(), read, progress).await? {
            match found {
                Some((record, credentials)) => note_details(account, &record, credentials),
                None => drop(account.users.remove(&id)),
            }
        }
        Ok(())
    }

    /// Adds to what is known of these users, of whom some groups' members were read before, who of them is in these further groups.
    pub async fn read_further_groups(
        &self,
        account: &mut Account,
        users: &[UserId],
        groups: &BTreeSet<GroupId>,
        progress: Progress<'_>,
    ) -> Result<(), BrivoError> {
        if users.is_empty() {
            return Ok(());
        }
        if users.len() < groups.len() {
            return self.read_by_user(account, users, progress).await;
        }
        let mut further = self.members(account, groups, progress).await?;
        for id in users {
            let membership = account.users.get_mut(id).map(|user| &mut user.membership);
            if let Some(Membership::Managed { held, elsewhere: _ }) = membership {
                held.extend(further.remove(id).unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Reads the credentials of users whose other details are known. A user who is gone leaves the account.
    pub async fn read_credentials(
        &self,
        account: &mut Account,
        users: &[UserId],
        progress: Progress<'_>,
    ) -> Result<(), BrivoError> {
        for (id, found) in each(users.iter().copied(), |id| self.user_credentials(id), progress).await? {
            match (found, account.users.get_mut(&id)) {
                (Some(credentials), Some(user)) => {
                    user.detail.get_or_insert_default().credentials = credentials;
                }
                (None, _) => drop(account.users.remove(&id)),
                (Some(_), None) => {}
            }
        }
        Ok(())
    }

    /// One user with every group and credential; `None` where there is none of that id.
    ///
    /// # Errors
    /// When one of the three could not be read.
    pub async fn read_person(&self, id: UserId) -> Result<Option<User>, BrivoError> {
        let record = match self.user(id).await {
            Err(error) if error.is_not_found() => return Ok(None),
            record => record?,
        };
        let (groups, credentials) = tokio::try_join!(self.user_groups(id), self.user_credentials(id))?;
        Ok(Some(User {
            external_id: record.external_id().cloned(),
            profile: record.profile().clone(),
            suspended: record.suspended(),
            updated: record.updated().map(Text::from),
            membership: Membership::Whole(groups),
            detail: Some(Detail { dates: record.dates(), credentials }),
        }))
    }

    async fn read_by_user(
        &self,
        account: &mut Account,
        users: &[UserId],
        progress: Progress<'_>,
    ) -> Result<(), BrivoError> {
        for (id, groups) in each(users.iter().copied(), |id| self.user_groups(id), progress).await? {
            match (groups, account.users.get_mut(&id)) {
                (Some(groups), Some(user)) => user.membership = Membership::Whole(groups),
                (None, _) => drop(account.users.remove(&id)),
                (Some(_), None) => {}
            }
        }
        Ok(())
    }

    async fn read_by_group(
        &self,
        account: &mut Account,
        users: &[UserId],
        groups: &BTreeSet<GroupId>,
        progress: Progress<'_>,
    ) -> Result<(), BrivoError> {
        let mut held = self.members(account, groups, progress).await?;
        let unaffiliated = self.list_users(UserFilter::Unaffiliated).await?;
        for id in users {
            if let Some(user) = account.users.get_mut(id) {
                let held = held.remove(id).unwrap_or_default();
                // Of somebody in a managed group it is not known; then it is not ruled out.
                let elsewhere = !unaffiliated.contains_key(id);
                user.membership = Membership::Managed { held, elsewhere };
            }
        }
        Ok(())
    }

    /// Who is in these groups, by user. A group that is gone leaves the account.
    async fn members(
        &self,
        account: &mut Account,
        groups: &BTreeSet<GroupId>,
        progress: Progress<'_>,
    ) -> Result<BTreeMap<UserId, Few<GroupId>>, BrivoError> {
        let mut held: BTreeMap<UserId, Few<GroupId>> = BTreeMap::new();
        for (group, members) in each(groups.iter().copied(), |id| self.group_members(id), progress).await? {
            if members.is_none() {
                Arc::make_mut(&mut account.groups).remove(&group);
            }
            for user in members.into_iter().flatten() {
                held.entry(user).or_default().insert(group);
            }
        }
        Ok(held)
    }
}

fn note_details(account: &mut Account, record: &UserRecord, credentials: Option<Vec<Credential>>) {
    let Some(user) = account.users.get_mut(&record.id()) else { return };
    let known = user.detail.take().map(|detail| detail.credentials);
    user.external_id = record.external_id().cloned();
    user.profile = record.profile().clone();
    user.suspended = record.suspended();
    user.updated = record.updated().map(Text::from).or(user.updated.take());
    user.detail =
        Some(Detail { dates: record.dates(), credentials: credentials.or(known).unwrap_or_default() });
}

/// Asks about each, several at once. `None` stands for what is not there any more; any other error ends it.
async fn each<K, T, F>(
    keys: impl IntoIterator<Item = K>,
    ask: impl Fn(K) -> F,
    progress: Progress<'_>,
) -> Result<BTreeMap<K, Option<T>>, BrivoError>
where
    K: Copy + Ord,
    F: Future<Output = Result<T, BrivoError>>,
{
    let keys: BTreeSet<K> = keys.into_iter().collect();
    let (done, total) = (AtomicU64::new(0), keys.len() as u64);
    stream::iter(keys)
        .map(|key| (key, ask(key)))
        .map(async |(key, answer)| {
            let found = match answer.await {
                Ok(found) => Some(found),
                Err(error) if error.is_not_found() => None,
                Err(error) => return Err(error),
            };
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            Ok((key, found))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// The fewest calls that reading the memberships of so many users takes, by user or by so many groups.
pub fn fewest_calls(managed_users: usize, managed_groups: usize) -> u64 {
    managed_users.min(managed_groups + 1) as u64
}

/// By user it is a call a user; by group at least a page a group, and the pages of those in no group.
fn is_cheaper_by_group(managed_users: usize, managed_groups: usize, users: usize) -> bool {
    let by_group = managed_groups + managed_users * GROUPS_A_USER / PAGE + users / PAGE + 1;
    by_group < managed_users
}
