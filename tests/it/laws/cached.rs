//! A cache that is right changes nothing: whatever hands and time did since it was written, as long as Brivo's stamps or lists tell.

use chrono::Duration;
use proptest::prelude::*;
use reconcile::access::{ExternalId, Personal, UserId, Window};
use reconcile::commands::planning::{Leases, Question, Services, plan};
use reconcile::digest::Key;
use reconcile::plan::between::Sides;
use reconcile::plan::guard::Allowances;
use reconcile::plan::memory::{Memory, People, recall, remember};
use reconcile::plan::{Action, Calls, Cause, Change, ManifestRef, Plan, Scope};
use reconcile::rules::RuleId;
use reconcile::sandbox::Sandbox;

use super::config;
use super::served::{applied, block, planned, services};
use super::wire::world;
use super::worlds::{drawn, manifest};
use crate::remembered::{kept, let_time_pass, planned_on};

/// What somebody did to a user by hand, in a way that Brivo's list or stamps tell.
#[derive(Debug, Clone, Copy)]
enum Hand {
    Renamed,
    Dated,
    Stopped,
    Deleted,
}

fn hands() -> impl Strategy<Value = Vec<(usize, Hand)>> {
    let hand = prop_oneof![Just(Hand::Renamed), Just(Hand::Dated), Just(Hand::Stopped), Just(Hand::Deleted)];
    proptest::collection::vec((0..50usize, hand), 0..4)
}

async fn lay_hands(services: &Services, hands: &[(usize, Hand)], at: chrono::DateTime<chrono::Utc>) {
    let users: Vec<UserId> = services.brivo.user_list(&|_, _| ()).await.unwrap().into_keys().collect();
    for (place, hand) in hands.iter().filter(|_| !users.is_empty()) {
        let user = users[place % users.len()];
        let edited = match hand {
            Hand::Deleted => services.brivo.delete_user(user).await,
            Hand::Stopped => services.brivo.set_suspended(user, true).await,
            Hand::Renamed => {
                let rename = services.brivo.replace_user(user, |record| {
                    let mut profile = record.profile().clone();
                    profile.last_name = Personal::new("Handwritten");
                    record.set_profile(&profile);
                });
                rename.await.map(drop)
            }
            Hand::Dated => {
                let window = Window::new(None, Some(at + Duration::days(400)));
                services.brivo.replace_user(user, |record| record.set_dates(window)).await.map(drop)
            }
        };
        // Somebody who was deleted a moment ago can't be edited.
        let _is_there = edited;
    }
}

fn bare(plan: &Plan) -> Plan {
    let mut plan = Plan { calls: Calls::default(), ..plan.clone() };
    for change in &mut plan.changes {
        change.cause = Cause::Entrata;
    }
    plan
}

fn causes(plan: &Plan) -> Vec<(&ExternalId, Action, Cause)> {
    plan.changes
        .iter()
        .map(|Change { external_id, action, cause, .. }| (external_id, *action, *cause))
        .collect()
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn with_a_right_cache_the_plan_is_the_one_without(drawn in drawn(), hands in hands(), days in 0..40i64) {
        let manifest = manifest(&drawn.policy);
        let sandbox = Sandbox::new(world(&drawn, &[]), drawn.as_of);
        let services = services(&sandbox, &manifest);
        let reference = ManifestRef { paths: Vec::new(), sha256: String::new() };
        let question = Question {
            manifest: &manifest,
            reference: &reference,
            as_of: drawn.as_of,
            scope: &Scope::default(),
            allowances: &Allowances::default(), leases: Leases::Go,
        };
        let later = Question { as_of: drawn.as_of + Duration::days(days), ..question };
        block(async {
            let_time_pass().await;
            let cache = kept(&services, &question).await.unwrap();
            lay_hands(&services, &hands, drawn.as_of).await;
            let_time_pass().await;
            let without = plan(&services, &later, &|_, _, _| ()).await.unwrap().plan;
            let with = planned_on(&cache, &services, &later).await.unwrap().plan;
            prop_assert_eq!(bare(&with), bare(&without));
            Ok(())
        })?;
    }

    #[test]
    fn what_a_hand_changed_since_all_was_in_order_is_drift_and_nothing_else_is(
        drawn in drawn(),
        hands in hands(),
    ) {
        let manifest = manifest(&drawn.policy);
        let sandbox = Sandbox::new(world(&drawn, &[]), drawn.as_of);
        let services = services(&sandbox, &manifest);
        let key = Key::derived("secret", "test");
        block(async {
            let first = planned(drawn.as_of, &manifest, &services).await;
            applied(&first.plan, &services).await;
            let settled = planned(drawn.as_of, &manifest, &services).await;
            let scope = Scope::default();
            let sides = Sides {
                desired: &settled.desired,
                account: &settled.account,
                directory: &settled.directory,
                scope: &scope,
                as_of: drawn.as_of,
            };
            let nobody = People::new();
            let people = remember(&settled.plan, &sides, Memory { key: &key, people: &nobody });
            lay_hands(&services, &hands, drawn.as_of).await;
            let mut after = planned(drawn.as_of, &manifest, &services).await;
            let sides = Sides {
                desired: &after.desired,
                account: &after.account,
                directory: &after.directory,
                scope: &scope,
                as_of: drawn.as_of,
            };
            recall(&mut after.plan, &sides, Memory { key: &key, people: &people });
            for (person, action, cause) in causes(&after.plan) {
                // Who was frozen until now, such as one of two users of one id, was never in order.
                let was_in_order = people.get(person).is_some_and(Option::is_some);
                prop_assert_eq!(cause == Cause::Drift, was_in_order, "{} {:?}", person, action);
            }
            let made = after.plan.changes.iter().filter(|change| change.action == Action::Create).count();
            let warned = after.plan.findings.iter().filter(|finding| finding.rule == RuleId::D2).count();
            prop_assert_eq!(made, warned);
            Ok(())
        })?;
    }
}
