//! Taking over an account that people filled by hand: the proposal, the manifest with it, the first apply, nothing left to do.

use serde_json::Value;

use crate::support::Workplace;

const MANIFEST: &str = "\
version: 1
entrata: { url: \"https://apis.entrata.com/ext/orgs/example/v1\" }
brivo: { protected_groups: [\"Staff *\"] }
properties:
  - id: 500001
    name: Alder Court
    time_zone: America/Chicago
    groups: [Alder Residents]
    units: [{ match: \"*\", groups: [\"Alder {unit}\"] }]
";

const WORLD: &str = "\
as_of: \"2026-03-01T18:00:00Z\"
properties: [{ id: 500001, name: Alder Court, units: [\"101\", \"102\", \"103\", \"104\", \"105\"] }]
leases:
  - { id: 900001, property: 500001, unit: \"101\", move_in: 2025-01-01, residents: [{ id: 990001, name: Rosa Renter, email: rosa@example.com }] }
  - { id: 900002, property: 500001, unit: \"102\", move_in: 2025-01-01, residents: [{ id: 990002, name: Sam Stayer, phone: \"217-555-0102\" }] }
  - { id: 900003, property: 500001, unit: \"103\", move_in: 2025-01-01, residents: [{ id: 990003, name: Nia Namesake, email: nia@example.com }] }
  - { id: 900004, property: 500001, unit: \"104\", move_in: 2025-01-01, residents: [{ id: 990004, name: Stan Staff, email: stan@example.com }] }
  - { id: 900005, property: 500001, unit: \"105\", move_in: 2025-01-01, residents: [{ id: 990005, name: Greta Group, email: family@example.com }] }
brivo:
  groups: [Alder Residents, Alder 101, Alder 102, Alder 103, Alder 104, Alder 105, Staff Alder, Pool]
  users:
    - { id: 15700001, name: Rosa Renter, email: ROSA@example.com, groups: [Alder Residents, Alder 101, Pool], credentials: [{ id: 22310001, number: 1001 }] }
    - { id: 15700002, external_id: \"mri-77\", name: sam stayer, phone: \"+1 217 555 0102\", groups: [Alder Residents, Alder 102], updated: \"2026-02-27T09:00:00Z\" }
    - { id: 15700003, name: Nia Namesake, email: other@example.com, groups: [Alder Residents] }
    - { id: 15700004, name: Stan Staff, email: stan@example.com, groups: [Staff Alder, Alder Residents] }
    - { id: 15700005, name: Gustav Group, email: family@example.com, groups: [Alder Residents] }
";

fn place() -> Workplace {
    Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", WORLD)
}

fn section(flags: &str) -> String {
    let outcome = place().run(&format!("adopt --sandbox world.yaml {flags}"));
    assert_eq!(outcome.code, 0, "{outcome:?}");
    outcome.stdout
}

fn plan(place: &Workplace) -> Value {
    let outcome = place.run("--diff --sandbox world.yaml --format json");
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
}

#[test]
fn name_and_contact_make_an_entry_and_less_a_comment() {
    let section = section("");
    let entries: Vec<&str> = section.lines().filter(|line| line.starts_with("  - ")).collect();
    assert_eq!(
        entries,
        ["  - { customer: 990001, brivo_user: 15700001 }", "  - { customer: 990002, brivo_user: 15700002 }"]
    );
    for told in [
        "2 sure matches, 2 to be looked at.",
        "# entrata:990001 Rosa Renter (lease 900001, Alder Court (500001), unit 101)\n",
        "# is Brivo user 15700001 Rosa Renter: same name, same e-mail.\n",
        "# is Brivo user 15700002 sam stayer, external id \"mri-77\": same name, same phone.\n",
        "# In Alder 102, Alder Residents.\n",
        "# - { customer: 990003, brivo_user: 15700003 }\n",
        "same name, but neither e-mail nor phone in common",
        "# - { customer: 990005, brivo_user: 15700005 }\n",
        "same e-mail, but another name",
        "1 user in a protected group is left out (D13).",
    ] {
        assert!(section.contains(told), "«{told}» is not in\n{section}");
    }
    assert!(!section.contains("15700004"), "staff who live on site are never proposed: {section}");
}

#[test]
fn another_integration_that_still_writes_is_told() {
    let active = section("");
    assert!(active.contains("WARNING: another integration seems to be still writing"), "{active}");
    assert!(active.contains("1 user whose external id is of another kind, such as \"mri-77\","), "{active}");
    let later = section("--as-of 2026-05-01T18:00:00Z");
    assert!(later.contains("It seems to be silent") && !later.contains("WARNING"), "{later}");
    let quiet = place().file("world.yaml", WORLD.replace("external_id: \"mri-77\", ", ""));
    let quiet = quiet.run("adopt --sandbox world.yaml").stdout;
    assert!(!quiet.contains("integration"), "{quiet}");
}

#[test]
fn the_first_apply_takes_users_over_and_takes_nothing_from_them() {
    let section = section("");
    let place = place().file("reconcile.yaml", format!("{MANIFEST}{section}"));
    let validated = place.run("validate");
    assert_eq!(validated.code, 0, "{validated:?}");
    assert!(validated.stdout.contains("2 adoptions"), "{validated:?}");

    let first = plan(&place);
    let changes = first["changes"].as_array().unwrap();
    let of = |id: &str| {
        changes.iter().find(|change| change["external_id"] == id).unwrap_or_else(|| panic!("{first}"))
    };
    for (id, user) in [("entrata:990001", 15_700_001), ("entrata:990002", 15_700_002)] {
        let change = of(id);
        assert_eq!((&change["action"], &change["brivo_user_id"]), (&"update".into(), &user.into()));
        assert_eq!(change["before"]["groups"], change["after"]["groups"], "{change}");
    }
    let applied = place.run("--apply --yes --sandbox world.yaml --format json");
    let results: Value = serde_json::from_str(&applied.stdout).unwrap();
    let failed = results["results"].as_array().unwrap().iter().find(|result| result["status"] != "applied");
    assert_eq!(failed, None);

    let second = plan(&place);
    assert_eq!(second["changes"], Value::Array(Vec::new()), "{second}");
    let page = place.run("explain --customer 990001 --sandbox world.yaml").stdout;
    assert!(
        page.contains("user 15700001\n") && page.contains("22310001"),
        "the user and the card are the old ones: {page}"
    );
    let left = place.run("adopt --sandbox world.yaml").stdout;
    assert!(!left.contains("customer: 990001") && !left.contains("customer: 990002"), "{left}");
}

#[test]
fn the_section_is_a_file_of_its_own_beside_the_manifest() {
    let section = section("--pii hide");
    let place = Workplace::new()
        .file("portfolio/alder.yaml", MANIFEST)
        .file("portfolio/adopt.yaml", format!("version: 1\n{section}"));
    let validated = place.run("validate portfolio");
    assert_eq!(validated.code, 0, "{validated:?}");
    assert!(validated.stdout.contains("2 adoptions"), "{validated:?}");
}

#[test]
fn several_that_fit_are_left_to_be_chosen() {
    let twin = "    - { id: 15700009, name: Rosa Renter, email: rosa@example.com, groups: [Alder 101] }\n";
    let place = place().file("world.yaml", format!("{WORLD}{twin}"));
    let section = place.run("adopt --sandbox world.yaml").stdout;
    assert!(section.contains("# - { customer: 990001, brivo_user: 15700001 }"), "{section}");
    assert!(section.contains("# - { customer: 990001, brivo_user: 15700009 }"), "{section}");
    assert!(!section.contains("\n  - { customer: 990001"), "{section}");
}

#[test]
fn what_the_first_apply_would_take_is_told_and_two_are_not_proposed() {
    let world = WORLD.replace(
        "groups: [Alder Residents, Alder 101, Pool]",
        "groups: [Alder Residents, Alder 101, Alder 103]",
    );
    let told = place().file("world.yaml", world).run("adopt --sandbox world.yaml").stdout;
    assert!(told.contains("The leases do not give Alder 103: the first apply takes it."), "{told}");
    let apart = format!("{MANIFEST}adopt: [{{ customer: 990001, brivo_user: none }}]\n");
    let told = place().file("reconcile.yaml", apart).run("adopt --sandbox world.yaml").stdout;
    assert!(!told.contains("15700001"), "{told}");
}

#[test]
fn personal_data_is_hidden() {
    let section = section("--pii hide");
    for personal in ["Rosa", "Renter", "stayer", "Gustav", "mri-77", "example.com"] {
        assert!(!section.contains(personal), "{personal} is told: {section}");
    }
    assert!(section.contains("is Brivo user 15700001: same name, same e-mail."), "{section}");
    assert!(section.contains("with an external id of another kind"), "{section}");
}

#[test]
fn a_user_is_proposed_once_and_who_is_managed_never() {
    let place = Workplace::new()
        .file("reconcile.yaml", include_str!("data/likeness.yaml"))
        .file("world.yaml", include_str!("data/likeness.world.yaml"));
    let section = place.run("adopt --sandbox world.yaml").stdout;
    let told: Vec<&str> = section
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("- {") || line.starts_with("# - {") || line.starts_with("# entrata:"))
        .collect();
    assert_eq!(
        told,
        [
            "# entrata:990003 Sam Stayer (lease 900005, Alder Court (500001), unit 103)",
            "- { customer: 990003, brivo_user: 15700003 }",
            "# entrata:990001 Rosa Renter (lease 900001, Alder Court (500001), unit 101)",
            "# - { customer: 990001, brivo_user: 15700001 }",
            "# entrata:990002 Rosa Renter (lease 900002, Alder Court (500001), unit 102)",
            "# - { customer: 990002, brivo_user: 15700001 }",
        ]
    );
}
