//! A local date and hour in a property's zone → an instant, and back. The only place that asks the zone database.

/// A property's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(chrono_tz::Tz);
