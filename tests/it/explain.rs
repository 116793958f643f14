//! Why somebody can or can't get in: the page that answers a support call.

use crate::support::{Outcome, Workplace};

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

fn quickstart() -> Workplace {
    Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", WORLD)
}

/// The page about a customer of the quickstart.
fn customer(id: &str) -> String {
    let outcome = quickstart().run(&format!("explain --customer {id} --sandbox world.yaml"));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    outcome.stdout
}

fn assert_in_order(page: &str, parts: &[&str]) {
    let mut rest = page;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            panic!("«{part}» is not in its place of\n{page}")
        };
        rest = after;
    }
}

#[test]
fn somebody_frozen_learns_what_settles_it() {
    assert_in_order(
        &customer("990102"),
        &[
            "entrata:990102  Fritz Frozen\n",
            "As of 2026-03-01 11:00 MST (America/Denver).",
            "Frozen: nothing about them is changed",
            "error   T18 Current although the move-out date has lapsed",
            "To do: decide which it is. They have left: perform the move-out in Entrata.",
            "What will change\n\n  Nothing, because they are frozen.",
            "What time alone will bring\n\n  Nothing while they are frozen.",
            "lease 900102, Birch House (500002), unit 302-B, times in America/Denver",
            "lease        Current; move-in 2025-08-16, move-out 2026-02-15",
            "term         2025-08-16 to 2026-07-31 (Current)",
            "\"Birch Bed 302-B\" (reconcile.yaml:40)",
            "until 2026-02-15 16:00 MST: 2025-08-16 10:00 MDT to 2026-07-31 16:00 MDT",
            "T12 no move-out date: access until the lease's end 2026-07-31 at 16:00 (reconcile.yaml:36)",
            "from 2026-02-15 16:00 MST: over (this holds now)",
            "T18 the end date 2026-02-15 has lapsed",
            "user 15700102",
            "dates        2025-08-16 10:00 MDT to 2026-07-31 16:00 MDT",
            "no card, pass or PIN is assigned",
        ],
    );
}

#[test]
fn a_holdover_learns_that_nothing_happens_and_how_it_is_mended() {
    assert_in_order(
        &customer("990007"),
        &[
            "Nothing to do: Brivo holds what the rules give them.",
            "note    T20 holdover: the lease's end 2026-01-31 has passed without a move-out date (29 days over)",
            "To do: renew the lease in Entrata",
            "2025-02-01 10:00 CST to no end\n",
            "T11 no move-out date: perpetual (reconcile.yaml:27)",
            "All leases together give now: \"Alder 203\", \"Alder Residents\"",
        ],
    );
}

#[test]
fn a_transfer_shows_both_units_and_when_the_old_one_goes() {
    assert_in_order(
        &customer("990005"),
        &[
            "The next apply changes their Brivo user.",
            "+ Alder 204 (15610204)",
            "L10 two units while both windows are open",
            "What time alone will bring\n\n  2026-03-04 12:00 CST  loses Alder 201 (T14 ",
            "lease 900004, Alder Court (500001), unit 201",
            "until 2026-03-04 12:00 CST: 2025-01-15 10:00 CST to 2026-03-04 12:00 CST (this holds now)",
            "from 2026-03-04 12:00 CST: over",
            "lease 900005, Alder Court (500001), unit 204",
            "2026-03-01 10:00 CST to no end",
            "credential   22310005: 2025-01-15 10:00 CST to 2026-03-04 12:00 CST",
            "opens now    the doors of these groups\n",
        ],
    );
}

#[test]
fn a_guarantor_learns_that_no_rule_gives_access() {
    let page = customer("990002");
    assert_in_order(
        &page,
        &["No access: no rule gives them any", "Guarantor;", "P1  a guarantor never", "No user of theirs."],
    );
    assert!(!page.contains("opens  "), "a lease that gives them nothing opens nothing: {page}");
}

#[test]
fn a_guard_is_named_with_what_lets_through() {
    let strict = MANIFEST.replace(
        "  provision_ahead_days: 7",
        "  provision_ahead_days: 7\n  guard: { max_revokes: 0, max_revoke_percent: 0 }",
    );
    let place = Workplace::new().file("reconcile.yaml", strict).file("world.yaml", WORLD);
    let page = place.run("explain --customer 990103 --sandbox world.yaml").stdout;
    assert_in_order(
        &page,
        &[
            "is held back by a guard.",
            "Held back: Birch House (500002): 1 of 3 people",
            "--allow-revokes 500002=1",
        ],
    );
    let elsewhere = place.run("explain --customer 990005 --sandbox world.yaml").stdout;
    assert!(!elsewhere.contains("guard"), "{elsewhere}");
}

