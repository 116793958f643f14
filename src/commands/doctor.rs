//! `doctor`: whether a run would work, check by check, and what to do where it would not. It reads, and writes nothing in either service.

mod account;
mod groups;
mod leases;
mod machine;
mod setup;

use miette::IntoDiagnostic as _;

use super::session::live::Live;
use super::session::{Readable as _, pii};
use super::{Exit, now, speech};
use crate::access::Instant;
use crate::cli::Doctor;
use crate::manifest::Manifest;
use crate::output::doctor::{self, Check, Verdict};
use crate::output::hide::Pii;

/// Checks the set-up from the manifest outwards, and prints each part as soon as it is known.
pub async fn run(asked: &Doctor) -> miette::Result<Exit> {
    let mut told = Told { worst: Verdict::Ok };
    if let Some(loaded) = told.of(setup::manifest(&asked.manifest, now().date_naive()))?
        && let Some((live, as_of)) = told.of(setup::services(&asked.sight, &loaded.manifest).await)?
    {
        services(&loaded.manifest, &live, as_of, pii(asked.sight.pii), &mut told).await?;
        told.all(&machine::lock(asked, &loaded.manifest, &live).await)?;
        live.end().await;
    }
    told.all(&machine::journal(asked.journal.as_deref()))?;
    Ok(if told.worst == Verdict::Fail { Exit::Error } else { Exit::Done })
}

async fn services(
    manifest: &Manifest,
    live: &Live,
    as_of: Instant,
    pii: Pii,
    told: &mut Told,
) -> miette::Result<()> {
    let date = as_of.date_naive();
    let roster = told.of(leases::entrata(&live.services.entrata, manifest, date).await)?;
    let account = told.of(account::brivo(&live.services.brivo, manifest).await)?;
    if let Some(mut account) = account {
        let units = groups::Units::of(manifest, roster.as_ref());
        told.all(&groups::named(manifest, &units, &account))?;
        told.all(&groups::strangers(live, manifest, &units, &mut account, pii).await)?;
    }
    told.all(&machine::clocks(live, now()))?;
    told.all(&machine::rates(live, manifest))
}

/// What a part of the examination found, and what the next part goes on with; nothing where it can't.
struct Found<T> {
    checks: Vec<Check>,
    then: Option<T>,
}

/// What was told so far.
struct Told {
    worst: Verdict,
}

impl Told {
    fn all(&mut self, checks: &[Check]) -> miette::Result<()> {
        self.worst = checks.iter().map(|check| check.verdict).fold(self.worst, Verdict::max);
        let mut bytes = Vec::new();
        doctor::write(&mut bytes, checks).into_diagnostic()?;
        speech::print(&String::from_utf8_lossy(&bytes))
    }

    fn of<T>(&mut self, found: Found<T>) -> miette::Result<Option<T>> {
        self.all(&found.checks)?;
        Ok(found.then)
    }
}
