//! `unlock`: who holds the lock, and taking it away from a run that can't give it back.

use std::io::IsTerminal as _;
use std::path::Path;

use miette::Diagnostic;

use super::apply::confirm::ask;
use super::locking::{Place, usual_place};
use super::session::Session;
use super::{Exit, now, speech};
use crate::access::Instant;
use crate::cli::{Sight, Unlock};
use crate::lock::Holder;
use crate::lock::file::parts::look_at_all as look_at_files;
use crate::lock::lease::parts::look_at_all;
use crate::lock::lease::{Leased, take_away};
use crate::store::address::Address;
use crate::store::{Item, Put, Version};

/// Why the lock stays.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum UnlockError {
    /// Nobody was asked.
    #[error("nobody can be asked: stdin is no terminal")]
    #[diagnostic(
        code(unlock::unconfirmed),
        help("make sure that the run has ended, and give --yes to take its lock away")
    )]
    Unconfirmed,
    /// Somebody was asked and said no.
    #[error("not confirmed: the lock stays")]
    #[diagnostic(code(unlock::declined))]
    Declined,
    /// It was renewed or released meanwhile.
    #[error("the lock `{0}` changed meanwhile and was left alone: its run is at work, or it has just ended")]
    #[diagnostic(code(unlock::changed), help("run `reconcile unlock` again to see"))]
    Changed(Address),
    /// A process of this machine holds it.
    #[error("the lock `{0}` is a file: the system lets go of it when that process ends, and not before")]
    #[diagnostic(code(unlock::file), help("end the process if it hangs; the next run finishes what it left"))]
    File(Address),
}

/// Tells who holds the lock, and takes it away.
pub async fn run(asked: &Unlock) -> miette::Result<Exit> {
    let address = match &asked.lock {
        Some(place) => Address::parse(place)?,
        None => place(asked).await?,
    };
    match &address {
        Address::File(path) => files(path, &address),
        Address::Object { .. } => {
            let held = look_at_all(Item::open(&address)?).await?;
            if held.is_empty() {
                return nobody(&address);
            }
            for (item, leased, version) in &held {
                take(item, leased, version, asked).await?;
            }
            Ok(Exit::Done)
        }
    }
}

/// Tells who has the files; only the system takes them away.
fn files(path: &Path, address: &Address) -> miette::Result<Exit> {
    let held = look_at_files(path)?;
    for (path, holder) in &held {
        let path = path.display();
        speech::print(&format!("`{path}` is held by {}\n", told(holder.as_ref())))?;
    }
    match held.into_iter().next() {
        None => nobody(address),
        Some((path, _)) => Err(UnlockError::File(Address::File(path)).into()),
    }
}

async fn place(asked: &Unlock) -> miette::Result<Address> {
    let Unlock { manifest, lock: _, yes: _, cache, sandbox } = asked;
    let sight = Sight { sandbox: sandbox.clone(), ..Sight::default() };
    let session = Session::look(manifest, &sight, &[]).await?;
    let place = Place { lock: None, cache: cache.as_deref(), world: sandbox.as_deref() };
    let place = usual_place(&session.loaded.manifest, &session.source, place);
    session.end().await;
    Ok(place?)
}

fn nobody(address: &Address) -> miette::Result<Exit> {
    speech::print(&format!("nobody holds `{address}`\n"))?;
    Ok(Exit::Done)
}

async fn take(item: &Item, leased: &Leased, version: &Version, asked: &Unlock) -> miette::Result<()> {
    let address = item.address();
    let Leased { holder, owner, .. } = leased;
    speech::print(&format!(
        "`{address}` is held by {}, started by {owner}; renewed {}\n",
        told(Some(holder)),
        ago(leased.renewed(), now())
    ))?;
    if !asked.yes {
        if !std::io::stdin().is_terminal() {
            return Err(UnlockError::Unconfirmed.into());
        }
        let question =
            "A run that is still at work would stop half way. Take the lock away? Only `yes` is taken: ";
        if !ask(question).await? {
            return Err(UnlockError::Declined.into());
        }
    }
    match take_away(item, version, now()).await? {
        Put::Refused => Err(UnlockError::Changed(address.clone()).into()),
        Put::Done(_) => speech::print(&format!("`{address}` is free\n")),
    }
}

fn told(holder: Option<&Holder>) -> String {
    let Some(Holder { host, process, since, account: _, prefix: _ }) = holder else {
        return "a process that did not write down its name".to_owned();
    };
    format!("process {process} on {host}, since {}", since.format("%Y-%m-%dT%H:%M:%SZ"))
}

fn ago(then: Instant, now: Instant) -> String {
    match (now - then).num_minutes() {
        ..1 => "less than a minute ago".to_owned(),
        1 => "a minute ago".to_owned(),
        minutes => format!("{minutes} minutes ago"),
    }
}
