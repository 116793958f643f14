//! Everything that a run needs of Entrata, property by property: what can't be read makes its property incomplete and no more.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::access::{LeaseId, PropertyId};
use crate::http::error::HttpError;
use crate::roster::{Lease, Listing, PropertyRecord, ReadFault, Roster};

use super::Client;
use super::error::EntrataError;
use super::page::{self, LeaseList};
use super::query::{DateRange, LeaseQuery, Statuses};
use super::read::{LeaseRow, Property};

/// Properties read at one time.
const AT_ONCE: usize = 4;
/// Past leases are read back to here: 90 days, and one for the difference between a zone's date and another's.
const PAST_DAYS: Days = Days::new(91);
/// How often a property's two lists are read until no lease is in both.
const READINGS: usize = 3;

/// Reads the properties, their units and their leases. What can't be read stands in the property's faults.
///
/// # Errors
/// Only when the key or login is refused as such, the address is no service's, or not one call was answered (R2).
pub async fn snapshot(
    client: &Client,
    properties: &[PropertyId],
    as_of_date: NaiveDate,
) -> Result<Roster, EntrataError> {
    let asked: Vec<_> = properties.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let listing = list(client, &asked).await?;
    let mut reads: Vec<_> = stream::iter(listing)
        .map(|read| read_property(client, read, as_of_date))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    reads.sort_by_key(|read| read.id);
    if let Some(silence) = silence(&mut reads) {
        return Err(EntrataError::Silent(Box::new(silence)));
    }
    let mut roster = Roster::default();
    for read in reads {
        roster.leases.extend(read.leases.into_values());
        roster.properties.insert(read.id, read.record);
    }
    Ok(roster)
}

/// One property as far as it was read.
struct PropertyRead {
    id: PropertyId,
    record: PropertyRecord,
    leases: BTreeMap<LeaseId, Lease>,
    heard: Heard,
}

/// Whether the service was heard of in the reading of one property.
#[derive(Default)]
struct Heard {
    anything: bool,
    first_silence: Option<EntrataError>,
}

impl PropertyRead {
    fn new(id: PropertyId) -> Self {
        Self { id, record: PropertyRecord::default(), leases: BTreeMap::new(), heard: Heard::default() }
    }

    fn fault(&mut self, call: &str, problem: String) {
        self.record.faults.push(ReadFault { call: call.to_owned(), problem, customers: Vec::new() });
    }

    /// Notes what a call failed with.
    fn failed(&mut self, error: EntrataError) {
        self.fault(error.call(), error.to_string());
        if error.is_silence() {
            self.heard.first_silence.get_or_insert(error);
        } else {
            self.heard.anything = true;
        }
    }
}

/// The silence of the first property, when nothing was heard in the reading of any.
fn silence(reads: &mut [PropertyRead]) -> Option<EntrataError> {
    if reads.iter().any(|read| read.heard.anything) {
        return None;
    }
    reads.iter_mut().find_map(|read| read.heard.first_silence.take())
}

/// Asks for all properties at once, and for each by itself where one of them spoils the answer.
async fn list(client: &Client, asked: &[PropertyId]) -> Result<Vec<PropertyRead>, EntrataError> {
    let reads = || asked.iter().copied().map(PropertyRead::new);
    match client.get_properties(asked).await {
        Ok(found) => Ok(reads().map(|read| listed(read, &found)).collect()),
        Err(error) if error.ends_the_run() => Err(error),
        Err(error @ EntrataError::Http { cause: HttpError::Unreachable { .. }, .. }) => {
            Err(EntrataError::Silent(Box::new(error)))
        }
        Err(error) if may_be_one_property(&error) => {
            stream::iter(reads()).map(|read| list_one(client, read)).buffered(AT_ONCE).try_collect().await
        }
        Err(error) => {
            let (call, problem) = (error.call(), error.to_string());
            let mut reads: Vec<_> = reads().collect();
            for read in &mut reads {
                read.fault(call, problem.clone());
            }
            Ok(reads)
        }
    }
}

