//! Entrata's half of the world, resolved: every unit, space and interval has its id, every lease its unit.

use std::collections::BTreeMap;

use super::entrata::memory::Memory;
use super::ids::Ids;
use super::world::World;
use super::world::entrata::{Interval, Lease, Property, Space, Unit};
use super::world::scalar::Id;

/// All properties, each with its units and leases.
#[derive(Debug, Default)]
pub(crate) struct Estate {
    pub(crate) holdings: Vec<Holding>,
    /// Forgotten with every change.
    pub(crate) memory: Memory,
    index: BTreeMap<String, usize>,
}

/// A property with what belongs to it.
#[derive(Debug)]
pub(crate) struct Holding {
    pub(crate) property: Property,
    pub(crate) name: String,
    pub(crate) units: Vec<UnitRow>,
    pub(crate) leases: Vec<LeaseRow>,
    /// Where the units of a number or id stand.
    called: BTreeMap<String, Vec<usize>>,
}

/// A unit with its ids.
#[derive(Debug)]
pub(crate) struct UnitRow {
    pub(crate) unit: Unit,
    pub(crate) id: String,
    pub(crate) building_id: Option<String>,
    pub(crate) spaces: Vec<SpaceRow>,
}

/// A space with its id.
#[derive(Debug)]
pub(crate) struct SpaceRow {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A lease with its unit and intervals.
#[derive(Debug)]
pub(crate) struct LeaseRow {
    pub(crate) lease: Lease,
    /// Positions in the holding's units, and in that unit's spaces.
    pub(crate) unit: Option<usize>,
    pub(crate) spaces: Vec<usize>,
    pub(crate) intervals: Vec<IntervalRow>,
}

/// An interval with its id.
#[derive(Debug)]
pub(crate) struct IntervalRow {
    pub(crate) interval: Interval,
    pub(crate) id: String,
    pub(crate) application: String,
}

impl Estate {
    pub(crate) fn of(world: &World) -> Self {
        let mut estate = Self::default();
        let mut ids = written_ids(world);
        for property in &world.properties {
            estate.add(property.clone(), &mut ids);
        }
        for lease in &world.leases {
            let at = estate.index.get(&lease.property.0).copied().unwrap_or_else(|| {
                let property = Property { id: lease.property.clone(), ..Property::default() };
                estate.add(property, &mut ids)
            });
            let row = estate.holdings[at].resolve(lease, &mut ids);
            estate.holdings[at].leases.push(row);
        }
        estate
    }

    /// The property of that id.
    pub(crate) fn holding(&self, id: &str) -> Option<&Holding> {
        self.index.get(id).map(|at| &self.holdings[*at])
    }

    /// The lease of that id in that property, to be changed.
    pub(crate) fn lease_mut(&mut self, property: &str, lease: &str) -> Option<&mut Lease> {
        self.memory = Memory::default();
        let at = *self.index.get(property)?;
        let rows = &mut self.holdings[at].leases;
        rows.iter_mut().map(|row| &mut row.lease).find(|candidate| candidate.id.0 == lease)
    }

    fn add(&mut self, property: Property, ids: &mut Ids) -> usize {
        let name = if property.name.is_empty() {
            format!("Property {}", property.id)
        } else {
            property.name.clone()
        };
        let rows: Vec<_> =
            property.units.iter().flatten().map(|unit| UnitRow::of(&property.id, unit, ids)).collect();
        self.index.insert(property.id.0.clone(), self.holdings.len());
        let mut holding =
            Holding { property, name, units: Vec::new(), leases: Vec::new(), called: BTreeMap::new() };
        for row in rows {
            holding.add_unit(row);
        }
        self.holdings.push(holding);
        self.holdings.len() - 1
    }
}

impl Holding {
    fn resolve(&mut self, lease: &Lease, ids: &mut Ids) -> LeaseRow {
        let unit = lease.unit.as_ref().map(|wanted| self.unit_of(wanted, lease, ids));
        let spaces = unit.map(|at| self.spaces_of(at, lease, ids)).unwrap_or_default();
        let intervals = intervals_of(lease)
            .into_iter()
            .enumerate()
            .map(|(at, interval)| {
                let name = format!("{}/{}/{at}", lease.property, lease.id);
                let id = interval.id.as_ref().map_or_else(|| ids.derive(9, &name), |id| id.0.clone());
                let application = ids.derive(4, &name);
                IntervalRow { interval, id, application }
            })
            .collect();
        LeaseRow { lease: lease.clone(), unit, spaces, intervals }
    }

