//! The two parts of a plan that was compared with a base: what this manifest causes, and what was pending without it. A plan without
//! a base is one part.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::plan::{Cause, Change, Finding, Plan};

/// Changes and findings that are told together.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub(super) changes: Cow<'a, [Change]>,
    pub(super) findings: Cow<'a, [Finding]>,
}

/// A plan in parts.
#[derive(Debug)]
pub(super) enum Parts<'a> {
    /// Nothing was compared with.
    Whole(Part<'a>),
    /// What this manifest causes, then the rest.
    Compared {
        /// What it causes.
        own: Part<'a>,
        /// What is there under the base too.
        pending: Part<'a>,
    },
}

/// Heads what the manifest causes.
pub(super) const OWN: &str = "What this manifest causes";
/// Heads what it does not.
pub(super) const PENDING: &str = "Pending without this manifest";

/// Takes the plan apart.
pub(super) fn parts(plan: &Plan) -> Parts<'_> {
    let Some(base) = &plan.base else {
        let (changes, findings) = (Cow::Borrowed(&*plan.changes), Cow::Borrowed(&*plan.findings));
        return Parts::Whole(Part { changes, findings });
    };
    let (own, pending): (Vec<&Change>, Vec<&Change>) =
        plan.changes.iter().partition(|change| change.cause == Cause::Manifest);
    let pending_findings: BTreeSet<&Finding> = base.findings.iter().collect();
    let (known, found): (Vec<&Finding>, Vec<&Finding>) =
        plan.findings.iter().partition(|finding| pending_findings.contains(finding));
    Parts::Compared { own: Part::of(own, found), pending: Part::of(pending, known) }
}

impl Part<'_> {
    fn of(changes: Vec<&Change>, findings: Vec<&Finding>) -> Self {
        Self {
            changes: changes.into_iter().cloned().collect(),
            findings: findings.into_iter().cloned().collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        let Self { changes, findings } = self;
        changes.is_empty() && findings.is_empty()
    }
}
