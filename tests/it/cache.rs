//! `--cache`, as its users see it: fewer calls for the same plan, hand edits called by their name, nothing personal kept, nothing lost
//! when it is; and `calls_per_month`, which is counted in it (R13).

use serde_json::Value;

use crate::support::{Outcome, Workplace, stores};

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

fn quickstart() -> Workplace {
    with_manifest(MANIFEST)
}

fn with_manifest(manifest: &str) -> Workplace {
    Workplace::new().file("reconcile.yaml", manifest).file("world.yaml", WORLD)
}

/// The quickstart with at most so many calls to Brivo a month.
fn limited(calls: u64) -> String {
    MANIFEST.replace("\nbrivo:\n", &format!("\nbrivo:\n  calls_per_month: {calls}\n"))
}

fn plan(place: &Workplace, flags: &str) -> Value {
    let outcome = place.run(&format!("--diff --sandbox world.yaml --format json {flags}"));
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
}

fn apply(place: &Workplace, flags: &str) -> Outcome {
    place.run(&format!("--apply --yes --sandbox world.yaml --format json {flags}"))
}

fn without_calls(plan: &Value) -> Value {
    let mut plan = plan.clone();
    plan.as_object_mut().unwrap().remove("calls");
    plan
}

fn causes(plan: &Value) -> Vec<String> {
    let changes = plan["changes"].as_array().unwrap();
    let told = |change: &Value| {
        format!("{} {}", change["external_id"].as_str().unwrap(), change["cause"].as_str().unwrap())
    };
    changes.iter().map(told).collect()
}

