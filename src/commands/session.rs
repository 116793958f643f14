//! What every command that reads both sides begins with: the manifest, the two services (or the sandbox, or a snapshot in their place),
//! the question.

pub mod live;

use std::collections::BTreeSet;
use std::path::Path;

use chrono::Duration;
use miette::{Diagnostic, IntoDiagnostic as _};

use super::caching::Caching;
use super::load::{Loaded, load, load_base};
use super::planning::everything::read_everything;
use super::planning::recall::{Budget, Refresh};
use super::planning::source::Source;
use super::planning::{Base, Leases, Planned, PlanningError, Question, Watch, plan, plan_against};
use super::{now, speech};
use crate::access::shard::Shard;
use crate::access::{GroupId, Instant, PropertyId};
use crate::cache::Owner;
use crate::cli::value::Format;
use crate::cli::{self, Run, Sight};
use crate::http::Settings;
use crate::journal::Record;
use crate::journal::read::since;
use crate::manifest::Manifest;
use crate::output::hide::Pii;
use crate::plan::guard::{Allowances, Taken};
use crate::plan::{ManifestRef, Scope};
use crate::snapshot::{Content, Snapshot};
use crate::store::StoreError;
use live::{Live, live};

/// A manifest and the two sides it is compared on: the live services, or for what writes nothing also what was saved of them.
pub struct Session<S = Live> {
    /// The manifest and its files.
    pub loaded: Loaded,
    /// The manifest that it is compared with.
    base: Option<Loaded>,
    /// The instant as of which everything is decided.
    pub as_of: Instant,
    /// Where both sides are read.
    pub source: S,
    allowances: Allowances,
    leases: Leases,
}

/// The services, or what was saved of them.
pub enum Opened {
    /// The services.
    Live(Box<Live>),
    /// What was saved of them.
    Saved(Snapshot),
}

/// Where both sides can be read.
pub trait Readable {
    /// For planning.
    fn source(&self) -> Source<'_>;
    /// The services, where it is they.
    fn live(&self) -> Option<&Live>;
    /// Stops what was started.
    fn end(self) -> impl Future<Output = ()>;
}

/// Why a run cannot begin.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum SessionError {
    /// A flag names a property that the manifest does not have.
    #[error("--{flag} names property {id}, which the manifest does not have; it has {}", known.join(", "))]
    #[diagnostic(
        code(usage::unknown_property),
        help("{}give one of the manifest's `properties` by its `id`", meant(*id, known))
    )]
    UnknownProperty {
        /// The flag.
        flag: &'static str,
        /// As given.
        id: PropertyId,
        /// The manifest's.
        known: Vec<String>,
    },
}

impl Readable for Opened {
    fn source(&self) -> Source<'_> {
        match self {
            Self::Live(live) => live.source(),
            Self::Saved(snapshot) => Source::Saved(snapshot),
        }
    }

    fn live(&self) -> Option<&Live> {
        match self {
            Self::Live(live) => Some(live),
            Self::Saved(_) => None,
        }
    }

    async fn end(self) {
        match self {
            Self::Live(live) => live.end().await,
            Self::Saved(_) => {}
        }
    }
}

impl Session {
    /// Loads the manifest and opens the services that the command line names, to write.
    pub async fn begin(run: &Run, scope: &Scope) -> miette::Result<Self> {
        let loaded = load_for(run)?;
        let (mut source, as_of) = live(&sight(run), &loaded.manifest, settings(run), jobs(scope)).await?;
        remember(run, &mut source, &loaded.manifest, jobs(scope)).await?;
        Ok(Self { loaded, base: None, as_of, source, allowances: allowances(run), leases: leases(run) })
    }

    /// Loads the manifest and opens the services for a command that writes nothing and looks at these properties (none = all).
    pub async fn look(manifest: &Path, sight: &Sight, properties: &[u64]) -> miette::Result<Self> {
        let loaded = load_aloud(manifest)?;
        check_properties(properties.iter().map(|id| ("property", *id)), &loaded.manifest)?;
        let (source, as_of) = live(sight, &loaded.manifest, Settings::default(), 1).await?;
        Ok(Self {
            loaded,
            base: None,
            as_of,
            source,
            allowances: Allowances::default(),
            leases: Leases::Stay,
        })
    }

    /// Reads everything that a changed manifest may need too.
    pub async fn read_everything(&self, watch: Watch<'_>) -> Result<Content, PlanningError> {
        let (scope, reference) = (Scope::default(), self.loaded.reference());
        read_everything(&self.source.services, &self.question(&reference, &scope), watch).await
    }
}

impl Session<Opened> {
    /// Loads the manifest, and the one to compare with, and opens what the command line names, to read only.
    pub async fn view(run: &Run) -> miette::Result<Self> {
        let loaded = load_for(run)?;
        let base = run.base.as_deref().map(load_base).transpose()?;
        let (mut source, as_of) =
            open(&sight(run), settings(run), jobs(&scope(run)), run.snapshot.as_deref(), &loaded.manifest)
                .await?;
        if let Opened::Live(live) = &mut source {
            remember(run, live, &loaded.manifest, jobs(&scope(run))).await?;
        }
        Ok(Self { loaded, base, as_of, source, allowances: allowances(run), leases: leases(run) })
    }

    /// Loads the manifest and opens the services, or what was saved of them in `snapshot`, to look at these properties (none = all).
    pub async fn look_at(
        manifest: &Path,
        sight: &Sight,
        snapshot: Option<&Path>,
        properties: &[u64],
    ) -> miette::Result<Self> {
        let loaded = load_aloud(manifest)?;
        check_properties(properties.iter().map(|id| ("property", *id)), &loaded.manifest)?;
        let (source, as_of) = open(sight, Settings::default(), 1, snapshot, &loaded.manifest).await?;
        Ok(Self {
            loaded,
            base: None,
            as_of,
            source,
            allowances: Allowances::default(),
            leases: Leases::Stay,
        })
    }
}

