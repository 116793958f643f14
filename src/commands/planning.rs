//! The main story up to the plan: read Entrata, read Brivo, ask about those who are in doubt, render, compare.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::{Account, ExternalId, GroupId, Instant, Membership, PropertyId, UserId};
use crate::brivo::account::Credentials;
use crate::brivo::error::BrivoError;
use crate::desired::unit::Naming;
use crate::desired::{Desired, render, unit};
use crate::entrata::error::EntrataError;
use crate::manifest::{GroupKey, GroupPattern, Manifest};
use crate::plan::between::{Inputs, between, to_read};
use crate::plan::directory::Directory;
use crate::plan::guard::Allowances;
use crate::plan::incomplete::{Asked, Prune, doubtful};
use crate::plan::{Action, Calls, ManifestRef, Plan, Scope};
use crate::roster::Roster;
use crate::{brivo, entrata};

/// The two services.
pub struct Services {
    /// The source of truth.
    pub entrata: entrata::Client,
    /// The doors.
    pub brivo: brivo::Client,
}

/// What is asked of the two services.
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
}

/// A plan and what it was made from.
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// What should be.
    pub desired: Desired,
    /// What is.
    pub account: Account,
    /// What Entrata said.
    pub roster: Roster,
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
}

/// Reads both sides and plans.
pub async fn plan(
    services: &Services,
    question: &Question<'_>,
    watch: Watch<'_>,
) -> Result<Planned, PlanningError> {
    let manifest = question.manifest;
    let (mut roster, mut account) = lists(services, question, watch).await?;
    let naming = unit::naming(manifest, &roster);
    read_memberships(services, manifest, &naming, &mut account, watch).await?;
    look_up(services, question, &naming, &mut roster, &account, watch).await?;
    let desired = render(manifest, &roster);
    let wanted = to_read(&desired, &account, question.as_of);
    services
        .brivo
        .read_details(&mut account, &wanted, Credentials::Read, &|done, of| {
            watch(Reading::Details, done, of);
        })
        .await?;
    let plan = compare(services, question, &desired, &account);
    let ending = ending_in_doubt(&plan, &account);
    services.brivo.read_whole_memberships(&mut account, &ending).await?;
    let plan = if ending.is_empty() { plan } else { compare(services, question, &desired, &account) };
    Ok(Planned { plan, desired, account, roster })
}

async fn lists(
    services: &Services,
    question: &Question<'_>,
    watch: Watch<'_>,
) -> Result<(Roster, Account), PlanningError> {
    let properties: Vec<PropertyId> =
        question.manifest.properties.iter().map(|property| property.id).collect();
    let date = question.as_of.date_naive();
    watch(Reading::Entrata, 0, properties.len() as u64);
    let entrata = async {
        let roster = entrata::snapshot(&services.entrata, &properties, date).await?;
        watch(Reading::Entrata, properties.len() as u64, properties.len() as u64);
        Ok::<_, PlanningError>(roster)
    };
    let brivo = async {
        watch(Reading::BrivoLists, 0, 1);
        let account = services.brivo.lists().await?;
        watch(Reading::BrivoLists, 1, 1);
        Ok(account)
    };
    tokio::try_join!(entrata, brivo)
}

/// Reads who is in which managed group, and who is on hold or protected.
async fn read_memberships(
    services: &Services,
    manifest: &Manifest,
    naming: &Naming,
    account: &mut Account,
    watch: Watch<'_>,
) -> Result<(), PlanningError> {
    let groups = watched(manifest, naming, account);
    let prefix = &manifest.brivo.external_id_prefix;
    let adopted: BTreeSet<UserId> = manifest.adopt.iter().filter_map(|adopt| adopt.user).collect();
    let ours = |id: &Option<ExternalId>| id.as_ref().is_some_and(|id| id.customer(prefix).is_some());
    let users: Vec<UserId> = account
        .users
        .iter()
        .filter(|(id, user)| ours(&user.external_id) || adopted.contains(id))
        .map(|(id, _)| *id)
        .collect();
    let progress = |done, of| watch(Reading::Memberships, done, of);
    services.brivo.read_memberships(account, &users, &groups, &progress).await?;
    Ok(())
}

/// Reads which of these groups the users are in who are neither ours nor adopted: only for commands that are about just them (D5).
pub async fn read_strangers(
    services: &Services,
    manifest: &Manifest,
    desired: &Desired,
    account: &mut Account,
    watch: Watch<'_>,
) -> Result<(), PlanningError> {
    let groups = watched(manifest, &desired.naming, account);
    let unread = account.users.iter().filter(|(_, user)| user.membership == Membership::Unread);
    let strangers: Vec<UserId> = unread.map(|(id, _)| *id).collect();
    let progress = |done, of| watch(Reading::Memberships, done, of);
    services.brivo.read_memberships(account, &strangers, &groups, &progress).await?;
    Ok(())
}

/// Every group that matters: managed ones, those of units that were not read, the hold group, the protected ones.
fn watched(manifest: &Manifest, naming: &Naming, account: &Account) -> BTreeSet<GroupId> {
    let directory = Directory::new(naming, &manifest.decommission, account);
    let unread = account.groups.iter().filter(|(_, name)| naming.fits_any(name)).map(|(id, _)| *id);
    directory.managed().chain(unread).chain(special(manifest, account)).collect()
}

/// The hold group and the protected groups (D12, D13).
fn special<'a>(manifest: &'a Manifest, account: &'a Account) -> impl Iterator<Item = GroupId> + 'a {
    account.groups.iter().filter_map(|(id, name)| {
        let held = match &manifest.brivo.hold_group {
            Some(GroupKey::Id(wanted)) => wanted == id,
            Some(GroupKey::Name(wanted)) => wanted == name,
            None => false,
        };
        let protects = manifest.brivo.protected_groups.iter().any(|pattern| match pattern {
            GroupPattern::Id(wanted) => wanted == id,
            GroupPattern::Name(pattern) => pattern.matches(name),
        });
        (held || protects).then_some(*id)
    })
}

/// D8: asks Entrata one by one about those whom no reply names.
async fn look_up(
    services: &Services,
    question: &Question<'_>,
    naming: &Naming,
    roster: &mut Roster,
    account: &Account,
    watch: Watch<'_>,
) -> Result<(), PlanningError> {
    let manifest = question.manifest;
    let asked = Asked {
        naming,
        decommission: &manifest.decommission,
        roster,
        account,
        prefix: &manifest.brivo.external_id_prefix,
        prune: if question.scope.prune { Prune::On } else { Prune::Off },
    };
    let doubts: BTreeMap<_, _> = doubtful(&asked);
    if doubts.is_empty() {
        return Ok(());
    }
    watch(Reading::LookUps, 0, doubts.len() as u64);
    entrata::look_up_all(&services.entrata, roster, &doubts).await?;
    watch(Reading::LookUps, doubts.len() as u64, doubts.len() as u64);
    Ok(())
}

fn compare(services: &Services, question: &Question<'_>, desired: &Desired, account: &Account) -> Plan {
    let calls = Calls {
        entrata: services.entrata.transport().calls(),
        brivo: services.brivo.transport().calls(),
        to_apply: 0,
    };
    between(&Inputs {
        desired,
        account,
        as_of: question.as_of,
        scope: question.scope,
        allowances: question.allowances,
        manifest: question.reference,
        calls,
    })
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
