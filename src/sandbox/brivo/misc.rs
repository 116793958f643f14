//! What a client asks before it begins: who it is, which account this is, what time it is.

use super::super::call::Call;
use super::super::clock::brivo_instant;
use super::super::json::Object;
use super::{Answer, Desk, cards, done, lists, refusal};

/// `GET /administrators/whoami`: the cheapest check of one's credentials. [doc]
pub(crate) fn whoami(desk: &mut Desk<'_>, _: &Call) -> Answer {
    done(
        Object::new()
            .put("id", 4_000_001_u64)
            .put("username", &desk.secrets.brivo_username)
            .put("firstName", "Sandbox")
            .put("lastName", "Administrator")
            .put("identityType", "Administrator")
            .put("email", "administrator@example.com")
            .put("timezone", "US/Central")
            .put("canCreateAdmins", false),
    )
}

/// `GET /accounts`.
pub(crate) fn accounts(desk: &mut Desk<'_>, call: &Call) -> Answer {
    lists::paged(call, desk.quirks, std::iter::once(cards::ACCOUNT), |id| {
        Object::new().put("id", id).put("name", "Sandbox").into()
    })
}

/// `GET /time`: needs a header, and says so as the live server does. [code]
pub(crate) fn time(desk: &mut Desk<'_>, call: &Call) -> Answer {
    if call.header("current-date").is_none() {
        return Err(refusal::error(
            400,
            "Required request header 'current-date' for method parameter type Instant is not present",
        ));
    }
    done(Object::new().put("currentDate", brivo_instant(desk.now)))
}
