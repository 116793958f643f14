use std::collections::{BTreeMap, BTreeSet};

use super::{Profiles, due, inverse, stays};
use crate::access::{Account, Detail, ExternalId, GroupId, Membership, Personal, Profile, User, UserId};
use crate::plan::between::Inputs;
use crate::plan::directory::Directory;
use crate::plan::example::{at, change, desired, finding, image, plan};
use crate::plan::fingerprint::fingerprint;
use crate::plan::guard::Allowances;
use crate::plan::order::{cost, steps};
use crate::plan::proof::Progress;
use crate::plan::{Action, Calls, Change, Finding, GuardReport, Image, Plan, Summary};
use crate::rules::{RuleId, Severity};

fn deleted() -> Change {
    Change {
        action: Action::Delete,
        external_id: ExternalId::new("entrata:990002"),
        ..change(Some(image(&[])), None)
    }
}

#[test]
fn a_way_back_has_nothing_of_the_plan_but_its_changes_the_other_way_round() {
    let there = change(Some(image(&[10])), Some(image(&[10, 20])));
    let applied = Plan {
        fingerprint: "aa".to_owned(),
        summary: Summary { create: 9, update: 9, revoke: 9, delete: 9, unchanged: 9, frozen: 9 },
        findings: vec![finding(Severity::Info, "told")],
        guards: vec![GuardReport::default()],
        next_boundary: Some(at("2026-03-02T18:00:00Z")),
        held: BTreeSet::from([ExternalId::new("entrata:990003")]),
        upcoming: Some(Vec::new()),
        results: Some(Vec::new()),
        calls: Calls { entrata: 9, brivo: 9, to_apply: 9, cache: None },
        ..plan(vec![there, deleted()])
    };
    let based = crate::plan::base::Base {
        manifest: applied.manifest.clone(),
        findings: Vec::new(),
        tripped: Vec::new(),
        withheld: BTreeSet::new(),
        settled: BTreeSet::new(),
    };
    let back = inverse(&Plan { base: Some(based), ..applied.clone() }, Profiles::Restored);
    let [change] = &back.changes[..] else { panic!("{:?}", back.changes) };
    let sides = (change.before.as_deref(), change.after.as_deref());
    assert_eq!(sides, (Some(&image(&[10, 20])), Some(&image(&[10]))));
    assert_eq!(change.action, Action::Update);
    let undo = back.undo.as_ref().unwrap();
    assert_eq!((undo.fingerprint.as_str(), undo.as_of), ("aa", applied.as_of));
    assert_ne!(back.fingerprint, applied.fingerprint);
    assert_eq!(back.summary, Summary { update: 1, ..Summary::default() });
    let [Finding { rule: RuleId::D9, external_id, severity: Severity::Warning, .. }] = &back.findings[..]
    else {
        panic!("{:?}", back.findings)
    };
    assert_eq!(external_id.as_ref(), Some(&deleted().external_id));
    assert_eq!((&back.guards, back.next_boundary, &back.base), (&Vec::new(), None, &None));
    assert_eq!((&back.held, &back.upcoming, &back.results), (&BTreeSet::new(), &None, &None));
    assert_eq!(back.calls, Calls { to_apply: cost(&steps(change)), ..Calls::default() });
    assert_eq!((back.as_of, &back.manifest), (applied.as_of, &applied.manifest));
}

#[test]
fn whoever_is_left_without_a_group_is_revoked_and_whoever_had_none_is_not() {
    let action = |before: Option<Image>, after: Image| {
        inverse(&plan(vec![change(before, Some(after))]), Profiles::Restored).changes.remove(0).action
    };
    assert_eq!(action(Some(image(&[])), image(&[10])), Action::Revoke);
    assert_eq!(action(None, image(&[10])), Action::Revoke, "somebody who was made keeps the record");
    assert_eq!(action(Some(image(&[10])), image(&[])), Action::Update);
    let ends = Image { effective_to: Some(at("2026-03-02T18:00:00Z")), ..image(&[]) };
    assert_eq!(action(Some(image(&[])), ends), Action::Update, "no group before and none after");
}

#[test]
fn suspensions_stay_and_names_where_they_are_not_known() {
    let stopped = Image { suspended: true, ..image(&[10]) };
    let only_stopped = plan(vec![change(Some(image(&[10])), Some(stopped))]);
    assert_eq!(inverse(&only_stopped, Profiles::Restored).changes, []);
    let edits: [fn(&mut Image); 5] = [
        |image| image.first_name = Personal::new("Rose"),
        |image| image.middle_name = Some(Personal::new("Maria")),
        |image| image.last_name = Personal::new("Rentor"),
        |image| image.emails = [].into(),
        |image| image.phones = [].into(),
    ];
    for (place, edit) in edits.iter().enumerate() {
        let mut renamed = image(&[10]);
        edit(&mut renamed);
        let only_renamed = plan(vec![change(Some(image(&[10])), Some(renamed))]);
        assert_eq!(inverse(&only_renamed, Profiles::Restored).changes.len(), 1, "{place}");
        assert_eq!(inverse(&only_renamed, Profiles::Left).changes, [], "{place}");
    }
}

