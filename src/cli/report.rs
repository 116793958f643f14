//! The reports' part of the command line.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::{Args, Subcommand, ValueEnum};

use super::Sight;
use super::value::{Pii, instant};

/// Reports.
#[derive(Debug, Subcommand)]
pub enum Report {
    /// Who holds which group in Brivo, since when until when, because of which lease, and every exception
    AccessReview {
        /// A file, or a directory with all its *.yaml and *.yml
        #[arg(value_name = "MANIFEST", default_value = "reconcile.yaml")]
        manifest: PathBuf,
        /// How it is printed on stdout
        #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
        format: ReportFormat,
        /// Where it is looked at
        #[command(flatten)]
        sight: Sight,
    },
    /// What applies wrote, by a journal that they kept: who, what, why, and how soon access was taken. No network, no secrets
    Journal(JournalReport),
}

/// Which part of a journal, and how it is printed.
#[derive(Debug, Args)]
pub struct JournalReport {
    /// The manifest whose prefix tells customers from other texts; without one it is guessed
    #[arg(value_name = "MANIFEST")]
    pub manifest: Option<PathBuf>,

    /// The file that `--apply --journal` wrote
    #[arg(long, value_name = "FILE")]
    pub journal: PathBuf,

    /// Only this Entrata customer (repeatable)
    #[arg(long = "customer", value_name = "ID")]
    pub customers: Vec<String>,

    /// Only changes of that instant or day (UTC) and later
    #[arg(long, value_name = "RFC3339|DATE", value_parser = since)]
    pub since: Option<DateTime<Utc>>,

    /// Only changes before that instant, or until the end of that day (UTC)
    #[arg(long, value_name = "RFC3339|DATE", value_parser = until)]
    pub until: Option<DateTime<Utc>>,

    /// How it is printed on stdout
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,

    /// Names in what is printed [default: hide when CI is set, else show]
    #[arg(long, value_enum)]
    pub pii: Option<Pii>,
}

/// How a report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Aligned columns.
    Text,
    /// For programs.
    Json,
    /// A table for a comment or a wiki.
    Markdown,
    /// A page for a browser: one file that needs nothing else.
    Html,
    /// For a spreadsheet.
    Csv,
}

fn since(text: &str) -> Result<DateTime<Utc>, String> {
    date(text).map_or_else(|| instant(text), |date| Ok(date.and_time(NaiveTime::MIN).and_utc()))
}

fn until(text: &str) -> Result<DateTime<Utc>, String> {
    let after = date(text).and_then(|date| date.succ_opt());
    after.map_or_else(|| instant(text), |date| Ok(date.and_time(NaiveTime::MIN).and_utc()))
}

fn date(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}
