//! Which groups a unit opens (U1 to U8, U12, U13), and which groups the manifest names at all.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::PropertyId;
use crate::manifest::{GroupKey, GroupName, Manifest, Property, UnitEntry};
use crate::roster::{Lease, PropertyRecord, Roster, Space, Unit};

/// A group that a lease opens, and the place in the manifest that says so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mapped {
    /// The group.
    pub key: GroupKey,
    /// The path in the document.
    pub path: String,
}

/// Where a lease is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home<'a> {
    /// In a unit of the property.
    In {
        /// The unit.
        unit: &'a Unit,
        /// The lease's spaces, as getPropertyUnits names them.
        spaces: Vec<&'a Space>,
    },
    /// No unit is assigned yet (U8).
    Unassigned,
    /// The lease names a unit that the property does not have (U13).
    Elsewhere(String),
    /// The property's units could not be read.
    Unread,
}

/// What the manifest maps a lease to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    /// What it opens.
    pub groups: Vec<Mapped>,
    /// What it neither gives nor takes: one unit number in two buildings (U3).
    pub doubtful: Vec<Mapped>,
    /// Names with a placeholder that has no value here (U9).
    pub unfilled: Vec<String>,
    /// At least one entry matches, or the property has none at all (U4).
    pub matched: bool,
}

/// Whether the unit gives nothing (U12).
pub(super) fn is_excluded(property: &Property, home: &Home<'_>) -> bool {
    let Home::In { unit, spaces } = home else { return false };
    let excluded = |text: &str| property.exclude_units.iter().any(|pattern| pattern.matches(text));
    excluded(&unit.number) || (!spaces.is_empty() && spaces.iter().all(|space| excluded(&space.name)))
}

/// The property's units, where they were read. That there is none is no answer where the manifest maps some.
pub(super) fn units<'a>(property: &Property, record: &'a PropertyRecord) -> Option<&'a [Unit]> {
    let units = record.units.as_deref()?;
    (!units.is_empty() || property.units.is_empty()).then_some(units)
}

/// Finds the lease's unit among the property's.
pub(super) fn home<'a>(property: &Property, record: &'a PropertyRecord, lease: &'a Lease) -> Home<'a> {
    let Some(units) = units(property, record) else { return Home::Unread };
    let named = lease.unit.as_ref().map(|id| units.iter().find(|unit| unit.id == *id));
    let unit = match named {
        Some(Some(unit)) => unit,
        Some(None) => return Home::Elsewhere(unknown_unit(lease)),
        None if lease.spaces.is_empty() => return Home::Unassigned,
        None => match units.iter().find(|unit| lease.spaces.iter().all(|space| has_space(unit, space))) {
            Some(unit) => unit,
            None => return Home::Elsewhere(unknown_unit(lease)),
        },
    };
    let mut spaces: Vec<&Space> = lease
        .spaces
        .iter()
        .map(|space| unit.spaces.iter().find(|known| known.id == space.id).unwrap_or(space))
        .collect();
    if spaces.is_empty() && unit.spaces.len() == 1 {
        spaces.extend(&unit.spaces);
    }
    Home::In { unit, spaces }
}

fn has_space(unit: &Unit, space: &Space) -> bool {
    unit.spaces.iter().any(|known| known.id == space.id)
}

fn unknown_unit(lease: &Lease) -> String {
    let by_space = lease.spaces.first().map(|space| space.name.clone());
    by_space.or_else(|| lease.unit.as_ref().map(ToString::to_string)).unwrap_or_default()
}

/// What a lease at this home opens.
pub(super) fn mapping(property: &Property, record: &PropertyRecord, home: &Home<'_>) -> Mapping {
    let mut mapping = Mapping { matched: property.units.is_empty(), ..Mapping::default() };
    let values = Values::of(home);
    for (index, name) in property.groups.iter().enumerate() {
        mapping.add(name, &values, &format!("{}.groups[{index}]", property.path));
    }
    let Home::In { unit, spaces } = home else { return mapping };
    let twins = Twins::of(record, unit);
    for entry in &property.units {
        let Some(matched) = matched_by(entry, unit, spaces) else { continue };
        mapping.matched = true;
        let values = Values { spaces: matched.spaces.clone(), ..Values::of(home) };
        for (index, name) in entry.groups.iter().enumerate() {
            let path = format!("{}.groups[{index}]", entry.path);
            if twins.confuse(entry, &matched, name) {
                mapping.doubt(name, &values, &path);
            } else {
                mapping.add(name, &values, &path);
            }
        }
    }
    mapping.groups.sort();
    mapping.groups.dedup_by(|a, b| a.key == b.key);
    mapping
}

