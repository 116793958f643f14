//! The plan file's own format (`--format json`, `--out`): indented, in a fixed order, safe to look at on a terminal.

use std::io::{self, Write as _};

use super::escape;
use crate::plan::Plan;

/// Writes the plan as JSON and a line break. Equal plans give equal bytes.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut impl io::Write, plan: &Plan) -> io::Result<()> {
    let mut out = escape::Json::new(out);
    serde_json::to_writer_pretty(&mut out, plan)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests;
