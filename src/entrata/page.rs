//! Lists that come in pages, read to their end: counted, de-duplicated, and read again while rows move between pages.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use crate::access::{LeaseId, PropertyId};
use crate::roster::{Lease, ReadFault, Unit};

use super::error::EntrataError;
use super::link::Next;
use super::query::{LeaseQuery, PER_PAGE, Position};
use super::read::{LeaseRow, Units};
use super::{Client, Rows};

/// How often a list is read until its rows and its count agree.
const PASSES: usize = 3;
/// More pages than the largest company has.
const MOST_PAGES: usize = 1000;

/// One page of getLeases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasePage {
    /// Its rows.
    pub rows: Vec<LeaseRow>,
    /// `X-Total-Count`, where it was sent.
    pub total: Option<u64>,
    /// What follows.
    pub next: Next,
}

/// One page of getPropertyUnits.
pub(super) struct UnitsPage {
    pub(super) part: Units,
    pub(super) next: Next,
}

/// A list of leases as far as it could be read.
pub(super) struct LeaseList {
    pub(super) leases: BTreeMap<LeaseId, Lease>,
    pub(super) faults: Vec<ReadFault>,
    /// What a page failed with.
    pub(super) broken: Option<EntrataError>,
}

/// Reads every page of a query, again while the rows and the count do not agree.
///
/// # Errors
/// Only those that end the run; any other leaves a list that says what it lacks.
pub(super) async fn read_leases(client: &Client, query: &LeaseQuery) -> Result<LeaseList, EntrataError> {
    let mut before = None;
    let mut pass = Pass::read(client, query).await?;
    for _ in 1..PASSES {
        if pass.broken.is_some() || pass.doubt(before.as_ref()).is_none() {
            break;
        }
        before = Some(pass.ids());
        pass = Pass::read(client, query).await?;
    }
    let doubt = if pass.broken.is_some() { None } else { pass.doubt(before.as_ref()) };
    Ok(pass.finish(doubt))
}

/// One reading of a list from its first page to its last.
#[derive(Default)]
struct Pass {
    rows: BTreeMap<LeaseId, LeaseRow>,
    /// Rows whose lease is not even known.
    nameless: Vec<ReadFault>,
    pages: usize,
    total: Option<u64>,
    has_links: bool,
    problem: Option<String>,
    broken: Option<EntrataError>,
}

impl Pass {
    async fn read(client: &Client, query: &LeaseQuery) -> Result<Self, EntrataError> {
        let mut pass = Self::default();
        let mut visited = Vec::new();
        let mut position = Some(Position::FIRST);
        while let Some(here) = position {
            match client.get_leases(&query.at(here.clone())).await {
                Ok(page) => {
                    visited.push(here);
                    position = pass.take(page).filter(|next| pass.is_new(&visited, next));
                }
                Err(error) if error.ends_the_run() => return Err(error),
                Err(error) => {
                    pass.broken = Some(error);
                    position = None;
                }
            }
        }
        Ok(pass)
    }

    /// Takes a page in, and tells where the next one is.
    fn take(&mut self, page: LeasePage) -> Option<Position> {
        self.pages += 1;
        if self.total.zip(page.total).is_some_and(|(before, now)| before != now) {
            self.note("the count of the leases changed between two pages".to_owned());
        }
        self.total = page.total.or(self.total);
        let (count, known) = (page.rows.len(), self.rows.len());
        for row in page.rows {
            self.add(row);
        }
        // Rows without an id can't be told apart, and never lead on.
        let is_repeat = count > 0 && self.rows.len() == known;
        match page.next {
            Next::Last => None,
            Next::Elsewhere => {
                self.note("the next page is said to be at a foreign address".to_owned());
                None
            }
            Next::At(_) if is_repeat => {
                self.note(format!("page {} repeats earlier ones", self.pages));
                None
            }
            Next::At(position) => {
                self.has_links = true;
                Some(position)
            }
            // Links that led here and end here.
            Next::Untold if self.has_links => None,
            Next::Untold => self.guess_next(count, is_repeat),
        }
    }

    /// Where the next page is when the server says nothing of it. A page that is not full is no end: the server may give fewer
    /// rows than it was asked for. Without a count only a page that brings nothing new is.
    fn guess_next(&mut self, count: usize, is_repeat: bool) -> Option<Position> {
        if is_repeat && count == PER_PAGE as usize && self.total.is_none() {
            // A full page over and over: the rest of the list can't be had this way.
            self.note(format!("page {} repeats the one before it", self.pages));
        }
        let is_end = self.total.is_some_and(|total| self.count() >= total);
        let page = Position::page(u32::try_from(self.pages + 1).unwrap_or(u32::MAX));
        (count > 0 && !is_repeat && !is_end).then_some(page)
    }