impl Mapping {
    fn add(&mut self, name: &GroupName, values: &Values<'_>, path: &str) {
        match values.fill(name) {
            Ok(keys) => {
                self.groups.extend(keys.into_iter().map(|key| Mapped { key, path: path.to_owned() }));
            }
            Err(Unfilled(text)) => self.unfilled.push(text),
        }
    }

    fn doubt(&mut self, name: &GroupName, values: &Values<'_>, path: &str) {
        let keys = values.fill(name).unwrap_or_default();
        self.doubtful.extend(keys.into_iter().map(|key| Mapped { key, path: path.to_owned() }));
    }
}

/// What the manifest maps a whole unit to, all of its spaces together.
pub fn of_unit(property: &Property, record: &PropertyRecord, unit: &Unit) -> Mapping {
    mapping(property, record, &Home::In { unit, spaces: unit.spaces.iter().collect() })
}

/// How an entry came to match a unit.
struct Matched<'a> {
    /// The spaces that its placeholders speak of.
    spaces: Vec<&'a str>,
    /// Through a glob, not by exact text.
    by_glob: bool,
    /// The texts that matched.
    texts: Vec<&'a str>,
}

fn matched_by<'a>(entry: &UnitEntry, unit: &'a Unit, spaces: &[&'a Space]) -> Option<Matched<'a>> {
    if entry.building.is_some() && entry.building != unit.building {
        return None;
    }
    let hits = |text: &str| entry.matches.iter().find(|pattern| pattern.matches(text));
    let all: Vec<&str> = spaces.iter().map(|space| space.name.as_str()).collect();
    if let Some(pattern) = hits(&unit.number) {
        return Some(Matched { spaces: all, by_glob: !pattern.is_exact(), texts: vec![&unit.number] });
    }
    let through: Vec<&str> = all.into_iter().filter(|name| hits(name).is_some()).collect();
    let by_glob = through.first().and_then(|name| hits(name)).is_some_and(|pattern| !pattern.is_exact());
    (!through.is_empty()).then(|| Matched { spaces: through.clone(), by_glob, texts: through })
}

/// Units of the same property that bear the same number, or a space of the same name (U3).
struct Twins<'a> {
    others: Vec<&'a Unit>,
}

impl<'a> Twins<'a> {
    fn of(record: &'a PropertyRecord, unit: &Unit) -> Self {
        let units = record.units.iter().flatten();
        Self {
            others: units.filter(|other| other.id != unit.id && other.building != unit.building).collect(),
        }
    }

    /// Whether the entry would put two buildings' people into one group by accident.
    fn confuse(&self, entry: &UnitEntry, matched: &Matched<'_>, name: &GroupName) -> bool {
        let GroupName::Text(text) = name else {
            return self.confuse_text(entry, matched, "");
        };
        self.confuse_text(entry, matched, text)
    }

    fn confuse_text(&self, entry: &UnitEntry, matched: &Matched<'_>, name: &str) -> bool {
        let tells_apart = entry.shared || entry.building.is_some() || name.contains("{building}");
        let speaks_of_many = matched.by_glob && !name.contains("{unit}") && !name.contains("{space}");
        !tells_apart && !speaks_of_many && self.others.iter().any(|other| bears(other, &matched.texts))
    }
}

fn bears(unit: &Unit, texts: &[&str]) -> bool {
    texts.contains(&unit.number.as_str())
        || unit.spaces.iter().any(|space| texts.contains(&space.name.as_str()))
}

/// What placeholders stand for.
struct Values<'a> {
    unit: Option<&'a str>,
    spaces: Vec<&'a str>,
    building: Option<&'a str>,
    floor: Option<&'a str>,
}

struct Unfilled(String);

impl<'a> Values<'a> {
    fn of(home: &'a Home<'_>) -> Self {
        match home {
            Home::In { unit, spaces } => Self {
                unit: Some(&unit.number),
                spaces: spaces.iter().map(|space| space.name.as_str()).collect(),
                building: unit.building.as_deref(),
                floor: unit.floor.as_deref(),
            },
            Home::Unassigned | Home::Elsewhere(_) | Home::Unread => {
                Self { unit: None, spaces: Vec::new(), building: None, floor: None }
            }
        }
    }

    fn fill(&self, name: &GroupName) -> Result<Vec<GroupKey>, Unfilled> {
        let text = match name {
            GroupName::Id(id) => return Ok(vec![GroupKey::Id(*id)]),
            GroupName::Text(text) => text,
        };
        let mut filled = text.clone();
        for (placeholder, value) in
            [("{unit}", self.unit), ("{building}", self.building), ("{floor}", self.floor)]
        {
            if filled.contains(placeholder) {
                let value = value.filter(|value| !value.is_empty()).ok_or_else(|| Unfilled(text.clone()))?;
                filled = filled.replace(placeholder, value);
            }
        }
        if !filled.contains("{space}") {
            return Ok(vec![GroupKey::Name(filled)]);
        }
        if self.spaces.is_empty() {
            return Err(Unfilled(text.clone()));
        }
        Ok(self.spaces.iter().map(|space| GroupKey::Name(filled.replace("{space}", space))).collect())
    }
}

