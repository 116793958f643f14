//! Which groups a unit opens (U1 to U8, U12, U13), and which groups the manifest names at all.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::access::few::Few;
use crate::access::text::Text;
use crate::access::{PropertyId, UnitId};
use crate::manifest::{GroupKey, GroupName, Manifest, Property, UnitEntry};
use crate::roster::{Roster, Space, Unit};

use super::hearing::Hearing;
use super::site::Site;

/// A group that a lease opens, and the place in the manifest that says so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mapped {
    /// The group.
    pub key: GroupKey,
    /// The path in the document.
    pub path: Text,
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
    Elsewhere(Text),
    /// The property's units could not be read; what the lease calls its own.
    Unread(Option<Text>),
}

/// What the manifest maps a lease to, and where that is: the same for all who live there.
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
    /// The unit or its spaces, for people to read.
    pub unit: Option<Text>,
    /// Which spaces the lease holds, where they are known (L6, L18).
    pub place: Option<(UnitId, Vec<Space>)>,
}

/// Whether the unit gives nothing (U12).
pub(super) fn is_excluded(property: &Property, home: &Home<'_>) -> bool {
    let Home::In { unit, spaces } = home else { return false };
    let excluded = |text: &str| property.exclude_units.iter().any(|pattern| pattern.matches(text));
    excluded(&unit.number) || (!spaces.is_empty() && spaces.iter().all(|space| excluded(&space.name)))
}

/// How an entry came to match a unit.
pub(super) struct Matched<'a> {
    /// The spaces that its placeholders speak of.
    pub(super) spaces: Vec<&'a str>,
    /// Through a glob, not by exact text.
    pub(super) by_glob: bool,
    /// The texts that matched.
    pub(super) texts: Vec<&'a str>,
}

/// Whether and how an entry speaks of the unit, or of some of these spaces.
pub(super) fn matched_by<'a>(entry: &UnitEntry, unit: &'a Unit, spaces: &[&'a Space]) -> Option<Matched<'a>> {
    if entry.building.is_some() && entry.building.as_deref() != unit.building.as_deref() {
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

/// What placeholders stand for.
pub(super) struct Values<'a> {
    unit: Option<&'a str>,
    spaces: Vec<&'a str>,
    building: Option<&'a str>,
    floor: Option<&'a str>,
}

/// A name with a placeholder that has no value.
pub(super) struct Unfilled(pub(super) String);

impl<'a> Values<'a> {
    pub(super) fn of(home: &'a Home<'_>) -> Self {
        match home {
            Home::In { unit, spaces } => Self {
                unit: Some(&unit.number),
                spaces: spaces.iter().map(|space| space.name.as_str()).collect(),
                building: unit.building.as_deref(),
                floor: unit.floor.as_deref(),
            },
            Home::Unassigned | Home::Elsewhere(_) | Home::Unread(_) => {
                Self { unit: None, spaces: Vec::new(), building: None, floor: None }
            }
        }
    }

    /// The same, where only these spaces are spoken of.
    pub(super) fn in_spaces(self, spaces: &[&'a str]) -> Self {
        Self { spaces: spaces.to_vec(), ..self }
    }

    pub(super) fn fill(&self, name: &GroupName) -> Result<Vec<GroupKey>, Unfilled> {
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
            return Ok(vec![GroupKey::Name(filled.into())]);
        }
        if self.spaces.is_empty() {
            return Err(Unfilled(text.clone()));
        }
        Ok(self.spaces.iter().map(|space| GroupKey::Name(filled.replace("{space}", space).into())).collect())
    }
}

/// Which groups the manifest names, and which properties name each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Naming {
    /// Every group that is named, by a template for each unit.
    pub groups: BTreeMap<GroupKey, Named>,
    /// Every name with a placeholder, cut at its placeholders, by what it begins with: of a property whose units could not be read,
    /// any group of such a name may be theirs.
    templates: BTreeMap<String, Vec<(PropertyId, Vec<String>)>>,
    /// How long those beginnings are, in bytes.
    beginnings: BTreeSet<usize>,
    /// One number in two buildings (U3): property, unit, path of the entry.
    pub twins: BTreeSet<(PropertyId, Text, String)>,
}

/// One named group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// The properties that name it.
    pub properties: Few<PropertyId>,
    /// It is named without a placeholder (U9, U10).
    pub is_static: bool,
    /// Where it is named first.
    pub path: Text,
}

impl Naming {
    /// Whether any property may name this group by a template.
    pub fn fits_any(&self, name: &str) -> bool {
        self.may_name(name).next().is_some()
    }

