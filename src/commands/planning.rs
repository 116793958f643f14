//! The main story up to the plan: read what the manifests need of both sides, ask about those who are in doubt, render, compare.
//! Where it is read is [`source`]'s.

pub mod everything;
pub mod needs;
pub mod recall;
pub mod sketch;
pub mod source;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::access::{Account, GroupId, Instant, Membership, UserId};
use crate::brivo;
use crate::brivo::account::fewest_calls;
use crate::brivo::error::BrivoError;
use crate::desired::Desired;
use crate::desired::naming::Naming;
use crate::entrata;
use crate::entrata::error::EntrataError;
use crate::manifest::Manifest;
use crate::plan::base::attribute;
use crate::plan::between::{Cards, Wanted};
use crate::plan::directory::Directory;
use crate::plan::guard::Allowances;
use crate::plan::{Action, ManifestRef, Plan, Scope};
use crate::roster::Roster;
use crate::roster::look_up::Questions;
use crate::snapshot::SnapshotError;
use recall::Recall;
use sketch::{Drawn, Sketch, properties};
use source::{Reread, Sides, Source};

/// The two services.
pub struct Services {
    /// The source of truth.
    pub entrata: entrata::Client,
    /// The doors.
    pub brivo: brivo::Client,
}

/// What is asked of both sides.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The manifest.
    pub manifest: &'a Manifest,
    /// How the plan names it.
    pub reference: &'a ManifestRef,
    /// The instant as of which everything is decided.
    pub as_of: Instant,
    /// The flags that shape the plan.
    pub scope: &'a Scope,
    /// What the guards let through.
    pub allowances: &'a Allowances,
    /// What becomes of leases and units once they are rendered.
    pub leases: Leases,
}

/// What becomes of leases and units once they are rendered: they take as much memory as all the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leases {
    /// They are there for whoever tells of them.
    Stay,
    /// Nobody looks at them again.
    Go,
}

/// A plan and what it was made from.
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// What should be.
    pub desired: Desired,
    /// What is.
    pub account: Account,
    /// Which of its groups are managed, and for whom.
    pub directory: Directory,
    /// What Entrata said; leases and units as the question asked.
    pub roster: Roster,
    /// What of Brivo was looked at, and what of it came from the cache.
    pub seen: Seen,
}

/// What of Brivo was looked at.
pub struct Seen {
    /// Managed and adopted users.
    pub users: BTreeSet<UserId>,
    /// The groups that matter.
    pub groups: BTreeSet<GroupId>,
    /// What came from the cache.
    pub recall: Recall,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum PlanningError {
    /// Entrata could not be read at all.
    #[error(transparent)]
    #[diagnostic(code(entrata::unread), help("nothing was written; see the Entrata set-up in the README"))]
    Entrata(#[from] EntrataError),
    /// Brivo could not be read.
    #[error(transparent)]
    #[diagnostic(code(brivo::unread), help("nothing was written; see the Brivo set-up in the README"))]
    Brivo(#[from] BrivoError),
    /// R13: the calls left would not do for reading.
    #[error(
        "`calls_per_month` is {limit}, {used} calls were made to Brivo this month, and reading needs {reads} more: nothing was written"
    )]
    #[diagnostic(
        code(brivo::calls_per_month),
        help(
            "wait for the next month, raise it if your contract with Brivo does, or keep a --cache, which needs few reads"
        )
    )]
    Budget {
        /// In the whole month.
        limit: u64,
        /// So far.
        used: u64,
        /// At least.
        reads: u64,
    },
    /// What was saved of both can't be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// Is told what is being read, how much of it is done, and of how much.
pub type Watch<'a> = &'a (dyn Fn(Reading, u64, u64) + Sync);

/// What is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Properties, units and leases.
    Entrata,
    /// The lists of users and groups.
    BrivoLists,
    /// Who is in which group.
    Memberships,
    /// Customers whom no reply named (D8).
    LookUps,
    /// Dates and credentials.
    Details,
    /// What was saved of both sides.
    Snapshot,
}

/// The manifest that another one is compared with.
#[derive(Clone, Copy)]
pub struct Base<'a> {
    /// The manifest.
    pub manifest: &'a Manifest,
    /// Its files.
    pub reference: &'a ManifestRef,
}

/// Reads both sides and plans.
pub async fn plan(
    source: impl Into<Source<'_>>,
    question: &Question<'_>,
    watch: Watch<'_>,
) -> Result<Planned, PlanningError> {
    plan_first(source.into(), question, None, watch).await
}

/// Like [`plan`], and tells what this manifest causes from what was pending under the base: both are planned on one reading, each as
/// if it were alone.
pub async fn plan_against(
    source: impl Into<Source<'_>>,
    question: &Question<'_>,
    base: Base<'_>,
    watch: Watch<'_>,
) -> Result<Planned, PlanningError> {
    let Base { manifest, reference } = base;
    let of_base = Question { manifest, reference, ..*question };
    plan_first(source.into(), question, Some(of_base), watch).await
}

