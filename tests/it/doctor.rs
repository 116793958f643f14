//! `doctor`: every line that says fail or warn, brought about in the sandbox, and what it advises.

use std::net::SocketAddr;

use reconcile::sandbox::Sandbox;
use reconcile::sandbox::world::World;

use crate::support::{Outcome, Workplace};

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

/// The quickstart with these edits of the manifest, and this at the end of the world.
fn place(edits: &[(&str, &str)], world: &str) -> Workplace {
    let manifest = edits.iter().fold(MANIFEST.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    Workplace::new().file("reconcile.yaml", manifest).file("world.yaml", format!("{WORLD}\n{world}"))
}

fn faults(fault: &str) -> String {
    format!("faults:\n  - {fault}\n")
}

fn doctor(place: &Workplace, flags: &str) -> Outcome {
    place.run(&format!("doctor --sandbox world.yaml {flags}"))
}

/// The lines that begin with this word.
fn lines<'a>(outcome: &'a Outcome, word: &str) -> Vec<&'a str> {
    outcome.stdout.lines().filter(|line| line.split_whitespace().next() == Some(word)).collect()
}

/// Whether there is a line of this kind that holds all of these texts.
fn says(outcome: &Outcome, word: &str, texts: &[&str]) {
    let found = lines(outcome, word).into_iter().any(|line| texts.iter().all(|text| line.contains(text)));
    assert!(found, "no {word} line with {texts:?} in\n{}\n{}", outcome.stdout, outcome.stderr);
    assert_eq!(outcome.code, i32::from(!lines(outcome, "fail").is_empty()), "{}", outcome.stdout);
}

#[test]
fn a_sound_set_up_has_no_failing_line() {
    let outcome = doctor(&place(&[], ""), "--journal journal.jsonl");
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert_eq!(lines(&outcome, "fail"), Vec::<&str>::new());
    let abouts = ["manifest", "secrets", "entrata", "brivo", "groups", "clock", "rates", "lock", "journal"];
    for about in abouts {
        assert!(lines(&outcome, "ok").iter().any(|line| line.contains(about)), "{about}: {}", outcome.stdout);
    }
    assert!(outcome.stdout.lines().all(|line| line.starts_with("ok ") || line.starts_with("warn ")));
    assert!(!place(&[], "").path("journal.jsonl").exists());
}

#[test]
fn it_writes_nothing_in_either_service() {
    let place = place(&[], "");
    doctor(&place, "");
    assert!(!place.path("world.yaml.state.json").exists());
}

#[test]
fn users_who_are_not_managed_are_named_where_they_hold_managed_groups() {
    let outcome = doctor(&place(&[], ""), "");
    says(
        &outcome,
        "warn",
        &["people", "1 user is", "15709001 Mona Manager in Alder Residents, Birch Residents"],
    );
    let hidden = doctor(&place(&[], ""), "--pii hide");
    says(&hidden, "warn", &["people", "user 15709001 in Alder Residents"]);
    assert!(!hidden.stdout.contains("Mona"));
}

#[test]
fn a_manifest_that_cannot_be_used_is_told_mistake_by_mistake() {
    let outcome = doctor(
        &place(
            &[("time_zone: America/Denver", "time_zone: America/Denvre"), ("version: 1", "version: 7")],
            "",
        ),
        "",
    );
    assert_eq!(lines(&outcome, "fail").len(), 2, "{}", outcome.stdout);
    says(&outcome, "fail", &["manifest", "America/Denver"]);
    let nowhere = place(&[], "").run("doctor nowhere.yaml");
    says(&nowhere, "fail", &["manifest", "there is no manifest nowhere.yaml"]);
    let warned = doctor(
        &place(
            &[(
                "version: 1",
                "version: 1\noverrides: [{ customer: 990001, effect: freeze, reason: \"asked\", owner: a@example.com, until: 2020-01-01 }]",
            )],
            "",
        ),
        "",
    );
    says(&warned, "warn", &["manifest", "2020-01-01"]);
}

#[test]
fn every_missing_secret_is_named_at_once() {
    let outcome = place(&[], "").env("BRIVO_API_KEY", "k").run("doctor");
    for name in
        ["ENTRATA_API_KEY", "BRIVO_CLIENT_ID", "BRIVO_CLIENT_SECRET", "BRIVO_USERNAME", "BRIVO_PASSWORD"]
    {
        says(&outcome, "fail", &["secrets", name]);
    }
    assert_eq!(lines(&outcome, "fail").len(), 5);
}

