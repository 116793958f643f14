//! A saved plan is applied exactly, or refused with the reason (R8).

use crate::support::{Outcome, Workplace};

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

/// With a plan of one property in `plan.json`.
fn planned() -> Workplace {
    let place = Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", WORLD);
    let outcome = place.run("--diff --sandbox world.yaml --out plan.json --property 500001");
    assert_eq!(outcome.code, 0, "{outcome:?}");
    place
}

/// The refusal of the plan as `edit` makes it.
fn refused(edit: impl FnOnce(String) -> String) -> String {
    let place = planned();
    let plan = place.read("plan.json");
    let edited = edit(plan.clone());
    assert_ne!(edited, plan);
    let place = place.file("plan.json", edited);
    let Outcome { code, stderr, .. } = place.run("--apply --yes --sandbox world.yaml --plan plan.json");
    assert_eq!(code, 1, "{stderr}");
    assert!(!place.path("world.yaml.state.json").exists(), "nothing was written");
    stderr
}

#[test]
fn every_refusal_says_what_is_wrong_and_what_to_do() {
    let format = refused(|plan| plan.replace("\"format_version\": \"1.0\"", "\"format_version\": \"2.0\""));
    assert!(
        format.contains("the plan has format 2.0, this program (") && format.contains("reads 1.0"),
        "{format}"
    );
    assert!(format.contains("with the version that saved it"), "{format}");
    let shape = refused(|_| r#"{ "format_version": "3.1", "changes": {} }"#.to_owned());
    assert!(shape.contains("has format 3.1"), "{shape}");
    let none = refused(|_| "not JSON at all".to_owned());
    assert!(none.contains("is no saved plan") && none.contains("--out FILE"), "{none}");

    let group = refused(|plan| plan.replace("Alder Garden Gate", "Alder Back Gate"));
    assert!(group.contains("the file was edited"), "{group}");
    let printed = refused(|plan| {
        let mut lines: Vec<&str> = plan.lines().collect();
        lines.retain(|line| !line.contains("saved_at"));
        lines.join("\n")
    });
    assert!(printed.contains("does not say when it was saved"), "{printed}");
    let old = refused(|plan| with(&plan, "saved_at", "\"2026-03-01T18:00:00Z\""));
    assert!(old.contains("minutes ago, `plan_max_age` allows 60"), "{old}");
    let future = refused(|plan| with(&plan, "saved_at", "\"2126-03-01T18:00:00Z\""));
    assert!(future.contains("still to come"), "{future}");
    let elsewhere = refused(|plan| with(&plan, "account", "\"api.brivo.com-0a1b2c3d\""));
    assert!(elsewhere.contains("another Brivo account (api.brivo.com-0a1b2c3d)"), "{elsewhere}");
    for refused in [group, printed, old, future, elsewhere] {
        assert!(refused.contains("--diff --out"), "{refused}");
    }
}

/// The plan with another value of a key that stands on a line of its own.
fn with(plan: &str, key: &str, value: &str) -> String {
    let quoted = format!("\"{key}\":");
    let line = |line: &str| {
        if line.trim_start().starts_with(&quoted) { format!("  {quoted} {value},") } else { line.to_owned() }
    };
    plan.lines().map(line).collect::<Vec<_>>().join("\n")
}
