//! A plan made by hand in which everything that can be shown occurs once, for the tests of every format.

use std::collections::BTreeMap;

use super::{Properties, PropertyView};
use crate::access::{
    CredentialId, ExternalId, GroupId, GroupRef, Instant, LeaseId, Personal, PropertyId, UserId,
};
use crate::plan::base::Base;
use crate::plan::{
    Action, Calls, Cause, Change, ChangeResult, CredentialImage, FORMAT_VERSION, Finding, GuardReport, Image,
    ManifestRef, Plan, Reason, ResultStatus, Scope, Summary,
};
use crate::rules::{RuleId, Severity};
use crate::zone::Zone;

pub(super) const ALDER: PropertyId = PropertyId(500_001);
pub(super) const BIRCH: PropertyId = PropertyId(500_002);

pub(super) fn properties() -> Properties {
    let view = |name: &str, zone| PropertyView { name: name.to_owned(), zone: Zone::parse(zone).unwrap() };
    BTreeMap::from([
        (ALDER, view("Alder Court", "America/Chicago")),
        (BIRCH, view("Birch Lofts", "America/New_York")),
    ])
}

pub(super) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(super) fn plan() -> Plan {
    Plan {
        format_version: FORMAT_VERSION.to_owned(),
        tool_version: "0.1.0".to_owned(),
        as_of: at("2026-03-01T18:00:00Z"),
        saved_at: None,
        account: None,
        undo: None,
        manifest: ManifestRef { paths: vec!["reconcile.yaml".to_owned()], sha256: "5e1f".to_owned() },
        scope: Scope::default(),
        fingerprint: "f00d".to_owned(),
        summary: Summary { create: 1, update: 2, revoke: 1, delete: 1, unchanged: 8, frozen: 6 },
        changes: vec![create(), transfer(), rename(), revoke(), delete()],
        findings: findings(),
        guards: vec![
            GuardReport {
                property_id: Some(ALDER),
                tripped: false,
                revokes: 1,
                people: 9,
                limit: 5,
                ..GuardReport::default()
            },
            GuardReport {
                property_id: Some(BIRCH),
                tripped: true,
                revokes: 12,
                people: 90,
                limit: 9,
                ..GuardReport::default()
            },
        ],
        next_boundary: Some(at("2026-04-30T17:00:00Z")),
        calls: Calls { entrata: 4, brivo: 3, to_apply: 6, cache: None },
        base: None,
        held: std::collections::BTreeSet::new(),
        upcoming: None,
        results: None,
    }
}

/// The plan where another manifest would make the same of all but the changes that this one causes, and finds the same but for the first.
pub(super) fn compared() -> Plan {
    let plan = plan();
    let base = Base {
        manifest: ManifestRef { paths: vec!["base/reconcile.yaml".to_owned()], sha256: "ba5e".to_owned() },
        findings: plan.findings[1..].to_vec(),
        tripped: vec![Some(BIRCH)],
        withheld: std::collections::BTreeSet::new(),
        settled: std::collections::BTreeSet::new(),
    };
    Plan { base: Some(base), ..plan }
}

/// The plan when nothing is to change and nobody has to look.
pub(super) fn quiet() -> Plan {
    Plan {
        summary: Summary { unchanged: 9, ..Summary::default() },
        changes: Vec::new(),
        findings: Vec::new(),
        guards: Vec::new(),
        next_boundary: None,
        calls: Calls { to_apply: 0, ..plan().calls },
        ..plan()
    }
}

/// The plan after an apply in which not everything went well.
pub(super) fn applied() -> Plan {
    let result = |id: &str, status, error: Option<&str>| ChangeResult {
        external_id: ExternalId::new(id),
        status,
        error: error.map(str::to_owned),
    };
    Plan {
        results: Some(vec![
            result("entrata:990001", ResultStatus::Applied, None),
            result(
                "entrata:990002",
                ResultStatus::Failed,
                Some("Brivo answered 503 four times; the next run tries again"),
            ),
            result("entrata:990003", ResultStatus::Applied, None),
            result("entrata:990004", ResultStatus::Held, None),
            result("entrata:990005", ResultStatus::Applied, None),
        ]),
        ..plan()
    }
}

/// A plan that makes so many users, spread evenly over the properties.
pub(super) fn large(people: u64) -> Plan {
    let change = |number: u64| Change {
        external_id: ExternalId::new(format!("entrata:{}", 100_000 + number)),
        property_ids: vec![if number * 2 < people { ALDER } else { BIRCH }],
        ..create()
    };
    Plan {
        summary: Summary { create: people, ..Summary::default() },
        changes: (0..people).map(change).collect(),
        ..plan()
    }
}

pub(super) fn image(first: &str, last: &str) -> Image {
    Image {
        first_name: Personal::new(first),
        middle_name: None,
        last_name: Personal::new(last),
        emails: [Personal::new(format!("{}@example.com", first.to_lowercase()))].into(),
        phones: [Personal::new("+12175550101")].into(),
        effective_from: Some(at("2024-08-01T15:00:00Z")),
        effective_to: None,
        groups: Vec::new(),
        credentials: Vec::new(),
        suspended: false,
    }
}

pub(super) fn group(id: u64, name: &str) -> GroupRef {
    GroupRef { name: name.into(), id: GroupId(id) }
}