/// The quickstart against these addresses, with these secrets.
fn remote(entrata: &str, brivo_api: &str, brivo_auth: &str, secret: &str) -> Outcome {
    let brivo = format!("brivo:\n  api_url: {brivo_api}\n  auth_url: {brivo_auth}");
    let edits = [("https://apis.entrata.com/ext/orgs/example/v1", entrata), ("brivo:", &*brivo)];
    let names = ["API_KEY", "CLIENT_ID", "CLIENT_SECRET", "USERNAME", "PASSWORD"];
    let place = place(&edits, "").env("ENTRATA_API_KEY", secret);
    names.iter().fold(place, |place, name| place.env(&format!("BRIVO_{name}"), secret)).run("doctor")
}

#[test]
fn a_service_that_is_dead_fails_and_what_rests_on_it_is_not_checked() {
    let outcome = remote("http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1/api", "http://127.0.0.1:9", "any");
    says(&outcome, "fail", &["entrata", "log-in", "can't be reached"]);
    says(&outcome, "warn", &["entrata", "not checked"]);
    says(&outcome, "fail", &["brivo", "log-in", "can't be reached"]);
    says(&outcome, "warn", &["brivo", "not checked"]);
    says(&outcome, "warn", &["clock", "Entrata has not told the time"]);
    let unusable = remote("http://example.com/v1", "http://127.0.0.1:9/v1/api", "http://127.0.0.1:9", "any");
    says(&unusable, "fail", &["manifest", "unencrypted"]);
}

#[test]
fn wrong_secrets_fail_with_what_to_check() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let world = World::from_yaml(WORLD).unwrap();
    #[expect(clippy::disallowed_methods, reason = "the servers' clocks show the real time")]
    let now = chrono::Utc::now();
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let serving = runtime.block_on(Sandbox::new(world, now).serve(listen)).unwrap();
    let outcome = remote(&serving.entrata_url, &serving.brivo_api_url, &serving.brivo_auth_url, "wrong");
    says(&outcome, "fail", &["entrata", "ENTRATA_API_KEY"]);
    says(&outcome, "fail", &["brivo", "BRIVO_"]);
    let right = remote(&serving.entrata_url, &serving.brivo_api_url, &serving.brivo_auth_url, "sandbox");
    assert_eq!(right.code, 0, "{right:?}");
    runtime.block_on(serving.shutdown());
}

#[test]
fn each_web_service_of_each_property_is_a_line() {
    let units = faults(
        "{ match: getPropertyUnits, property: 500002, then: { error: { code: 311, message: closed } } }",
    );
    let outcome = doctor(&place(&[], &units), "");
    says(&outcome, "fail", &["entrata", "property 500002 Birch House", "getPropertyUnits"]);
    says(&outcome, "ok", &["entrata", "property 500001 Alder Court", "every service answers"]);
    let leases = faults("{ match: getLeases, property: 500001, then: { garbage: true } }");
    says(&doctor(&place(&[], &leases), ""), "fail", &["property 500001 Alder Court", "getLeases"]);
    let unknown = place(&[("id: 500002", "id: 500009")], "");
    says(&doctor(&unknown, ""), "fail", &["property 500009", "getProperties", "does not list"]);
    let renamed = place(&[("name: Birch House", "name: Birch Hose")], "");
    says(&doctor(&renamed, ""), "warn", &["property 500002", "MarketingName is \"Birch House\""]);
    let status = faults("{ match: getStatus, then: { error: { code: 404, message: \"not enabled\" } } }");
    says(&doctor(&place(&[], &status), ""), "warn", &["log-in", "Enable getStatus"]);
}

#[test]
fn an_entrata_that_knows_no_lease_is_a_warning() {
    let empty = faults("{ match: getLeases, property: 500002, then: { rows: empty } }");
    let uncounted = format!("quirks: {{ entrata: {{ total_count: false }} }}\n{empty}");
    says(&doctor(&place(&[], &uncounted), ""), "warn", &["property 500002", "no lease"]);
}

#[test]
fn brivos_lists_are_read() {
    let groups =
        faults("{ match: \"GET /v1/api/groups\", then: { status: 403, body: { code: 403, message: no } } }");
    says(&doctor(&place(&[], &groups), ""), "fail", &["brivo", "GET /groups", "does not allow"]);
    let token = faults("{ match: \"POST /oauth/token\", then: { status: 401 } }");
    says(&doctor(&place(&[], &token), ""), "fail", &["brivo", "log-in"]);
    let members = faults(
        "{ match: \"GET /v1/api/users/*/groups\", then: { status: 403, body: { code: 403, message: no } } }",
    );
    says(&doctor(&place(&[], &members), ""), "fail", &["people", "can't be read"]);
}

