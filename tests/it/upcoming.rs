//! The days ahead: the calendar foresees what a later run finds.

use serde_json::Value;

use crate::support::Workplace;

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

fn quickstart() -> Workplace {
    Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", WORLD)
}

fn plan(place: &Workplace, flags: &str) -> Value {
    let outcome = place.run(&format!("--diff --sandbox world.yaml --format json {flags}"));
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
}

fn names(groups: &Value) -> Vec<&str> {
    groups.as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap()).collect()
}

/// Instant, action, customer, and the groups behind a sign, a line a turn.
fn turns(plan: &Value) -> Vec<String> {
    let line = |turn: &Value| {
        let text = |key: &str| turn[key].as_str().unwrap();
        let signed = |sign: &str, key: &str| {
            let names = names(&turn[key]).into_iter().map(|name| [" ", sign, name].concat());
            names.collect::<Vec<_>>().concat()
        };
        let person = text("external_id").trim_start_matches("entrata:");
        format!("{} {} {person}{}{}", text("at"), text("action"), signed("+", "gains"), signed("-", "loses"))
    };
    plan["upcoming"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn the_week_ahead_holds_the_transfers_end_and_the_move_in() {
    assert_eq!(
        turns(&plan(&quickstart(), "--upcoming 7d")),
        ["2026-03-04T18:00:00Z loses 990005 -Alder 201", "2026-03-05T16:00:00Z opens 990001"]
    );
    assert_eq!(
        turns(&plan(&quickstart(), "--upcoming 72h")),
        ["2026-03-04T18:00:00Z loses 990005 -Alder 201"]
    );
    assert_eq!(turns(&plan(&quickstart(), "--upcoming 71h")), Vec::<String>::new());
    assert_eq!(turns(&plan(&quickstart(), "--upcoming 300d --customer 990101")).len(), 1);
    assert_eq!(plan(&quickstart(), "").get("upcoming"), None, "only where it was asked for");
}

#[test]
fn what_is_foreseen_is_what_a_later_run_changes() {
    let place = quickstart();
    let foreseen = plan(&place, "--upcoming 300d");
    assert_eq!(turns(&foreseen).len(), 4);
    assert_eq!(place.run("--apply --yes --sandbox world.yaml").code, 3);
    let written = foreseen["upcoming"].as_array().unwrap().iter().filter(|turn| turn["action"] != "opens");
    for turn in written {
        let at = turn["at"].as_str().unwrap();
        let then = plan(
            &place,
            &format!(
                "--as-of {at} --customer {}",
                turn["external_id"].as_str().unwrap().trim_start_matches("entrata:")
            ),
        );
        let change = &then["changes"][0];
        let kept = names(&change["after"]["groups"]);
        let held = names(&change["before"]["groups"]);
        let lost: Vec<&str> = held.into_iter().filter(|name| !kept.contains(name)).collect();
        assert_eq!(lost, names(&turn["loses"]), "{at}");
        assert_eq!(change["after"]["effective_to"], turn["effective_to"], "{at}");
        assert_eq!(change["cause"], "clock", "{at}");
    }
}

#[test]
fn an_override_that_runs_out_freezes_and_opens_no_door() {
    let manifest = format!(
        "{MANIFEST}\noverrides:\n  - {{ customer: 990101, effect: revoke, reason: \"Writ executed\", owner: legal@example.com, until: 2026-03-03 }}\n"
    );
    let place = Workplace::new().file("reconcile.yaml", manifest).file("world.yaml", WORLD);
    // The third of March ends in Denver at seven in the morning of the fourth, UTC.
    assert_eq!(
        turns(&plan(&place, "--upcoming 300d --customer 990101")),
        ["2026-03-04T07:00:00Z freezes 990101"]
    );
}

#[test]
fn somebody_who_moves_in_later_is_written_a_week_before() {
    let world =
        WORLD.replace("status: Future\n    move_in: 2026-03-05", "status: Future\n    move_in: 2026-04-05");
    let place = Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", world);
    let plan = plan(&place, "--upcoming 60d --customer 990001");
    assert_eq!(
        turns(&plan),
        [
            "2026-03-29T15:00:00Z gains 990001 +Alder 101 +Alder Garden Gate +Alder Residents",
            "2026-04-05T15:00:00Z opens 990001"
        ]
    );
    assert_eq!(plan["upcoming"][0]["effective_from"], "2026-04-05T15:00:00Z");
}

#[test]
fn the_calendar_stands_in_every_format_by_local_day() {
    let text = quickstart().run("--diff --sandbox world.yaml --upcoming 7d").stdout;
    assert!(
        text.contains("    Wednesday 2026-03-04\n      12:00  - entrata:990005  loses Alder 201 (T14 "),
        "{text}"
    );
    let none = quickstart().run("--diff --sandbox world.yaml --upcoming 1h").stdout;
    assert!(none.contains("Upcoming: by time alone") && none.contains("\n  Nothing.\n"), "{none}");
    let markdown = quickstart().run("--diff --sandbox world.yaml --upcoming 7d --format markdown").stdout;
    assert!(markdown.contains("Upcoming: 2 changes by time alone"), "{markdown}");
}

#[test]
fn each_kind_of_turn_comes_at_its_instant() {
    let place = Workplace::new()
        .file("reconcile.yaml", include_str!("data/turns.yaml"))
        .file("world.yaml", include_str!("data/turns.world.yaml"));
    let planned = plan(&place, "--upcoming 30d");
    assert_eq!(
        turns(&planned),
        [
            "2026-03-04T06:00:00Z thaws 990011 -Alder 101 -Alder Residents",
            "2026-03-04T06:00:00Z thaws 990016",
            "2026-03-04T06:00:00Z thaws 990017 -Alder Residents",
            "2026-03-07T16:00:00Z gains 990015 +Alder 106",
            "2026-03-08T17:00:00Z ends 990014 -Alder 104 -Alder Residents",
            "2026-03-08T17:00:00Z loses 990015 -Alder 105",
            "2026-03-10T17:00:00Z dates 990018",
            "2026-03-12T15:00:00Z opens 990018",
        ]
    );
    // On the eighth of March the clocks of Chicago go forward: a day later it is an hour less.
    let eve = "--as-of 2026-03-07T17:30:00Z --upcoming";
    assert_eq!(turns(&plan(&place, &format!("{eve} 1d --customer 990014"))), Vec::<String>::new());
    assert_eq!(turns(&plan(&place, &format!("{eve} 24h --customer 990014"))).len(), 1);
}
