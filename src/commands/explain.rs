//! `explain`: a rule or an error in words; or what was seen of a person or a unit, what was decided and what will change.

pub mod codes;

mod rule;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use miette::{Diagnostic, IntoDiagnostic as _};

use super::planning::Planned;
use super::progress::{Progress, Quiet};
use super::session::{Opened, Session, pii};
use super::{Exit, show, speech};
use crate::access::{CustomerId, PropertyId};
use crate::cli::{Explain, Speech};
use crate::desired::site::Site;
use crate::desired::unit::Mapping;
use crate::manifest::Manifest;
use crate::output::hide;
use crate::output::text::{Colour, View, explain as page};
use crate::plan::Scope;
use crate::plan::explain::{self, Evidence};
use crate::roster::{Roster, Unit};

/// What was asked for is not there.
#[derive(Debug, thiserror::Error, Diagnostic)]
enum ExplainError {
    /// Neither side knows the customer.
    #[error("neither Entrata nor Brivo knows customer {wanted}")]
    #[diagnostic(
        code(explain::unknown_customer),
        help("{}", meant(near, "give Entrata's customer id, as in a plan behind the prefix"))
    )]
    Customer {
        /// As asked.
        wanted: String,
        /// Ids that come close.
        near: Vec<String>,
    },
    /// No property has the unit.
    #[error("no property of the manifest has a unit or a space {wanted}{}", within(properties))]
    #[diagnostic(
        code(explain::unknown_unit),
        help("{}", meant(near, "give a unit's number, or a space's whole name, as Entrata has it"))
    )]
    Unit {
        /// As asked.
        wanted: String,
        /// In which properties; empty = all.
        properties: BTreeSet<PropertyId>,
        /// Names that come close.
        near: Vec<String>,
    },
}

fn meant(near: &[String], otherwise: &str) -> String {
    if near.is_empty() { otherwise.to_owned() } else { format!("did you mean {}?", near.join(" or ")) }
}

fn within(properties: &BTreeSet<PropertyId>) -> String {
    let ids: Vec<String> = properties.iter().map(ToString::to_string).collect();
    if ids.is_empty() { String::new() } else { format!(" in {}", ids.join(", ")) }
}

/// Prints what was asked for.
pub fn run(asked: &Explain, speech: &Speech) -> miette::Result<Exit> {
    match (&asked.customer, &asked.unit, &asked.what) {
        (Some(customer), _, _) => super::wait(customer_page(customer, asked, speech)),
        (None, Some(unit), _) => super::wait(unit_page(unit, asked, speech)),
        (None, None, Some(word)) => rule::run(word),
        // The command line asks for one of the three.
        (None, None, None) => Ok(Exit::Error),
    }
}

async fn customer_page(wanted: &str, asked: &Explain, speech: &Speech) -> miette::Result<Exit> {
    let (session, planned) = read(asked, speech).await?;
    let evidence = evidence(&planned);
    let customer = CustomerId::new(explain::without_prefix(wanted, &planned.desired.prefix));
    let person = explain::person(&evidence, &customer).ok_or_else(|| ExplainError::Customer {
        wanted: wanted.to_owned(),
        near: explain::near_customers(&evidence, wanted),
    })?;
    let person = hide::explained_person(person, pii(asked.sight.pii));
    print(&session, |out, view| page::write_person(out, &person, view))?;
    session.end().await;
    Ok(Exit::Done)
}

async fn unit_page(wanted: &str, asked: &Explain, speech: &Speech) -> miette::Result<Exit> {
    let (session, planned) = read(asked, speech).await?;
    let evidence = evidence(&planned);
    let properties: BTreeSet<PropertyId> = asked.properties.iter().copied().map(PropertyId).collect();
    let mapped = |property, unit: &Unit| mapped(&session.loaded.manifest, &planned.roster, property, unit);
    let units = explain::units(&evidence, wanted, &properties, mapped);
    if units.is_empty() {
        let near = explain::near_units(&evidence, wanted);
        return Err(ExplainError::Unit { wanted: wanted.to_owned(), properties, near }.into());
    }
    let units: Vec<_> =
        units.into_iter().map(|unit| hide::explained_unit(unit, pii(asked.sight.pii))).collect();
    print(&session, |out, view| page::write_units(out, &units, view))?;
    session.end().await;
    Ok(Exit::Done)
}

/// Both sides and the plan over everybody: whether a guard holds somebody's losses back, only all changes together tell.
async fn read(asked: &Explain, speech: &Speech) -> miette::Result<(Session<Opened>, Planned)> {
    let manifest = asked.what.as_ref().map_or_else(|| PathBuf::from("reconcile.yaml"), PathBuf::from);
    let snapshot = asked.snapshot.as_deref();
    let session = Session::look_at(Path::new(&manifest), &asked.sight, snapshot, &asked.properties).await?;
    let progress = Progress::begin(if speech.quiet { Quiet::Yes } else { Quiet::No });
    let planned = session.plan(&Scope::default(), &|what, done, of| progress.reading(what, done, of)).await;
    progress.end();
    Ok((session, planned?))
}

fn evidence(planned: &Planned) -> Evidence<'_> {
    let Planned { plan, desired, account, directory: _, roster, seen: _ } = planned;
    Evidence { roster, desired, account, plan }
}

fn mapped(manifest: &Manifest, roster: &Roster, property: PropertyId, unit: &Unit) -> Arc<Mapping> {
    let declared = manifest.properties.iter().find(|declared| declared.id == property);
    let read = declared.zip(roster.properties.get(&property));
    read.map(|(declared, record)| Site::new(declared, Some(record)).of_unit(unit)).unwrap_or_default()
}

fn print(
    session: &Session<Opened>,
    write: impl FnOnce(&mut Vec<u8>, &View<'_>) -> std::io::Result<()>,
) -> miette::Result<()> {
    let properties = show::properties(&session.loaded.manifest);
    let view =
        View { properties: &properties, colour: Colour::On, width: speech::width(speech::Stream::Results) };
    let mut bytes = Vec::new();
    write(&mut bytes, &view).into_diagnostic()?;
    speech::print(&String::from_utf8_lossy(&bytes))
}
