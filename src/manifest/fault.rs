//! What is wrong with a manifest, as values. A fault names a path of the document, or bytes where there is no document; only when
//! it is shown does that become a place in the text.

use std::ops::Range;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// A stable name, e.g. `manifest::unknown_key`.
    pub code: &'static str,
    /// Whether the manifest can be used all the same.
    pub severity: Severity,
    /// The file, as it was named.
    pub file: String,
    /// Where in it.
    pub spot: Spot,
    /// What is wrong, a sentence without personal data or secrets.
    pub message: String,
    /// The fix.
    pub help: String,
}

/// Whether a manifest with this fault can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It can't.
    Error,
    /// It can; somebody should look.
    Warning,
}

/// Where a fault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// These bytes of the text.
    Bytes(Range<usize>),
    /// The key of this path.
    Key(String),
    /// The value of this path; of a section or a list its first key.
    Value(String),
}

impl Fault {
    /// A fault that makes the manifest unusable.
    pub(super) fn error(code: &'static str, file: &str, spot: Spot, wrong: Wrong) -> Self {
        Self {
            code,
            severity: Severity::Error,
            file: file.to_owned(),
            spot,
            message: wrong.message,
            help: wrong.help,
        }
    }
}

/// A sentence on what is wrong, and one on how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) help: String,
}

impl Wrong {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}