#[test]
fn an_override_is_told_and_what_follows_it() {
    let manifest = format!(
        "{MANIFEST}\noverrides:\n  - {{ customer: 990101, effect: revoke, reason: \"Writ executed\", owner: legal@example.com, until: 2026-03-03 }}\n"
    );
    let place = Workplace::new().file("reconcile.yaml", manifest).file("world.yaml", WORLD);
    let page = place.run("explain --customer 990101 --sandbox world.yaml").stdout;
    assert_in_order(
        &page,
        &[
            "The next apply takes every managed group",
            "The override\n\n  revoke, by legal@example.com, until 2026-03-04 00:00 MST (reconcile.yaml:43)",
            "Reason: Writ executed",
            "because      O1  an override",
            "2026-03-04 00:00 MST  is frozen",
        ],
    );
}

#[test]
fn somebody_in_no_reply_learns_that_entrata_was_asked() {
    let lines: Vec<&str> = WORLD.lines().collect();
    let from = lines.iter().position(|line| line.contains("id: 900007")).unwrap();
    let until = lines[from..].iter().position(|line| line.is_empty()).unwrap() + from;
    let world = [&lines[..from], &lines[until..]].concat().join("\n");
    let place = Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", world);
    let page = place.run("explain --customer 990007 --sandbox world.yaml").stdout;
    assert_in_order(
        &page,
        &[
            "takes every managed group",
            "D8  Entrata was asked about them",
            "No reply of Entrata names them.",
            "Entrata was asked about them alone, in 500001, and knows no lease of theirs (D8).",
            "user 15700007",
        ],
    );
}

#[test]
fn a_unit_shows_who_by_lease() {
    let outcome = quickstart().run("explain --unit 302 --sandbox world.yaml");
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_in_order(
        &outcome.stdout,
        &[
            "Unit 302, Birch House (500002) with the spaces 302-A, 302-B",
            "\"Birch 302\" (reconcile.yaml:40)",
            "Lease 900101, 302-A: Current",
            "entrata:990101  Ada Study  (Primary)",
            "access       2025-08-16 10:00 MDT to 2026-07-31 16:00 MDT (T12 ",
            "verdict      Nothing to do",
            "next         2026-07-31 16:00 MDT: access ends",
            "Lease 900102, 302-B: Current",
            "entrata:990102  Fritz Frozen  (Primary)",
            "error        T18",
            "to do        decide which it is",
        ],
    );
}

#[test]
fn a_unit_shows_who_holds_its_groups_without_a_lease_on_it() {
    let page =
        quickstart().run("explain --unit 201 --sandbox world.yaml --as-of 2026-03-10T18:00:00Z").stdout;
    assert!(!page.contains("on none of its leases"), "{page}");
    let world = WORLD
        .replace("groups: [Alder Residents, Alder 203]", "groups: [Alder Residents, Alder 203, Alder 201]");
    let place = Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", world);
    let page = place.run("explain --unit 201 --sandbox world.yaml").stdout;
    assert_in_order(
        &page,
        &["Lease 900004, 201: Notice", "on none of its leases", "entrata:990007  Holly Over"],
    );
}

#[test]
fn a_space_finds_its_unit_and_a_property_narrows() {
    let place = quickstart();
    assert!(
        place.run("explain --unit 303-B --sandbox world.yaml").stdout.starts_with("Unit 303, Birch House")
    );
    let elsewhere = place.run("explain --unit 302 --property 500001 --sandbox world.yaml");
    assert_eq!(elsewhere.code, 1);
    assert!(elsewhere.stderr.contains("a unit or a space 302 in 500001"), "{}", elsewhere.stderr);
    assert_eq!(place.run("explain --unit 302 --property 7 --sandbox world.yaml").code, 1);
}

#[test]
fn what_is_not_there_ends_with_one_and_what_was_meant() {
    let meant = |line: &str| -> Outcome { quickstart().run(line) };
    for (line, told) in [
        ("explain --customer 99010 --sandbox world.yaml", "did you mean 990101"),
        ("explain --customer Fritz --sandbox world.yaml", "did you mean 990102?"),
        ("explain --customer nobody --sandbox world.yaml", "give Entrata's customer id"),
        ("explain --unit 30-A --sandbox world.yaml", "did you mean 302-A"),
        ("explain T99", "did you mean T9 ("),
        ("explain holdover", "did you mean T20 ("),
        ("explain", "RULE|CODE|MANIFEST"),
    ] {
        let outcome = meant(line);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""), "{line}");
        assert!(outcome.stderr.contains(told), "{line}: {}", outcome.stderr);
    }
}

#[test]
fn a_rule_says_what_to_do() {
    let page = quickstart().run("explain T18").stdout;
    assert_in_order(
        &page,
        &["T18  ", "Changed in the manifest by: trust_move_out_on", "What to do: decide which it is"],
    );
}

#[test]
fn personal_data_is_hidden_in_ci_and_where_it_is_asked() {
    let hidden = quickstart().run("explain --customer 990102 --sandbox world.yaml --pii hide");
    let in_ci = quickstart().env("CI", "true").run("explain --unit 302 --sandbox world.yaml");
    for outcome in [hidden, in_ci] {
        assert_eq!(outcome.code, 0, "{outcome:?}");
        for personal in ["Fritz", "Frozen\n", "Ada", "example.com"] {
            assert!(!outcome.stdout.contains(personal), "{personal}: {}", outcome.stdout);
        }
        assert!(outcome.stdout.contains("entrata:990102"));
    }
}

