//! The real clients before a sandbox in this process, with the clock standing still.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use chrono::{DateTime, Utc};
use reconcile::apply::stop::Stop;
use reconcile::apply::{self, Options};
use reconcile::brivo::token::BrivoLogin;
use reconcile::commands::planning::{Leases, Planned, Question, Services, plan};
use reconcile::http::Transport;
use reconcile::http::message::parse_address;
use reconcile::manifest::Manifest;
use reconcile::plan::guard::Allowances;
use reconcile::plan::{ManifestRef, Plan, ResultStatus, Scope};
use reconcile::sandbox::Sandbox;
use reconcile::{brivo, entrata};
use secrecy::SecretString;

pub(super) fn services(sandbox: &Sandbox, manifest: &Manifest) -> Services {
    let secret = || SecretString::from("sandbox");
    let login = BrivoLogin {
        api_key: secret(),
        client_id: secret(),
        client_secret: secret(),
        username: secret(),
        password: secret(),
    };
    let in_process = || Transport::in_process(sandbox.router());
    let address = parse_address(&manifest.entrata.url).unwrap();
    let (api, auth) = (&manifest.brivo.api_url, &manifest.brivo.auth_url);
    Services {
        entrata: entrata::Client::new(in_process(), address, entrata::Auth::ApiKey(secret())),
        brivo: brivo::Client::new(in_process(), api, auth, login).unwrap(),
    }
}

pub(super) async fn planned(as_of: DateTime<Utc>, manifest: &Manifest, services: &Services) -> Planned {
    let reference = ManifestRef { paths: Vec::new(), sha256: String::new() };
    let question = Question {
        manifest,
        reference: &reference,
        as_of,
        scope: &Scope::default(),
        allowances: &Allowances::default(),
        leases: Leases::Go,
    };
    plan(services, &question, &|_, _, _| ()).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Applies the plan, whole.
pub(super) async fn applied(plan: &Plan, services: &Services) {
    let options = Options {
        at_once: NonZeroUsize::MIN,
        held: &plan.held,
        look_up_first: &BTreeSet::new(),
        journal: None,
        on_event: &|_| {},
        stop: &Stop::default(),
        calls_left: None,
    };
    let outcome = apply::run(&services.brivo, plan, &options).await;
    let is_whole = outcome.results.iter().all(|result| result.status == ResultStatus::Applied);
    assert!(is_whole, "{outcome:?}");
}

/// Runs with the clock standing still, so that no retry waits.
pub(super) fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}
