//! Invented people and plans for the unit tests of these rooms.

use std::collections::BTreeSet;

use super::{
    Action, Calls, Cause, Change, CredentialImage, FORMAT_VERSION, Finding, Image, ManifestRef, Plan, Scope,
    Summary,
};
use crate::access::{CredentialId, ExternalId, GroupId, GroupRef, Instant, Personal, UserId};
use crate::desired::{Desired, render};
use crate::manifest;
use crate::roster::Roster;
use crate::rules::{RuleId, Severity};

pub(super) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(super) fn group(id: u64) -> GroupRef {
    GroupRef { id: GroupId(id), name: format!("G{id}").into() }
}

/// Rosa Renter in these groups, without dates.
pub(super) fn image(groups: &[u64]) -> Image {
    Image {
        first_name: Personal::new("Rosa"),
        middle_name: None,
        last_name: Personal::new("Renter"),
        emails: [Personal::new("rosa@example.com")].into(),
        phones: [Personal::new("+12175550101")].into(),
        effective_from: None,
        effective_to: None,
        groups: groups.iter().copied().map(group).collect(),
        credentials: Vec::new(),
        suspended: false,
    }
}

pub(super) fn card(id: u64, from: Option<&str>, to: Option<&str>) -> CredentialImage {
    CredentialImage { id: CredentialId(id), effective_from: from.map(at), effective_to: to.map(at) }
}

/// A change of Rosa's, which Brivo's user 7 is.
pub(super) fn change(before: Option<Image>, after: Option<Image>) -> Change {
    Change {
        action: Action::Update,
        cause: Cause::Entrata,
        external_id: ExternalId::new("entrata:990001"),
        brivo_user_id: Some(UserId(7)),
        adopts: false,
        property_ids: Vec::new(),
        before: before.map(Box::new),
        after: after.map(Box::new),
        reasons: Vec::new(),
    }
}

pub(super) fn finding(severity: Severity, message: &str) -> Finding {
    Finding {
        severity,
        rule: RuleId::U9,
        property_id: None,
        unit: None,
        external_id: None,
        message: message.to_owned().into(),
        closes_at: None,
        credentials: None,
    }
}

pub(super) fn plan(changes: Vec<Change>) -> Plan {
    Plan {
        format_version: FORMAT_VERSION.to_owned(),
        tool_version: "0.1.0".to_owned(),
        as_of: at("2026-03-01T18:00:00Z"),
        saved_at: None,
        account: None,
        undo: None,
        manifest: ManifestRef { paths: vec!["reconcile.yaml".to_owned()], sha256: String::new() },
        scope: Scope::default(),
        fingerprint: String::new(),
        summary: Summary::default(),
        changes,
        findings: Vec::new(),
        guards: Vec::new(),
        next_boundary: None,
        calls: Calls::default(),
        base: None,
        held: BTreeSet::new(),
        upcoming: None,
        results: None,
    }
}

/// What should be under a manifest of this one property, of which Entrata knows no leases.
pub(super) fn desired(property: &str) -> Desired {
    let text = format!(
        "version: 1\nentrata: {{ url: \"https://apis.entrata.com/ext/orgs/example/v1\" }}\nproperties: [{property}]\n"
    );
    let (manifest, faults) = manifest::parse(&[("reconcile.yaml".to_owned(), text)]);
    render(&manifest.unwrap_or_else(|| panic!("{faults:?}")), &Roster::default())
}
