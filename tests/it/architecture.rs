//! The house's rules: which room may name which, and that the core knows no clock, file, network or environment.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room with the rooms that it may name.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("access", &[]),
    ("digest", &[]),
    ("zone", &["access"]),
    ("rules", &[]),
    ("manifest", &["access", "zone", "rules"]),
    ("roster", &["access"]),
    ("desired", &["manifest", "roster", "access", "zone", "rules"]),
    // Of the manifest and the roster only the words in which policies and look-ups are handed on by `desired`.
    ("plan", &["desired", "manifest", "roster", "access", "digest", "rules"]),
    ("http", &[]),
    ("entrata", &["http", "roster", "access"]),
    ("brivo", &["http", "access"]),
    ("journal", &["plan", "access", "rules"]),
    ("snapshot", &["roster", "access"]),
    ("store", &[]),
    // Of the plan only what is remembered of each person.
    ("cache", &["plan", "access", "digest"]),
    ("lock", &["store", "access"]),
    ("apply", &["plan", "brivo", "journal", "access"]),
    ("events", &["plan", "access"]),
    ("sandbox", &[]),
    ("output", &["plan", "rules", "access", "digest", "zone"]),
    ("cli", &[]),
    ("settings", &[]),
];

const CORE: &[&str] = &["access", "digest", "zone", "rules", "manifest", "roster", "desired", "plan"];

/// What the core must not know.
const WORLDLY: &[&str] = &[
    "tokio",
    "reqwest",
    "axum",
    "tracing",
    "std::fs",
    "std::env",
    "TcpStream",
    "SystemTime",
    "Utc::now",
    "Instant::now",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file with its room.
fn rooms() -> BTreeMap<PathBuf, String> {
    let sources_root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&sources_root, &mut found);
    let room = |path: &PathBuf| {
        let relative = path.strip_prefix(&sources_root).unwrap();
        let first = relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        first.trim_end_matches(".rs").to_owned()
    };
    found.into_iter().map(|path| (path.clone(), room(&path))).collect()
}

/// The lines of a file that are code for the program: tests and comments aside.
fn code(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let is_test_file = path.iter().any(|part| part == "tests" || part == "tests.rs" || part == "example.rs");
    if is_test_file {
        return Vec::new();
    }
    let program = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
    program.lines().filter(|line| !line.trim_start().starts_with("//")).map(str::to_owned).collect()
}

/// The rooms that a line names by `crate::room`, grouped imports included.
fn named(line: &str) -> Vec<String> {
    let mut named = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        let group = rest.strip_prefix('{').map(|group| group.split('}').next().unwrap_or_default());
        let parts: Vec<&str> = group.map_or_else(|| vec![rest], |group| group.split(',').collect());
        for part in parts {
            let name: String = part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if name != "self" && !name.is_empty() {
                named.push(name);
            }
        }
    }
    named
}

#[test]
fn no_room_names_one_that_it_may_not() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_NAME.iter().copied().collect();
    let mut broken = Vec::new();
    for (path, room) in rooms() {
        let Some(may) = allowed.get(room.as_str()) else {
            assert!(
                ["lib", "main", "commands"].contains(&room.as_str()),
                "{room} stands in no row of the table"
            );
            continue;
        };
        for line in code(&path) {
            for other in named(&line) {
                if other != room && !may.contains(&other.as_str()) {
                    broken.push(format!("{}: {}", path.display(), line.trim()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "rooms that name what they may not:\n{}", broken.join("\n"));
}

#[test]
fn the_core_knows_no_world() {
    let mut broken = Vec::new();
    for (path, room) in rooms() {
        if !CORE.contains(&room.as_str()) {
            continue;
        }
        for line in code(&path) {
            if WORLDLY.iter().any(|word| line.contains(word)) {
                broken.push(format!("{}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(broken.is_empty(), "the core names the world:\n{}", broken.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_what_it_should() {
    assert_eq!(named("use crate::access::Instant;"), ["access"]);
    assert_eq!(named("use crate::{brivo, entrata};"), ["brivo", "entrata"]);
    assert_eq!(named("let x = crate::zone::Zone::parse(y);"), ["zone"]);
    assert!(named("use super::note::Draft;").is_empty());
}