    fn is_new(&mut self, visited: &[Position], next: &Position) -> bool {
        let is_new = !visited.contains(next) && visited.len() < MOST_PAGES;
        if !is_new {
            self.note("the links from page to page have no end".to_owned());
        }
        is_new
    }

    fn add(&mut self, row: LeaseRow) {
        let id = match &row {
            LeaseRow::Read(lease) => lease.id.clone(),
            LeaseRow::Unread { id: Some(id), .. } => id.clone(),
            LeaseRow::Unread { id: None, fault } => {
                self.nameless.push(fault.clone());
                return;
            }
        };
        match self.rows.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert(row);
            }
            Entry::Occupied(mut entry) if *entry.get() != row => {
                let id = entry.key().clone();
                let unread = contradiction(&id, &[entry.get(), &row]);
                entry.insert(LeaseRow::Unread { id: Some(id.clone()), fault: unread });
                self.note(format!("lease {id} came twice and differs"));
            }
            Entry::Occupied(_) => {}
        }
    }

    fn note(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }

    fn count(&self) -> u64 {
        (self.rows.len() + self.nameless.len()) as u64
    }

    fn ids(&self) -> BTreeSet<LeaseId> {
        self.rows.keys().cloned().collect()
    }

    /// Why this reading may not be the whole list. Without a count, several pages are believed once two readings agree.
    fn doubt(&self, before: Option<&BTreeSet<LeaseId>>) -> Option<String> {
        let problem = self.problem.clone().or_else(|| match self.total {
            Some(total) if total != self.count() => {
                Some(format!("X-Total-Count says {total} leases, {} came", self.count()))
            }
            None if self.pages > 1 && before != Some(&self.ids()) => {
                Some("there is no count, and two readings of the pages differ".to_owned())
            }
            _ => None,
        });
        if let Some(problem) = &problem {
            tracing::info!(problem, "a list of leases is in doubt");
        }
        problem
    }

    fn finish(self, doubt: Option<String>) -> LeaseList {
        let mut list = LeaseList { leases: BTreeMap::new(), faults: self.nameless, broken: self.broken };
        for (id, row) in self.rows {
            match row {
                LeaseRow::Read(lease) => {
                    list.leases.insert(id, lease);
                }
                LeaseRow::Unread { fault, .. } => list.faults.push(fault),
            }
        }
        let call = "getLeases".to_owned();
        list.faults.extend(doubt.map(|problem| ReadFault { call, problem, customers: Vec::new() }));
        list
    }
}

/// The fault of a lease that was read twice and differs: whoever either reading names.
pub(super) fn contradiction(id: &LeaseId, rows: &[&LeaseRow]) -> ReadFault {
    let customers: BTreeSet<_> = rows
        .iter()
        .flat_map(|row| match row {
            LeaseRow::Read(lease) => lease.residents.iter().map(|one| one.customer.clone()).collect(),
            LeaseRow::Unread { fault, .. } => fault.customers.clone(),
        })
        .collect();
    ReadFault {
        call: "getLeases".to_owned(),
        problem: format!("lease {id} came twice and differs: it was probably changed during the reading"),
        customers: customers.into_iter().collect(),
    }
}

/// Reads the units of a property and of its phases, which come on further pages [S].
///
/// # Errors
/// When a page fails, or none speaks of the property: units are read whole or not at all.
pub(super) async fn read_units(client: &Client, property: PropertyId) -> Result<Rows<Unit>, EntrataError> {
    let shape = |problem: &str| EntrataError::Shape { call: "getPropertyUnits", problem: problem.to_owned() };
    let mut units: BTreeMap<_, Unit> = BTreeMap::new();
    let mut faults = Vec::new();
    let mut is_of_property = false;
    let mut visited = vec![Position::Whole];
    loop {
        let page = client.units_page(property, &visited[visited.len() - 1]).await?;
        is_of_property |= page.part.is_of_property;
        faults.extend(page.part.rows.faults);
        for unit in page.part.rows.good {
            let id = unit.id.clone();
            if units.insert(id, unit.clone()).is_some_and(|known| known != unit) {
                return Err(shape("a unit comes twice and differs"));
            }
        }
        match page.next {
            Next::Untold | Next::Last => break,
            Next::At(next) if !visited.contains(&next) && visited.len() < MOST_PAGES => visited.push(next),
            Next::At(_) => return Err(shape("the links from page to page have no end")),
            Next::Elsewhere => return Err(shape("the next page is said to be at a foreign address")),
        }
    }
    if !is_of_property {
        return Err(shape("it does not speak of the property"));
    }
    Ok(Rows { good: units.into_values().collect(), faults })
}
