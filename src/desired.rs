//! The whole of time: for each person which doors, when and why, rendered from the manifest and the roster alone. It knows no
//! clock and nothing of Brivo: what it would have to ask there stands in its notes as a condition.

pub mod hearing;
pub mod instant;
pub mod naming;
pub mod note;
pub mod person;
pub mod profile;
pub mod shared;
pub mod site;
pub mod unit;
pub mod window;

mod dates;
mod resident;
mod siblings;
mod template;
mod together;

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;

use crate::access::{CustomerId, Instant, PropertyId};
use crate::manifest::{
    Adopt, Decommission, GroupKey, GroupPattern, Manifest, Override, Pattern, Place, Places, Policy, Property,
};
use crate::roster::{Listing, Lookup, PropertyRecord, Roster};
use crate::rules::RuleId;
use crate::zone::Zone;

use hearing::{Heard, Hearing};
use naming::{Naming, naming};
use note::{About, Note};
use person::Person;
use shared::Stay;

/// What should be, at every instant, and the policies that a plan needs beside it.
#[derive(Debug, Clone)]
pub struct Desired {
    /// Everybody whom Entrata's replies named.
    pub people: LiteMap<CustomerId, Box<Person>>,
    /// What there is to say about properties.
    pub notes: Vec<Note>,
    /// The manifest's properties.
    pub properties: BTreeMap<PropertyId, PropertyView>,
    /// Which groups are named, and by whom.
    pub naming: Naming,
    /// Who stays where, for leases that hold one space at one time (L18).
    pub stays: Vec<Stay>,
    /// Reviewed exceptions, with the instant at which each runs out.
    pub overrides: BTreeMap<CustomerId, (Override, Instant)>,
    /// Hand-made users that are customers.
    pub adopt: Vec<Adopt>,
    /// What left the manifest.
    pub decommission: Vec<Decommission>,
    /// Look-ups of single customers (D8).
    pub lookups: BTreeMap<CustomerId, Lookup>,
    /// What the external id of a managed user begins with.
    pub prefix: String,
    /// Whoever is in it is frozen (D12).
    pub hold_group: Option<GroupKey>,
    /// Of whoever is in one only managed groups are written (D13).
    pub protected_groups: Vec<GroupPattern>,
    /// R3.
    pub sensitive_groups: Vec<GroupPattern>,
    /// The policies of people who belong to no property.
    pub defaults: Policy,
    /// Where the manifest says what.
    pub places: Places,
}

/// What a plan needs of a property.
#[derive(Debug, Clone)]
pub struct PropertyView {
    /// As the manifest names it.
    pub name: String,
    /// Its zone.
    pub zone: Zone,
    /// Its policies.
    pub policy: Policy,
    /// Why it is not whole (R2, U15); empty when it is.
    pub faults: Vec<String>,
    /// Whether any reply named a lease of it (R1).
    pub has_leases: bool,
    /// Where the manifest declares it.
    pub path: String,
    /// Where its policies were written, key by key.
    pub policy_paths: BTreeMap<String, String>,
}

impl Desired {
    /// Everybody, in the order of their ids.
    pub fn everybody(&self) -> impl Iterator<Item = &Person> {
        self.people.values().map(|person| &**person)
    }

    /// The place of the first of `keys` that the manifest sets for the property, else of the property itself.
    pub fn policy_place(&self, property: PropertyId, keys: &[&str]) -> Option<&Place> {
        let view = self.properties.get(&property)?;
        let path = keys.iter().find_map(|key| view.policy_paths.get(*key)).unwrap_or(&view.path);
        self.places.get(path)
    }
}

/// Renders what should be from the manifest and the roster; the order of neither matters.
pub fn render(manifest: &Manifest, roster: &Roster) -> Desired {
    render_named(manifest, roster, naming(manifest, roster))
}

/// Like [`render`], where [`naming`] was asked already.
pub fn render_named(manifest: &Manifest, roster: &Roster, naming: Naming) -> Desired {
    let mut heard = Heard::default();
    Hearing::new(manifest, &roster.properties).listen(&mut heard, &roster.leases);
    render_heard(manifest, roster, naming, heard)
}

/// Like [`render_named`], where the roster's leases were heard already; those that are still in it are not looked at.
pub fn render_heard(manifest: &Manifest, roster: &Roster, naming: Naming, heard: Heard) -> Desired {
    let view = |property: &Property| (property.id, view(property, roster, heard.leased()));
    let properties = manifest.properties.iter().map(view).collect();
    let mut people = heard.into_people();
    freeze_unreadable(roster, &mut people);
    let stays = shared::stays(&people);
    Desired {
        overrides: overrides(manifest, &people),
        notes: property_notes(manifest, roster, &naming),
        naming,
        properties,
        stays,
        people,
        adopt: manifest.adopt.clone(),
        decommission: manifest.decommission.clone(),
        lookups: roster.lookups.clone(),
        prefix: manifest.brivo.external_id_prefix.clone(),
        hold_group: manifest.brivo.hold_group.clone(),
        protected_groups: manifest.brivo.protected_groups.clone(),
        sensitive_groups: manifest.brivo.sensitive_groups.clone(),
        defaults: manifest.defaults.clone(),
        places: manifest.places.clone(),
    }
}

