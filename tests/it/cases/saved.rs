//! Every case once more, planned from what a snapshot of its services holds.

use reconcile::commands::planning::everything::read_everything;
use reconcile::commands::planning::plan;
use reconcile::commands::planning::sketch::properties;
use reconcile::commands::planning::source::Source;
use reconcile::commands::planning::{Planned, Services};
use reconcile::manifest;
use reconcile::plan::{Calls, Plan};
use reconcile::snapshot::{Header, Snapshot, save};

use super::file::{Case, Run};
use super::run::{Asked, Made, on_a_paused_clock, places, plan_of};
use super::setting;
use super::shown::told;

/// Where a plan from a snapshot differs from the one from the services; nowhere, it should be.
pub(super) fn differences(case: &Case) -> Vec<String> {
    on_a_paused_clock(async {
        let mut problems = Vec::new();
        // What goes wrong at the nth call goes wrong in one of two readings only.
        let runs = places(case).filter(|(run, _)| !run.apply && !run.world.contains_key("faults"));
        for (run, place) in runs {
            let Ok(Made { services: Some(services), outcome: Some(Ok(live)), .. }) = plan_of(run, None).await
            else {
                continue;
            };
            match from_saved(run, &services).await {
                Ok(saved) => {
                    problems.extend(between(&live.plan, &saved.plan).map(|text| place.clone() + &text));
                }
                Err(problem) => problems.push(place + &problem),
            }
        }
        problems
    })
}

async fn from_saved(run: &Run, services: &Services) -> Result<Planned, String> {
    let (manifest, _) = manifest::parse(&[("reconcile.yaml".to_owned(), setting::manifest(run))]);
    let manifest = manifest.ok_or("the manifest has mistakes")?;
    let asked = Asked::of(run);
    let question = asked.question(run, &manifest);
    let content =
        read_everything(services, &question, &|_, _, _| {}).await.map_err(|error| error.to_string())?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let header = Header::new(run.as_of, properties(&manifest));
    save(folder.path(), &header, &content).map_err(|error| error.to_string())?;
    let snapshot = Snapshot::open(folder.path()).map_err(|error| error.to_string())?;
    plan(Source::Saved(&snapshot), &question, &|_, _, _| {}).await.map_err(|error| error.to_string())
}

/// What stands in one plan and not in the other.
fn between(live: &Plan, saved: &Plan) -> impl Iterator<Item = String> {
    let differs =
        Plan { calls: Calls::default(), ..live.clone() } != Plan { calls: Calls::default(), ..saved.clone() };
    let lines = |plan: &Plan| -> Vec<String> {
        let findings =
            plan.findings.iter().map(|one| format!("{} {:?} {}", one.rule, one.severity, one.message));
        plan.changes.iter().map(told).chain(findings).collect()
    };
    let text = format!("live {:#?}, saved {:#?}", lines(live), lines(saved));
    differs.then_some(text).into_iter()
}
