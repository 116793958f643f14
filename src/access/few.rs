//! A set that mostly holds one or two: a portfolio has millions of these, and a tree for each would be larger than what is in it.

use std::marker::PhantomData;
use std::ops::Deref;
use std::{fmt, iter, option, slice, vec};

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A list that mostly holds one, which then stands in itself.
#[derive(Debug, Clone)]
pub struct Short<T>(Held<T>);

#[derive(Debug, Clone)]
enum Held<T> {
    One(T),
    /// None, or several.
    List(Vec<T>),
}

impl<T> Default for Short<T> {
    fn default() -> Self {
        Self(Held::List(Vec::new()))
    }
}

impl<T> Deref for Short<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            Held::One(one) => slice::from_ref(one),
            Held::List(list) => list,
        }
    }
}

impl<T> Short<T> {
    /// A list of just one.
    pub const fn of(one: T) -> Self {
        Self(Held::One(one))
    }

    /// Adds one at the end.
    pub fn push(&mut self, one: T) {
        self.insert(self.len(), one);
    }

    fn insert(&mut self, place: usize, one: T) {
        if self.is_empty() {
            self.0 = Held::One(one);
            return;
        }
        let mut list = std::mem::take(self).into_list();
        // Most that are more than one are two.
        list.reserve_exact(1);
        list.insert(place, one);
        self.0 = Held::List(list);
    }

    fn into_list(self) -> Vec<T> {
        match self.0 {
            Held::One(one) => vec![one],
            Held::List(list) => list,
        }
    }
}

impl<T> From<Vec<T>> for Short<T> {
    fn from(mut list: Vec<T>) -> Self {
        match list.pop() {
            Some(one) if list.is_empty() => Self::of(one),
            popped => {
                list.extend(popped);
                list.shrink_to_fit();
                Self(Held::List(list))
            }
        }
    }
}

impl<T> FromIterator<T> for Short<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        let mut all = all.into_iter();
        let Some(first) = all.next() else { return Self::default() };
        let Some(second) = all.next() else { return Self::of(first) };
        let mut list = vec![first, second];
        list.extend(all);
        Self(Held::List(list))
    }
}

impl<T> IntoIterator for Short<T> {
    type Item = T;
    type IntoIter = iter::Chain<option::IntoIter<T>, vec::IntoIter<T>>;

    fn into_iter(self) -> Self::IntoIter {
        let (one, list) = match self.0 {
            Held::One(one) => (Some(one), Vec::new()),
            Held::List(list) => (None, list),
        };
        one.into_iter().chain(list)
    }
}

impl<'a, T> IntoIterator for &'a Short<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: PartialEq> PartialEq for Short<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Short<T> {}

/// A small set in order, each once; one stands in itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Few<T>(Short<T>);

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(Short::default())
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Ord> Few<T> {
    /// Adds one; whether it was not there before.
    pub fn insert(&mut self, one: T) -> bool {
        let Err(place) = self.binary_search(&one) else { return false };
        self.0.insert(place, one);
        true
    }

    /// Keeps those of whom this holds.
    pub fn retain(&mut self, is_kept: impl FnMut(&T) -> bool) {
        let mut list = std::mem::take(&mut self.0).into_list();
        list.retain(is_kept);
        self.0 = list.into();
    }
}

impl<T: Ord> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        let mut all: Short<T> = all.into_iter().collect();
        if let Held::List(list) = &mut all.0 {
            list.sort_unstable();
            list.dedup();
            return Self(std::mem::take(list).into());
        }
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
    type IntoIter = <Short<T> as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Few<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Serialize> Serialize for Few<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de, T: Ord + Deserialize<'de>> Deserialize<'de> for Few<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        gathered(deserializer)
    }
}

/// Reads a list straight into what it becomes.
///
/// # Errors
/// When it is no list of these.
pub(super) fn gathered<'de, T, C, D>(deserializer: D) -> Result<C, D::Error>
where
    T: Deserialize<'de>,
    C: FromIterator<T>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_seq(Gathering(PhantomData::<(T, C)>))
}

struct Gathering<T, C>(PhantomData<(T, C)>);

impl<'de, T: Deserialize<'de>, C: FromIterator<T>> Visitor<'de> for Gathering<T, C> {
    type Value = C;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rest: A) -> Result<C, A::Error> {
        std::iter::from_fn(|| rest.next_element().transpose()).collect()
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
    use super::{Few, Short};

    #[test]
    fn a_list_is_in_the_order_in_which_it_was_filled() {
        for list in [vec![], vec![3], vec![3, 1], vec![3, 1, 3]] {
            let mut pushed = Short::default();
            for one in &list {
                pushed.push(*one);
            }
            let collected: Short<u8> = list.iter().copied().collect();
            assert_eq!((&*pushed, &*collected), (&*list, &*list));
            assert_eq!(Short::from(list.clone()), pushed);
            assert_eq!(pushed.into_iter().collect::<Vec<_>>(), list);
        }
    }

    #[test]
    fn it_is_in_order_and_holds_each_once_however_it_is_filled() {
        let mut filled: Few<u8> = Few::default();
        assert!(filled.is_empty());
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
