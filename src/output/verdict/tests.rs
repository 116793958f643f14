use super::{applied_line, boundary_line, causes_line, no_changes, plan_line, scope_words};
use crate::access::ExternalId;
use crate::access::shard::Shard;
use crate::output::example;
use crate::plan::{Cause, Plan, Scope, Summary};
use crate::rules::RuleId;
use crate::rules::Severity;

#[test]
fn the_last_line_is_the_one_of_the_contract() {
    let summary = Summary { create: 3, update: 1, revoke: 2, delete: 0, unchanged: 7, frozen: 1 };
    assert_eq!(plan_line(&summary), "Plan: 3 to create, 1 to update, 2 to revoke, 0 to delete; 1 frozen.");
}

#[test]
fn results_are_counted() {
    let results = example::applied().results.unwrap();
    assert_eq!(applied_line(&results), "Applied: 3 of 5; 1 failed, 1 held back.");
}

#[test]
fn nothing_to_change_is_said_as_far_as_it_is_true() {
    let quiet = example::quiet();
    let with = |severity| Plan {
        findings: vec![example::finding(severity, RuleId::T20, Some(example::ALDER), "something")],
        ..example::quiet()
    };
    let guarded = Plan { guards: example::plan().guards, ..example::quiet() };
    let cases = [
        (example::plan(), None),
        (quiet, Some("No changes. Brivo is in step with the leases.")),
        (with(Severity::Info), Some("No changes. Brivo is in step with the leases; 1 note.")),
        (
            with(Severity::Error),
            Some(
                "No changes. Brivo is in step with the leases, except where the findings say otherwise: 1 error.",
            ),
        ),
        (guarded, Some("No changes: a guard holds back what would be taken.")),
    ];
    for (plan, said) in cases {
        assert_eq!(no_changes(&plan).as_deref(), said);
    }
}

#[test]
fn the_boundary_is_told_on_every_clock() {
    let said = boundary_line(&example::plan(), &example::properties()).unwrap();
    assert_eq!(
        said,
        "Time alone changes something next at 2026-04-30 12:00 CDT (America/Chicago) = 2026-04-30 13:00 EDT (America/New_York)."
    );
    assert_eq!(boundary_line(&example::quiet(), &example::properties()), None);
}

#[test]
fn a_partial_plan_says_so() {
    let scope = Scope {
        properties: vec![example::ALDER, example::BIRCH],
        customers: vec!["990001".to_owned()],
        shard: Shard::new(2, 4),
        prune: true,
        allow_unmapped_revoke: true,
    };
    assert_eq!(
        scope_words(&scope).unwrap(),
        "only property 500001, 500002; only customer 990001; part 2/4 of the properties; with --prune; with \
         --allow-unmapped-revoke"
    );
    assert_eq!(scope_words(&Scope::default()), None);
}

#[test]
fn causes_are_told_where_the_manifest_is_one() {
    let mut plan = example::compared();
    assert_eq!(causes_line(&plan).unwrap(), "1 change comes from this manifest, 4 pending without it.");
    plan.changes.retain(|change| change.cause != Cause::Manifest);
    plan.base.as_mut().unwrap().settled.insert(ExternalId::new("entrata:990009"));
    assert_eq!(
        causes_line(&plan).unwrap(),
        "No change comes from this manifest, 4 pending without it. 1 pending change goes with it."
    );
    assert_eq!(causes_line(&example::plan()), None);
}