pub(super) fn change(action: Action, customer: u64, before: Option<Image>, after: Option<Image>) -> Change {
    Change {
        action,
        cause: Cause::Entrata,
        external_id: ExternalId::new(format!("entrata:{customer}")),
        brivo_user_id: before.as_ref().map(|_| UserId(15_620_000 + customer % 1_000)),
        adopts: false,
        property_ids: vec![ALDER],
        before: before.map(Box::new),
        after: after.map(Box::new),
        reasons: Vec::new(),
    }
}

pub(super) fn reason(rule: RuleId, lease: &str, place: Option<&str>, text: &str) -> Reason {
    Reason {
        rule,
        lease_id: Some(LeaseId::new(lease)),
        manifest: place.map(Into::into),
        text: text.to_owned().into(),
    }
}

fn create() -> Change {
    let mut after = image("Rosa", "Renter");
    after.emails = [&*after.emails, &[Personal::new("rosa.renter@example.com")]].concat().into();
    after.groups = vec![group(15_610_001, "Alder 302"), group(15_610_002, "Alder Residents")];
    Change {
        reasons: vec![
            reason(RuleId::T11, "900001", Some("reconcile.yaml:31"), "no move-out date: perpetual"),
            Reason { lease_id: None, ..reason(RuleId::U2, "", None, "unit 302 matches two entries") },
        ],
        ..change(Action::Create, 990_001, None, Some(after))
    }
}

fn transfer() -> Change {
    let residents = group(15_610_002, "Alder Residents");
    let mut before = image("Tom", "Transfer");
    before.groups = vec![group(15_610_003, "Alder 101"), residents.clone()];
    before.credentials =
        vec![CredentialImage { id: CredentialId(15_630_001), effective_from: None, effective_to: None }];
    let mut after = before.clone();
    after.effective_to = Some(at("2026-08-31T21:00:00Z"));
    after.groups = vec![group(15_610_004, "Alder 204"), residents, group(15_620_001, "Birch Pool")];
    after.credentials[0].effective_to = after.effective_to;
    Change {
        cause: Cause::Manifest,
        property_ids: vec![ALDER, BIRCH],
        reasons: vec![reason(
            RuleId::L10,
            "900002",
            Some("reconcile.yaml:40"),
            "moved from 101 to 204; the new grant is written before the old one is taken",
        )],
        ..change(Action::Update, 990_002, Some(before), Some(after))
    }
}

fn rename() -> Change {
    let mut before = image("Rene", "Renamed");
    before.groups = vec![group(15_610_002, "Alder Residents")];
    let mut after = before.clone();
    after.first_name = Personal::new("René");
    after.emails = [Personal::new("renee@example.com")].into();
    after.phones = [&*after.phones, &[Personal::new("+12175550102")]].concat().into();
    after.suspended = true;
    Change {
        cause: Cause::Drift,
        reasons: vec![reason(RuleId::P10, "900003", None, "the name changed")],
        ..change(Action::Update, 990_003, Some(before), Some(after))
    }
}

fn revoke() -> Change {
    let mut before = image("Lena", "Left");
    before.effective_to = Some(at("2026-02-28T21:00:00Z"));
    before.groups = vec![group(15_620_002, "Birch 11")];
    let after = Image { groups: Vec::new(), ..before.clone() };
    Change {
        cause: Cause::Clock,
        property_ids: vec![BIRCH],
        reasons: vec![reason(RuleId::T14, "900004", Some("reconcile.yaml:52"), "moved out on 2026-02-28")],
        ..change(Action::Revoke, 990_004, Some(before), Some(after))
    }
}

fn delete() -> Change {
    Change {
        property_ids: Vec::new(),
        reasons: vec![Reason { lease_id: None, ..reason(RuleId::D9, "", None, "missing in every property") }],
        ..change(Action::Delete, 990_005, Some(image("Gone", "Guest")), None)
    }
}

pub(super) fn finding(
    severity: Severity,
    rule: RuleId,
    property: Option<PropertyId>,
    message: &str,
) -> Finding {
    Finding {
        severity,
        rule,
        property_id: property,
        unit: None,
        external_id: None,
        message: message.to_owned().into(),
        closes_at: None,
        credentials: None,
    }
}

fn findings() -> Vec<Finding> {
    let about = |customer: u64| Some(ExternalId::new(format!("entrata:{customer}")));
    let unmapped = (0..5).map(|number| Finding {
        unit: Some(format!("4{number:02}").into()),
        external_id: about(990_010 + number),
        ..finding(Severity::Error, RuleId::U4, Some(ALDER), "no entry of `units` matches the unit")
    });
    let others = [
        Finding {
            external_id: about(990_020),
            closes_at: Some(at("2026-03-02T22:00:00Z")),
            ..finding(
                Severity::Error,
                RuleId::T18,
                Some(ALDER),
                "Current, but the move-out date 2026-02-20 has lapsed",
            )
        },
        Finding {
            external_id: about(990_021),
            ..finding(Severity::Info, RuleId::T20, Some(ALDER), "the lease ended 12 days ago")
        },
        Finding {
            external_id: about(990_004),
            credentials: Some(2),
            ..finding(Severity::Warning, RuleId::D10, Some(BIRCH), "access ends, cards stay in hand")
        },
        Finding {
            external_id: about(990_022),
            ..finding(Severity::Warning, RuleId::D11, None, "the property or its group left the manifest")
        },
    ];
    unmapped.chain(others).collect()
}
