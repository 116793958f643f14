//! Plans applied to a small Brivo in this process: what is called in which order, and what is left when something goes wrong.

mod failures;
mod order;
mod support;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use super::stop::Stop;
use super::{Event, Options, Outcome, run};
use crate::journal::Journal;
use crate::plan::{Change, ResultStatus};
use support::{Double, plan};

/// Applies the changes to the double, `at_once` people at once.
async fn apply(double: &Double, changes: Vec<Change>, at_once: usize) -> Outcome {
    apply_recorded(double, changes, at_once, None).await
}

async fn apply_recorded(
    double: &Double,
    changes: Vec<Change>,
    at_once: usize,
    journal: Option<&Journal>,
) -> Outcome {
    let options = Options {
        at_once: NonZeroUsize::new(at_once).unwrap(),
        held: &BTreeSet::new(),
        look_up_first: &BTreeSet::new(),
        journal,
        on_event: &|_| {},
        stop: &Stop::default(),
        calls_left: None,
    };
    run(&double.client(), &plan(changes), &options).await
}

fn statuses(outcome: &Outcome) -> Vec<ResultStatus> {
    outcome.results.iter().map(|result| result.status).collect()
}

fn error(outcome: &Outcome, place: usize) -> &str {
    outcome.results[place].error.as_deref().unwrap_or_default()
}
