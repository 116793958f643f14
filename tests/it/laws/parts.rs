//! Several jobs, each with its part of the properties, plan together what one job plans.

use std::collections::BTreeMap;

use proptest::prelude::*;
use reconcile::access::shard::Shard;
use reconcile::desired::render;
use reconcile::plan::between::{Inputs, between};
use reconcile::plan::directory::Directory;
use reconcile::plan::guard::Allowances;
use reconcile::plan::{Calls, ManifestRef, Plan, Scope};

use super::worlds::{Drawn, drawn, manifest};

fn plan(drawn: &Drawn, max_revokes: u64, shard: Option<Shard>) -> Plan {
    let mut manifest = manifest(&drawn.policy);
    for property in &mut manifest.properties {
        property.policy.guard.max_revokes = max_revokes;
        property.policy.guard.max_revoke_percent = 0;
    }
    let desired = render(&manifest, &drawn.roster);
    between(&Inputs {
        desired: &desired,
        account: &drawn.account,
        directory: &Directory::of(&desired, &drawn.account),
        as_of: drawn.as_of,
        scope: &Scope { shard, ..Scope::default() },
        allowances: &Allowances::default(),
        manifest: &ManifestRef { paths: vec!["reconcile.yaml".to_owned()], sha256: String::new() },
        calls: Calls::default(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_parts_together_are_the_whole(drawn in drawn(), of in 1..5u32, max_revokes in prop_oneof![Just(1000u64), 0..3u64]) {
        let whole = plan(&drawn, max_revokes, None);
        let parts: Vec<Plan> =
            (1..=of).map(|part| plan(&drawn, max_revokes, Shard::new(part, of))).collect();
        let mut changes = BTreeMap::new();
        for change in parts.iter().flat_map(|part| &part.changes) {
            let twice = changes.insert(change.external_id.clone(), change.clone());
            prop_assert_eq!(twice, None, "somebody is in two parts");
        }
        let expected: BTreeMap<_, _> =
            whole.changes.iter().map(|change| (change.external_id.clone(), change.clone())).collect();
        prop_assert_eq!(changes, expected);
        let mut findings: Vec<String> =
            parts.iter().flat_map(|part| &part.findings).map(|finding| format!("{finding:?}")).collect();
        findings.sort();
        findings.dedup();
        let mut expected: Vec<String> = whole.findings.iter().map(|finding| format!("{finding:?}")).collect();
        expected.sort();
        prop_assert_eq!(findings, expected);
        for part in &parts {
            prop_assert_eq!(&part.guards, &whole.guards, "every job holds back what the whole would");
        }
        let sum = |count: fn(&Plan) -> u64| parts.iter().map(count).sum::<u64>();
        prop_assert_eq!(sum(|plan| plan.summary.frozen), whole.summary.frozen);
        prop_assert_eq!(sum(|plan| plan.summary.unchanged), whole.summary.unchanged);
        let held: usize = parts.iter().map(|part| part.held.len()).sum();
        prop_assert_eq!(held, whole.held.len());
        prop_assert_eq!(parts.iter().filter_map(|part| part.next_boundary).min(), whole.next_boundary);
    }
}
