//! Brivo's memory in a file: a first line with the whole, then one line for the changes of each call. A line is written before the
//! call is answered, so whoever is killed leaves the state as the server had it; a last line that is cut short was never answered.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::state::{Change, State};

/// The version of the file's format.
const VERSION: u32 = 1;

/// Why a state file can't be used.
#[derive(Debug, Error)]
pub enum StateError {
    /// The file can't be read or written.
    #[error("the sandbox's state file `{path}` can't be used: {source}")]
    Io {
        /// The state file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("`{path}` is no state of a sandbox ({message}): delete it to start from the world again")]
    Format {
        /// The state file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
}

/// Where the state of a world is kept: beside it, its name with `.state.json` appended.
pub fn state_path(world: &Path) -> PathBuf {
    let mut name = world.file_name().unwrap_or_default().to_owned();
    name.push(".state.json");
    world.with_file_name(name)
}

/// A state file. Nothing is written before the first change.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    file: Option<File>,
}

#[derive(Deserialize, Serialize)]
struct Snapshot<S> {
    reconcile_sandbox_state: u32,
    state: S,
}

impl Store {
    /// The file and what it holds; none if there is no file yet.
    pub(crate) fn open(path: PathBuf) -> Result<(Self, Option<State>), StateError> {
        let store = Self { path, file: None };
        match std::fs::read_to_string(&store.path) {
            Ok(text) => {
                let state = store.parse(&text)?;
                Ok((store, Some(state)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((store, None)),
            Err(source) => Err(StateError::Io { path: store.path, source }),
        }
    }

    fn parse(&self, text: &str) -> Result<State, StateError> {
        let wrong = |message: String| StateError::Format { path: self.path.clone(), message };
        let mut lines = text.split_inclusive('\n');
        let first = lines.next().unwrap_or_default();
        let snapshot: Snapshot<State> =
            serde_json::from_str(first).map_err(|error| wrong(error.to_string()))?;
        if snapshot.reconcile_sandbox_state != VERSION {
            return Err(wrong(format!("its version is {}", snapshot.reconcile_sandbox_state)));
        }
        let mut state = snapshot.state;
        state.reindex();
        for line in lines.filter(|line| line.ends_with('\n')) {
            let changes: Vec<Change> =
                serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
            for change in changes {
                state.apply(change);
            }
        }
        Ok(state)
    }

    /// Writes down what has changed since the last time. The first change of a run writes the whole anew, which also tidies up.
    pub(crate) fn save(&mut self, state: &mut State) -> Result<(), StateError> {
        let changes = state.take_changes();
        if changes.is_empty() {
            return Ok(());
        }
        let saved = match &mut self.file {
            Some(file) => append(file, &changes),
            None => replace(&self.path, state).map(|file| self.file = Some(file)),
        };
        saved.map_err(|source| StateError::Io { path: self.path.clone(), source })
    }
}

fn append(file: &mut File, changes: &[Change]) -> io::Result<()> {
    let mut line = serde_json::to_vec(changes)?;
    line.push(b'\n');
    file.write_all(&line)
}

/// Puts a whole new file in place at once, and opens it for what follows.
fn replace(path: &Path, state: &State) -> io::Result<File> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut fresh = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut fresh, &Snapshot { reconcile_sandbox_state: VERSION, state })?;
    fresh.write_all(b"\n")?;
    fresh.flush()?;
    fresh.persist(path)?;
    OpenOptions::new().append(true).open(path)
}
