//! How a run went, for programs: [`metrics`] for Prometheus, [`junit`] for a CI's list of tests, [`outputs`] for the steps of a
//! workflow that come after. People are named by their external id at most.

pub mod junit;
pub mod metrics;
pub mod outputs;

use super::Properties;
use crate::access::Instant;
use crate::plan::{Action, Plan, ResultStatus};
use crate::rules::Severity;

/// How a run went.
#[derive(Debug, Clone, Copy)]
pub struct Ran<'a> {
    /// `diff` or `apply`.
    pub mode: &'static str,
    /// When it ended.
    pub ended_at: Instant,
    /// How long it took.
    pub seconds: f64,
    /// Its exit code.
    pub exit: u8,
    /// What ended it, where it ended with 1.
    pub error: Option<&'a str>,
    /// The plan, where it came that far; after an apply with what became of it.
    pub plan: Option<&'a Plan>,
    /// The manifest's properties.
    pub properties: &'a Properties,
    /// What was sent.
    pub traffic: Traffic,
}

/// Calls that went out, and those of them that a gateway refused because there were too many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// To Entrata.
    pub entrata: Sent,
    /// To Brivo.
    pub brivo: Sent,
}

/// Calls to one service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    /// All of them, repeats included.
    pub calls: u64,
    /// Those that were throttled.
    pub throttled: u64,
}

impl Ran<'_> {
    /// Whether it came to its end and wrote all that it was to write. What somebody must look at, and what a guard holds back, are
    /// findings of a run that worked.
    pub fn is_success(&self) -> bool {
        let failed = self.plan.is_some_and(|plan| results(plan, ResultStatus::Failed) > 0);
        matches!(self.exit, 0 | 2 | 3 | 4) && !failed
    }
}

/// How many findings of this severity.
fn findings(plan: &Plan, severity: Severity) -> usize {
    plan.findings.iter().filter(|finding| finding.severity == severity).count()
}

/// How many changes of this kind.
fn changes(plan: &Plan, action: Action) -> usize {
    plan.changes.iter().filter(|change| change.action == action).count()
}

/// How many changes ended so.
fn results(plan: &Plan, status: ResultStatus) -> usize {
    plan.results.iter().flatten().filter(|result| result.status == status).count()
}

/// How many guards tripped.
fn tripped(plan: &Plan) -> usize {
    plan.guards.iter().filter(|guard| guard.holds_back()).count()
}

#[cfg(test)]
mod tests;
