//! A plan in the words of a case: people by their customer id, groups by name, both sides of a change with short keys.

use chrono::{DateTime, SecondsFormat, Utc};
use reconcile::access::{CredentialId, ExternalId, GroupRef, Personal};
use reconcile::commands::planning::{Planned, PlanningError};
use reconcile::manifest::{Fault, Severity};
use reconcile::plan::{Change, CredentialImage, Finding, GrantReport, GuardReport, Image, Plan, Reason};
use serde_json::{Map, Value, json};

/// What came of a run.
pub(super) struct Came {
    /// Faults of the manifest.
    pub(super) faults: Vec<Value>,
    /// The manifest can't be used.
    pub(super) is_unusable: bool,
    /// Why there is no plan, where one was asked for.
    pub(super) failure: Option<String>,
    /// The plan.
    pub(super) plan: Option<Shown>,
}

/// A plan.
pub(super) struct Shown {
    pub(super) changes: Vec<Value>,
    pub(super) findings: Vec<Value>,
    pub(super) guards: Vec<Value>,
    /// Everything else that a case may speak of, by its key.
    pub(super) rest: Map<String, Value>,
}

pub(super) fn came(outcome: Option<&Result<Planned, PlanningError>>, faults: &[Fault]) -> Came {
    Came {
        is_unusable: outcome.is_none(),
        faults: faults.iter().map(fault).collect(),
        failure: outcome.and_then(|made| made.as_ref().err()).map(ToString::to_string),
        plan: outcome.and_then(|made| made.as_ref().ok()).map(|planned| shown(&planned.plan)),
    }
}

fn fault(fault: &Fault) -> Value {
    let severity = match fault.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    json!({ "severity": severity, "code": fault.code, "says": format!("{} {}", fault.message, fault.help) })
}

fn shown(plan: &Plan) -> Shown {
    let rest = json!({
        "frozen": plan.summary.frozen,
        "unchanged": plan.summary.unchanged,
        "next_boundary": plan.next_boundary.map(utc),
        "summary": plan.summary,
        "held": plan.held.iter().map(person).collect::<Vec<_>>(),
    });
    Shown {
        changes: plan.changes.iter().map(change).collect(),
        findings: plan.findings.iter().map(finding).collect(),
        guards: plan.guards.iter().map(guard).collect(),
        rest: rest.as_object().cloned().unwrap_or_default(),
    }
}

/// A change in one line.
pub(super) fn told(change: &Change) -> String {
    self::change(change).to_string()
}

fn change(change: &Change) -> Value {
    let mut shown = change.after.as_deref().map_or_else(Map::new, image);
    let rules: Vec<&str> = change.reasons.iter().map(|reason| reason.rule.as_str()).collect();
    shown.extend([
        ("action".to_owned(), json!(change.action)),
        ("cause".to_owned(), json!(change.cause)),
        ("person".to_owned(), person(&change.external_id)),
        ("user".to_owned(), json!(change.brivo_user_id)),
        ("properties".to_owned(), json!(change.property_ids)),
        ("rules".to_owned(), json!(rules)),
        ("reasons".to_owned(), json!(change.reasons.iter().map(reason).collect::<Vec<_>>())),
        ("before".to_owned(), json!(change.before.as_deref().map(image))),
    ]);
    Value::Object(shown)
}

fn reason(reason: &Reason) -> Value {
    let Reason { rule, lease_id, manifest, text } = reason;
    json!({ "rule": rule, "lease": lease_id, "manifest": manifest, "says": text })
}

fn image(image: &Image) -> Map<String, Value> {
    let Image {
        first_name,
        middle_name,
        last_name,
        emails,
        phones,
        effective_from,
        effective_to,
        groups,
        credentials,
        suspended,
    } = image;
    let shown = json!({
        "first": first_name.reveal(),
        "middle": middle_name.as_ref().map(Personal::reveal),
        "last": last_name.reveal(),
        "emails": emails.iter().map(Personal::reveal).collect::<Vec<_>>(),
        "phones": phones.iter().map(Personal::reveal).collect::<Vec<_>>(),
        "from": effective_from.map(utc),
        "to": effective_to.map(utc),
        "groups": groups.iter().map(|GroupRef { id: _, name }| name).collect::<Vec<_>>(),
        "group_ids": groups.iter().map(|GroupRef { id, name: _ }| id).collect::<Vec<_>>(),
        "credentials": credentials.iter().map(credential).collect::<Vec<_>>(),
        "suspended": suspended,
    });
    shown.as_object().cloned().unwrap_or_default()
}

fn credential(credential: &CredentialImage) -> Value {
    let CredentialImage { id: CredentialId(id), effective_from, effective_to } = credential;
    json!({ "id": id, "from": effective_from.map(utc), "to": effective_to.map(utc) })
}

fn finding(finding: &Finding) -> Value {
    let Finding { severity, rule, property_id, unit, external_id, message, closes_at, credentials } = finding;
    json!({
        "severity": severity,
        "rule": rule,
        "property": property_id,
        "unit": unit,
        "person": external_id.as_ref().map(person),
        "says": message,
        "closes_at": closes_at.map(utc),
        "credentials": credentials,
    })
}

fn guard(guard: &GuardReport) -> Value {
    let GuardReport { property_id, tripped, revokes, people, limit, would_lose, day, grants } = guard;
    let persons = |ids: &[ExternalId]| ids.iter().map(person).collect::<Vec<_>>();
    let withheld = grants.iter().map(|report| {
        let GrantReport { group, sensitive, grants, limit, would_get } = report;
        json!({ "group": group.name, "sensitive": sensitive, "grants": grants, "limit": limit, "would_get": persons(would_get) })
    });
    json!({ "property": property_id, "tripped": tripped, "revokes": revokes, "people": people, "limit": limit,
        "would_lose": persons(would_lose), "day": day, "grants": withheld.collect::<Vec<_>>() })
}

/// The customer's id, or the whole external id of somebody who is not ours.
fn person(id: &ExternalId) -> Value {
    let id = id.as_str();
    json!(id.strip_prefix("entrata:").unwrap_or(id))
}

fn utc(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}
