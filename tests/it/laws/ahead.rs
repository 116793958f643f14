//! The law of the calendar: what is foreseen at each edge to come is what a run at that edge would change, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use reconcile::access::{Account, ExternalId, GroupId, GroupRef};
use reconcile::desired::render;
use reconcile::plan::between::Sides;
use reconcile::plan::directory::Directory;
use reconcile::plan::upcoming::{Ahead, Upcoming, upcoming};
use reconcile::plan::{Image, Plan, Scope};
use reconcile::rules::RuleId;

use super::enact::enact;
use super::worlds::{Drawn, drawn, manifest};
use super::{config, plan};

/// Who gains and loses what.
type Turns = BTreeMap<ExternalId, (BTreeSet<GroupId>, BTreeSet<GroupId>)>;

fn ids<'a>(groups: impl IntoIterator<Item = &'a GroupRef>) -> BTreeSet<GroupId> {
    groups.into_iter().map(|group| group.id).collect()
}

/// The changes of a plan that move a group or the user's own dates.
fn changed(plan: &Plan) -> Turns {
    let dates = |image: &Image| (image.effective_from, image.effective_to);
    let moved = plan.changes.iter().filter_map(|change| {
        let (before, after) = (change.before.as_deref(), change.after.as_deref());
        let held = ids(before.iter().flat_map(|image| &image.groups));
        let given = ids(after.iter().flat_map(|image| &image.groups));
        let is_moved = held != given || before.map(dates) != after.map(dates);
        let (gains, loses) = (&given - &held, &held - &given);
        is_moved.then(|| (change.external_id.clone(), (gains, loses)))
    });
    moved.collect()
}

fn foreseen(turns: &[Upcoming], at: DateTime<Utc>) -> Turns {
    use reconcile::plan::upcoming::Turn::{Freezes, Opens};
    let now = turns.iter().filter(|turn| turn.at == at && !matches!(turn.action, Opens | Freezes));
    now.map(|turn| (turn.external_id.clone(), (ids(&turn.gains), ids(&turn.loses)))).collect()
}

/// People who look like somebody else are judged by what the others have become, too: the calendar takes these as they are now.
fn lookalikes(plan: &Plan) -> BTreeSet<ExternalId> {
    let about = plan.findings.iter().filter(|finding| matches!(finding.rule, RuleId::P14 | RuleId::D7));
    about.filter_map(|finding| finding.external_id.clone()).collect()
}

fn without(mut turns: Turns, people: &BTreeSet<ExternalId>) -> Turns {
    turns.retain(|person, _| !people.contains(person));
    turns
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn what_is_foreseen_is_what_comes(drawn in drawn()) {
        let manifest = manifest(&drawn.policy);
        let desired = render(&manifest, &drawn.roster);
        let scope = Scope::default();
        let (account, as_of) = (&drawn.account, drawn.as_of);
        let directory = &Directory::of(&desired, account);
        let sides = Sides { desired: &desired, account, directory, scope: &scope, as_of };
        let turns = upcoming(&sides, Ahead::Hours(60 * 24));
        let last = drawn.as_of + chrono::Duration::days(60);
        let edges: BTreeSet<_> = desired.people.values().flat_map(|person| desired.edges(person)).collect();
        let first = plan(&drawn, &drawn.roster, &drawn.account);
        let doubtful = lookalikes(&first);
        let mut account: Account = enact(&first, &drawn.account);
        for edge in edges.into_iter().filter(|edge| *edge > drawn.as_of && *edge <= last) {
            let then = plan(&Drawn { as_of: edge, ..drawn.clone() }, &drawn.roster, &account);
            let doubtful = &doubtful | &lookalikes(&then);
            let (seen, told) = (changed(&then), foreseen(&turns, edge));
            prop_assert_eq!(without(seen, &doubtful), without(told, &doubtful), "at {}", edge);
            account = enact(&then, &account);
        }
    }
}
