//! What one person should hold at one instant: windows merged group by group (T24), written ahead where that is safe (T28), the
//! user's own dates (T29), and reviewed exceptions (O1 to O5).

use std::borrow::Cow;

use chrono::{Days, NaiveDate};
use litemap::LiteMap;

use crate::access::few::Few;
use crate::access::text::Text;
use crate::access::{CustomerId, Instant, PropertyId, Window, earlier_start};
use crate::manifest::{Enforce, GroupKey, Override, OverrideEffect};
use crate::zone::Edge;

use super::Desired;
use super::person::{Entry, Person};
use super::siblings::merged;
use super::window::Dated;

/// What one person should hold at one instant, groups by their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// The groups to hold, and the entries (as indices into the person's) and places in the manifest that give each.
    pub groups: LiteMap<GroupKey, Few<Source>>,
    /// Groups that are neither given nor taken (U3).
    pub untouched: Few<GroupKey>,
    /// The user's own dates; `None` = as they are.
    pub dates: Option<Window>,
    /// Which layers of dates are written for this person.
    pub enforce: Enforce,
    /// Whether the user is stopped (O5).
    pub suspended: bool,
    /// Written ahead of its start (T28).
    pub is_ahead: bool,
    /// A window is open at the instant.
    pub is_open: bool,
}

/// Which entry gives a group, and where the manifest says so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Index into the person's entries.
    pub entry: usize,
    /// Path of the mapping.
    pub path: Text,
}

/// A group's window before and after merging.
#[derive(Debug, Clone)]
struct Grant {
    window: Window,
    start_date: Option<NaiveDate>,
    end_date: Option<NaiveDate>,
    bridge_gap_days: u32,
    source: Source,
}

/// Windows of one group that became one.
#[derive(Debug, Clone)]
struct Merged {
    window: Window,
    /// The end dates of those windows, each with what its property bridges.
    ends: Vec<(NaiveDate, u32)>,
    sources: Few<Source>,
}

impl Desired {
    /// The override that is in force for the customer.
    pub fn override_at(&self, customer: &CustomerId, instant: Instant) -> Option<&Override> {
        self.overrides.get(customer).filter(|(_, until)| instant < *until).map(|(one, _)| one)
    }

    /// What the person should hold at `instant`.
    pub fn at(&self, person: &Person, instant: Instant) -> Entitlement {
        let in_force = self.override_at(&person.customer, instant).map(|one| one.effect);
        let timeline = self.timeline(person, instant, in_force);
        let mut entitlement = self.entitlement(person, instant, &timeline);
        match in_force {
            Some(OverrideEffect::Revoke) => entitlement.groups.clear(),
            Some(OverrideEffect::Suspend) => {
                entitlement.groups.clear();
                entitlement.suspended = true;
            }
            Some(OverrideEffect::Freeze | OverrideEffect::Grant) | None => {}
        }
        entitlement
    }

    /// The groups that the person's windows open at `instant` or will, whatever takes them.
    pub fn needed(&self, person: &Person, instant: Instant) -> impl Iterator<Item = GroupKey> {
        let in_force = self.override_at(&person.customer, instant).map(|one| one.effect);
        let timeline = self.timeline(person, instant, in_force);
        timeline.open(|window| !window.has_ended(instant)).into_iter().map(|(key, _)| key)
    }

    fn timeline(&self, person: &Person, instant: Instant, in_force: Option<OverrideEffect>) -> Timeline {
        let mut grants = grants(person, instant);
        if in_force == Some(OverrideEffect::Grant)
            && let Some((_, until)) = self.overrides.get(&person.customer)
        {
            add_exception(person, instant, *until, &mut grants);
        }
        Timeline::of(person, instant, grants)
    }

    fn entitlement(&self, person: &Person, instant: Instant, timeline: &Timeline) -> Entitlement {
        let enforce = self.enforce(person, instant);
        let is_open = timeline.stretches.iter().any(|stretch| stretch.holds(instant));
        let next = timeline.stretches.iter().find(|stretch| stretch.is_to_come(instant));
        let mut groups: LiteMap<GroupKey, Few<Source>> = timeline.open(|window| window.holds(instant));
        let mut is_ahead = false;
        if !is_open
            && enforce.user_dates
            && enforce.credential_dates
            && let Some(start) = next.and_then(|next| next.start)
        {
            groups = timeline.starting(start, |source| self.may_write(person, source, start, instant));
            is_ahead = !groups.is_empty();
        }
        let dates = timeline.stretches.iter().find(|stretch| stretch.holds(instant));
        let dates = dates.or_else(|| next.filter(|_| is_ahead)).copied();
        let dates = dates.or_else(|| timeline.stretches.iter().rev().find(|s| s.has_ended(instant)).copied());
        Entitlement {
            groups,
            untouched: person
                .entries
                .iter()
                .flat_map(|entry| &entry.home.doubtful)
                .map(|m| m.key.clone())
                .collect(),
            dates,
            enforce,
            suspended: false,
            is_ahead,
            is_open,
        }
    }

