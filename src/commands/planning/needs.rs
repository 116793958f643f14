//! What of a Brivo account a manifest needs: whose groups, and which groups' members.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::access::{Account, ExternalId, GroupId, UserId};
use crate::desired::naming::Naming;
use crate::manifest::{GroupKey, GroupPattern, Manifest};
use crate::plan::directory::Directory;

/// Managed and adopted users.
pub fn users(manifest: &Manifest, account: &Account) -> BTreeSet<UserId> {
    let prefix = &manifest.brivo.external_id_prefix;
    let adopted: BTreeSet<UserId> = manifest.adopt.iter().filter_map(|adopt| adopt.user).collect();
    let ours = |id: &Option<ExternalId>| id.as_ref().is_some_and(|id| id.is_managed(prefix));
    let users = account.users.iter().filter(|(id, user)| ours(&user.external_id) || adopted.contains(id));
    users.map(|(id, _)| *id).collect()
}

/// Every group that matters: managed ones, those of units that were not read, those that are let be, the hold group, the protected ones.
pub fn groups(
    manifest: &Manifest,
    naming: &Naming,
    directory: &Directory,
    account: &Account,
) -> BTreeSet<GroupId> {
    let unread = account.groups.par_iter().filter(|(id, _)| !directory.is_managed(**id));
    let unread: Vec<GroupId> = unread.filter(|(_, name)| naming.fits_any(name)).map(|(id, _)| *id).collect();
    directory
        .managed()
        .into_iter()
        .chain(directory.kept())
        .chain(unread)
        .chain(special(manifest, account))
        .collect()
}

/// The hold group and the protected groups (D12, D13).
fn special<'a>(manifest: &'a Manifest, account: &'a Account) -> impl Iterator<Item = GroupId> + 'a {
    account.groups.iter().filter_map(|(id, name)| {
        let held = match &manifest.brivo.hold_group {
            Some(GroupKey::Id(wanted)) => wanted == id,
            Some(GroupKey::Name(wanted)) => **wanted == **name,
            None => false,
        };
        let protects = manifest.brivo.protected_groups.iter().any(|pattern| match pattern {
            GroupPattern::Id(wanted) => wanted == id,
            GroupPattern::Name(pattern) => pattern.matches(name),
        });
        (held || protects).then_some(*id)
    })
}
