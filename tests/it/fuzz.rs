//! A bounded run of what is fuzzed: every file of the corpus, and as many changed ones, through the entry points of the fuzz targets.

#[path = "../fuzz/entry.rs"]
mod entry;

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

/// How many changed files each entry gets.
const CHANGED: u32 = 300;

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(name);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// One change to a file.
#[derive(Debug, Clone)]
enum Edit {
    Byte(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize, usize),
    Cut(Index),
}

/// What trips readers.
const TRICKY: [&[u8]; 12] = [
    b"null",
    b"\"\"",
    b"-1",
    b"18446744073709551616",
    b"1e999",
    b"[[[[",
    b"{\"",
    b"\\u0000",
    b"\xff\xfe",
    b"\n====\n",
    b"9999-12-31",
    b"\xe2\x80\xae",
];

fn edit() -> impl Strategy<Value = Edit> {
    let inserted =
        prop_oneof![proptest::sample::select(TRICKY.map(<[u8]>::to_vec).to_vec()), vec(any::<u8>(), 1..9),];
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Edit::Byte(at, byte)),
        (any::<Index>(), inserted).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        (any::<Index>(), 1..60usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        (any::<Index>(), 1..60usize, 2..40usize)
            .prop_map(|(at, length, times)| Edit::Repeat(at, length, times)),
        any::<Index>().prop_map(Edit::Cut),
    ]
}

fn apply(bytes: &mut Vec<u8>, edit: &Edit) {
    if bytes.is_empty() {
        return;
    }
    let span = |at: usize, length: usize, of: usize| at..(at + length).min(of);
    match edit {
        Edit::Byte(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Edit::Insert(at, inserted) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, inserted.iter().copied());
        }
        Edit::Remove(at, length) => drop(bytes.drain(span(at.index(bytes.len()), *length, bytes.len()))),
        Edit::Repeat(at, length, times) => {
            let at = at.index(bytes.len());
            let part = bytes[span(at, *length, bytes.len())].repeat(*times);
            bytes.splice(at..at, part);
        }
        Edit::Cut(at) => bytes.truncate(at.index(bytes.len())),
    }
}

#[test]
fn the_corpus_breaks_nothing() {
    for (name, enter) in entry::ALL {
        let corpus = corpus(name);
        assert!(corpus.len() > 5, "{name}: a corpus of {}", corpus.len());
        for bytes in &corpus {
            enter(bytes);
        }
    }
}

#[test]
fn changed_files_of_the_corpus_break_nothing() {
    for (name, enter) in entry::ALL {
        let corpus = corpus(name);
        let config = Config { cases: CHANGED, failure_persistence: None, ..Config::default() };
        let changed = (any::<Index>(), vec(edit(), 1..6));
        TestRunner::new_with_rng(
            config,
            proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
        )
        .run(&changed, |(seed, edits)| {
            let mut bytes = corpus[seed.index(corpus.len())].clone();
            for edit in &edits {
                apply(&mut bytes, edit);
            }
            enter(&bytes);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
