//! Addresses of both services, the pace, and the groups that Brivo's own people use.

use super::{Checker, groups, items};
use crate::manifest::address;
use crate::manifest::file::Brivo;
use crate::manifest::merge::Merged;
use crate::manifest::scalar::{Address, GroupText};

/// A pace that Brivo has been seen to slow down.
const HASTY: u32 = 50;
const ENTRATA_ENDPOINTS: [&str; 5] = ["/status", "/properties", "/propertyunits", "/leases", "/units"];

pub(super) fn check(merged: &Merged, checker: &mut Checker<'_>) {
    if let Some(Address(url)) = merged.entrata.as_ref().and_then(|entrata| entrata.url.as_ref())
        && ENTRATA_ENDPOINTS.iter().any(|endpoint| address::path(url).ends_with(endpoint))
    {
        let help = "end it with the version, like https://apis.entrata.com/ext/orgs/alder/v1";
        checker.error("manifest::bad_address", "entrata.url", "`url` names one endpoint of Entrata", help);
    }
    let Some(brivo) = &merged.brivo else { return };
    addresses(brivo, checker);
    if let Some(calls) = brivo.calls_per_second.filter(|calls| *calls > HASTY) {
        let message = format!("{calls} calls in a second are more than Brivo usually takes");
        checker.warn(
            "manifest::hasty",
            "brivo.calls_per_second",
            message,
            "20 has proved itself; stay at 50 or below",
        );
    }
    if let Some(prefix) = brivo.external_id_prefix.as_deref().filter(|prefix| prefix.trim() != *prefix) {
        let message = format!("`external_id_prefix` begins or ends with a blank: \"{prefix}\"");
        checker.warn("manifest::blank_edge", "brivo.external_id_prefix", message, "write it without blanks");
    }
    hold_group(merged, brivo, checker);
    for (list, patterns) in [
        ("brivo.protected_groups", &brivo.protected_groups),
        ("brivo.sensitive_groups", &brivo.sensitive_groups),
    ] {
        for (path, group) in items(list, patterns.as_deref().unwrap_or_default()) {
            groups::check_pattern(&path, group, checker);
        }
    }
}

fn addresses(brivo: &Brivo, checker: &mut Checker<'_>) {
    if let Some(Address(url)) = &brivo.api_url
        && !address::path(url).ends_with("/v1/api")
    {
        let help =
            "end it with /v1/api, like https://api.brivo.com/v1/api or https://api.eu.brivo.com/v1/api";
        checker.error(
            "manifest::bad_address",
            "brivo.api_url",
            "`api_url` lacks the prefix of Brivo's API",
            help,
        );
    }
    if let Some(Address(url)) = &brivo.auth_url
        && !address::path(url).is_empty()
    {
        let help = "leave the path out, like https://auth.brivo.com or https://auth.eu.brivo.com";
        checker.error("manifest::bad_address", "brivo.auth_url", "`auth_url` has a path", help);
    }
    let is_eu =
        |given: &Option<Address>| given.as_ref().is_some_and(|Address(url)| url.contains("eu.brivo.com"));
    if is_eu(&brivo.api_url) != is_eu(&brivo.auth_url) {
        let help = "in the EU both are given: https://api.eu.brivo.com/v1/api and https://auth.eu.brivo.com";
        let path = if is_eu(&brivo.api_url) { "brivo.api_url" } else { "brivo.auth_url" };
        checker.error(
            "manifest::contradiction",
            path,
            "one address is Brivo's in the EU, the other one is not",
            help,
        );
    }
}

fn hold_group(merged: &Merged, brivo: &Brivo, checker: &mut Checker<'_>) {
    let Some(hold) = &brivo.hold_group else { return };
    groups::check_plain("brivo.hold_group", hold, checker);
    if let Some(path) = groups::named(merged).find(|(_, group)| *group == hold).map(|(path, _)| path) {
        let message = format!("the hold group {hold} is granted at {}", checker.place(&path));
        let help = "hold people with a group that gives nobody a door, and that no property names";
        checker.error("manifest::contradiction", "brivo.hold_group", message, help);
    }
}

impl std::fmt::Display for GroupText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => write!(f, "\"{name}\""),
        }
    }
}
