//! The file of a snapshot: JSON lines, so that it is written and read in one pass however large it is. The first line says what it is,
//! the last one that nothing is missing.

use std::collections::{BTreeMap, VecDeque};
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

/// How many bytes one core takes without a pause, up to the end of a line.
const A_PIECE: usize = 32 << 10;

/// Why a snapshot with a lease behind a user can't be read.
const OUT_OF_ORDER: &str = "its lines are not in their order";

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

/// What stands behind the leases.
pub(super) enum Record {
    /// What was found of one customer.
    LookUp(CustomerId, BTreeMap<PropertyId, Answer>),
    /// A group's name.
    Group(GroupId, String),
    /// A user.
    User(UserId, Box<User>),
}

/// Users as they stand one behind the other.
pub(super) type Users = Vec<(UserId, User)>;

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
    for (id, name) in &*account.groups {
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
    /// The block that was read while the one before was decoded.
    ahead: Option<Vec<u8>>,
    /// Room for another one.
    spare: Vec<u8>,
    /// The lines of the block that were not taken yet; none in the place of one that can't be read.
    decoded: VecDeque<Option<Line>>,
    number: u64,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Self, LineFault> {
        let file = File::open(path).map_err(LineFault::Io)?;
        let (spare, decoded) = (Vec::new(), VecDeque::new());
        Ok(Self { file: BufReader::new(file), at_once: BLOCK, ahead: None, spare, decoded, number: 0 })
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

    /// The next record behind the leases; none after the last one.
    pub(super) fn next(&mut self) -> Result<Option<Record>, LineFault> {
        let before = self.number;
        match self.read()? {
            Line::LookUp(customer, found) => Ok(Some(Record::LookUp(customer, found))),
            Line::Group(id, name) => Ok(Some(Record::Group(id, name))),
            Line::User(id, user) => Ok(Some(Record::User(id, user))),
            Line::End(lines) if lines == before => Ok(None),
            Line::End(lines) => {
                Err(LineFault::Damaged(format!("it should have {lines} lines, and has {before}")))
            }
            Line::Property(..) | Line::Lease(_) => Err(LineFault::Damaged(OUT_OF_ORDER.to_owned())),
            Line::Snapshot(_) => Err(LineFault::Damaged(format!("line {} is a second head", self.number))),
        }
    }

    /// The next leases, many at a time, each let go by the core that decoded it once it was taken; none once there are no more.
    pub(super) fn leases<T: Default + Send>(
        &mut self,
        take: impl Fn(&mut T, Lease) + Sync,
    ) -> Result<Option<Vec<T>>, LineFault> {
        self.all_of(|taken, line| {
            let Line::Lease(lease) = line else { return Some(line) };
            take(taken, *lease);
            None
        })
    }

    /// The next users, many at a time, where the record before was one; none once there are no more.
    pub(super) fn users(&mut self) -> Result<Option<Vec<Users>>, LineFault> {
        self.all_of(|users: &mut Users, line| {
            let Line::User(id, user) = line else { return Some(line) };
            users.push((id, *user));
            None
        })
    }

    /// The next lines that `take` takes, which gives back what it does not.
    fn all_of<T: Default + Send>(
        &mut self,
        take: impl Fn(&mut T, Line) -> Option<Line> + Sync,
    ) -> Result<Option<Vec<T>>, LineFault> {
        if self.decoded.is_empty() {
            let parts = |pieces: &[&[u8]]| -> Vec<Part<T>> {
                pieces.par_iter().map(|piece| part(lines(piece).map(decoded), &take)).collect()
            };
            let parts = self.block(parts).map_err(LineFault::Io)?;
            return self.put_together(parts);
        }
        let lines = std::mem::take(&mut self.decoded);
        self.put_together(vec![part(lines.into_iter(), &take)])
    }

    /// What was taken from the beginning of these parts; what stands behind it is read next.
    fn put_together<T>(&mut self, parts: Vec<Part<T>>) -> Result<Option<Vec<T>>, LineFault> {
        let (mut taken, mut rest) = (Vec::with_capacity(parts.len()), Vec::new());
        let mut count = 0;
        for part in parts {
            if rest.is_empty() {
                count += part.count;
                taken.push(part.taken);
            } else if part.count > 0 && matches!(rest.first(), Some(Some(_))) {
                return Err(LineFault::Damaged(OUT_OF_ORDER.to_owned()));
            }
            rest.extend(part.rest);
        }
        self.number += count;
        self.decoded = rest.into();
        Ok((count > 0).then_some(taken))
    }

    /// The next record, where that is a property.
    pub(super) fn property(&mut self) -> Result<Option<(PropertyId, Box<PropertyRecord>)>, LineFault> {
        self.decode().map_err(LineFault::Io)?;
        match self.decoded.pop_front() {
            Some(Some(Line::Property(id, record))) => {
                self.number += 1;
                Ok(Some((id, record)))
            }
            other => {
                if let Some(line) = other {
                    self.decoded.push_front(line);
                }
                Ok(None)
            }
        }
    }

    fn read(&mut self) -> Result<Line, LineFault> {
        self.decode().map_err(LineFault::Io)?;
        let Some(line) = self.decoded.pop_front() else {
            return Err(LineFault::Damaged(format!("it ends after line {}", self.number)));
        };
        self.number += 1;
        line.ok_or_else(|| LineFault::Damaged(format!("line {} can't be read", self.number)))
    }

    /// Decodes the next block, where nothing is left of the one before.
    fn decode(&mut self) -> io::Result<()> {
        if self.decoded.is_empty() {
            let decode = |pieces: &[&[u8]]| -> Vec<Option<Line>> {
                pieces.par_iter().flat_map_iter(|piece| lines(piece).map(decoded)).collect()
            };
            self.decoded = self.block(decode)?.into();
        }
        Ok(())
    }

    /// Hands on the next block of whole lines, in pieces of whole lines, and reads the one after it meanwhile.
    fn block<T: Send>(&mut self, decode: impl FnOnce(&[&[u8]]) -> T + Send) -> io::Result<T> {
        let block = match self.ahead.take() {
            Some(block) => block,
            None => self.next_block()?,
        };
        let decode = || decode(&pieces(&block));
        // Nothing but the head is asked of a snapshot that is only opened.
        let decoded = if self.number == 0 {
            decode()
        } else {
            let (decoded, ahead) = rayon::join(decode, || self.next_block());
            self.ahead = Some(ahead?);
            decoded
        };
        self.spare = block;
        Ok(decoded)
    }

    /// Reads the next block of whole lines: first of all the first line.
    fn next_block(&mut self) -> io::Result<Vec<u8>> {
        let mut block = std::mem::take(&mut self.spare);
        block.clear();
        if self.number > 0 {
            self.file.by_ref().take(self.at_once).read_to_end(&mut block)?;
        }
        if self.number == 0 || (!block.is_empty() && !block.ends_with(b"\n")) {
            self.file.read_until(b'\n', &mut block)?;
        }
        Ok(block)
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}

/// The text in pieces of whole lines: to look for the end of every line takes a while too.
fn pieces(mut text: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::with_capacity(text.len() / A_PIECE + 1);
    while !text.is_empty() {
        let from = A_PIECE.min(text.len()) - 1;
        let end = text[from..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| from + at + 1);
        let (piece, rest) = text.split_at(end);
        pieces.push(piece);
        text = rest;
    }
    pieces
}

/// What serde would say of one that can't be read may hold a value of the line, and that a name.
fn decoded(line: &[u8]) -> Option<Line> {
    // That it is UTF-8 is seen faster of the whole line than of each text in it.
    serde_json::from_str(std::str::from_utf8(line).ok()?).ok()
}

/// What some lines hold: first what was taken, then the rest.
struct Part<T> {
    taken: T,
    count: u64,
    rest: Vec<Option<Line>>,
}

fn part<T: Default>(
    lines: impl Iterator<Item = Option<Line>>,
    take: &impl Fn(&mut T, Line) -> Option<Line>,
) -> Part<T> {
    let mut part = Part { taken: T::default(), count: 0, rest: Vec::new() };
    for line in lines {
        match line {
            Some(line) if part.rest.is_empty() => match take(&mut part.taken, line) {
                None => part.count += 1,
                other => part.rest.push(other),
            },
            other => part.rest.push(other),
        }
    }
    part
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

#[cfg(test)]
mod tests;
