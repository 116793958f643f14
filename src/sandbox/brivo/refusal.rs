//! Every way in which Brivo says no, with the texts seen on the wire where they were seen.

use super::super::call::{Payload, Reply};
use super::super::json::Object;

/// An error of the API: `message` stands before `code`. [seen]
pub(crate) fn error(status: u16, message: &str) -> Reply {
    Reply::json(status, Object::new().put("message", message).put("code", i64::from(status)))
}

/// [seen]
pub(crate) fn user() -> Reply {
    error(404, "Requested user not found")
}

/// [seen]
pub(crate) fn group() -> Reply {
    error(404, "Unknown Group")
}

/// [seen]
pub(crate) fn credential(id: u64) -> Reply {
    error(404, &format!("No credential could be retrieved for credential id: {id}"))
}

/// [doc]
pub(crate) fn criteria() -> Reply {
    error(400, "Invalid criteria provided")
}

/// [doc]
pub(crate) fn body() -> Reply {
    error(400, "The request body is not formatted properly")
}

/// [doc]
pub(crate) fn forbidden() -> Reply {
    error(403, "You are not allowed to perform that action")
}

/// A wrong content type. [doc]
pub(crate) fn media_type() -> Reply {
    error(415, "Unsupported Media Type")
}

/// The gateway knows no such path or verb. [doc]
pub(crate) fn no_such_service() -> Reply {
    html(596, "596 Service Not Found").header("X-Mashery-Error-Code", "ERR_596_SERVICE_NOT_FOUND")
}

/// The api-key is missing or wrong. [doc]
pub(crate) fn inactive() -> Reply {
    html(403, "Developer Inactive").header("X-Mashery-Error-Code", "ERR_403_DEVELOPER_INACTIVE")
}

/// Too many calls in this second. [inferred]
pub(crate) fn over_qps() -> Reply {
    html(403, "Developer Over Qps")
        .header("X-Mashery-Error-Code", "ERR_403_DEVELOPER_OVER_QPS")
        .header("X-Error-Detail-Header", "Account Over Queries Per Second Limit")
        .header("Retry-After", "1")
}

/// The month's calls are used up. [inferred]
pub(crate) fn over_rate() -> Reply {
    html(403, "Developer Over Rate")
        .header("X-Mashery-Error-Code", "ERR_403_DEVELOPER_OVER_RATE")
        .header("X-Error-Detail-Header", "Account Over Rate Limit")
}

/// The gateway's own pages are HTML, sent as `text/xml`. [doc]
fn html(status: u16, title: &str) -> Reply {
    Reply::new(status, Payload::Text(format!("<h1>{title}</h1>"))).header("Content-Type", "text/xml")
}

/// An error of the authorisation server, and of an API call with a bad token.
pub(crate) fn oauth(status: u16, error: &str, description: &str) -> Reply {
    Reply::json(status, Object::new().put("error", error).put("error_description", description))
}