    /// T28: whether a grant that starts at `start` may be written at `instant` as far as its property's days go.
    fn may_write(&self, person: &Person, source: &Source, start: Instant, instant: Instant) -> bool {
        let property = person.entries[source.entry].property;
        self.ahead(property, start).is_some_and(|ahead| ahead <= instant)
    }

    /// The instant from which a grant of the property that starts at `start` may be written (T28).
    pub fn ahead(&self, property: PropertyId, start: Instant) -> Option<Instant> {
        let view = self.properties.get(&property)?;
        let local = view.zone.local(start);
        let date = local.date().checked_sub_days(Days::new(view.policy.provision_ahead_days.into()))?;
        Some(view.zone.instant(date, local.time(), Edge::Start).min(start))
    }

    /// How far the property looks ahead at `instant`: as many calendar days as it writes grants ahead, to the same local hour (T28).
    pub fn looks_ahead(&self, property: PropertyId, instant: Instant) -> Option<Instant> {
        let view = self.properties.get(&property)?;
        let local = view.zone.local(instant);
        let date = local.date().checked_add_days(Days::new(view.policy.provision_ahead_days.into()))?;
        Some(view.zone.instant(date, local.time(), Edge::End))
    }

    /// The instant so many calendar days after `from` on the property's clock, at the same hour; none for an unknown property.
    pub fn days_after(&self, property: PropertyId, from: Instant, days: u32) -> Option<Instant> {
        let zone = self.properties.get(&property)?.zone;
        let local = zone.local(from);
        let date = local.date().checked_add_days(Days::new(days.into()))?;
        Some(zone.instant(date, local.time(), Edge::End))
    }

    /// T29: which dates are written, by the properties in which a window is open or to come, without one by the last.
    fn enforce(&self, person: &Person, instant: Instant) -> Enforce {
        let is_alive =
            |entry: &&Entry| window_at(entry, instant).is_some_and(|dated| !dated.window.has_ended(instant));
        let mut alive = person.entries.iter().filter(is_alive).map(|entry| entry.property).peekable();
        let last = || {
            let ended = person.entries.iter().filter_map(|entry| {
                window_at(entry, instant).map(|dated| (dated.window.end, entry.property))
            });
            ended.max().map(|(_, property)| property)
        };
        let any = || person.entries.first().map(|entry| entry.property);
        let instead = if alive.peek().is_none() { last().or_else(any) } else { None };
        let asked = alive.chain(instead);
        let policies =
            asked.filter_map(|property| self.properties.get(&property)).map(|view| view.policy.enforce);
        policies.fold(Enforce { user_dates: true, credential_dates: true }, |all, one| Enforce {
            user_dates: all.user_dates && one.user_dates,
            credential_dates: all.credential_dates && one.credential_dates,
        })
    }

    /// Every instant at which something about the person may change by time alone.
    pub fn edges(&self, person: &Person) -> Few<Instant> {
        self.all_edges(person).collect()
    }

    fn all_edges(&self, person: &Person) -> impl Iterator<Item = Instant> {
        let phases =
            person.entries.iter().flat_map(|entry| entry.phases.iter().map(move |phase| (entry, phase)));
        let edges = phases.flat_map(|(entry, phase)| {
            let window = phase.window.map(|dated| dated.window).unwrap_or_default();
            let ahead = window.start.and_then(|start| self.ahead(entry.property, start));
            [phase.from, window.start, window.end, ahead]
        });
        let until = self.overrides.get(&person.customer).map(|(_, until)| *until);
        edges.chain([until]).flatten()
    }

    /// The next instant after `instant` at which the person's desired state changes by time alone (T25); `now` is the state at
    /// `instant`, where it is known already; `sooner` an instant from which on nobody asks any more.
    pub fn next_change(
        &self,
        person: &Person,
        instant: Instant,
        now: Option<&Entitlement>,
        sooner: Option<Instant>,
    ) -> Option<Instant> {
        let is_asked = |edge: &Instant| *edge > instant && sooner.is_none_or(|sooner| *edge < sooner);
        let later: Few<Instant> = self.all_edges(person).filter(is_asked).collect();
        later.first()?;
        let now = now.map_or_else(|| Cow::Owned(self.at(person, instant)), Cow::Borrowed);
        later.iter().copied().find(|edge| {
            let then = self.at(person, *edge);
            !then.groups.keys().eq(now.groups.keys())
                || then.suspended != now.suspended
                || (then.enforce.user_dates && then.dates.is_some() && then.dates != now.dates)
        })
    }
}

/// An entry's window at an instant; none where its dates stand the wrong way round (T10), which nobody else's stretch may borrow from.
pub fn window_at(entry: &Entry, instant: Instant) -> Option<Dated> {
    let dated = entry.phase_at(instant)?.window?;
    let is_reversed = dated.window.start.zip(dated.window.end).is_some_and(|(start, end)| end <= start);
    (!is_reversed).then_some(dated)
}

