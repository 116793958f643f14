use super::*;

fn read(line: &str) -> Result<Cli, String> {
    Cli::from_words(line.split(' ').map(OsString::from)).map_err(|error| error.to_string())
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn a_manifest_may_be_called_like_a_command() {
    let cli = read("reconcile --diff validate").unwrap();
    assert!(cli.command.is_none());
    assert_eq!(cli.run.manifest, PathBuf::from("validate"));
    let cli = read("reconcile --diff validate.yaml").unwrap();
    assert_eq!(cli.run.manifest, PathBuf::from("validate.yaml"));
    assert!(matches!(read("reconcile validate").unwrap().command, Some(Command::Validate { .. })));
}

#[test]
fn options_stay_with_their_mode() {
    for (line, word) in [
        ("reconcile --diff --apply", "cannot be used with"),
        ("reconcile --apply --out plan.json", "cannot be used with"),
        ("reconcile --apply --detailed-exitcode", "cannot be used with"),
        ("reconcile --diff --plan plan.json", "cannot be used with"),
        ("reconcile --diff --yes", "cannot be used with"),
        ("reconcile --diff --lock here", "cannot be used with"),
        ("reconcile --diff --journal j.jsonl", "cannot be used with"),
        ("reconcile --apply --history j.jsonl", "cannot be used with"),
        ("reconcile --diff --undo undo.json", "cannot be used with"),
        ("reconcile --diff --allow-grants 15610001", "a group's Brivo id"),
        ("reconcile reconcile.yaml", "--diff|--apply"),
        ("reconcile --diff --as-of 2026-03-01", "with its offset"),
        ("reconcile --diff --allow-revokes many", "give a number"),
        ("reconcile --diff --allow-revokes Alder=3", "a property's id"),
        ("reconcile --diff -v -q", "cannot be used with"),
        ("reconcile --apply --upcoming 7d", "cannot be used with"),
        ("reconcile --diff --shard 5/4", "from 1/N to N/N"),
        ("reconcile --diff --shard 0/4", "from 1/N to N/N"),
        ("reconcile --apply --plan plan.json --shard 1/2", "cannot be used with"),
        ("reconcile explain", "RULE|CODE|MANIFEST"),
        ("reconcile explain --customer 1 --unit 2", "cannot be used with"),
        ("reconcile explain T14 --property 500001", "--unit"),
        ("reconcile --difff", "--diff"),
        ("reconcile", "say what to do: --diff or --apply, or a command"),
        ("reconcile validat", "Did you mean `reconcile validate`?"),
        ("reconcile Explain T14", "Did you mean `reconcile explain`?"),
        ("reconcile adopts --sandbox world.yaml", "Did you mean `reconcile adopt`?"),
        ("reconcile frobnicate", "--diff|--apply"),
    ] {
        let message = read(line).unwrap_err();
        assert!(message.contains(word), "{line}: {message}");
    }
}

#[test]
fn allowances_may_name_a_property() {
    let cli = read("reconcile --diff --allow-revokes 12 --allow-revokes 500001=40").unwrap();
    assert_eq!(
        cli.run.allow_revokes,
        [Allowance { property: None, people: 12 }, Allowance { property: Some(500_001), people: 40 }]
    );
}

#[test]
fn speech_may_follow_a_command() {
    let cli = read("reconcile validate --log json -vv").unwrap();
    assert_eq!((cli.speech.log, cli.speech.verbose), (Log::Json, 2));
}

#[test]
fn how_far_ahead_is_days_or_hours() {
    for (text, ahead) in [
        ("7d", Some(Ahead::Days(7))),
        ("366d", Some(Ahead::Days(366))),
        ("12h", Some(Ahead::Hours(12))),
        ("0d", None),
        ("367d", None),
        ("7", None),
        ("d", None),
        ("", None),
        ("-1d", None),
        ("7 d", None),
        ("7w", None),
        ("7é", None),
    ] {
        assert_eq!(text.parse::<Ahead>().ok(), ahead, "{text}");
    }
}

#[test]
fn what_is_explained_is_a_rule_or_stands_in_a_manifest() {
    let explain = |line| match read(line).unwrap().command {
        Some(Command::Explain(explain)) => (explain.what, explain.customer, explain.unit),
        other => panic!("{other:?}"),
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(explain("reconcile explain T14"), (text("T14"), None, None));
    assert_eq!(explain("reconcile explain --customer 990001"), (None, text("990001"), None));
    assert_eq!(explain("reconcile explain portfolio --unit 302-A"), (text("portfolio"), None, text("302-A")));
}

#[test]
fn every_option_has_its_place_in_the_help() {
    let command = Cli::command();
    let loose: Vec<&str> = command
        .get_opts()
        .filter(|option| option.get_help_heading().is_none())
        .map(|option| option.get_id().as_str())
        .collect();
    assert_eq!(loose, ["diff", "apply"], "the two modes come first, all else stands under a heading");
    for command in command.get_subcommands().filter(|command| command.get_name() != "schema") {
        let help = command.clone().render_help().to_string();
        assert!(help.contains("Examples:\n  reconcile "), "{help}");
    }
}
