//! Answers about single customers (D8) and how they join what the replies held: the same whether they were asked for just now or saved.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Lease, Lookup, Roster};
use crate::access::{CustomerId, LeaseId, PropertyId};

/// What Entrata answered when asked for one customer in one property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The customer's leases there in every status; none: the property does not have the customer.
    Leases(Vec<Lease>),
    /// No clean answer, and why.
    Failed(String),
}

/// Answers by customer and property.
pub type Answers = BTreeMap<CustomerId, BTreeMap<PropertyId, Answer>>;

/// Customers, each with the properties to ask for them.
pub type Questions = BTreeMap<CustomerId, Vec<PropertyId>>;

impl Roster {
    /// Joins the answers to these questions. The leases that were found become the roster's, and what was found stands in its
    /// look-ups; one property without a clean answer makes a look-up a failed one, never a missing customer.
    pub fn join(&mut self, questions: &Questions, answers: &Answers) {
        self.leases.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut found = Found { read: &mut self.leases, further: BTreeMap::new() };
        for (customer, properties) in questions {
            let lookup = match leases_of(properties, answers.get(customer)) {
                Ok(leases) if leases.is_empty() => Lookup::Missing { asked: properties.clone() },
                Ok(leases) => found.take(customer, leases),
                Err(problem) => Lookup::Failed(problem),
            };
            self.lookups.insert(customer.clone(), lookup);
        }
        let further = found.further.into_values();
        self.leases.extend(further);
        self.leases.sort_by(|a, b| key(a).cmp(&key(b)));
    }
}

/// Every lease that the answers of these properties hold, or why nobody knows.
fn leases_of<'a>(
    properties: &[PropertyId],
    answers: Option<&'a BTreeMap<PropertyId, Answer>>,
) -> Result<Vec<&'a Lease>, String> {
    if properties.is_empty() {
        return Err("there is no property to ask in".to_owned());
    }
    let mut leases = Vec::new();
    for property in properties {
        match answers.and_then(|answers| answers.get(property)) {
            Some(Answer::Leases(found)) => leases.extend(found),
            Some(Answer::Failed(problem)) => return Err(format!("property {property}: {problem}")),
            None => return Err(format!("property {property}: nobody asked")),
        }
    }
    Ok(leases)
}

/// The leases that replies held, in their order, and those that only look-ups found.
struct Found<'a> {
    read: &'a mut Vec<Lease>,
    further: BTreeMap<(PropertyId, LeaseId), Lease>,
}

impl Found<'_> {
    /// A lease that no reply held speaks of the customer alone who was asked for: what becomes of the others on it must not hang on
    /// who is looked up.
    fn take(&mut self, customer: &CustomerId, leases: Vec<&Lease>) -> Lookup {
        let differs = |lease: &&&Lease| self.known(lease).is_some_and(|known| !agrees(known, lease));
        if let Some(lease) = leases.iter().find(differs) {
            let problem =
                format!("lease {} was read before and differs: it was changed during the reading", lease.id);
            return Lookup::Failed(problem);
        }
        for lease in leases {
            let mut lease = lease.clone();
            lease.residents.retain(|resident| resident.customer == *customer);
            match self.known_mut(&lease) {
                Some(known) if known.residents.iter().any(|resident| resident.customer == *customer) => {}
                Some(known) => known.residents.extend(lease.residents),
                None => drop(self.further.insert(owned_key(&lease), lease)),
            }
        }
        Lookup::Found
    }

    fn known(&self, lease: &Lease) -> Option<&Lease> {
        match self.place(lease) {
            Ok(place) => self.read.get(place),
            Err(_) => self.further.get(&owned_key(lease)),
        }
    }

    fn known_mut(&mut self, lease: &Lease) -> Option<&mut Lease> {
        match self.place(lease) {
            Ok(place) => self.read.get_mut(place),
            Err(_) => self.further.get_mut(&owned_key(lease)),
        }
    }

    fn place(&self, lease: &Lease) -> Result<usize, usize> {
        self.read.binary_search_by(|known| key(known).cmp(&key(lease)))
    }
}

fn key(lease: &Lease) -> (PropertyId, &LeaseId) {
    (lease.property, &lease.id)
}

fn owned_key(lease: &Lease) -> (PropertyId, LeaseId) {
    (lease.property, lease.id.clone())
}

/// Whether what is known of a lease, perhaps of some of its people only, is what was read now.
fn agrees(known: &Lease, lease: &Lease) -> bool {
    let people = known.residents.iter().all(|resident| lease.residents.contains(resident));
    people && Lease { residents: known.residents.clone(), ..lease.clone() } == *known
}
