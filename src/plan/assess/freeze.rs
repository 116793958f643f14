//! What freezes a person: two users (D6), an `adopt` entry that cannot be followed (D7), an override that has run out (O4), the hold
//! group (D12), and the notes of rendering as far as Brivo's side confirms them.

use std::collections::BTreeSet;

use crate::access::text::Phrase;
use crate::access::{GroupId, PropertyId};
use crate::desired::note::{Note, When};
use crate::desired::person::{Entry, Person};
use crate::manifest::OverrideEffect;
use crate::plan::Finding;
use crate::plan::directory::{Resolution, ids_of};
use crate::rules::{RuleId, Severity};

use super::{Judging, Outcome};

impl Judging<'_, '_> {
    /// D6.
    pub(super) fn doubles(&mut self) -> Option<Outcome> {
        if self.subject.users.len() < 2 {
            return None;
        }
        let ids: Vec<String> = self.subject.users.iter().map(|(id, _)| id.to_string()).collect();
        let text = format!(
            "several Brivo users have this external id: {}; delete or unlink all but one",
            ids.join(", ")
        );
        Some(self.freeze(Severity::Error, RuleId::D6, text))
    }

    /// D7: an `adopt` entry that cannot be followed.
    pub(super) fn adopt_problem(&mut self) -> Option<Outcome> {
        let problem = self.subject.adopt_problem.as_deref()?.to_owned();
        Some(self.freeze(Severity::Error, RuleId::D7, problem))
    }

    /// O4: an override that has run out.
    pub(super) fn run_out(&mut self) -> Option<Outcome> {
        let (one, until) = self.bench.desired.overrides.get(&self.subject.customer)?;
        if self.bench.as_of < *until {
            return None;
        }
        let text = format!("the override of {} ran out on {}: remove it, or renew it", one.owner, one.until);
        match one.effect {
            OverrideEffect::Revoke | OverrideEffect::Suspend => {
                let text = format!("{text}; until then nothing changes, so that no door opens by itself");
                Some(self.freeze(Severity::Error, RuleId::O4, text))
            }
            OverrideEffect::Freeze | OverrideEffect::Grant => {
                self.say(Severity::Error, RuleId::O4, format!("{text}; it has no effect"));
                None
            }
        }
    }

    /// D12.
    pub(super) fn on_hold(&mut self) -> Option<Outcome> {
        let key = self.bench.desired.hold_group.as_ref()?;
        let ids = ids_of(key, self.bench.account);
        let (_, user) = self.subject.user().filter(|_| !self.subject.is_adopted)?;
        let held = user.membership.known()?;
        let text = format!("in the hold group {key}: nothing changes until they are taken out of it");
        held.iter().any(|id| ids.contains(id)).then(|| self.freeze(Severity::Warning, RuleId::D12, text))
    }

    /// Notes that hold of this person now; the first that freezes decides.
    pub(super) fn notes(&mut self, person: &Person, effect: Option<OverrideEffect>) -> Option<Outcome> {
        let holding: Vec<&Note> = person
            .notes
            .iter()
            .filter(|note| note.during.holds(self.bench.as_of) && self.applies(note, person))
            .filter(|note| effect.is_none() || !yields(note, effect))
            .collect();
        let mut frozen = false;
        for note in holding {
            let lifted = note.rule == RuleId::U4 && self.bench.scope.allow_unmapped_revoke;
            let closes_at = if note.freezes { self.closes_at() } else { None };
            let (property, unit) = note.place(&person.entries);
            let finding = Finding {
                property_id: property.or_else(|| self.home_property()),
                unit: unit.cloned(),
                closes_at,
                ..self.finding(note.severity, note.rule, self.text(note, property))
            };
            if lifted {
                self.findings.push(Finding { severity: Severity::Warning, closes_at: None, ..finding });
            } else {
                frozen |= note.freezes;
                self.findings.push(finding);
            }
        }
        if frozen {
            let freezing = |finding: &Finding| finding.severity == Severity::Error;
            self.findings.retain(freezing);
        }
        frozen.then_some(Outcome::Frozen)
    }

    fn text(&self, note: &Note, property: Option<PropertyId>) -> Phrase {
        let zone = property.and_then(|id| self.bench.desired.properties.get(&id)).map(|view| view.zone);
        match note.days_from.zip(zone) {
            Some((date, zone)) => {
                let days = (zone.date(self.bench.as_of) - date).num_days();
                format!("{} ({days} {} over)", note.text, if days == 1 { "day" } else { "days" }).into()
            }
            None => note.text.clone(),
        }
    }

    /// Whether a note that only Brivo's side can confirm is confirmed.
    fn applies(&self, note: &Note, person: &Person) -> bool {
        match note.when {
            When::Always => true,
            When::Known => !self.subject.users.is_empty(),
            When::New => self.subject.users.is_empty(),
            // Added where the user is made.
            When::Created => false,
            When::HoldsThroughThis => {
                note.entry().is_some_and(|index| self.holds_only_through(person, index))
            }
        }
    }

    /// Whether somebody holds a managed group through this lease entry and through no other.
    fn holds_only_through(&self, person: &Person, index: usize) -> bool {
        let held = self.subject.held(self.bench.directory);
        let through = |entry: &Entry| -> BTreeSet<GroupId> {
            let keys = entry.home.groups.iter().chain(&entry.home.doubtful).map(|mapped| &mapped.key);
            keys.flat_map(|key| match self.bench.directory.resolve(key) {
                Resolution::Found(id) => vec![*id],
                Resolution::Several(ids) => ids.to_vec(),
                Resolution::Missing => Vec::new(),
            })
            .collect()
        };
        let others =
            person.entries.iter().enumerate().filter(|(other, entry)| *other != index && entry.gives);
        let elsewhere: BTreeSet<GroupId> = others.flat_map(|(_, entry)| through(entry)).collect();
        through(&person.entries[index]).iter().any(|id| held.contains(id) && !elsewhere.contains(id))
    }
}

/// Whether an override in force wins over the note's rule.
fn yields(note: &Note, effect: Option<OverrideEffect>) -> bool {
    let rule = note.rule.as_str();
    let of_leases =
        rule.starts_with(['T', 'L', 'P']) || matches!(note.rule, RuleId::U4 | RuleId::U12 | RuleId::U13);
    let of_reading = matches!(note.rule, RuleId::R1 | RuleId::R2);
    let takes = matches!(effect, Some(OverrideEffect::Revoke | OverrideEffect::Suspend));
    note.freezes && (of_leases || (of_reading && takes))
}
