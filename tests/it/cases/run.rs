//! Plans a case run by run, through the real clients into the sandbox in this process.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use reconcile::access::PropertyId;
use reconcile::apply::stop::Stop;
use reconcile::brivo::token::BrivoLogin;
use reconcile::commands::planning::{Planned, PlanningError, Question, Services, plan};
use reconcile::http::Transport;
use reconcile::http::message::parse_address;
use reconcile::manifest::{self, Fault, Manifest};
use reconcile::plan::guard::Allowances;
use reconcile::plan::{ManifestRef, ResultStatus, Scope};
use reconcile::sandbox::Sandbox;
use reconcile::{apply, brivo, entrata};
use secrecy::SecretString;

use super::compare::compare;
use super::file::{Case, Flags, Run};
use super::setting;
use super::shown::came;

/// What is wrong with a case, line by line; nothing when it holds.
pub(super) fn problems(case: &Case) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(async {
        let (mut problems, mut before) = (Vec::new(), None);
        for (at, run) in case.runs.iter().enumerate() {
            let place = if at == 0 { String::new() } else { format!("then[{}]: ", at - 1) };
            match plan_of(run, before.as_ref()).await {
                Ok(made) => {
                    let result = came(&made.outcome, &made.faults);
                    problems.extend(
                        compare(&run.expect, &result).into_iter().map(|text| format!("{place}{text}")),
                    );
                    before = Some(made);
                }
                Err(problem) => problems.push(format!("{place}{problem}")),
            }
        }
        problems
    })
}

/// A run's services and what came of it.
struct Made {
    sandbox: Sandbox,
    services: Option<Services>,
    faults: Vec<Fault>,
    outcome: Option<Result<Planned, PlanningError>>,
}

async fn plan_of(run: &Run, before: Option<&Made>) -> Result<Made, String> {
    let world = setting::world(run)?;
    let mut sandbox = Sandbox::new(world, run.as_of);
    if run.apply {
        let before = before.ok_or("`apply` needs a run before it")?;
        sandbox = sandbox.with_state(applied(before).await?);
    }
    let text = setting::manifest(run);
    let (manifest, mut faults) = manifest::parse(&[("reconcile.yaml".to_owned(), text)]);
    let Some(manifest) = manifest else {
        return Ok(Made { sandbox, services: None, faults, outcome: None });
    };
    faults.extend(manifest::on_date(&manifest, run.as_of.date_naive()));
    let services = services(&sandbox, &manifest)?;
    let outcome = ask(run, &manifest, &services).await;
    Ok(Made { sandbox, services: Some(services), faults, outcome: Some(outcome) })
}

async fn ask(run: &Run, manifest: &Manifest, services: &Services) -> Result<Planned, PlanningError> {
    let reference = ManifestRef { paths: vec!["reconcile.yaml".to_owned()], sha256: String::new() };
    let (scope, allowances) = shaped(&run.flags);
    let question = Question {
        manifest,
        reference: &reference,
        as_of: run.as_of,
        scope: &scope,
        allowances: &allowances,
    };
    plan(services, &question, &|_, _, _| {}).await
}

fn shaped(flags: &Flags) -> (Scope, Allowances) {
    let Flags { prune, allow_unmapped_revoke, properties, customers, allow_revokes, allow_revokes_of } =
        flags;
    let scope = Scope {
        properties: properties.iter().copied().map(PropertyId).collect(),
        customers: customers.iter().map(setting::plain).collect(),
        shard: None,
        prune: *prune,
        allow_unmapped_revoke: *allow_unmapped_revoke,
    };
    let exact: BTreeSet<u64> = allow_revokes.iter().copied().collect();
    let up_to: BTreeMap<PropertyId, u64> =
        allow_revokes_of.iter().map(|(property, most)| (PropertyId(*property), *most)).collect();
    (scope, Allowances { exact, up_to })
}

fn services(sandbox: &Sandbox, manifest: &Manifest) -> Result<Services, String> {
    let secret = || SecretString::from("sandbox");
    let address = parse_address(&manifest.entrata.url).map_err(|error| error.to_string())?;
    let to_entrata = Transport::in_process(sandbox.router());
    let entrata = entrata::Client::new(to_entrata, address, entrata::Auth::ApiKey(secret()));
    let login = BrivoLogin {
        api_key: secret(),
        client_id: secret(),
        client_secret: secret(),
        username: secret(),
        password: secret(),
    };
    let to_brivo = Transport::in_process(sandbox.router());
    let brivo = brivo::Client::new(to_brivo, &manifest.brivo.api_url, &manifest.brivo.auth_url, login);
    Ok(Services { entrata, brivo: brivo.map_err(|error| error.to_string())? })
}

/// What Brivo holds once a run's plan is applied.
async fn applied(made: &Made) -> Result<reconcile::sandbox::State, String> {
    let (Some(services), Some(Ok(planned))) = (&made.services, &made.outcome) else {
        return Err("there is no plan before it that could be applied".to_owned());
    };
    let options = apply::Options {
        at_once: NonZeroUsize::MIN,
        held: &planned.plan.held,
        journal: None,
        on_event: &|_| {},
        stop: &Stop::default(),
    };
    let outcome = apply::run(&services.brivo, &planned.plan, &options).await;
    match outcome.results.iter().find(|result| result.status == ResultStatus::Failed) {
        Some(failed) => Err(format!("could not be applied: {failed:?}")),
        None => Ok(made.sandbox.brivo_state()),
    }
}
