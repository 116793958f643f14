//! What `--diff` and `--apply` begin with: the manifest, the two services (or the sandbox in their place), the question.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::Duration;
use miette::{Diagnostic, IntoDiagnostic as _};
use secrecy::{ExposeSecret as _, SecretString};

use super::load::{Loaded, load};
use super::planning::{Planned, PlanningError, Question, Services, Watch, plan};
use super::sandbox::{SandboxError, read};
use super::{now, speech};
use crate::access::{GroupId, Instant, PropertyId};
use crate::brivo::token::BrivoLogin;
use crate::cli::{self, Run, Sight};
use crate::digest::sha256;
use crate::http::error::HttpError;
use crate::http::message::parse_address;
use crate::http::pace::Pacer;
use crate::http::{Settings, Transport};
use crate::journal::Record;
use crate::journal::read::since;
use crate::manifest::{BrivoService, EntrataAuth, EntrataService, Manifest};
use crate::output::hide::Pii;
use crate::plan::guard::{Allowances, Taken};
use crate::plan::shard::Shard;
use crate::plan::{ManifestRef, Scope};
use crate::sandbox::persist::state_path;
use crate::sandbox::world::World;
use crate::sandbox::{Sandbox, Serving};
use crate::settings::{BrivoSecrets, EntrataLogIn, EntrataSecrets, Secrets, SecretsFault, secrets};
use crate::{brivo, entrata};

/// A manifest and the services it is compared on.
pub struct Session {
    /// The manifest and its files.
    pub loaded: Loaded,
    /// The two services.
    pub services: Services,
    /// The instant as of which everything is decided.
    pub as_of: Instant,
    /// What tells the Brivo account from every other one; nothing secret.
    pub account: String,
    /// The embedded services, where they are used; they stop with the session.
    pub sandbox: Option<Serving>,
    allowances: Allowances,
}

/// Why a run cannot begin.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum SessionError {
    /// A flag names a property that the manifest does not have.
    #[error("--{flag} names property {id}, which the manifest does not have; it has {}", known.join(", "))]
    #[diagnostic(code(usage::unknown_property), help("give one of the manifest's `properties` by its `id`"))]
    UnknownProperty {
        /// The flag.
        flag: &'static str,
        /// As given.
        id: PropertyId,
        /// The manifest's.
        known: Vec<String>,
    },
    /// A service's address cannot be used.
    #[error(transparent)]
    #[diagnostic(code(service::address), help("see `url`, `api_url` and `auth_url` in the manifest"))]
    Address(#[from] HttpError),
    /// The world file can't be used.
    #[error(transparent)]
    #[diagnostic(
        code(sandbox::world),
        help("name a world file without mistakes; `reconcile sandbox --generate residents=100` prints one")
    )]
    World(#[from] SandboxError),
    /// The sandbox could not start.
    #[error("the sandbox could not start: {0}")]
    #[diagnostic(
        code(sandbox::start),
        help("delete the .state.json beside the world if it is of another version")
    )]
    Sandbox(String),
}

impl Session {
    /// Loads the manifest and opens the services that the command line names.
    pub async fn begin(run: &Run) -> miette::Result<Self> {
        let ends = run.deadline.map(|deadline| tokio::time::Instant::now() + deadline);
        let settings = Settings { ends, ..Settings::default() };
        let loaded = load_aloud(&run.manifest)?;
        let wanted = run.properties.iter().map(|id| ("property", *id));
        let allowed = run.allow_revokes.iter().filter_map(|one| one.property.map(|id| ("allow-revokes", id)));
        check_properties(wanted.chain(allowed), &loaded.manifest)?;
        let sight = Sight { as_of: run.as_of, pii: run.pii, sandbox: run.sandbox.clone() };
        Self::open(&sight, settings, loaded, allowances(run)).await
    }

    /// Loads the manifest and opens the services for a command that writes nothing and looks at these properties (none = all).
    pub async fn look(manifest: &Path, sight: &Sight, properties: &[u64]) -> miette::Result<Self> {
        let loaded = load_aloud(manifest)?;
        check_properties(properties.iter().map(|id| ("property", *id)), &loaded.manifest)?;
        Self::open(sight, Settings::default(), loaded, Allowances::default()).await
    }