/// A page over the world of somebody held back, foreseen, spared or former.
fn page_of(world: &str, of: &str) -> String {
    let place =
        Workplace::new().file("reconcile.yaml", include_str!("data/explain.yaml")).file("world.yaml", world);
    place.run(&format!("explain {of} --sandbox world.yaml")).stdout
}

#[test]
fn each_verdict_is_told_in_words_of_its_own() {
    let world = include_str!("data/explain.world.yaml");
    for (customer, told) in [
        ("990001", "Nothing to do: Brivo holds what the rules give them."),
        ("990003", "Nothing to do: they are in no reply of Entrata and hold no managed group."),
        ("990004", "Nothing yet: their first access is written at 2026-04-24 10:00 CDT."),
        ("990009", "Nothing is taken from them for now, although the leases alone would say so."),
    ] {
        let page = page_of(world, &format!("--customer {customer}"));
        assert!(page.contains(told), "{customer}: {page}");
    }
    // Entrata answers nothing for a property of whose group somebody is.
    let silent: Vec<&str> = world.lines().filter(|line| !line.contains("property: 500002, unit")).collect();
    let user =
        "    - { id: 15700010, external_id: \"entrata:990010\", name: Jo Ten, groups: [Birch Residents] }\n";
    let spared = page_of(&[&silent.join("\n"), "\n", user].concat(), "--customer 990010");
    assert!(spared.contains("Nothing is taken from them for now"), "{spared}");
}

#[test]
fn a_finding_about_a_property_is_told_to_whom_it_may_concern() {
    let world = include_str!("data/explain.world.yaml");
    let page = |customer: &str| page_of(world, &format!("--customer {customer}"));
    let (seven, eight) = (page("990007"), page("990008"));
    assert!(seven.contains("U3 ") && !eight.contains("U3 "), "of one unit: {seven}{eight}");
    assert!(seven.contains("U9 ") && eight.contains("U9 "), "of the whole property: {eight}");
    assert!(!page("990001").contains("U9 "), "of another property");
    assert!(!page("990009").contains("note    R14"), "what is only worth knowing is not told");
    assert!(page("990002").contains("Plant Room"), "what a guard holds back");
    assert!(!page("990001").contains("guard"), "what it holds back of somebody else");
}

#[test]
fn a_unit_tells_only_what_is_found_about_it() {
    let world = include_str!("data/explain.world.yaml");
    let (seven, eight) = (page_of(world, "--unit 7"), page_of(world, "--unit 8"));
    assert!(seven.contains("U3 ") && !eight.contains("U3 "), "{seven}{eight}");
    assert!(!page_of(world, "--unit 101").contains("with the space"), "its only space is the unit");
}

#[test]
fn a_guard_is_told_to_whom_it_holds_back_and_a_crowded_bed_to_its_unit() {
    let place = Workplace::new()
        .file("reconcile.yaml", include_str!("data/guards_of_two.yaml"))
        .file("world.yaml", include_str!("data/guards_of_two.world.yaml"));
    let page = |of: &str| place.run(&format!("explain {of} --sandbox world.yaml")).stdout;
    let one = page("--customer 990001");
    assert!(one.contains("Held back: Alder Court") && !one.contains("Birch House"), "{one}");
    let two = page("--customer 990002");
    assert!(two.contains("Held back: Birch House") && !two.contains("Alder Court"), "{two}");
    let unit = page("--unit 303");
    assert!(unit.contains("L18 leases 900003 and 900004 hold one space"), "{unit}");
}

#[test]
fn what_another_date_passes_over_is_not_told() {
    let place = Workplace::new()
        .file("reconcile.yaml", include_str!("data/phases.yaml"))
        .file("world.yaml", include_str!("data/phases.world.yaml"));
    for customer in ["990001", "990002"] {
        let page = place.run(&format!("explain --customer {customer} --sandbox world.yaml")).stdout;
        assert_in_order(&page, &["T12 no move-out date", "T18 the end date"]);
        assert!(!page.contains("T20 "), "the lease's end comes with the date, or after it: {page}");
    }
}

#[test]
fn what_is_found_only_later_is_told_until_it_holds() {
    let world = include_str!("data/explain.world.yaml");
    let later = "if Entrata still says so then";
    let page = page_of(world, "--customer 990004");
    assert!(page.contains("2026-05-03 00:00 CDT  warning L2 the move-in date 2026-05-01 has come"), "{page}");
    let eve = page_of(world, "--customer 990004 --as-of 2026-05-03T04:59:59Z");
    assert!(eve.contains("2026-05-03 00:00 CDT  warning L2") && eve.contains(later), "{eve}");
    let day = page_of(world, "--customer 990004 --as-of 2026-05-03T05:00:00Z");
    assert!(!day.contains(later), "it holds from that second on: {day}");
}
