//! The two services as the manifest and the environment name them, or embedded ones from a world in their place.

use std::path::Path;

use miette::Diagnostic;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Readable, to_the_second};
use crate::access::Instant;
use crate::brivo::token::BrivoLogin;
use crate::cli::Sight;
use crate::commands::caching::Caching;
use crate::commands::planning::recall::{Budget, Line};
use crate::commands::planning::source::Source;
use crate::commands::planning::{Planned, Services};
use crate::commands::sandbox::{SandboxError, read};
use crate::commands::{budget, now, speech};
use crate::digest::{Key, sha256};
use crate::http::error::HttpError;
use crate::http::message::parse_address;
use crate::http::pace::Pacer;
use crate::http::{Settings, Transport};
use crate::manifest::{BrivoService, EntrataAuth, EntrataService, Manifest};
use crate::sandbox::persist::state_path;
use crate::sandbox::world::World;
use crate::sandbox::{Sandbox, Serving};
use crate::settings::{BrivoSecrets, EntrataLogIn, EntrataSecrets, Secrets, SecretsFault, secrets};
use crate::{brivo, entrata};

/// The services themselves, or the embedded ones.
pub struct Live {
    /// The two services.
    pub services: Services,
    /// What tells the Brivo account from every other one; nothing secret.
    pub account: String,
    /// The embedded services, where they are used; they stop with the session.
    pub sandbox: Option<Serving>,
    /// With which what is kept of the account is sealed.
    pub key: Key,
    /// What is kept from run to run, where somebody asked for it.
    pub caching: Option<Caching>,
    /// R13.
    pub budget: Option<Budget>,
}

/// Why the services can't be called.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum LiveError {
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

impl Live {
    /// The Brivo account as a saved plan names it: a sandbox is one whatever its port.
    pub fn account_label(&self) -> &str {
        if self.sandbox.is_some() { "sandbox" } else { &self.account }
    }
}

impl Readable for Live {
    fn source(&self) -> Source<'_> {
        Source::Live(Line {
            services: &self.services,
            cache: self.caching.as_ref().map(Caching::reuse),
            budget: self.budget,
        })
    }

    fn live(&self) -> Option<&Live> {
        Some(self)
    }

    async fn end(self) {
        if let Some(caching) = &self.caching {
            caching.close(self.services.brivo.transport().calls()).await;
        }
        if let Some(serving) = self.sandbox {
            serving.shutdown().await;
        }
        // The process ends: nobody needs so many small things given back.
        std::mem::forget(self.caching);
    }
}

impl Live {
    /// Adds to a plan what only earlier runs tell: whose change puts back a hand edit, and that the month's calls won't do.
    pub fn comment(&self, planned: &mut Planned) {
        if let Some(caching) = &self.caching {
            caching.recall(planned);
            caching.tell(planned);
        }
        if let Some(warning) = budget::warning(&planned.plan, self.budget) {
            planned.plan.find_pending(warning);
        }
    }

    /// Keeps what was seen, and written where the plan has results.
    pub async fn keep(&self, planned: &Planned) {
        if let Some(caching) = &self.caching {
            caching.keep(planned, self.services.brivo.transport().calls()).await;
        }
    }
}

/// Opens the services, or the embedded ones, and tells the instant as of which is decided. So many jobs share the account's calls a
/// second.
pub async fn live(
    sight: &Sight,
    manifest: &Manifest,
    settings: Settings,
    jobs: u32,
) -> miette::Result<(Live, Instant)> {
    let pacer = Pacer::shared(manifest.brivo.calls_per_second, jobs);
    let (live, clock) = match &sight.sandbox {
        Some(world) => embedded(manifest, world, settings, pacer).await?,
        None => (remote(manifest, settings, pacer)?, now()),
    };
    Ok((live, to_the_second(sight.as_of.unwrap_or(clock))))
}

fn remote(manifest: &Manifest, settings: Settings, pacer: Pacer) -> miette::Result<Live> {
    let log_in = match manifest.entrata.auth {
        EntrataAuth::ApiKey => EntrataLogIn::ApiKey,
        EntrataAuth::Basic => EntrataLogIn::Basic,
    };
    let secrets: Secrets = secrets(log_in).map_err(|fault: SecretsFault| fault)?;
    let (account, key) = (account(&manifest.brivo, &secrets.brivo), key(&secrets.brivo));
    let services = connect(&manifest.entrata, &manifest.brivo, secrets, settings, pacer)?;
    Ok(Live { services, account, sandbox: None, key, caching: None, budget: None })
}

/// The embedded services, and what their world's clock shows.
async fn embedded(
    manifest: &Manifest,
    path: &Path,
    settings: Settings,
    pacer: Pacer,
) -> miette::Result<(Live, Instant)> {
    let world = read(path).map_err(LiveError::World)?;
    let clock = world.as_of.unwrap_or_else(now);
    let secrets = secrets_of(&world);
    let state = state_path(path);
    if state.exists() {
        let state = state.display();
        speech::note(&format!("the sandbox goes on from {state}; delete that file to begin again"));
    }
    let failed = |error: std::io::Error| LiveError::Sandbox(error.to_string());
    let sandbox =
        Sandbox::persisted(world, path, now()).map_err(|error| LiveError::Sandbox(error.to_string()))?;
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let serving = sandbox.serve(listen).await.map_err(failed)?;
    let entrata = EntrataService { url: serving.entrata_url.clone(), auth: EntrataAuth::ApiKey };
    let brivo = BrivoService {
        api_url: serving.brivo_api_url.clone(),
        auth_url: serving.brivo_auth_url.clone(),
        ..manifest.brivo.clone()
    };
    let key = key(&secrets.brivo);
    let services = connect(&entrata, &brivo, secrets, settings, pacer)?;
    let account = embedded_account(path);
    Ok((Live { services, account, sandbox: Some(serving), key, caching: None, budget: None }, clock))
}

/// The host and a digest of the application, which belongs to one account [doc].
fn account(brivo: &BrivoService, secrets: &BrivoSecrets) -> String {
    let address = brivo.api_url.split_once("://").map_or(brivo.api_url.as_str(), |(_, rest)| rest);
    let digest = sha256(secrets.client_id.expose_secret());
    format!("{}-{}", address.split('/').next().unwrap_or(address), &digest[..8])
}

/// An embedded account is its world's, whatever port it listens on.
fn embedded_account(world: &Path) -> String {
    let whole = std::path::absolute(world).unwrap_or_else(|_| world.to_owned());
    format!("sandbox-{}", &sha256(whole.to_string_lossy().as_bytes())[..8])
}

/// A key that whoever has the application's secret has, and nobody else.
fn key(secrets: &BrivoSecrets) -> Key {
    Key::derived(secrets.client_secret.expose_secret(), "reconcile cache")
}

fn connect(
    entrata: &EntrataService,
    brivo: &BrivoService,
    secrets: Secrets,
    settings: Settings,
    pacer: Pacer,
) -> Result<Services, LiveError> {
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
    let to_brivo = Transport::network(settings)?.paced(pacer);
    let login = BrivoLogin { api_key, client_id, client_secret, username, password };
    let brivo = brivo::Client::new(to_brivo, &brivo.api_url, &brivo.auth_url, login)?;
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
