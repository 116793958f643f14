//! What GitHub Actions, and who does as it does, asks a step for: outputs for the steps that come after, and a page for the job.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::commands::speech;
use crate::output::machine::{Ran, outputs};
use crate::output::markdown;

/// The most that a step may write into its summary [doc].
const SUMMARY_LIMIT: u64 = 1 << 20;

/// The files that the variables name.
pub(super) struct Files {
    outputs: Option<PathBuf>,
    summary: Option<PathBuf>,
}

impl Files {
    /// `GITHUB_OUTPUT` wherever it is set; `GITHUB_STEP_SUMMARY` in a run of GitHub Actions.
    pub(super) fn from_environment() -> Self {
        let named = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let summary = named("GITHUB_STEP_SUMMARY").filter(|_| speech::is_github());
        Self { outputs: named("GITHUB_OUTPUT"), summary }
    }

    /// Whether anything is to be written.
    pub(super) fn are_wanted(&self) -> bool {
        self.outputs.is_some() || self.summary.is_some()
    }

    /// Adds the run to both.
    pub(super) fn write(&self, ran: &Ran<'_>) {
        if let Some(path) = &self.outputs
            && let Err(error) = append(path, &outputs::lines(ran))
        {
            speech::warn_unwritten(path, &error);
        }
        if let Some(path) = &self.summary
            && let Err(error) = summarize(path, ran)
        {
            speech::warn_unwritten(path, &error);
        }
    }
}

/// Adds the page; where it does not fit, GitHub would drop all that stands there, so a line stands for it, or nothing.
fn summarize(path: &Path, ran: &Ran<'_>) -> io::Result<()> {
    let Some(plan) = ran.plan else { return Ok(()) };
    let mut page = Vec::new();
    markdown::write(&mut page, plan, ran.properties)?;
    let taken = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let fits = |text: &str| taken + (text.len() as u64) < SUMMARY_LIMIT;
    let page = String::from_utf8_lossy(&page) + "\n";
    let instead = "_The plan does not fit into this summary any more: see the log._\n";
    match [page.as_ref(), instead].into_iter().find(|text| fits(text)) {
        Some(text) => append(path, text),
        None => Ok(()),
    }
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().append(true).create(true).open(path)?.write_all(text.as_bytes())
}