/// The one cache in the folder.
fn cache_file(place: &Workplace) -> std::path::PathBuf {
    let mut files: Vec<_> = std::fs::read_dir(place.path("kept"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "cache"))
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[test]
fn a_warm_run_asks_for_the_user_list_and_whoever_is_written_only() {
    let place = quickstart();
    let cold = plan(&place, "--cache kept");
    let warm = plan(&place, "--cache kept");
    assert_eq!(without_calls(&cold), without_calls(&warm));
    assert_eq!(without_calls(&cold), without_calls(&plan(&place, "")));
    assert_eq!(cold["calls"].get("cache"), None);
    // A group of the quickstart's manifest is not in Brivo, so the groups are listed; four users are to be written.
    assert_eq!(warm["calls"]["cache"]["read_again"], 4);
    assert!(warm["calls"]["brivo"].as_u64() < cold["calls"]["brivo"].as_u64(), "{warm}");
    let full = plan(&place, "--cache kept --refresh full");
    assert_eq!(full["calls"]["brivo"], cold["calls"]["brivo"]);
}

#[test]
fn where_nothing_changes_only_the_pages_of_the_list_are_read() {
    let place = Workplace::new();
    let world = place.run("sandbox --generate residents=230,units=120,seed=7").stdout;
    // The world says in its first comments what a manifest for it looks like.
    let manifest: Vec<&str> = world.lines().filter_map(|line| line.strip_prefix("#   ")).collect();
    let manifest = manifest.join("\n");
    let place = place.file("world.yaml", &world).file("reconcile.yaml", manifest);
    apply(&place, "");
    let cold = plan(&place, "--cache kept");
    let warm = plan(&place, "--cache kept");
    assert_eq!(without_calls(&cold), without_calls(&warm));
    assert_eq!(warm["calls"]["cache"]["read_again"], 0, "{}", warm["calls"]);
    // A token, three pages, and the cards of the two to whom something was written ahead (T28); cold it was some hundreds.
    let (cold, warm) = (cold["calls"]["brivo"].as_u64().unwrap(), warm["calls"]["brivo"].as_u64().unwrap());
    assert!(warm == 6 && cold > 300, "{cold}, then {warm}");
}

#[test]
fn a_hand_edit_is_drift_once_all_was_in_order() {
    let place = quickstart();
    assert_eq!(apply(&place, "--cache kept").code, 3);
    assert_eq!(causes(&plan(&place, "--cache kept")), Vec::<String>::new());
    // Somebody else's program writes other hours.
    let later = MANIFEST.replace("end_time: \"16:00\"", "end_time: \"17:00\"");
    let place = place.file("other.yaml", later);
    apply(&place, "other.yaml");
    assert_eq!(causes(&plan(&place, "--cache kept")), ["entrata:990101 drift", "entrata:990103 drift"]);
    // Without what was kept, nobody can tell.
    assert_eq!(causes(&plan(&place, "")), ["entrata:990101 entrata", "entrata:990103 entrata"]);
    // Written by the cache's own user, what differs now is news of the manifest.
    let place = place.file("reconcile.yaml", place_manifest("18:00"));
    assert!(causes(&plan(&place, "--cache kept")).iter().all(|cause| !cause.ends_with("drift")));
}

#[test]
fn a_hand_edit_of_whom_the_last_run_wrote_is_drift_too() {
    let place = quickstart();
    assert_eq!(apply(&place, "--cache kept").code, 3);
    let place = place.file("other.yaml", place_manifest("17:00"));
    apply(&place, "other.yaml");
    // The first was in order, the second was written.
    assert_eq!(causes(&plan(&place, "--cache kept")), ["entrata:990101 drift", "entrata:990103 drift"]);
}

fn place_manifest(end: &str) -> String {
    MANIFEST.replace("end_time: \"16:00\"", &format!("end_time: \"{end}\""))
}

#[test]
fn nothing_personal_is_kept_and_only_its_owner_reads_it() {
    let place = quickstart();
    plan(&place, "--cache kept");
    let text = std::fs::read_to_string(cache_file(&place)).unwrap();
    for personal in ["Rosa", "Renter", "example.com", "555"] {
        assert!(!text.contains(personal), "{personal}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(cache_file(&place)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_cache_that_is_broken_foreign_or_gone_costs_calls_and_nothing_else() {
    let place = quickstart();
    let cold = plan(&place, "--cache kept");
    let path = cache_file(&place);
    let whole = std::fs::read_to_string(&path).unwrap();
    let damages = [
        whole[..whole.len() / 2].to_owned(),
        whole.replace("Alder", "Elder"),
        whole.replace("\"reconcile_cache\":1", "\"reconcile_cache\":99"),
        String::new(),
    ];
    for damaged in damages {
        std::fs::write(&path, damaged).unwrap();
        let outcome = place.run("--diff --sandbox world.yaml --format json --cache kept");
        assert!(outcome.stderr.contains("everything is read"), "{outcome:?}");
        let again: Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(again, cold);
    }
    assert_eq!(plan(&place, "--cache kept")["calls"]["cache"]["read_again"], 4, "it was written anew");
}

#[test]
fn a_place_that_can_t_be_is_a_mistake_and_one_that_can_t_be_written_is_told() {
    let place = quickstart();
    let outcome = place.run("--diff --sandbox world.yaml --cache ftp://example.com/kept");
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(outcome.stderr.contains("nothing is known of such URLs"), "{outcome:?}");
    let place = place.file("a-file", "x");
    let outcome = place.run("--diff --sandbox world.yaml --cache a-file");
    assert_eq!(outcome.code, 3, "{outcome:?}");
    assert!(outcome.stderr.contains("the cache was not written"), "{outcome:?}");
    let outcome = place.run("--diff --sandbox world.yaml --refresh full");
    assert_eq!(outcome.code, 1, "{outcome:?}");
}

#[test]
fn reads_that_the_month_s_calls_would_not_do_for_end_the_run_after_the_lists() {
    let place = with_manifest(&limited(10));
    for mode in ["--diff", "--apply --yes"] {
        let outcome = place.run(&format!("{mode} --sandbox world.yaml"));
        assert_eq!(outcome.code, 1, "{outcome:?}");
        // A token and the two lists; then what is left would not do.
        assert!(outcome.stderr.contains("`calls_per_month` is 10, 3 calls"), "{outcome:?}");
        assert!(outcome.stderr.contains("nothing was written"), "{outcome:?}");
    }
    assert_eq!(place.run("--diff --sandbox world.yaml").stdout, "");
}

#[test]
fn writes_are_done_up_to_the_month_s_calls_those_that_are_due_first() {
    let unlimited = plan(&quickstart(), "");
    let reads = unlimited["calls"]["brivo"].as_u64().unwrap();
    let writes = unlimited["calls"]["to_apply"].as_u64().unwrap();
    let place = with_manifest(&limited(reads + writes / 2));
    let outcome = apply(&place, "");
    assert_eq!(outcome.code, 3, "{outcome:?}");
    let applied: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let warned = applied["findings"].as_array().unwrap().iter().any(|finding| finding["rule"] == "R13");
    assert!(warned && outcome.stderr.contains("calls_per_month"), "{outcome:?}");
    let results = applied["results"].as_array().unwrap();
    let failed: Vec<&Value> = results.iter().filter(|result| result["status"] == "failed").collect();
    assert!(!failed.is_empty() && failed.len() < results.len(), "{results:?}");
    for result in failed {
        assert!(
            result["error"].as_str().unwrap().starts_with("not attempted: `calls_per_month`"),
            "{result}"
        );
    }
    // The next month, or a larger contract, finishes the rest.
    let place = place.file("reconcile.yaml", MANIFEST);
    assert_eq!(apply(&place, "").code, 3);
    assert_eq!(causes(&plan(&place, "")), Vec::<String>::new());
}

#[test]
fn calls_of_earlier_runs_are_counted_where_there_is_a_cache() {
    let reads = plan(&quickstart(), "")["calls"]["brivo"].as_u64().unwrap();
    let place = with_manifest(&limited(reads + 2));
    assert_eq!(place.run("--diff --sandbox world.yaml --cache kept").code, 3);
    let second = place.run("--diff --sandbox world.yaml --cache kept --refresh full");
    assert_eq!(second.code, 1, "{second:?}");
    assert!(second.stderr.contains("calls were made to Brivo this month"), "{second:?}");
    assert_eq!(place.run("--diff --sandbox world.yaml").code, 3, "without one only this run's count");
}

#[test]
#[ignore = "needs the servers that .ci/run starts"]
fn a_store_keeps_it_for_runners_that_share_no_disk() {
    for store in stores() {
        let flags = format!("--cache {store}/kept");
        let cold = plan(&quickstart().with_stores(), &flags);
        // Another folder is another world; what is kept is the world's own.
        let place = quickstart().with_stores();
        let first = plan(&place, &flags);
        let second = plan(&place, &flags);
        assert_eq!(without_calls(&first), without_calls(&cold));
        assert_eq!(without_calls(&second), without_calls(&cold));
        assert_eq!(second["calls"]["cache"]["read_again"], 4, "{store}");
        assert_eq!(apply(&place, &flags).code, 3);
        assert_eq!(causes(&plan(&place, &flags)), Vec::<String>::new());
    }
}
