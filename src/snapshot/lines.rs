//! The file of a snapshot: JSON lines, so that it is written and read in one pass however large it is. The first line says what it is,
//! the last one that nothing is missing.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Write};
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Content, FORMAT_VERSION, Header};
use crate::access::{CustomerId, GroupId, PropertyId, User, UserId};
use crate::roster::look_up::Answer;
use crate::roster::{Lease, PropertyRecord};

/// How much is read from the disk at once, in bytes: its lines are decoded on all cores.
const BLOCK: u64 = 8 << 20;

/// A line as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Snapshot(Header),
    Property(PropertyId, Box<PropertyRecord>),
    Lease(Box<Lease>),
    LookUp(CustomerId, BTreeMap<PropertyId, Answer>),
    Group(GroupId, String),
    User(UserId, Box<User>),
    /// How many lines stand before it.
    End(u64),
}

/// A line as it is written; the same names.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Written<'a> {
    Snapshot(&'a Header),
    Property(PropertyId, &'a PropertyRecord),
    Lease(&'a Lease),
    LookUp(&'a CustomerId, &'a BTreeMap<PropertyId, Answer>),
    Group(GroupId, &'a str),
    User(UserId, &'a User),
    End(u64),
}

/// What stands between the first line and the last.
pub(super) enum Record {
    /// A property with its units.
    Property(PropertyId, Box<PropertyRecord>),
    /// A lease.
    Lease(Box<Lease>),
    /// What was found of one customer.
    LookUp(CustomerId, BTreeMap<PropertyId, Answer>),
    /// A group's name.
    Group(GroupId, String),
    /// A user.
    User(UserId, Box<User>),
}

/// Why a line is not what it should be.
pub(super) enum LineFault {
    /// The system says so.
    Io(io::Error),
    /// Another version's.
    Format(String),
    /// Anything else, in words.
    Damaged(String),
}

/// Writes a whole snapshot.
pub(super) fn write(out: &mut impl Write, header: &Header, content: &Content) -> io::Result<()> {
    let Content { roster, account, answers } = content;
    let mut pen = Pen { out, lines: 0 };
    pen.put(&Written::Snapshot(header))?;
    for (id, property) in &roster.properties {
        pen.put(&Written::Property(*id, property))?;
    }
    for lease in &roster.leases {
        pen.put(&Written::Lease(lease))?;
    }
    for (customer, found) in answers {
        pen.put(&Written::LookUp(customer, found))?;
    }
    for (id, name) in &account.groups {
        pen.put(&Written::Group(*id, name))?;
    }
    for (id, user) in &account.users {
        pen.put(&Written::User(*id, user))?;
    }
    let end = Written::End(pen.lines);
    pen.put(&end)
}

/// Writes lines and counts them.
struct Pen<'a, W> {
    out: &'a mut W,
    lines: u64,
}

impl<W: Write> Pen<'_, W> {
    fn put(&mut self, line: &Written<'_>) -> io::Result<()> {
        serde_json::to_writer(&mut *self.out, line)?;
        self.lines += 1;
        self.out.write_all(b"\n")
    }
}

/// The lines of a snapshot, from the first one.
pub(super) struct Lines {
    file: BufReader<File>,
    /// How many bytes a block has at least, but for the last one.
    at_once: u64,
    block: Vec<u8>,
    /// The lines of the block that were not taken yet; none in the place of one that can't be read.
    decoded: std::vec::IntoIter<Option<Line>>,
    number: u64,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Self, LineFault> {
        let file = File::open(path).map_err(LineFault::Io)?;
        let decoded = Vec::new().into_iter();
        Ok(Self { file: BufReader::new(file), at_once: BLOCK, block: Vec::new(), decoded, number: 0 })
    }

    /// The first line.
    pub(super) fn header(&mut self) -> Result<Header, LineFault> {
        match self.read()? {
            Line::Snapshot(header) if major(&header.format_version) == major(FORMAT_VERSION) => Ok(header),
            Line::Snapshot(header) => Err(LineFault::Format(header.format_version)),
            Line::Property(..)
            | Line::Lease(_)
            | Line::LookUp(..)
            | Line::Group(..)
            | Line::User(..)
            | Line::End(_) => Err(LineFault::Damaged("it does not begin as a snapshot does".to_owned())),
        }
    }

    /// The next record; none after the last one.
    pub(super) fn next(&mut self) -> Result<Option<Record>, LineFault> {
        let before = self.number;
        match self.read()? {
            Line::Property(id, property) => Ok(Some(Record::Property(id, property))),
            Line::Lease(lease) => Ok(Some(Record::Lease(lease))),
            Line::LookUp(customer, found) => Ok(Some(Record::LookUp(customer, found))),
            Line::Group(id, name) => Ok(Some(Record::Group(id, name))),
            Line::User(id, user) => Ok(Some(Record::User(id, user))),
            Line::End(lines) if lines == before => Ok(None),
            Line::End(lines) => {
                Err(LineFault::Damaged(format!("it should have {lines} lines, and has {before}")))
            }
            Line::Snapshot(_) => Err(LineFault::Damaged(format!("line {} is a second head", self.number))),
        }
    }

    fn read(&mut self) -> Result<Line, LineFault> {
        if self.decoded.len() == 0 {
            self.decode().map_err(LineFault::Io)?;
        }
        let Some(line) = self.decoded.next() else {
            return Err(LineFault::Damaged(format!("it ends after line {}", self.number)));
        };
        self.number += 1;
        line.ok_or_else(|| LineFault::Damaged(format!("line {} can't be read", self.number)))
    }

    /// Decodes the next block of whole lines.
    fn decode(&mut self) -> io::Result<()> {
        self.block.clear();
        // Nothing but the head is asked of a snapshot that is only opened.
        if self.number == 0 {
            self.file.read_until(b'\n', &mut self.block)?;
        } else {
            self.file.by_ref().take(self.at_once).read_to_end(&mut self.block)?;
            if !self.block.is_empty() && !self.block.ends_with(b"\n") {
                self.file.read_until(b'\n', &mut self.block)?;
            }
        }
        let lines: Vec<&[u8]> = self.block.split_inclusive(|byte| *byte == b'\n').collect();
        // What serde would say may hold a value of the line, and that a name.
        let decoded: Vec<Option<Line>> =
            lines.into_par_iter().map(|line| serde_json::from_slice(line).ok()).collect();
        self.decoded = decoded.into_iter();
        Ok(())
    }
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::{Content, Header, Lines, Record, write};
    use crate::access::GroupId;

    #[test]
    fn every_line_is_read_once_wherever_a_block_ends() {
        let mut content = Content::default();
        content.account.groups =
            (1..40).zip(1..).map(|(id, length)| (GroupId(id), "G".repeat(length).into())).collect();
        let header = Header::new("2026-03-01T18:00:00Z".parse().unwrap(), [].into());
        let mut file = tempfile::NamedTempFile::new().unwrap();
        write(file.as_file_mut(), &header, &content).unwrap();
        for at_once in [1, 7, 26, 27, 28, 100, 100_000] {
            let mut lines = Lines { at_once, ..Lines::open(file.path()).ok().unwrap() };
            assert_eq!(lines.header().ok().unwrap(), header);
            let mut groups = Vec::new();
            while let Some(record) = lines.next().ok().unwrap() {
                let Record::Group(id, name) = record else { panic!("nothing else was written") };
                groups.push((id, name.into()));
            }
            assert_eq!(groups, content.account.groups.clone().into_iter().collect::<Vec<_>>(), "{at_once}");
        }
    }
}
