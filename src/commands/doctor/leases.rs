//! Entrata: the log-in, and every web service for every property of the manifest.

use chrono::NaiveDate;

use super::Found;
use crate::access::PropertyId;
use crate::entrata::error::EntrataError;
use crate::entrata::{self, Client};
use crate::manifest::{Manifest, Property};
use crate::output::count;
use crate::output::doctor::Check;
use crate::roster::{Listing, PropertyRecord, Roster};

const ENTRATA: &str = "entrata";

/// Asks as a run does; what can't be read of a property is a line of its own.
pub(super) async fn entrata(client: &Client, manifest: &Manifest, date: NaiveDate) -> Found<Roster> {
    let status = client.get_status().await;
    let mut checks = vec![log_in(&status)];
    if status.is_err_and(|error| is_final(&error)) {
        checks.push(Check::warn(ENTRATA, "the properties were not checked: first the log-in has to work"));
        return Found { checks, then: None };
    }
    let ids: Vec<PropertyId> = manifest.properties.iter().map(|property| property.id).collect();
    match entrata::snapshot(client, &ids, date).await {
        Ok(roster) => {
            let properties = manifest.properties.iter();
            checks.extend(properties.flat_map(|property| of_property(property, &roster)));
            Found { checks, then: Some(roster) }
        }
        Err(error) => {
            checks.push(Check::fail(ENTRATA, error.to_string()));
            Found { checks, then: None }
        }
    }
}

/// Whether no other service would answer either.
fn is_final(error: &EntrataError) -> bool {
    error.ends_the_run() || matches!(error, EntrataError::Http { .. })
}

fn log_in(status: &Result<String, EntrataError>) -> Check {
    match status {
        Ok(_) => Check::ok(ENTRATA, "log-in: the service knows the key or user"),
        Err(error) if is_final(error) => Check::fail(ENTRATA, format!("log-in: {error}")),
        Err(error) => Check::warn(
            ENTRATA,
            format!("log-in: {error}. Enable getStatus under Apps > API Access; a run does not need it"),
        ),
    }
}

fn of_property(property: &Property, roster: &Roster) -> Vec<Check> {
    let unread = PropertyRecord::default();
    let PropertyRecord { listing, name, units, faults } =
        roster.properties.get(&property.id).unwrap_or(&unread);
    let whose = format!("property {} {}", property.id, property.name);
    let leases = roster.leases.iter().filter(|lease| lease.property == property.id).count();
    let units = units.as_ref().map_or(0, Vec::len);
    let mut checks: Vec<Check> = faults
        .iter()
        .map(|fault| Check::fail(ENTRATA, format!("{whose}: {}: {}", fault.call, fault.problem)))
        .collect();
    if *listing == Listing::Open && faults.is_empty() {
        checks.push(if units == 0 && !property.units.is_empty() {
            let text =
                "getPropertyUnits has no unit, and the manifest maps units: enable them, or the service";
            Check::fail(ENTRATA, format!("{whose}: {text}"))
        } else if leases == 0 {
            let text = "getLeases has no lease; if people live there, look at the rights of the key (R1)";
            Check::warn(ENTRATA, format!("{whose}: {text}"))
        } else {
            let counted = [count(units, "unit", "units"), count(leases, "lease", "leases")].join(", ");
            Check::ok(ENTRATA, format!("{whose}: every service answers: {counted}"))
        });
    }
    if let Some(name) = name.as_ref().filter(|name| **name != property.name) {
        let text = format!("{whose}: Entrata's MarketingName is \"{name}\": give it as `name` (U14)");
        checks.push(Check::warn(ENTRATA, text));
    }
    checks
}
