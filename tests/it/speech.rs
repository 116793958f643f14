//! How the program speaks to people: help, slips of the keyboard, the manual, an apply that nobody confirmed, colours.

use crate::support::Workplace;

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

fn quickstart() -> Workplace {
    Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", WORLD)
}

#[test]
fn without_a_word_it_says_how_to_begin() {
    let run = quickstart().run("");
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("say what to do: --diff or --apply"), "{}", run.stderr);
    assert!(run.stderr.lines().count() <= 8, "short:\n{}", run.stderr);
}

#[test]
fn slips_bring_what_was_meant() {
    for (line, meant) in [
        ("validat", "Did you mean `reconcile validate`?"),
        ("--dif", "'--diff'"),
        ("--diff --sandbx world.yaml", "'--sandbox'"),
        ("--diff --sandbox world.yaml --property 50001", "did you mean 500001?"),
        ("explain manifest::unknown_keys", "did you mean manifest::unknown_key?"),
    ] {
        let run = quickstart().run(line);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{line}");
        assert!(run.stderr.contains(meant), "{line}:\n{}", run.stderr);
    }
}

#[test]
fn a_customer_whom_nobody_knows_is_a_warning() {
    let run = quickstart().run("--diff --sandbox world.yaml --customer 990001 --customer 99006");
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("entrata:990001"));
    assert_eq!(run.stderr.matches("usage::unknown_customer").count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("did you mean 990006"), "{}", run.stderr);
}

#[test]
fn an_apply_that_nobody_confirmed_shows_what_it_would_do() {
    let place = quickstart();
    let plan = place.run("--diff --sandbox world.yaml");
    let run = place.run("--apply --sandbox world.yaml");
    assert_eq!(run.code, 1);
    assert_eq!(run.stdout, plan.stdout, "the plan comes first");
    assert!(run.stderr.contains("apply::unconfirmed"), "{}", run.stderr);
    assert!(!place.path("world.yaml.state.json").exists(), "nothing was written");
}

#[test]
fn the_manual_has_a_page_a_command() {
    let place = quickstart().file("man/keep", "");
    let page = place.run("man").stdout;
    assert!(page.contains(".TH reconcile 1") && page.contains("WHAT IS PLANNED"), "{page}");
    assert_eq!(place.run("man man").code, 0);
    for command in ["reconcile", "reconcile-validate", "reconcile-explain", "reconcile-sandbox"] {
        assert!(place.read(&format!("man/{command}.1")).contains(".SH SYNOPSIS"), "{command}");
    }
    assert_eq!(place.run("man no/such/folder").code, 1);
}

#[test]
fn completions_know_the_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = quickstart().run(&format!("completions {shell}")).stdout;
        assert!(script.contains("detailed-exitcode") && script.contains("validate"), "{shell}");
    }
}

#[test]
fn a_pipe_gets_no_colour_unless_it_is_forced() {
    let plain = quickstart().run("--diff --sandbox world.yaml").stdout;
    assert!(!plain.contains('\u{1b}'));
    let coloured = quickstart().env("CLICOLOR_FORCE", "1").run("--diff --sandbox world.yaml").stdout;
    assert!(coloured.contains("\u{1b}[38;5;28m"), "{coloured:?}");
    let refused = quickstart().env("NO_COLOR", "1").run("--diff --sandbox world.yaml").stdout;
    assert_eq!(refused, plain);
}

#[test]
fn lines_keep_to_the_width() {
    for columns in ["60", "100"] {
        let run = quickstart().env("COLUMNS", columns).run("--diff --sandbox world.yaml");
        let widest =
            run.stdout.lines().filter(|line| !line.starts_with("Plan: ")).map(|line| line.chars().count());
        assert!(widest.max().unwrap() <= columns.parse().unwrap(), "{}", run.stdout);
    }
}

#[test]
fn a_service_that_is_not_there_is_told_once() {
    let manifest = MANIFEST.replacen("https://apis.entrata.com", "http://127.0.0.1:1", 1);
    let secrets = [
        "ENTRATA_API_KEY",
        "BRIVO_API_KEY",
        "BRIVO_CLIENT_ID",
        "BRIVO_CLIENT_SECRET",
        "BRIVO_USERNAME",
        "BRIVO_PASSWORD",
    ];
    let place = Workplace::new().file(
        "reconcile.yaml",
        manifest.replacen(
            "brivo:\n",
            "brivo:\n  api_url: http://127.0.0.1:1/v1/api\n  auth_url: http://127.0.0.1:1\n",
            1,
        ),
    );
    let place = secrets.iter().fold(place, |place, name| place.env(name, "x"));
    let run = place.run("--diff");
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(run.stderr.matches("can't be reached").count(), 1, "{}", run.stderr);
}