fn grants(person: &Person, instant: Instant) -> Vec<(GroupKey, Grant)> {
    let mut grants = Vec::new();
    for (index, entry) in person.entries.iter().enumerate() {
        let Some(dated) = window_at(entry, instant) else { continue };
        for mapped in &entry.home.groups {
            let grant = Grant {
                window: dated.window,
                start_date: dated.start_date,
                end_date: dated.end_date,
                bridge_gap_days: entry.bridge_gap_days,
                source: Source { entry: index, path: mapped.path.clone() },
            };
            grants.push((mapped.key.clone(), grant));
        }
    }
    grants
}

/// O3: the groups of the leases that are lived on or to come, else of the one that ended last.
fn add_exception(person: &Person, instant: Instant, until: Instant, grants: &mut Vec<(GroupKey, Grant)>) {
    use crate::roster::Status::{Current, Future, Notice};
    let lived = |entry: &&Entry| matches!(entry.lease_status, Current | Notice | Future);
    let end = |entry: &Entry| {
        entry.phases.iter().rev().find_map(|phase| phase.window).map(|dated| dated.window.end)
    };
    let mut chosen: Vec<usize> = (0..person.entries.len()).filter(|&i| lived(&&person.entries[i])).collect();
    if chosen.is_empty() {
        chosen.extend((0..person.entries.len()).max_by_key(|&i| end(&person.entries[i])));
    }
    for index in chosen {
        let entry = &person.entries[index];
        let start = entry.start.filter(|start| *start <= instant);
        for mapped in &entry.home.groups {
            let grant = Grant {
                window: Window::new(start, Some(until)),
                start_date: None,
                end_date: None,
                bridge_gap_days: 0,
                source: Source { entry: index, path: mapped.path.clone() },
            };
            grants.push((mapped.key.clone(), grant));
        }
    }
}

/// A person's windows, group by group and all together.
struct Timeline {
    groups: LiteMap<GroupKey, Vec<Merged>>,
    stretches: Vec<Window>,
}

impl Timeline {
    fn of(person: &Person, instant: Instant, mut grants: Vec<(GroupKey, Grant)>) -> Self {
        grants.sort_by(|(a, a_grant), (b, b_grant)| (a, a_grant.order()).cmp(&(b, b_grant.order())));
        let mut groups: Vec<(GroupKey, Vec<Merged>)> = Vec::with_capacity(grants.len());
        for (key, grant) in grants {
            match groups.last_mut().filter(|(last, _)| *last == key) {
                Some((_, merged)) => merge(merged, grant),
                None => groups.push((key, vec![Merged::from(grant)])),
            }
        }
        let groups = LiteMap::from_sorted_store_unchecked(groups);
        let own =
            person.entries.iter().filter_map(|entry| window_at(entry, instant)).map(|dated| dated.window);
        let bridged = groups.values().flatten().map(|merged| merged.window);
        let stretches = merged(own.chain(bridged).collect());
        Self { groups, stretches }
    }

    fn open(&self, is_wanted: impl Fn(&Window) -> bool) -> LiteMap<GroupKey, Few<Source>> {
        let open = self.groups.iter().filter_map(|(key, merged)| {
            let open = merged.iter().filter(|one| is_wanted(&one.window));
            let sources: Few<Source> = open.flat_map(|one| &one.sources).cloned().collect();
            (!sources.is_empty()).then(|| (key.clone(), sources))
        });
        open.collect()
    }

    fn starting(&self, start: Instant, may: impl Fn(&Source) -> bool) -> LiteMap<GroupKey, Few<Source>> {
        let mut starting = self.open(|window| window.start == Some(start));
        starting.retain(|_, sources| sources.iter().any(&may));
        starting
    }
}

impl Grant {
    fn order(&self) -> (Option<Instant>, Option<Instant>, &Source) {
        (self.window.start, self.window.end, &self.source)
    }
}

/// T24: touching and overlapping windows of one group merge, and those whose gap is bridged. They come in their order.
fn merge(merged: &mut Vec<Merged>, grant: Grant) {
    match merged.last_mut().filter(|last| last.window.touches(&grant.window) || is_bridged(last, &grant)) {
        Some(last) => last.join(grant),
        None => merged.push(Merged::from(grant)),
    }
}

impl From<Grant> for Merged {
    fn from(grant: Grant) -> Self {
        let ends = ends(&grant).collect();
        Self { window: grant.window, ends, sources: [grant.source].into() }
    }
}

fn ends(grant: &Grant) -> impl Iterator<Item = (NaiveDate, u32)> + use<> {
    grant.end_date.map(|end| (end, grant.bridge_gap_days)).into_iter()
}

/// Of two properties' values the smaller counts; what one of the windows is bridged to, all are.
fn is_bridged(last: &Merged, next: &Grant) -> bool {
    let Some(start) = next.start_date else { return false };
    last.ends.iter().any(|(end, days)| {
        let widest = next.bridge_gap_days.min(*days);
        widest > 0 && (start - *end).num_days() <= i64::from(widest)
    })
}

impl Merged {
    fn join(&mut self, grant: Grant) {
        self.ends.extend(ends(&grant));
        self.window = Window {
            start: earlier_start(self.window.start, grant.window.start),
            end: self.window.hull(&grant.window).end,
        };
        self.sources.insert(grant.source);
    }
}
