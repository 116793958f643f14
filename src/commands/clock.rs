//! Whether this machine's clock agrees with the services' (T27).

use chrono::Duration;

use super::planning::Services;
use crate::access::Instant;
use crate::plan::Finding;
use crate::rules::{RuleId, Severity};

/// How far apart the clocks may be.
pub const ALLOWED: Duration = Duration::minutes(5);

/// How far each service's clock is from `now`; none of one that has not told the time.
pub fn apart(services: &Services, now: Instant) -> [(&'static str, Option<Duration>); 2] {
    let apart = |clock: Option<Instant>| clock.map(|clock| (clock - now).abs());
    [
        ("Entrata", apart(services.entrata.transport().server_clock())),
        ("Brivo", apart(services.brivo.transport().server_clock())),
    ]
}

/// A clock that is off, in words.
pub fn skew(services: &Services, now: Instant) -> Option<String> {
    apart(services, now).into_iter().find_map(|(name, apart)| {
        let apart = apart?;
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
        message: format!("{text}: an apply refuses").into(),
        closes_at: None,
        credentials: None,
    }
}
