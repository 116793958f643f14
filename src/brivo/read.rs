//! What can be asked of Brivo, one method a question.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Client;
use super::call::{Call, segment};
use super::error::BrivoError;
use super::page::Watch;
use super::record::UserRecord;
use super::wire;
use crate::access::few::Few;
use crate::access::text::Text;
use crate::access::{Credential, ExternalId, GroupId, User, UserId};

/// An administrator's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdministratorId(pub u64);

/// Which users a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserFilter {
    /// All that this administrator sees, who may see a part of the account only [doc].
    All,
    /// Those in no group at all [doc].
    Unaffiliated,
}

impl Client {
    /// Who the login is: the cheapest question that needs all the secrets.
    pub async fn whoami(&self) -> Result<AdministratorId, BrivoError> {
        let call = Call::new("GET /administrators/whoami", "/administrators/whoami");
        let administrator: wire::Administrator = self.read(&call).await?;
        Ok(AdministratorId(administrator.id))
    }

    /// The users, as the list tells of them: without membership, dates and credentials.
    pub async fn list_users(&self, filter: UserFilter) -> Result<BTreeMap<UserId, User>, BrivoError> {
        self.watched_users(filter, Watch::nobody()).await
    }

    /// The same, page by page before somebody's eyes.
    pub(super) async fn watched_users(
        &self,
        filter: UserFilter,
        watch: Watch<'_>,
    ) -> Result<BTreeMap<UserId, User>, BrivoError> {
        let call = Call::new("GET /users", "/users");
        let call = match filter {
            UserFilter::All => call,
            UserFilter::Unaffiliated => call.query("filter", "user_status__eq:unaffiliated"),
        };
        let rows: BTreeMap<u64, wire::Listed> = self.watched_list(&call, watch).await?;
        Ok(rows.into_iter().map(|(id, row)| (UserId(id), row.user)).collect())
    }

    /// Every group's name. Names are no keys: several groups may have one.
    pub async fn list_groups(&self) -> Result<BTreeMap<GroupId, Text>, BrivoError> {
        self.watched_groups(Watch::nobody()).await
    }

    /// The same, page by page before somebody's eyes.
    pub(super) async fn watched_groups(
        &self,
        watch: Watch<'_>,
    ) -> Result<BTreeMap<GroupId, Text>, BrivoError> {
        let call = Call::new("GET /groups", "/groups");
        let rows: BTreeMap<u64, wire::Group> = self.watched_list(&call, watch).await?;
        Ok(rows.into_values().map(|group| (group.id(), group.into_name().into())).collect())
    }

    /// The members of a group.
    pub async fn group_members(&self, group: GroupId) -> Result<BTreeSet<UserId>, BrivoError> {
        let call = Call::new("GET /groups/{id}/users", format!("/groups/{group}/users"));
        let rows: BTreeMap<u64, wire::Member> = self.list(&call).await?;
        Ok(rows.into_keys().map(UserId).collect())
    }

    /// One user, whole.
    pub async fn user(&self, user: UserId) -> Result<UserRecord, BrivoError> {
        self.record(&Call::new("GET /users/{id}", format!("/users/{user}"))).await
    }

    /// The user of this external id. What an external lookup finds under another spelling is not this user.
    pub async fn by_external_id(&self, id: &ExternalId) -> Result<Option<UserRecord>, BrivoError> {
        let path = format!("/users/{}/external", segment(id.as_str()));
        match self.record(&Call::new("GET /users/{externalId}/external", path)).await {
            Ok(user) => Ok(Some(user).filter(|user| user.external_id() == Some(id))),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The groups of a user, all that this administrator sees.
    pub async fn user_groups(&self, user: UserId) -> Result<Few<GroupId>, BrivoError> {
        let call = Call::new("GET /users/{id}/groups", format!("/users/{user}/groups"));
        let rows: BTreeMap<u64, wire::Group> = self.list(&call).await?;
        Ok(rows.into_keys().map(GroupId).collect())
    }

    /// The credentials of a user with their windows, by id.
    pub async fn user_credentials(&self, user: UserId) -> Result<Vec<Credential>, BrivoError> {
        let call = Call::new("GET /users/{id}/credentials", format!("/users/{user}/credentials"));
        let rows: BTreeMap<u64, wire::Credential> = self.list(&call).await?;
        let unreadable = |problem: super::time::Unreadable| BrivoError::Unreadable {
            call: call.name(),
            problem: problem.to_string(),
        };
        rows.values().map(|credential| credential.read().map_err(unreadable)).collect()
    }

    /// Makes a call that answers with a user.
    pub(super) async fn record(&self, call: &Call) -> Result<UserRecord, BrivoError> {
        let record: Value = self.read(call).await?;
        UserRecord::read(record).ok_or_else(|| BrivoError::Unreadable {
            call: call.name(),
            problem: "no user: the id is missing, or a date is in no known form".to_owned(),
        })
    }
}