#[test]
fn groups_that_are_not_there_are_told_with_what_is_near() {
    let typo = place(&[("groups: [Alder Garden Gate]", "groups: [Alder Garden Gates]")], "");
    says(
        &doctor(&typo, ""),
        "fail",
        &["groups", "\"Alder Garden Gates\"", "did you mean \"Alder Garden Gate\"?"],
    );
    let template = place(&[("\"Alder {unit}\"", "\"Alder No {unit}\"")], "");
    says(
        &doctor(&template, ""),
        "warn",
        &["groups", "property 500001: 0 of 7 groups of units found", "\"Alder No 101\""],
    );
    let made = "do: [{ call: \"POST /groups\", body: { name: Alder Residents } }]";
    let twice = faults(&format!("{{ match: \"GET /v1/api/groups\", nth: 1, then: {{ {made} }} }}"));
    let twice = doctor(&place(&[], &twice), "");
    says(
        &twice,
        "fail",
        &["groups", "several groups are named \"Alder Residents\"", "by its id: 15610001, "],
    );
    let prefix = "external_id_prefix: \"entrata:\"";
    let special = format!("{prefix}\n  hold_group: Hold\n  protected_groups: [\"Stuff *\"]");
    let special = doctor(&place(&[(prefix, &special)], ""), "");
    says(&special, "warn", &["`hold_group` \"Hold\"", "D12"]);
    says(&special, "warn", &["`protected_groups` \"Stuff *\"", "D13"]);
    let shared = place(&[("groups: [Birch Residents]", "groups: [Birch Residents, Alder Residents]")], "");
    says(
        &doctor(&shared, ""),
        "ok",
        &["1 group is named by several properties: \"Alder Residents\" (15610001)"],
    );
}

#[test]
fn without_entrata_only_the_names_with_a_placeholder_are_not_checked() {
    let refused = faults("{ match: getStatus, then: { status: 401 } }");
    let unchecked = ["groups", "those of units were not checked"];
    let outcome = doctor(&place(&[], &refused), "");
    says(&outcome, "warn", &unchecked);
    says(&outcome, "ok", &["groups", "named without a placeholder found"]);
    let fixed = [("\"Alder {unit}\"", "Pool"), ("\"Birch {unit}\", \"Birch Bed {space}\"", "Gate")];
    let outcome = doctor(&place(&fixed, &refused), "");
    says(&outcome, "fail", &["groups", "Pool"]);
    assert!(!outcome.stdout.contains(unchecked[1]), "{}", outcome.stdout);
}

#[test]
fn rates_that_the_services_do_not_allow_are_warned_of() {
    let prefix = "external_id_prefix: \"entrata:\"";
    let fast = format!("{prefix}\n  calls_per_second: 80\n  calls_per_month: 100");
    let outcome = doctor(&place(&[(prefix, &fast)], ""), "");
    says(&outcome, "warn", &["rates", "80 calls a second"]);
    says(&outcome, "warn", &["rates", "`calls_per_month` 100"]);
    let scarce = "quirks: { entrata: { limits: { getLeases: \"9/hour\" } } }";
    says(
        &doctor(&place(&[], "quirks: { entrata: { limits: { getPropertyUnits: \"2/hour\" } } }"), ""),
        "warn",
        &["rates", "getPropertyUnits", "0 of 2 a hour"],
    );
    says(&doctor(&place(&[], scarce), ""), "ok", &["rates", "getLeases"]);
}

#[test]
fn a_clock_that_is_off_fails() {
    let off = faults(
        "{ match: \"GET /v1/api/users/*/groups\", then: { status: 404, headers: { date: \"Sun, 01 Mar 2020 00:00:00 GMT\" } } }",
    );
    let outcome = doctor(&place(&[], &off), "");
    says(&outcome, "fail", &["clock", "Brivo's are", "minutes apart"]);
}

#[test]
fn the_place_of_the_lock_is_tried() {
    let place = place(&[], "");
    let lock = std::fs::File::create(place.path("world.yaml.lock")).unwrap();
    lock.lock().unwrap();
    says(&doctor(&place, ""), "warn", &["lock", "another apply is at work"]);
    drop(lock);
    says(&doctor(&place, "--lock ."), "fail", &["lock", "can't be used"]);
}

#[test]
fn the_journal_is_looked_at() {
    let place = place(&[], "");
    says(&doctor(&place, "--journal nowhere/journal.jsonl"), "fail", &["journal", "can't be written"]);
    place.run("--apply --yes --sandbox world.yaml --journal journal.jsonl");
    says(&doctor(&place, "--journal journal.jsonl"), "ok", &["journal", "nothing in it is open"]);
    let whole = place.read("journal.jsonl");
    let killed = &whole[..=whole.trim_end().rfind('\n').unwrap()];
    let place = place.file("journal.jsonl", killed);
    says(&doctor(&place, "--journal journal.jsonl"), "warn", &["journal", "1 change", "entrata:"]);
    assert_eq!(place.read("journal.jsonl"), killed, "it is only looked at");
}
