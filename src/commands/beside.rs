//! What a run tells beside its result: events while it goes on, and at its end metrics, a `JUnit` report, and what GitHub Actions asks
//! for. None of it changes the result: what can't be written is told as a warning, only an events file that can't be opened ends a run
//! before it begins.

mod github;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use miette::Diagnostic;

use super::planning::{Reading, Services};
use super::show::{self, Readers, replace};
use super::{Exit, now, speech};
use crate::apply;
use crate::cli::Run;
use crate::events::{Event, Events, Mode, Part, Problem, Service, Why};
use crate::http::retry::Kind;
use crate::http::{Transport, Waiting};
use crate::manifest::Manifest;
use crate::output::machine::{Ran, Sent, Traffic, junit, metrics};
use crate::output::{Properties, escape};
use crate::plan::{Plan, ResultStatus};
use crate::rules::Severity;

/// Where a run is told beside its result.
pub struct Beside {
    mode: Mode,
    begun: std::time::Instant,
    teller: Arc<Teller>,
    metrics: Option<PathBuf>,
    junit: Option<PathBuf>,
    github: github::Files,
    seen: Mutex<Seen>,
}

/// What was seen of the run so far.
#[derive(Default)]
struct Seen {
    plan: Option<Plan>,
    properties: Properties,
    services: Option<(Transport, Transport)>,
    /// How many twentieths of each part were told.
    told: BTreeMap<Part, u64>,
}

/// The events file cannot be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("the events file {} can't be opened: {reason}", .path.display())]
#[diagnostic(code(events::open), help("name a file in a folder that this program may write to"))]
struct NoEvents {
    path: PathBuf,
    reason: String,
}

impl Beside {
    /// Opens what is written while the run goes on.
    pub fn begin(run: &Run) -> miette::Result<Self> {
        let mode = if run.apply { Mode::Apply } else { Mode::Diff };
        let beside = Self {
            mode,
            begun: std::time::Instant::now(),
            teller: Arc::new(Teller::open(run.machines.events.as_deref())?),
            metrics: run.machines.metrics.clone(),
            junit: run.machines.junit.clone(),
            github: github::Files::from_environment(),
            seen: Mutex::default(),
        };
        beside.tell(Event::Begin { mode, tool_version: env!("CARGO_PKG_VERSION").to_owned() });
        Ok(beside)
    }

    /// Knows the properties from now on.
    pub fn know(&self, manifest: &Manifest) {
        self.seen().properties = show::properties(manifest);
    }

    /// Listens to the services' waits, and counts their calls.
    pub fn listen(&self, services: &Services) {
        let Services { entrata, brivo } = services;
        for (service, transport) in
            [(Service::Entrata, entrata.transport()), (Service::Brivo, brivo.transport())]
        {
            let teller = Arc::clone(&self.teller);
            transport.tell_waits(Box::new(move |waiting| teller.tell(wait(service, waiting))));
        }
        self.seen().services = Some((entrata.transport().clone(), brivo.transport().clone()));
    }

    /// A part of the reading got on. At most twenty lines a part are told, its begin and its end among them.
    pub fn reading(&self, what: Reading, done: u64, of: u64) {
        let part = part(what);
        let twentieths = (done * 20).checked_div(of).unwrap_or(20);
        let known = self.seen().told.insert(part, twentieths);
        if known != Some(twentieths) {
            self.tell(Event::Read { what: part, done, of });
        }
    }

    /// There is a plan.
    pub fn planned(&self, plan: &Plan) {
        let findings =
            |severity| plan.findings.iter().filter(|finding| finding.severity == severity).count() as u64;
        let tripped = plan.guards.iter().filter(|guard| guard.holds_back());
        self.tell(Event::Planned {
            fingerprint: plan.fingerprint.clone(),
            summary: plan.summary,
            errors: findings(Severity::Error),
            warnings: findings(Severity::Warning),
            notes: findings(Severity::Info),
            guards_tripped: tripped.map(|guard| guard.property_id).collect(),
            calls_to_apply: plan.calls.to_apply,
        });
    }

