use insta::assert_snapshot;

use super::{Ran, Sent, Traffic, junit, metrics, outputs};
use crate::output::{Properties, example};
use crate::plan::Plan;

fn ran<'a>(plan: Option<&'a Plan>, properties: &'a Properties, exit: u8) -> Ran<'a> {
    Ran {
        mode: "apply",
        ended_at: "2026-03-01T18:00:05Z".parse().unwrap(),
        seconds: 4.25,
        exit,
        error: plan.is_none().then_some("Brivo's gateway refuses the api key"),
        plan,
        properties,
        traffic: Traffic {
            entrata: Sent { calls: 4, throttled: 0 },
            brivo: Sent { calls: 31, throttled: 2 },
        },
    }
}

#[test]
fn steps_that_come_after_get_counts_and_the_plans_hash() {
    let (plan, properties) = (example::applied(), example::properties());
    let lines = outputs::lines(&ran(Some(&plan), &properties, 4));
    assert_snapshot!(lines.replace(&plan.fingerprint, "HASH"), @"
    exit=4
    changes=5
    creates=1
    updates=2
    revokes=1
    deletes=1
    frozen=6
    errors=6
    warnings=2
    notes=1
    guards_tripped=1
    plan_hash=HASH
    applied=3
    failed=1
    held=1
    ");
    assert_eq!(outputs::lines(&ran(None, &properties, 1)), "exit=1\n");
}

#[test]
fn metrics_tell_the_run_and_keep_the_last_success() {
    let (plan, properties) = (example::plan(), example::properties());
    let page = metrics::write(&ran(Some(&plan), &properties, 4), None);
    let values: Vec<&str> = page.lines().filter(|line| !line.starts_with('#')).collect();
    let values = values.join("\n");
    assert_snapshot!(values, @r#"
    reconcile_run_info{mode="apply",version="0.1.0"} 1
    reconcile_last_run_timestamp_seconds 1772388005
    reconcile_last_success_timestamp_seconds 1772388005
    reconcile_exit_code 4
    reconcile_run_seconds 4.250
    reconcile_calls{service="entrata"} 4
    reconcile_calls{service="brivo"} 31
    reconcile_throttled_calls{service="entrata"} 0
    reconcile_throttled_calls{service="brivo"} 2
    reconcile_people{state="unchanged"} 8
    reconcile_people{state="changing"} 5
    reconcile_people{state="frozen"} 6
    reconcile_changes{action="create"} 1
    reconcile_changes{action="update"} 2
    reconcile_changes{action="revoke"} 1
    reconcile_changes{action="delete"} 1
    reconcile_findings{severity="error"} 6
    reconcile_findings{severity="warning"} 2
    reconcile_findings{severity="info"} 1
    reconcile_guards_tripped 1
    reconcile_guard_revokes{property="500001"} 1
    reconcile_guard_revokes{property="500002"} 12
    reconcile_guard_limit{property="500001"} 5
    reconcile_guard_limit{property="500002"} 9
    reconcile_guard_people{property="500001"} 9
    reconcile_guard_people{property="500002"} 90
    reconcile_next_boundary_timestamp_seconds 1777568400
    "#);
    for line in page.lines().filter(|line| line.starts_with("# TYPE")) {
        assert!(line.ends_with(" gauge"), "{line}");
    }
    let failed = metrics::write(&ran(None, &properties, 1), Some(&page));
    assert!(failed.contains("\nreconcile_last_success_timestamp_seconds 1772388005\n"), "{failed}");
    assert!(failed.contains("\nreconcile_exit_code 1\n") && !failed.contains("reconcile_people"));
    let first = metrics::write(&ran(None, &properties, 1), Some("no such line"));
    assert!(!first.contains("last_success"), "nothing ever succeeded");
}

#[test]
fn a_run_with_a_failed_write_is_no_success() {
    let (plan, properties) = (example::applied(), example::properties());
    assert!(!ran(Some(&plan), &properties, 3).is_success());
    let plan = example::plan();
    let exits: Vec<u8> = [0, 1, 2, 3, 4, 130]
        .into_iter()
        .filter(|exit| ran(Some(&plan), &properties, *exit).is_success())
        .collect();
    assert_eq!(exits, [0, 2, 3, 4]);
}

#[test]
fn a_list_of_tests_has_guards_people_and_writes() {
    let (plan, properties) = (example::applied(), example::properties());
    assert_snapshot!(junit::write(&ran(Some(&plan), &properties, 4)), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="reconcile --apply">
      <testsuite name="guards" tests="2" failures="1">
        <testcase classname="guards" name="Birch Lofts (500002)">
          <failure type="R3" message="Birch Lofts (500002): 12 of 90 people would lose something, and at most 9 may in one run (R3). What they would lose is held back, what anybody gains goes on. If it is meant, add `--allow-revokes 500002=12`, or `--allow-revokes 12`, which lets through whatever would take from exactly 12."/>
        </testcase>
        <testcase classname="guards" name="Alder Court (500001)"/>
      </testsuite>
      <testsuite name="findings" tests="6" failures="6">
        <testcase classname="findings" name="U4 Alder Court (500001): entrata:990010, unit 400">
          <failure type="U4" message="no entry of `units` matches the unit"/>
        </testcase>
        <testcase classname="findings" name="U4 Alder Court (500001): entrata:990011, unit 401">
          <failure type="U4" message="no entry of `units` matches the unit"/>
        </testcase>
        <testcase classname="findings" name="U4 Alder Court (500001): entrata:990012, unit 402">
          <failure type="U4" message="no entry of `units` matches the unit"/>
        </testcase>
        <testcase classname="findings" name="U4 Alder Court (500001): entrata:990013, unit 403">
          <failure type="U4" message="no entry of `units` matches the unit"/>
        </testcase>
        <testcase classname="findings" name="U4 Alder Court (500001): entrata:990014, unit 404">
          <failure type="U4" message="no entry of `units` matches the unit"/>
        </testcase>
        <testcase classname="findings" name="T18 Alder Court (500001): entrata:990020">
          <failure type="T18" message="Current, but the move-out date 2026-02-20 has lapsed; Brivo closes the door all the same at 2026-03-02 16:00 CST"/>
        </testcase>
      </testsuite>
      <testsuite name="writes" tests="2" failures="1">
        <testcase classname="writes" name="entrata:990002">
          <failure type="R5" message="Brivo answered 503 four times; the next run tries again"/>
        </testcase>
        <testcase classname="writes" name="3 written"/>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn a_run_without_a_plan_is_a_failed_test() {
    let properties = example::properties();
    assert_snapshot!(junit::write(&ran(None, &properties, 1)), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="reconcile --apply">
      <testsuite name="run" tests="1" failures="1">
        <testcase classname="run" name="there is a plan">
          <failure type="exit 1" message="Brivo&#39;s gateway refuses the api key"/>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn a_list_of_tests_has_an_end() {
    let (mut plan, properties) = (example::quiet(), example::properties());
    let finding = &example::plan().findings[0];
    plan.findings = std::iter::repeat_n(finding.clone(), 40_000).collect();
    let page = junit::write(&ran(Some(&plan), &properties, 3));
    assert!(page.contains("tests=\"40000\" failures=\"40000\"") && page.contains("and 39000 more"));
    assert!(page.len() < 1 << 20);
}

#[test]
fn nothing_hostile_is_markup() {
    let (mut plan, mut properties) = (example::applied(), example::properties());
    let hostile = "\"/><x a='&#1;'>]]>\u{1b}[31m";
    properties.get_mut(&example::ALDER).unwrap().name = hostile.to_owned();
    plan.findings[0].message = hostile.to_owned().into();
    plan.results.as_mut().unwrap()[1].error = Some(hostile.to_owned());
    let page = junit::write(&ran(Some(&plan), &properties, 4));
    assert!(!page.contains("<x") && !page.contains('\u{1b}') && !page.contains("a='"), "{page}");
}
