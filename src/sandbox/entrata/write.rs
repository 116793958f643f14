//! The write methods of a lease's life: moving in, giving notice, moving out, cancelling. They change the sandbox's own memory
//! only, never the world file.

use super::super::json::Object;
use super::super::world::entrata::Lease;
use super::envelope::Refusal;
use super::{Desk, Outcome, Request, units};

/// `moveInLease` r1. [S]
pub(crate) fn move_in(desk: &mut Desk<'_>, request: &Request<'_>) -> Outcome {
    let lease = lease(desk, request)?;
    turn(lease, "Current");
    said("success", "Customer moved in successfully.")
}

/// `onNoticeLease` r1. [S]
pub(crate) fn on_notice(desk: &mut Desk<'_>, request: &Request<'_>) -> Outcome {
    let leaving = date(request, "moveOutDate")?;
    let notice = date(request, "noticeDate")?;
    let lease = lease(desk, request)?;
    lease.move_out = Some(leaving);
    lease.notice = Some(notice);
    turn(lease, "Notice");
    said("Success", "Successfully placed lease on Notice.")
}

/// `moveOutLease` r1. [S]
pub(crate) fn move_out(desk: &mut Desk<'_>, request: &Request<'_>) -> Outcome {
    let left = date(request, "moveOutDate")?;
    let lease = lease(desk, request)?;
    lease.move_out = Some(left);
    turn(lease, "Past");
    said("Success", "Lease moved out successfully.")
}

/// `cancelLease` r1: future leases only. [S]
pub(crate) fn cancel(desk: &mut Desk<'_>, request: &Request<'_>) -> Outcome {
    let lease = lease(desk, request)?;
    if !matches!(lease.status.as_str(), "Future" | "Applicant" | "3" | "1") {
        return Err(Refusal::parameter("Only future leases can be cancelled."));
    }
    turn(lease, "Cancelled");
    said("Success", "Lease cancelled successfully.")
}

#[allow(clippy::unnecessary_wraps, reason = "the last line of a method")]
fn said(status: &str, message: &str) -> Outcome {
    Ok(Object::new().put("status", status).put("message", message).into())
}

/// A date that must be there, kept as sent.
fn date(request: &Request<'_>, name: &str) -> Result<String, Refusal> {
    request.params.date(name)?;
    request.params.required(name)
}

fn lease<'a>(desk: &'a mut Desk<'_>, request: &Request<'_>) -> Result<&'a mut Lease, Refusal> {
    let property = request.params.required("propertyId")?;
    let id = request.params.required("leaseId")?;
    units::visible(desk, request, &property)?;
    desk.estate
        .lease_mut(&property, &id)
        .ok_or_else(|| Refusal::parameter(format!("There is no lease {id} at the property.")))
}

/// Everybody who had the lease's status goes on with it.
fn turn(lease: &mut Lease, status: &str) {
    for resident in &mut lease.residents {
        if resident.status.or(None).as_deref() == Some(lease.status.as_str()) {
            resident.status = super::super::world::scalar::Given::Default;
        }
    }
    status.clone_into(&mut lease.status);
}
