//! The rules on time once more, small and independent of the program: what each lease gives by what Entrata says of it at an instant,
//! with another library's clocks.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;

use super::story::{Fate, Leave, Status, Stay};

pub(super) const NAMES: [&str; 3] = ["Alder", "Birch", "Cedar"];
const ZONES: [&str; 3] = ["America/Chicago", "America/Denver", "Australia/Lord_Howe"];

#[expect(clippy::struct_excessive_bools, reason = "each is a policy of the manifest")]
#[derive(Debug, Clone)]
pub(super) struct Policy {
    start_time: Time,
    end_time: Time,
    ends_with_lease: bool,
    denies_without_end: bool,
    waits_for_move_in: bool,
    waits_for_move_out: bool,
    start_early_days: i64,
    end_late_days: i64,
    bridge_gap_days: i64,
    provision_ahead_days: i64,
    pub(super) layers: Layers,
}

/// Which layers in Brivo carry the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layers {
    Groups,
    GroupsAndUser,
    All,
}

pub(super) fn policies() -> impl Strategy<Value = Policy> {
    let hours = prop::sample::select(vec![time(10, 0, 0, 0), time(2, 15, 0, 0), time(1, 45, 0, 0)]);
    let ends = prop::sample::select(vec![time(16, 0, 0, 0), time(2, 15, 0, 0), time(0, 0, 0, 0)]);
    let layers = prop_oneof![
        2 => Just(Layers::All),
        1 => Just(Layers::GroupsAndUser),
        1 => Just(Layers::Groups),
    ];
    let rare = || prop::bool::weighted(0.25);
    let switches = (rare(), rare(), rare(), rare());
    let days = (0..3i64, 0..3i64, prop_oneof![Just(0i64), 1..8i64], 0..10i64);
    (hours, ends, switches, days, layers).prop_map(|(start_time, end_time, switches, days, layers)| Policy {
        start_time,
        end_time,
        ends_with_lease: switches.0,
        denies_without_end: switches.1,
        waits_for_move_in: switches.2,
        waits_for_move_out: switches.3,
        start_early_days: days.0,
        end_late_days: days.1,
        bridge_gap_days: days.2,
        provision_ahead_days: days.3,
        layers,
    })
}

impl Policy {
    /// As it stands under the manifest's `defaults`.
    pub(super) fn yaml(&self) -> String {
        let pick = |is_set: bool, set: &'static str, unset: &'static str| if is_set { set } else { unset };
        let enforce = match self.layers {
            Layers::Groups => "[groups]",
            Layers::GroupsAndUser => "[groups, user_dates]",
            Layers::All => "[groups, user_dates, credential_dates]",
        };
        let lines = [
            format!("start_time: \"{}\"", self.start_time.strftime("%H:%M")),
            format!("end_time: \"{}\"", self.end_time.strftime("%H:%M")),
            format!("end_date: {}", pick(self.ends_with_lease, "lease_end", "move_out")),
            format!("no_end_date: {}", pick(self.denies_without_end, "deny", "perpetual")),
            format!("grant_on: {}", pick(self.waits_for_move_in, "move_in", "date")),
            format!("revoke_on: {}", pick(self.waits_for_move_out, "move_out", "date")),
            format!("start_early_days: {}", self.start_early_days),
            format!("end_late_days: {}", self.end_late_days),
            format!("bridge_gap_days: {}", self.bridge_gap_days),
            format!("provision_ahead_days: {}", self.provision_ahead_days),
            format!("enforce: {enforce}"),
        ];
        format!("  {}\n", lines.join("\n  "))
    }
}

/// What a lease gives one of its people.
#[derive(Debug, Clone)]
struct Window {
    start: (Date, Timestamp),
    end: Option<(Date, Timestamp)>,
    recorded: (Date, Option<Date>),
    /// Only as the renewal of another (L2, L6).
    is_awaited: bool,
}

impl Window {
    fn holds(&self, at: Timestamp) -> bool {
        self.start.1 <= at && self.end.is_none_or(|(_, end)| at < end)
    }
}

/// Whether somebody lives there by the stay.
fn is_of(stay: &Stay, who: u64) -> bool {
    let mate = stay.mate.as_ref().filter(|mate| mate.kind != "Guarantor");
    stay.tenant == who || mate.is_some_and(|mate| mate.who == who)
}

fn own_leave(stay: &Stay, who: u64) -> Option<&Leave> {
    stay.mate.as_ref().filter(|mate| mate.who == who).and_then(|mate| mate.leaves.as_ref())
}

fn status_of(stay: &Stay, who: u64, at: Timestamp) -> Status {
    own_leave(stay, who).map_or_else(|| stay.status(at), |leave| stay.status_of_mate(leave, at))
}

