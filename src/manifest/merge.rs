//! The files of a manifest as one document: lists add up, and of everything else there is one.

use super::fault::{Fault, Spot, Wrong};
use super::file::{Adopt, Brivo, Decommission, Document, Entrata, Override, Policy, Property};
use super::places::Places;
use super::scalar::Age;

/// One document, as far as it could be read. The numbers of its lists are those of [`Places`].
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) entrata: Option<Entrata>,
    pub(super) brivo: Option<Brivo>,
    pub(super) plan_max_age: Option<Age>,
    pub(super) defaults: Option<Policy>,
    pub(super) properties: Vec<Property>,
    pub(super) overrides: Vec<Override>,
    pub(super) adopt: Vec<Adopt>,
    pub(super) decommission: Vec<Decommission>,
}

impl Merged {
    /// Adds one file; what may stand in one file only stays what it was.
    pub(super) fn add(&mut self, file: &str, document: Document, places: &Places, faults: &mut Vec<Fault>) {
        let Document {
            version: _,
            entrata,
            brivo,
            plan_max_age,
            defaults,
            properties,
            overrides,
            adopt,
            decommission,
        } = document;
        let mut once = |key: &str, is_second: bool| {
            if is_second {
                faults.push(second(file, key, places));
            }
        };
        once("entrata", self.entrata.is_some() && entrata.is_some());
        once("brivo", self.brivo.is_some() && brivo.is_some());
        once("plan_max_age", self.plan_max_age.is_some() && plan_max_age.is_some());
        once("defaults", self.defaults.is_some() && defaults.is_some());
        self.entrata = self.entrata.take().or(entrata);
        self.brivo = self.brivo.take().or(brivo);
        self.plan_max_age = self.plan_max_age.take().or(plan_max_age);
        self.defaults = self.defaults.take().or(defaults);
        self.properties.extend(properties.unwrap_or_default());
        self.overrides.extend(overrides.unwrap_or_default());
        self.adopt.extend(adopt.unwrap_or_default());
        self.decommission.extend(decommission.unwrap_or_default());
    }
}

fn second(file: &str, key: &str, places: &Places) -> Fault {
    let first = places.get(key).map(ToString::to_string).unwrap_or_default();
    let wrong = Wrong::new(
        format!("`{key}` stands in a second file, the first is {first}"),
        format!("a manifest has one `{key}`: keep it in one of the two files"),
    );
    Fault::error("manifest::duplicate_section", file, Spot::Key(key.to_owned()), wrong)
}
