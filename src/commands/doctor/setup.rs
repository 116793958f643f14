//! What stands before the first call: the manifest, the secrets, the addresses.

use std::path::Path;
use std::time::Duration;

use chrono::NaiveDate;

use super::Found;
use crate::access::Instant;
use crate::cli::Sight;
use crate::commands::load::{LoadError, Loaded, load};
use crate::commands::session::live::{Live, live};
use crate::http::Settings;
use crate::http::retry::Policy;
use crate::manifest::{Manifest, Shown, on_date};
use crate::output::count;
use crate::output::doctor::Check;
use crate::settings::SecretsFault;

const MANIFEST: &str = "manifest";
const SECRETS: &str = "secrets";

/// Whether the manifest can be used, with its warnings, those of this date included.
pub(super) fn manifest(path: &Path, today: NaiveDate) -> Found<Loaded> {
    match load(path) {
        Ok(loaded) => {
            let dated = loaded.show(on_date(&loaded.manifest, today));
            let mut checks: Vec<Check> =
                loaded.warnings.iter().chain(&dated).map(|one| Check::warn(MANIFEST, line(one))).collect();
            let properties = count(loaded.manifest.properties.len(), "property", "properties");
            checks.insert(0, Check::ok(MANIFEST, format!("{} can be used: {properties}", path.display())));
            Found { checks, then: Some(loaded) }
        }
        Err(LoadError::Faults(faults)) => {
            let checks = faults.iter().map(|one| Check::fail(MANIFEST, line(one))).collect();
            Found { checks, then: None }
        }
        Err(error) => {
            let checks = vec![Check::fail(MANIFEST, format!("{error}. Name the manifest: doctor MANIFEST"))];
            Found { checks, then: None }
        }
    }
}

fn line(shown: &Shown) -> String {
    let fault = shown.fault();
    format!("{}: {}. {} (`reconcile validate` shows the place)", fault.file, fault.message, fault.help)
}

/// Whether the services can be called: secrets and addresses. With them the instant as of which is read.
pub(super) async fn services(sight: &Sight, manifest: &Manifest) -> Found<(Live, Instant)> {
    match live(sight, manifest, hurried(), 1).await {
        Ok((live, as_of)) => {
            let whose = if live.sandbox.is_some() { "the sandbox's own" } else { "all are there" };
            Found { checks: vec![Check::ok(SECRETS, whose)], then: Some((live, as_of)) }
        }
        Err(report) => {
            let checks = match report.downcast_ref::<SecretsFault>() {
                Some(SecretsFault { problems }) => problems
                    .iter()
                    .map(|problem| {
                        Check::fail(SECRETS, format!("{problem}. Give it in the environment, or as a file"))
                    })
                    .collect(),
                None => vec![Check::fail("services", one_line(&report))],
            };
            Found { checks, then: None }
        }
    }
}

/// The error and its help.
fn one_line(report: &miette::Report) -> String {
    report.help().map_or_else(|| report.to_string(), |help| format!("{report}. Help: {help}"))
}

/// Whoever examines does not sit out an hourly limit, nor a service that is down.
fn hurried() -> Settings {
    let retry = Policy {
        tries: 2,
        connects: 2,
        throttles: 2,
        deadline: Duration::from_secs(60),
        patience: Duration::from_secs(60),
        ..Policy::default()
    };
    Settings {
        connect_timeout: Duration::from_secs(15),
        timeout: Duration::from_secs(30),
        retry,
        ..Settings::default()
    }
}
