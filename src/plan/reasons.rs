//! Why a person's state changes: the rules that decided about the leases concerned, each with its place in the manifest.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::few::Few;
use crate::access::text::{Phrase, Text};
use crate::access::{GroupId, Holding, Instant, Profile};
use crate::desired::Desired;
use crate::desired::instant::{Entitlement, Source, window_at};
use crate::desired::note::Why;
use crate::desired::person::{Entry, Person};
use crate::desired::window::Phase;
use crate::manifest::{GroupKey, OverrideEffect};
use crate::rules::RuleId;

use super::Reason;
use super::assess::{Assessment, Basis, Goal};
use super::directory::Directory;

/// What reasons are drawn from.
pub(super) struct Grounds<'a> {
    pub(super) desired: &'a Desired,
    pub(super) directory: &'a Directory,
    pub(super) as_of: Instant,
}

impl Grounds<'_> {
    /// The reasons of a change from `before` to `after`, most telling first, each once.
    pub(super) fn of(
        &self,
        assessment: &Assessment<'_>,
        before: Option<&Holding>,
        after: &Holding,
        goal: &Goal,
    ) -> Vec<Reason> {
        let Goal { entitlement, basis, after: _ } = goal;
        let basis = *basis;
        let mut reasons = self.exceptions(assessment);
        let held: Few<GroupId> = before.map(|held| held.groups.keys().copied().collect()).unwrap_or_default();
        let given: Few<GroupId> = after.groups.keys().copied().collect();
        let gained: Few<GroupId> = given.iter().copied().filter(|id| !held.contains(id)).collect();
        let lost: Few<GroupId> = held.iter().copied().filter(|id| !given.contains(id)).collect();
        let moved =
            before.is_some_and(|held| held.dates != after.dates || held.credentials != after.credentials);
        match assessment.subject.person {
            Some(person) => {
                reasons.extend(self.gained(person, entitlement, &gained));
                reasons.extend(self.lost(person, &lost));
                if moved || (before.is_none() && gained.is_empty()) {
                    reasons.extend(self.dated(person, entitlement));
                }
                reasons.extend(combined(person, entitlement, self.as_of));
            }
            None => reasons.extend(gone(basis)),
        }
        reasons.extend(lost.iter().filter_map(|id| self.decommissioned(*id)));
        reasons.extend(before.into_iter().flat_map(|held| profile(&held.profile, &after.profile)));
        if assessment.subject.is_adopted {
            let text = "an `adopt` entry says that this user is the customer";
            reasons.push(Reason { manifest: self.adopt_place(assessment), ..plain(RuleId::D7, text) });
        }
        if before.is_some() && basis == Basis::Leases {
            let gained = if moved { Few::default() } else { gained };
            let unexplained = self.unexplained(assessment, &lost);
            reasons.extend(self.by_hand(&gained, &unexplained, reasons.is_empty()));
        }
        once(reasons)
    }

    /// O1, O3, O5.
    fn exceptions(&self, assessment: &Assessment<'_>) -> Vec<Reason> {
        let Some(one) = self.desired.override_at(&assessment.subject.customer, self.as_of) else {
            return Vec::new();
        };
        let rule = match one.effect {
            OverrideEffect::Revoke => RuleId::O1,
            OverrideEffect::Suspend => RuleId::O5,
            OverrideEffect::Freeze => RuleId::O2,
            OverrideEffect::Grant => RuleId::O3,
        };
        let text = format!("an override of {} until {}: {}", one.owner, one.until, one.reason);
        let manifest = self.desired.places.get(&one.path).map(|place| place.shown().clone());
        vec![Reason { manifest, ..plain(rule, text) }]
    }

    /// D11: the entry that takes a group back.
    fn decommissioned(&self, id: GroupId) -> Option<Reason> {
        let path = self.directory.decommission_path(id)?;
        let text = format!("the group {} left the manifest and is decommissioned", self.directory.name(id));
        let manifest = self.desired.places.get(path).map(|place| place.shown().clone());
        Some(Reason { manifest, ..plain(RuleId::D11, text) })
    }

    /// The windows that give a group.
    pub(super) fn gained(
        &self,
        person: &Person,
        entitlement: &Entitlement,
        gained: &Few<GroupId>,
    ) -> Vec<Reason> {
        let is_gained = |key: &GroupKey| self.directory.found(key).is_some_and(|id| gained.contains(&id));
        let givers = entitlement.groups.iter().filter(|(key, _)| is_gained(key));
        let mut sources: Vec<&Source> = givers.flat_map(|(_, givers)| givers).collect();
        // Each entry once, by the first place that gives something through it.
        sources.sort_unstable();
        sources.dedup_by_key(|source| source.entry);
        let mut reasons: Vec<Reason> = Vec::new();
        for source in sources {
            let entry = &person.entries[source.entry];
            if is_alive(entry, self.as_of) {
                reasons.extend(self.whys(entry, Some(&source.path)));
            }
        }
        if entitlement.is_ahead && !gained.is_empty() {
            let text = "written ahead of its start: Brivo's own dates keep the door shut until then";
            reasons.push(plain(RuleId::T28, text));
        }
        reasons
    }

    /// The leases through which a lost group was held.
    pub(super) fn lost(&self, person: &Person, lost: &Few<GroupId>) -> Vec<Reason> {
        let gave = |entry: &&Entry| {
            entry
                .home
                .groups
                .iter()
                .any(|mapped| self.directory.found(&mapped.key).is_some_and(|id| lost.contains(&id)))
        };
        let through = person.entries.iter().filter(gave).filter(|entry| !is_alive(entry, self.as_of));
        let mut reasons: Vec<Reason> = through.flat_map(|entry| self.whys(entry, None)).collect();
        let windows = || person.entries.iter().filter_map(|entry| window_at(entry, self.as_of));
        let is_between = windows().any(|dated| dated.window.is_to_come(self.as_of))
            && !windows().any(|dated| dated.window.holds(self.as_of));
        if !reasons.is_empty() && is_between {
            reasons.push(plain(RuleId::L11, "nothing between two leases unless the gap is bridged"));
        }
        reasons
    }

    /// The windows that the user's own dates are made of.
    fn dated(&self, person: &Person, entitlement: &Entitlement) -> Vec<Reason> {
        let Some(dates) = entitlement.dates else { return Vec::new() };
        let within =
            |entry: &&Entry| window_at(entry, self.as_of).is_some_and(|dated| dates.overlaps(&dated.window));
        let edge = |entry: &&Entry| {
            window_at(entry, self.as_of)
                .is_some_and(|d| d.window.end == dates.end || d.window.start == dates.start)
        };
        let entries: Vec<&Entry> = person.entries.iter().filter(within).filter(edge).collect();
        entries.into_iter().flat_map(|entry| self.whys(entry, None)).collect()
    }

    /// What decided about an entry now; the policy's place, else the mapping's.
    fn whys(&self, entry: &Entry, path: Option<&str>) -> Vec<Reason> {
        entry.phase_at(self.as_of).map_or_else(Vec::new, |phase| self.because(entry, phase, path))
    }

    /// What decided about an entry in one of its phases.
    pub(super) fn because(&self, entry: &Entry, phase: &Phase, path: Option<&str>) -> Vec<Reason> {
        let reasons = phase.why.iter().map(|why: &Why| {
            let view = self.desired.properties.get(&entry.property);
            let is_set =
                view.is_some_and(|view| why.keys.iter().any(|key| view.policy_paths.contains_key(*key)));
            let mapping = path.or_else(|| entry.home.groups.first().map(|mapped| &*mapped.path));
            let place = match mapping {
                Some(path) if !is_set => self.desired.places.get(path),
                _ => self.desired.policy_place(entry.property, why.keys),
            };
            Reason {
                rule: why.rule,
                lease_id: Some(entry.lease.clone()),
                manifest: place.map(|place| place.shown().clone()),
                text: why.text.clone(),
            }
        });
        reasons.collect()
    }

    fn adopt_place(&self, assessment: &Assessment<'_>) -> Option<Text> {
        let mine = self.desired.adopt.iter().find(|adopt| adopt.customer == assessment.subject.customer)?;
        self.desired.places.get(&mine.path).map(|place| place.shown().clone())
    }

    /// Lost groups that no lease, no override and no `decommission` entry speaks of.
    fn unexplained(&self, assessment: &Assessment<'_>, lost: &Few<GroupId>) -> Few<GroupId> {
        if self.desired.override_at(&assessment.subject.customer, self.as_of).is_some() {
            return Few::default();
        }
        let entries = assessment.subject.person.iter().flat_map(|person| &person.entries);
        let spoken: Few<GroupId> = entries
            .flat_map(|entry| &entry.home.groups)
            .filter_map(|mapped| self.directory.found(&mapped.key))
            .collect();
        let is_spoken = |id: &GroupId| spoken.contains(id) || self.directory.decommissioned(*id).is_some();
        lost.iter().copied().filter(|id| !is_spoken(id)).collect()
    }

    /// D1: what no lease explains was done by somebody's hand in Brivo, or by a change of the manifest.
    fn by_hand(&self, gained: &Few<GroupId>, lost: &Few<GroupId>, is_bare: bool) -> Vec<Reason> {
        let names =
            |ids: &Few<GroupId>| ids.iter().map(|id| self.directory.name(*id)).collect::<Vec<_>>().join(", ");
        let mut reasons = Vec::new();
        if !gained.is_empty() {
            reasons.push(plain(
                RuleId::D1,
                format!("Brivo lacks {} although the leases give it", names(gained)),
            ));
        }
        if !lost.is_empty() {
            reasons.push(plain(RuleId::D1, format!("Brivo has {}, which no lease gives", names(lost))));
        }
        if is_bare && reasons.is_empty() {
            reasons.push(plain(RuleId::D1, "what Brivo holds differs from what Entrata has"));
        }
        reasons
    }
}

