//! A part of the properties that one of several jobs looks after: even parts, each person in exactly one of them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::PropertyId;

/// The K-th of N parts, written `K/N`; K counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    part: u32,
    of: u32,
}

impl Shard {
    /// The part, if there is such a one.
    pub const fn new(part: u32, of: u32) -> Option<Self> {
        if part >= 1 && part <= of { Some(Self { part, of }) } else { None }
    }

    /// Which part, from 1.
    pub const fn part(self) -> u32 {
        self.part
    }

    /// Into how many parts the properties are split.
    pub const fn of(self) -> u32 {
        self.of
    }

    /// Whether the smallest of somebody's properties (none: they are in the first part) belongs to this part. Properties are dealt
    /// out in the order of their ids, so that one with a new, higher id moves no other; one that left the manifest goes with the
    /// one before which it would stand.
    pub fn holds<T>(self, property: Option<PropertyId>, all: &BTreeMap<PropertyId, T>) -> bool {
        let place = property.map_or(0, |id| all.range(..id).count());
        place as u64 % u64::from(self.of) == u64::from(self.part) - 1
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const HELP: &str = "write which part of how many, as in 1/4";
        let (part, of) = text.split_once('/').ok_or(HELP)?;
        let (part, of) = (part.parse().map_err(|_| HELP)?, of.parse().map_err(|_| HELP)?);
        Self::new(part, of).ok_or(HELP)
    }
}

impl Serialize for Shard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Shard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'_, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Shard {
    fn schema_name() -> Cow<'static, str> {
        "Shard".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The K-th of N parts of the properties, written `K/N`.",
            "type": "string",
            "pattern": "^[1-9][0-9]*/[1-9][0-9]*$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: impl IntoIterator<Item = u64>) -> BTreeMap<PropertyId, u64> {
        ids.into_iter().map(|id| (PropertyId(id), id)).collect()
    }

    fn shares(all: &BTreeMap<PropertyId, u64>, of: u32) -> Vec<Vec<u64>> {
        let shard = |part| Shard::new(part, of).unwrap();
        (1..=of)
            .map(|part| all.keys().filter(|id| shard(part).holds(Some(**id), all)).map(|id| id.0).collect())
            .collect()
    }

    #[test]
    fn parts_are_even_and_every_property_is_in_one() {
        let all = ids([7, 3, 11, 5, 20]);
        assert_eq!(shares(&all, 2), [vec![3, 7, 20], vec![5, 11]]);
        assert_eq!(shares(&all, 3), [vec![3, 11], vec![5, 20], vec![7]]);
        assert_eq!(shares(&all, 1), [vec![3, 5, 7, 11, 20]]);
        assert_eq!(
            shares(&all, 6)[5],
            Vec::<u64>::new(),
            "more parts than properties: some have nothing to do"
        );
    }

    #[test]
    fn a_property_with_a_new_id_moves_no_other() {
        let (before, after) = (ids(1..=9), ids(1..=10));
        for part in 1..=4 {
            let shard = Shard::new(part, 4).unwrap();
            assert!(
                before.keys().all(|id| shard.holds(Some(*id), &before) == shard.holds(Some(*id), &after))
            );
        }
    }

    #[test]
    fn what_has_no_property_is_in_the_first_part() {
        let all = ids([3, 5]);
        let in_parts: Vec<bool> =
            (1..=3).map(|part| Shard::new(part, 3).unwrap().holds(None, &all)).collect();
        assert_eq!(in_parts, [true, false, false]);
    }

    #[test]
    fn a_property_that_left_the_manifest_is_in_exactly_one_part() {
        let all = ids([3, 5, 9]);
        let parts = |id| {
            (1..=2).filter(|part| Shard::new(*part, 2).unwrap().holds(Some(PropertyId(id)), &all)).count()
        };
        assert_eq!([parts(1), parts(4), parts(100)], [1, 1, 1]);
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["1/1", "2/4", "16/16"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for text in ["", "1", "0/4", "5/4", "1/0", "a/b", "1/2/3", "-1/2", "1/ 2"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
