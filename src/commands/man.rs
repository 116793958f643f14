//! `man`: the manual pages, made from the command line's own definition.

use std::path::Path;

use clap::CommandFactory as _;
use clap_mangen::Man;
use miette::IntoDiagnostic as _;

use super::{Exit, speech};
use crate::cli::Cli;

/// Prints the page of the program, or writes all pages, one a command, into `folder`.
pub fn run(folder: Option<&Path>) -> miette::Result<Exit> {
    if let Some(folder) = folder {
        clap_mangen::generate_to(Cli::command(), folder).into_diagnostic()?;
        return Ok(Exit::Done);
    }
    let mut page = Vec::new();
    Man::new(Cli::command()).render(&mut page).into_diagnostic()?;
    speech::print(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}