impl<S: Readable> Session<S> {
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

    /// What the guards go by.
    pub fn allowances(&self) -> &Allowances {
        &self.allowances
    }

    /// Stops the embedded services.
    pub async fn end(self) {
        self.source.end().await;
    }

    /// Reads both sides and plans within `scope`.
    pub async fn plan(&self, scope: &Scope, watch: Watch<'_>) -> Result<Planned, PlanningError> {
        let reference = self.loaded.reference();
        let question = self.question(&reference, scope);
        let source = self.source.source();
        let mut planned = match &self.base {
            None => plan(source, &question, watch).await?,
            Some(base) => {
                let reference = base.reference();
                let base = Base { manifest: &base.manifest, reference: &reference };
                plan_against(source, &question, base, watch).await?
            }
        };
        if let Some(live) = self.source.live() {
            live.comment(&mut planned);
        }
        Ok(planned)
    }

    fn question<'a>(&'a self, reference: &'a ManifestRef, scope: &'a Scope) -> Question<'a> {
        let Self { loaded, as_of, allowances, leases, base: _, source: _ } = self;
        Question { manifest: &loaded.manifest, reference, as_of: *as_of, scope, allowances, leases: *leases }
    }
}

async fn open(
    sight: &Sight,
    settings: Settings,
    jobs: u32,
    snapshot: Option<&Path>,
    manifest: &Manifest,
) -> miette::Result<(Opened, Instant)> {
    let Some(folder) = snapshot else {
        let (live, as_of) = live(sight, manifest, settings, jobs).await?;
        return Ok((Opened::Live(Box::new(live)), as_of));
    };
    let snapshot = Snapshot::open(folder)?;
    let as_of = sight.as_of.unwrap_or(snapshot.header().taken_at);
    Ok((Opened::Saved(snapshot), to_the_second(as_of)))
}

/// Opens the cache that the command line names, and counts on `calls_per_month`.
async fn remember(run: &Run, live: &mut Live, manifest: &Manifest, jobs: u32) -> Result<(), StoreError> {
    if let Some(place) = &run.cache {
        let wanted = run.refresh.map(|refresh| match refresh {
            cli::value::Refresh::Full => Refresh::Full,
            cli::value::Refresh::Changed => Refresh::Changed,
        });
        let prefix = manifest.brivo.external_id_prefix.clone();
        let owner = Owner { account: live.account.clone(), prefix };
        live.caching = Some(Caching::open(place, wanted, owner, live.key.clone(), now()).await?);
    }
    let spent_before = live.caching.as_ref().map_or(0, Caching::spent);
    // None of several jobs at once knows what the others spend: each has its share of what is left.
    let share = |limit: u64| limit.min(spent_before + limit.saturating_sub(spent_before) / u64::from(jobs));
    live.budget = manifest.brivo.calls_per_month.map(|limit| Budget { limit: share(limit), spent_before });
    Ok(())
}

fn to_the_second(instant: Instant) -> Instant {
    use chrono::SubsecRound as _;
    instant.trunc_subsecs(0)
}

/// Loads the manifest of a run; its flags must name properties that it has.
fn load_for(run: &Run) -> miette::Result<Loaded> {
    let loaded = load_aloud(&run.manifest)?;
    let wanted = run.properties.iter().map(|id| ("property", *id));
    let allowed = run.allow_revokes.iter().filter_map(|one| one.property.map(|id| ("allow-revokes", id)));
    check_properties(wanted.chain(allowed), &loaded.manifest)?;
    Ok(loaded)
}

/// Whether what a run tells goes beyond its plan: timelines do, and so does the search for whom a flag may have meant.
fn leases(run: &Run) -> Leases {
    let tells_of_them = run.format == Format::Html || !run.customers.is_empty();
    if tells_of_them { Leases::Stay } else { Leases::Go }
}

/// How many jobs share the account's calls a second.
fn jobs(scope: &Scope) -> u32 {
    scope.shard.map_or(1, Shard::of)
}

/// How the services are called; a run's deadline counts from here.
fn settings(run: &Run) -> Settings {
    let ends = run.deadline.map(|deadline| tokio::time::Instant::now() + deadline);
    Settings { ends, ..Settings::default() }
}

fn sight(run: &Run) -> Sight {
    Sight { as_of: run.as_of, pii: run.pii, sandbox: run.sandbox.clone() }
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

/// `did you mean 500001? ` or nothing.
fn meant(id: PropertyId, known: &[String]) -> String {
    let wanted = id.to_string();
    let distance = |one: &&String| strsim::damerau_levenshtein(&wanted, one);
    let near = known.iter().min_by_key(distance).filter(|one| distance(one) <= 2);
    near.map(|near| format!("did you mean {near}? ")).unwrap_or_default()
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
        shard: run.shard.and_then(|cli::value::Part { part, of }| Shard::new(part, of)),
        prune: run.prune,
        allow_unmapped_revoke: run.allow_unmapped_revoke,
    }
}

/// Whether names, e-mails and phones are shown (R10).
pub fn pii(wanted: Option<cli::value::Pii>) -> Pii {
    let hides = wanted.map_or_else(is_ci, |pii| pii == cli::value::Pii::Hide);
    if hides { Pii::Hide } else { Pii::Show }
}

/// Whether a build service runs this.
pub fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}
