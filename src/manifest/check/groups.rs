//! Groups as entries name them: placeholders, lengths, blanks, and exact units that share one without saying so (U6).

use std::collections::BTreeMap;

use super::{Checker, items};
use crate::manifest::Pattern;
use crate::manifest::file::UnitEntry;
use crate::manifest::merge::Merged;
use crate::manifest::pattern::is_exact;
use crate::manifest::scalar::{GroupText, Text};
use crate::manifest::template::{PLACEHOLDERS, TemplateFault, literal};
use crate::manifest::words::{list, nearest};

/// The longest name that Brivo takes.
const MAX_NAME: usize = 35;

pub(super) fn check(merged: &Merged, checker: &mut Checker<'_>) {
    for (property_path, property) in items("properties", &merged.properties) {
        let groups = property.groups.as_deref().unwrap_or_default();
        check_list(&format!("{property_path}.groups"), groups, checker);
        let units = property.units.as_deref().unwrap_or_default();
        for (path, entry) in items(&format!("{property_path}.units"), units) {
            check_list(&format!("{path}.groups"), entry.groups.as_deref().unwrap_or_default(), checker);
        }
        check_shared(&property_path, units, checker);
    }
}

/// Every group that some property or unit entry names, with its path.
pub(super) fn named(merged: &Merged) -> impl Iterator<Item = (String, &GroupText)> {
    items("properties", &merged.properties).flat_map(|(path, property)| {
        let own = property.groups.as_deref().unwrap_or_default();
        let units = property.units.as_deref().unwrap_or_default();
        let of_units = items(&format!("{path}.units"), units).flat_map(|(path, entry)| {
            items(&format!("{path}.groups"), entry.groups.as_deref().unwrap_or_default()).collect::<Vec<_>>()
        });
        items(&format!("{path}.groups"), own).chain(of_units).collect::<Vec<_>>()
    })
}

/// A group where globs are allowed and placeholders are not.
pub(super) fn check_pattern(path: &str, group: &GroupText, checker: &mut Checker<'_>) {
    let GroupText::Name(name) = group else { return };
    if PLACEHOLDERS.iter().any(|placeholder| name.contains(&format!("{{{placeholder}}}"))) {
        let help = "write * where the unit stands, such as \"Cedar *\"";
        checker.error(
            "manifest::placeholder",
            path,
            format!("\"{name}\": placeholders have no value here"),
            help,
        );
    } else {
        check_glob(path, name, checker);
    }
}

/// A text or glob that must compile.
pub(super) fn check_glob(path: &str, text: &str, checker: &mut Checker<'_>) {
    if let Err(fault) = Pattern::new(text) {
        let help = "close every [ and {; where such a character is meant itself, write [[] or [{]";
        checker.error("manifest::bad_pattern", path, fault.to_string(), help);
    }
}

/// A group where nothing is filled in and nothing matched.
pub(super) fn check_plain(path: &str, group: &GroupText, checker: &mut Checker<'_>) {
    let GroupText::Name(name) = group else { return };
    if name.contains(['{', '}', '*']) {
        let help = "give the name of one group as Brivo shows it, or its id";
        checker.error(
            "manifest::placeholder",
            path,
            format!("\"{name}\" is not the name of one group"),
            help,
        );
    }
    check_name(path, name, name, checker);
}

fn check_list(path: &str, groups: &[GroupText], checker: &mut Checker<'_>) {
    for (index, (path, group)) in items(path, groups).enumerate() {
        if let GroupText::Name(name) = group {
            check_template(&path, name, checker);
        }
        if groups[..index].contains(group) {
            let message = format!("the group {group} stands twice in this list");
            checker.error("manifest::duplicate_entry", &path, message, "remove one of the two");
        }
    }
}

fn check_template(path: &str, name: &str, checker: &mut Checker<'_>) {
    match literal(name) {
        Ok(literal) => check_name(path, name, &literal, checker),
        Err(TemplateFault::Unbalanced) => {
            let message = format!("\"{name}\" has a brace without its partner");
            checker.error(
                "manifest::unbalanced_brace",
                path,
                message,
                "write placeholders like {unit}, each in braces",
            );
        }
        Err(TemplateFault::Unknown(placeholder)) => {
            let all = PLACEHOLDERS.map(|placeholder| format!("{{{placeholder}}}"));
            let near = nearest(&placeholder, PLACEHOLDERS.into_iter())
                .map(|near| format!("did you mean `{{{near}}}`? "));
            let help = format!(
                "{}there are {}",
                near.unwrap_or_default(),
                list(&all.each_ref().map(String::as_str), "and")
            );
            checker.error(
                "manifest::unknown_placeholder",
                path,
                format!("`{{{placeholder}}}` is no placeholder"),
                help,
            );
        }
    }
}

/// `least` is what of the name is there whatever is filled in.
fn check_name(path: &str, name: &str, least: &str, checker: &mut Checker<'_>) {
    let length = least.chars().count();
    if length > MAX_NAME {
        let message =
            format!("\"{name}\" is {length} characters long: no group of Brivo's has a name over {MAX_NAME}");
        checker.error(
            "manifest::long_name",
            path,
            message,
            "give the name as Brivo shows it, or the group's id",
        );
    }
    if name.trim() != name {
        let message = format!("\"{name}\" begins or ends with a blank");
        checker.warn(
            "manifest::blank_edge",
            path,
            message,
            "names are compared exactly: leave the blank out, or give the group's id",
        );
    }
}

/// U6: one group for several exact units is often a slip of the pen.
fn check_shared(property: &str, units: &[UnitEntry], checker: &mut Checker<'_>) {
    let mut first: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (index, (path, entry)) in items(&format!("{property}.units"), units).enumerate() {
        let texts =
            entry.matches.as_ref().map(crate::manifest::scalar::OneOrMany::as_slice).unwrap_or_default();
        let exact = |Text(text): &Text| is_exact(text);
        if texts.is_empty() || !texts.iter().all(exact) || entry.shared == Some(true) {
            continue;
        }
        for (group_path, group) in
            items(&format!("{path}.groups"), entry.groups.as_deref().unwrap_or_default())
        {
            let key = group.to_string();
            if key.contains("{unit}") || key.contains("{space}") {
                continue;
            }
            match first.get(&key) {
                Some((other, at)) if *other != index => {
                    let message = format!("the group {key} is given to other units at {}", checker.place(at));
                    let help = "if they share it on purpose, say `shared: true` in both entries; else correct one of the names";
                    checker.warn("manifest::shared_group", &group_path, message, help);
                }
                Some(_) => {}
                None => {
                    first.insert(key, (index, group_path));
                }
            }
        }
    }
}
