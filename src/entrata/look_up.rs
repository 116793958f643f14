//! Asking for single customers of whom no reply spoke (D8): so that nobody is shut out because a list was read too narrowly.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::access::{CustomerId, PropertyId};
use crate::roster::look_up::{Answer, Answers, Questions};

use super::Client;
use super::error::EntrataError;
use super::page;
use super::query::LeaseQuery;

/// Customers asked for at one time.
const AT_ONCE: usize = 4;

/// Asks for each customer in its properties, in every status. A question that is not answered cleanly ends the customer's: whoever
/// is in doubt in one property is in doubt. `progress` is told how many customers were asked for.
///
/// # Errors
/// Only when the key or login is refused as such, or the address is no service's.
pub async fn look_up_all(
    client: &Client,
    questions: &Questions,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Answers, EntrataError> {
    let mut asked = stream::iter(questions)
        .map(async |(customer, properties)| {
            ask(client, customer, properties).await.map(|found| (customer.clone(), found))
        })
        .buffered(AT_ONCE);
    let mut answers = Answers::new();
    while let Some((customer, found)) = asked.try_next().await? {
        answers.insert(customer, found);
        progress(answers.len() as u64);
    }
    Ok(answers)
}

async fn ask(
    client: &Client,
    customer: &CustomerId,
    properties: &[PropertyId],
) -> Result<BTreeMap<PropertyId, Answer>, EntrataError> {
    let mut answers = BTreeMap::new();
    for &property in properties {
        let answer = ask_in(client, customer, property).await?;
        let is_clean = matches!(answer, Answer::Leases(_));
        answers.insert(property, answer);
        if !is_clean {
            break;
        }
    }
    Ok(answers)
}

async fn ask_in(
    client: &Client,
    customer: &CustomerId,
    property: PropertyId,
) -> Result<Answer, EntrataError> {
    if customer.as_str().is_empty() || !customer.as_str().bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Answer::Failed("this is no id of an Entrata customer".to_owned()));
    }
    let list = page::read_leases(client, &LeaseQuery::of_customer(property, customer.clone())).await?;
    if let Some(error) = list.broken {
        return Ok(Answer::Failed(error.to_string()));
    }
    if let Some(fault) = list.faults.first() {
        return Ok(Answer::Failed(fault.problem.clone()));
    }
    let leases: Vec<_> = list.leases.into_values().collect();
    // A filter that is ignored gives everybody, which says nothing of whom it was asked for.
    if leases.iter().any(|lease| lease.residents.iter().all(|resident| resident.customer != *customer)) {
        return Ok(Answer::Failed("the answer holds leases of other customers".to_owned()));
    }
    Ok(Answer::Leases(leases))
}
