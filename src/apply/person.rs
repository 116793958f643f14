//! Writes the change of one person, step by step, and stops at the first step that fails.

use std::collections::BTreeSet;
use std::fmt;

use thiserror::Error;

use crate::access::{GroupId, Profile, UserId, Window};
use crate::brivo::Client;
use crate::brivo::error::BrivoError;
use crate::brivo::record::{NewUser, UserRecord};
use crate::brivo::write::Made;
use crate::plan::order::{Step, steps};
use crate::plan::{Change, Image};

use super::proof::{Unproved, prove};

/// What became of one person's change.
#[derive(Debug)]
pub(super) struct Written {
    /// The user, made or known before.
    pub(super) user: Option<UserId>,
    /// Where it stopped; `None` when every step was done.
    pub(super) failure: Option<Failure>,
}

/// The step that failed.
#[derive(Debug)]
pub(super) struct Failure {
    done: Vec<Step>,
    /// `None` for the proof, after the last one.
    step: Option<Step>,
    trouble: Trouble,
}

/// Whether a user who is to be made may be there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Making {
    /// Nothing hints at it.
    AtOnce,
    /// A run that was cut short may have made them (R6).
    LooksFirst,
}

/// Why a step was not done.
#[derive(Debug, Error)]
enum Trouble {
    #[error("{0}")]
    Brivo(BrivoError),
    #[error(
        "what is to be written is not there any more. It was there when the plan was made; the next run decides anew"
    )]
    Gone,
    #[error(
        "Brivo took it and tells of other groups afterwards. Does somebody else write this user's groups?"
    )]
    OtherGroups,
    #[error("the user is in groups that were not seen when the plan was made; the next run decides anew")]
    StillInGroups,
    #[error("the user carries another external id than when the plan was made; the next run decides anew")]
    SomebodyElse,
    #[error("the plan names no Brivo user")]
    NoUser,
    #[error("{0}")]
    Unproved(Unproved),
}

impl From<BrivoError> for Trouble {
    fn from(error: BrivoError) -> Self {
        if error.is_not_found() { Self::Gone } else { Self::Brivo(error) }
    }
}

impl Failure {
    /// Whether every other person would fail in the same way.
    pub(super) fn concerns_everybody(&self) -> bool {
        self.error().is_some_and(BrivoError::ends_the_run)
    }

    /// Whether Brivo could not be reached, or could not do it, to the end.
    pub(super) fn is_outage(&self) -> bool {
        matches!(self.error(), Some(BrivoError::Http { .. }))
    }

    /// What went wrong, whoever it went wrong for.
    pub(super) fn reason(&self) -> String {
        self.trouble.to_string()
    }

    fn error(&self) -> Option<&BrivoError> {
        match &self.trouble {
            Trouble::Brivo(error) | Trouble::Unproved(Unproved::Unread(error)) => Some(error),
            Trouble::Unproved(Unproved::Otherwise(_))
            | Trouble::Gone
            | Trouble::OtherGroups
            | Trouble::StillInGroups
            | Trouble::SomebodyElse
            | Trouble::NoUser => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { done, step, trouble } = self;
        let Some(step) = step else { return trouble.fmt(f) };
        write!(f, "{}: {trouble}", name(step))?;
        if self.error().is_some_and(|error| !error.nothing_was_written()) {
            write!(f, ". Whether it was done is not known; the next run looks")?;
        }
        if !done.is_empty() {
            let done: Vec<String> = done.iter().map(name).collect();
            write!(f, ". Done before: {}", done.join(", "))?;
        }
        Ok(())
    }
}

/// What a step does, for people.
fn name(step: &Step) -> String {
    match step {
        Step::Create => "making the user".to_owned(),
        Step::Credential { id, .. } => format!("setting the dates of credential {id}"),
        Step::Record => "writing the user's record".to_owned(),
        Step::Suspend => "suspending the user".to_owned(),
        Step::Groups { .. } => "changing the groups".to_owned(),
        Step::Delete => "deleting the user".to_owned(),
    }
}

/// Writes a change and reads it again. Done twice it does the same as once.
pub(super) async fn write(client: &Client, change: &Change, making: Making) -> Written {
    let mut writer = Writer { client, change, making, user: change.brivo_user_id };
    let mut done = Vec::new();
    let failure = take_all(&mut writer, &mut done).await.err();
    let failure = failure.map(|(step, trouble)| Failure { done, step, trouble });
    Written { user: writer.user, failure }
}

/// Takes the steps and proves them. A credential follows its user's dates only while both stand together (D10): so its proof comes before
/// the user's dates are written, and one that was lost stops the person there for the next run to begin again.
async fn take_all(writer: &mut Writer<'_>, done: &mut Vec<Step>) -> Result<(), (Option<Step>, Trouble)> {
    let mut unproved = Vec::new();
    for step in steps(writer.change) {
        if !is_credential(&step) {
            let credentials: Vec<Step> = unproved.extract_if(.., |step| is_credential(step)).collect();
            writer.prove(&credentials).await.map_err(|trouble| (None, trouble))?;
        }
        writer.take(&step).await.map_err(|trouble| (Some(step.clone()), trouble))?;
        unproved.push(step.clone());
        done.push(step);
    }
    writer.prove(&unproved).await.map_err(|trouble| (None, trouble))
}

fn is_credential(step: &Step) -> bool {
    matches!(step, Step::Credential { .. })
}

struct Writer<'a> {
    client: &'a Client,
    change: &'a Change,
    making: Making,
    user: Option<UserId>,
}

