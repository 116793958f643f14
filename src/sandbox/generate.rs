//! Worlds of any size, the same for the same seed: a mixture of households like that of a real portfolio, with the manifest that fits
//! them as a comment at the top.

mod household;
mod people;

use std::fmt::Write as _;
use std::str::FromStr;

use chrono::{DateTime, TimeZone as _, Utc};
use serde::Serialize;
use thiserror::Error;

use super::world::brivo::Group;
use super::world::entrata::{Lease, Property, Space, Unit};
use super::world::scalar::{Given, Id};
use household::Dealer;

/// How large a world is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// People on leases, guarantors not counted.
    pub residents: usize,
    /// Units; default: 11 for each 20 residents.
    pub units: usize,
    /// Properties; default: one for each 250 units.
    pub properties: usize,
    /// Another number, another world.
    pub seed: u64,
}

/// Why a text is no specification.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SpecError {
    /// A part that is no `key=number`.
    #[error("`{0}` is not understood: write residents=N[,units=N][,properties=N][,seed=N]")]
    Part(String),
    /// No `residents`.
    #[error("say how many residents: residents=N[,units=N][,properties=N][,seed=N]")]
    NoResidents,
    /// More properties than units, or none of either.
    #[error("there must be at least one unit in each property, and one property")]
    TooFewUnits,
}

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let (mut residents, mut units, mut properties, mut seed) = (None, None, None, 1);
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let wrong = || SpecError::Part(part.to_owned());
            let (key, value) = part.split_once('=').ok_or_else(wrong)?;
            let number: usize = value.trim().parse().map_err(|_| wrong())?;
            match key.trim() {
                "residents" => residents = Some(number),
                "units" => units = Some(number),
                "properties" => properties = Some(number),
                "seed" => seed = number as u64,
                _ => return Err(wrong()),
            }
        }
        let residents = residents.ok_or(SpecError::NoResidents)?;
        let units = units.unwrap_or((residents * 11).div_ceil(20).max(1));
        let properties = properties.unwrap_or(units.div_ceil(250));
        if properties == 0 || units < properties {
            return Err(SpecError::TooFewUnits);
        }
        Ok(Self { residents, units, properties, seed })
    }
}

/// The instant that generated worlds are seen at.
fn as_of() -> DateTime<Utc> {
    Utc.timestamp_opt(1_772_388_000, 0).single().unwrap_or_default()
}

/// A world of that size, as YAML.
pub fn world(spec: &Spec) -> String {
    let mut text = String::new();
    let _infallible = writeln!(
        text,
        "# {} residents in {} units of {} properties, seed {}. Everybody here is invented.\n# A manifest for it:\n#",
        spec.residents, spec.units, spec.properties, spec.seed
    );
    for line in manifest(spec).lines() {
        let _infallible = writeln!(text, "#   {line}");
    }
    let _infallible = writeln!(text, "as_of: \"{}\"", as_of().format("%Y-%m-%dT%H:%M:%SZ"));

    let sites: Vec<Site> = (0..spec.properties).map(|at| Site::of(spec, at)).collect();
    let leases: Vec<Lease> = deal(spec, &sites);
    text.push_str("properties:\n");
    for site in &sites {
        let property = Property { units: None, ..site.property.clone() };
        write_item(&mut text, "", &property);
        // The record's closing brace is reopened for the units, one a line.
        text.truncate(text.trim_end().len() - 1);
        text.push_str(", \"units\": [\n");
        for unit in site.property.units.iter().flatten() {
            let _infallible = writeln!(text, "    {},", serde_json::to_string(unit).unwrap_or_default());
        }
        text.push_str("  ]}\n");
    }
    write_list(&mut text, "leases:\n", "", &leases);
    text.push_str("brivo:\n");
    write_list(&mut text, "  groups:\n", "  ", &groups(&sites));
    write_list(&mut text, "  users:\n", "  ", &people::staff(spec, &sites));
    text
}

/// The manifest that maps such a world's units to its groups, as YAML.
pub fn manifest(spec: &Spec) -> String {
    let mut text = String::from(
        "version: 1\n\
         entrata: { url: \"https://apis.entrata.com/ext/orgs/sandbox/v1\" }\n\
         brivo: { external_id_prefix: \"entrata:\" }\n\
         properties:\n",
    );
    for site in (0..spec.properties).map(|at| Site::of(spec, at)) {
        let (id, name, zone) = (&site.property.id, &site.property.name, site.zone);
        let _infallible = writeln!(text, "  - id: {id}\n    name: {name}\n    time_zone: {zone}");
        let _infallible = writeln!(text, "    groups: [\"{name}\"]");
        let _infallible = writeln!(text, "    units: [ {{ match: \"*\", groups: [\"{name} {{unit}}\"] }} ]");
    }
    text
}

