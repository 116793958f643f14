//! Executes a plan: what lets people in first (R4), a few people at once, each with a record before and after (R12). Decides
//! nothing: what is written stands in the plan, and a run that ends anywhere is finished by the next one (R9).

mod person;
mod proof;
pub mod stop;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::stream::{self, StreamExt as _};

use crate::access::ExternalId;
use crate::brivo::Client;
use crate::journal::{Journal, JournalError};
use crate::plan::order::{Phase, cost, phase, steps};
use crate::plan::{Change, ChangeResult, Plan, ResultStatus};
use person::{Failure, Making, Written};
use stop::{Stop, Why};

/// How many people one after the other Brivo may fail, retries and all, before it is taken to be down.
const OUTAGES: usize = 8;

/// How a plan is executed.
pub struct Options<'a> {
    /// How many people are written at once; the transport's pace bounds the calls.
    pub at_once: NonZeroUsize,
    /// The people of whom a guard held something back (R3), those without any change included.
    pub held: &'a BTreeSet<ExternalId>,
    /// People whom a run that was cut short may have made already, whatever Brivo's list says (R6).
    pub look_up_first: &'a BTreeSet<ExternalId>,
    /// Where every change is recorded.
    pub journal: Option<&'a Journal>,
    /// Is told what happens, while it happens.
    pub on_event: &'a (dyn Fn(Event<'_>) + Sync),
    /// Whether somebody wants it to stop.
    pub stop: &'a Stop,
    /// How many calls may be made; none: as many as it takes (R13).
    pub calls_left: Option<u64>,
}

/// What happens to a change. Every change is finished once, whether it was started or not.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// Its first call goes out now.
    Started {
        /// The change.
        change: &'a Change,
    },
    /// Nothing more is done for it.
    Finished {
        /// The change.
        change: &'a Change,
        /// What became of it.
        result: &'a ChangeResult,
    },
}

/// What became of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What became of each change, in the plan's order; then the people without a change of whom a guard held something back.
    pub results: Vec<ChangeResult>,
    /// Somebody asked to stop before the end.
    pub interrupted: bool,
    /// Why nothing more was begun, where the run did not get to its end by itself.
    pub ended_early: Option<String>,
}

/// Executes a plan that has all its values. A phase is finished before the next one begins; a person whose write fails stops there,
/// the others go on (R5); what concerns the whole run, such as a key without calls, ends it.
pub async fn run(client: &Client, plan: &Plan, options: &Options<'_>) -> Outcome {
    let run = Run { client, options, course: Mutex::default() };
    let mut results = BTreeMap::new();
    for places in turns(plan) {
        let writes = places.into_iter().map(|place| {
            let result = run.change(&plan.changes[place]);
            async move { (place, result.await) }
        });
        let written: Vec<_> = stream::iter(writes).buffer_unordered(options.at_once.get()).collect().await;
        results.extend(written);
    }
    run.outcome(results.into_values().collect())
}

/// The changes' places in the plan, phase by phase.
fn turns(plan: &Plan) -> Vec<Vec<usize>> {
    let mut turns: BTreeMap<Phase, Vec<usize>> = BTreeMap::new();
    for (place, change) in plan.changes.iter().enumerate() {
        turns.entry(phase(change, plan.as_of)).or_default().push(place);
    }
    turns.into_values().collect()
}

struct Run<'a> {
    client: &'a Client,
    options: &'a Options<'a>,
    course: Mutex<Course>,
}

/// How the run goes so far.
#[derive(Default)]
struct Course {
    /// Why nothing more is begun.
    ended: Option<String>,
    /// How many people in a row Brivo failed.
    outages: usize,
    /// How many calls the changes that were begun take.
    calls: u64,
}