impl Writer<'_> {
    async fn prove(&self, steps: &[Step]) -> Result<(), Trouble> {
        prove(self.client, self.change, self.user, steps).await.map_err(Trouble::Unproved)
    }

    async fn take(&mut self, step: &Step) -> Result<(), Trouble> {
        match step {
            Step::Create => self.create().await,
            Step::Credential { id, window } => {
                Ok(self.client.set_credential_window(self.user()?, *id, *window).await?)
            }
            Step::Record => self.replace().await,
            Step::Suspend => Ok(self.client.set_suspended(self.user()?, true).await?),
            Step::Groups { add, remove } => self.change_groups(add, remove).await,
            Step::Delete => self.delete().await,
        }
    }

    fn user(&self) -> Result<UserId, Trouble> {
        self.user.ok_or(Trouble::NoUser)
    }

    /// R6: a user whom an attempt with a lost answer had made is compared, and brought to what the plan says.
    async fn create(&mut self) -> Result<(), Trouble> {
        let Some(after) = &self.change.after else { return Err(Trouble::NoUser) };
        let (profile, dates) = (profile(after), dates(after));
        let external_id = self.change.external_id.clone();
        let new = NewUser { external_id, profile: profile.clone(), dates };
        let made = match self.making {
            Making::AtOnce => None,
            Making::LooksFirst => self.client.by_external_id(&new.external_id).await?,
        };
        let made = match made {
            Some(found) => Made::Found(found.id()),
            None => self.client.create_user(&new).await?,
        };
        match made {
            Made::Created(user) => self.user = Some(user),
            Made::Found(user) => {
                self.user = Some(user);
                let edit = |record: &mut UserRecord| {
                    record.set_profile(&profile);
                    record.set_dates(dates);
                };
                self.client.replace_user(user, edit).await?;
            }
        }
        Ok(())
    }

    /// Writes what the change changes and leaves the rest as the record has it now. A user who became somebody else meanwhile is left
    /// alone.
    async fn replace(&self) -> Result<(), Trouble> {
        let (Some(before), Some(after)) = (&self.change.before, &self.change.after) else {
            return Err(Trouble::NoUser);
        };
        let Change { external_id, adopts, .. } = self.change;
        let mut is_theirs = true;
        let edit = |record: &mut UserRecord| {
            is_theirs = *adopts || record.external_id() == Some(external_id);
            if is_theirs {
                record.set_external_id(external_id);
                record.set_profile(&moved_profile(before, after, record.profile()));
                record.set_dates(moved_dates(before, after, record.dates()));
            }
        };
        self.client.replace_user(self.user()?, edit).await?;
        if is_theirs { Ok(()) } else { Err(Trouble::SomebodyElse) }
    }

    /// The answer is the proof: it tells of the groups afterwards.
    async fn change_groups(&self, add: &[GroupId], remove: &[GroupId]) -> Result<(), Trouble> {
        let held = self.client.change_groups(self.user()?, add, remove).await?;
        let is_so =
            add.iter().all(|group| held.contains(group)) && !remove.iter().any(|group| held.contains(group));
        if is_so { Ok(()) } else { Err(Trouble::OtherGroups) }
    }

    /// Nothing brings a user back, so it is looked at once more: still the same person, and in no group that the plan did not see (D9).
    async fn delete(&self) -> Result<(), Trouble> {
        let (user, change) = (self.user()?, self.change);
        let found = match self.client.user(user).await {
            Err(error) if error.is_not_found() => return Ok(()),
            found => found?,
        };
        if found.external_id() != Some(&change.external_id) {
            return Err(Trouble::SomebodyElse);
        }
        let seen: BTreeSet<GroupId> =
            change.before.iter().flat_map(|before| &before.groups).map(|group| group.id).collect();
        if !self.client.user_groups(user).await?.iter().all(|group| seen.contains(group)) {
            return Err(Trouble::StillInGroups);
        }
        Ok(self.client.delete_user(user).await?)
    }
}

fn profile(image: &Image) -> Profile {
    let Image {
        first_name,
        middle_name,
        last_name,
        emails,
        phones,
        effective_from: _,
        effective_to: _,
        groups: _,
        credentials: _,
        suspended: _,
    } = image.clone();
    Profile { first_name, middle_name, last_name, emails, phones }
}

fn dates(image: &Image) -> Window {
    Window::new(image.effective_from, image.effective_to)
}

fn moved_profile(before: &Image, after: &Image, held: &Profile) -> Profile {
    let (before, after, held) = (profile(before), profile(after), held.clone());
    Profile {
        first_name: moved(&before.first_name, after.first_name, held.first_name),
        middle_name: moved(&before.middle_name, after.middle_name, held.middle_name),
        last_name: moved(&before.last_name, after.last_name, held.last_name),
        emails: moved(&before.emails, after.emails, held.emails),
        phones: moved(&before.phones, after.phones, held.phones),
    }
}

fn moved_dates(before: &Image, after: &Image, held: Window) -> Window {
    let (before, after) = (dates(before), dates(after));
    Window {
        start: moved(&before.start, after.start, held.start),
        end: moved(&before.end, after.end, held.end),
    }
}

/// A field that the plan changes gets its new value; one that it leaves alone stays as it is held now.
fn moved<T: PartialEq>(before: &T, after: T, held: T) -> T {
    if *before == after { held } else { after }
}
