//! Brivo's two kinds of list: paged with `offset`, `pageSize` and the total `count`, and whole with `count` alone. [seen]

use super::super::call::{Call, Reply};
use super::super::json::{Json, Object};
use super::super::world::quirks::brivo::{BrivoQuirks, PageSizeOver};
use super::{Answer, done, refusal};

/// A page of `rows`, rendering only what is shown.
pub(crate) fn paged<T>(
    call: &Call,
    quirks: &BrivoQuirks,
    rows: impl Iterator<Item = T>,
    render: impl Fn(T) -> Json,
) -> Answer {
    let offset = number(call, "offset", 0)?;
    let size = page_size(call, quirks)?;
    let mut count = 0_usize;
    let mut data = Vec::new();
    for row in rows {
        if count >= offset && data.len() < size {
            data.push(render(row));
        }
        count += 1;
    }
    done(
        Object::new()
            .put("data", Json::List(data))
            .put("offset", offset)
            .put("pageSize", size)
            .put("count", count),
    )
}

/// A list that comes whole. [seen]
pub(crate) fn whole(rows: impl Iterator<Item = Json>) -> Answer {
    let rows: Vec<Json> = rows.collect();
    let count = rows.len();
    done(Object::new().put("data", Json::List(rows)).put("count", count))
}

fn page_size(call: &Call, quirks: &BrivoQuirks) -> Result<usize, Reply> {
    let size = number(call, "pageSize", 20)?;
    match (size, quirks.page_size_over) {
        (1..=100, _) => Ok(size),
        (_, PageSizeOver::Clamp) => Ok(size.clamp(1, 100)),
        (_, PageSizeOver::Refused) => Err(refusal::criteria()),
    }
}

fn number(call: &Call, name: &str, default: usize) -> Result<usize, Reply> {
    match call.parameter(name) {
        None | Some("") => Ok(default),
        Some(text) => text.parse().map_err(|_| refusal::criteria()),
    }
}
