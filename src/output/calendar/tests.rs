use super::*;
use crate::access::ExternalId;
use crate::output::example::{self, at, group, reason};
use crate::rules::RuleId;

fn turn(action: Turn, gains: &[&str], loses: &[&str]) -> Upcoming {
    let groups = |names: &[&str]| names.iter().map(|name| group(1, name)).collect();
    Upcoming {
        at: at("2026-03-05T16:00:00Z"),
        external_id: ExternalId::new("entrata:990001"),
        property_ids: vec![example::ALDER],
        action,
        gains: groups(gains),
        loses: groups(loses),
        effective_from: Some(at("2026-03-05T16:00:00Z")),
        effective_to: None,
        reasons: vec![reason(RuleId::T14, "900004", None, "the end date has lapsed")],
    }
}

#[test]
fn every_turn_is_a_sentence() {
    let clock = Clock::of(Some(example::ALDER), &example::properties());
    let later = Upcoming {
        effective_from: Some(at("2026-03-12T15:00:00Z")),
        ..turn(Turn::Gains, &["Alder 101", "Alder Residents"], &[])
    };
    let cases = [
        (turn(Turn::Gains, &["Alder 101"], &[]), "gains Alder 101"),
        (later, "gains Alder 101, Alder Residents (written ahead: the doors open at 2026-03-12 10:00 CDT)"),
        (turn(Turn::Loses, &[], &["Alder 101"]), "loses Alder 101"),
        (turn(Turn::Moves, &["Alder 204"], &["Alder 201"]), "gains Alder 204, loses Alder 201"),
        (turn(Turn::Ends, &[], &["Alder 101"]), "access ends: loses Alder 101"),
        (turn(Turn::Opens, &[], &[]), "the doors open: what was written ahead begins"),
        (turn(Turn::Dates, &[], &[]), "the user's dates become 2026-03-05 10:00 CST to no end"),
        (
            turn(Turn::Freezes, &[], &[]),
            "is frozen: from then on nothing is changed until somebody settles it",
        ),
        (turn(Turn::Thaws, &[], &["Alder 101"]), "is frozen no more, loses Alder 101"),
    ];
    for (turn, sentence) in cases {
        assert_eq!(super::sentence(&turn, &clock), sentence);
    }
    assert_eq!(because(&turn(Turn::Ends, &[], &[])), " (T14 the end date has lapsed, lease 900004)");
}

#[test]
fn days_are_local_and_stand_by_property() {
    let properties = example::properties();
    // 05:30 UTC on the sixth: still the fifth in Chicago, already the sixth in New York.
    let late = at("2026-03-06T05:30:00Z");
    let on =
        |properties: Vec<_>| Upcoming { at: late, property_ids: properties, ..turn(Turn::Opens, &[], &[]) };
    let turns = [
        on(vec![]),
        on(vec![example::BIRCH]),
        on(vec![example::ALDER, example::BIRCH]),
        on(vec![example::ALDER]),
    ];
    let days: Vec<_> = days(&turns, &properties)
        .into_iter()
        .map(|day| (day.property, day.date.to_string(), day.turns.len()))
        .collect();
    assert_eq!(
        days,
        [
            (Some(example::ALDER), "2026-03-05".to_owned(), 2),
            (Some(example::BIRCH), "2026-03-06".to_owned(), 1),
            (None, "2026-03-06".to_owned(), 1),
        ]
    );
}
