//! Properties and their unit entries: one of each, none that says the opposite of another, none that opens nothing.

use std::collections::BTreeMap;

use super::{Checker, groups, items};
use crate::manifest::file::{Property, UnitEntry};
use crate::manifest::merge::Merged;
use crate::manifest::pattern::is_exact;
use crate::manifest::scalar::{OneOrMany, Text, ZoneName};
use crate::manifest::{Pattern, words};

/// Zones that are an offset and no place: where they are meant, doors are an hour off in summer.
const OFFSETS: [&str; 11] =
    ["EST", "MST", "HST", "GMT", "GMT0", "GMT+0", "GMT-0", "UTC", "UCT", "Universal", "Zulu"];

pub(super) fn check(merged: &Merged, checker: &mut Checker<'_>) {
    if merged.properties.is_empty() && checker.places.get("properties").is_some() {
        let help = "add one with `id`, `name`, `time_zone` and groups";
        checker.error("manifest::empty_value", "properties", "the manifest has no property", help);
    }
    check_ids(&merged.properties, checker);
    for (path, property) in items("properties", &merged.properties) {
        check_zone(&path, property, checker);
        check_gives_something(&path, property, checker);
        check_units(&path, property, checker);
        check_excluded(&path, property, checker);
    }
}

fn check_ids(properties: &[Property], checker: &mut Checker<'_>) {
    let mut first = BTreeMap::new();
    let mut named = BTreeMap::new();
    for (path, property) in items("properties", properties) {
        if let Some(id) = property.id
            && let Some(other) = first.insert(id, path.clone())
        {
            let message = format!(
                "the property {id} stands here a second time, the first is {}",
                checker.place(&other)
            );
            let help = "merge the two entries, or correct one id";
            checker.error("manifest::duplicate_property", &format!("{path}.id"), message, help);
        } else if let Some(name) = &property.name
            && let Some(other) = named.insert(name.clone(), path.clone())
        {
            let message = format!("another property is called \"{name}\" too: {}", checker.place(&other));
            let help = "give each the MarketingName that Entrata has; they are told apart by their ids only";
            checker.warn("manifest::duplicate_name", &format!("{path}.name"), message, help);
        }
    }
}

fn check_zone(path: &str, property: &Property, checker: &mut Checker<'_>) {
    let Some(ZoneName(zone)) = &property.time_zone else { return };
    if OFFSETS.contains(&zone.name()) || zone.name().starts_with("Etc/") {
        let message = format!("`{}` is no place: it has no summer time", zone.name());
        let help = "give the property's own zone, such as America/New_York, or America/Phoenix where clocks never change";
        checker.warn("manifest::offset_zone", &format!("{path}.time_zone"), message, help);
    }
}

fn check_gives_something(path: &str, property: &Property, checker: &mut Checker<'_>) {
    let is_empty = |list: Option<usize>| list.is_none_or(|length| length == 0);
    if is_empty(property.groups.as_ref().map(Vec::len)) && is_empty(property.units.as_ref().map(Vec::len)) {
        let message = "this property names no group: nobody gets a door here";
        checker.warn(
            "manifest::no_effect",
            path,
            message,
            "add `groups`, or `units` with groups, or remove the property",
        );
    }
}

fn check_units(path: &str, property: &Property, checker: &mut Checker<'_>) {
    let units = property.units.as_deref().unwrap_or_default();
    for (index, (path, entry)) in items(&format!("{path}.units"), units).enumerate() {
        for (at, text) in texts_with_paths(&path, entry) {
            groups::check_glob(&at, text, checker);
        }
        let texts = texts(entry);
        for (place, text) in texts.iter().enumerate() {
            if texts[..place].contains(text) {
                let message = format!("\"{text}\" stands twice in this list");
                let at = format!("{path}.match[{place}]");
                checker.error("manifest::duplicate_entry", &at, message, "remove one of the two");
            }
        }
        let is_same = |other: &UnitEntry| same_units(other, entry) && other.groups == entry.groups;
        if let Some(other) = units[..index].iter().position(|other| !texts.is_empty() && is_same(other)) {
            let other = checker.place(&format!(
                "{}[{other}]",
                path.rsplit_once('[').map_or(path.as_str(), |(list, _)| list)
            ));
            let message = format!("this entry says the same as {other}");
            checker.error("manifest::duplicate_entry", &path, message, "remove one of the two");
        }
    }
}

fn check_excluded(path: &str, property: &Property, checker: &mut Checker<'_>) {
    let excluded = property.exclude_units.as_deref().unwrap_or_default();
    for (index, (path, Text(text))) in items(&format!("{path}.exclude_units"), excluded).enumerate() {
        groups::check_glob(&path, text, checker);
        if excluded[..index].iter().any(|Text(other)| other == text) {
            let message = format!("\"{text}\" stands twice in this list");
            checker.error("manifest::duplicate_entry", &path, message, "remove one of the two");
        }
    }
    let patterns: Vec<Pattern> = excluded.iter().filter_map(|Text(text)| Pattern::new(text).ok()).collect();
    let units = property.units.as_deref().unwrap_or_default();
    for (path, entry) in items(&format!("{path}.units"), units) {
        for (path, text) in texts_with_paths(&path, entry) {
            if let Some(pattern) = patterns.iter().find(|pattern| is_exact(text) && pattern.matches(text)) {
                let pattern = words::list(&[&pattern.text], "or");
                let message = format!(
                    "the unit \"{text}\" is given groups here and left out by `exclude_units`: {pattern}"
                );
                let help = "remove the one or the other: an excluded unit gives nothing (U12)";
                checker.error("manifest::contradiction", &path, message, help);
            }
        }
    }
}

fn same_units(one: &UnitEntry, other: &UnitEntry) -> bool {
    one.matches.as_ref().map(OneOrMany::as_slice) == other.matches.as_ref().map(OneOrMany::as_slice)
        && one.building == other.building
}

fn texts(entry: &UnitEntry) -> Vec<&str> {
    entry.matches.iter().flat_map(OneOrMany::as_slice).map(|Text(text)| text.as_str()).collect()
}

fn texts_with_paths<'e>(path: &str, entry: &'e UnitEntry) -> Vec<(String, &'e str)> {
    let is_list = matches!(entry.matches, Some(OneOrMany::Many(_)));
    let at = |index| if is_list { format!("{path}.match[{index}]") } else { format!("{path}.match") };
    texts(entry).into_iter().enumerate().map(|(index, text)| (at(index), text)).collect()
}
