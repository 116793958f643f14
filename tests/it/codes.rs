//! Every code that the program prints beside an error is in the catalogue, and every code of the catalogue is printed somewhere.

use std::collections::BTreeSet;
use std::path::Path;

use reconcile::commands::explain::codes::ALL;

use crate::support::Workplace;

/// The codes in the program's text: `code(room::name)` of a derive, and `"room::name"` elsewhere.
fn used(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.iter().any(|part| part == "tests" || part == "tests.rs");
        if path.is_dir() {
            used(&path, found);
        } else if !is_test && !path.ends_with("codes.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            for mark in ["code(", "\""] {
                // Behind `with = ` stands a function's path.
                let begins = text.match_indices(mark).filter(|(at, _)| !text[..*at].ends_with("with = "));
                found.extend(begins.filter_map(|(at, _)| code(&text[at + mark.len()..])));
            }
        }
    }
}

/// The `room::name` that a text begins with, where a bracket or a quote closes it.
fn code(text: &str) -> Option<String> {
    let end = text.find([')', '"'])?;
    let (room, name) = text[..end].split_once("::")?;
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    (is_word(room) && is_word(name)).then(|| text[..end].to_owned())
}

#[test]
fn the_catalogue_has_them_all_and_no_other() {
    let mut found = BTreeSet::new();
    used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let catalogue: BTreeSet<String> = ALL.iter().map(|code| code.name.to_owned()).collect();
    let unknown: Vec<&String> = found.difference(&catalogue).collect();
    assert!(unknown.is_empty(), "not explained in src/commands/explain/codes.rs: {unknown:?}");
    let unused: Vec<&String> = catalogue.difference(&found).collect();
    assert!(unused.is_empty(), "explained, but never printed: {unused:?}");
    let names: Vec<&str> = ALL.iter().map(|code| code.name).collect();
    assert!(names.is_sorted(), "they stand by name");
}

#[test]
fn one_is_explained_and_a_slip_is_understood() {
    let place = Workplace::new();
    let run = place.run("explain apply::stale_plan");
    assert_eq!(run.code, 0);
    assert!(run.stdout.starts_with("apply::stale_plan\n\nThe saved plan is not"), "{}", run.stdout);
    let slip = place.run("explain stale_plann");
    assert_eq!((slip.code, slip.stdout.as_str()), (1, ""));
    assert!(slip.stderr.contains("did you mean apply::stale_plan?"), "{}", slip.stderr);
}
