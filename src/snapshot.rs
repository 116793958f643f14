//! What was read of both sides, saved in a folder and read back: to plan from without network or secrets. Knows what both sides hold,
//! and neither of their wires.

mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use litemap::LiteMap;
use miette::Diagnostic;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::access::{Account, Instant, LeaseId, Membership, PropertyId, User, UserId};
use crate::roster::look_up::{Answer, Answers, Questions};
use crate::roster::{Lease, PropertyRecord, ReadFault, Roster};
use lines::{LineFault, Lines, Record, Users};

/// The version of the file's format; one of another major version is refused.
const FORMAT_VERSION: &str = "2.0";
/// The one file in the folder: there whole or not at all.
const FILE: &str = "snapshot.jsonl";
/// How many people an error names.
const NAMED: usize = 3;

/// When and for what a snapshot was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the file's format.
    pub format_version: String,
    /// The program that took it.
    pub tool_version: String,
    /// The instant as of which both sides were read, UTC.
    pub taken_at: Instant,
    /// The properties that were read.
    pub properties: BTreeSet<PropertyId>,
}

impl Header {
    /// Of a snapshot that this program takes.
    pub fn new(taken_at: Instant, properties: BTreeSet<PropertyId>) -> Self {
        Self {
            format_version: FORMAT_VERSION.to_owned(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            taken_at,
            properties,
        }
    }
}

/// Both sides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// Entrata's replies, without look-ups.
    pub roster: Roster,
    /// Brivo's lists, with memberships, details and credentials of managed users.
    pub account: Account,
    /// What Entrata said of single customers (D8).
    pub answers: Answers,
}

/// Why there is no snapshot, or none that can be used.
#[derive(Debug, Error, Diagnostic)]
pub enum SnapshotError {
    /// There is none.
    #[error("there is no snapshot in {}", .folder.display())]
    #[diagnostic(code(snapshot::not_found), help("take one with `reconcile snapshot --out DIR`"))]
    NotFound {
        /// The folder.
        folder: PathBuf,
    },
    /// The system refuses.
    #[error("the snapshot {} can't be {verb}: {source}", .path.display())]
    #[diagnostic(code(snapshot::io), help("name a folder that this program may use, on a disk with room"))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Read, or written.
        verb: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// It was taken by another version.
    #[error("the snapshot {} has format {found}, this program reads {FORMAT_VERSION}", .path.display())]
    #[diagnostic(code(snapshot::format), help("take it again with this version of the program"))]
    Format {
        /// The file.
        path: PathBuf,
        /// The file's.
        found: String,
    },
    /// It is not what was saved.
    #[error("the snapshot {} is damaged: {problem}", .path.display())]
    #[diagnostic(code(snapshot::damaged), help("a part of a snapshot is not planned from: take it again"))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, without a value.
        problem: String,
    },
    /// This manifest manages people of whom only the list is there.
    #[error(
        "the snapshot does not hold groups and dates of {} that this manifest manages or adopts ({})",
        .count, .named
    )]
    #[diagnostic(
        code(snapshot::lacks_users),
        help(
            "take it with this manifest: another `external_id_prefix`, and users new under `adopt`, need their groups and dates read"
        )
    )]
    LacksUsers {
        /// How many, with the noun.
        count: String,
        /// The first of them.
        named: String,
    },
}

/// Saves both sides in this folder, which is made where it is not there; readable by its owner only.
///
/// # Errors
/// When the folder can't be made, or the file can't be written. A snapshot that was there before stays until the new one is whole.
pub fn save(folder: &Path, header: &Header, content: &Content) -> Result<PathBuf, SnapshotError> {
    let path = folder.join(FILE);
    let failed = |source| SnapshotError::Io { path: path.clone(), verb: "written", source };
    make_private(folder).map_err(failed)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let mut out = BufWriter::new(file.as_file_mut());
    lines::write(&mut out, header, content).and_then(|()| out.flush()).map_err(failed)?;
    drop(out);
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&path).map_err(|error| failed(error.error))?;
    Ok(path)
}

