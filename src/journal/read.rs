//! Reads a journal back, line by line: it may be years long, and its last line may have been torn off by a kill.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use super::{JournalError, Record, Status};
use crate::access::{ExternalId, Instant};

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A record.
    Record(Box<Record>),
    /// What a killed run left of one, or anything else that is no record.
    Torn {
        /// Which line, from 1.
        number: u64,
    },
}

/// The lines of a journal, from the first one.
pub struct Lines {
    path: PathBuf,
    file: BufReader<File>,
    number: u64,
}

impl Lines {
    /// Opens a journal for reading.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let failed = |source| JournalError::Read { path: path.to_owned(), source };
        let file = BufReader::new(File::open(path).map_err(failed)?);
        Ok(Self { path: path.to_owned(), file, number: 0 })
    }
}

impl Iterator for Lines {
    type Item = Result<Line, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut line = Vec::new();
            match self.file.read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) => self.number += 1,
                Err(source) => return Some(Err(JournalError::Read { path: self.path.clone(), source })),
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            // A line without its end may still get the rest of it.
            let record = if line.ends_with(b"\n") { serde_json::from_slice(&line).ok() } else { None };
            return Some(Ok(record.map_or(Line::Torn { number: self.number }, Line::Record)));
        }
    }
}

/// What was begun at or after an instant, in the order in which it was. A journal that is not there yet tells of nothing.
///
/// # Errors
/// When the file can't be read.
pub fn since(path: &Path, instant: Instant) -> Result<Vec<Record>, JournalError> {
    let mut begun = Vec::new();
    for line in lines(path)?.into_iter().flatten() {
        if let Line::Record(record) = line?
            && record.status == Status::Started
            && record.at >= instant
        {
            begun.push(*record);
        }
    }
    Ok(begun)
}

/// The lines of a journal, `None` where there is no such file yet.
fn lines(path: &Path) -> Result<Option<Lines>, JournalError> {
    match Lines::open(path) {
        Err(JournalError::Read { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
        lines => lines.map(Some),
    }
}

/// The changes that were begun and of which nothing more is told: what a killed run may have written or not, in the order in which they
/// were begun. A journal that is not there yet has none.
///
/// # Errors
/// When the file can't be read.
pub fn open_records(path: &Path) -> Result<Vec<Record>, JournalError> {
    let mut open: BTreeMap<(String, ExternalId), (usize, Record)> = BTreeMap::new();
    for (place, line) in lines(path)?.into_iter().flatten().enumerate() {
        let Line::Record(record) = line? else { continue };
        let change = (record.run.clone(), record.external_id.clone());
        match record.status {
            Status::Started => open.insert(change, (place, *record)),
            Status::Applied | Status::Failed => open.remove(&change),
        };
    }
    let mut open: Vec<(usize, Record)> = open.into_values().collect();
    open.sort_by_key(|(place, _)| *place);
    Ok(open.into_iter().map(|(_, record)| record).collect())
}
