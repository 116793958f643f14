//! A journal read as changes: the two records of each brought together, what a killed run left open, and how long after its window's end
//! somebody's access was taken.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::read::{Line, Lines};
use super::{JournalError, Record, Status};
use crate::access::{ExternalId, Instant};
use crate::plan::Action;
use crate::rules::RuleId;

/// One change as the journal tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it was begun; none where the line that said so is lost.
    pub began: Option<Instant>,
    /// When it ended; none of one that a killed run left open.
    pub ended: Option<Instant>,
    /// The last record of it.
    pub record: Record,
}

impl Entry {
    /// When it was last heard of.
    pub fn at(&self) -> Instant {
        self.record.at
    }

    /// Whether it was begun and nothing more is told of it: it may have been written or not.
    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// How long after the end of the window Brivo had taken the access; none of anything but an applied revocation by the leases' dates,
    /// and of one whose record a later run completed: when it was written nobody knows.
    pub fn latency(&self) -> Option<TimeDelta> {
        let Record { action, status, after, reasons, error, .. } = &self.record;
        let is_by_override = reasons.iter().any(|reason| matches!(reason.rule, RuleId::O1 | RuleId::O5));
        if *action != Action::Revoke || *status != Status::Applied || is_by_override || error.is_some() {
            return None;
        }
        let end = after.as_ref()?.effective_to?;
        (end <= self.at()).then(|| self.at() - end)
    }

    /// Whether Brivo's own date had shut the door at the window's end, before anything was written.
    pub fn was_shut(&self) -> bool {
        let Record { before, after, .. } = &self.record;
        let end = |image: &Option<crate::plan::Image>| image.as_ref().and_then(|image| image.effective_to);
        self.latency().is_some() && end(before).zip(end(after)).is_some_and(|(had, has)| had <= has)
    }
}

/// A journal, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// The changes that were asked for, in the order in which they were last heard of.
    pub entries: Vec<Entry>,
    /// How many lines are no records.
    pub torn: u64,
}

/// Reads a journal to its end and keeps what `is_wanted`.
///
/// # Errors
/// When the file can't be read.
pub fn read(lines: Lines, is_wanted: impl Fn(&Entry) -> bool) -> Result<Ledger, JournalError> {
    let mut ledger = Ledger::default();
    let mut open: BTreeMap<(String, ExternalId), Record> = BTreeMap::new();
    for line in lines {
        let record = match line? {
            Line::Record(record) => *record,
            Line::Torn { .. } => {
                ledger.torn += 1;
                continue;
            }
        };
        let change = (record.run.clone(), record.external_id.clone());
        let before = match record.status {
            Status::Started => open.insert(change, record).map(left_open),
            Status::Applied | Status::Failed => {
                let began = open.remove(&change).map(|started| started.at);
                Some(Entry { began, ended: Some(record.at), record })
            }
        };
        ledger.entries.extend(before.filter(&is_wanted));
    }
    ledger.entries.extend(open.into_values().map(left_open).filter(is_wanted));
    ledger.entries.sort_by(|a, b| (a.at(), &a.record.external_id).cmp(&(b.at(), &b.record.external_id)));
    Ok(ledger)
}

fn left_open(started: Record) -> Entry {
    Entry { began: Some(started.at), ended: None, record: started }
}

/// Latencies in three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latencies {
    /// How many there are.
    pub count: u64,
    /// Half of them are not longer.
    pub median: TimeDelta,
    /// The longest.
    pub longest: TimeDelta,
}

/// How long revocations took; none where there are none to tell of.
pub fn latencies(entries: &[Entry]) -> Option<Latencies> {
    let mut all: Vec<TimeDelta> = entries.iter().filter_map(Entry::latency).collect();
    all.sort_unstable();
    let longest = *all.last()?;
    Some(Latencies { count: all.len() as u64, median: all[(all.len() - 1) / 2], longest })
}

#[cfg(test)]
mod tests;
