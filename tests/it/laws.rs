//! Laws of the core, over worlds drawn at random: what a plan makes so needs no second plan; who is not ours is never touched; a
//! faulty read never takes more than a whole one; rendering depends on its inputs and on nothing else.

mod ahead;
mod cached;
mod clocks;
mod enact;
mod parts;
mod served;
mod wire;
mod worlds;
mod year;

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use proptest::prelude::*;
use reconcile::access::{Account, ExternalId, GroupId, Window};
use reconcile::desired::render;
use reconcile::plan::between::{Inputs, between};
use reconcile::plan::directory::Directory;
use reconcile::plan::guard::Allowances;
use reconcile::plan::{Calls, Change, ManifestRef, Plan, Scope};
use reconcile::roster::Roster;

use enact::enact;
use worlds::{Drawn, damage, drawn, manifest, shuffled};

fn plan(drawn: &Drawn, roster: &Roster, account: &Account) -> Plan {
    let manifest = manifest(&drawn.policy);
    let desired = render(&manifest, roster);
    between(&Inputs {
        desired: &desired,
        account,
        directory: &Directory::of(&desired, account),
        as_of: drawn.as_of,
        scope: &Scope::default(),
        allowances: &Allowances::default(),
        manifest: &ManifestRef { paths: vec!["reconcile.yaml".to_owned()], sha256: String::new() },
        calls: Calls::default(),
    })
}

/// So many worlds, or as many as `PROPTEST_CASES` asks for.
fn config(worlds: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { worlds };
    ProptestConfig { cases, failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(config(400))]

    /// A plan of many asks of each person only for what comes before the boundaries that it knows (T25).
    #[test]
    fn an_instant_from_which_on_nobody_asks_hides_no_earlier_boundary(drawn in drawn()) {
        let desired = render(&manifest(&drawn.policy), &drawn.roster);
        let next = |person, sooner| desired.next_change(person, drawn.as_of, None, sooner);
        let all: Vec<DateTime<Utc>> = desired.everybody().filter_map(|person| next(person, None)).collect();
        let asked = all.iter().flat_map(|at| [-1, 0, 1].map(|seconds| *at + Duration::seconds(seconds)));
        for sooner in asked.chain([drawn.as_of]) {
            for person in desired.everybody() {
                let earlier = next(person, None).filter(|at| *at < sooner);
                prop_assert_eq!(next(person, Some(sooner)), earlier, "{:?}", person.customer);
            }
        }
    }

    #[test]
    fn what_a_plan_makes_so_needs_no_second_plan(drawn in drawn()) {
        let first = plan(&drawn, &drawn.roster, &drawn.account);
        let after = enact(&first, &drawn.account);
        let second = plan(&drawn, &drawn.roster, &after);
        prop_assert_eq!(second.changes, vec![]);
    }

    #[test]
    fn who_is_not_ours_is_never_written(drawn in drawn()) {
        let planned = plan(&drawn, &drawn.roster, &drawn.account);
        for change in &planned.changes {
            prop_assert!(change.external_id.as_str().starts_with("entrata:"));
            if let Some(user) = change.brivo_user_id {
                prop_assert_eq!(drawn.account.users[&user].external_id.as_ref(), Some(&change.external_id));
            }
        }
    }

    #[test]
    fn groups_outside_the_manifest_never_appear(drawn in drawn()) {
        let planned = plan(&drawn, &drawn.roster, &drawn.account);
        let foreign = |change: &Change| {
            let sides = change.before.iter().chain(&change.after);
            sides.flat_map(|image| &image.groups).any(|group| group.name.starts_with("Staff"))
        };
        prop_assert!(!planned.changes.iter().any(foreign));
    }

    #[test]
    fn the_order_of_the_inputs_does_not_matter(drawn in drawn(), seed in any::<u64>()) {
        let one = plan(&drawn, &drawn.roster, &drawn.account);
        let other = plan(&drawn, &shuffled(&drawn.roster, seed), &drawn.account);
        prop_assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&other).unwrap());
    }

    #[test]
    fn a_faulty_read_never_takes_more(drawn in drawn(), seed in any::<u64>()) {
        let whole = plan(&drawn, &drawn.roster, &drawn.account);
        let faulty = plan(&drawn, &damage(&drawn.roster, seed), &drawn.account);
        let frozen: BTreeSet<ExternalId> = frozen(&whole);
        for taken in takings(&faulty) {
            prop_assert!(
                frozen.contains(&taken.0) || covers(&takings(&whole), &taken),
                "taken on the damaged answers only: {:?}\nwhole: {:?}", taken, takings(&whole)
            );
        }
    }
}

/// People whom the whole answers freeze.
fn frozen(plan: &Plan) -> BTreeSet<ExternalId> {
    let errors = plan.findings.iter().filter(|finding| finding.severity == reconcile::rules::Severity::Error);
    errors.filter_map(|finding| finding.external_id.clone()).collect()
}

/// What a plan takes from somebody: a group, or time.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Taken {
    Group(GroupId),
    Until(Window),
}

fn takings(plan: &Plan) -> Vec<(ExternalId, Taken)> {
    let mut takings = Vec::new();
    for change in &plan.changes {
        let Some(before) = &change.before else { continue };
        let kept: BTreeSet<GroupId> =
            change.after.iter().flat_map(|after| &after.groups).map(|group| group.id).collect();
        let lost = before.groups.iter().map(|group| group.id).filter(|id| !kept.contains(id));
        takings.extend(lost.map(|id| (change.external_id.clone(), Taken::Group(id))));
        let Some(after) = &change.after else { continue };
        let dates = |image: &reconcile::plan::Image| Window::new(image.effective_from, image.effective_to);
        if narrows(dates(before), dates(after)) {
            takings.push((change.external_id.clone(), Taken::Until(dates(after))));
        }
    }
    takings
}

fn narrows(held: Window, wanted: Window) -> bool {
    held.hull(&wanted) != wanted
}

/// Whether `all` takes at least as much.
fn covers(all: &[(ExternalId, Taken)], one: &(ExternalId, Taken)) -> bool {
    all.iter().any(|(person, taken)| {
        *person == one.0
            && match (taken, &one.1) {
                (Taken::Group(a), Taken::Group(b)) => a == b,
                (Taken::Until(whole), Taken::Until(faulty)) => faulty.hull(whole) == *faulty,
                _ => false,
            }
    })
}
