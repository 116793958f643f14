use super::{attribute, without_place};
use crate::access::{ExternalId, PropertyId};
use crate::plan::example::{change, finding, group, image, plan};
use crate::plan::{Action, Cause, Change, Finding, GrantReport, GuardReport, Image, ManifestRef, Plan};
use crate::rules::Severity;

fn of(person: &str, groups: &[u64]) -> Change {
    Change { external_id: ExternalId::new(person), ..change(Some(image(&[10])), Some(image(groups))) }
}

fn guard(property: u64, tripped: bool, held_back: &[u64]) -> GuardReport {
    let grant = |id: &u64| GrantReport {
        group: group(*id),
        sensitive: false,
        grants: 9,
        limit: 1,
        would_get: Vec::new(),
    };
    GuardReport {
        property_id: Some(PropertyId(property)),
        tripped,
        grants: held_back.iter().map(grant).collect(),
        ..GuardReport::default()
    }
}

/// The plan, with what is in `base` too noted in it.
fn attributed(mut plan: Plan, base: &Plan) -> Plan {
    attribute(&mut plan, base);
    plan
}

#[test]
fn places_are_cut_out_of_messages_and_other_numbers_stay() {
    let told = "Brivo has no group \"Alder 302\" (base/alder.yaml:31): nobody; 16 (base/alder.yaml:7)";
    let bare = "Brivo has no group \"Alder 302\" (): nobody; 16 ()";
    assert_eq!(without_place(told, "base/alder.yaml:"), bare);
    assert_eq!(without_place(bare, "base/alder.yaml:"), bare);
}

#[test]
fn a_change_is_the_manifests_unless_the_base_does_just_the_same() {
    let cause = |mine: Change, theirs: Change| {
        attributed(plan(vec![mine]), &plan(vec![theirs])).changes.remove(0).cause
    };
    let mine = || of("entrata:990001", &[20]);
    assert_eq!(cause(mine(), mine()), Cause::Entrata);
    assert_eq!(cause(mine(), Change { reasons: Vec::new(), cause: Cause::Clock, ..mine() }), Cause::Entrata);
    let stopped = Image { suspended: true, ..image(&[20]) };
    for other in [
        of("entrata:990001", &[20, 30]),
        of("entrata:990002", &[20]),
        Change { action: Action::Revoke, ..mine() },
        Change { brivo_user_id: None, ..mine() },
        Change { before: None, ..mine() },
        Change { after: Some(Box::new(stopped)), ..mine() },
    ] {
        assert_eq!(cause(mine(), other.clone()), Cause::Manifest, "{other:?}");
    }
}

#[test]
fn who_is_changed_under_the_base_alone_is_settled() {
    let base = plan(vec![of("entrata:990001", &[20]), of("entrata:990002", &[20])]);
    let plan = attributed(plan(vec![of("entrata:990002", &[30])]), &base);
    let settled: Vec<ExternalId> = plan.base.unwrap().settled.into_iter().collect();
    assert_eq!(settled, [ExternalId::new("entrata:990001")]);
}

#[test]
fn a_finding_is_the_same_wherever_its_manifest_names_it_and_no_other_is() {
    let told = |messages: &[&str]| -> Vec<Finding> {
        messages.iter().map(|message| finding(Severity::Error, message)).collect()
    };
    let manifest = ManifestRef { paths: vec!["main/base.yaml".to_owned()], sha256: String::new() };
    let base = Plan { manifest, findings: told(&["no group \"A\" (main/base.yaml:7)"]), ..plan(Vec::new()) };
    let findings = told(&["no group \"A\" (reconcile.yaml:12)", "no group \"B\" (reconcile.yaml:12)"]);
    let mut plan = attributed(Plan { findings: findings.clone(), ..plan(Vec::new()) }, &base);
    assert_eq!(plan.own_findings().collect::<Vec<_>>(), [&findings[1]]);
    assert!(plan.has_own_errors());
    let later = finding(Severity::Error, "the clocks differ");
    plan.find_pending(later.clone());
    assert_eq!(plan.findings.last(), Some(&later));
    assert_eq!(plan.own_findings().collect::<Vec<_>>(), [&findings[1]], "no manifest causes it");
}

#[test]
fn only_an_error_of_ones_own_must_be_looked_at() {
    let with = |severity| Plan { findings: vec![finding(severity, "told")], ..plan(Vec::new()) };
    assert!(with(Severity::Error).has_own_errors(), "without a base all is one's own");
    assert!(!with(Severity::Warning).has_own_errors());
    assert!(!attributed(with(Severity::Error), &with(Severity::Error)).has_own_errors());
}

#[test]
fn guards_are_parted_by_whether_the_base_trips_them_too() {
    let with = |guards: &[GuardReport]| Plan { guards: guards.to_vec(), ..plan(Vec::new()) };
    let base = with(&[guard(1, true, &[10, 20]), guard(2, false, &[]), guard(3, true, &[])]);
    let alone = with(&[guard(1, true, &[20, 30]), guard(2, true, &[]), guard(3, false, &[])]);
    let both = attributed(alone.clone(), &base);
    assert_eq!(both.own_guards(), [guard(1, false, &[30]), guard(2, true, &[]), guard(3, false, &[])]);
    assert_eq!(both.pending_guards(), [guard(1, true, &[20]), guard(2, false, &[]), guard(3, false, &[])]);
    let noted = both.base.unwrap();
    assert_eq!(noted.tripped, [Some(PropertyId(1))]);
    assert_eq!(noted.withheld.into_iter().collect::<Vec<_>>(), [group(20).id]);
    assert_eq!(alone.own_guards(), alone.guards, "without a base all is one's own");
    assert_eq!(alone.pending_guards(), []);
}
