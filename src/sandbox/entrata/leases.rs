//! `getLeases` r1 and r2: selection, pages and what an empty answer looks like.

use super::super::estate::{Holding, LeaseRow};
use super::super::json::{Json, Object};
use super::super::world::quirks::entrata::{EmptyLeases, EntrataQuirks};
use super::select::Selection;
use super::{Desk, Found, Outcome, Page, Request, lease_r1, lease_r2, units};

/// What rendering a lease needs to know beside it.
pub(crate) struct Frame<'a> {
    pub(crate) holding: &'a Holding,
    pub(crate) quirks: &'a EntrataQuirks,
    /// The sandbox's date, which tells the active interval.
    pub(crate) today: chrono::NaiveDate,
    pub(crate) history: bool,
}

type Render = fn(&Frame<'_>, &LeaseRow) -> Json;

/// `getLeases` r1. [C]
pub(crate) fn get_r1(desk: &mut Desk<'_>, request: &Request<'_>) -> Outcome {
    get(desk, request, lease_r1::render)
}

/// `getLeases` r2. [S]
pub(crate) fn get_r2(desk: &mut Desk<'_>, request: &Request<'_>) -> Outcome {
    get(desk, request, lease_r2::render)
}

fn get(desk: &Desk<'_>, request: &Request<'_>, render: Render) -> Outcome {
    let params = request.params;
    let holding = units::visible(desk, request, &params.required("propertyId")?)?;
    let selection = Selection::of(params, desk.quirks)?;
    let found: Vec<&LeaseRow> = holding.leases.iter().filter(|row| selection.takes(holding, row)).collect();

    let asked = |name| request.call.parameter(name).and_then(|text| text.trim().parse::<usize>().ok());
    let size = asked("per_page").unwrap_or(desk.quirks.page_default).clamp(1, desk.quirks.page_cap.max(1));
    let number = asked("page_no").unwrap_or(1).max(1);
    let frame = Frame {
        holding,
        quirks: desk.quirks,
        today: super::super::mountain::local(desk.now).date(),
        history: params.flag("includeLeaseHistory"),
    };
    let start = (number - 1).saturating_mul(size);
    let rows: Vec<Json> = found.iter().skip(start).take(size).map(|row| render(&frame, row)).collect();
    let result = if rows.is_empty() { empty(desk.quirks.empty) } else { leases(rows) };
    Ok(Found { result, page: Some(Page { number, size, total: found.len() }) })
}

fn leases(rows: Vec<Json>) -> Json {
    Object::new().put("currencyCode", "USD").put("leases", Json::wrapped("lease", rows)).into()
}

/// The ways in which «nothing found» may look; none was captured for `getLeases`. [I]
fn empty(shape: EmptyLeases) -> Json {
    match shape {
        EmptyLeases::List => leases(Vec::new()),
        EmptyLeases::Object => Object::new().put("currencyCode", "USD").put("leases", Object::new()).into(),
        EmptyLeases::Missing => Object::new().put("currencyCode", "USD").into(),
        EmptyLeases::String => "No records found with mentioned preferences.".into(),
        EmptyLeases::SuccessObject => Object::new().put("success", "No Records Found.").into(),
        EmptyLeases::Array => Json::List(Vec::new()),
    }
}
