//! What depends on the day on which somebody looks: hours that a coming date does not have or has twice (T6), exceptions that ran out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveTime};

use super::{Checker, Fault};
use crate::manifest::{Manifest, OverrideEffect, Property};
use crate::zone::{Oddity, Zone};

/// How far T6 looks ahead.
const MONTHS: u32 = 24;

/// Warnings about a manifest on one day.
pub fn on_date(manifest: &Manifest, today: NaiveDate) -> Vec<Fault> {
    let mut checker = Checker { places: &manifest.places, first: "", faults: Vec::new() };
    check_hours(manifest, today, &mut checker);
    check_overrides(manifest, today, &mut checker);
    checker.faults
}

/// One warning for each hour as it was written and each zone in which it holds.
fn check_hours(manifest: &Manifest, today: NaiveDate, checker: &mut Checker<'_>) {
    let mut written: BTreeMap<(&str, NaiveTime), (Zone, BTreeSet<String>)> = BTreeMap::new();
    for property in &manifest.properties {
        let (policy, zone) = (&property.policy, property.time_zone);
        for (key, hour) in [("start_time", policy.start_time), ("end_time", policy.end_time)] {
            let (_, paths) = written.entry((zone.name(), hour)).or_insert((zone, BTreeSet::new()));
            paths.insert(hour_path(property, key));
        }
    }
    for ((name, hour), (zone, paths)) in written {
        let odd = zone.odd_dates(hour, today, MONTHS);
        for (oddity, what, rule) in [
            (Oddity::Gap, "does not exist", "a start is read an hour earlier, an end an hour later (T3)"),
            (Oddity::Fold, "exists twice", "a start is the first, an end the second (T4)"),
        ] {
            let dates = odd.iter().filter(|(_, found)| *found == oddity).map(|(date, _)| date.to_string());
            let dates: Vec<String> = dates.collect();
            for path in paths.iter().filter(|_| !dates.is_empty()) {
                let hour = hour.format("%H:%M");
                let message = format!("{hour} {what} in {name} on {}: {rule}", dates.join(", "));
                checker.warn("manifest::odd_hour", path, message, "choose an hour between 04:00 and 23:00");
            }
        }
    }
}

fn hour_path(property: &Property, key: &str) -> String {
    property.policy_paths.get(key).cloned().unwrap_or_else(|| format!("{}.time_zone", property.path))
}

fn check_overrides(manifest: &Manifest, today: NaiveDate, checker: &mut Checker<'_>) {
    for exception in manifest.overrides.iter().filter(|exception| exception.until < today) {
        let consequence = match exception.effect {
            OverrideEffect::Revoke | OverrideEffect::Suspend => {
                "the person is frozen until it is removed (O4)"
            }
            OverrideEffect::Freeze | OverrideEffect::Grant => "it has no effect any more (O4)",
        };
        let message = format!("this override ran out on {}: {consequence}", exception.until);
        let path = format!("{}.until", exception.path);
        checker.warn("manifest::ended_override", &path, message, "remove it, or give it a new `until`");
    }
}
