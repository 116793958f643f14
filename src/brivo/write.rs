//! What can be written to Brivo, one method a write. Everything but a create does the same twice as once.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::call::Call;
use super::error::BrivoError;
use super::record::{Cleared, NewUser, UserRecord};
use super::{Client, answer, time, wire};
use crate::access::{CredentialId, GroupId, UserId, Window};

pub(super) const CHANGE_GROUPS: &str = "POST /users/{id}/groups";
pub(super) const CREATE_USER: &str = "POST /users";
pub(super) const SET_WINDOW: &str = "PUT /users/{id}/credentials/{credentialId}";

/// How often a create is tried while nobody knows whether the last one was executed and the lookup finds nobody.
const CREATES: usize = 3;

/// How long after a lost answer the lookup is made: what was on its way should have arrived.
const SETTLING: Duration = Duration::from_secs(2);

/// How a user came to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// By this call.
    Created(UserId),
    /// It was there already, or an attempt whose answer was lost had made it: what it holds must be compared.
    Found(UserId),
}

impl Client {
    /// Makes a user, and never a second one (R6): whenever the answer was lost, or Brivo would not take the user, it is looked up by
    /// its external id first.
    ///
    /// # Errors
    /// [`BrivoError::nothing_was_written`] tells whether there may be a user now; the next run will see it.
    pub async fn create_user(&self, user: &NewUser) -> Result<Made, BrivoError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.post_user(user).await {
                Ok(id) => return Ok(Made::Created(id)),
                Err(error) => error,
            };
            if !error.nothing_was_written() {
                tokio::time::sleep(SETTLING).await;
            } else if !error.is_refusal() {
                return Err(error);
            }
            match self.by_external_id(&user.external_id).await {
                Ok(Some(found)) => return Ok(Made::Found(found.id())),
                Ok(None) if !error.nothing_was_written() && tries < CREATES => {}
                // Where the lookup fails too, what happened to the create says more.
                Ok(None) | Err(_) => return Err(error),
            }
        }
    }

    /// Reads the user, lets `edit` change the record, and puts it back whole. Writes nothing when nothing changed. A bound that Brivo
    /// does not clear is set to what stands for none (D1); a suspension that the PUT lifted is set again (D3).
    ///
    /// # Errors
    /// Among others when the user is gone.
    pub async fn replace_user(
        &self,
        user: UserId,
        edit: impl FnOnce(&mut UserRecord),
    ) -> Result<UserRecord, BrivoError> {
        let before = self.user(user).await?;
        let mut wanted = before.clone();
        edit(&mut wanted);
        if wanted == before {
            return Ok(before);
        }
        let cleared = wanted.cleared_of(&before);
        let standing = match self.put_user(&wanted).await {
            Ok(after) => {
                let standing = cleared.still_in(after.dates());
                if !standing.any() {
                    return self.keep_suspended(&before, after).await;
                }
                standing
            }
            Err(error) if error.is_refusal() && cleared.any() => cleared,
            Err(error) => return Err(error),
        };
        let after = self.put_user(&wanted.with_stand_ins(standing)).await?;
        self.keep_suspended(&before, after).await
    }

    /// Puts a user into groups and takes it out of others, at once and wholly or not at all [doc]; who is in or out already stays so.
    /// Gives the groups afterwards.
    pub async fn change_groups(
        &self,
        user: UserId,
        add: &[GroupId],
        remove: &[GroupId],
    ) -> Result<BTreeSet<GroupId>, BrivoError> {
        let mut body = serde_json::Map::new();
        for (key, groups) in [("addGroups", add), ("removeGroups", remove)] {
            if !groups.is_empty() {
                body.insert(key.to_owned(), json!(groups));
            }
        }
        let call = Call::new(CHANGE_GROUPS, format!("/users/{user}/groups")).json(body.into());
        let after: wire::Page<wire::Group> = self.read(&call).await?;
        Ok(after.data.iter().map(wire::Group::id).collect())
    }

    /// Sets when a card or pass opens doors. A bound that is none is cleared with null; where Brivo ignores or refuses that, what stands
    /// for none is set (D10), which takes a read.
    pub async fn set_credential_window(
        &self,
        user: UserId,
        credential: CredentialId,
        window: Window,
    ) -> Result<(), BrivoError> {
        let open = Cleared { start: window.start.is_none(), end: window.end.is_none() };
        let standing = match self.put_window(user, credential, window, Cleared::NONE).await {
            Ok(()) if !open.any() => return Ok(()),
            Ok(()) => open.still_in(self.window_of(user, credential).await?),
            Err(error) if error.is_refusal() && open.any() => open,
            Err(error) => return Err(error),
        };
        if standing.any() { self.put_window(user, credential, window, standing).await } else { Ok(()) }
    }

    /// Stops every credential of a user, or lets them open doors again.
    pub async fn set_suspended(&self, user: UserId, suspended: bool) -> Result<(), BrivoError> {
        let call = Call::new("PUT /users/{id}/suspended", format!("/users/{user}/suspended"));
        self.call(&call.json(json!({ "suspended": suspended }))).await.map(drop)
    }

    /// Deletes a user; one who is gone already is as good.
    pub async fn delete_user(&self, user: UserId) -> Result<(), BrivoError> {
        match self.call(&Call::new("DELETE /users/{id}", format!("/users/{user}"))).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn post_user(&self, user: &NewUser) -> Result<UserId, BrivoError> {
        let answer = self.call(&Call::new(CREATE_USER, "/users").json(user.body()).once()).await?;
        answer::read(CREATE_USER, &answer).map(|made: wire::User| made.id())
    }

    async fn put_user(&self, record: &UserRecord) -> Result<UserRecord, BrivoError> {
        let call = Call::new("PUT /users/{id}", format!("/users/{}", record.id())).json(record.body());
        self.record(&call).await
    }

    /// Whether a PUT of the record touches the suspension is not known; a user who was stopped by somebody's hand stays so.
    async fn keep_suspended(&self, before: &UserRecord, after: UserRecord) -> Result<UserRecord, BrivoError> {
        if before.suspended() && !after.suspended() {
            self.set_suspended(before.id(), true).await?;
        }
        Ok(after)
    }

    async fn put_window(
        &self,
        user: UserId,
        credential: CredentialId,
        window: Window,
        stand_ins: Cleared,
    ) -> Result<(), BrivoError> {
        let start = window.start.map(time::write).or(stand_ins.start.then(|| time::NO_START.to_owned()));
        let end = window.end.map(time::write).or(stand_ins.end.then(|| time::NO_END.to_owned()));
        let call = Call::new(SET_WINDOW, format!("/users/{user}/credentials/{credential}"));
        self.call(&call.json(json!({ "effectiveFrom": start, "effectiveTo": end }))).await.map(drop)
    }

    async fn window_of(&self, user: UserId, credential: CredentialId) -> Result<Window, BrivoError> {
        let credentials = self.user_credentials(user).await?;
        let found = credentials.iter().find(|held| held.id == credential);
        found.map(|held| held.window).ok_or(BrivoError::NotFound { call: SET_WINDOW })
    }
}