    /// The properties that may name this group by a template.
    pub fn may_name(&self, name: &str) -> impl Iterator<Item = PropertyId> {
        let beginning = |length: &usize| name.get(..*length).and_then(|first| self.templates.get(first));
        let begun_so = self.beginnings.iter().filter_map(beginning).flatten();
        begun_so.filter(move |(_, pieces)| fits(pieces, name)).map(|(property, _)| *property)
    }

    /// Whether no property names a group by a template.
    pub fn is_fixed(&self) -> bool {
        self.templates.is_empty()
    }

    /// Whether the property names groups by a template.
    pub fn has_templates(&self, property: PropertyId) -> bool {
        self.templates.values().flatten().any(|(id, _)| *id == property)
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
    naming_by(manifest, &Hearing::new(manifest, &roster.properties))
}

/// Like [`naming`], of properties that were brought together already.
pub fn naming_by(manifest: &Manifest, hearing: &Hearing<'_>) -> Naming {
    let of_units = |property: &Property| hearing.site(property.id).map(OfUnits::new);
    let of_units: Vec<Option<OfUnits>> = manifest.properties.par_iter().map(of_units).collect();
    let mut naming = Naming::default();
    for (property, of_units) in manifest.properties.iter().zip(of_units) {
        naming.add_static(property);
        naming.add_templates(property);
        if let Some(of_units) = of_units {
            naming.add_units(property.id, of_units);
        }
    }
    naming
}

/// The home as people read it.
fn label(home: &Home<'_>) -> Option<Text> {
    match home {
        Home::In { unit, spaces } if spaces.is_empty() || unit.spaces.len() <= 1 => Some(unit.number.clone()),
        Home::In { spaces, .. } => {
            Some(spaces.iter().map(|space| space.name.as_str()).collect::<Vec<_>>().join(", ").into())
        }
        Home::Elsewhere(text) => Some(text.clone()),
        Home::Unread(text) => text.clone(),
        Home::Unassigned => None,
    }
}

/// Which spaces of which unit it is.
fn place(home: &Home<'_>) -> Option<(UnitId, Vec<Space>)> {
    match home {
        Home::In { unit, spaces } => {
            let mut spaces: Vec<Space> = spaces.iter().copied().cloned().collect();
            spaces.sort();
            Some((unit.id.clone(), spaces))
        }
        Home::Unassigned | Home::Elsewhere(_) | Home::Unread(_) => None,
    }
}

impl Mapping {
    /// Of this home, before the manifest was asked.
    pub(super) fn at(home: &Home<'_>) -> Self {
        Self { unit: label(home), place: place(home), ..Self::default() }
    }
}

/// What a property's units are mapped to.
#[derive(Default)]
struct OfUnits {
    mapped: Vec<Mapped>,
    /// One number in two buildings: the unit, and the path of the entry.
    twins: Vec<(Text, String)>,
}

impl OfUnits {
    fn new(site: &Site<'_>) -> Self {
        let mut found = Self::default();
        for unit in site.units().into_iter().flatten() {
            let mapping = site.of_unit(unit);
            found.mapped.extend(mapping.groups.iter().chain(&mapping.doubtful).cloned());
            for mapped in &mapping.doubtful {
                let entry = mapped.path.rsplit_once(".groups").map_or(&*mapped.path, |(entry, _)| entry);
                found.twins.push((unit.number.clone(), entry.to_owned()));
            }
        }
        found
    }
}

impl Naming {
    fn add_static(&mut self, property: &Property) {
        for (name, path) in all_names(property) {
            match name {
                GroupName::Id(id) => self.name(&GroupKey::Id(*id), property.id, true, &path),
                GroupName::Text(text) if !has_placeholder(text) => {
                    self.name(&GroupKey::Name(text.as_str().into()), property.id, true, &path);
                }
                GroupName::Text(_) => {}
            }
        }
    }

    fn add_units(&mut self, property: PropertyId, of_units: OfUnits) {
        let OfUnits { mapped, twins } = of_units;
        for Mapped { key, path } in &mapped {
            self.name(key, property, false, path);
        }
        self.twins.extend(twins.into_iter().map(|(unit, entry)| (property, unit, entry)));
    }

    fn add_templates(&mut self, property: &Property) {
        for (name, _) in all_names(property) {
            if let GroupName::Text(text) = name
                && has_placeholder(text)
            {
                let pieces = pieces(text);
                let first = pieces.first().cloned().unwrap_or_default();
                self.beginnings.insert(first.len());
                self.templates.entry(first).or_default().push((property.id, pieces));
            }
        }
    }

    fn name(&mut self, key: &GroupKey, property: PropertyId, is_static: bool, path: &str) {
        if !self.groups.contains_key(key) {
            let named = Named { path: path.into(), ..Named::default() };
            self.groups.insert(key.clone(), named);
        }
        if let Some(named) = self.groups.get_mut(key) {
            named.properties.insert(property);
            named.is_static |= is_static;
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
