//! What an access review tells of people (R10).

use super::Pii;
use super::explained::profile;
use crate::access::{ExternalId, Personal};
use crate::plan::review::{Access, Mark};

/// The row as it may be shown: the external id of a user made by hand may be somebody's e-mail address.
pub fn access(access: Access, pii: Pii) -> Access {
    let Access {
        external_id,
        user,
        profile: theirs,
        group,
        property,
        leases,
        window,
        dates,
        reasons,
        marks,
        exception,
        credentials,
    } = access;
    let hides = pii == Pii::Hide;
    let foreign = marks.contains(&Mark::MadeByHand);
    let shown = |id: ExternalId| if foreign { ExternalId::new(Personal::HIDDEN) } else { id };
    Access {
        external_id: if hides { external_id.map(shown) } else { external_id },
        user,
        profile: if hides { profile(theirs) } else { theirs },
        group,
        property,
        leases,
        window,
        dates,
        reasons,
        marks,
        exception,
        credentials,
    }
}
