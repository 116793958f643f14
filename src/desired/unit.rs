//! Which groups a unit opens (U1 to U8, U12, U13), and which groups the manifest names at all.

use crate::access::UnitId;
use crate::access::text::Text;
use crate::manifest::{GroupKey, GroupName, Property, UnitEntry};
use crate::roster::{Space, Unit};

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
        if !text.contains(SPACE) {
            return Ok(vec![GroupKey::Name(self.filled(text, "")?.into())]);
        }
        if self.spaces.is_empty() {
            return Err(Unfilled(text.clone()));
        }
        let of_each = self.spaces.iter().map(|space| Ok(GroupKey::Name(self.filled(text, space)?.into())));
        of_each.collect()
    }

    fn filled(&self, text: &str, space: &str) -> Result<String, Unfilled> {
        let known = [("{unit}", self.unit), ("{building}", self.building), ("{floor}", self.floor)];
        let known = known.into_iter().chain([(SPACE, Some(space))]);
        let (mut filled, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(at) = rest.find('{') {
            let (before, after) = rest.split_at(at);
            filled.push_str(before);
            let placeholder = known.clone().find(|(placeholder, _)| after.starts_with(placeholder));
            let (taken, value) = match placeholder {
                Some((SPACE, value)) => (SPACE, value),
                Some((placeholder, value)) => (placeholder, value.filter(|value| !value.is_empty())),
                None => ("{", Some("{")),
            };
            filled.push_str(value.ok_or_else(|| Unfilled(text.to_owned()))?);
            rest = &after[taken.len()..];
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// Stands for a bed or room.
const SPACE: &str = "{space}";

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
