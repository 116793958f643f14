//! From the world file to Brivo's memory: what Brivo holds before anybody has called.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::super::state::{Change, Contact, Counters, Credential, Door, Field, Group, Site, State, User};
use super::super::world::brivo::{self as written, Brivo};
use super::super::world::scalar::{Id, Name};
use super::body::parse_instant;
use super::{Scope, cards, credentials, formats};

/// Brivo's memory as the world describes it.
pub(crate) fn state(brivo: &Brivo, now: DateTime<Utc>) -> State {
    let mut seed = Seed { state: State::counting_from(counters(brivo)), next_card: 1000, now };
    let sites = seed.sites(brivo);
    let doors = seed.doors(brivo, &sites);
    let fields = seed.fields(brivo);
    for group in &brivo.groups {
        seed.group(group, &doors);
    }
    let groups = Groups::of(&seed.state);
    for user in &brivo.users {
        seed.user(user, &groups, &fields);
    }
    for credential in &brivo.credentials {
        seed.credential(credential, None);
    }
    // A start is no change: there is nothing to write down yet.
    drop(seed.state.take_changes());
    seed.state
}

/// What the login may see and do; groups are named as in the world, ids taken from the memory.
pub(crate) fn scope(brivo: &Brivo, state: &State) -> Scope {
    let groups = Groups::of(state);
    let visible = brivo.administrator.visible_groups.as_ref();
    Scope {
        groups: visible.map(|names| names.iter().filter_map(|name| groups.named(name)).collect()),
        read_only: brivo.administrator.read_only,
        passes: usize::try_from(brivo.mobile_passes.unwrap_or(100)).unwrap_or(usize::MAX),
    }
}

struct Seed {
    state: State,
    next_card: u64,
    now: DateTime<Utc>,
}

/// Groups by what the world calls them.
struct Groups {
    by_name: BTreeMap<String, Vec<u64>>,
}

impl Groups {
    fn of(state: &State) -> Self {
        let mut by_name = BTreeMap::<String, Vec<u64>>::new();
        for group in state.groups.values() {
            by_name.entry(group.name.clone()).or_default().push(group.id);
            by_name.entry(group.id.to_string()).or_default().push(group.id);
        }
        Self { by_name }
    }

    /// The groups of that name or id; of several with one name the first.
    fn named(&self, name: &Id) -> Option<u64> {
        self.by_name.get(&name.0).and_then(|ids| ids.first().copied())
    }
}

/// Counters that begin after every id which the world itself gives.
fn counters(brivo: &Brivo) -> Counters {
    let usual = Counters::default();
    let after = |usual: u64, given: &mut dyn Iterator<Item = Option<u64>>| {
        given.flatten().map(|id| id.saturating_add(1)).max().map_or(usual, |next| next.max(usual))
    };
    let groups = brivo.groups.iter().map(|group| group.id);
    let held = brivo.users.iter().flat_map(|user| &user.credentials).chain(&brivo.credentials);
    let fields = brivo.custom_fields.iter().map(|field| field.id);
    let doors = brivo.doors.iter().map(|door| door.id).chain(brivo.sites.iter().map(|site| site.id));
    Counters {
        entity: after(usual.entity, &mut groups.chain(brivo.users.iter().map(|user| user.id))),
        credential: after(usual.credential, &mut held.map(|card| card.id)),
        other: after(usual.other, &mut fields.chain(doors)),
    }
}

impl Seed {
    fn entity(&mut self, given: Option<u64>) -> u64 {
        given.unwrap_or_else(|| self.state.next_entity())
    }

    fn other(&mut self, given: Option<u64>) -> u64 {
        given.unwrap_or_else(|| self.state.next_other())
    }

    fn sites(&mut self, brivo: &Brivo) -> BTreeMap<String, u64> {
        let main = [written::Site { name: "Main".to_owned(), ..written::Site::default() }];
        let listed = if brivo.sites.is_empty() { &main[..] } else { &brivo.sites };
        let mut sites = BTreeMap::new();
        for site in listed {
            let id = self.other(site.id);
            let time_zone = site.time_zone.clone().unwrap_or_else(|| "US/Central".to_owned());
            self.state.sites.insert(id, Site { id, name: site.name.clone(), time_zone });
            sites.insert(site.name.clone(), id);
        }
        sites
    }

    fn doors(&mut self, brivo: &Brivo, sites: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
        let first = self.state.sites.keys().next().copied().unwrap_or_default();
        let mut doors = BTreeMap::new();
        let named =
            brivo.groups.iter().flat_map(|group| &group.doors).map(|name| written::Door::from(name.clone()));
        for door in brivo.doors.iter().cloned().chain(named) {
            if doors.contains_key(&door.name) {
                continue;
            }
            let id = self.other(door.id);
            let site = door.site.as_ref().and_then(|site| sites.get(site)).copied().unwrap_or(first);
            let kind = door.kind.unwrap_or_else(|| "Door".to_owned());
            self.state.doors.insert(id, Door { id, name: door.name.clone(), kind, site });
            doors.insert(door.name, id);
        }
        doors
    }

