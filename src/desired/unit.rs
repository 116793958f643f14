//! Which groups a unit opens (U1 to U8, U12, U13), and which groups the manifest names at all.

use crate::access::UnitId;
use crate::access::few::Short;
use crate::access::text::Text;
use crate::manifest::{GroupKey, Property, UnitEntry};
use crate::roster::{Space, Unit};

use super::template::{Placeholder, Template, Unfilled};

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
    pub(super) hit: Hit<'a>,
}

/// What of a unit an entry matched.
pub(super) struct Hit<'a> {
    /// Through a glob, not by exact text.
    pub(super) by_glob: bool,
    /// The texts that matched.
    pub(super) texts: Short<&'a str>,
}

/// Whether and how an entry speaks of the unit, or of some of these spaces.
pub(super) fn matched_by<'a>(entry: &UnitEntry, unit: &'a Unit, spaces: &[&'a Space]) -> Option<Matched<'a>> {
    if entry.building.is_some() && entry.building.as_deref() != unit.building.as_deref() {
        return None;
    }
    let hits = |text: &str| entry.matches.iter().find(|pattern| pattern.matches(text));
    let all = spaces.iter().map(|space| space.name.as_str());
    if let Some(pattern) = hits(&unit.number) {
        let texts = Short::of(unit.number.as_str());
        return Some(Matched { spaces: all.collect(), hit: Hit { by_glob: !pattern.is_exact(), texts } });
    }
    let through: Vec<&str> = all.filter(|name| hits(name).is_some()).collect();
    let by_glob = through.first().and_then(|name| hits(name)).is_some_and(|pattern| !pattern.is_exact());
    (!through.is_empty())
        .then(|| Matched { hit: Hit { by_glob, texts: through.clone().into() }, spaces: through })
}

/// What placeholders stand for.
pub(super) struct Values<'a> {
    unit: Option<&'a str>,
    spaces: Vec<&'a str>,
    building: Option<&'a str>,
    floor: Option<&'a str>,
}

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
    pub(super) fn in_spaces(&self, spaces: Vec<&'a str>) -> Self {
        Self { spaces, ..*self }
    }

    /// The groups of this name: one, or one for each space where it speaks of those.
    pub(super) fn fill(&self, name: &Template, mut add: impl FnMut(GroupKey)) -> Result<(), Unfilled> {
        if !name.has(Placeholder::Space) {
            add(self.filled(name, None)?);
            return Ok(());
        }
        let of_each: Result<Vec<GroupKey>, Unfilled> =
            self.spaces.iter().map(|space| self.filled(name, Some(space))).collect();
        let of_each = of_each?;
        if of_each.is_empty() {
            return Err(name.unfilled());
        }
        of_each.into_iter().for_each(add);
        Ok(())
    }

    fn filled(&self, name: &Template, space: Option<&str>) -> Result<GroupKey, Unfilled> {
        let value = |placeholder| match placeholder {
            Placeholder::Unit => self.unit.filter(|value| !value.is_empty()),
            Placeholder::Building => self.building.filter(|value| !value.is_empty()),
            Placeholder::Floor => self.floor.filter(|value| !value.is_empty()),
            Placeholder::Space => space,
        };
        Ok(GroupKey::Name(name.fill(value)?))
    }
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