/// Reads which of the groups that matter the users are in who are neither ours nor adopted: only for commands that are about just them
/// (D5).
pub async fn read_strangers(
    services: &Services,
    manifest: &Manifest,
    naming: &Naming,
    account: &mut Account,
    watch: Watch<'_>,
) -> Result<(), PlanningError> {
    let directory = Directory::new(naming, &manifest.decommission, account);
    let groups = needs::groups(manifest, naming, &directory, account);
    let ours = needs::users(manifest, account);
    let strangers: Vec<UserId> = account.users.keys().copied().filter(|id| !ours.contains(id)).collect();
    let progress = |done, of| watch(Reading::Memberships, done, of);
    services.brivo.read_memberships(account, &strangers, &groups, &progress).await?;
    Ok(())
}

/// What there is of the manifest, and of its base where there is one.
struct Both<T> {
    this: T,
    base: Option<T>,
}

impl<T> Both<T> {
    fn each(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.this).chain(&self.base)
    }

    /// What either has of this.
    fn all<'s, U: Ord + Copy>(&'s self, of: impl Fn(&'s T) -> &'s BTreeSet<U>) -> Cow<'s, BTreeSet<U>> {
        match &self.base {
            None => Cow::Borrowed(of(&self.this)),
            Some(base) => Cow::Owned(of(&self.this) | of(base)),
        }
    }

    fn map<U>(self, mut turn: impl FnMut(T) -> U) -> Both<U> {
        Both { this: turn(self.this), base: self.base.map(turn) }
    }
}

/// The main story, for a manifest and perhaps a base: what either needs is read once.
async fn plan_first(
    source: Source<'_>,
    question: &Question<'_>,
    base: Option<Question<'_>>,
    watch: Watch<'_>,
) -> Result<Planned, PlanningError> {
    let (mut sides, sketches) = read_lists(source, question, base, watch).await?;
    let listed = sketches.base.is_some().then(|| sides.account.clone());
    let (users, groups) = (sketches.all(|sketch| &sketch.users), sketches.all(|sketch| &sketch.groups));
    source.afford(|| fewest_reads(&sides.account, &users, &groups, sketches.each()))?;
    source.memberships(&mut sides, &users, &groups, watch).await?;
    let drawn = look_up(source, &sides, sketches, listed.as_ref(), watch).await?;
    read_details(source, &drawn, &mut sides, listed.as_ref(), watch).await?;
    let plans = compare_surely(source, &drawn, &mut sides, listed.as_ref(), watch).await?;
    let Sides { account, recall, .. } = sides;
    let Both { this: mut plan, base: pending } = plans;
    if let Some(pending) = &pending {
        attribute(&mut plan, pending);
    }
    let account = match &listed {
        Some(_) => drawn.this.sees(&account, listed.as_ref()).into_owned(),
        None => account,
    };
    let Drawn { desired, roster, directory, users, groups, .. } = drawn.this;
    let directory = if directory.is_of(&account) { directory } else { Directory::of(&desired, &account) };
    plan.calls.cache = source.use_of_cache(&recall, &users);
    Ok(Planned { plan, desired, account, directory, roster, seen: Seen { users, groups, recall } })
}

/// Dates and credentials of those whom a plan compares; what was saved has them.
async fn read_details(
    source: Source<'_>,
    drawn: &Both<Drawn<'_>>,
    sides: &mut Sides,
    listed: Option<&Account>,
    watch: Watch<'_>,
) -> Result<(), PlanningError> {
    let Source::Live(line) = source else { return Ok(()) };
    let account = &sides.account;
    let cards = if line.relied_on().is_some() { Cards::OfThoseAhead } else { Cards::WithDetails };
    let mut all = Wanted::default();
    for one in drawn.each() {
        let Wanted { details, cards } = one.wanted(&one.sees(account, listed), cards);
        all.details.extend(details);
        all.cards.extend(cards);
    }
    source.details(sides, &all.details, &all.cards, watch).await
}

/// R13: the fewest calls that the run has still to make after the lists: memberships, and the details of those who live somewhere.
fn fewest_reads<'s, 'q: 's>(
    account: &Account,
    users: &BTreeSet<UserId>,
    groups: &BTreeSet<GroupId>,
    mut sketches: impl Iterator<Item = &'s Sketch<'q>>,
) -> u64 {
    let unread = recall::without_groups(account, users).len();
    let details = sketches.next().map_or(0, |sketch| {
        let living = sketch.living();
        let lives = |id: &&UserId| {
            let external_id = account.users.get(id).and_then(|user| user.external_id.as_ref());
            external_id.is_some_and(|external_id| living.contains(external_id))
        };
        recall::without_details(account, users).iter().filter(lives).count()
    });
    fewest_calls(unread, groups.len()) + 2 * details as u64
}

