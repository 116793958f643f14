//! Managed users whom no reply of Entrata names (D8, D9, D11): asked about one by one, and only then let go.

use litemap::LiteMap;

use crate::access::few::Few;
use crate::access::{GroupId, Holding, User};
use crate::desired::instant::Entitlement;
use crate::manifest::{Decommission, DecommissionEffect, Enforce, OverrideEffect};
use crate::plan::incomplete::{Prune, is_elsewhere};
use crate::plan::target::{Reach, actual, target};
use crate::roster::Lookup;
use crate::rules::{RuleId, Severity};

use super::{Basis, Bench, Goal, Judging, Outcome};

impl Judging<'_, '_> {
    /// Nobody whom any reply names (D8, D9, D11).
    pub(super) fn gone(&mut self, effect: Option<OverrideEffect>) -> Outcome {
        let Some((_, user)) = self.subject.user() else { return Outcome::Nothing };
        let before = actual(user, self.bench.directory);
        if matches!(effect, Some(OverrideEffect::Revoke | OverrideEffect::Suspend)) {
            return self.without_groups(&before, effect, Basis::Leases);
        }
        if effect == Some(OverrideEffect::Grant) {
            let text = "an override grants, but there is no lease whose groups it could give";
            self.say(Severity::Error, RuleId::O3, text.to_owned());
        }
        let held: Vec<GroupId> = before.groups.keys().copied().collect();
        let Bench { desired, directory, incomplete, .. } = self.bench;
        let is_shielded = incomplete.shields(desired, directory, self.subject)
            || held.iter().any(|id| incomplete.names(directory, *id));
        if held.is_empty() {
            return if is_shielded { Outcome::Nothing } else { self.left_behind(user) };
        }
        if held.iter().all(|id| self.bench.directory.decommissioned(*id).is_some()) {
            return self.without_groups(&before, None, Basis::Decommissioned);
        }
        if is_shielded {
            return Outcome::Nothing;
        }
        match self.bench.desired.lookups.get(&self.subject.customer) {
            Some(Lookup::Missing { .. }) => self.missing(&before, user),
            Some(Lookup::Failed(problem)) => {
                let text = format!("in no reply of Entrata, and the question about them failed: {problem}");
                self.freeze(Severity::Error, RuleId::D8, text)
            }
            Some(Lookup::Found) | None => {
                let text = "in no reply of Entrata, and it was not asked about them";
                self.freeze(Severity::Error, RuleId::D8, text.to_owned())
            }
        }
    }

    /// D8: confirmed missing; P14 holds back an old user whose person goes on under another id.
    fn missing(&mut self, before: &Holding, user: &User) -> Outcome {
        if let (Some(new), Some((id, _))) =
            (self.bench.lookalikes.merged_into(self.subject), self.subject.user())
        {
            let line = format!("{{ customer: {new}, brivo_user: {id} }}");
            let text = format!(
                "Entrata knows them no more; probably merged into customer {new}: if so, write under adopt: {line}"
            );
            return self.freeze(Severity::Error, RuleId::P14, text);
        }
        if self.may_delete(user) {
            return Outcome::Delete;
        }
        self.without_groups(before, None, Basis::Missing)
    }

    /// D9.
    fn may_delete(&self, user: &User) -> bool {
        let asked_everywhere = match self.bench.desired.lookups.get(&self.subject.customer) {
            Some(Lookup::Missing { asked }) => {
                self.bench.desired.properties.keys().all(|id| asked.contains(id))
            }
            Some(Lookup::Found | Lookup::Failed(_)) | None => false,
        };
        self.bench.prune() == Prune::On
            && asked_everywhere
            && !self.bench.incomplete.is_any()
            && !is_elsewhere(&user.membership, self.bench.directory)
    }

    /// D9, D11: in no reply and in no managed group.
    fn left_behind(&mut self, user: &User) -> Outcome {
        if self.may_delete(user) {
            return Outcome::Delete;
        }
        if !is_elsewhere(&user.membership, self.bench.directory) || self.is_kept(user) {
            return Outcome::Nothing;
        }
        let text = "in no reply of Entrata and in groups that the manifest does not name: their property left it? \
                    A `decommission` entry says what becomes of them";
        self.say(Severity::Warning, RuleId::D11, text.to_owned());
        Outcome::Nothing
    }

    fn is_kept(&self, user: &User) -> bool {
        let desired = self.bench.desired;
        let found = matches!(desired.lookups.get(&self.subject.customer), Some(Lookup::Found));
        let keeps_all =
            |entry: &&Decommission| entry.groups.is_empty() && entry.effect == DecommissionEffect::Keep;
        let by_lookup = found && desired.decommission.iter().any(|entry| keeps_all(&entry));
        let known = user.membership.known().into_iter().flatten();
        let mut others = known.filter(|id| !self.bench.directory.is_managed(**id)).peekable();
        by_lookup || (others.peek().is_some() && others.all(|id| self.bench.directory.is_kept(*id)))
    }

    /// Every managed group goes, the dates stay as they are.
    fn without_groups(&mut self, before: &Holding, effect: Option<OverrideEffect>, basis: Basis) -> Outcome {
        let entitlement = Entitlement {
            groups: LiteMap::new_vec(),
            untouched: Few::default(),
            dates: None,
            enforce: Enforce { user_dates: false, credential_dates: false },
            suspended: effect == Some(OverrideEffect::Suspend),
            is_ahead: false,
            is_open: false,
        };
        let after = target(before, None, &entitlement, self.bench.directory, Reach::GroupsOfTheGone);
        Outcome::Reach(Box::new(Goal { after: after.into(), entitlement, basis }))
    }
}

impl Bench<'_> {
    fn prune(&self) -> Prune {
        if self.scope.prune { Prune::On } else { Prune::Off }
    }
}
