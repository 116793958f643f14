//! The plan file's own format (`--format json`, `--out`): indented, in a fixed order, safe to look at on a terminal.

use std::io;

use super::escape;
use crate::plan::Plan;

/// Writes the plan as JSON and a line break. Equal plans give equal bytes.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut impl io::Write, plan: &Plan) -> io::Result<()> {
    let document = serde_json::to_string_pretty(plan)?;
    writeln!(out, "{}", escape::json(&document))
}

#[cfg(test)]
mod tests;
