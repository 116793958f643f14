//! Progress on stderr, for people at a terminal: what is being read or written, how much of it is done.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::planning::Reading;

/// A line that tells how far a run is. Draws nothing where stderr is no terminal.
pub struct Progress {
    bar: Mutex<ProgressBar>,
}

impl Progress {
    /// Nothing done yet.
    pub fn begin(is_quiet: Quiet) -> Self {
        let bar = ProgressBar::new(0);
        if is_quiet == Quiet::Yes {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let template = "{spinner} {msg} {bar:24} {pos}/{len} ({elapsed}, {eta} left)";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar: Mutex::new(bar) }
    }

    /// Tells what is being read.
    pub fn reading(&self, what: Reading, done: u64, of: u64) {
        let text = match what {
            Reading::Entrata => "reading Entrata's properties",
            Reading::BrivoLists => "reading Brivo's users and groups",
            Reading::Memberships => "reading memberships",
            Reading::LookUps => "asking Entrata about single customers",
            Reading::Snapshot => "reading the snapshot",
            Reading::Details => "reading dates and credentials",
        };
        self.show(text, done, of);
    }

    /// Tells how many people are written.
    pub fn writing(&self, done: u64, of: u64) {
        self.show("writing", done, of);
    }

    fn show(&self, text: &'static str, done: u64, of: u64) {
        let Ok(bar) = self.bar.lock() else { return };
        bar.set_message(text);
        bar.set_length(of);
        bar.set_position(done);
    }

    /// Takes the line away.
    pub fn end(&self) {
        if let Ok(bar) = self.bar.lock() {
            bar.finish_and_clear();
        }
    }
}

/// Whether progress is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quiet {
    /// It is.
    Yes,
    /// It is not.
    No,
}
