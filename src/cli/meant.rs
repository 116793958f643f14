//! What was meant by words that are no command line.

use std::ffi::OsString;

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use super::Cli;

/// Without a word it is told how to begin. A word that is no mode is taken for a manifest by clap, and may have been meant for a
/// command.
pub(super) fn meant(words: &[OsString], error: clap::Error) -> clap::Error {
    let Some(first) = words.get(1).map(|word| word.to_string_lossy().into_owned()) else {
        let message = "say what to do: --diff or --apply, or a command. `reconcile --help` lists all";
        return Cli::command().error(ErrorKind::MissingRequiredArgument, message);
    };
    match near_command(&first).filter(|_| !first.starts_with('-')) {
        Some(command) => {
            let message = format!("there is no command `{first}`. Did you mean `reconcile {command}`?");
            Cli::command().error(ErrorKind::InvalidSubcommand, message)
        }
        None => error,
    }
}

/// The command that a word was most likely meant to be.
fn near_command(word: &str) -> Option<String> {
    let names: Vec<String> =
        Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let distance = |name: &String| strsim::damerau_levenshtein(&word.to_lowercase(), name);
    let allowed = (word.chars().count() / 3).max(1);
    names.into_iter().min_by_key(distance).filter(|best| best != word && distance(best) <= allowed)
}
