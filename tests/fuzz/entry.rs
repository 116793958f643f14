//! Where bytes from outside enter the program, one function each: the fuzz targets and the test suite call the same ones. None may
//! panic, run without end or print what a terminal would obey, whatever the bytes are.

#[path = "entry/files.rs"]
mod files;
#[path = "entry/service.rs"]
mod service;

pub(crate) use files::{journal, manifest, plan};
pub(crate) use service::{brivo, entrata, token};

/// An entry with the name of its target and of its corpus.
pub(crate) type Entry = (&'static str, fn(&[u8]));

/// Every entry.
pub(crate) const ALL: [Entry; 6] = [
    ("entrata", entrata),
    ("brivo", brivo),
    ("token", token),
    ("manifest", manifest),
    ("plan", plan),
    ("journal", journal),
];
