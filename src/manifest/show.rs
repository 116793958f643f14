//! Faults as people see them: with the file, the line and the offending text underlined. Secrets in that text are starred out.

use std::fmt;
use std::ops::Range;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use super::fault::{Fault, Severity, Spot};
use super::secret::masked;
use super::tree::{Kind, Node, grow};

/// A fault and the text that it is about.
#[derive(Debug)]
pub struct Shown {
    fault: Fault,
    source: NamedSource<String>,
    label: Option<LabeledSpan>,
}

/// Makes faults ready to be shown, errors first, then in the order of the text; `files` are those that were parsed.
pub fn show(faults: Vec<Fault>, files: &[(String, String)]) -> Vec<Shown> {
    let mut pages: Vec<(&str, Page)> = Vec::new();
    let mut shown: Vec<Shown> = Vec::new();
    for fault in faults {
        let known = pages.iter().position(|(name, _)| *name == fault.file);
        let index = known.unwrap_or_else(|| {
            let found = files.iter().find(|(name, _)| *name == fault.file);
            let (name, text) = found.map_or(("", ""), |(name, text)| (name.as_str(), text.as_str()));
            pages.push((name, Page::of(text)));
            pages.len() - 1
        });
        shown.push(pages[index].1.show(fault));
    }
    let file = |shown: &Shown| files.iter().position(|(name, _)| *name == shown.fault.file);
    let offset = |shown: &Shown| shown.label.as_ref().map(LabeledSpan::offset);
    shown.sort_by_key(|shown| (shown.fault.severity, file(shown), offset(shown)));
    shown
}

/// One file's text, its secrets starred out, and its tree.
struct Page {
    text: String,
    root: Option<Node>,
}

impl Page {
    fn of(text: &str) -> Self {
        Self { text: masked(text), root: grow("", text).0 }
    }

    fn show(&self, fault: Fault) -> Shown {
        let source = NamedSource::new(&fault.file, self.text.clone()).with_language("yaml");
        let range = self.range(&fault.spot);
        let label = (!self.text.is_empty()).then(|| LabeledSpan::new_with_span(None, range));
        Shown { fault, source, label }
    }

    fn range(&self, spot: &Spot) -> Range<usize> {
        let range = match (spot, &self.root) {
            (Spot::Bytes(range), _) => range.clone(),
            (Spot::Key(path) | Spot::Value(path), Some(root)) => {
                locate(root, path, matches!(spot, Spot::Key(_)))
            }
            (_, None) => 0..0,
        };
        // An empty place is widened to one character, so that there is something to underline.
        let start = range.start.min(self.text.len());
        let next = self.text[start..].chars().next().map_or(0, char::len_utf8);
        start..range.end.clamp((start + next).min(self.text.len()), self.text.len().max(start))
    }
}

/// The bytes of a path's key or value, else of the nearest path that encloses it.
fn locate(root: &Node, path: &str, wants_key: bool) -> Range<usize> {
    let mut key: Option<Range<usize>> = None;
    let mut node = root;
    for step in steps(path) {
        match (&node.kind, step) {
            (Kind::Section(entries), Step::Key(name)) => {
                let Some(entry) = entries.iter().rfind(|entry| entry.key == name) else { break };
                key = Some(entry.span.clone());
                node = &entry.value;
            }
            (Kind::List(items), Step::Item(index)) => {
                let Some(item) = items.get(index) else { break };
                key = None;
                node = item;
            }
            _ => break,
        }
    }
    match (&node.kind, key) {
        (_, Some(key)) if wants_key => key,
        (Kind::Scalar { .. }, key) => {
            if node.span.is_empty() { key } else { None }.unwrap_or(node.span.clone())
        }
        (Kind::Section(_) | Kind::List(_), Some(key)) => key,
        (Kind::Section(entries), None) => {
            entries.first().map_or(node.span.clone(), |entry| entry.span.clone())
        }
        (Kind::List(_), None) => node.span.clone(),
    }
}

enum Step<'p> {
    Key(&'p str),
    Item(usize),
}

fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    path.split(['.', '[']).filter(|step| !step.is_empty()).map(|step| {
        let index = step.strip_suffix(']').and_then(|index| index.parse().ok());
        index.map_or(Step::Key(step), Step::Item)
    })
}

impl Shown {
    /// The fault itself.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fault.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.fault.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.fault.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.fault.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.label
            .clone()
            .map(|label| Box::new(std::iter::once(label)) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}
