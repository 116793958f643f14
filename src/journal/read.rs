//! Reads a journal back, line by line: it may be years long, and its last line may have been torn off by a kill.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read as _};
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

/// The longest line that is read as a record, in bytes: many times what the largest change takes. What is longer was not written here.
const LONGEST: u64 = 4 << 20;

/// The lines of a journal, from the first one.
pub struct Lines<R = BufReader<File>> {
    path: PathBuf,
    file: R,
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
        Ok(Self::over(path, file))
    }
}

impl<R: BufRead> Lines<R> {
    /// The lines of a journal that is open already; messages call it `path`.
    pub fn over(path: &Path, file: R) -> Self {
        Self { path: path.to_owned(), file, number: 0 }
    }

    /// The next line with its end, or as much of it as a record may have: of the rest only the end is kept.
    fn line(&mut self) -> std::io::Result<Vec<u8>> {
        let mut line = Vec::new();
        let mut part = (&mut self.file).take(LONGEST);
        part.read_until(b'\n', &mut line)?;
        let is_cut = line.len() as u64 == LONGEST && !line.ends_with(b"\n");
        if is_cut {
            self.file.skip_until(b'\n')?;
        }
        Ok(line)
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Line, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = match self.line() {
                Ok(line) if line.is_empty() => return None,
                Ok(line) => line,
                Err(source) => return Some(Err(JournalError::Read { path: self.path.clone(), source })),
            };
            self.number += 1;
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
    lines(path)?.map_or(Ok(Vec::new()), open_in)
}

/// The same of a journal that is open already.
///
/// # Errors
/// When a line can't be read.
pub fn open_in<R: BufRead>(lines: Lines<R>) -> Result<Vec<Record>, JournalError> {
    let mut open: BTreeMap<(String, ExternalId), (usize, Record)> = BTreeMap::new();
    for (place, line) in lines.enumerate() {
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