/// R2: a record that can't be read freezes its people.
fn freeze_unreadable(roster: &Roster, people: &mut LiteMap<CustomerId, Box<Person>>) {
    for (property, record) in &roster.properties {
        for fault in &record.faults {
            for customer in &fault.customers {
                let known = people
                    .entry(customer.clone())
                    .or_insert_with(|| Box::new(Person::bare(customer.clone())));
                let text = format!("a record that names them could not be read: {}", fault.problem);
                let note = Note::freeze(RuleId::R2, text).about(About::Property(*property));
                known.notes = std::mem::take(&mut known.notes).into_iter().chain([note]).collect();
            }
        }
    }
}

fn view(property: &Property, roster: &Roster, leased: &BTreeSet<PropertyId>) -> PropertyView {
    let record = roster.properties.get(&property.id);
    PropertyView {
        name: property.name.clone(),
        zone: property.time_zone,
        policy: property.policy.clone(),
        faults: faults(property, record),
        has_leases: leased.contains(&property.id),
        path: property.path.clone(),
        policy_paths: property.policy_paths.clone(),
    }
}

/// Why a property is incomplete.
fn faults(property: &Property, record: Option<&PropertyRecord>) -> Vec<String> {
    let Some(record) = record else { return vec!["nothing was read of it".to_owned()] };
    let listing = match record.listing {
        Listing::Open => None,
        Listing::Disabled => Some("Entrata says that it is disabled".to_owned()),
        Listing::Unknown => Some("Entrata does not know it, or it is closed to this key".to_owned()),
    };
    let has_units = site::units(property, record).is_some();
    let units = (!has_units).then(|| "its units could not be read".to_owned());
    let read = record.faults.iter().map(|fault| format!("{}: {}", fault.call, fault.problem));
    let mut faults: Vec<String> = listing.into_iter().chain(read).collect();
    if faults.is_empty() {
        faults.extend(units);
    }
    faults
}

fn property_notes(manifest: &Manifest, roster: &Roster, naming: &Naming) -> Vec<Note> {
    let mut notes = Vec::new();
    for property in &manifest.properties {
        let record = roster.properties.get(&property.id);
        let about = |note: Note| note.about(About::Property(property.id));
        let faults = faults(property, record);
        if !faults.is_empty() {
            let is_unlisted = record.is_some_and(|record| record.listing != Listing::Open);
            let rule = if is_unlisted { RuleId::U15 } else { RuleId::R2 };
            let text = format!("{}: incomplete, nothing that rests on it is taken", faults.join("; "));
            notes.push(about(Note::error(rule, text)));
        }
        if let Some(name) =
            record.and_then(|record| record.name.as_ref()).filter(|name| **name != property.name)
        {
            let text = format!("the manifest names it \"{}\", Entrata \"{name}\"", property.name);
            notes.push(about(Note::warning(RuleId::U14, text)));
        }
        notes.extend(unshared(property).into_iter().map(about));
    }
    for (property, unit, path) in &naming.twins {
        let place = manifest.places.get(path).map(|place| format!(" ({place})")).unwrap_or_default();
        let text = format!(
            "unit {unit} stands in two buildings and one entry{place} matches both: give it a `building`, a group with {{building}}, or `shared: true`"
        );
        let about = About::Unit(Box::new((*property, unit.clone())));
        notes.push(Note::error(RuleId::U3, text).about(about));
    }
    notes
}

/// U6: two exact entries that name one group without saying that they share it.
fn unshared(property: &Property) -> Vec<Note> {
    let mut namers: BTreeMap<&crate::manifest::GroupName, BTreeSet<&str>> = BTreeMap::new();
    for entry in
        property.units.iter().filter(|entry| !entry.shared && entry.matches.iter().all(Pattern::is_exact))
    {
        for group in &entry.groups {
            namers
                .entry(group)
                .or_default()
                .extend(entry.matches.iter().map(|pattern| pattern.text.as_str()));
        }
    }
    let entries = |group| {
        let exact = property
            .units
            .iter()
            .filter(|entry| !entry.shared && entry.matches.iter().all(Pattern::is_exact));
        exact.filter(|entry| entry.groups.contains(group)).count()
    };
    let mut notes = Vec::new();
    for (group, units) in namers {
        let crate::manifest::GroupName::Text(name) = group else { continue };
        if entries(group) > 1 && !name.contains('{') {
            let units: Vec<&str> = units.into_iter().collect();
            let text = format!(
                "several entries (units {}) name the group \"{name}\" without `shared: true`",
                units.join(", ")
            );
            notes.push(Note::warning(RuleId::U6, text));
        }
    }
    notes
}

/// Each override with the instant at which it runs out, in the zone of the person's smallest property.
fn overrides(
    manifest: &Manifest,
    people: &LiteMap<CustomerId, Box<Person>>,
) -> BTreeMap<CustomerId, (Override, Instant)> {
    let zone_of = |customer: &CustomerId| {
        let entries = people.get(customer).map(|person| person.entries.iter());
        let smallest = entries.and_then(|entries| entries.map(|entry| entry.property).min());
        let property = smallest.and_then(|id| manifest.properties.iter().find(|property| property.id == id));
        property
            .or_else(|| manifest.properties.iter().min_by_key(|property| property.id))
            .map(|p| p.time_zone)
    };
    let dated = manifest.overrides.iter().filter_map(|one| {
        let until = zone_of(&one.customer)?.end_of_day(one.until);
        Some((one.customer.clone(), (one.clone(), until)))
    });
    dated.collect()
}
