//! Plans a case run by run, through the real clients into the sandbox in this process.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use reconcile::access::{GroupId, PropertyId};
use reconcile::apply::stop::Stop;
use reconcile::brivo::token::BrivoLogin;
use reconcile::commands::planning::source::Source;
use reconcile::commands::planning::{Leases, Planned, PlanningError, Question, Services, plan};
use reconcile::http::Transport;
use reconcile::http::message::parse_address;
use reconcile::manifest::{self, Fault, Manifest};
use reconcile::plan::guard::Allowances;
use reconcile::plan::{ManifestRef, ResultStatus, Scope};
use reconcile::sandbox::{Sandbox, State};
use reconcile::{apply, brivo, entrata};
use secrecy::SecretString;

use super::compare::compare;
use super::file::{Case, Flags, Run};
use super::setting;
use super::shown::{came, told};

/// What is wrong with a case, line by line; nothing when it holds.
pub(super) fn problems(case: &Case) -> Vec<String> {
    on_a_paused_clock(async {
        let (mut problems, mut before) = (Vec::new(), None);
        for (run, place) in places(case) {
            match follow(run, before.as_ref()).await {
                Ok(made) => {
                    let differences = compare(&run.expect, &came(made.outcome.as_ref(), &made.faults));
                    problems.extend(differences.into_iter().map(|text| format!("{place}{text}")));
                    before = Some(made);
                }
                Err(problem) => problems.push(format!("{place}{problem}")),
            }
        }
        problems
    })
}

/// What a second plan would change once the first one is applied, run by run; nothing should be left.
pub(super) fn leftovers(case: &Case) -> Vec<String> {
    on_a_paused_clock(async {
        let (mut problems, mut held) = (Vec::new(), None);
        for (run, place) in places(case) {
            let made = plan_of(run, held.take().filter(|_| run.apply)).await;
            let Ok(made @ Made { outcome: Some(Ok(_)), .. }) = made else { continue };
            match applied(&made).await {
                Ok(state) => {
                    problems.extend(
                        changes_on(run, state.clone()).await.into_iter().map(|text| place.clone() + &text),
                    );
                    held = Some(state);
                }
                Err(problem) => problems.push(place + &problem),
            }
        }
        problems
    })
}

pub(super) fn on_a_paused_clock<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(work)
}

/// The runs, and what stands before a line about each.
pub(super) fn places(case: &Case) -> impl Iterator<Item = (&Run, String)> {
    let place = |at: usize| if at == 0 { String::new() } else { format!("then[{}]: ", at - 1) };
    case.runs.iter().enumerate().map(move |(at, run)| (run, place(at)))
}

/// A run's services and what came of it.
pub(super) struct Made {
    sandbox: Sandbox,
    pub(super) services: Option<Services>,
    faults: Vec<Fault>,
    pub(super) outcome: Option<Result<Planned, PlanningError>>,
}

/// Plans a run, on what the plan before it made of Brivo where the run says so.
async fn follow(run: &Run, before: Option<&Made>) -> Result<Made, String> {
    let state = match (run.apply, before) {
        (false, _) => None,
        (true, Some(before)) => Some(applied(before).await?),
        (true, None) => return Err("`apply` needs a run before it".to_owned()),
    };
    plan_of(run, state).await
}

/// What a plan would change where Brivo holds this.
async fn changes_on(run: &Run, state: State) -> Vec<String> {
    match plan_of(run, Some(state)).await.map(|made| made.outcome) {
        Ok(Some(Ok(planned))) => planned.plan.changes.iter().map(told).collect(),
        Ok(Some(Err(error))) => vec![error.to_string()],
        Ok(None) => Vec::new(),
        Err(problem) => vec![problem],
    }
}

pub(super) async fn plan_of(run: &Run, state: Option<State>) -> Result<Made, String> {
    let mut sandbox = Sandbox::new(setting::world(run)?, run.as_of);
    if let Some(state) = state {
        sandbox = sandbox.with_state(state);
    }
    let (manifest, mut faults) = manifest::parse(&[("reconcile.yaml".to_owned(), setting::manifest(run))]);
    let Some(manifest) = manifest else {
        return Ok(Made { sandbox, services: None, faults, outcome: None });
    };
    faults.extend(manifest::on_date(&manifest, run.as_of.date_naive()));
    let services = services(&sandbox, &manifest)?;
    let outcome = ask(run, &manifest, &services).await;
    Ok(Made { sandbox, services: Some(services), faults, outcome: Some(outcome) })
}

async fn ask(
    run: &Run,
    manifest: &Manifest,
    source: impl Into<Source<'_>>,
) -> Result<Planned, PlanningError> {
    let asked = Asked::of(run);
    plan(source, &asked.question(run, manifest), &|_, _, _| {}).await
}

/// What a run's question borrows.
pub(super) struct Asked {
    reference: ManifestRef,
    scope: Scope,
    allowances: Allowances,
}

impl Asked {
    pub(super) fn of(run: &Run) -> Self {
        let reference = ManifestRef { paths: vec!["reconcile.yaml".to_owned()], sha256: String::new() };
        let (scope, allowances) = shaped(&run.flags);
        Self { reference, scope, allowances }
    }

    pub(super) fn question<'a>(&'a self, run: &Run, manifest: &'a Manifest) -> Question<'a> {
        let Self { reference, scope, allowances } = self;
        Question { manifest, reference, as_of: run.as_of, scope, allowances, leases: Leases::Go }
    }
}

fn shaped(flags: &Flags) -> (Scope, Allowances) {
    let Flags {
        prune,
        allow_unmapped_revoke,
        properties,
        customers,
        allow_revokes,
        allow_revokes_of,
        allow_grants,
    } = flags;
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
    let grants = allow_grants.iter().map(|(group, most)| (GroupId(*group), *most)).collect();
    (scope, Allowances { exact, up_to, grants, taken: None })
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
async fn applied(made: &Made) -> Result<State, String> {
    let (Some(services), Some(Ok(planned))) = (&made.services, &made.outcome) else {
        return Err("there is no plan before it that could be applied".to_owned());
    };
    let options = apply::Options {
        at_once: NonZeroUsize::MIN,
        held: &planned.plan.held,
        look_up_first: &BTreeSet::new(),
        journal: None,
        on_event: &|_| {},
        stop: &Stop::default(),
        calls_left: None,
    };
    let outcome = apply::run(&services.brivo, &planned.plan, &options).await;
    match outcome.results.iter().find(|result| result.status == ResultStatus::Failed) {
        Some(failed) => Err(format!("could not be applied: {failed:?}")),
        None => Ok(made.sandbox.brivo_state()),
    }
}