#[test]
fn each_reason_to_stay_has_words_of_its_own() {
    let told = |progress: Option<Progress>| {
        let finding = stays(&change(None, Some(image(&[10]))), progress.as_ref());
        (finding.severity, finding.message)
    };
    let (severity, text) = told(Some(Progress::Done));
    assert_eq!((severity, text.read().contains("nothing to take back")), (Severity::Info, true), "{text}");
    for (progress, words) in [
        (Some(Progress::Otherwise(vec!["the end", "groups"])), "(the end, groups)"),
        (Some(Progress::Gone), "the user is gone"),
        (Some(Progress::Undone), "nothing is known"),
        (None, "nothing is known"),
    ] {
        let (severity, text) = told(progress);
        assert_eq!((severity, text.read().contains(words)), (Severity::Error, true), "{text}");
    }
}

/// What is due of a way back for Rosa, who holds group 10 of a property of this guard.
fn due_of(back: &Plan, guard: &str) -> Plan {
    let property = "id: 500001, name: Alder Court, time_zone: America/Chicago, groups: [G10]";
    let desired = desired(&format!("{{ {property}, guard: {guard} }}"));
    let Image { first_name, middle_name, last_name, emails, phones, .. } = image(&[]);
    let user = User {
        external_id: Some(ExternalId::new("entrata:990001")),
        profile: Profile { first_name, middle_name, last_name, emails, phones },
        suspended: false,
        updated: None,
        membership: Membership::Whole([GroupId(10)].into()),
        detail: Some(Detail::default()),
    };
    let account = Account {
        groups: BTreeMap::from([(GroupId(10), "G10".into())]).into(),
        users: [(UserId(7), user)].into_iter().collect(),
    };
    let inputs = Inputs {
        desired: &desired,
        account: &account,
        directory: &Directory::of(&desired, &account),
        as_of: at("2026-03-01T18:10:00Z"),
        scope: &back.scope,
        allowances: &Allowances::default(),
        manifest: &back.manifest,
        calls: Calls { entrata: 1, brivo: 2, ..Calls::default() },
    };
    let here = (Progress::Undone, Some(UserId(8)));
    due(&inputs, back, &BTreeMap::from([(ExternalId::new("entrata:990001"), here)]))
}

#[test]
fn what_is_due_of_a_way_back_is_counted_anew() {
    let back = Plan {
        saved_at: Some(at("2026-03-01T18:05:00Z")),
        account: Some("api.example.com-0a1b2c3d".to_owned()),
        ..inverse(&plan(vec![change(Some(image(&[])), Some(image(&[10])))]), Profiles::Restored)
    };
    let due = due_of(&back, "{ max_revokes: 1 }");
    let [only] = &due.changes[..] else { panic!("{due:?}") };
    assert_eq!(*only, Change { brivo_user_id: Some(UserId(8)), ..back.changes[0].clone() });
    assert_eq!((due.as_of, due.saved_at, &due.account), (at("2026-03-01T18:10:00Z"), None, &None));
    assert_eq!(due.fingerprint, fingerprint(&due.changes));
    assert_eq!(due.calls, Calls { entrata: 1, brivo: 2, to_apply: cost(&steps(only)), cache: None });
    assert_eq!((due.summary, &due.held), (Summary { revoke: 1, ..Summary::default() }, &BTreeSet::new()));
    assert_eq!(due.undo, back.undo);

    let held = due_of(&back, "{ max_revokes: 0, max_revoke_percent: 0 }");
    assert_eq!((&held.changes, held.summary), (&Vec::new(), Summary::default()));
    assert_eq!(held.held, BTreeSet::from([ExternalId::new("entrata:990001")]));
    assert_eq!(held.calls.to_apply, 0);
    assert!(held.guards[0].tripped, "{:?}", held.guards);
}

#[test]
fn a_way_back_gives_a_group_to_no_more_people_than_may_get_it() {
    let back = inverse(&plan(vec![change(Some(image(&[10])), Some(image(&[])))]), Profiles::Restored);
    let withheld = due_of(&back, "{ max_grants: 0 }");
    assert_eq!((withheld.changes.len(), withheld.guards[0].grants.len()), (0, 1));
    assert_eq!(withheld.held, BTreeSet::from([ExternalId::new("entrata:990001")]));
    let given = due_of(&back, "{ max_grants: 1 }");
    assert_eq!((given.changes.len(), given.guards[0].grants.len()), (1, 0));
}