    /// Something happened to a change.
    pub fn writing(&self, event: apply::Event<'_>) {
        let event = match event {
            apply::Event::Started { change } => {
                Event::Writing { external_id: change.external_id.clone(), action: change.action }
            }
            apply::Event::Finished { change, result } => {
                let (external_id, action) = (change.external_id.clone(), change.action);
                let error = result.error.clone().unwrap_or_default();
                match result.status {
                    ResultStatus::Applied => Event::Written { external_id, action, held: false },
                    ResultStatus::Held => Event::Written { external_id, action, held: true },
                    ResultStatus::Failed => Event::Failed { external_id, action, error },
                }
            }
        };
        self.tell(event);
    }

    /// Keeps the plan as it is shown, with what became of it, for the end.
    pub fn keep(&self, shown: &Plan) {
        let is_wanted = self.metrics.is_some() || self.junit.is_some() || self.github.are_wanted();
        if is_wanted {
            self.seen().plan = Some(shown.clone());
        }
    }

    /// Writes what is written at the end.
    pub fn end(&self, done: &miette::Result<Exit>) {
        let exit = done.as_ref().map_or(Exit::Error, |exit| *exit).code();
        let error = done.as_ref().err().map(|report| Problem {
            code: report.code().map(|code| code.to_string()),
            message: report.to_string(),
        });
        let seen = self.seen();
        let ran = Ran {
            mode: match self.mode {
                Mode::Diff => "diff",
                Mode::Apply => "apply",
            },
            ended_at: now(),
            seconds: self.begun.elapsed().as_secs_f64(),
            exit,
            error: error.as_ref().map(|error| error.message.as_str()),
            plan: seen.plan.as_ref(),
            properties: &seen.properties,
            traffic: seen.services.as_ref().map(traffic).unwrap_or_default(),
        };
        if let Some(path) = &self.metrics {
            let earlier = std::fs::read_to_string(path).ok();
            write(path, &metrics::write(&ran, earlier.as_deref()));
        }
        if let Some(path) = &self.junit {
            write(path, &junit::write(&ran));
        }
        self.github.write(&ran);
        self.teller.tell(Event::End { exit, error });
    }

    fn tell(&self, event: Event) {
        self.teller.tell(event);
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells events where somebody asked for them; one that can't be told is the last one.
struct Teller {
    path: PathBuf,
    events: Mutex<Option<Events>>,
}

impl Teller {
    fn open(path: Option<&Path>) -> Result<Self, NoEvents> {
        let open = |path: &Path| {
            Events::open(path, escape::json)
                .map_err(|error| NoEvents { path: path.to_owned(), reason: error.to_string() })
        };
        let events = path.map(open).transpose()?;
        Ok(Self { path: path.unwrap_or(Path::new("")).to_owned(), events: Mutex::new(events) })
    }

    fn tell(&self, event: Event) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Err(error)) = events.as_ref().map(|events| events.tell(now(), event)) else { return };
        *events = None;
        speech::warn_unwritten(&self.path, &error);
    }
}

/// A report that can't be written changes nothing of the run.
fn write(path: &Path, text: &str) {
    if let Err(error) = replace(path, text, Readers::All) {
        speech::warn_unwritten(path, &error);
    }
}

fn traffic((entrata, brivo): &(Transport, Transport)) -> Traffic {
    let sent = |transport: &Transport| Sent { calls: transport.calls(), throttled: transport.throttled() };
    Traffic { entrata: sent(entrata), brivo: sent(brivo) }
}

fn wait(service: Service, Waiting { why, wait }: Waiting) -> Event {
    let why = match why {
        Kind::Unsent => Why::Unreachable,
        Kind::Lost => Why::Lost,
        Kind::Busy { after: _ } => Why::Busy,
        Kind::Throttled { after: _ } => Why::Throttled,
    };
    Event::Waiting { service, why, seconds: wait.as_secs_f64() }
}

fn part(what: Reading) -> Part {
    match what {
        Reading::Entrata => Part::Entrata,
        Reading::BrivoLists => Part::BrivoLists,
        Reading::Memberships => Part::Memberships,
        Reading::LookUps => Part::LookUps,
        Reading::Details => Part::Details,
        Reading::Snapshot => Part::Snapshot,
    }
}
