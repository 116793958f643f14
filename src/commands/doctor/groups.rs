//! The groups that the manifest names: whether Brivo has them, and who is in them who is not managed.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::text::Text;
use crate::access::{Account, GroupId, Profile, PropertyId, User, UserId};
use crate::commands::planning::needs::users;
use crate::commands::planning::read_strangers;
use crate::commands::session::live::Live;
use crate::desired::naming::{Naming, naming};
use crate::desired::site::Site;
use crate::manifest::{GroupKey, GroupPattern, Manifest, Property};
use crate::output::count;
use crate::output::doctor::Check;
use crate::output::hide::Pii;
use crate::plan::directory::{Directory, Resolution, is_meant};
use crate::roster::{Roster, Unit};

const GROUPS: &str = "groups";
const PEOPLE: &str = "people";
/// How many of a kind a line names.
const NAMED: usize = 5;

/// The names of groups, for the units that were read.
pub(super) struct Units {
    naming: Naming,
    /// By property what the manifest maps its units to, those aside that it excludes; nothing where Entrata's units were not read.
    mapped: Option<BTreeMap<PropertyId, BTreeSet<GroupKey>>>,
}

impl Units {
    pub(super) fn of(manifest: &Manifest, roster: Option<&Roster>) -> Self {
        let nothing = Roster::default();
        let naming = naming(manifest, roster.unwrap_or(&nothing));
        let properties = manifest.properties.iter();
        let mapped = roster.map(|roster| properties.map(|one| (one.id, mapped(one, roster))).collect());
        Self { naming, mapped }
    }
}

/// What the manifest maps the property's units to (U12 aside).
fn mapped(property: &Property, roster: &Roster) -> BTreeSet<GroupKey> {
    let Some(record) = roster.properties.get(&property.id) else { return BTreeSet::new() };
    let is_excluded = |unit: &&Unit| property.exclude_units.iter().any(|one| one.matches(&unit.number));
    let units = record.units.iter().flatten().filter(|unit| !is_excluded(unit));
    let site = Site::new(property, Some(record));
    units.flat_map(|unit| site.of_unit(unit).groups.clone()).map(|mapped| mapped.key).collect()
}

/// U9, U10, D12, D13: each name against the groups of the account.
pub(super) fn named(manifest: &Manifest, units: &Units, account: &Account) -> Vec<Check> {
    let directory = Directory::new(&units.naming, &manifest.decommission, account);
    let mut checks = fixed(&units.naming, &directory);
    match &units.mapped {
        Some(mapped) => checks.extend(templates(mapped, &units.naming, &directory)),
        None if units.naming.is_fixed() => {}
        None => {
            let text = "those of units were not checked: Entrata's units could not be read";
            checks.push(Check::warn(GROUPS, text));
        }
    }
    checks.extend(special(manifest, account));
    checks.extend(shared(&directory));
    checks
}

/// Those that are named without a placeholder.
fn fixed(naming: &Naming, directory: &Directory) -> Vec<Check> {
    let keys: Vec<&GroupKey> =
        naming.groups.iter().filter(|(_, named)| named.is_static).map(|(key, _)| key).collect();
    let mut checks: Vec<Check> = keys.iter().filter_map(|key| misnamed(key, directory)).collect();
    let found = keys.len() - checks.len();
    if found > 0 {
        let text = format!("{} of {} named without a placeholder found", found, keys.len());
        checks.insert(0, Check::ok(GROUPS, text));
    }
    checks
}

fn misnamed(key: &GroupKey, directory: &Directory) -> Option<Check> {
    match directory.resolve(key) {
        Resolution::Found(_) => None,
        Resolution::Missing => {
            let near = match key {
                GroupKey::Name(name) => directory.near(name),
                GroupKey::Id(_) => Vec::new(),
            };
            let hint = match near.as_slice() {
                [] => "make it in Brivo, or correct the name".to_owned(),
                near => format!("did you mean \"{}\"?", near.join("\" or \"")),
            };
            Some(Check::fail(GROUPS, format!("Brivo has no group {key}: {hint} (U9)")))
        }
        Resolution::Several(ids) => {
            let ids = ids.iter().map(GroupId::to_string).collect::<Vec<_>>().join(", ");
            let text =
                format!("several groups are named {key}: name the one that is meant by its id: {ids} (U10)");
            Some(Check::fail(GROUPS, text))
        }
    }
}

