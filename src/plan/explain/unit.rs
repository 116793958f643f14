//! One unit: what the manifest maps it to, who is on its leases, and who holds its groups without being on one.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::access::text::Text;
use crate::access::{ExternalId, GroupId, PropertyId};
use crate::desired::unit::Mapping;
use crate::plan::assess::Bench;
use crate::plan::between::{Sides, on_bench};
use crate::plan::directory::Directory;
use crate::plan::subject::{Subject, Subjects};
use crate::roster::{Lease, Unit};

use super::lease::opened;
use super::person::explained;
use super::{Evidence, PersonExplained, UnitExplained, UnitLease};

/// Explains every unit of that number, or with a space of that name, in these properties (none = all); `mapped` tells what the
/// manifest maps a unit to.
pub fn units(
    evidence: &Evidence<'_>,
    wanted: &str,
    within: &BTreeSet<PropertyId>,
    mapped: impl Fn(PropertyId, &Unit) -> Arc<Mapping>,
) -> Vec<UnitExplained> {
    let Evidence { desired, account, plan, roster } = *evidence;
    let directory = &Directory::of(desired, account);
    let (scope, as_of) = (&plan.scope, plan.as_of);
    on_bench(&Sides { desired, account, directory, scope, as_of }, |bench, subjects| {
        let records = roster.properties.iter().filter(|(id, _)| within.is_empty() || within.contains(id));
        let units =
            records.flat_map(|(id, record)| record.units.iter().flatten().map(move |unit| (*id, unit)));
        let wanted = units.filter(|(_, unit)| is_meant(unit, wanted));
        let explained = wanted.map(|(property, unit)| {
            let telling = Telling { evidence, bench, subjects, property, unit };
            telling.explained(&mapped(property, unit))
        });
        explained.collect()
    })
}

fn is_meant(unit: &Unit, wanted: &str) -> bool {
    unit.number == wanted || unit.spaces.iter().any(|space| space.name == wanted)
}

struct Telling<'t, 'a> {
    evidence: &'t Evidence<'t>,
    bench: &'t Bench<'a>,
    subjects: &'a Subjects<'a>,
    property: PropertyId,
    unit: &'t Unit,
}

impl Telling<'_, '_> {
    fn explained(&self, mapping: &Mapping) -> UnitExplained {
        let leases = self.leases();
        let on_a_lease: BTreeSet<&ExternalId> =
            leases.iter().flat_map(|lease| &lease.people).map(|person| &person.external_id).collect();
        let others = self.others(mapping, &on_a_lease);
        let labels: Vec<&str> = self.unit.spaces.iter().map(|space| space.name.as_str()).collect();
        let findings = self.evidence.plan.findings.iter().filter(|finding| {
            let named = finding.unit.as_deref();
            let is_here = named.is_some_and(|unit| self.unit.number == unit || labels.contains(&unit));
            finding.external_id.is_none() && finding.property_id == Some(self.property) && is_here
        });
        UnitExplained {
            property: self.property,
            number: self.unit.number.clone(),
            building: self.unit.building.clone(),
            spaces: if labels.len() > 1 {
                labels.iter().map(|label| Text::from(*label)).collect()
            } else {
                Vec::new()
            },
            as_of: self.bench.as_of,
            opens: mapping.groups.iter().map(|mapped| opened(self.bench, mapped)).collect(),
            findings: findings.cloned().collect(),
            leases,
            others,
        }
    }

    fn leases(&self) -> Vec<UnitLease> {
        let leases = self.evidence.roster.leases.iter().filter(|lease| self.is_here(lease));
        let told = leases.map(|lease| UnitLease {
            lease: lease.id.clone(),
            spaces: lease.spaces.iter().map(|space| space.name.clone()).collect(),
            status: lease.status.name().to_owned(),
            people: self.people(lease),
        });
        told.collect()
    }

    fn is_here(&self, lease: &Lease) -> bool {
        let by_space =
            || lease.spaces.iter().any(|space| self.unit.spaces.iter().any(|own| own.id == space.id));
        let by_unit = lease.unit.as_ref().map(|unit| *unit == self.unit.id);
        lease.property == self.property && by_unit.unwrap_or_else(by_space)
    }

    fn people(&self, lease: &Lease) -> Vec<PersonExplained> {
        let mut seen = BTreeSet::new();
        let ids = lease.residents.iter().map(|one| ExternalId::of(&self.bench.desired.prefix, &one.customer));
        let subjects = ids.filter(|id| seen.insert(id.clone())).filter_map(|id| self.subjects.get(&id));
        subjects.map(|subject| explained(self.evidence, self.bench, subject)).collect()
    }

    /// Managed users in a group that stands for this unit, and on none of its leases.
    fn others(&self, mapping: &Mapping, on_a_lease: &BTreeSet<&ExternalId>) -> Vec<PersonExplained> {
        let directory = self.bench.directory;
        let groups = mapping.groups.iter().filter_map(|mapped| directory.found(&mapped.key));
        let own: BTreeSet<GroupId> = groups.filter(|id| directory.is_unit_group(*id)).collect();
        let holds = |subject: &&Subject<'_>| !subject.held(directory).is_disjoint(&own);
        let others = self.subjects.all().iter().filter(|subject| !on_a_lease.contains(&subject.external_id));
        others.filter(holds).map(|subject| explained(self.evidence, self.bench, subject)).collect()
    }
}
