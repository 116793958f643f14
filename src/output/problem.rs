//! Problems as CI services want them: with the file, the line and the column where each is. Knows what a diagnostic is, and not what it
//! is about.

pub mod annotation;
pub mod code_quality;

use miette::{Diagnostic, Severity};

/// One problem, in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its stable name.
    pub code: Option<String>,
    /// How much it matters.
    pub weight: Weight,
    /// What is wrong.
    pub message: String,
    /// The fix.
    pub help: Option<String>,
    /// Where.
    pub place: Option<Place>,
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// It goes no further.
    Error,
    /// Somebody should look.
    Warning,
}

/// Where a problem is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// The problems that a diagnostic tells of: what is related to it where there is such, else itself.
pub fn problems(diagnostic: &dyn Diagnostic) -> Vec<Problem> {
    let related: Vec<Problem> = diagnostic.related().into_iter().flatten().flat_map(problems).collect();
    if related.is_empty() { vec![problem(diagnostic)] } else { related }
}

fn problem(diagnostic: &dyn Diagnostic) -> Problem {
    Problem {
        code: diagnostic.code().map(|code| code.to_string()),
        weight: match diagnostic.severity() {
            Some(Severity::Advice | Severity::Warning) => Weight::Warning,
            Some(Severity::Error) | None => Weight::Error,
        },
        message: diagnostic.to_string(),
        help: diagnostic.help().map(|help| help.to_string()),
        place: place(diagnostic),
    }
}

fn place(diagnostic: &dyn Diagnostic) -> Option<Place> {
    let label = diagnostic.labels()?.next()?;
    let contents = diagnostic.source_code()?.read_span(label.inner(), 0, 0).ok()?;
    let file = contents.name()?.to_owned();
    Some(Place { file, line: contents.line() + 1, column: contents.column() + 1 })
}

#[cfg(test)]
mod tests;
