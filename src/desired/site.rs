//! A property as rendering looks at it: what the manifest declares of it, what was read of it, and its units found by id, space and
//! name, however many there are (U1 to U8, U13).

use std::sync::{Arc, OnceLock};

use foldhash::{HashMap, HashMapExt as _};

use crate::access::few::Short;
use crate::access::text::Text;
use crate::access::{SpaceId, UnitId};
use crate::manifest::{GroupName, Property, UnitEntry};
use crate::roster::{Lease, PropertyRecord, Space, Unit};

use super::template::{Name, Placeholder, Unfilled};
use super::unit::{Hit, Home, Mapped, Mapping, Matched, Values, matched_by};

/// One property and its units.
pub struct Site<'a> {
    /// As the manifest declares it.
    pub(super) property: &'a Property,
    units: Option<&'a [Unit]>,
    rooms: HashMap<&'a UnitId, Room<'a>>,
    with_space: HashMap<&'a SpaceId, Short<&'a Unit>>,
    /// Units by their number and by the names of their spaces.
    bearers: HashMap<&'a str, Short<&'a Unit>>,
    paths: Paths,
}

/// A unit, and what the manifest maps it to as a whole, once that was asked.
struct Room<'a> {
    unit: &'a Unit,
    mapping: OnceLock<Arc<Mapping>>,
}

/// The property's group names in the order of the manifest.
struct Paths {
    wide: Vec<Path>,
    of_units: Vec<Vec<Path>>,
}

/// Where a group is named, and how.
struct Path {
    place: Text,
    name: Name,
}

impl Paths {
    fn of(property: &Property) -> Self {
        let below = |path: &str, groups: &[GroupName]| {
            let named = groups.iter().enumerate().map(|(index, name)| Path {
                place: format!("{path}.groups[{index}]").into(),
                name: Name::of(name),
            });
            named.collect()
        };
        Self {
            wide: below(&property.path, &property.groups),
            of_units: property.units.iter().map(|entry| below(&entry.path, &entry.groups)).collect(),
        }
    }
}

impl<'a> Site<'a> {
    /// Brings together what is declared and what was read.
    pub fn new(property: &'a Property, record: Option<&'a PropertyRecord>) -> Self {
        let units = record.and_then(|record| units(property, record));
        let count = units.map_or(0, <[Unit]>::len);
        let mut rooms = HashMap::with_capacity(count);
        let mut with_space: HashMap<&SpaceId, Short<&Unit>> = HashMap::with_capacity(count);
        let mut bearers: HashMap<&str, Short<&Unit>> = HashMap::with_capacity(count);
        for unit in units.into_iter().flatten() {
            rooms.entry(&unit.id).or_insert_with(|| Room { unit, mapping: OnceLock::new() });
            for space in &unit.spaces {
                with_space.entry(&space.id).or_default().push(unit);
            }
            for name in unit.spaces.iter().map(|space| &space.name).chain([&unit.number]) {
                bearers.entry(name).or_default().push(unit);
            }
        }
        Self { property, units, rooms, with_space, bearers, paths: Paths::of(property) }
    }