/// Those of units, property by property: a group that no lease needs yet may be missing.
fn templates(
    mapped: &BTreeMap<PropertyId, BTreeSet<GroupKey>>,
    naming: &Naming,
    directory: &Directory,
) -> Vec<Check> {
    let is_static = |key: &GroupKey| naming.groups.get(key).is_some_and(|named| named.is_static);
    let check = |(property, keys): (&PropertyId, &BTreeSet<GroupKey>)| {
        let keys: Vec<&GroupKey> = keys.iter().filter(|key| !is_static(key)).collect();
        let missing: Vec<String> =
            keys.iter().filter(|key| directory.found(key).is_none()).map(ToString::to_string).collect();
        let text = format!(
            "property {property}: {} of {} groups of units found",
            keys.len() - missing.len(),
            keys.len()
        );
        match missing.len() {
            0 => Check::ok(GROUPS, text),
            _ => Check::warn(
                GROUPS,
                format!(
                    "{text}; make them before somebody moves in there, or correct the template: {}",
                    some(&missing)
                ),
            ),
        }
    };
    mapped.iter().filter(|(_, keys)| keys.iter().any(|key| !is_static(key))).map(check).collect()
}

/// The hold group and the protected ones: a name that means nothing protects nobody.
fn special(manifest: &Manifest, account: &Account) -> Vec<Check> {
    let brivo = &manifest.brivo;
    let hold = brivo.hold_group.iter().filter_map(|key| {
        let is_there = account.groups.iter().any(|(id, name)| match key {
            GroupKey::Id(wanted) => wanted == id,
            GroupKey::Name(wanted) => **wanted == **name,
        });
        (!is_there)
            .then(|| format!("`hold_group` {key} is no group of Brivo: nobody can be put on hold (D12)"))
    });
    let protected = brivo.protected_groups.iter().filter_map(|pattern| {
        let is_there = account.groups.iter().any(|(id, name)| is_meant(pattern, *id, name));
        let text = match pattern {
            GroupPattern::Id(wanted) => wanted.to_string(),
            GroupPattern::Name(one) => format!("\"{}\"", one.text),
        };
        (!is_there)
            .then(|| format!("`protected_groups` {text} means no group of Brivo: it protects nobody (D13)"))
    });
    hold.chain(protected).map(|text| Check::warn(GROUPS, format!("{text}. Correct the name"))).collect()
}

/// Groups that several properties name: their people belong to each of them.
fn shared(directory: &Directory) -> Option<Check> {
    let shared: Vec<String> = directory
        .managed()
        .into_iter()
        .filter(|id| directory.owners(*id).count() > 1)
        .map(|id| format!("\"{}\" ({id})", directory.name(id)))
        .collect();
    (!shared.is_empty()).then(|| {
        let groups = count(shared.len(), "group is", "groups are");
        Check::ok(GROUPS, format!("{groups} named by several properties: {}", some(&shared)))
    })
}

/// D5: users who are neither managed nor adopted in groups that are.
pub(super) async fn strangers(
    live: &Live,
    manifest: &Manifest,
    units: &Units,
    account: &mut Account,
    pii: Pii,
) -> Vec<Check> {
    let ours = users(manifest, account);
    if let Err(error) = read_strangers(&live.services, manifest, &units.naming, account, &|_, _, _| ()).await
    {
        return vec![Check::fail(PEOPLE, format!("who is in the managed groups can't be read: {error}"))];
    }
    let directory = Directory::new(&units.naming, &manifest.decommission, account);
    let found: Vec<String> = account
        .users
        .iter()
        .filter(|(id, _)| !ours.contains(id))
        .filter_map(|(id, user)| told(*id, user, &directory, pii))
        .collect();
    vec![match found.len() {
        0 => Check::ok(PEOPLE, "nobody but managed users is in the managed groups"),
        number => Check::warn(
            PEOPLE,
            format!(
                "{} in managed groups and not managed, so nothing ever takes them out: adopt them (`reconcile adopt`), \
                 or move them to groups of their own: {}",
                count(number, "user is", "users are"),
                some(&found)
            ),
        ),
    }]
}

/// The user and the managed groups that hold them; nothing where none does.
fn told(id: UserId, user: &User, directory: &Directory, pii: Pii) -> Option<String> {
    let held = user.membership.known()?.iter().filter(|group| directory.is_managed(**group));
    let groups: Vec<Text> = held.map(|group| directory.name(*group)).collect();
    let Profile { first_name, last_name, .. } = &user.profile;
    let name = match pii {
        Pii::Show => format!(" {} {}", first_name.reveal(), last_name.reveal()),
        Pii::Hide => String::new(),
    };
    (!groups.is_empty()).then(|| format!("user {id}{name} in {}", groups.join(", ")))
}

/// The first of them, and how many more there are.
fn some(all: &[String]) -> String {
    let named = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    match all.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named}; and {more} more"),
    }
}
