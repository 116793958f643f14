//! What a check of the set-up found: one line a check, made for eyes and for `grep`.

use std::io;

use owo_colors::Style;

use super::escape;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Works, and somebody should look.
    Warn,
    /// A run would fail, or go wrong.
    Fail,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// How it came out.
    pub verdict: Verdict,
    /// What was looked at, in a word.
    pub about: &'static str,
    /// What was found, and what to do about it.
    pub found: String,
}

impl Check {
    /// As it should be.
    pub fn ok(about: &'static str, found: impl Into<String>) -> Self {
        Self { verdict: Verdict::Ok, about, found: found.into() }
    }

    /// Somebody should look; `found` says what to do.
    pub fn warn(about: &'static str, found: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warn, about, found: found.into() }
    }

    /// A run would fail or go wrong; `found` says what to do.
    pub fn fail(about: &'static str, found: impl Into<String>) -> Self {
        Self { verdict: Verdict::Fail, about, found: found.into() }
    }
}

/// Writes the lines in their order.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(out: &mut impl io::Write, checks: &[Check]) -> io::Result<()> {
    for Check { verdict, about, found } in checks {
        let (word, style) = match verdict {
            Verdict::Ok => ("ok", Style::new().green()),
            Verdict::Warn => ("warn", Style::new().yellow()),
            Verdict::Fail => ("fail", Style::new().red().bold()),
        };
        // What comes from outside stays on its line: a line break in it would look like a check of its own.
        let found = escape::terminal(found);
        writeln!(out, "{}  {about:<9}  {found}", style.style(format!("{word:<4}")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Check, write};

    #[test]
    fn a_check_is_one_line_whatever_is_in_it() {
        let mut out = Vec::new();
        let checks = [
            Check::ok("clock", "Entrata's agrees"),
            Check::fail("groups", "Brivo has no group \"Alder\nok  groups\u{1b}[2J\""),
        ];
        write(&mut out, &checks).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 2, "{text:?}");
        assert!(text.contains("ok  ") && !text.contains("\u{1b}[2J"), "{text:?}");
    }
}