impl Run<'_> {
    async fn change(&self, change: &Change) -> ChangeResult {
        let written = match self.obstacle().or_else(|| self.overdraft(change)) {
            None => self.write(change).await,
            Some(obstacle) => Err(format!("not attempted: {obstacle}")),
        };
        let (status, error) = match written {
            Err(error) => (ResultStatus::Failed, Some(error)),
            Ok(()) if self.options.held.contains(&change.external_id) => (ResultStatus::Held, None),
            Ok(()) => (ResultStatus::Applied, None),
        };
        let result = ChangeResult { external_id: change.external_id.clone(), status, error };
        (self.options.on_event)(Event::Finished { change, result: &result });
        result
    }

    /// Why no further change is begun.
    fn obstacle(&self) -> Option<String> {
        let ended = self.course().ended.clone();
        ended.or_else(|| match self.options.stop.why()? {
            Why::Interrupted => Some("the run was interrupted".to_owned()),
            Why::Ended(reason) => Some(reason.clone()),
        })
    }

    /// R13: a change that the calls left would not do for ends the run; what is due first was begun first (R4).
    fn overdraft(&self, change: &Change) -> Option<String> {
        let left = self.options.calls_left?;
        let mut course = self.course();
        course.calls += cost(&steps(change));
        if course.calls <= left {
            return None;
        }
        let reason = format!("`calls_per_month`: only {left} calls to Brivo were left for writing");
        course.end(reason.clone());
        Some(reason)
    }

    fn course(&self) -> MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write(&self, change: &Change) -> Result<(), String> {
        self.record(|journal| journal.started(change)).map_err(|error| format!("not attempted: {error}"))?;
        (self.options.on_event)(Event::Started { change });
        let found = self.options.look_up_first.contains(&change.external_id);
        let making = if found { Making::LooksFirst } else { Making::AtOnce };
        let written = person::write(self.client, change, making).await;
        self.course().follow(written.failure.as_ref());
        let Written { user, failure } = written;
        let error = failure.map(|failure| failure.to_string());
        // A record that is lost now leaves the change open in the journal; the run ends, and what was written stays written.
        let _ended = self.record(|journal| match &error {
            None => journal.applied(change, user),
            Some(error) => journal.failed(change, user, error),
        });
        error.map_or(Ok(()), Err)
    }

    /// Nothing is written that can't be recorded: a journal that fails ends the run.
    fn record(&self, entry: impl FnOnce(&Journal) -> Result<(), JournalError>) -> Result<(), JournalError> {
        let recorded = self.options.journal.map_or(Ok(()), entry);
        if let Err(error) = &recorded {
            self.course().end(error.to_string());
        }
        recorded
    }

    fn outcome(self, mut results: Vec<ChangeResult>) -> Outcome {
        let changed: BTreeSet<ExternalId> = results.iter().map(|result| result.external_id.clone()).collect();
        let unchanged = self.options.held.difference(&changed).cloned();
        results.extend(unchanged.map(|external_id| ChangeResult {
            external_id,
            status: ResultStatus::Held,
            error: None,
        }));
        let Course { ended, .. } = self.course.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (interrupted, stopped) = match self.options.stop.why() {
            None => (false, None),
            Some(Why::Interrupted) => (true, None),
            Some(Why::Ended(reason)) => (false, Some(reason.clone())),
        };
        Outcome { results, interrupted, ended_early: ended.or(stopped) }
    }
}

impl Course {
    /// Ends the run when a failure concerns everybody: by what it is, or because one after the other fails in the same way.
    fn follow(&mut self, failure: Option<&Failure>) {
        let Some(failure) = failure.filter(|failure| failure.concerns_everybody() || failure.is_outage())
        else {
            self.outages = 0;
            return;
        };
        if failure.concerns_everybody() {
            return self.end(failure.reason());
        }
        self.outages += 1;
        if self.outages >= OUTAGES {
            let outages = self.outages;
            self.end(format!("Brivo failed {outages} people in a row, last: {}", failure.reason()));
        }
    }

    /// The first reason stays.
    fn end(&mut self, reason: String) {
        self.ended.get_or_insert(reason);
    }
}

#[cfg(test)]
mod tests;
