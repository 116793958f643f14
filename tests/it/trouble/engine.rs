//! Plans and applies in this process on a paused clock, through the real clients.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use reconcile::apply::stop::Stop;
use reconcile::apply::{Options, Outcome};
use reconcile::brivo::token::BrivoLogin;
use reconcile::commands::planning::{Leases, Question, Services, plan};
use reconcile::http::Transport;
use reconcile::http::message::parse_address;
use reconcile::http::pace::Pacer;
use reconcile::plan::guard::Allowances;
use reconcile::plan::{ManifestRef, Plan, Scope};
use reconcile::{apply, brivo, entrata, manifest};
use secrecy::SecretString;

use super::house::House;

/// A run's plan, and what became of it.
pub(super) struct Ran {
    pub(super) plan: Plan,
    pub(super) outcome: Outcome,
    /// Calls of Brivo to plan, and to apply.
    pub(super) calls: [u64; 2],
    /// How long each took.
    pub(super) took: [std::time::Duration; 2],
}

/// One run, without `--apply`'s lock and questions; the error where there is no plan.
pub(super) async fn run(house: &House, router: axum::Router, calls_per_second: u32) -> Result<Ran, String> {
    let text = House::manifest("http://127.0.0.1:1", calls_per_second);
    let (manifest, faults) = manifest::parse(&[("reconcile.yaml".to_owned(), text)]);
    let manifest = manifest.unwrap_or_else(|| panic!("{faults:?}"));
    let services = services(router, calls_per_second);
    let reference = ManifestRef { paths: vec!["reconcile.yaml".to_owned()], sha256: String::new() };
    let scope = Scope {
        properties: Vec::new(),
        customers: Vec::new(),
        shard: None,
        prune: false,
        allow_unmapped_revoke: false,
    };
    let question = Question {
        manifest: &manifest,
        reference: &reference,
        as_of: house.today,
        scope: &scope,
        allowances: &Allowances::default(),
        leases: Leases::Go,
    };
    let begun = tokio::time::Instant::now();
    let planned = plan(&services, &question, &|_, _, _| {}).await.map_err(|error| error.to_string())?;
    let (read, reading) = (services.brivo.transport().calls(), begun.elapsed());
    let options = Options {
        at_once: NonZeroUsize::new(20).unwrap(),
        held: &planned.plan.held,
        look_up_first: &BTreeSet::new(),
        journal: None,
        on_event: &|_| {},
        stop: &Stop::default(),
        calls_left: None,
    };
    let outcome = apply::run(&services.brivo, &planned.plan, &options).await;
    let (wrote, writing) =
        (services.brivo.transport().calls() - read, begun.elapsed().saturating_sub(reading));
    Ok(Ran { plan: planned.plan, outcome, calls: [read, wrote], took: [reading, writing] })
}

fn services(router: axum::Router, calls_per_second: u32) -> Services {
    let secret = || SecretString::from("sandbox");
    let address = parse_address("http://127.0.0.1:1/ext/orgs/sandbox/v1").unwrap();
    let to_entrata = Transport::in_process(router.clone());
    let login = BrivoLogin {
        api_key: secret(),
        client_id: secret(),
        client_secret: secret(),
        username: secret(),
        password: secret(),
    };
    let to_brivo = Transport::in_process(router).paced(Pacer::new(calls_per_second));
    let brivo = brivo::Client::new(to_brivo, "http://127.0.0.1:1/v1/api", "http://127.0.0.1:1", login);
    Services {
        entrata: entrata::Client::new(to_entrata, address, entrata::Auth::ApiKey(secret())),
        brivo: brivo.unwrap(),
    }
}
