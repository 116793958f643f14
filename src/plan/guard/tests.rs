use std::collections::{BTreeMap, BTreeSet};

use super::{Allowances, Counted, Lately, Taken, Tallies, reports};
use crate::access::{Account, ExternalId, GroupId, PropertyId};
use crate::plan::between::{Inputs, between};
use crate::plan::directory::Directory;
use crate::plan::example::{at, desired, image};
use crate::plan::{Calls, DayReport, GuardReport, Image, ManifestRef, Scope};

const ALDER: Option<PropertyId> = Some(PropertyId(500_001));

fn persons(names: &[&str]) -> BTreeSet<ExternalId> {
    names.iter().map(|name| ExternalId::new(format!("entrata:{name}"))).collect()
}

/// The guard of a property with these people, of whom these lose something now and those lost something today.
fn guard(limits: &str, people: &[&str], now: &[&str], today: &[&str]) -> GuardReport {
    let property = "id: 500001, name: Alder Court, time_zone: America/Chicago, groups: [G10]";
    let desired = desired(&format!("{{ {property}, guard: {limits} }}"));
    let losers = persons(now);
    let counted = |external_id: ExternalId| Counted {
        properties: [ALDER].into(),
        loses: losers.contains(&external_id),
        external_id,
    };
    let mut tallies = Tallies::default();
    tallies.extend(persons(people).into_iter().map(counted));
    let lately: Lately = BTreeMap::from([(ALDER, persons(today))]);
    let mut reports = reports(&desired, tallies, &lately, &Allowances::default(), at("2026-03-01T18:00:00Z"));
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

#[test]
fn a_day_that_took_too_much_holds_back_only_what_would_be_taken_now() {
    let limits = "{ max_revokes: 100, max_revokes_per_day: 2 }";
    let (three, all) = (["1", "2", "3"], ["1", "2", "3", "4"]);
    let quiet = guard(limits, &all, &[], &three);
    assert_eq!((quiet.tripped, quiet.day), (false, Some(DayReport { revokes: 3, limit: 2 })));
    let more = guard(limits, &all, &["4"], &three);
    assert_eq!((more.tripped, more.day), (true, Some(DayReport { revokes: 4, limit: 2 })));
    let last = guard(limits, &all, &["2"], &["1"]);
    assert!(!last.tripped, "two are as many as may");
    let twice = guard(limits, &all, &["1", "2"], &["1", "2"]);
    assert_eq!(
        (twice.tripped, twice.day),
        (false, Some(DayReport { revokes: 2, limit: 2 })),
        "the same people"
    );
}

#[test]
fn the_larger_of_number_and_share_may_lose_something_in_one_run() {
    let ten: Vec<String> = (0..10).map(|number| number.to_string()).collect();
    let ten: Vec<&str> = ten.iter().map(String::as_str).collect();
    for (limits, losers, tripped) in [
        ("{ max_revokes: 2, max_revoke_percent: 0 }", 2, false),
        ("{ max_revokes: 2, max_revoke_percent: 0 }", 3, true),
        ("{ max_revokes: 0, max_revoke_percent: 39 }", 3, false),
        ("{ max_revokes: 0, max_revoke_percent: 39 }", 4, true),
        ("{ max_revokes: 4, max_revoke_percent: 30 }", 4, false),
    ] {
        let report = guard(limits, &ten, &ten[..losers], &[]);
        assert_eq!((report.tripped, report.people, report.day), (tripped, 10, None), "{limits} {losers}");
        assert_eq!(report.would_lose.len(), if tripped { losers } else { 0 }, "{limits} {losers}");
    }
}

/// How many the day counts after an earlier run made this of somebody in group 10.
fn counted(after: Option<Image>) -> u64 {
    let property = "id: 500001, name: Alder Court, time_zone: America/Chicago, groups: [G10, G20]";
    let desired = desired(&format!("{{ {property}, guard: {{ max_revokes_per_day: 5 }} }}"));
    let groups = [10, 20].map(|id| (GroupId(id), format!("G{id}").into()));
    let account = Account { groups: BTreeMap::from(groups).into(), users: litemap::LiteMap::new_vec() };
    let [external_id] = ["entrata:990001"].map(ExternalId::new);
    let taken = Taken { at: at("2026-03-01T12:00:00Z"), external_id, before: image(&[10]), after };
    let allowances = Allowances { taken: Some(vec![taken]), ..Allowances::default() };
    let plan = between(&Inputs {
        desired: &desired,
        account: &account,
        directory: &Directory::of(&desired, &account),
        as_of: at("2026-03-01T18:00:00Z"),
        scope: &Scope::default(),
        allowances: &allowances,
        manifest: &ManifestRef { paths: Vec::new(), sha256: String::new() },
        calls: Calls::default(),
    });
    plan.guards[0].day.unwrap().revokes
}

#[test]
fn only_what_earlier_runs_took_counts_for_the_day() {
    assert_eq!(counted(Some(image(&[]))), 1);
    assert_eq!(counted(None), 1, "a record that was deleted");
    assert_eq!(counted(Some(image(&[10, 20]))), 0, "what was given takes nothing");
}