/// A folder that is made for personal data is its owner's only; one that is there keeps what it is.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A snapshot on the disk; its content is read when it is asked for.
#[derive(Debug, Clone)]
pub struct Snapshot {
    path: PathBuf,
    header: Header,
}

impl Snapshot {
    /// Opens the snapshot in this folder.
    ///
    /// # Errors
    /// When there is none, or it is of another version.
    pub fn open(folder: &Path) -> Result<Self, SnapshotError> {
        let path = folder.join(FILE);
        let header = Lines::open(&path).and_then(|mut lines| lines.header());
        let header = header.map_err(|fault| match fault {
            LineFault::Io(source) if source.kind() == std::io::ErrorKind::NotFound => {
                SnapshotError::NotFound { folder: folder.to_owned() }
            }
            LineFault::Io(_) | LineFault::Format(_) | LineFault::Damaged(_) => told(&path, fault),
        })?;
        Ok(Self { path, header })
    }

    /// When and for what it was taken.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Reads what it holds of these properties; one that it lacks is there as not read.
    ///
    /// # Errors
    /// When a record can't be read, or the end is missing.
    pub fn read(&self, properties: &BTreeSet<PropertyId>) -> Result<Content, SnapshotError> {
        let (records, mut reading) = self.begin(properties)?;
        let mut read = Vec::new();
        while let Some(parts) = reading.leases(Vec::push)? {
            read.extend(parts.into_iter().flatten());
        }
        let mut content = reading.end()?;
        content.roster.properties = records;
        content.roster.leases = read;
        Ok(content)
    }

    /// Begins to read what it holds of these properties: the properties themselves, leases a part at a time, and then the rest.
    ///
    /// # Errors
    /// When a record can't be read.
    pub fn begin<'s>(
        &'s self,
        properties: &'s BTreeSet<PropertyId>,
    ) -> Result<(Records, Reading<'s>), SnapshotError> {
        let mut lines = Lines::open(&self.path).map_err(|fault| told(&self.path, fault))?;
        lines.header().map_err(|fault| told(&self.path, fault))?;
        let mut reading = Reading { snapshot: self, properties, lines };
        let lacking = properties.difference(&self.header.properties);
        let mut records: Records = lacking.map(|property| (*property, self.lacking())).collect();
        while let Some((id, record)) = reading.lines.property().map_err(|fault| told(&self.path, fault))? {
            if properties.contains(&id) {
                records.insert(id, *record);
            }
        }
        Ok((records, reading))
    }

    /// Reads these leases again.
    ///
    /// # Errors
    /// When a record can't be read, or the end is missing.
    pub fn leases(&self, wanted: &BTreeSet<(PropertyId, LeaseId)>) -> Result<Vec<Lease>, SnapshotError> {
        let properties = wanted.iter().map(|(property, _)| *property).collect();
        let (_, mut reading) = self.begin(&properties)?;
        let mut found = Vec::new();
        let take = |found: &mut Vec<Lease>, lease: Lease| {
            if wanted.contains(&(lease.property, lease.id.clone())) {
                found.push(lease);
            }
        };
        while let Some(parts) = reading.leases(take)? {
            found.extend(parts.into_iter().flatten());
        }
        Ok(found)
    }

    fn lacking(&self) -> PropertyRecord {
        let problem = format!(
            "the snapshot of {} was taken without this property; take it with this manifest",
            self.header.taken_at.format("%Y-%m-%dT%H:%M:%SZ")
        );
        let fault = ReadFault { call: "snapshot".to_owned(), problem, customers: Vec::new() };
        PropertyRecord { faults: vec![fault], ..PropertyRecord::default() }
    }

    /// Whether groups and dates of all of these users were saved.
    ///
    /// # Errors
    /// When of some of them only the list is there: a plan without their groups and dates would be wrong.
    pub fn must_hold(&self, account: &Account, users: &[UserId]) -> Result<(), SnapshotError> {
        let is_lacking = |id: &&UserId| {
            let user = account.users.get(id);
            user.is_some_and(|user| user.membership == Membership::Unread || user.detail.is_none())
        };
        let lacking: Vec<String> =
            users.par_iter().filter(is_lacking).map(|id| format!("user {id}")).collect();
        if lacking.is_empty() {
            return Ok(());
        }
        let count = match lacking.len() {
            1 => "one user".to_owned(),
            number => format!("{number} users"),
        };
        let named = lacking.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let rest = if lacking.len() > NAMED { ", …" } else { "" };
        Err(SnapshotError::LacksUsers { count, named: format!("{named}{rest}") })
    }

    /// The answers to these questions; one that was not saved counts as failed (D8).
    pub fn complete(&self, answers: &Answers, questions: &Questions) -> Answers {
        let lacking = || Answer::Failed("the snapshot holds no answer of Entrata about them here".to_owned());
        let answered = questions.iter().map(|(customer, properties)| {
            let saved = answers.get(customer);
            let of = |property| saved.and_then(|saved| saved.get(property)).cloned().unwrap_or_else(lacking);
            (customer.clone(), properties.iter().map(|id| (*id, of(id))).collect::<BTreeMap<_, _>>())
        });
        answered.collect()
    }
}

