//! A document without faults → the manifest that the rest of the program sees: ids, zones and patterns typed, every default filled in.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::NaiveTime;

use super::file::{self, Layer, ResidentType};
use super::merge::Merged;
use super::places::Places;
use super::scalar::{Age, BrivoUser, GroupText, Hour, Text};
use super::{
    Adopt, BrivoService, Decommission, EndDate, Enforce, EntrataAuth, EntrataService, GrantOn, GroupKey,
    GroupName, GroupPattern, Guard, Manifest, Mode, NoEndDate, Override, Pattern, Policy, Property,
    Residents, RevokeOn, TrustedStatus, TurnWindow, UnitEntry,
};
use crate::access::{CustomerId, GroupId, PropertyId, UserId};

/// The manifest, unless something that must be there is not: then a fault has said so.
pub(super) fn resolve(merged: Merged, places: Places) -> Option<Manifest> {
    let Merged { entrata, brivo, plan_max_age, defaults, properties, overrides, adopt, decommission } =
        merged;
    let built_in = Layered { policy: built_in(), paths: BTreeMap::new() };
    let defaults = built_in.with(defaults.unwrap_or_default(), "defaults")?;
    let entrata = entrata?;
    Some(Manifest {
        entrata: EntrataService { url: entrata.url?.0, auth: entrata.auth.unwrap_or(EntrataAuth::ApiKey) },
        brivo: brivo_service(brivo.unwrap_or_default())?,
        plan_max_age: plan_max_age.map_or(Duration::from_secs(3600), |Age(age)| age),
        properties: by_id(each("properties", properties, |path, value| property(path, value, &defaults))?),
        defaults: defaults.policy,
        overrides: each("overrides", overrides, exception)?,
        adopt: each("adopt", adopt, adoption)?,
        decommission: each("decommission", decommission, farewell)?,
        places,
    })
}

fn each<From, Into>(
    list: &str,
    values: Vec<From>,
    read: impl Fn(String, From) -> Option<Into>,
) -> Option<Vec<Into>> {
    values.into_iter().enumerate().map(|(index, value)| read(format!("{list}[{index}]"), value)).collect()
}

fn by_id(mut properties: Vec<Property>) -> Vec<Property> {
    properties.sort_by_key(|property| property.id);
    properties
}

fn brivo_service(value: file::Brivo) -> Option<BrivoService> {
    let address = |given: Option<super::scalar::Address>, default: &str| {
        given.map_or(default.to_owned(), |given| given.0)
    };
    Some(BrivoService {
        api_url: address(value.api_url, "https://api.brivo.com/v1/api"),
        auth_url: address(value.auth_url, "https://auth.brivo.com"),
        external_id_prefix: value.external_id_prefix.unwrap_or_else(|| "entrata:".to_owned()),
        calls_per_second: value.calls_per_second.unwrap_or(20),
        calls_per_month: value.calls_per_month,
        hold_group: value.hold_group.map(|group| match group {
            GroupText::Id(id) => GroupKey::Id(GroupId(id)),
            GroupText::Name(name) => GroupKey::Name(name.into()),
        }),
        protected_groups: group_patterns(value.protected_groups.unwrap_or_default())?,
        sensitive_groups: group_patterns(value.sensitive_groups.unwrap_or_default())?,
    })
}

fn property(path: String, value: file::Property, defaults: &Layered) -> Option<Property> {
    let Layered { policy, paths: policy_paths } = defaults.with(value.policy, &path)?;
    let units = value.units.unwrap_or_default();
    Some(Property {
        id: PropertyId(value.id?),
        name: value.name?,
        time_zone: value.time_zone?.0,
        country: value.country.map_or("US".to_owned(), |country| country.0),
        policy,
        groups: group_names(value.groups.unwrap_or_default()),
        units: each(&format!("{path}.units"), units, unit_entry)?,
        exclude_units: patterns(&value.exclude_units.unwrap_or_default())?,
        path,
        policy_paths,
    })
}

fn unit_entry(path: String, value: file::UnitEntry) -> Option<UnitEntry> {
    Some(UnitEntry {
        matches: patterns(value.matches?.as_slice())?,
        building: value.building.map(|building| building.0),
        groups: group_names(value.groups?),
        shared: value.shared.unwrap_or(false),
        path,
    })
}

fn exception(path: String, value: file::Override) -> Option<Override> {
    Some(Override {
        customer: CustomerId::new(value.customer?.0),
        effect: value.effect?,
        reason: value.reason?,
        owner: value.owner?,
        until: value.until?.0,
        path,
    })
}

fn adoption(path: String, value: file::Adopt) -> Option<Adopt> {
    let user = match value.brivo_user? {
        BrivoUser::Id(id) => Some(UserId(id)),
        BrivoUser::None(_) => None,
    };
    Some(Adopt { customer: CustomerId::new(value.customer?.0), user, path })
}

fn farewell(path: String, value: file::Decommission) -> Option<Decommission> {
    Some(Decommission {
        property: PropertyId(value.property?),
        groups: group_patterns(value.groups.unwrap_or_default())?,
        effect: value.effect?,
        path,
    })
}

fn patterns(texts: &[Text]) -> Option<Vec<Pattern>> {
    texts.iter().map(|Text(text)| Pattern::new(text).ok()).collect()
}

fn group_patterns(groups: Vec<GroupText>) -> Option<Vec<GroupPattern>> {
    let pattern = |group| match group {
        GroupText::Id(id) => Some(GroupPattern::Id(GroupId(id))),
        GroupText::Name(name) => Pattern::new(&name).ok().map(GroupPattern::Name),
    };
    groups.into_iter().map(pattern).collect()
}