/// A property in the making.
struct Site {
    property: Property,
    zone: &'static str,
    /// How many people live in each unit.
    households: Vec<usize>,
    student: bool,
}

impl Site {
    fn of(spec: &Spec, at: usize) -> Self {
        let student = at % 3 == 2;
        let first = at * spec.units / spec.properties;
        let end = (at + 1) * spec.units / spec.properties;
        let people =
            |unit: usize| (unit + 1) * spec.residents / spec.units - unit * spec.residents / spec.units;
        let households: Vec<usize> = (first..end).map(people).collect();
        let units = households.iter().enumerate().map(|(place, people)| unit(place, *people, student));
        let name = format!("{} {}", people::place(at), if student { "House" } else { "Court" });
        let zones = ["America/Chicago", "America/New_York", "America/Denver", "America/Phoenix"];
        let property = Property {
            id: Id((500_001 + at).to_string()),
            name,
            kind: if student { Given::from("Student".to_owned()) } else { Given::Default },
            units: Some(units.collect()),
            ..Property::default()
        };
        Self { property, zone: zones[at % zones.len()], households, student }
    }
}

/// Ten units a floor, a hundred a building.
fn unit(place: usize, people: usize, student: bool) -> Unit {
    let number = format!("{}{:02}", 1 + place / 10, 1 + place % 10);
    let beds = ["A", "B", "C", "D", "E", "F"];
    let spaces = if student { people.clamp(2, beds.len()) } else { 0 };
    let building = u8::try_from(place / 100 % 26).map_or('A', |at| char::from(b'A' + at));
    Unit {
        spaces: beds[..spaces]
            .iter()
            .map(|bed| Space { name: Id(format!("{number}-{bed}")), id: None })
            .collect(),
        building: Some(building.to_string()),
        floor: Some(Id((1 + place / 10).to_string())),
        number: Id(number),
        ..Unit::default()
    }
}

fn deal(spec: &Spec, sites: &[Site]) -> Vec<Lease> {
    let mut dealer = Dealer::new(spec.seed, as_of());
    for site in sites {
        for (unit, people) in site.property.units.iter().flatten().zip(&site.households) {
            if site.student {
                dealer.by_the_bed(&site.property, unit, *people);
            } else if *people > 0 {
                dealer.household(&site.property, unit, *people);
            }
        }
    }
    dealer.leases
}

/// One group for each property and one for each unit.
fn groups(sites: &[Site]) -> Vec<Group> {
    let mut groups = Vec::new();
    for site in sites {
        let name = &site.property.name;
        let group = |name: String, door: String| Group { name, doors: vec![door], ..Group::default() };
        groups.push(group(name.clone(), format!("{name} Lobby")));
        for unit in site.property.units.iter().flatten() {
            let called = format!("{name} {}", unit.number);
            groups.push(group(called.clone(), called));
        }
    }
    groups
}

fn write_list<T: Serialize>(text: &mut String, head: &str, indent: &str, items: &[T]) {
    let head = if items.is_empty() { head.replace(":\n", ": []\n") } else { head.to_owned() };
    text.push_str(&head);
    for item in items {
        write_item(text, indent, item);
    }
}

/// One record a line, in YAML's JSON style.
fn write_item<T: Serialize>(text: &mut String, indent: &str, item: &T) {
    let _infallible = writeln!(text, "{indent}- {}", serde_json::to_string(item).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::super::world::World;
    use super::*;

    #[test]
    fn a_generated_world_is_a_world_of_that_size() {
        let spec: Spec = "residents=500,units=200,properties=3,seed=9".parse().unwrap();
        let text = world(&spec);
        let read = World::from_yaml(&text).unwrap();
        let residents = read.leases.iter().flat_map(|lease| &lease.residents);
        let tenants = residents.filter(|who| who.kind != Given::from("Guarantor".to_owned()));
        assert_eq!(tenants.count(), 500);
        assert_eq!(read.properties.iter().flat_map(|property| property.units.iter().flatten()).count(), 200);
        assert_eq!(read.properties.len(), 3);
        assert_eq!(read.as_of, Some(as_of()));
        assert!(read.brivo.groups.iter().all(|group| group.name.chars().count() <= 35));
        assert_eq!(text, world(&spec));
        assert_ne!(text, world(&Spec { seed: 10, ..spec }));
    }

    #[test]
    fn a_wrong_specification_says_what_to_write() {
        for (text, error) in [
            ("units=3", SpecError::NoResidents),
            ("residents=ten", SpecError::Part("residents=ten".to_owned())),
            ("residents=1,beds=3", SpecError::Part("beds=3".to_owned())),
            ("residents=1,units=1,properties=2", SpecError::TooFewUnits),
        ] {
            assert_eq!(text.parse::<Spec>(), Err(error));
        }
    }
}