/// The properties of a snapshot: all of them stand before the first lease.
pub type Records = BTreeMap<PropertyId, PropertyRecord>;

/// A snapshot on its way into memory, in the order of its lines.
pub struct Reading<'s> {
    snapshot: &'s Snapshot,
    properties: &'s BTreeSet<PropertyId>,
    lines: Lines,
}

impl Reading<'_> {
    /// The next leases of these properties, handed to `take` on all cores, which gathers some of them at a time; none once there are
    /// no more.
    ///
    /// # Errors
    /// When a record can't be read.
    pub fn leases<T: Default + Send>(
        &mut self,
        take: impl Fn(&mut T, Lease) + Sync,
    ) -> Result<Option<Vec<T>>, SnapshotError> {
        let Self { snapshot, properties, lines } = self;
        let take_ours = |taken: &mut T, lease: Lease| {
            if properties.contains(&lease.property) {
                take(taken, lease);
            }
        };
        lines.leases(take_ours).map_err(|fault| told(&snapshot.path, fault))
    }

    /// Everything but properties and leases.
    ///
    /// # Errors
    /// When a record can't be read, the end is missing, or a line stands where none of its kind is written.
    pub fn end(mut self) -> Result<Content, SnapshotError> {
        let (mut answers, mut groups, mut parts) = (Answers::new(), BTreeMap::new(), Vec::<Users>::new());
        while let Some(record) = self.next()? {
            match record {
                Record::LookUp(customer, found) => drop(answers.insert(customer, found)),
                Record::Group(id, name) => drop(groups.insert(id, name.into())),
                Record::User(id, user) => {
                    parts.push(vec![(id, *user)]);
                    let path = &self.snapshot.path;
                    while let Some(more) = self.lines.users().map_err(|fault| told(path, fault))? {
                        parts.extend(more);
                    }
                }
            }
        }
        let (roster, users) = (Roster::default(), in_order(parts));
        Ok(Content { roster, account: Account { groups: groups.into(), users }, answers })
    }

    fn next(&mut self) -> Result<Option<Record>, SnapshotError> {
        self.lines.next().map_err(|fault| told(&self.snapshot.path, fault))
    }
}

/// Users in the order of their ids, as they were saved. A list that grows until it holds millions is copied again and again.
fn in_order(parts: Vec<Users>) -> LiteMap<UserId, User> {
    let mut users = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    for part in parts {
        users.extend(part);
    }
    if users.is_sorted_by(|(one, _), (next, _)| one < next) {
        LiteMap::from_sorted_store_unchecked(users)
    } else {
        users.into_iter().collect()
    }
}

fn told(path: &Path, fault: LineFault) -> SnapshotError {
    let path = path.to_owned();
    match fault {
        LineFault::Io(source) => SnapshotError::Io { path, verb: "read", source },
        LineFault::Format(found) => SnapshotError::Format { path, found },
        LineFault::Damaged(problem) => SnapshotError::Damaged { path, problem },
    }
}