/// Whether a single property may have spoilt the answer for all.
fn may_be_one_property(error: &EntrataError) -> bool {
    match error {
        EntrataError::Shape { .. } => true,
        EntrataError::Refused { refusal, .. } => refusal.is_of_property(),
        EntrataError::Http { .. } | EntrataError::Login { .. } | EntrataError::Silent(_) => false,
    }
}

async fn list_one(client: &Client, mut read: PropertyRead) -> Result<PropertyRead, EntrataError> {
    match client.get_properties(&[read.id]).await {
        Ok(found) => Ok(listed(read, &found)),
        Err(error) if error.ends_the_run() => Err(error),
        Err(error) => {
            if matches!(&error, EntrataError::Refused { refusal, .. } if refusal.is_of_property()) {
                read.record.listing = Listing::Unknown;
            }
            read.failed(error);
            Ok(read)
        }
    }
}

/// U15: what getProperties says of the property.
fn listed(mut read: PropertyRead, found: &[Property]) -> PropertyRead {
    read.heard.anything = true;
    let property = found.iter().find(|property| property.id == read.id);
    read.record.name = property.and_then(|property| property.name.clone());
    read.record.listing = property.map_or(Listing::Unknown, |property| property.listing);
    let problem = match read.record.listing {
        Listing::Open => return read,
        Listing::Disabled => "the property is disabled in Entrata",
        Listing::Unknown => {
            "Entrata does not list the property. Check its id, and that the API user may see it (Apps > API Access)"
        }
    };
    read.fault("getProperties", problem.to_owned());
    read
}

async fn read_property(
    client: &Client,
    mut read: PropertyRead,
    as_of_date: NaiveDate,
) -> Result<PropertyRead, EntrataError> {
    if read.record.listing != Listing::Open {
        return Ok(read);
    }
    match client.get_property_units(read.id).await {
        Ok(rows) => {
            read.heard.anything = true;
            read.record.units = Some(rows.good);
            read.record.faults.extend(rows.faults);
        }
        Err(error) if error.ends_the_run() => return Err(error),
        Err(error) => read.failed(error),
    }
    read_leases(client, &mut read, as_of_date).await?;
    Ok(read)
}

/// Statuses 2 to 5 whole, and 6 by move-out date. A lease that changes sides between the two is read again.
async fn read_leases(
    client: &Client,
    read: &mut PropertyRead,
    as_of_date: NaiveDate,
) -> Result<(), EntrataError> {
    let living = LeaseQuery::new(read.id, Statuses::Living);
    let ended = DateRange { from: as_of_date.checked_sub_days(PAST_DAYS), to: None };
    let past = LeaseQuery::move_outs(read.id, ended);
    let mut lists = [page::read_leases(client, &living).await?, page::read_leases(client, &past).await?];
    for _ in 1..READINGS {
        if is_broken(&lists) || contradictions(&lists).is_empty() {
            break;
        }
        lists = [page::read_leases(client, &living).await?, page::read_leases(client, &past).await?];
    }
    let contradictions = contradictions(&lists);
    for list in lists {
        read.heard.anything |= list.broken.is_none();
        read.leases.extend(list.leases);
        read.record.faults.extend(list.faults);
        if let Some(error) = list.broken {
            read.failed(error);
        }
    }
    for (lease, fault) in contradictions {
        read.leases.remove(&lease);
        read.record.faults.push(fault);
    }
    Ok(())
}

fn is_broken(lists: &[LeaseList]) -> bool {
    lists.iter().any(|list| list.broken.is_some())
}

/// The leases that both lists hold and that differ there.
fn contradictions([one, other]: &[LeaseList; 2]) -> Vec<(LeaseId, ReadFault)> {
    let differing = one.leases.iter().filter_map(|(id, lease)| {
        let second = other.leases.get(id).filter(|second| *second != lease)?;
        let rows = [LeaseRow::Read(lease.clone()), LeaseRow::Read(second.clone())];
        Some((id.clone(), page::contradiction(id, &[&rows[0], &rows[1]])))
    });
    differing.collect()
}