fn is_alive(entry: &Entry, as_of: Instant) -> bool {
    window_at(entry, as_of).is_some_and(|dated| !dated.window.has_ended(as_of))
}

/// L10, L12: several leases at one time.
fn combined(person: &Person, entitlement: &Entitlement, as_of: Instant) -> Vec<Reason> {
    if person.entries.len() < 2 {
        return Vec::new();
    }
    let givers: BTreeMap<usize, &GroupKey> = entitlement
        .groups
        .iter()
        .flat_map(|(key, sources)| sources.iter().map(move |source| (source.entry, key)))
        .filter(|(index, _)| window_at(&person.entries[*index], as_of).is_some_and(|d| d.window.holds(as_of)))
        .collect();
    let entries: Vec<&Entry> = givers.keys().map(|index| &person.entries[*index]).collect();
    let properties: BTreeSet<_> = entries.iter().map(|entry| entry.property).collect();
    let places: BTreeSet<_> = entries.iter().filter_map(|entry| entry.home.place.as_ref()).collect();
    if properties.len() > 1 {
        return vec![plain(RuleId::L12, "leases at several properties: one user, the union of the grants")];
    }
    if places.len() > 1 {
        return vec![plain(RuleId::L10, "two units while both windows are open")];
    }
    Vec::new()
}

