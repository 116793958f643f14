//! Findings, gathered: those of one severity, rule and property are one thing to read.

use std::collections::BTreeMap;

use super::clock::Clock;
use super::count;
use crate::access::PropertyId;
use crate::plan::Finding;
use crate::rules::RuleId;
use crate::rules::Severity;

/// How many of a gathering are told one by one.
const TOLD: usize = 3;

/// Findings of one severity, rule and property.
#[derive(Debug)]
pub(super) struct Gathering<'a> {
    pub(super) severity: Severity,
    pub(super) rule: RuleId,
    pub(super) property: Option<PropertyId>,
    findings: Vec<&'a Finding>,
}

impl<'a> Gathering<'a> {
    pub(super) fn len(&self) -> usize {
        self.findings.len()
    }

    /// Those that are told one by one.
    pub(super) fn told(&self) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().copied().take(TOLD)
    }

    /// Those that are not.
    pub(super) fn rest(&self) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().copied().skip(TOLD)
    }

    /// How many are not.
    pub(super) fn untold(&self) -> usize {
        self.findings.len().saturating_sub(TOLD)
    }
}

/// Gathers them: errors first, then by property (those of none last), then by rule.
pub(super) fn gather(findings: &[Finding]) -> Vec<Gathering<'_>> {
    let mut gathered = BTreeMap::new();
    for finding in findings {
        let key = (finding.severity, finding.property_id.is_none(), finding.property_id, finding.rule);
        gathered.entry(key).or_insert_with(Vec::new).push(finding);
    }
    let gathering =
        |((severity, _, property, rule), findings)| Gathering { severity, rule, property, findings };
    gathered.into_iter().map(gathering).collect()
}

/// Whom or what a finding is about, not escaped; empty where it names nobody.
pub(super) fn subject(finding: &Finding) -> String {
    let person = finding.external_id.as_ref().map(ToString::to_string);
    let unit = finding.unit.as_ref().map(|unit| format!("unit {unit}"));
    person.into_iter().chain(unit).collect::<Vec<_>>().join(", ")
}

/// What a finding says, not escaped: its message, and what closes or is still held all the same.
pub(super) fn sentence(finding: &Finding, clock: &Clock) -> String {
    let closes =
        finding.closes_at.map(|at| format!("Brivo closes the door all the same at {}", clock.short(at)));
    let held = finding.credentials.map(|number| format!("credentials: {number}"));
    let parts = [Some(finding.message.to_string()), closes, held];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// As `2 errors, 1 warning`; empty where there are no findings.
pub(super) fn counted(findings: &[Finding]) -> String {
    let kinds = [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Info, "note", "notes"),
    ];
    let number = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let parts = kinds.map(|(severity, one, many)| (number(severity), one, many));
    let told = parts.into_iter().filter(|(number, ..)| *number > 0);
    told.map(|(number, one, many)| count(number, one, many)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{counted, gather};
    use crate::access::PropertyId;
    use crate::output::example;
    use crate::rules::RuleId;
    use crate::rules::Severity;

    #[test]
    fn errors_come_first_and_those_of_no_property_last() {
        let plan = example::plan();
        let gathered = gather(&plan.findings);
        let keys: Vec<_> =
            gathered.iter().map(|one| (one.severity, one.rule, one.property, one.len())).collect();
        let (alder, birch) = (Some(PropertyId(500_001)), Some(PropertyId(500_002)));
        assert_eq!(
            keys,
            [
                (Severity::Error, RuleId::T18, alder, 1),
                (Severity::Error, RuleId::U4, alder, 5),
                (Severity::Warning, RuleId::D10, birch, 1),
                (Severity::Warning, RuleId::D11, None, 1),
                (Severity::Info, RuleId::T20, alder, 1),
            ]
        );
        assert_eq!((gathered[1].told().count(), gathered[1].untold()), (3, 2));
        assert_eq!((gathered[0].told().count(), gathered[0].untold()), (1, 0));
    }

    #[test]
    fn counts_name_only_what_is_there() {
        let findings = example::plan().findings;
        assert_eq!(counted(&findings), "6 errors, 2 warnings, 1 note");
        assert_eq!(counted(&findings[..0]), "");
    }
}
