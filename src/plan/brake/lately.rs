//! What the runs of the last day took, by property: what `guard.max_revokes_per_day` counts (R3).

use crate::manifest::Guard;
use crate::plan::Finding;
use crate::plan::between::Comparing;
use crate::plan::guard::{Allowances, Lately, Taken};
use crate::plan::subject::Subjects;
use crate::plan::target::{holding, takes};
use crate::rules::{RuleId, Severity};

impl Comparing<'_, '_> {
    /// Who lost something of which property.
    pub(super) fn lately(&self, subjects: &Subjects<'_>, allowances: &Allowances) -> Lately {
        let mut lately = Lately::new();
        for taken in allowances.taken.iter().flatten().filter(|taken| is_loss(taken)) {
            let person = subjects.get(&taken.external_id).and_then(|subject| subject.person);
            for property in self.people_of(person, &holding(&taken.before)) {
                lately.entry(property).or_default().insert(taken.external_id.clone());
            }
        }
        lately
    }

    /// Without a journal nobody knows what earlier runs took.
    pub(super) fn uncounted(&self, allowances: &Allowances) -> Vec<Finding> {
        if allowances.taken.is_some() {
            return Vec::new();
        }
        let is_limited = |guard: &Guard| guard.max_revokes_per_day.is_some();
        let properties = self.bench.desired.properties.iter();
        let limited = properties.filter(|(_, view)| is_limited(&view.policy.guard));
        let finding = |property| {
            Finding {
            severity: Severity::Warning,
            rule: RuleId::R3,
            property_id: Some(property),
            unit: None,
            external_id: None,
            message: "`guard.max_revokes_per_day` is held against this run alone: what others took is in no journal that was given (--journal, with --diff --history)"
                .into(),
            closes_at: None,
            credentials: None,
        }
        };
        limited.map(|(id, _)| finding(*id)).collect()
    }
}

fn is_loss(taken: &Taken) -> bool {
    let Taken { at, external_id: _, before, after } = taken;
    after.as_ref().is_none_or(|after| takes(&holding(before), &holding(after), *at))
}