fn gone(basis: Basis) -> Option<Reason> {
    match basis {
        Basis::Missing => {
            Some(plain(RuleId::D8, "Entrata was asked about them and knows no lease of theirs"))
        }
        Basis::Decommissioned | Basis::Leases => None,
    }
}

fn profile(before: &Profile, after: &Profile) -> Vec<Reason> {
    let Profile { first_name, middle_name, last_name, emails, phones } = before;
    let is_renamed =
        (first_name, middle_name, last_name) != (&after.first_name, &after.middle_name, &after.last_name);
    let is_elsewhere = (emails, phones) != (&after.emails, &after.phones);
    let renamed = is_renamed.then(|| plain(RuleId::P10, "the name in Entrata is another one"));
    let moved = (is_renamed || is_elsewhere)
        .then(|| plain(RuleId::D1, "names, e-mail and phone are as Entrata has them"));
    renamed.into_iter().chain(moved).collect()
}

fn plain(rule: RuleId, text: impl Into<Phrase>) -> Reason {
    Reason { rule, lease_id: None, manifest: None, text: text.into() }
}

fn once(reasons: Vec<Reason>) -> Vec<Reason> {
    // A plan may have millions of these short lists: no more room than they need.
    let mut kept: Vec<Reason> = Vec::with_capacity(reasons.len());
    for reason in reasons {
        if !kept.contains(&reason) {
            kept.push(reason);
        }
    }
    kept.shrink_to_fit();
    kept
}