    async fn open(
        sight: &Sight,
        settings: Settings,
        loaded: Loaded,
        allowances: Allowances,
    ) -> miette::Result<Self> {
        match &sight.sandbox {
            Some(world) => Self::embedded(sight, settings, loaded, allowances, world).await,
            None => Self::remote(sight, settings, loaded, allowances),
        }
    }

    fn remote(
        sight: &Sight,
        settings: Settings,
        loaded: Loaded,
        allowances: Allowances,
    ) -> miette::Result<Self> {
        let manifest = &loaded.manifest;
        let log_in = match manifest.entrata.auth {
            EntrataAuth::ApiKey => EntrataLogIn::ApiKey,
            EntrataAuth::Basic => EntrataLogIn::Basic,
        };
        let secrets: Secrets = secrets(log_in).map_err(|fault: SecretsFault| fault)?;
        let account = account(&manifest.brivo, &secrets.brivo);
        let services = connect(&manifest.entrata, &manifest.brivo, secrets, settings)?;
        let as_of = sight.as_of.unwrap_or_else(now);
        Ok(Self { loaded, services, as_of: to_the_second(as_of), account, sandbox: None, allowances })
    }

    async fn embedded(
        sight: &Sight,
        settings: Settings,
        loaded: Loaded,
        allowances: Allowances,
        path: &Path,
    ) -> miette::Result<Self> {
        let world = read(path).map_err(SessionError::World)?;
        let clock = world.as_of.unwrap_or_else(now);
        let as_of = sight.as_of.unwrap_or(clock);
        let secrets = secrets_of(&world);
        let state = state_path(path);
        if state.exists() {
            let state = state.display();
            speech::note(&format!("the sandbox goes on from {state}; delete that file to begin again"));
        }
        let sandbox = Sandbox::persisted(world, path, clock)
            .map_err(|error| SessionError::Sandbox(error.to_string()))?;
        let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let serving =
            sandbox.serve(listen).await.map_err(|error| SessionError::Sandbox(error.to_string()))?;
        let entrata = EntrataService { url: serving.entrata_url.clone(), auth: EntrataAuth::ApiKey };
        let brivo = BrivoService {
            api_url: serving.brivo_api_url.clone(),
            auth_url: serving.brivo_auth_url.clone(),
            ..loaded.manifest.brivo.clone()
        };
        let account = account(&brivo, &secrets.brivo);
        let services = connect(&entrata, &brivo, secrets, settings)?;
        Ok(Self {
            loaded,
            services,
            as_of: to_the_second(as_of),
            account,
            sandbox: Some(serving),
            allowances,
        })
    }

    /// Lets the guards count what the journal's runs of the last 24 hours took (R3).
    pub fn count_taken(&mut self, journal: &Path) -> miette::Result<()> {
        let records = since(journal, now() - Duration::hours(24)).into_diagnostic()?;
        let taken = records.into_iter().filter_map(|record| {
            let Record { at, external_id, before, after, .. } = record;
            before.map(|before| Taken { at, external_id, before, after })
        });
        self.allowances.taken = Some(taken.collect());
        Ok(())
    }

    /// Stops the embedded services.
    pub async fn end(self) {
        if let Some(serving) = self.sandbox {
            serving.shutdown().await;
        }
    }

    /// Reads both sides and plans within `scope`.
    pub async fn plan(&self, scope: &Scope, watch: Watch<'_>) -> Result<Planned, PlanningError> {
        let reference: ManifestRef = self.loaded.reference();
        let question = Question {
            manifest: &self.loaded.manifest,
            reference: &reference,
            as_of: self.as_of,
            scope,
            allowances: &self.allowances,
        };
        plan(&self.services, &question, watch).await
    }
}

/// The host and a digest of the application, which belongs to one account [doc].
fn account(brivo: &BrivoService, secrets: &BrivoSecrets) -> String {
    let address = brivo.api_url.split_once("://").map_or(brivo.api_url.as_str(), |(_, rest)| rest);
    let digest = sha256(secrets.client_id.expose_secret());
    format!("{}-{}", address.split('/').next().unwrap_or(address), &digest[..8])
}

