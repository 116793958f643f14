//! `calls_per_month` (R13): what is left of it, and the warning before it runs out.

use super::planning::recall::Budget;
use crate::plan::{Finding, Plan};
use crate::rules::{RuleId, Severity};

/// The warning of a plan whose writes would pass what is left.
pub fn warning(plan: &Plan, budget: Option<Budget>) -> Option<Finding> {
    let left = budget?.left(plan.calls.brivo);
    let needed = plan.calls.to_apply;
    (needed > left).then(|| Finding {
        severity: Severity::Warning,
        rule: RuleId::R13,
        property_id: None,
        unit: None,
        external_id: None,
        message: format!(
            "an apply takes {needed} calls to Brivo, and `calls_per_month` leaves {left}: what is due comes first, the rest is not attempted"
        ).into(),
        closes_at: None,
        credentials: None,
    })
}
