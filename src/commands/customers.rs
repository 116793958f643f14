//! Customers whom `--customer` names and nobody knows: a slip that would else look like a plan without changes.

use miette::{Diagnostic, MietteDiagnostic, Severity};

use super::planning::Planned;
use super::speech;
use crate::access::CustomerId;
use crate::plan::explain::{self, Evidence};

/// Warns of each.
pub fn warn_unknown(planned: &Planned) {
    let Planned { plan, desired, account, directory: _, roster, seen: _ } = planned;
    let evidence = Evidence { roster, desired, account, plan };
    for wanted in &plan.scope.customers {
        let customer = CustomerId::new(explain::without_prefix(wanted, &desired.prefix));
        if explain::person(&evidence, &customer).is_none() {
            speech::show(&warning(wanted, &explain::near_customers(&evidence, wanted)));
        }
    }
}

fn warning(wanted: &str, near: &[String]) -> impl Diagnostic + use<> {
    let help = match near {
        [] => "give Entrata's customer id, as in a plan behind the prefix".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    MietteDiagnostic::new(format!("--customer {wanted}: neither Entrata nor Brivo knows this customer"))
        .with_code("usage::unknown_customer")
        .with_severity(Severity::Warning)
        .with_help(help)
}
