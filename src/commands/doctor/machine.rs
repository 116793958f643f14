//! This machine and the limits: clocks, rates, the place of the lock, the journal.

use std::fs::OpenOptions;
use std::path::Path;

use crate::access::Instant;
use crate::cli::Doctor;
use crate::commands::clock;
use crate::commands::locking::{Place, Wanted, take_at};
use crate::commands::session::live::Live;
use crate::journal::read::open_records;
use crate::lock::LockError;
use crate::manifest::Manifest;
use crate::output::count;
use crate::output::doctor::Check;

const CLOCK: &str = "clock";
const JOURNAL: &str = "journal";
const LOCK: &str = "lock";
const RATES: &str = "rates";
/// Brivo's limit for a production key, in calls a second [code].
const FASTEST: u32 = 50;

/// T27: this machine's clock against the two services'.
pub(super) fn clocks(live: &Live, now: Instant) -> Vec<Check> {
    let of = |(name, apart): (&'static str, Option<chrono::TimeDelta>)| match apart {
        None => Check::warn(CLOCK, format!("{name} has not told the time: its answers have no date")),
        Some(apart) if apart > clock::ALLOWED => Check::fail(
            CLOCK,
            format!(
                "this machine's and {name}'s are {} minutes apart, an apply refuses: set this one, with NTP (T27)",
                apart.num_minutes()
            ),
        ),
        Some(apart) => Check::ok(CLOCK, format!("{name}'s agrees within {} s", apart.num_seconds() + 1)),
    };
    clock::apart(&live.services, now).map(of).into()
}

/// What may be asked how often, by the manifest and by what the services' headers told.
pub(super) fn rates(live: &Live, manifest: &Manifest) -> Vec<Check> {
    let per_second = manifest.brivo.calls_per_second;
    let mut checks = vec![if per_second > FASTEST {
        let text =
            format!("Brivo: {per_second} calls a second, and it allows 20 to 50: lower `calls_per_second`");
        Check::warn(RATES, text)
    } else {
        Check::ok(RATES, format!("Brivo: at most {per_second} calls a second"))
    }];
    let made = live.services.brivo.transport().calls();
    checks.push(match manifest.brivo.calls_per_month {
        Some(month) if made.saturating_mul(30) > month => Check::warn(
            RATES,
            format!(
                "Brivo: this reading took {made} calls, a daily one would pass `calls_per_month` {month}"
            ),
        ),
        Some(month) => {
            Check::ok(RATES, format!("Brivo: this reading took {made} calls, {month} a month are allowed"))
        }
        None => {
            Check::ok(RATES, format!("Brivo: this reading took {made} calls; no `calls_per_month` is given"))
        }
    });
    checks.extend(live.services.entrata.limits().into_iter().map(|(method, windows)| {
        let told: Vec<String> =
            windows.iter().map(|one| format!("{} of {} a {}", one.remaining, one.limit, one.unit)).collect();
        let text = format!("Entrata: {method}: left are {}", told.join(", "));
        let is_low = windows.iter().any(|one| one.remaining.saturating_mul(10) < one.limit);
        if is_low {
            Check::warn(
                RATES,
                format!("{text}: something else uses this key up too; wait, or give it its own"),
            )
        } else {
            Check::ok(RATES, text)
        }
    }));
    checks
}

/// R7: whether an apply could take its lock.
pub(super) async fn lock(asked: &Doctor, manifest: &Manifest, live: &Live) -> Vec<Check> {
    let place = Place { lock: asked.lock.as_deref(), cache: None, world: asked.sight.sandbox.as_deref() };
    let wanted = Wanted { place, shard: None, owner: "reconcile doctor".to_owned() };
    vec![match take_at(wanted, manifest, live, |_| ()).await {
        Ok(lock) => {
            lock.release().await;
            Check::ok(LOCK, "it is free and can be taken")
        }
        Err(
            held @ (LockError::Held { .. } | LockError::Leased { .. } | LockError::HeldBySomebody { .. }),
        ) => Check::warn(LOCK, held.to_string()),
        Err(error) => Check::fail(LOCK, error.to_string()),
    }]
}

/// R12: whether records can be added, and whether a killed run left some open.
pub(super) fn journal(path: Option<&Path>) -> Vec<Check> {
    let Some(path) = path else { return Vec::new() };
    let shown = path.display();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let usable = if path.exists() {
        OpenOptions::new().append(true).open(path).map(drop)
    } else {
        tempfile::tempfile_in(folder).map(drop)
    };
    if let Err(error) = usable {
        let text = format!(
            "{shown} can't be written: {error}. Name a file in a folder that this program may write to"
        );
        return vec![Check::fail(JOURNAL, text)];
    }
    vec![match open_records(path) {
        Err(error) => Check::fail(JOURNAL, error.to_string()),
        Ok(open) if open.is_empty() => {
            Check::ok(JOURNAL, format!("{shown} can be written, nothing in it is open"))
        }
        Ok(open) => {
            let people: Vec<String> =
                open.iter().take(5).map(|record| record.external_id.to_string()).collect();
            let text = format!(
                "{shown}: of {} nobody knows whether it was written, a run was killed ({}{}): `--diff` shows what is left, an apply does it",
                count(open.len(), "change", "changes"),
                people.join(", "),
                if open.len() > 5 { ", …" } else { "" },
            );
            Check::warn(JOURNAL, text)
        }
    }]
}