fn group_names(groups: Vec<GroupText>) -> Vec<GroupName> {
    let name = |group| match group {
        GroupText::Id(id) => GroupName::Id(GroupId(id)),
        GroupText::Name(name) => GroupName::Text(name),
    };
    groups.into_iter().map(name).collect()
}

/// A policy, and where each key of it that is not built in was written.
struct Layered {
    policy: Policy,
    paths: BTreeMap<String, String>,
}

impl Layered {
    /// This policy with everything that `over` says; `path` is where that stands.
    fn with(&self, over: file::Policy, path: &str) -> Option<Self> {
        let file::Policy {
            start_time,
            end_time,
            end_date,
            no_end_date,
            grant_on,
            revoke_on,
            mode,
            start_early_days,
            end_late_days,
            bridge_gap_days,
            provision_ahead_days,
            enforce,
            trust_move_out_on,
            residents,
            guard,
        } = over;
        let mut policy = self.policy.clone();
        let mut layer = Overlay { path, paths: self.paths.clone() };
        layer.set("start_time", &mut policy.start_time, start_time.map(|Hour(hour)| hour));
        layer.set("end_time", &mut policy.end_time, end_time.map(|Hour(hour)| hour));
        layer.set("end_date", &mut policy.end_date, end_date);
        layer.set("no_end_date", &mut policy.no_end_date, no_end_date);
        layer.set("grant_on", &mut policy.grant_on, grant_on);
        layer.set("revoke_on", &mut policy.revoke_on, revoke_on);
        layer.set("mode", &mut policy.mode, mode);
        layer.set("start_early_days", &mut policy.start_early_days, start_early_days);
        layer.set("end_late_days", &mut policy.end_late_days, end_late_days);
        layer.set("bridge_gap_days", &mut policy.bridge_gap_days, bridge_gap_days);
        layer.set("provision_ahead_days", &mut policy.provision_ahead_days, provision_ahead_days);
        layer.set("enforce", &mut policy.enforce, enforce.map(|layers| enforced(&layers)));
        let trusted = trust_move_out_on.map(BTreeSet::from_iter);
        layer.set("trust_move_out_on", &mut policy.trust_move_out_on, trusted);
        if let Some(file::Residents { types, exclude_relationships, ignore_types }) = residents {
            let occupants = types.map(|types| types.contains(&ResidentType::Occupant));
            layer.set("residents.types", &mut policy.residents.occupants, occupants);
            let excluded = exclude_relationships.map(texts);
            layer.set(
                "residents.exclude_relationships",
                &mut policy.residents.exclude_relationships,
                excluded,
            );
            layer.set("residents.ignore_types", &mut policy.residents.ignore_types, ignore_types.map(texts));
        }
        if let Some(file::Guard {
            max_revokes,
            max_revoke_percent,
            max_revokes_per_day,
            max_grants,
            turn_windows,
        }) = guard
        {
            layer.set("guard.max_revokes", &mut policy.guard.max_revokes, max_revokes);
            layer.set("guard.max_revoke_percent", &mut policy.guard.max_revoke_percent, max_revoke_percent);
            let per_day = max_revokes_per_day.map(Some);
            layer.set("guard.max_revokes_per_day", &mut policy.guard.max_revokes_per_day, per_day);
            layer.set("guard.max_grants", &mut policy.guard.max_grants, max_grants.map(Some));
            let windows = match turn_windows {
                Some(windows) => Some(windows.into_iter().map(turn_window).collect::<Option<Vec<_>>>()?),
                None => None,
            };
            layer.set("guard.turn_windows", &mut policy.guard.turn_windows, windows);
        }
        Some(Self { policy, paths: layer.paths })
    }
}

/// One layer of policies being laid over another.
struct Overlay<'p> {
    path: &'p str,
    paths: BTreeMap<String, String>,
}

impl Overlay<'_> {
    fn set<T>(&mut self, key: &str, slot: &mut T, given: Option<T>) {
        if let Some(value) = given {
            *slot = value;
            self.paths.insert(key.to_owned(), format!("{}.{key}", self.path));
        }
    }
}

fn enforced(layers: &[Layer]) -> Enforce {
    Enforce {
        user_dates: layers.contains(&Layer::UserDates),
        credential_dates: layers.contains(&Layer::CredentialDates),
    }
}

fn texts(texts: Vec<Text>) -> Vec<String> {
    texts.into_iter().map(|Text(text)| text).collect()
}

fn turn_window(value: file::TurnWindow) -> Option<TurnWindow> {
    Some(TurnWindow {
        from: value.from?.0,
        until: value.until?.0,
        max_revokes: value.max_revokes?,
        max_grants: value.max_grants,
        reason: value.reason?,
    })
}

/// What holds where a manifest says nothing; the schema shows the same values.
fn built_in() -> Policy {
    let hour = |hour| NaiveTime::MIN + chrono::TimeDelta::hours(hour);
    Policy {
        start_time: hour(10),
        end_time: hour(16),
        end_date: EndDate::MoveOut,
        no_end_date: NoEndDate::Perpetual,
        grant_on: GrantOn::Date,
        revoke_on: RevokeOn::Date,
        mode: Mode::Live,
        start_early_days: 0,
        end_late_days: 0,
        bridge_gap_days: 0,
        provision_ahead_days: 7,
        enforce: Enforce { user_dates: true, credential_dates: true },
        trust_move_out_on: BTreeSet::from([
            TrustedStatus::Notice,
            TrustedStatus::Past,
            TrustedStatus::Future,
        ]),
        residents: Residents {
            occupants: true,
            exclude_relationships: vec!["Child".to_owned()],
            ignore_types: Vec::new(),
        },
        guard: Guard {
            max_revokes: 5,
            max_revoke_percent: 10,
            max_revokes_per_day: None,
            max_grants: None,
            turn_windows: Vec::new(),
        },
    }
}
