//! Whether this machine's clock agrees with the services' (T27).

use chrono::Duration;

use super::planning::Services;
use crate::access::Instant;
use crate::plan::Finding;
use crate::rules::{RuleId, Severity};

/// How far apart the clocks may be.
const ALLOWED: Duration = Duration::minutes(5);

/// A clock that is off, in words.
pub fn skew(services: &Services, now: Instant) -> Option<String> {
    let clocks = [
        ("Entrata", services.entrata.transport().server_clock()),
        ("Brivo", services.brivo.transport().server_clock()),
    ];
    clocks.into_iter().find_map(|(name, clock)| {
        let apart = (clock? - now).abs();
        let text = format!("this machine's clock and {name}'s are {} minutes apart", apart.num_minutes());
        (apart > ALLOWED).then_some(text)
    })
}

/// The warning of a diff.
pub fn warning(text: &str) -> Finding {
    Finding {
        severity: Severity::Warning,
        rule: RuleId::T27,
        property_id: None,
        unit: None,
        external_id: None,
        message: format!("{text}: an apply refuses"),
        closes_at: None,
        credentials: None,
    }
}
