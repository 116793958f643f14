//! Policies that contradict themselves, under `defaults` and in properties.

use super::{Checker, items};
use crate::manifest::file::{Guard, Layer, Policy, ResidentType, Residents};
use crate::manifest::merge::Merged;
use crate::manifest::scalar::{Day, Text};

pub(super) fn check(merged: &Merged, checker: &mut Checker<'_>) {
    if let Some(defaults) = &merged.defaults {
        check_policy("defaults", defaults, checker);
    }
    for (path, property) in items("properties", &merged.properties) {
        check_policy(&path, &property.policy, checker);
    }
}

fn check_policy(path: &str, policy: &Policy, checker: &mut Checker<'_>) {
    if let Some(layers) = &policy.enforce {
        check_enforce(&format!("{path}.enforce"), layers, checker);
        check_ahead(path, policy, layers, checker);
    }
    if let Some(trusted) = &policy.trust_move_out_on {
        check_twice(&format!("{path}.trust_move_out_on"), trusted, checker);
    }
    if let Some(residents) = &policy.residents {
        check_residents(&format!("{path}.residents"), residents, checker);
    }
    if let Some(guard) = &policy.guard {
        check_guard(&format!("{path}.guard"), guard, checker);
    }
}

fn check_enforce(path: &str, layers: &[Layer], checker: &mut Checker<'_>) {
    if !layers.contains(&Layer::Groups) {
        let help = "add `groups`: [groups, user_dates, credential_dates]";
        checker.error(
            "manifest::contradiction",
            path,
            "`enforce` leaves `groups` out, and groups open the doors",
            help,
        );
    }
    check_twice(path, layers, checker);
}

/// T28 writes ahead only where Brivo's own dates keep the door shut.
fn check_ahead(path: &str, policy: &Policy, layers: &[Layer], checker: &mut Checker<'_>) {
    let dated = layers.contains(&Layer::UserDates) && layers.contains(&Layer::CredentialDates);
    if !dated && policy.provision_ahead_days.is_some_and(|days| days > 0) {
        let message = "`provision_ahead_days` has no effect: nothing in Brivo would keep the door shut until then (T28)";
        let help = "enforce user_dates and credential_dates too, or leave `provision_ahead_days` out";
        checker.warn("manifest::no_effect", &format!("{path}.provision_ahead_days"), message, help);
    }
}

fn check_residents(path: &str, residents: &Residents, checker: &mut Checker<'_>) {
    if let Some(types) = &residents.types {
        let path = format!("{path}.types");
        if !types.contains(&ResidentType::Primary) || !types.contains(&ResidentType::CoApplicant) {
            let help = "only `occupant` can be left out: [primary, co_applicant]";
            checker.error(
                "manifest::contradiction",
                &path,
                "whoever signed the lease always has access (P2)",
                help,
            );
        }
        check_twice(&path, types, checker);
    }
    let ignored = residents.ignore_types.as_deref().unwrap_or_default();
    for (path, Text(text)) in items(&format!("{path}.ignore_types"), ignored) {
        if ["primary", "co-applicant", "co_applicant", "coapplicant"].contains(&text.to_lowercase().as_str())
        {
            let help = "remove it; single people are dealt with under `overrides`";
            checker.error(
                "manifest::contradiction",
                &path,
                "whoever signed the lease always has access (P2)",
                help,
            );
        }
    }
}

fn check_guard(path: &str, guard: &Guard, checker: &mut Checker<'_>) {
    if let Some((day, run)) = guard.max_revokes_per_day.zip(guard.max_revokes).filter(|(day, run)| day < run)
    {
        let message = format!("{day} people in 24 hours are fewer than the {run} of one run");
        let help = "raise `max_revokes_per_day`, or lower `max_revokes`: the smaller one always decides";
        checker.warn("manifest::no_effect", &format!("{path}.max_revokes_per_day"), message, help);
    }
    let windows = guard.turn_windows.as_deref().unwrap_or_default();
    for (path, window) in items(&format!("{path}.turn_windows"), windows) {
        if let (Some(Day(from)), Some(Day(until))) = (&window.from, &window.until)
            && from > until
        {
            let message = format!("this window ends on {until}, before it begins on {from}");
            checker.error("manifest::contradiction", &format!("{path}.until"), message, "swap the two dates");
        }
    }
}

fn check_twice<T: PartialEq>(path: &str, values: &[T], checker: &mut Checker<'_>) {
    for (index, (path, value)) in items(path, values).enumerate() {
        if values[..index].contains(value) {
            checker.error(
                "manifest::duplicate_entry",
                &path,
                "this word stands twice in the list",
                "remove one of the two",
            );
        }
    }
}
