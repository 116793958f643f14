//! `completions`: a shell's script.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Exit, speech};
use crate::cli::Cli;

/// Prints it.
pub fn run(shell: Shell) -> miette::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "reconcile", &mut script);
    speech::print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
