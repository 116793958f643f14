//! Where each path of the document stands in which file.

use std::collections::BTreeMap;
use std::fmt;

use crate::access::text::Text;

use super::tree::{Kind, Node};

/// Where each path of the merged document stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    lines: BTreeMap<String, Place>,
    parts: Vec<Part>,
}

/// A line of a manifest's file; shown as `alder.yaml:31`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    file: Text,
    line: usize,
    /// Both in one: a plan says it as often as it gives a reason.
    shown: Text,
}

impl Place {
    /// A line, from 1, of a file as it was named.
    pub fn new(file: impl Into<Text>, line: usize) -> Self {
        let file = file.into();
        let shown = format!("{file}:{line}").into();
        Self { file, line, shown }
    }

    /// As `alder.yaml:31`.
    pub fn shown(&self) -> &Text {
        &self.shown
    }
}

/// The stretch of a merged list that one file gave.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    file: String,
    list: String,
    from: usize,
    count: usize,
}

impl Places {
    /// Records where a path of the document stands.
    pub fn insert(&mut self, path: impl Into<String>, place: Place) {
        self.lines.insert(path.into(), place);
    }

    /// Where a path stands, else the nearest path that encloses it.
    pub fn get(&self, path: &str) -> Option<&Place> {
        let mut path = path;
        loop {
            if let Some(place) = self.lines.get(path) {
                return Some(place);
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }

    /// The file in which a path of the merged document stands, and its path there.
    pub(super) fn origin(&self, path: &str) -> Option<(&str, String)> {
        if let Some((list, index, rest)) = split_index(path) {
            let inside =
                |part: &&Part| part.list == list && (part.from..part.from + part.count).contains(&index);
            if let Some(part) = self.parts.iter().find(inside) {
                return Some((&part.file, format!("{list}[{}]{rest}", index - part.from)));
            }
        }
        self.get(path).map(|place| (place.file.as_str(), path.to_owned()))
    }

    /// Adds a file's tree. Its lists go behind those that are there, as they do in the merged document.
    pub(super) fn add_file(&mut self, file: &str, root: &Node) {
        let Kind::Section(entries) = &root.kind else { return };
        for entry in entries {
            let place = |line| Place::new(file, line);
            self.lines.entry(entry.key.clone()).or_insert_with(|| place(entry.line));
            if let Kind::List(items) = &entry.value.kind {
                let from = self.length(&entry.key);
                self.parts.push(Part {
                    file: file.to_owned(),
                    list: entry.key.clone(),
                    from,
                    count: items.len(),
                });
                for (index, item) in items.iter().enumerate() {
                    self.add(file, &format!("{}[{}]", entry.key, from + index), item);
                }
            } else {
                self.add(file, &entry.key, &entry.value);
            }
        }
    }

    fn length(&self, list: &str) -> usize {
        self.parts.iter().filter(|part| part.list == list).map(|part| part.count).sum()
    }

    fn add(&mut self, file: &str, path: &str, node: &Node) {
        let place = |line| Place::new(file, line);
        self.lines.entry(path.to_owned()).or_insert_with(|| place(node.line));
        match &node.kind {
            Kind::Scalar { .. } => {}
            Kind::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.add(file, &format!("{path}[{index}]"), item);
                }
            }
            Kind::Section(entries) => {
                for entry in entries {
                    let path = format!("{path}.{}", entry.key);
                    self.lines.insert(path.clone(), place(entry.line));
                    self.add(file, &path, &entry.value);
                }
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// `properties[12].units` → (`properties`, 12, `.units`).
fn split_index(path: &str) -> Option<(&str, usize, &str)> {
    let (list, rest) = path.split_once('[')?;
    let (index, rest) = rest.split_once(']')?;
    Some((list, index.parse().ok()?, rest))
}