fn to_the_second(instant: Instant) -> Instant {
    use chrono::SubsecRound as _;
    instant.trunc_subsecs(0)
}

fn connect(
    entrata: &EntrataService,
    brivo: &BrivoService,
    secrets: Secrets,
    settings: Settings,
) -> Result<Services, SessionError> {
    let Secrets {
        entrata: entrata_secrets,
        brivo: BrivoSecrets { api_key, client_id, client_secret, username, password },
    } = secrets;
    let auth = match entrata_secrets {
        EntrataSecrets::ApiKey(key) => entrata::Auth::ApiKey(key),
        EntrataSecrets::Basic { username, password } => {
            entrata::Auth::Basic { username: username.expose_secret().to_owned(), password }
        }
    };
    let entrata = entrata::Client::new(Transport::network(settings)?, parse_address(&entrata.url)?, auth);
    let paced = Transport::network(settings)?.paced(Pacer::new(brivo.calls_per_second));
    let login = BrivoLogin { api_key, client_id, client_secret, username, password };
    let brivo = brivo::Client::new(paced, &brivo.api_url, &brivo.auth_url, login)?;
    Ok(Services { entrata, brivo })
}

fn secrets_of(world: &World) -> Secrets {
    let secret = |text: &String| SecretString::from(text.clone());
    let held = &world.secrets;
    Secrets {
        entrata: EntrataSecrets::ApiKey(secret(&held.entrata_api_key)),
        brivo: BrivoSecrets {
            api_key: secret(&held.brivo_api_key),
            client_id: secret(&held.brivo_client_id),
            client_secret: secret(&held.brivo_client_secret),
            username: secret(&held.brivo_username),
            password: secret(&held.brivo_password),
        },
    }
}

/// Loads the manifest and shows its warnings.
fn load_aloud(path: &Path) -> miette::Result<Loaded> {
    let loaded = load(path)?;
    loaded.warnings.iter().for_each(|warning| speech::show(warning));
    Ok(loaded)
}

/// Whether the manifest has every property that a flag names.
fn check_properties(
    named: impl Iterator<Item = (&'static str, u64)>,
    manifest: &Manifest,
) -> Result<(), SessionError> {
    let known: BTreeSet<PropertyId> = manifest.properties.iter().map(|property| property.id).collect();
    let decommissioned = |id: &PropertyId| manifest.decommission.iter().any(|entry| entry.property == *id);
    let mut named = named.map(|(flag, id)| (flag, PropertyId(id)));
    match named.find(|(_, id)| !known.contains(id) && !decommissioned(id)) {
        Some((flag, id)) => {
            let known = known.iter().map(ToString::to_string).collect();
            Err(SessionError::UnknownProperty { flag, id, known })
        }
        None => Ok(()),
    }
}

fn allowances(run: &Run) -> Allowances {
    let mut allowances = Allowances::default();
    for one in &run.allow_revokes {
        match one.property {
            Some(property) => drop(allowances.up_to.insert(PropertyId(property), one.people)),
            None => drop(allowances.exact.insert(one.people)),
        }
    }
    let grants = run.allow_grants.iter().map(|one| (GroupId(one.group), one.people));
    allowances.grants = grants.collect();
    allowances
}

/// The flags that shape the plan.
pub fn scope(run: &Run) -> Scope {
    let properties: BTreeSet<PropertyId> = run.properties.iter().copied().map(PropertyId).collect();
    let customers: BTreeSet<String> = run.customers.iter().cloned().collect();
    Scope {
        properties: properties.into_iter().collect(),
        customers: customers.into_iter().collect(),
        shard: run.shard.and_then(|cli::Part { part, of }| Shard::new(part, of)),
        prune: run.prune,
        allow_unmapped_revoke: run.allow_unmapped_revoke,
    }
}

/// Whether names, e-mails and phones are shown (R10).
pub fn pii(wanted: Option<cli::Pii>) -> Pii {
    let hides = wanted.map_or_else(is_ci, |pii| pii == cli::Pii::Hide);
    if hides { Pii::Hide } else { Pii::Show }
}

/// Whether a build service runs this.
pub fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}
