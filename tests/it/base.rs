//! `--base`: what a manifest causes, told from what was pending without it.

use serde_json::Value;

use crate::support::{Outcome, Workplace};

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

/// The quickstart's manifest with `to` in place of `from`, and as it was as the base.
fn edited(from: &str, to: &str) -> Workplace {
    let manifest = MANIFEST.replacen(from, to, 1);
    assert_ne!(manifest, MANIFEST, "{from}");
    Workplace::new()
        .file("reconcile.yaml", manifest)
        .file("base/reconcile.yaml", MANIFEST)
        .file("world.yaml", WORLD)
}

fn garden_gate() -> Workplace {
    edited("match: [\"1*\"]", "match: [\"1*\", \"203\"]")
}

fn diff(place: &Workplace, flags: &str) -> Outcome {
    place.run(&format!("--diff --sandbox world.yaml {flags}"))
}

fn plan(place: &Workplace, flags: &str) -> Value {
    let outcome = diff(place, &format!("--format json {flags}"));
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
}

fn caused(plan: &Value) -> Vec<String> {
    let changes = plan["changes"].as_array().unwrap().iter();
    let own = changes.filter(|change| change["cause"] == "manifest");
    own.map(|change| change["external_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn one_line_more_causes_what_it_causes_and_the_rest_was_pending() {
    let plan = plan(&garden_gate(), "--base base/reconcile.yaml");
    assert_eq!(caused(&plan), ["entrata:990007"]);
    assert_eq!(plan["changes"].as_array().unwrap().len(), 6);
    assert_eq!(plan["base"]["manifest"]["paths"], serde_json::json!(["base/reconcile.yaml"]));
    let of_revoke = plan["changes"].as_array().unwrap().iter().find(|one| one["action"] == "revoke").unwrap();
    assert_eq!(of_revoke["cause"], "clock");
}

#[test]
fn causes_aside_the_plan_is_the_one_without_a_base() {
    for (from, to) in [
        ("match: [\"1*\"]", "match: [\"1*\", \"203\"]"),
        ("\"entrata:\"", "\"lease:\""),
        ("time_zone: America/Denver", "time_zone: America/Chicago"),
    ] {
        let place = edited(from, to);
        let alone = plan(&place, "");
        let mut compared = plan(&place, "--base base");
        compared.as_object_mut().unwrap().remove("base").unwrap();
        let causes = |plan: &Value| -> Vec<Value> {
            plan["changes"].as_array().unwrap().iter().map(|change| change["cause"].clone()).collect()
        };
        for (place, (was, is)) in causes(&alone).iter().zip(&causes(&compared)).enumerate() {
            assert!(is == was || is == "manifest", "{to}: change {place} is of {is}, alone of {was}");
            compared["changes"][place]["cause"] = was.clone();
        }
        compared["calls"] = alone["calls"].clone();
        assert_eq!(compared, alone, "{to}");
    }
}

#[test]
fn the_same_manifest_elsewhere_causes_nothing() {
    let place = Workplace::new()
        .file("reconcile.yaml", MANIFEST)
        .file("base/reconcile.yaml", MANIFEST)
        .file("world.yaml", WORLD);
    let plan = plan(&place, "--base base/reconcile.yaml");
    assert_eq!(caused(&plan), Vec::<String>::new());
    assert_eq!(plan["base"]["findings"], plan["findings"], "every finding was there before");
    // The frozen student and five pending changes are nobody's fault here.
    assert_eq!(diff(&place, "--base base/reconcile.yaml --detailed-exitcode").code, 0);
    assert_eq!(diff(&place, "--detailed-exitcode").code, 3);
}

#[test]
fn only_what_this_manifest_causes_decides_the_exit() {
    assert_eq!(diff(&garden_gate(), "--base base --detailed-exitcode").code, 2);
    assert_eq!(diff(&garden_gate(), "--base base").code, 0);
    let missing_group = edited("Alder Garden Gate", "Alder Gardengate");
    assert_eq!(diff(&missing_group, "--base base").code, 3);
    let (from, to) = ("provision_ahead_days: 7", "guard: { max_revokes: 0, max_revoke_percent: 0 }");
    let guarded = edited(from, to);
    assert_eq!(diff(&guarded, "--base base").code, 4);
    let guarded_before = guarded.file("base/reconcile.yaml", MANIFEST.replacen(from, to, 1));
    assert_eq!(diff(&guarded_before, "--base base").code, 0);
    assert_eq!(diff(&guarded_before, "").code, 4);
}

#[test]
fn a_bad_base_is_named() {
    let place = garden_gate().file("base/reconcile.yaml", "version: 1\nproperteis: []\n");
    for base in ["base/reconcile.yaml", "base", "nowhere.yaml"] {
        let outcome = diff(&place, &format!("--base {base}"));
        assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""), "{base}");
        assert!(
            outcome.stderr.contains(&format!("the base manifest {base} can't be used")),
            "{}",
            outcome.stderr
        );
    }
    assert!(diff(&place, "--base base").stderr.contains("properties"), "the nearest known key is named");
}

#[test]
fn every_format_tells_the_two_apart() {
    let place = garden_gate();
    let text = diff(&place, "--base base/reconcile.yaml").stdout;
    let own = text.find("== What this manifest causes ==").unwrap();
    let pending = text.find("== Pending without this manifest ==").unwrap();
    let person = |id: &str| text.find(id).unwrap();
    assert!(own < person("entrata:990007") && person("entrata:990007") < pending);
    assert!(pending < person("entrata:990001"));
    assert!(text.contains("1 change comes from this manifest, 5 pending without it."), "{text}");
    let markdown = diff(&place, "--base base/reconcile.yaml --format markdown").stdout;
    assert!(markdown.contains("### Doors: 1 change by this manifest\n"), "{markdown}");
    assert!(markdown.contains("<details><summary>Pending without this manifest: 5 changes, "), "{markdown}");
}

#[test]
fn it_works_from_a_snapshot_and_not_with_an_apply() {
    let place = garden_gate();
    assert_eq!(place.run("snapshot base --sandbox world.yaml --out saved").code, 0);
    let outcome = place.run("--diff --snapshot saved --base base --format json");
    let plan: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(caused(&plan), ["entrata:990007"]);
    assert_eq!(place.run("--apply --yes --sandbox world.yaml --base base").code, 1);
}
