//! Overrides, adoptions and what left the manifest: one word for one person, and none about what is still there.

use std::collections::BTreeMap;

use super::{Checker, groups, items};
use crate::manifest::file::Decommission;
use crate::manifest::merge::Merged;
use crate::manifest::scalar::{BrivoUser, GroupText, Text};
use crate::manifest::{DecommissionEffect, Pattern};

pub(super) fn check(merged: &Merged, checker: &mut Checker<'_>) {
    check_overrides(merged, checker);
    check_adoptions(merged, checker);
    check_farewells(merged, checker);
}

fn check_overrides(merged: &Merged, checker: &mut Checker<'_>) {
    let mut first = BTreeMap::new();
    for (path, exception) in items("overrides", &merged.overrides) {
        let Some(Text(customer)) = &exception.customer else { continue };
        if let Some(other) = first.insert(customer, path.clone()) {
            let message =
                format!("the customer {customer} has another override at {}", checker.place(&other));
            let help = "keep one: a person may have one override in force";
            checker.error("manifest::duplicate_override", &format!("{path}.customer"), message, help);
        }
    }
}

fn check_adoptions(merged: &Merged, checker: &mut Checker<'_>) {
    let mut customers = BTreeMap::new();
    let mut users = BTreeMap::new();
    for (path, adopt) in items("adopt", &merged.adopt) {
        if let Some(Text(customer)) = &adopt.customer
            && let Some(other) = customers.insert(customer, path.clone())
        {
            let message = format!(
                "the customer {customer} stands here a second time, the first is {}",
                checker.place(&other)
            );
            let help = "keep the line that names the right Brivo user";
            checker.error("manifest::duplicate_adopt", &format!("{path}.customer"), message, help);
        }
        if let Some(BrivoUser::Id(user)) = adopt.brivo_user
            && let Some(other) = users.insert(user, path.clone())
        {
            let message =
                format!("the Brivo user {user} is adopted for another customer at {}", checker.place(&other));
            let help = "a user is one person: keep one of the two lines";
            checker.error("manifest::duplicate_adopt", &format!("{path}.brivo_user"), message, help);
        }
    }
}

fn check_farewells(merged: &Merged, checker: &mut Checker<'_>) {
    for (index, (path, farewell)) in items("decommission", &merged.decommission).enumerate() {
        let groups = farewell.groups.as_deref().unwrap_or_default();
        for (path, group) in items(&format!("{path}.groups"), groups) {
            groups::check_pattern(&path, group, checker);
            check_still_named(merged, &path, group, checker);
        }
        if farewell.effect == Some(DecommissionEffect::Revoke) && groups.is_empty() {
            let help =
                "add `groups`: the names, ids or globs of the groups to be taken; or say `effect: keep`";
            checker.error("manifest::missing_key", &path, "this `revoke` names no groups", help);
        }
        check_still_there(merged, &path, farewell, checker);
        let others = &merged.decommission[..index];
        if let Some(other) = others.iter().position(|other| speaks_of_the_same(other, farewell)) {
            let message = format!(
                "this property's groups are spoken of at {} already",
                checker.place(&format!("decommission[{other}]"))
            );
            checker.error("manifest::duplicate_entry", &path, message, "keep one of the two entries");
        }
    }
}

/// Whole properties leave; single groups may leave a property that stays.
fn check_still_there(merged: &Merged, path: &str, farewell: &Decommission, checker: &mut Checker<'_>) {
    let Some(id) = farewell.property.filter(|_| farewell.groups.as_deref().unwrap_or_default().is_empty())
    else {
        return;
    };
    if let Some(at) = merged.properties.iter().position(|property| property.id == Some(id)) {
        let message = format!(
            "the property {id} is still in the manifest, at {}",
            checker.place(&format!("properties[{at}]"))
        );
        let help = "remove it there, or name the `groups` that left it";
        checker.error("manifest::contradiction", &format!("{path}.property"), message, help);
    }
}

fn check_still_named(merged: &Merged, path: &str, group: &GroupText, checker: &mut Checker<'_>) {
    let pattern = match group {
        GroupText::Name(name) => Pattern::new(name).ok(),
        GroupText::Id(_) => None,
    };
    let is_it = |named: &GroupText| match (named, &pattern) {
        (GroupText::Name(name), Some(pattern)) => pattern.matches(name),
        (named, None) => named == group,
        (GroupText::Id(_), Some(_)) => false,
    };
    if let Some((at, named)) = groups::named(merged).find(|(_, named)| is_it(named)) {
        let message = format!("{group} speaks of {named}, which is still granted at {}", checker.place(&at));
        let help = "remove the group there, or write names here that leave it out";
        checker.error("manifest::contradiction", path, message, help);
    }
}

fn speaks_of_the_same(one: &Decommission, other: &Decommission) -> bool {
    let groups = |farewell: &Decommission| farewell.groups.clone().unwrap_or_default();
    let shared = groups(one).iter().any(|group| groups(other).contains(group));
    one.property.is_some() && one.property == other.property && (shared || groups(one) == groups(other))
}
