//! Personal data leaves a plan before any format sees it (R10). Everything is taken apart without `..`, so that a new field breaks the
//! build until somebody decides whether it names a person.

use std::borrow::Cow;

use crate::access::Personal;
use crate::plan::base::Base;
use crate::plan::upcoming::Upcoming;
use crate::plan::{Change, ChangeResult, Finding, Image, Plan, Reason};

mod adoption;
mod explained;
mod occupancy;
mod review;

pub use adoption::adoption;
pub use explained::{explained_person, explained_unit};
pub use occupancy::occupancy;
pub use review::access;

/// Whether people's names, e-mail addresses and phone numbers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pii {
    /// As they are.
    Show,
    /// Each as `…`; keys stay and lists keep their length.
    Hide,
}

/// The plan as it may be shown or saved.
pub fn plan(plan: &Plan, pii: Pii) -> Cow<'_, Plan> {
    match pii {
        Pii::Show => Cow::Borrowed(plan),
        Pii::Hide => Cow::Owned(hidden(plan.clone())),
    }
}

fn hidden(plan: Plan) -> Plan {
    let Plan {
        format_version,
        tool_version,
        as_of,
        saved_at,
        account,
        undo,
        manifest,
        scope,
        fingerprint,
        summary,
        changes,
        findings,
        guards,
        next_boundary,
        calls,
        base,
        held,
        upcoming,
        results,
    } = plan;
    Plan {
        format_version,
        tool_version,
        as_of,
        saved_at,
        account,
        undo,
        manifest,
        scope,
        fingerprint,
        summary,
        changes: changes.into_iter().map(change).collect(),
        findings: findings.into_iter().map(finding).collect(),
        guards,
        next_boundary,
        calls,
        base: base.map(self::base),
        held,
        upcoming: upcoming.map(|turns| turns.into_iter().map(turn).collect()),
        results: results.map(|results| results.into_iter().map(result).collect()),
    }
}

/// One change as it may be written down (R10).
pub fn one(change: &Change, pii: Pii) -> Change {
    match pii {
        Pii::Show => change.clone(),
        Pii::Hide => self::change(change.clone()),
    }
}

fn change(change: Change) -> Change {
    let Change { action, cause, external_id, brivo_user_id, adopts, property_ids, before, after, reasons } =
        change;
    Change {
        action,
        cause,
        external_id,
        brivo_user_id,
        adopts,
        property_ids,
        before: before.map(|before| Box::new(image(*before))),
        after: after.map(|after| Box::new(image(*after))),
        reasons: reasons.into_iter().map(reason).collect(),
    }
}

fn image(image: Image) -> Image {
    let Image {
        first_name: _,
        middle_name,
        last_name: _,
        emails,
        phones,
        effective_from,
        effective_to,
        groups,
        credentials,
        suspended,
    } = image;
    let mark = || Personal::new(Personal::HIDDEN);
    Image {
        first_name: mark(),
        middle_name: middle_name.map(|_| mark()),
        last_name: mark(),
        emails: emails.iter().map(|_| mark()).collect(),
        phones: phones.iter().map(|_| mark()).collect(),
        effective_from,
        effective_to,
        groups,
        credentials,
        suspended,
    }
}

// Messages, texts and errors are written without personal data where they arise.

fn reason(reason: Reason) -> Reason {
    let Reason { rule, lease_id, manifest, text } = reason;
    Reason { rule, lease_id, manifest, text }
}

fn finding(finding: Finding) -> Finding {
    let Finding { severity, rule, property_id, unit, external_id, message, closes_at, credentials } = finding;
    Finding { severity, rule, property_id, unit, external_id, message, closes_at, credentials }
}

fn base(base: Base) -> Base {
    let Base { manifest, findings, tripped, withheld, settled } = base;
    let findings = findings.into_iter().map(finding).collect();
    Base { manifest, findings, tripped, withheld, settled }
}

fn turn(turn: Upcoming) -> Upcoming {
    let Upcoming {
        at,
        external_id,
        property_ids,
        action,
        gains,
        loses,
        effective_from,
        effective_to,
        reasons,
    } = turn;
    let reasons = reasons.into_iter().map(reason).collect();
    Upcoming { at, external_id, property_ids, action, gains, loses, effective_from, effective_to, reasons }
}

fn result(result: ChangeResult) -> ChangeResult {
    let ChangeResult { external_id, status, error } = result;
    ChangeResult { external_id, status, error }
}

#[cfg(test)]
mod tests {
    use super::{Pii, plan};
    use crate::output::example;

    #[test]
    fn nothing_of_a_person_stays() {
        let shown = serde_json::to_string(&plan(&example::plan(), Pii::Show)).unwrap();
        let hidden = serde_json::to_string(&plan(&example::plan(), Pii::Hide)).unwrap();
        for personal in ["Rosa", "Renter", "example.com", "1217555"] {
            assert!(shown.contains(personal), "the example shows {personal}");
            assert!(!hidden.contains(personal), "{personal} is hidden");
        }
    }

    #[test]
    fn keys_stay_and_lists_keep_their_length() {
        let shown = example::plan();
        let plan = plan(&shown, Pii::Hide);
        let image = serde_json::to_value(plan.changes[0].after.as_ref().unwrap()).unwrap();
        assert_eq!(image["first_name"], "…");
        assert_eq!(image["middle_name"], serde_json::Value::Null);
        assert_eq!(image["emails"], serde_json::json!(["…", "…"]));
        assert_eq!(image["phones"], serde_json::json!(["…"]));
        assert_eq!(image["groups"][0]["name"], "Alder 302");
    }

    #[test]
    fn hiding_twice_changes_nothing() {
        let shown = example::plan();
        let once = plan(&shown, Pii::Hide);
        assert_eq!(plan(&once, Pii::Hide), once);
    }
}
