//! What a plan says of each person, gathered while they are judged. Of most of them a guard can change nothing: they are settled at once
//! and let go, so that only those who may lose something wait in memory until everybody is counted.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::access::{ExternalId, Instant};
use crate::manifest::OverrideEffect;

use super::assess::{Basis, Bench, Outcome};
use super::between::{Comparing, Draft};
use super::guard::{Counted, Tallies};
use super::order::{cost, steps};
use super::subject::{Subject, Subjects};
use super::target::given;
use super::{Change, Finding, Summary};

/// How many people are judged at one time; what was found of those before them is put together meanwhile.
const AT_ONCE: usize = 8192;

/// What is known once everybody was looked at.
pub(super) struct Judged<'a> {
    /// What there is to say of those who are settled.
    pub(super) gathered: Gathered<'a>,
    /// Those of whom a guard may hold something back.
    pub(super) open: Vec<Draft<'a>>,
    /// The people of each property, those aside who are still open.
    pub(super) tallies: Tallies,
}

/// What a plan says of people, in the order in which they were settled.
#[derive(Default)]
pub(super) struct Gathered<'a> {
    /// Who is frozen, and who stays as they are.
    pub(super) summary: Summary,
    /// The next instant at which time alone changes somebody's state.
    pub(super) next_boundary: Option<Instant>,
    /// What would be written.
    pub(super) changes: Vec<Change>,
    /// The calls that it takes.
    pub(super) to_apply: u64,
    /// What there is to know.
    pub(super) findings: Vec<Finding>,
    /// Whom the run plans for, where it leaves somebody out.
    pub(super) planned: BTreeSet<&'a ExternalId>,
}

/// What a plan says of one person.
struct Settled<'a> {
    external_id: &'a ExternalId,
    is_frozen: bool,
    is_unchanged: bool,
    next_change: Option<Instant>,
    change: Option<Box<Change>>,
    to_apply: u64,
    findings: Vec<Finding>,
}

/// What is known before somebody is looked at.
#[derive(Clone, Copy)]
struct Known {
    /// Whether there is any group into which more people than a number must not be put.
    limits_grants: bool,
    /// The next boundary of those who were put together already: a later one is not looked for.
    next_boundary: Option<Instant>,
}

/// One person, looked at.
enum Looked<'a> {
    /// Nothing about them hangs on the guards; nothing is said of somebody out of scope.
    Settled(Option<Box<Settled<'a>>>, Option<Counted>),
    /// A guard may hold something back.
    Open(Box<Draft<'a>>),
}

impl Gathered<'_> {
    fn count(&mut self, is_frozen: bool, is_unchanged: bool, next_change: Option<Instant>) {
        self.summary.frozen += u64::from(is_frozen);
        self.summary.unchanged += u64::from(is_unchanged);
        self.next_boundary = self.next_boundary.into_iter().chain(next_change).min();
    }
}