    /// The property's units; none where they could not be read.
    pub(super) fn units(&self) -> Option<&'a [Unit]> {
        self.units
    }

    /// Finds the lease's unit among the property's.
    pub(super) fn home(&self, lease: &'a Lease) -> Home<'a> {
        if self.units.is_none() {
            return Home::Unread(lease.spaces.first().map(|space| space.name.clone()));
        }
        let unit = match (&lease.unit, lease.spaces.as_slice()) {
            (Some(id), _) => self.rooms.get(id).map(|room| room.unit),
            (None, []) => return Home::Unassigned,
            (None, [first, ..]) => {
                let mut units = self.with_space.get(&first.id).into_iter().flatten().copied();
                units.find(|unit| lease.spaces.iter().all(|space| has_space(unit, space)))
            }
        };
        let Some(unit) = unit else { return Home::Elsewhere(unknown_unit(lease)) };
        let known = |space: &'a Space| unit.spaces.iter().find(|known| known.id == space.id).unwrap_or(space);
        let mut spaces: Vec<&Space> = lease.spaces.iter().map(known).collect();
        if spaces.is_empty() && unit.spaces.len() == 1 {
            spaces.extend(&unit.spaces);
        }
        Home::In { unit, spaces }
    }

    /// What a lease at this home opens.
    pub(super) fn mapping(&self, home: &Home<'_>) -> Arc<Mapping> {
        let Home::In { unit, spaces } = home else { return Arc::new(self.mapped(home)) };
        let is_whole = spaces.iter().copied().eq(&unit.spaces);
        match self.rooms.get(&unit.id).filter(|room| is_whole && room.unit == *unit) {
            Some(room) => Arc::clone(room.mapping.get_or_init(|| Arc::new(self.mapped(home)))),
            None => Arc::new(self.mapped(home)),
        }
    }

    /// What the manifest maps a whole unit to, all of its spaces together.
    pub fn of_unit(&self, unit: &Unit) -> Arc<Mapping> {
        self.mapping(&Home::In { unit, spaces: unit.spaces.iter().collect() })
    }

    fn mapped(&self, home: &Home<'_>) -> Mapping {
        let mut found = self.collected(home);
        found.groups.sort();
        found.groups.dedup_by(|a, b| a.key == b.key);
        found.groups.shrink_to_fit();
        found
    }

    fn collected(&self, home: &Home<'_>) -> Mapping {
        let Self { property, paths, .. } = self;
        let mut found = Mapping { matched: property.units.is_empty(), ..Mapping::at(home) };
        let values = Values::of(home);
        for path in &paths.wide {
            add(&mut found, &values, path);
        }
        let Home::In { unit, spaces } = home else { return found };
        for (entry, paths) in property.units.iter().zip(&paths.of_units) {
            let Some(Matched { spaces, hit }) = matched_by(entry, unit, spaces) else { continue };
            found.matched = true;
            let values = values.in_spaces(spaces);
            for path in paths {
                if self.confuses(unit, entry, &hit, &path.name) {
                    doubt(&mut found, &values, path);
                } else {
                    add(&mut found, &values, path);
                }
            }
        }
        found
    }

    /// U3: whether the entry would put two buildings' people into one group by accident.
    fn confuses(&self, unit: &Unit, entry: &UnitEntry, hit: &Hit<'_>, name: &Name) -> bool {
        let tells_apart = entry.shared || entry.building.is_some() || name.has(Placeholder::Building);
        let speaks_of_one = name.has(Placeholder::Unit) || name.has(Placeholder::Space);
        let speaks_of_many = hit.by_glob && !speaks_of_one;
        let is_twin = |other: &&Unit| other.id != unit.id && other.building != unit.building;
        let has_twin = |text: &&str| self.bearers.get(text).is_some_and(|units| units.iter().any(is_twin));
        !tells_apart && !speaks_of_many && hit.texts.iter().any(has_twin)
    }
}

/// The property's units, where they were read. That there is none is no answer where the manifest maps some.
pub(super) fn units<'a>(property: &Property, record: &'a PropertyRecord) -> Option<&'a [Unit]> {
    record.units.as_deref().filter(|units| !units.is_empty() || property.units.is_empty())
}

fn has_space(unit: &Unit, space: &Space) -> bool {
    unit.spaces.iter().any(|known| known.id == space.id)
}

fn unknown_unit(lease: &Lease) -> Text {
    let by_space = lease.spaces.first().map(|space| space.name.clone());
    by_space.or_else(|| lease.unit.as_ref().map(|id| Text::from(id.as_str()))).unwrap_or_default()
}

fn add(mapping: &mut Mapping, values: &Values<'_>, path: &Path) {
    let Mapping { groups, unfilled, .. } = mapping;
    if let Err(Unfilled(name)) = fill(groups, values, path) {
        unfilled.push(name);
    }
}

fn doubt(mapping: &mut Mapping, values: &Values<'_>, path: &Path) {
    // What is not named is not in doubt.
    drop(fill(&mut mapping.doubtful, values, path));
}

fn fill(mapped: &mut Vec<Mapped>, values: &Values<'_>, path: &Path) -> Result<(), Unfilled> {
    let mut add = |key| mapped.push(Mapped { key, path: path.place.clone() });
    match &path.name {
        Name::Fixed(key) => {
            add(key.clone());
            Ok(())
        }
        Name::Filled(template) => values.fill(template, add),
    }
}
