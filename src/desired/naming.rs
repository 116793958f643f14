//! Which groups the manifest names at all, and which properties name each.

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;
use rayon::prelude::*;

use crate::access::PropertyId;
use crate::access::few::Few;
use crate::access::text::Text;
use crate::manifest::{GroupKey, GroupName, Manifest, Property};
use crate::roster::Roster;

use super::hearing::Hearing;
use super::site::Site;
use super::template::Name;
use super::unit::Mapped;

/// Which groups the manifest names, and which properties name each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Naming {
    /// Every group that is named, by a template for each unit.
    pub groups: LiteMap<GroupKey, Named>,
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
    let mut naming = Naming::default();
    manifest.properties.iter().for_each(|property| naming.add_templates(property));
    let names = |property: &Property| Names::of(property, hearing.site(property.id));
    let of_each: Vec<Names> = manifest.properties.par_iter().map(names).collect();
    let mut mentions = Vec::with_capacity(of_each.iter().map(|names| names.mentions.len()).sum());
    for (rank, (property, names)) in manifest.properties.iter().zip(of_each).enumerate() {
        mentions.extend(names.mentions.into_iter().map(|mention| Mention { rank, ..mention }));
        naming.twins.extend(names.twins.into_iter().map(|(unit, entry)| (property.id, unit, entry)));
    }
    naming.groups = by_group(mentions);
    naming
}

/// A group's place is where it is named first.
fn by_group(mut mentions: Vec<Mention>) -> LiteMap<GroupKey, Named> {
    mentions.par_sort_unstable_by(|a, b| (&a.key, a.rank).cmp(&(&b.key, b.rank)));
    let named = |mentions: &[Mention]| {
        let first = mentions.first()?;
        let named = Named {
            properties: mentions.iter().map(|mention| mention.property).collect(),
            is_static: mentions.iter().any(|mention| mention.is_static),
            path: first.path.clone(),
        };
        Some((first.key.clone(), named))
    };
    let groups = mentions.par_chunk_by(|a, b| a.key == b.key).filter_map(named);
    LiteMap::from_sorted_store_unchecked(groups.collect())
}

/// One property's word for a group.
struct Mention {
    key: GroupKey,
    property: PropertyId,
    /// Which of the manifest's properties that is; each names a group once here.
    rank: usize,
    /// Without a placeholder.
    is_static: bool,
    path: Text,
}

/// The groups that a property names.
#[derive(Default)]
struct Names {
    mentions: Vec<Mention>,
    /// One number in two buildings: the unit, and the path of the entry.
    twins: Vec<(Text, String)>,
}

impl Names {
    /// Without a placeholder first, then for its units.
    fn of(property: &Property, site: Option<&Site<'_>>) -> Self {
        let mut names = Self::default();
        for (name, path) in all_names(property) {
            let Name::Fixed(key) = Name::of(name) else { continue };
            let path = path.into();
            names.mentions.push(Mention { key, property: property.id, rank: 0, is_static: true, path });
        }
        if let Some(site) = site {
            names.add_units(property, site);
        }
        names.mentions.sort_by(|a, b| a.key.cmp(&b.key));
        names.mentions.dedup_by(|later, first| {
            first.is_static |= later.is_static && later.key == first.key;
            later.key == first.key
        });
        names
    }

    fn add_units(&mut self, property: &Property, site: &Site<'_>) {
        for unit in site.units().into_iter().flatten() {
            let mapping = site.of_unit(unit);
            let mapped = mapping.groups.iter().chain(&mapping.doubtful);
            self.mentions.extend(mapped.map(|Mapped { key, path }| Mention {
                key: key.clone(),
                property: property.id,
                rank: 0,
                is_static: false,
                path: path.clone(),
            }));
            for mapped in &mapping.doubtful {
                let entry = mapped.path.rsplit_once(".groups").map_or(&*mapped.path, |(entry, _)| entry);
                self.twins.push((unit.number.clone(), entry.to_owned()));
            }
        }
    }
}

impl Naming {
    fn add_templates(&mut self, property: &Property) {
        for (name, _) in all_names(property) {
            let Name::Filled(template) = Name::of(name) else { continue };
            let pieces: Vec<String> = template.literals().map(str::to_owned).collect();
            let first = pieces.first().cloned().unwrap_or_default();
            self.beginnings.insert(first.len());
            self.templates.entry(first).or_default().push((property.id, pieces));
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