/// Compares, and reads again whoever would be written on the word of the cache, and those of whom more must be known; until nobody is
/// left.
async fn compare_surely(
    source: Source<'_>,
    drawn: &Both<Drawn<'_>>,
    sides: &mut Sides,
    listed: Option<&Account>,
    watch: Watch<'_>,
) -> Result<Both<Plan>, PlanningError> {
    loop {
        let plans = compare(source, drawn, &sides.account, listed);
        let written = plans.each().flat_map(|plan| &plan.changes).filter_map(|change| change.brivo_user_id);
        let hearsay = written.filter(|id| sides.recall.taken.contains(id));
        let ending = plans.each().flat_map(|plan| ending_in_doubt(plan, &sides.account));
        let in_doubt: BTreeSet<UserId> = hearsay.chain(ending).collect();
        if in_doubt.is_empty() || matches!(source, Source::Saved(_)) {
            return Ok(plans);
        }
        source.again(sides, &in_doubt, watch).await?;
    }
}

/// The lists, and each manifest with its part of them.
async fn read_lists<'a>(
    source: Source<'_>,
    question: &Question<'a>,
    base: Option<Question<'a>>,
    watch: Watch<'_>,
) -> Result<(Sides, Both<Sketch<'a>>), PlanningError> {
    let mut wanted = properties(question.manifest);
    wanted.extend(base.iter().flat_map(|base| properties(base.manifest)));
    let listener = (base.is_none() && question.leases == Leases::Go).then_some(question.manifest);
    let mut sides = source.lists(&wanted, question.as_of.date_naive(), listener, watch).await?;
    let (roster, heard) = (std::mem::take(&mut sides.roster), sides.heard.take());
    let base = base.map(|base| {
        let part = roster.clone().only(&properties(base.manifest));
        Sketch::of(base, part, None, &sides.account)
    });
    let roster = roster.only(&properties(question.manifest));
    let this = Sketch::of(*question, roster, heard, &sides.account);
    let mut sketches = Both { this, base };
    let lacks_one = || sketches.each().any(|sketch| sketch.lacks_a_group(&sides.account));
    if source.has_old_groups() && lacks_one() && source.groups(&mut sides.account).await? == Reread::Yes {
        let account = &sides.account;
        sketches = sketches.map(|sketch| sketch.on(account));
    }
    Ok((sides, sketches))
}

/// D8: asks Entrata one by one about those whom no reply names, and renders with the answers.
async fn look_up<'a>(
    source: Source<'_>,
    sides: &Sides,
    sketches: Both<Sketch<'a>>,
    listed: Option<&Account>,
    watch: Watch<'_>,
) -> Result<Both<Drawn<'a>>, PlanningError> {
    let account = &sides.account;
    let doubted = sketches.map(|sketch| {
        let doubts = sketch.doubts(&sketch.sees(account, listed), sketch.prune());
        (sketch, doubts)
    });
    let mut questions = Questions::new();
    for (customer, properties) in doubted.each().flat_map(|(_, doubts)| doubts) {
        questions.entry(customer.clone()).or_default().extend(properties);
    }
    for properties in questions.values_mut() {
        properties.sort_unstable();
        properties.dedup();
    }
    let answers = source.look_ups(sides, &questions, watch).await?;
    let draw = |(sketch, doubts): (Sketch<'a>, Questions)| {
        let again = source.leases(&sketch.let_go(&doubts, &answers))?;
        Ok::<_, PlanningError>(sketch.draw(again, &doubts, &answers))
    };
    let Both { this, base } = doubted;
    Ok(Both { this: draw(this)?, base: base.map(draw).transpose()? })
}

fn compare(
    source: Source<'_>,
    drawn: &Both<Drawn<'_>>,
    account: &Account,
    listed: Option<&Account>,
) -> Both<Plan> {
    let compare = |one: &Drawn<'_>| one.compare(&one.sees(account, listed), source.calls());
    Both { this: compare(&drawn.this), base: drawn.base.as_ref().map(compare) }
}

/// People whose access or record ends and whose other groups are not known: those are told, and forbid a deletion (D4, D9).
fn ending_in_doubt(plan: &Plan, account: &Account) -> Vec<UserId> {
    let ending =
        plan.changes.iter().filter(|change| matches!(change.action, Action::Revoke | Action::Delete));
    let users = ending.filter_map(|change| change.brivo_user_id);
    let unknown = |id: &UserId| {
        account.users.get(id).is_some_and(|user| matches!(user.membership, Membership::Managed { .. }))
    };
    users.filter(unknown).collect()
}
