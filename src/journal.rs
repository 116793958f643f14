//! The append-only record of an apply (R12): JSON lines, one before a change is written and one after. Knows what a change is, and
//! neither Brivo nor how a change is written.

pub mod ledger;
pub mod read;

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::access::{ExternalId, Instant, UserId};
use crate::plan::{Action, Change, Image, Reason};

/// Who writes, the same for every record of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunInfo {
    /// What tells this run from every other one.
    pub run: String,
    /// The person or the CI job.
    pub actor: String,
    /// The manifest's commit, where it is known.
    pub commit: Option<String>,
}

/// One line of the journal; its keys are fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When the line was written, UTC.
    pub at: Instant,
    /// The run.
    pub run: String,
    /// Who ran it.
    pub actor: String,
    /// The manifest's commit.
    pub commit: Option<String>,
    /// What is told of the change.
    pub status: Status,
    /// The person.
    pub external_id: ExternalId,
    /// The Brivo user; of one to be made not before it is made.
    pub brivo_user_id: Option<UserId>,
    /// The kind of change.
    pub action: Action,
    /// What Brivo held.
    pub before: Option<Image>,
    /// What it is to hold.
    pub after: Option<Image>,
    /// Why.
    pub reasons: Vec<Reason>,
    /// What went wrong, and what of the change was written all the same.
    pub error: Option<String>,
}

/// What a record tells of its change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is about to be written.
    Started,
    /// It was written.
    Applied,
    /// It was not, or not wholly.
    Failed,
}

/// Why a journal can't be used.
#[derive(Debug, Error)]
pub enum JournalError {
    /// There is no such file, and none can be made.
    #[error(
        "the journal `{}` can't be opened: {source}. Name a file in a folder that this program may write to", path.display()
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It can't be read.
    #[error("the journal `{}` can't be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A record can't be added.
    #[error("the journal `{}` can't be written: {source}. Is the disk full?", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

type Clock = Box<dyn Fn() -> Instant + Send + Sync>;
type Shown = Box<dyn Fn(&Change) -> Change + Send + Sync>;

/// An open journal. A record that it took is on the disk.
pub struct Journal {
    path: PathBuf,
    run: RunInfo,
    clock: Clock,
    shown: Shown,
    end: Mutex<End>,
}

/// The end of the file, where records are added.
struct End {
    file: File,
    /// Whether the last line lacks its end: of a run that was killed, or of a record that did not fit.
    is_torn: bool,
    /// Whether it is a file on a disk, and not a device or a pipe.
    is_on_disk: bool,
}

impl Journal {
    /// Opens the journal, or makes it, readable by its owner only. `clock` dates the records; `shown` leaves out of a change what may not
    /// be written down (R10).
    ///
    /// # Errors
    /// When the file can't be opened for appending.
    pub fn open(
        path: &Path,
        run: RunInfo,
        clock: impl Fn() -> Instant + Send + Sync + 'static,
        shown: impl Fn(&Change) -> Change + Send + Sync + 'static,
    ) -> Result<Self, JournalError> {
        let end = open_end(path).map_err(|source| JournalError::Open { path: path.to_owned(), source })?;
        let (clock, shown) = (Box::new(clock), Box::new(shown));
        Ok(Self { path: path.to_owned(), run, clock, shown, end: Mutex::new(end) })
    }

    /// Says that a change is about to be written. Nothing may be written before this has returned.
    ///
    /// # Errors
    /// When the record is not surely on the disk; the change must not be written then.
    pub fn started(&self, change: &Change) -> Result<(), JournalError> {
        self.append(change, Status::Started, change.brivo_user_id, None)
    }

    /// Says that a change was written wholly, and to which user.
    ///
    /// # Errors
    /// When the record is not surely on the disk.
    pub fn applied(&self, change: &Change, user: Option<UserId>) -> Result<(), JournalError> {
        self.append(change, Status::Applied, user, None)
    }

    /// Says that a change was not written, or not wholly. The error holds no personal data.
    ///
    /// # Errors
    /// When the record is not surely on the disk.
    pub fn failed(&self, change: &Change, user: Option<UserId>, error: &str) -> Result<(), JournalError> {
        self.append(change, Status::Failed, user, Some(error.to_owned()))
    }

    /// Completes the record of a run that was cut short, under that run's name: what this run found out about it stands in `told`,
    /// which holds no personal data.
    ///
    /// # Errors
    /// When the record is not surely on the disk.
    pub fn settled(
        &self,
        open: Record,
        user: Option<UserId>,
        status: Status,
        told: String,
    ) -> Result<(), JournalError> {
        let RunInfo { run: _, actor, commit } = self.run.clone();
        let brivo_user_id = user.or(open.brivo_user_id);
        self.add(|at| Record { at, actor, commit, status, brivo_user_id, error: Some(told), ..open })
    }

    /// What tells this run from every other one.
    pub fn run(&self) -> &str {
        &self.run.run
    }

    fn append(
        &self,
        change: &Change,
        status: Status,
        brivo_user_id: Option<UserId>,
        error: Option<String>,
    ) -> Result<(), JournalError> {
        let Change { external_id, action, before, after, reasons, .. } = (self.shown)(change);
        let RunInfo { run, actor, commit } = self.run.clone();
        self.add(|at| Record {
            at,
            run,
            actor,
            commit,
            status,
            external_id,
            brivo_user_id,
            action,
            before: before.map(|image| *image),
            after: after.map(|image| *image),
            reasons,
            error,
        })
    }

    fn add(&self, record: impl FnOnce(Instant) -> Record) -> Result<(), JournalError> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        // Dated under the lock: the lines' times ascend.
        let record = record((self.clock)());
        end.add(&record).map_err(|source| JournalError::Write { path: self.path.clone(), source })
    }
}

impl End {
    /// Adds one line with one write, and waits until the disk has it.
    fn add(&mut self, record: &Record) -> std::io::Result<()> {
        let mut line = if self.is_torn { vec![b'\n'] } else { Vec::new() };
        serde_json::to_writer(&mut line, record)?;
        line.push(b'\n');
        self.is_torn = true;
        self.file.write_all(&line)?;
        self.is_torn = false;
        if self.is_on_disk { self.file.sync_data() } else { Ok(()) }
    }
}

fn open_end(path: &Path) -> std::io::Result<End> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Ok(End { file, is_torn: false, is_on_disk: false });
    }
    make_private(&file, &about)?;
    let is_torn = if about.len() == 0 {
        keep_name(path)?;
        false
    } else {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        last != *b"\n"
    };
    Ok(End { file, is_torn, is_on_disk: true })
}

/// Takes from others the right to read a journal that was there already.
#[cfg(unix)]
fn make_private(file: &File, about: &std::fs::Metadata) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if about.permissions().mode() & 0o777 == 0o600 {
        return Ok(());
    }
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn make_private(_: &File, _: &std::fs::Metadata) -> std::io::Result<()> {
    Ok(())
}

/// Makes sure that a new file's name is on the disk too.
#[cfg(unix)]
fn keep_name(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn keep_name(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