    fn fields(&mut self, brivo: &Brivo) -> BTreeMap<String, u64> {
        let mut fields = BTreeMap::new();
        for (order, field) in (1..).zip(&brivo.custom_fields) {
            let id = self.other(field.id);
            let kind = field.kind.clone().unwrap_or_else(|| "TEXT".to_owned());
            self.state.put(Change::Field(Field { id, name: field.name.clone(), kind, order }));
            fields.insert(field.name.clone(), id);
        }
        fields
    }

    fn group(&mut self, group: &written::Group, doors: &BTreeMap<String, u64>) {
        let id = self.entity(group.id);
        // Every door at all hours: the account's one schedule.
        let doors = group.doors.iter().filter_map(|door| doors.get(door)).map(|door| (*door, 1)).collect();
        self.state.put(Change::Group(Group {
            id,
            name: group.name.clone(),
            doors,
            multifamily: group.multifamily,
            linked: group.linked,
            ..Group::default()
        }));
    }

    fn user(&mut self, user: &written::User, groups: &Groups, fields: &BTreeMap<String, u64>) {
        let id = self.entity(user.id);
        let whole = user.name.as_deref().map(Name::of).unwrap_or_default();
        let created = user.created.as_deref().and_then(parse_instant).unwrap_or(self.now);
        let values = user.custom_fields.iter();
        let user_row = User {
            id,
            external_id: user.external_id.clone(),
            first_name: user.first.or(Some(&whole.first)).unwrap_or_default(),
            middle_name: user.middle.or(whole.middle.as_deref()),
            last_name: user.last.or(Some(&whole.last)).unwrap_or_default(),
            pin: user.pin.clone(),
            from: user.from.as_deref().and_then(parse_instant),
            to: user.to.as_deref().and_then(parse_instant),
            suspended: user.suspended,
            created,
            updated: user.updated.as_deref().and_then(parse_instant).unwrap_or(created),
            ble_exempt: false,
            emails: contacts(user.email.as_ref(), &user.emails, "home"),
            phones: contacts(user.phone.as_ref(), &user.phones, "mobile"),
            fields: values.filter_map(|(name, value)| Some((*fields.get(name)?, value.clone()))).collect(),
            groups: user.groups.iter().filter_map(|name| groups.named(name)).collect(),
            hidden: user.hidden,
        };
        self.state.put(Change::User(user_row.clone()));
        cards::mirror_pin(&mut self.state, &user_row);
        for credential in &user.credentials {
            self.credential(credential, Some(id));
        }
    }

    fn credential(&mut self, credential: &written::Credential, owner: Option<u64>) {
        let id = credential.id.unwrap_or_else(|| self.state.next_credential());
        let named = credential.format.as_deref().and_then(formats::named);
        let Some(format) = named.or_else(|| formats::of(100)) else { return };
        let number = credential.number.map_or_else(
            || {
                self.next_card += 1;
                self.next_card
            },
            u64::from,
        );
        let facility = u64::from(credential.facility.unwrap_or(1));
        let values: Vec<(u64, String)> = format
            .fields
            .iter()
            .map(|(field, name)| {
                (*field, if *name == "facility_code" { facility } else { number }.to_string())
            })
            .collect();
        let encoded = credentials::encode(format, &values)
            .unwrap_or_else(|| format!("{:016x}", super::super::ids::digest(&format!("card {id}"))));
        let from = credential.from.as_deref().and_then(parse_instant).or(Some(self.now));
        self.state.put(Change::Credential(Credential {
            id,
            format: format.id,
            reference: Some(credential.reference.clone().unwrap_or_else(|| number.to_string())),
            size: credentials::default_size(format, &encoded),
            encoded,
            values,
            owner,
            from: from.filter(|_| owner.is_some()),
            to: credential.to.as_deref().and_then(parse_instant).filter(|_| owner.is_some()),
        }));
    }
}

fn contacts(one: Option<&String>, more: &[written::Contact], usual: &str) -> Vec<Contact> {
    let one = one.map(|value| Contact { value: value.clone(), kind: Some(usual.to_owned()) });
    let kind = |contact: &written::Contact| contact.kind.clone().or_else(|| Some(usual.to_owned()));
    let more = more.iter().map(|contact| Contact { value: contact.value.clone(), kind: kind(contact) });
    one.into_iter().chain(more).collect()
}
