//! A problem as a workflow command of GitHub Actions: shown at its line in the pull request.

use super::{Place, Problem, Weight};
use crate::output::escape::{workflow_data, workflow_property};

/// The command, with its line break.
pub fn command(problem: &Problem) -> String {
    let Problem { code, weight, message, help, place } = problem;
    let word = match weight {
        Weight::Error => "error",
        Weight::Warning => "warning",
    };
    let place = place.as_ref().map(|Place { file, line, column }| {
        format!("file={},line={line},col={column}", workflow_property(file))
    });
    let title = code.as_ref().map(|code| format!("title={}", workflow_property(code)));
    let properties: Vec<String> = place.into_iter().chain(title).collect();
    let help = help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let blank = if properties.is_empty() { "" } else { " " };
    format!("::{word}{blank}{}::{}\n", properties.join(","), workflow_data(&format!("{message}{help}")))
}
