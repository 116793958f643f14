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
    /// None for exact text.
    glob: Option<globset::GlobMatcher>,
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
        let text = text.to_owned();
        if is_exact(&text) {
            return Ok(Self { text, glob: None });
        }
        match globset::Glob::new(&text) {
            Ok(glob) => Ok(Self { text, glob: Some(glob.compile_matcher()) }),
            Err(error) => Err(PatternFault { text, reason: error.kind().to_string() }),
        }
    }

    /// Whether the whole of `text` fits.
    pub fn matches(&self, text: &str) -> bool {
        self.glob.as_ref().map_or(self.text == text, |glob| glob.is_match(text))
    }

    /// Whether it stands for itself only.
    pub fn is_exact(&self) -> bool {
        self.glob.is_none()
    }
}

/// Whether a text has nothing of a glob.
pub(super) fn is_exact(text: &str) -> bool {
    !text.contains(['*', '?', '[', '{', '\\'])
}