impl<'a> Comparing<'_, 'a> {
    /// Looks at everybody.
    pub(super) fn judge(&self, subjects: &'a Subjects<'a>) -> Judged<'a> {
        self.judge_some_at_once(subjects.all(), AT_ONCE)
    }

    fn judge_some_at_once(&self, in_order: &'a [Subject<'a>], at_once: usize) -> Judged<'a> {
        // Room for all, which costs nothing until it is used: to grow a list of millions is to hold it twice.
        let (changes, findings) = (Vec::with_capacity(in_order.len()), Vec::with_capacity(in_order.len()));
        let mut gathered = Gathered { changes, findings, ..Gathered::default() };
        let (mut open, mut tallies) = (Vec::new(), Tallies::default());
        // Asks every property, so not anew for every person.
        let limits_grants = self.limits_grants();
        let mut put_together = |gathered: &mut Gathered<'a>, looked: Vec<Looked<'a>>| {
            for one in looked {
                match one {
                    Looked::Settled(settled, counted) => {
                        tallies.extend(counted);
                        if let Some(settled) = settled {
                            self.gather(gathered, *settled);
                        }
                    }
                    Looked::Open(draft) => open.push(*draft),
                }
            }
        };
        let mut before = Vec::new();
        for subjects in in_order.chunks(at_once) {
            let known = Known { limits_grants, next_boundary: gathered.next_boundary };
            let look = || subjects.par_iter().map(|subject| self.look(subject, known)).collect();
            (before, ()) = rayon::join(look, || put_together(&mut gathered, before));
        }
        put_together(&mut gathered, before);
        Judged { gathered, open, tallies }
    }

    /// Settles those who were open, once the guards have spoken.
    pub(super) fn settle_all(&self, open: Vec<Draft<'a>>, gathered: &mut Gathered<'a>) {
        let planned = open.into_par_iter().filter(|draft| draft.in_scope);
        let sooner = gathered.next_boundary;
        let settled: Vec<Box<Settled<'a>>> =
            planned.map(|draft| Box::new(self.settle(draft, sooner))).collect();
        for one in settled {
            self.gather(gathered, *one);
        }
    }

    fn look(&self, subject: &'a Subject<'a>, known: Known) -> Looked<'a> {
        let draft = self.draft(subject);
        if !self.is_settled(&draft, known.limits_grants) {
            return Looked::Open(Box::new(draft));
        }
        let counted = self.counted(&draft);
        Looked::Settled(draft.in_scope.then(|| Box::new(self.settle(draft, known.next_boundary))), counted)
    }

    /// Whether no guard and no take-over can change what becomes of them: they lose nothing, and nothing that they are given is
    /// limited.
    fn is_settled(&self, draft: &Draft<'_>, limits_grants: bool) -> bool {
        let Draft { assessment, after, .. } = draft;
        match (&assessment.outcome, &assessment.before, after) {
            (Outcome::Nothing | Outcome::Frozen, _, _) => true,
            (Outcome::Delete, _, _) => false,
            (Outcome::Reach(_), Some(before), Some(after)) => {
                let leaves = |id| self.bench.directory.decommissioned(id).is_some();
                *before == **after && !before.groups.keys().copied().any(leaves)
            }
            (Outcome::Reach(_), _, _) => !limits_grants,
        }
    }

    fn gather(&self, gathered: &mut Gathered<'a>, settled: Settled<'a>) {
        let Settled { external_id, is_frozen, is_unchanged, next_change, change, to_apply, findings } =
            settled;
        gathered.count(is_frozen, is_unchanged, next_change);
        gathered.findings.extend(findings);
        gathered.to_apply += to_apply;
        gathered.changes.extend(change.map(|change| *change));
        if self.is_of_a_part() {
            gathered.planned.insert(external_id);
        }
    }

    /// What the plan says of one person; a change of their state by time alone only where it comes before `sooner`.
    fn settle(&self, mut draft: Draft<'a>, sooner: Option<Instant>) -> Settled<'a> {
        let change = self.change(&draft).map(Box::new);
        let mut findings = std::mem::take(&mut draft.assessment.findings);
        findings.extend(change.iter().flat_map(|change| self.about_end(&draft, change)));
        Settled {
            external_id: &draft.assessment.subject.external_id,
            is_frozen: matches!(draft.assessment.outcome, Outcome::Frozen),
            is_unchanged: change.is_none() && is_managed_now(&draft),
            next_change: self.next_change(&draft, sooner),
            to_apply: change.as_ref().map_or(0, |change| cost(&steps(change))),
            change,
            findings,
        }
    }

    /// The next instant at which the person's state changes by time alone (T25); of somebody frozen the end of the override that
    /// freezes them.
    fn next_change(&self, draft: &Draft<'_>, sooner: Option<Instant>) -> Option<Instant> {
        let Bench { desired, as_of, .. } = *self.bench;
        let subject = draft.assessment.subject;
        if matches!(draft.assessment.outcome, Outcome::Frozen) {
            let (one, until) = desired.overrides.get(&subject.customer)?;
            return (one.effect == OverrideEffect::Freeze && as_of < *until).then_some(*until);
        }
        let now = match &draft.assessment.outcome {
            Outcome::Reach(goal) if goal.basis == Basis::Leases => Some(&goal.entitlement),
            Outcome::Reach(_) | Outcome::Nothing | Outcome::Frozen | Outcome::Delete => None,
        };
        let next = subject.person.and_then(|person| desired.next_change(person, as_of, now, sooner));
        next.into_iter().chain(self.withheld(draft)).min()
    }

    /// The start of what would be written ahead but waits for it (T28).
    fn withheld(&self, draft: &Draft<'_>) -> Option<Instant> {
        let Outcome::Reach(goal) = &draft.assessment.outcome else { return None };
        let entitlement = &goal.entitlement;
        let start = entitlement.dates.filter(|_| entitlement.is_ahead)?.start;
        let written = &draft.after.as_ref()?.groups;
        let waits = given(entitlement, self.bench.directory).iter().any(|id| !written.contains_key(id));
        start.filter(|_| waits)
    }
}

