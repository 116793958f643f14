//! The text of one file as a tree that knows its places: the guard in front of everything else. Refuses what would cost too much
//! (depth, aliases, size) or be read differently by other tools (duplicate keys, tags, several documents).

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::fault::{Fault, Spot, Wrong};

/// Deeper than any manifest needs.
const MAX_DEPTH: usize = 24;
/// How many nodes aliases may add: enough to share lists of groups, too few to exhaust the memory.
const MAX_ALIASED_NODES: usize = 20_000;
/// Bytes of one file; some thousands of properties.
const MAX_BYTES: usize = 16 << 20;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Its bytes; of a list or a section not to be relied on beyond the start.
    pub(super) span: Range<usize>,
    /// From 1.
    pub(super) line: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A text as it stands; `plain`: without quotes.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Section(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) span: Range<usize>,
    pub(super) line: usize,
    pub(super) value: Node,
}

/// Reads a file; without a tree there is at least one fault.
pub(super) fn grow(file: &str, text: &str) -> (Option<Node>, Vec<Fault>) {
    let mut grower = Grower::new(file, text);
    if text.len() > MAX_BYTES {
        let wrong =
            Wrong::new("the file is larger than 16 MiB", "split it: a manifest may be a directory of files");
        grower.refuse("manifest::too_large", 0..0, wrong);
        return (None, grower.faults);
    }
    let root = grower.run(text);
    (root.ok(), grower.faults)
}

/// The tree can't be finished; the fault is recorded.
struct Stop;

struct Grower<'t> {
    file: &'t str,
    text: &'t str,
    bytes: ByteOffsets,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
    root: Option<Node>,
    faults: Vec<Fault>,
}

/// A list or section whose end has not come.
struct Open {
    start: Range<usize>,
    line: usize,
    anchor: usize,
    inside: Inside,
}

enum Inside {
    List(Vec<Node>),
    Section { entries: Vec<Entry>, key: Option<(String, Range<usize>, usize)> },
}

impl<'t> Grower<'t> {
    fn new(file: &'t str, text: &'t str) -> Self {
        let bytes = ByteOffsets::of(text);
        let (open, anchors, faults) = (Vec::new(), HashMap::new(), Vec::new());
        Self { file, text, bytes, open, anchors, aliased: 0, root: None, faults }
    }

