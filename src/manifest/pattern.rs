//! Texts and globs over names: how a manifest picks units and groups.

use crate::access::GroupId;

/// A name, an id or a glob over names.
#[derive(Debug, Clone)]
pub enum GroupPattern {
    /// Brivo's id.
    Id(GroupId),
    /// An exact name or a glob, case-sensitive.
    Name(Pattern),
}

/// Exact text or a glob, case-sensitive, no fuzziness (U2).
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As it was written.
    pub text: String,
    matcher: Matcher,
}

/// Most patterns need no compiled glob, and a portfolio has thousands of them.
#[derive(Debug, Clone)]
enum Matcher {
    Exact,
    /// Everything that begins with this.
    Prefix(String),
    Glob(globset::GlobMatcher),
}

/// A glob that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` can't be read as a pattern: {reason}")]
pub struct PatternFault {
    /// As it was written.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Pattern {
    /// Reads a text or glob: `*` stands for any text, `?` for one character, `[ab]` for one of these, `{a,b}` for either.
    pub fn new(text: &str) -> Result<Self, PatternFault> {
        let matcher = match text.strip_suffix('*') {
            _ if is_exact(text) => Matcher::Exact,
            Some(prefix) if is_exact(prefix) => Matcher::Prefix(prefix.to_owned()),
            _ => Matcher::Glob(compile(text)?),
        };
        Ok(Self { text: text.to_owned(), matcher })
    }

    /// Whether the whole of `text` fits.
    pub fn matches(&self, text: &str) -> bool {
        match &self.matcher {
            Matcher::Exact => self.text == text,
            Matcher::Prefix(prefix) => text.starts_with(prefix),
            Matcher::Glob(glob) => glob.is_match(text),
        }
    }

    /// Whether it stands for itself only.
    pub fn is_exact(&self) -> bool {
        matches!(self.matcher, Matcher::Exact)
    }
}

fn compile(text: &str) -> Result<globset::GlobMatcher, PatternFault> {
    let fault =
        |error: globset::Error| PatternFault { text: text.to_owned(), reason: error.kind().to_string() };
    globset::Glob::new(text).map(|glob| glob.compile_matcher()).map_err(fault)
}

/// Whether a text has nothing of a glob.
pub(super) fn is_exact(text: &str) -> bool {
    !text.contains(['*', '?', '[', '{', '\\'])
}
