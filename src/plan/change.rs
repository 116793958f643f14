//! One person's difference as a change: both sides, the kind, the cause, the reasons; and what somebody whose access ends still has.

use chrono::Duration;

use crate::access::text::Text;
use crate::access::{GroupRef, Holding, Profile};
use crate::rules::{RuleId, Severity};

use super::assess::Outcome;
use super::between::{Comparing, Draft};
use super::reasons::Grounds;
use super::target::{Reach, target};
use super::{Action, Cause, Change, CredentialImage, Finding, Image, Reason};

impl Comparing<'_, '_> {
    pub(super) fn change(&self, draft: &Draft<'_>) -> Option<Change> {
        let subject = draft.assessment.subject;
        let before = draft.assessment.before.as_ref();
        let bare = Change {
            action: Action::Delete,
            cause: Cause::Entrata,
            external_id: subject.external_id.clone(),
            brivo_user_id: subject.user().map(|(id, _)| id),
            adopts: subject.is_adopted,
            property_ids: draft.properties.iter().copied().collect(),
            before: before.map(|before| Box::new(image(before, None))),
            after: None,
            reasons: Vec::new(),
        };
        match (&draft.assessment.outcome, &draft.after) {
            (Outcome::Delete, _) => Some(Change { reasons: vec![pruned()], ..bare }),
            (Outcome::Reach(goal), Some(after)) if before != Some(after) || subject.is_adopted => {
                let is_only_time = before.is_some_and(|before| self.is_only_time(draft, before));
                Some(Change {
                    action: action(before, after),
                    cause: if is_only_time { Cause::Clock } else { Cause::Entrata },
                    before: before.map(|before| Box::new(image(before, Some(after)))),
                    after: Some(Box::new(image(after, before))),
                    reasons: self.grounds().of(&draft.assessment, before, after, goal),
                    ..bare
                })
            }
            (Outcome::Reach(_) | Outcome::Nothing | Outcome::Frozen, _) => None,
        }
    }

    fn grounds(&self) -> Grounds<'_> {
        Grounds { desired: self.bench.desired, directory: self.bench.directory, as_of: self.bench.as_of }
    }

    /// Whether just before the person's last edge Brivo's state was the one to be: only time has passed since.
    fn is_only_time(&self, draft: &Draft<'_>, before: &Holding) -> bool {
        let Some(person) = draft.assessment.subject.person else { return false };
        if draft.assessment.subject.is_adopted {
            return false;
        }
        let edges = self.bench.desired.edges(person);
        let Some(edge) = edges.iter().rev().find(|edge| **edge <= self.bench.as_of) else { return false };
        let eve = *edge - Duration::seconds(1);
        let entitlement = self.bench.desired.at(person, eve);
        let then =
            target(before, Some(&person.profile), &entitlement, self.bench.directory, Reach::Everything);
        then == *before
    }

    /// D4, D10: what somebody whose access ends still has.
    pub(super) fn about_end(&self, draft: &Draft<'_>, change: &Change) -> Vec<Finding> {
        if change.action != Action::Revoke {
            return Vec::new();
        }
        let subject = draft.assessment.subject;
        let Some((_, user)) = subject.user() else { return Vec::new() };
        let told = |rule: RuleId, message: String, credentials: Option<u64>| Finding {
            severity: Severity::Info,
            rule,
            property_id: change.property_ids.first().copied(),
            unit: None,
            external_id: Some(subject.external_id.clone()),
            message: message.into(),
            closes_at: None,
            credentials,
        };
        let held = user.detail.as_ref().map_or(0, |detail| detail.credentials.len() as u64);
        let cards = (held > 0).then(|| {
            let text = format!("access ends; {} assigned (cards, PIN, passes)", stay(held));
            told(RuleId::D10, text, Some(held))
        });
        let others: Vec<Text> = user
            .membership
            .known()
            .into_iter()
            .flatten()
            .filter(|id| !self.bench.directory.is_managed(**id))
            .map(|id| self.bench.account.groups.get(id).cloned().unwrap_or_else(|| id.to_string().into()))
            .collect();
        let remaining = (!others.is_empty()).then(|| {
            told(RuleId::D4, format!("groups outside the manifest remain: {}", others.join(", ")), None)
        });
        cards.into_iter().chain(remaining).collect()
    }
}

fn action(before: Option<&Holding>, after: &Holding) -> Action {
    match before {
        None => Action::Create,
        Some(before) if !before.groups.is_empty() && after.groups.is_empty() => Action::Revoke,
        Some(_) => Action::Update,
    }
}

/// D9.
fn pruned() -> Reason {
    Reason {
        rule: RuleId::D9,
        lease_id: None,
        manifest: None,
        text: "in no reply, looked up in every property and missing: the record is pruned".into(),
    }
}

fn stay(count: u64) -> &'static str {
    if count == 1 { "the credential they hold stays" } else { "the credentials they hold stay" }
}

/// One side of a change; credentials are those whose window differs on the other side.
fn image(holding: &Holding, other: Option<&Holding>) -> Image {
    let Holding { profile, dates, groups, credentials, suspended } = holding;
    let Profile { first_name, middle_name, last_name, emails, phones } = profile.clone();
    let refs = groups.iter().map(|(id, name)| GroupRef { name: name.clone(), id: *id });
    let mut groups = Vec::with_capacity(groups.len());
    groups.extend(refs);
    groups.sort();
    let differs =
        |id, window| other.and_then(|other| other.credentials.get(id)).is_some_and(|held| held != window);
    let credentials = credentials.iter().filter(|(id, window)| differs(*id, *window)).map(|(id, window)| {
        CredentialImage { id: *id, effective_from: window.start, effective_to: window.end }
    });
    Image {
        first_name,
        middle_name,
        last_name,
        emails,
        phones,
        effective_from: dates.start,
        effective_to: dates.end,
        groups,
        credentials: credentials.collect(),
        suspended: *suspended,
    }
}