    fn add_unit(&mut self, row: UnitRow) -> usize {
        let at = self.units.len();
        for name in [&row.unit.number.0, &row.id] {
            self.called.entry(name.clone()).or_default().push(at);
        }
        self.units.push(row);
        at
    }

    /// The unit a lease names; one that is not there is built, which only happens where the property lists none.
    fn unit_of(&mut self, wanted: &Id, lease: &Lease, ids: &mut Ids) -> usize {
        let same_building =
            |at: &usize| lease.building.is_none() || self.units[*at].unit.building == lease.building;
        let found = self.called.get(&wanted.0).into_iter().flatten().copied().find(same_building);
        found.unwrap_or_else(|| {
            let spaces = lease.spaces.iter().map(|name| Space { name: name.clone(), id: None }).collect();
            let building = lease.building.clone();
            let unit = Unit { number: wanted.clone(), building, spaces, ..Unit::default() };
            self.add_unit(UnitRow::of(&self.property.id, &unit, ids))
        })
    }

    /// The positions of the spaces a lease names: all when it names none.
    fn spaces_of(&mut self, unit: usize, lease: &Lease, ids: &mut Ids) -> Vec<usize> {
        let name =
            format!("{}//{}", self.property.id, lease.unit.as_ref().map_or("", |unit| unit.0.as_str()));
        let row = &mut self.units[unit];
        if lease.spaces.is_empty() {
            return (0..row.spaces.len()).collect();
        }
        lease.spaces.iter().map(|wanted| row.space(&wanted.0, &name, ids)).collect()
    }
}

impl UnitRow {
    fn of(property: &Id, unit: &Unit, ids: &mut Ids) -> Self {
        let building = unit.building.as_deref().unwrap_or_default();
        let name = format!("{property}/{building}/{}", unit.number);
        let id = unit.id.as_ref().map_or_else(|| ids.derive(7, &name), |id| id.0.clone());
        let building_id = unit
            .building
            .as_ref()
            .map(|building| Ids::default().derive(6, &format!("{property}/{building}")));
        let mut row = Self { unit: unit.clone(), id, building_id, spaces: Vec::new() };
        for space in &unit.spaces {
            let id = space.id.as_ref().map(|id| id.0.clone());
            row.add_space(&space.name.0, id, &name, ids);
        }
        if unit.spaces.is_empty() {
            row.add_space(&unit.number.0, None, &name, ids);
        }
        row
    }

    fn add_space(&mut self, space: &str, id: Option<String>, unit: &str, ids: &mut Ids) {
        let id = id.unwrap_or_else(|| ids.derive(8, &format!("{unit}/{space}")));
        self.spaces.push(SpaceRow { id, name: space.to_owned() });
    }

    /// The position of a space by name or id; one that is not there is built.
    fn space(&mut self, wanted: &str, unit: &str, ids: &mut Ids) -> usize {
        let found = self.spaces.iter().position(|row| row.name == wanted || row.id == wanted);
        found.unwrap_or_else(|| {
            self.add_space(wanted, None, unit, ids);
            self.spaces.len() - 1
        })
    }
}

fn intervals_of(lease: &Lease) -> Vec<Interval> {
    if let Some(intervals) = &lease.intervals {
        return intervals.clone();
    }
    let mut term = lease.term.iter().cloned();
    let start = term.next().or_else(|| lease.move_in.clone());
    vec![Interval { start, end: term.next(), ..Interval::default() }]
}

/// The ids that the world gives, so that a derived one is never equal to one of them.
fn written_ids(world: &World) -> Ids {
    let mut ids = Ids::default();
    let units = || world.properties.iter().flat_map(|property| property.units.iter().flatten());
    let unit_ids = units().filter_map(|unit| unit.id.as_ref());
    let space_ids = units().flat_map(|unit| &unit.spaces).filter_map(|space| space.id.as_ref());
    let intervals = world.leases.iter().flat_map(|lease| lease.intervals.iter().flatten());
    for id in unit_ids.chain(space_ids).chain(intervals.filter_map(|interval| interval.id.as_ref())) {
        ids.take(&id.0);
    }
    ids
}
