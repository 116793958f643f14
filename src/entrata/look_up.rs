//! Asking for single customers of whom no reply spoke (D8): so that nobody is shut out because a list was read too narrowly.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::access::{CustomerId, PropertyId};
use crate::roster::{Lease, Lookup, Roster};

use super::Client;
use super::error::EntrataError;
use super::page;
use super::query::LeaseQuery;

/// Customers asked for at one time.
const AT_ONCE: usize = 4;

/// Asks for one customer in each of these properties, in every status; see [`look_up_all`].
///
/// # Errors
/// Like [`look_up_all`].
pub async fn look_up(
    client: &Client,
    roster: &mut Roster,
    customer: &CustomerId,
    properties: &[PropertyId],
) -> Result<(), EntrataError> {
    let (lookup, leases) = ask(client, customer, properties).await?;
    record(roster, customer.clone(), lookup, leases);
    Ok(())
}

/// Asks for each customer in its properties. The leases that are found join the roster's; what was found stands in its
/// look-ups. A question that is not answered cleanly makes the look-up a failed one, never a missing customer.
///
/// # Errors
/// Only when the key or login is refused as such, or the address is no service's.
pub async fn look_up_all(
    client: &Client,
    roster: &mut Roster,
    questions: &BTreeMap<CustomerId, Vec<PropertyId>>,
) -> Result<(), EntrataError> {
    let answers: Vec<_> = stream::iter(questions)
        .map(async |(customer, properties)| {
            ask(client, customer, properties).await.map(|(lookup, leases)| (customer, lookup, leases))
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    for (customer, lookup, leases) in answers {
        record(roster, customer.clone(), lookup, leases);
    }
    Ok(())
}

async fn ask(
    client: &Client,
    customer: &CustomerId,
    properties: &[PropertyId],
) -> Result<(Lookup, Vec<Lease>), EntrataError> {
    let failed = |problem: String| Ok((Lookup::Failed(problem), Vec::new()));
    if customer.as_str().is_empty() || !customer.as_str().bytes().all(|byte| byte.is_ascii_digit()) {
        return failed("this is no id of an Entrata customer".to_owned());
    }
    if properties.is_empty() {
        return failed("there is no property to ask in".to_owned());
    }
    let mut leases = Vec::new();
    for &property in properties {
        match ask_in(client, customer, property).await? {
            Ok(found) => leases.extend(found),
            Err(problem) => return failed(format!("property {property}: {problem}")),
        }
    }
    let lookup =
        if leases.is_empty() { Lookup::Missing { asked: properties.to_vec() } } else { Lookup::Found };
    Ok((lookup, leases))
}

/// The customer's leases in one property, or why nobody knows.
async fn ask_in(
    client: &Client,
    customer: &CustomerId,
    property: PropertyId,
) -> Result<Result<Vec<Lease>, String>, EntrataError> {
    let list = page::read_leases(client, &LeaseQuery::of_customer(property, customer.clone())).await?;
    if let Some(error) = list.broken {
        return Ok(Err(error.to_string()));
    }
    if let Some(fault) = list.faults.first() {
        return Ok(Err(fault.problem.clone()));
    }
    let leases: Vec<_> = list.leases.into_values().collect();
    // A filter that is ignored gives everybody, which says nothing of whom it was asked for.
    if leases.iter().any(|lease| lease.residents.iter().all(|resident| resident.customer != *customer)) {
        return Ok(Err("the answer holds leases of other customers".to_owned()));
    }
    Ok(Ok(leases))
}

/// Joins what was found to the roster. A lease that no reply held speaks of the customer alone who was asked for: what becomes of
/// the others on it must not hang on who is looked up.
fn record(roster: &mut Roster, customer: CustomerId, lookup: Lookup, leases: Vec<Lease>) {
    let differs =
        |lease: &Lease| roster.leases.iter().any(|known| is_one(known, lease) && !agrees(known, lease));
    if let Some(lease) = leases.iter().find(|lease| differs(lease)) {
        let problem =
            format!("lease {} was read before and differs: it was changed during the reading", lease.id);
        roster.lookups.insert(customer, Lookup::Failed(problem));
        return;
    }
    for mut lease in leases {
        lease.residents.retain(|resident| resident.customer == customer);
        match roster.leases.iter_mut().find(|known| is_one(known, &lease)) {
            Some(known) if known.residents.iter().any(|resident| resident.customer == customer) => {}
            Some(known) => known.residents.extend(lease.residents),
            None => roster.leases.push(lease),
        }
    }
    roster.leases.sort_by(|a, b| (a.property, &a.id).cmp(&(b.property, &b.id)));
    roster.lookups.insert(customer, lookup);
}

fn is_one(known: &Lease, lease: &Lease) -> bool {
    known.property == lease.property && known.id == lease.id
}

/// Whether what is known of a lease, perhaps of some of its people only, is what was read now.
fn agrees(known: &Lease, lease: &Lease) -> bool {
    let people = known.residents.iter().all(|resident| lease.residents.contains(resident));
    people && Lease { residents: known.residents.clone(), ..lease.clone() } == *known
}
