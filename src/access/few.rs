//! A set that mostly holds one or two: a portfolio has millions of these, and a tree for each would be larger than what is in it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// A small set in order, each once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Few<T>(Vec<T>);

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Ord> Few<T> {
    /// Adds one; whether it was not there before.
    pub fn insert(&mut self, one: T) -> bool {
        match self.0.binary_search(&one) {
            Ok(_) => false,
            Err(place) => {
                // Most stay alone.
                self.0.reserve_exact(1);
                self.0.insert(place, one);
                true
            }
        }
    }

    /// Whether it is there.
    pub fn contains(&self, one: &T) -> bool {
        self.0.binary_search(one).is_ok()
    }

    /// Keeps those of whom this holds.
    pub fn retain(&mut self, is_kept: impl FnMut(&T) -> bool) {
        self.0.retain(is_kept);
    }
}

impl<T> Few<T> {
    /// The smallest.
    pub fn first(&self) -> Option<&T> {
        self.0.first()
    }

    /// All, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Ord> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        let mut all: Vec<T> = all.into_iter().collect();
        all.sort_unstable();
        all.dedup();
        all.shrink_to_fit();
        Self(all)
    }
}

impl<T: Ord, const N: usize> From<[T; N]> for Few<T> {
    fn from(all: [T; N]) -> Self {
        all.into_iter().collect()
    }
}

impl<T: Ord> Extend<T> for Few<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, more: I) {
        for one in more {
            self.insert(one);
        }
    }
}

impl<T> IntoIterator for Few<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Few<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'de, T: Ord + Deserialize<'de>> Deserialize<'de> for Few<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}

/// A list that is read takes no more room than it needs: most of the millions hold one or two.
///
/// # Errors
/// When it is no list of these.
pub fn fitting<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_seq(Fitting(PhantomData))
}

/// Reads a list into just as much room: what `Vec` takes first would do for four.
struct Fitting<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fitting<T> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rest: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(one) = rest.next_element()? {
            if list.len() == list.capacity() {
                list.reserve_exact(list.len().max(1));
            }
            list.push(one);
        }
        list.shrink_to_fit();
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::Few;

    #[test]
    fn it_is_in_order_and_holds_each_once_however_it_is_filled() {
        let mut filled: Few<u8> = Few::default();
        assert!(filled.is_empty() && filled.first().is_none());
        assert!(filled.insert(3) && filled.insert(1) && !filled.insert(3));
        filled.extend([2, 1]);
        assert_eq!(filled, Few::from([3, 2, 1, 2]));
        assert_eq!(filled, serde_json::from_str("[2, 3, 1, 1]").unwrap());
        assert_eq!(serde_json::to_string(&filled).unwrap(), "[1,2,3]");
        assert_eq!((filled.first(), filled.len()), (Some(&1), 3));
        filled.retain(|one| *one != 2);
        assert!(filled.contains(&3) && !filled.contains(&2));
        assert_eq!(filled.into_iter().collect::<Vec<_>>(), [1, 3]);
    }
}
