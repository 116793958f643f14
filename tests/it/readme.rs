//! The README shows what the program does: its plans are printed ones, its rules are the catalogue's, its manifest is one.
//! `UPDATE_README=1 cargo test readme` writes what it should show into it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use reconcile::commands::explain::codes::{self, Code};
use reconcile::rules::{Rule, RuleId};
use serde_json::Value;

use crate::support::Workplace;

const README: &str = include_str!("../../README.md");
const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");
const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

/// What a comment in the README asks for, which its readers don't see.
enum Directive<'a> {
    /// `prints CODE: reconcile …`: the block that follows is what this prints.
    Prints { code: i32, arguments: &'a str },
    /// `applies CODE: reconcile …`: this was run before the blocks that follow.
    Applies { code: i32, arguments: &'a str },
    /// `edit FILE: OLD => NEW`: the blocks that follow have the example with this edit, and no other.
    Edit { file: &'a str, old: &'a str, new: &'a str },
    /// The table of rules stands from here to `rules:end`.
    Rules,
    /// The table of errors stands from here to `codes:end`.
    Codes,
}

impl<'a> Directive<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let text = line.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
        if text == "rules:begin" {
            return Some(Self::Rules);
        }
        if text == "codes:begin" {
            return Some(Self::Codes);
        }
        let (word, rest) = text.split_once(' ')?;
        let (subject, rest) = rest.split_once(": ")?;
        let code = || subject.parse().unwrap();
        let arguments = || rest.strip_prefix("reconcile ").unwrap();
        match word {
            "prints" => Some(Self::Prints { code: code(), arguments: arguments() }),
            "applies" => Some(Self::Applies { code: code(), arguments: arguments() }),
            "edit" => {
                let (old, new) = rest.split_once(" => ").unwrap();
                Some(Self::Edit { file: subject, old, new })
            }
            _ => None,
        }
    }
}

/// The README as it should be, by what the program prints now.
fn rendered() -> String {
    let mut place = Workplace::new()
        .env("COLUMNS", "120")
        .file("examples/quickstart/reconcile.yaml", MANIFEST)
        .file("examples/quickstart/world.yaml", WORLD);
    let mut text = String::new();
    let mut lines = README.lines();
    while let Some(line) = lines.next() {
        writeln!(text, "{line}").unwrap();
        match Directive::of(line) {
            Some(Directive::Prints { code, arguments }) => {
                lines.by_ref().find(|line| line.starts_with("```")).unwrap();
                lines.by_ref().find(|line| *line == "```").unwrap();
                let output = run(&place, code, arguments);
                writeln!(text, "```text\n{}\n```", output.trim_end()).unwrap();
            }
            Some(Directive::Applies { code, arguments }) => drop(run(&place, code, arguments)),
            Some(Directive::Edit { file, old, new }) => {
                assert!(MANIFEST.contains(old), "{old} is not in the example");
                assert!(README.contains(&format!("`{new}`")), "the text does not speak of {new}");
                place = place.file(file, MANIFEST.replacen(old, new, 1));
            }
            Some(Directive::Rules) => {
                lines.by_ref().find(|line| *line == "<!-- rules:end -->").unwrap();
                writeln!(text, "{}\n<!-- rules:end -->", rules()).unwrap();
            }
            Some(Directive::Codes) => {
                lines.by_ref().find(|line| *line == "<!-- codes:end -->").unwrap();
                writeln!(text, "{}\n<!-- codes:end -->", codes()).unwrap();
            }
            None => {}
        }
    }
    text
}

fn run(place: &Workplace, code: i32, arguments: &str) -> String {
    let outcome = place.run(arguments);
    assert_eq!(outcome.code, code, "{arguments}\n{}", outcome.stderr);
    outcome.stdout
}

fn rules() -> String {
    let mut table = "| id | case | keys |\n|---|---|---|".to_owned();
    for id in RuleId::ALL {
        let Rule { id, title, text: _, policy } = id.rule();
        let keys = policy.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" ");
        write!(table, "\n| {id} | {} | {keys} |", title.replace('|', "\\|")).unwrap();
    }
    table
}

fn codes() -> String {
    let mut table = "| code | meaning |\n|---|---|".to_owned();
    for Code { name, text } in codes::ALL {
        write!(table, "\n| `{name}` | {} |", text.replace('|', "\\|")).unwrap();
    }
    table
}

/// The README's block after this comment.
fn block_after(comment: &str) -> &'static str {
    let (_, rest) = README.split_once(comment).unwrap();
    let (_, rest) = rest.split_once("```yaml\n").unwrap();
    rest.split_once("\n```").unwrap().0
}

#[test]
fn it_shows_what_the_program_prints() {
    let rendered = rendered();
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(PATH, rendered).unwrap();
        return;
    }
    for (number, (is, should)) in README.lines().zip(rendered.lines()).enumerate() {
        let line = number + 1;
        assert_eq!(is, should, "line {line}; UPDATE_README=1 cargo test readme writes it");
    }
    assert_eq!(README.len(), rendered.len(), "UPDATE_README=1 cargo test readme writes it");
}

#[test]
fn it_begins_with_the_two_commands() {
    let (_, rest) = README.split_once("```sh\n").unwrap();
    let commands: Vec<&str> = rest.split("```").next().unwrap().lines().collect();
    let [first, second] = commands.as_slice() else { panic!("{commands:?}") };
    let arguments = first.strip_prefix("cargo run -- ").unwrap();
    assert!(README.contains(&format!("<!-- prints 3: reconcile {arguments} -->")));
    assert_eq!(*second, "cargo test");
    assert!(include_str!("../../.ci/run").lines().any(|line| line == "cargo test"));
}

#[test]
fn its_manifest_is_valid_and_has_every_key() {
    let manifest = block_after("<!-- manifest -->");
    let outcome = Workplace::new().file("reconcile.yaml", manifest).run("validate");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));

    let schema: Value = serde_json::from_str(include_str!("../../schemas/manifest.schema.json")).unwrap();
    let mut objects = vec![&schema];
    objects.extend(schema["$defs"].as_object().unwrap().values());
    let keys =
        objects.iter().filter_map(|object| object["properties"].as_object()).flat_map(|keys| keys.keys());
    let absent: BTreeSet<&String> = keys.filter(|key| !manifest.contains(&format!("{key}:"))).collect();
    assert_eq!(absent, BTreeSet::new());
}

#[test]
fn its_options_exist() {
    let place = Workplace::new();
    let help = place.run("--help").stdout
        + &place.run("validate --help").stdout
        + &place.run("sandbox --help").stdout
        + &place.run("explain --help").stdout;
    let is_part = |char: char| char.is_ascii_lowercase() || char == '-';
    let of_cargo = ["--path"];
    for at in README.match_indices(" --").chain(README.match_indices("`--")).map(|(at, _)| at + 1) {
        let option = &README[at..];
        let option = &option[..option.find(|char| !is_part(char)).unwrap_or(option.len())];
        if !option.trim_matches('-').is_empty() && !of_cargo.contains(&option) {
            assert!(help.contains(option), "{option}");
        }
    }
}
