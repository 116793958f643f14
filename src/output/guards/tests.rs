use super::paragraphs;
use crate::access::{ExternalId, GroupId, GroupRef, PropertyId};
use crate::output::{escape, example};
use crate::plan::{DayReport, GrantReport, GuardReport};

fn said(guard: GuardReport) -> Vec<String> {
    paragraphs(&[guard], &example::properties(), str::to_owned)
}

fn tripped(property_id: Option<PropertyId>) -> GuardReport {
    GuardReport { property_id, tripped: true, revokes: 12, people: 90, limit: 9, ..GuardReport::default() }
}

fn people(count: u64) -> Vec<ExternalId> {
    (1..=count).map(|id| ExternalId::new(format!("entrata:{id}"))).collect()
}

#[test]
fn a_guard_names_what_lets_it_through() {
    let [birch] = &said(tripped(Some(example::BIRCH)))[..] else { panic!("one paragraph") };
    assert!(birch.starts_with(
        "Birch Lofts (500002): 12 of 90 people would lose something, and at most 9 may in one run (R3)."
    ));
    assert!(birch.contains("`--allow-revokes 500002=12`, or `--allow-revokes 12`"), "{birch}");
    assert!(said(tripped(None))[0].contains("add `--allow-revokes 12`"));
    assert!(said(tripped(Some(PropertyId(7))))[0].starts_with("Property 7: "));
}

#[test]
fn a_guard_names_the_people() {
    let of = |count| said(GuardReport { would_lose: people(count), ..tripped(None) }).concat();
    assert!(of(2).contains("(R3): entrata:1, entrata:2. What they"), "{}", of(2));
    assert!(
        of(7).contains("(R3): entrata:1, entrata:2, entrata:3, entrata:4, entrata:5 and 2 more. What they")
    );
}

#[test]
fn a_day_that_is_used_up_says_so() {
    let day = Some(DayReport { revokes: 21, limit: 20 });
    let within = GuardReport { revokes: 3, day, ..tripped(None) };
    let told = said(within).concat();
    let part = "3 of 90 people would lose something, with those of the last 24 hours 21, and at most 20 may in 24 hours (R3).";
    assert!(told.contains(part), "{told}");
    let told = said(GuardReport { day, ..tripped(None) }).concat();
    assert!(told.contains("at most 9 may in one run"), "the limit of a run comes first: {told}");
}

#[test]
fn what_would_be_given_is_told_with_its_flag() {
    let group = GroupRef { id: GroupId(15_610_009), name: "Staff *Doors*".into() };
    let report = GrantReport { group, sensitive: false, grants: 900, limit: 50, would_get: people(900) };
    let sensitive =
        GrantReport { sensitive: true, grants: 1, limit: 0, would_get: people(1), ..report.clone() };
    let guard = GuardReport { grants: vec![report, sensitive], ..GuardReport::default() };
    let [many, one] = &said(guard.clone())[..] else { panic!("two paragraphs, and none of what is taken") };
    for part in [
        "Group Staff *Doors* (15610009): 900 people would be put into it, and at most 50 may in one run (R3): entrata:1, ",
        "and 895 more. Nobody is",
        "`--allow-grants 15610009=900`",
    ] {
        assert!(many.contains(part), "{many}");
    }
    assert!(one.contains("1 person would be put into it, and the manifest calls it sensitive"), "{one}");
    assert!(one.contains("`--allow-grants 15610009=1`"), "{one}");
    let escaped = paragraphs(&[guard], &example::properties(), escape::markdown).concat();
    assert!(!escaped.contains("*Doors*"), "{escaped}");
}