fn window(policy: &Policy, stay: &Stay, who: u64, at: Timestamp) -> Option<Window> {
    let zone = TimeZone::get(ZONES[usize::try_from(stay.property).unwrap() - 1]).unwrap();
    let start_date = stay.move_in - policy.start_early_days.days();
    let start = zone.to_ambiguous_timestamp(start_date.to_datetime(policy.start_time)).earlier().unwrap();
    let own = own_leave(stay, who);
    let status = status_of(stay, who, at);
    let out = own.and_then(|leave| leave.recorded(at)).or_else(|| stay.out(at));
    // A date of the lease's own is judged by the lease's status (L1).
    let judge = if own.is_some_and(|leave| leave.recorded(at).is_some()) { status } else { stay.status(at) };
    let without_date = || match policy.ends_with_lease && !stay.is_month_to_month {
        true => Some(stay.term_ends(at).last().copied()),
        false if policy.denies_without_end => None,
        false => Some(None),
    };
    let recorded_end = match (status, out, judge) {
        (Status::Applicant | Status::Cancelled, _, _) => return None,
        (_, Some(_), Status::Notice) if policy.waits_for_move_out => None,
        (_, Some(out), Status::Future | Status::Notice | Status::Past) => Some(out),
        _ => without_date()?,
    };
    let end = recorded_end.map(|out| {
        let date = out + policy.end_late_days.days();
        (date, zone.to_ambiguous_timestamp(date.to_datetime(policy.end_time)).later().unwrap())
    });
    Some(Window {
        start: (start_date, start),
        end,
        recorded: (stay.move_in, recorded_end),
        is_awaited: policy.waits_for_move_in && status == Status::Future,
    })
}

/// The windows of somebody, each with the groups it opens.
fn windows(policy: &Policy, lives: &[Stay], who: u64, at: Timestamp) -> Vec<(Window, Vec<String>)> {
    let mut windows: Vec<(Window, &Stay)> = Vec::new();
    for stay in lives.iter().filter(|stay| is_of(stay, who)) {
        let Some(mut next) = window(policy, stay, who, at) else { continue };
        let last =
            windows.last().filter(|(_, last)| (last.property, last.unit) == (stay.property, stay.unit));
        if let Some(old) = last.map(|(window, _)| window)
            && old.recorded.1.is_some_and(|end| next.recorded.0 <= end + 1.day())
        {
            next.is_awaited = false;
            next.start =
                old.end.into_iter().fold(next.start, |start, end| if end.1 < start.1 { end } else { start });
        }
        windows.push((next, stay));
    }
    let given = windows.into_iter().filter(|(window, _)| !window.is_awaited);
    given.map(|(window, stay)| (window, groups(stay))).collect()
}

fn groups(stay: &Stay) -> Vec<String> {
    let name = NAMES[usize::try_from(stay.property).unwrap() - 1];
    vec![name.to_owned(), format!("{name} 10{}", stay.unit), "Shared".to_owned()]
}

fn people(lives: &[Stay]) -> BTreeSet<u64> {
    let of = |stay: &Stay| [Some(stay.tenant), stay.mate.as_ref().map(|mate| mate.who)];
    lives.iter().flat_map(of).flatten().collect()
}

/// Whether somebody who holds nothing is given something at all: nobody is taken in who has left everywhere (T14, former).
fn is_taken_in(policy: &Policy, lives: &[Stay], who: u64, now: Timestamp) -> bool {
    lives.iter().filter(|stay| is_of(stay, who)).any(|stay| match status_of(stay, who, now) {
        Status::Future | Status::Current => true,
        Status::Notice => {
            let end = window(policy, stay, who, now).and_then(|window| window.end);
            end.is_none_or(|(_, end)| now < end)
        }
        Status::Past | Status::Cancelled | Status::Applicant => false,
    })
}

/// Who opens which group at `at` by what is known at `now`, where `holders` held something before.
pub(super) fn access(
    policy: &Policy,
    lives: &[Stay],
    holders: &BTreeSet<u64>,
    now: Timestamp,
    at: Timestamp,
) -> BTreeSet<(u64, String)> {
    let mut access = BTreeSet::new();
    let is_seen = |who: &u64| holders.contains(who) || is_taken_in(policy, lives, *who, now);
    for who in people(lives).into_iter().filter(is_seen) {
        let windows = windows(policy, lives, who, at);
        let open = windows.iter().filter(|(window, _)| window.holds(at));
        access.extend(open.flat_map(|(_, groups)| groups).map(|group| (who, group.clone())));
        for (old, of_old) in &windows {
            let next = windows.iter().filter(|(next, _)| is_bridged(policy, old, next, at));
            let both = next.flat_map(|(_, of_next)| of_next).filter(|group| of_old.contains(group));
            access.extend(both.map(|group| (who, group.clone())));
        }
    }
    access
}

/// T24: whether the instant lies in a gap between the two that is bridged.
fn is_bridged(policy: &Policy, old: &Window, next: &Window, at: Timestamp) -> bool {
    let Some((date, end)) = old.end else { return false };
    let days = i64::from((next.start.0 - date).get_days());
    policy.bridge_gap_days > 0 && days <= policy.bridge_gap_days && end <= at && at < next.start.1
}

/// When a window begins or ends, as far as Entrata tells at the instant.
pub(super) fn edges(policy: &Policy, lives: &[Stay], at: Timestamp) -> BTreeSet<Timestamp> {
    let of = |who| windows(policy, lives, who, at).into_iter().map(|(window, _)| window);
    let edges = people(lives).into_iter().flat_map(of);
    edges.flat_map(|window| [Some(window.start.1), window.end.map(|(_, end)| end)]).flatten().collect()
}

/// The next news of anybody's lease.
pub(super) fn next_news(lives: &[Stay], at: Timestamp) -> Option<Timestamp> {
    let further = |stay: &Stay| match &stay.fate {
        Fate::Stays | Fate::Cancelled(_) | Fate::Leaves(_) => stay.news(),
    };
    lives.iter().flat_map(further).filter(|news| *news > at).min()
}
