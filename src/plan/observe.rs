//! Findings that are about no single person: properties (R1, R2, U3, U6, U14, U15), groups (U9, U10), spaces (L18), pairs (P7),
//! overrides for nobody (O4), `adopt` entries that point nowhere.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::access::text::Phrase;
use crate::access::{CustomerId, ExternalId, GroupId, Instant, PropertyId};
use crate::desired::Desired;
use crate::desired::person::Person;
use crate::desired::shared::crowded;
use crate::manifest::GroupKey;
use crate::rules::{RuleId, Severity};

use super::Finding;
use super::directory::{Directory, Resolution};
use super::incomplete::Incomplete;
use super::lookalike::twins;
use super::subject::Subjects;

/// What there is to observe.
pub(super) struct View<'a> {
    pub(super) desired: &'a Desired,
    pub(super) directory: &'a Directory,
    pub(super) incomplete: &'a Incomplete,
    pub(super) subjects: &'a Subjects<'a>,
    pub(super) as_of: Instant,
}

fn finding(
    severity: Severity,
    rule: RuleId,
    property_id: Option<PropertyId>,
    message: impl Into<Phrase>,
) -> Finding {
    Finding {
        severity,
        rule,
        property_id,
        unit: None,
        external_id: None,
        message: message.into(),
        closes_at: None,
        credentials: None,
    }
}

impl View<'_> {
    /// Everything that is about no single person.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut findings = self.properties();
        findings.extend(self.groups());
        findings.extend(self.spaces());
        findings.extend(self.pairs());
        findings.extend(self.entries_for_nobody());
        findings
    }

    fn properties(&self) -> Vec<Finding> {
        let notes = self.desired.notes.iter().map(|note| {
            let (property, unit) = note.place(&[]);
            let unit = unit.cloned();
            Finding { unit, ..finding(note.severity, note.rule, property, note.text.clone()) }
        });
        let silent = self.incomplete.silent.iter().map(|property| {
            let text = "Entrata answers no lease at all, but people hold a group that this property alone names: \
                        incomplete, nothing that rests on it is taken";
            finding(Severity::Error, RuleId::R1, Some(*property), text.to_owned())
        });
        notes.chain(silent).collect()
    }

    /// U9, U10: names that stand for no group, or for several.
    fn groups(&self) -> Vec<Finding> {
        let names: Vec<_> = self.desired.naming.groups.iter().collect();
        let unfound: Vec<_> =
            names.into_par_iter().filter(|(key, _)| self.directory.found(key).is_none()).collect();
        if unfound.is_empty() {
            return Vec::new();
        }
        let needed = self.needed();
        let held: BTreeSet<GroupId> =
            self.subjects.all().iter().flat_map(|subject| subject.held(self.directory)).collect();
        let mut findings = Vec::new();
        for (key, named) in unfound {
            let is_wanted = named.is_static || needed.contains(key);
            let property = named.properties.first().copied();
            match self.directory.resolve(key) {
                Resolution::Missing if is_wanted => {
                    findings.push(finding(
                        Severity::Error,
                        RuleId::U9,
                        property,
                        self.missing(key, &named.path),
                    ));
                }
                Resolution::Several(ids) if is_wanted || ids.iter().any(|id| held.contains(id)) => {
                    let all: Vec<String> = ids.iter().map(ToString::to_string).collect();
                    let place = self.place(&named.path);
                    let text = format!(
                        "Brivo has several groups named {key} ({}){place}: name the one you mean by its id",
                        all.join(", ")
                    );
                    findings.push(finding(Severity::Error, RuleId::U10, property, text));
                }
                Resolution::Found(_) | Resolution::Missing | Resolution::Several(_) => {}
            }
        }
        findings
    }

    /// Those names without a group that somebody's window needs.
    fn needed(&self) -> BTreeSet<GroupKey> {
        let lives = |person: &&Person| person.entries.iter().any(|entry| !entry.is_over());
        let people: Vec<&Person> = self.desired.everybody().filter(lives).collect();
        let keys = people.into_par_iter().flat_map_iter(|person| self.desired.needed(person, self.as_of));
        keys.filter(|key| self.directory.found(key).is_none()).collect()
    }

    fn missing(&self, key: &GroupKey, path: &str) -> String {
        let place = self.place(path);
        let near = match key {
            GroupKey::Name(name) => self.directory.near(name),
            GroupKey::Id(_) => Vec::new(),
        };
        let hint =
            if near.is_empty() { String::new() } else { format!("; near: \"{}\"", near.join("\", \"")) };
        format!("Brivo has no group {key}{place}: nobody is granted it{hint}")
    }

    fn place(&self, path: &str) -> String {
        self.desired.places.get(path).map(|place| format!(" ({place})")).unwrap_or_default()
    }

    /// L18.
    fn spaces(&self) -> Vec<Finding> {
        let within = |property: PropertyId| {
            (self.as_of, self.desired.looks_ahead(property, self.as_of).unwrap_or(self.as_of))
        };
        let crowded = crowded(&self.desired.stays, within);
        let findings = crowded.into_iter().filter_map(|stays| {
            let first = stays.first()?;
            let leases: Vec<&str> = stays.iter().map(|stay| stay.lease.as_str()).collect();
            let text = format!(
                "leases {} hold one space at one time and have nobody in common: was a move-out not recorded?",
                leases.join(" and ")
            );
            let found = finding(Severity::Warning, RuleId::L18, Some(first.property), text);
            Some(Finding { unit: first.unit.clone(), ..found })
        });
        findings.collect()
    }

    /// P7.
    fn pairs(&self) -> Vec<Finding> {
        let pairs = twins(self.desired, self.as_of).into_iter().map(|(one, other)| {
            let property = one.entries.iter().map(|entry| entry.property).min();
            let text = format!(
                "looks like customer {} (same name, same e-mail or phone): two users",
                other.customer
            );
            let external_id = Some(ExternalId::of(&self.desired.prefix, &one.customer));
            Finding { external_id, ..finding(Severity::Warning, RuleId::P7, property, text) }
        });
        pairs.collect()
    }

    /// O4, D7: entries of the manifest about somebody whom neither side knows.
    fn entries_for_nobody(&self) -> Vec<Finding> {
        let unknown = |customer: &CustomerId| {
            self.subjects.get(&ExternalId::of(&self.desired.prefix, customer)).is_none()
        };
        let about = |customer: &CustomerId| Some(ExternalId::of(&self.desired.prefix, customer));
        let mut findings = Vec::new();
        for (customer, (one, _)) in self.desired.overrides.iter().filter(|(customer, _)| unknown(customer)) {
            let text = format!(
                "an override for somebody whom neither Entrata nor Brivo knows{}",
                self.place(&one.path)
            );
            let found = finding(Severity::Warning, RuleId::O4, None, text);
            findings.push(Finding { external_id: about(customer), ..found });
        }
        for adopt in
            self.desired.adopt.iter().filter(|adopt| unknown(&adopt.customer) && adopt.user.is_some())
        {
            let text =
                format!("`adopt` names a customer whom Entrata does not know{}", self.place(&adopt.path));
            let found = finding(Severity::Error, RuleId::D7, None, text);
            findings.push(Finding { external_id: about(&adopt.customer), ..found });
        }
        findings
    }
}
