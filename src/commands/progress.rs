//! Progress on stderr, for people at a terminal: what is being read or written, how much of it is done, how fast, and how long it
//! will take. What goes on side by side has a line each.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::planning::Reading;

/// Lines that tell how far a run is. Draws nothing where stderr is no terminal.
pub struct Progress {
    lines: MultiProgress,
    bars: Mutex<BTreeMap<&'static str, ProgressBar>>,
}

impl Progress {
    /// Nothing done yet.
    pub fn begin(is_quiet: Quiet) -> Self {
        let target = match is_quiet {
            Quiet::Yes => ProgressDrawTarget::hidden(),
            Quiet::No => ProgressDrawTarget::stderr(),
        };
        Self { lines: MultiProgress::with_draw_target(target), bars: Mutex::default() }
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

    /// A line goes when all of it is done.
    fn show(&self, text: &'static str, done: u64, of: u64) {
        let Ok(mut bars) = self.bars.lock() else { return };
        let bar = bars.entry(text).or_insert_with(|| self.lines.add(bar(text)));
        bar.set_length(of);
        bar.set_position(done);
        if done >= of {
            bar.finish_and_clear();
            bars.remove(text);
        }
    }

    /// Takes the lines away.
    pub fn end(&self) {
        if let Ok(mut bars) = self.bars.lock() {
            bars.values().for_each(ProgressBar::finish_and_clear);
            bars.clear();
        }
    }
}

fn bar(text: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(0).with_message(text);
    let template = "{spinner} {msg:37} {bar:24} {pos}/{len} ({per_sec:.1}, {eta} left)";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// Whether progress is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quiet {
    /// It is.
    Yes,
    /// It is not.
    No,
}
