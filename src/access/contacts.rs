//! Somebody's e-mail addresses or phone numbers: almost everybody has one, and a portfolio has millions of them.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::slice;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Personal;
use super::few::gathered;

/// Addresses or numbers in their order. One stands in itself, several are shared.
#[derive(Clone, Default)]
pub struct Contacts(Few);

#[derive(Clone, Default)]
enum Few {
    #[default]
    None,
    One(Personal),
    Several(Arc<Vec<Personal>>),
}

impl Deref for Contacts {
    type Target = [Personal];

    fn deref(&self) -> &[Personal] {
        match &self.0 {
            Few::None => &[],
            Few::One(one) => slice::from_ref(one),
            Few::Several(all) => all,
        }
    }
}

impl<'a> IntoIterator for &'a Contacts {
    type Item = &'a Personal;
    type IntoIter = slice::Iter<'a, Personal>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Personal> for Contacts {
    fn from_iter<I: IntoIterator<Item = Personal>>(all: I) -> Self {
        let mut all = all.into_iter();
        let Some(first) = all.next() else { return Self::default() };
        let Some(second) = all.next() else { return Self(Few::One(first)) };
        let mut several = vec![first, second];
        several.extend(all);
        several.shrink_to_fit();
        Self(Few::Several(Arc::new(several)))
    }
}

impl From<Vec<Personal>> for Contacts {
    fn from(all: Vec<Personal>) -> Self {
        all.into_iter().collect()
    }
}

impl<const N: usize> From<[Personal; N]> for Contacts {
    fn from(all: [Personal; N]) -> Self {
        all.into_iter().collect()
    }
}

impl PartialEq for Contacts {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Contacts {}

impl Hash for Contacts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl fmt::Debug for Contacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl Serialize for Contacts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de> Deserialize<'de> for Contacts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        gathered(deserializer)
    }
}

impl JsonSchema for Contacts {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Vec::<Personal>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<Personal>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::{Contacts, Personal};

    #[test]
    fn however_many_there_are_they_are_the_list_that_was_given() {
        for texts in [vec![], vec!["a"], vec!["b", "a"], vec!["c", "c", "a very long one, at length"]] {
            let all: Vec<Personal> = texts.iter().copied().map(Personal::new).collect();
            let contacts = Contacts::from(all.clone());
            assert_eq!(*contacts, *all);
            assert_eq!(contacts, all.iter().cloned().collect());
            let json = serde_json::to_string(&contacts).unwrap();
            assert_eq!(json, serde_json::to_string(&texts).unwrap());
            assert_eq!(serde_json::from_str::<Contacts>(&json).unwrap(), contacts);
            assert_eq!(contacts.into_iter().count(), texts.len());
        }
    }

    #[test]
    fn it_is_as_small_as_one_contact_and_prints_none() {
        assert_eq!(size_of::<Contacts>(), size_of::<Personal>());
        let shown = format!("{:?}", Contacts::from([Personal::new("rosa@example.com")]));
        assert!(!shown.contains("rosa"), "{shown}");
    }
}