/// A managed user, neither former nor frozen.
fn is_managed_now(draft: &Draft<'_>) -> bool {
    draft.assessment.before.is_some()
        && matches!(draft.assessment.outcome, Outcome::Reach(_))
        && !draft.assessment.subject.is_adopted
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use litemap::LiteMap;
    use serde_json::json;

    use super::*;
    use crate::access::text::Text;
    use crate::access::{
        Account, Detail, GroupId, Membership, Personal, Profile, PropertyId, User, UserId, Window,
    };
    use crate::desired::render;
    use crate::manifest::{Manifest, parse};
    use crate::plan::Scope;
    use crate::plan::between::{Sides, on_bench};
    use crate::plan::directory::Directory;
    use crate::plan::example::at;
    use crate::roster::{Lease, Listing, PropertyRecord, Roster};

    fn manifest() -> Manifest {
        let text = "version: 1\nentrata: { url: \"https://apis.entrata.com/ext/orgs/example/v1\" }\nproperties:\n  \
                    - { id: 1, name: Alder, time_zone: America/Chicago, groups: [Alder] }\n";
        let (manifest, faults) = parse(&[("reconcile.yaml".to_owned(), text.to_owned())]);
        manifest.unwrap_or_else(|| panic!("{faults:?}"))
    }

    fn lease(id: u64, status: &str, move_in: &str, move_out: Option<&str>) -> Lease {
        let resident = json!({ "customer": id.to_string(), "kind": "Primary", "first_name": "Rosa", "last_name": format!("R{id}") });
        let mut lease = json!({ "id": id.to_string(), "property": 1, "status": status, "move_in": move_in,
            "residents": [resident] });
        if let Some(move_out) = move_out {
            lease["move_out"] = move_out.into();
        }
        serde_json::from_value(lease).unwrap()
    }

    fn user(id: u64, groups: &[u64]) -> (UserId, User) {
        let user = User {
            external_id: Some(ExternalId::new(format!("entrata:{id}"))),
            profile: Profile {
                first_name: Personal::new("Rosa"),
                last_name: Personal::new(format!("R{id}")),
                ..Profile::default()
            },
            suspended: false,
            updated: None,
            membership: Membership::Whole(groups.iter().copied().map(GroupId).collect()),
            detail: Some(Detail {
                dates: Window::new(Some(at("2025-01-01T16:00:00Z")), None),
                credentials: Vec::new(),
            }),
        };
        (UserId(100 + id), user)
    }

    #[test]
    fn however_many_are_judged_at_one_time_the_same_is_said_of_them() {
        let leases = vec![
            lease(1, "Current", "2025-01-01", None),
            lease(2, "Current", "2025-01-01", None),
            lease(3, "Future", "2026-03-04", None),
            lease(4, "Notice", "2025-01-01", Some("2026-03-20")),
            lease(5, "Past", "2025-01-01", Some("2026-02-01")),
            lease(6, "Current", "2025-01-01", None),
            lease(7, "Notice", "2025-01-01", Some("2026-03-10")),
        ];
        let record =
            PropertyRecord { listing: Listing::Open, units: Some(Vec::new()), ..PropertyRecord::default() };
        let properties = BTreeMap::from([(PropertyId(1), record)]);
        let desired = render(&manifest(), &Roster { properties, leases, ..Roster::default() });
        let groups: BTreeMap<GroupId, Text> = BTreeMap::from([(GroupId(10), "Alder".into())]);
        let users: LiteMap<UserId, User> =
            [user(2, &[]), user(5, &[10]), user(6, &[10])].into_iter().collect();
        let account = Account { groups: groups.into(), users };
        let directory = Directory::of(&desired, &account);
        let scope = Scope::default();
        let as_of = at("2026-03-01T18:00:00Z");
        let sides =
            Sides { desired: &desired, account: &account, directory: &directory, scope: &scope, as_of };
        let said = |at_once: usize| {
            on_bench(&sides, |bench, subjects| {
                let comparing = Comparing { bench };
                let Judged { gathered, open, tallies } =
                    comparing.judge_some_at_once(subjects.all(), at_once);
                let Gathered { summary, next_boundary, changes, to_apply, findings, planned } = gathered;
                assert!(planned.is_empty(), "the run leaves nobody out");
                let open: Vec<String> =
                    open.iter().map(|draft| draft.assessment.subject.external_id.to_string()).collect();
                (summary, next_boundary, changes, to_apply, findings, open, format!("{tallies:?}"))
            })
        };
        let (summary, next_boundary, changes, to_apply, findings, open, tallies) = &said(100);
        assert_eq!((summary.unchanged, changes.len(), *to_apply, open.len()), (1, 4, 16, 2));
        assert!(!findings.is_empty() && tallies.contains("people: 1"), "{tallies}");
        assert_eq!(*next_boundary, Some(at("2026-03-10T21:00:00Z")));
        for at_once in 1..=8 {
            assert_eq!(said(at_once), said(100), "{at_once} at a time");
        }
    }
}
