//! What happens in a run, while it happens, as JSON lines for programs (`--events FILE`): one object a line, which says `at` when and
//! which `event`. People are named by their external id and never otherwise, whatever is shown elsewhere (R10). Knows neither the
//! services nor how a run is made.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use serde::Serialize;

use crate::access::{ExternalId, Instant, PropertyId};
use crate::plan::{Action, Summary};

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Line {
    /// When it happened, UTC, to the second.
    pub at: Instant,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened. A run begins with `begin` and ends with `end`, unless it is killed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The run began.
    Begin {
        /// What it is to do.
        mode: Mode,
        /// The program's version.
        tool_version: String,
    },
    /// A part of the reading got on.
    Read {
        /// Which part.
        what: Part,
        /// How much of it is done: properties, pages, people or groups.
        done: u64,
        /// How much there is.
        of: u64,
    },
    /// There is a plan.
    Planned {
        /// The plan's fingerprint.
        fingerprint: String,
        /// Its counts.
        summary: Summary,
        /// Findings of severity `error`.
        errors: u64,
        /// Findings of severity `warning`.
        warnings: u64,
        /// Findings of severity `info`.
        notes: u64,
        /// The properties whose guard tripped; null for groups that left the manifest.
        guards_tripped: Vec<Option<PropertyId>>,
        /// The calls to Brivo that an apply takes.
        calls_to_apply: u64,
    },
    /// Somebody's change is being written.
    Writing {
        /// The person.
        external_id: ExternalId,
        /// The kind of change.
        action: Action,
    },
    /// Somebody's change was written.
    Written {
        /// The person.
        external_id: ExternalId,
        /// The kind of change.
        action: Action,
        /// What it takes was held back by a guard (R3); what it gives was written.
        held: bool,
    },
    /// Somebody's change was not written, or not wholly.
    Failed {
        /// The person.
        external_id: ExternalId,
        /// The kind of change.
        action: Action,
        /// What went wrong.
        error: String,
    },
    /// A call waits before it is sent again.
    Waiting {
        /// For whom.
        service: Service,
        /// Why.
        why: Why,
        /// How long.
        seconds: f64,
    },
    /// The run ended.
    End {
        /// The exit code.
        exit: u8,
        /// What ended it, where it ended with 1.
        error: Option<Problem>,
    },
}

/// What a run is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Show what would change.
    Diff,
    /// Make it so.
    Apply,
}

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Entrata's properties, units and leases.
    Entrata,
    /// Brivo's lists of users and groups.
    BrivoLists,
    /// Who is in which group.
    Memberships,
    /// Customers whom no reply of Entrata named (D8).
    LookUps,
    /// Dates and credentials.
    Details,
    /// What was saved of both sides.
    Snapshot,
}

/// One of the two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// The leases.
    Entrata,
    /// The doors.
    Brivo,
}

/// Why a call waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No connection could be made.
    Unreachable,
    /// The answer was lost.
    Lost,
    /// The service can't at present.
    Busy,
    /// There were too many calls.
    Throttled,
}

/// What ended a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// The stable name, which `reconcile explain` knows.
    pub code: Option<String>,
    /// In words.
    pub message: String,
}

/// A file to which lines are added.
pub struct Events {
    file: Mutex<File>,
    escape: fn(&str) -> String,
}

impl Events {
    /// Opens the file, or makes it; what it holds already stays. What comes from outside goes through `escape` (P13).
    ///
    /// # Errors
    /// When it can't be opened for writing.
    pub fn open(path: &Path, escape: fn(&str) -> String) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        Ok(Self { file: Mutex::new(file), escape })
    }

    /// Adds a line, whole, in one write.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn tell(&self, at: Instant, event: Event) -> io::Result<()> {
        let line = (self.escape)(&serde_json::to_string(&Line { at, event })?) + "\n";
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_when_and_what() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let at: Instant = "2026-03-01T18:00:00Z".parse().unwrap();
        for exit in [0, 1] {
            let events = Events::open(&path, str::to_owned).unwrap();
            let waiting = Event::Waiting { service: Service::Brivo, why: Why::Throttled, seconds: 1.5 };
            events.tell(at, waiting).unwrap();
            events.tell(at, Event::End { exit, error: None }).unwrap();
        }
        let text = std::fs::read_to_string(path).unwrap();
        let waiting = r#"{"at":"2026-03-01T18:00:00Z","event":"waiting","service":"brivo","why":"throttled","seconds":1.5}"#;
        let end =
            |exit| format!(r#"{{"at":"2026-03-01T18:00:00Z","event":"end","exit":{exit},"error":null}}"#);
        assert_eq!(text, [waiting, &end(0), waiting, &end(1), ""].join("\n"));
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_at_once() {
        assert!(Events::open(Path::new("/nowhere/at/all/events.jsonl"), str::to_owned).is_err());
    }
}