    fn run(&mut self, text: &str) -> Result<Node, Stop> {
        let mut documents = 0;
        for event in Parser::new_from_str(text) {
            let (event, span) =
                event.map_err(|error| self.unreadable(error.marker().index(), error.info()))?;
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
                if documents > 1 {
                    let help = "keep one document a file: a manifest may be a directory of files";
                    let wrong = Wrong::new("a second document begins here", help);
                    return Err(self.refuse("manifest::several_documents", self.range(span), wrong));
                }
            }
            self.take(event, span)?;
        }
        let empty = Wrong::new("the file is empty", "begin with `version: 1`");
        self.root.take().ok_or_else(|| self.refuse("manifest::empty", 0..0, empty))
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Stop> {
        let (range, line) = (self.range(span), span.start.line());
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                self.refuse_tag(tag.is_some(), &range)?;
                if self.awaits_key() {
                    return self.key(&text, range, line);
                }
                self.add(
                    anchor,
                    Node { span: range, line, kind: Kind::Scalar { text: text.into_owned(), plain } },
                );
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_tag(tag.is_some(), &range)?;
                self.open(Open { start: range, line, anchor, inside: Inside::List(Vec::new()) })?;
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_tag(tag.is_some(), &range)?;
                let inside = Inside::Section { entries: Vec::new(), key: None };
                self.open(Open { start: range, line, anchor, inside })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => self.alias(anchor, range)?,
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { inside: Inside::Section { key: None, .. }, .. }))
    }

    fn key(&mut self, text: &str, range: Range<usize>, line: usize) -> Result<(), Stop> {
        let Some(Open { inside: Inside::Section { entries, key }, .. }) = self.open.last_mut() else {
            return Ok(());
        };
        let first = entries.iter().find(|entry| entry.key == *text).map(|entry| entry.line);
        *key = Some((text.to_owned(), range.clone(), line));
        if text == "<<" {
            let help = "write the keys out; what many properties share belongs under `defaults`";
            return Err(self.refuse(
                "manifest::unsupported",
                range,
                Wrong::new("merge keys are not read", help),
            ));
        }
        if let Some(first) = first {
            let message = format!("`{text}` stands here a second time, the first is on line {first}");
            self.refuse("manifest::duplicate_key", range, Wrong::new(message, "remove one of the two"));
        }
        Ok(())
    }

    fn open(&mut self, open: Open) -> Result<(), Stop> {
        let range = open.start.clone();
        if self.awaits_key() {
            let wrong =
                Wrong::new("a list or a section can't be a key", "write a plain key, such as `groups:`");
            return Err(self.refuse("manifest::unsupported", range, wrong));
        }
        self.open.push(open);
        if self.open.len() > MAX_DEPTH {
            let message = format!("lists and sections are nested more than {MAX_DEPTH} deep");
            let wrong =
                Wrong::new(message, "no key of a manifest stands so deep: look for brackets too many");
            return Err(self.refuse("manifest::too_deep", range, wrong));
        }
        Ok(())
    }

    fn close(&mut self) {
        if let Some(Open { start, line, anchor, inside }) = self.open.pop() {
            let kind = match inside {
                Inside::List(items) => Kind::List(items),
                Inside::Section { entries, .. } => Kind::Section(entries),
            };
            self.add(anchor, Node { span: start, line, kind });
        }
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) -> Result<(), Stop> {
        let Some(node) = self.anchors.get(&anchor).filter(|_| !self.awaits_key()) else {
            let wrong = Wrong::new("this alias can't stand here", "write the value out");
            return Err(self.refuse("manifest::unsupported", range, wrong));
        };
        let node = node.clone();
        self.aliased += node.count();
        if self.aliased > MAX_ALIASED_NODES {
            let message = format!("aliases repeat more than {MAX_ALIASED_NODES} values");
            let wrong = Wrong::new(message, "write shared values under `defaults`, or once a property");
            return Err(self.refuse("manifest::too_many_aliases", range, wrong));
        }
        self.add(0, node);
        Ok(())
    }

    fn add(&mut self, anchor: usize, node: Node) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.inside) {
            Some(Inside::List(items)) => items.push(node),
            Some(Inside::Section { entries, key }) => {
                if let Some((key, span, line)) = key.take() {
                    entries.push(Entry { key, span, line, value: node });
                }
            }
            None => self.root = Some(node),
        }
    }

    fn refuse_tag(&mut self, tagged: bool, range: &Range<usize>) -> Result<(), Stop> {
        let wrong =
            || Wrong::new("tags such as `!!str` are not read", "leave the tag out; put a text in quotes");
        if tagged { Err(self.refuse("manifest::unsupported", range.clone(), wrong())) } else { Ok(()) }
    }

    fn unreadable(&mut self, index: usize, info: &str) -> Stop {
        let at = self.bytes.at(index).min(self.text.len());
        if let Some(range) = self.tab(at) {
            let wrong =
                Wrong::new("a line is indented with a tab", "indent with spaces: YAML allows no tabs there");
            return self.refuse("manifest::tab", range, wrong);
        }
        let help = "look at this line and the one above: a missing colon, quote or bracket, or an indent that differs";
        self.refuse("manifest::syntax", at..at, Wrong::new(format!("this is no YAML: {info}"), help))
    }

    /// The first indent with a tab, on the line of `at` or the one below: the parser stumbles before it or over it.
    fn tab(&self, at: usize) -> Option<Range<usize>> {
        let mut start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        for line in self.text[start..].split_inclusive('\n').take(2) {
            let indent = line.len() - line.trim_start().len();
            if line[..indent].contains('\t') {
                return Some(start..start + indent);
            }
            start += line.len();
        }
        None
    }

    fn refuse(&mut self, code: &'static str, range: Range<usize>, wrong: Wrong) -> Stop {
        self.faults.push(Fault::error(code, self.file, Spot::Bytes(range), wrong));
        Stop
    }

    fn range(&self, span: Span) -> Range<usize> {
        self.bytes.at(span.start.index())..self.bytes.at(span.end.index())
    }
}

impl Node {
    fn count(&self) -> usize {
        1 + match &self.kind {
            Kind::Scalar { .. } => 0,
            Kind::List(items) => items.iter().map(Self::count).sum(),
            Kind::Section(entries) => entries.iter().map(|entry| entry.value.count()).sum(),
        }
    }
}

/// From the parser's characters to bytes.
struct ByteOffsets(Option<Vec<usize>>);

impl ByteOffsets {
    fn of(text: &str) -> Self {
        let offsets = || text.char_indices().map(|(offset, _)| offset).chain([text.len()]).collect();
        Self((!text.is_ascii()).then(offsets))
    }

    fn at(&self, index: usize) -> usize {
        match &self.0 {
            None => index,
            Some(offsets) => offsets.get(index).or(offsets.last()).copied().unwrap_or(0),
        }
    }
}
