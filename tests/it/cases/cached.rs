//! Every case once more, planned on what a cache kept of its services.

use reconcile::commands::planning::{Planned, Services};
use reconcile::manifest;

use super::file::{Case, Run};
use super::run::{Asked, Made, on_a_paused_clock, places, plan_of};
use super::saved::between;
use super::setting;
use crate::remembered::{kept, let_time_pass, planned_on};

/// Where a plan on a cache differs from the one without; nowhere, it should be.
pub(super) fn differences(case: &Case) -> Vec<String> {
    on_a_paused_clock(async {
        let mut problems = Vec::new();
        // What goes wrong at the nth call goes wrong in one of the readings only.
        let runs = places(case).filter(|(run, _)| !run.apply && !run.world.contains_key("faults"));
        for (run, place) in runs {
            let Ok(Made { services: Some(services), outcome: Some(Ok(live)), .. }) = plan_of(run, None).await
            else {
                continue;
            };
            match on_cache(run, &services).await {
                Ok(cached) => {
                    problems.extend(between(&live.plan, &cached.plan).map(|text| place.clone() + &text));
                }
                Err(problem) => problems.push(place + &problem),
            }
        }
        problems
    })
}

async fn on_cache(run: &Run, services: &Services) -> Result<Planned, String> {
    let (manifest, _) = manifest::parse(&[("reconcile.yaml".to_owned(), setting::manifest(run))]);
    let manifest = manifest.ok_or("the manifest has mistakes")?;
    let asked = Asked::of(run);
    let question = asked.question(run, &manifest);
    let_time_pass().await;
    let cache = kept(services, &question).await.map_err(|error| error.to_string())?;
    planned_on(&cache, services, &question).await.map_err(|error| error.to_string())
}
