//! `report`: tables for people who don't read code, and for their spreadsheets.

mod access_review;
mod journal;

use miette::IntoDiagnostic as _;

use super::{Exit, speech};
use crate::cli::Speech;
use crate::cli::report::{Report, ReportFormat};
use crate::output::Properties;
use crate::output::table::{self, Form, Table};

/// Prints the report.
pub fn run(report: &Report, speech: &Speech) -> miette::Result<Exit> {
    match report {
        Report::AccessReview { manifest, format, sight } => {
            super::wait(access_review::run(manifest, *format, sight, speech))
        }
        Report::Journal(asked) => journal::run(asked),
    }
}

fn print(table: &Table, format: ReportFormat, properties: &Properties) -> miette::Result<()> {
    let form = match format {
        ReportFormat::Text => Form::Text,
        ReportFormat::Json => Form::Json,
        ReportFormat::Markdown => Form::Markdown,
        ReportFormat::Html => Form::Html,
        ReportFormat::Csv => Form::Csv,
    };
    let mut bytes = Vec::new();
    table::write(&mut bytes, table, form, properties).into_diagnostic()?;
    speech::print(&String::from_utf8_lossy(&bytes))
}