/// Which groups the manifest names, and which properties name each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Naming {
    /// Every group that is named, by a template for each unit.
    pub groups: BTreeMap<GroupKey, Named>,
    /// Every name with a placeholder, cut at its placeholders: of a property whose units could not be read, any group of such a
    /// name may be theirs.
    pub templates: Vec<(PropertyId, Vec<String>)>,
    /// One number in two buildings (U3): property, unit, path of the entry.
    pub twins: BTreeSet<(PropertyId, String, String)>,
}

/// One named group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// The properties that name it.
    pub properties: BTreeSet<PropertyId>,
    /// It is named without a placeholder (U9, U10).
    pub is_static: bool,
    /// Where it is named first.
    pub path: String,
}

impl Naming {
    /// Whether any property may name this group by a template.
    pub fn fits_any(&self, name: &str) -> bool {
        self.templates.iter().any(|(_, pieces)| fits(pieces, name))
    }

    /// The properties that may name this group by a template.
    pub fn may_name(&self, name: &str) -> impl Iterator<Item = PropertyId> {
        self.templates.iter().filter(move |(_, pieces)| fits(pieces, name)).map(|(property, _)| *property)
    }
}

/// Whether `name` is the pieces, two or more, in their order with anything between them.
fn fits(pieces: &[String], name: &str) -> bool {
    let [first, middle @ .., last] = pieces else { return false };
    let Some(rest) = name.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str()))
    else {
        return false;
    };
    let mut rest = Some(rest);
    for piece in middle {
        rest = rest.and_then(|text| text.split_once(piece.as_str())).map(|(_, after)| after);
    }
    rest.is_some()
}

/// Collects every group that the manifest names for the units that were read.
pub fn naming(manifest: &Manifest, roster: &Roster) -> Naming {
    let mut naming = Naming::default();
    for property in &manifest.properties {
        naming.add_static(property);
        naming.add_templates(property);
        if let Some(record) = roster.properties.get(&property.id) {
            let units = units(property, record).into_iter().flatten();
            units.for_each(|unit| naming.add_unit(property, record, unit));
        }
    }
    naming
}

impl Naming {
    fn add_static(&mut self, property: &Property) {
        for (name, path) in all_names(property) {
            match name {
                GroupName::Id(id) => self.name(GroupKey::Id(*id), property.id, true, &path),
                GroupName::Text(text) if !has_placeholder(text) => {
                    self.name(GroupKey::Name(text.clone()), property.id, true, &path);
                }
                GroupName::Text(_) => {}
            }
        }
    }

    fn add_unit(&mut self, property: &Property, record: &PropertyRecord, unit: &Unit) {
        let mapping = of_unit(property, record, unit);
        for mapped in mapping.groups {
            self.name(mapped.key, property.id, false, &mapped.path);
        }
        for mapped in mapping.doubtful {
            let entry =
                mapped.path.rsplit_once(".groups").map_or(mapped.path.clone(), |(entry, _)| entry.to_owned());
            self.twins.insert((property.id, unit.number.clone(), entry));
            self.name(mapped.key, property.id, false, &mapped.path);
        }
    }

    fn add_templates(&mut self, property: &Property) {
        for (name, _) in all_names(property) {
            if let GroupName::Text(text) = name
                && has_placeholder(text)
            {
                self.templates.push((property.id, pieces(text)));
            }
        }
    }

    fn name(&mut self, key: GroupKey, property: PropertyId, is_static: bool, path: &str) {
        let named = self.groups.entry(key).or_default();
        named.properties.insert(property);
        named.is_static |= is_static;
        if named.path.is_empty() {
            path.clone_into(&mut named.path);
        }
    }
}

fn all_names(property: &Property) -> impl Iterator<Item = (&GroupName, String)> {
    let wide =
        property.groups.iter().enumerate().map(|(i, name)| (name, format!("{}.groups[{i}]", property.path)));
    let units = property.units.iter().flat_map(|entry| {
        entry.groups.iter().enumerate().map(move |(i, name)| (name, format!("{}.groups[{i}]", entry.path)))
    });
    wide.chain(units)
}

const PLACEHOLDERS: [&str; 4] = ["{unit}", "{space}", "{building}", "{floor}"];

fn has_placeholder(text: &str) -> bool {
    PLACEHOLDERS.iter().any(|placeholder| text.contains(placeholder))
}

/// The template without its placeholders.
fn pieces(text: &str) -> Vec<String> {
    let marked = PLACEHOLDERS.iter().fold(text.to_owned(), |text, name| text.replace(name, "\u{0}"));
    marked.split('\u{0}').map(str::to_owned).collect()
}
