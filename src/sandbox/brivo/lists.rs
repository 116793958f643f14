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
    let (offset, size) = page(call, quirks)?;
    let mut count = 0_usize;
    let mut data = Vec::new();
    for row in rows {
        if count >= offset && data.len() < size {
            data.push(render(row));
        }
        count += 1;
    }
    done(shown(data, offset, size, count))
}

/// Like [`paged`], where all of the `count` rows are shown: only those of the page are looked at, `from` begins at a place.
pub(crate) fn whole_paged<T, I: Iterator<Item = T>>(
    call: &Call,
    quirks: &BrivoQuirks,
    count: usize,
    from: impl FnOnce(usize) -> I,
    render: impl Fn(T) -> Json,
) -> Answer {
    let (offset, size) = page(call, quirks)?;
    done(shown(from(offset).take(size).map(render).collect(), offset, size, count))
}

fn shown(data: Vec<Json>, offset: usize, size: usize, count: usize) -> Object {
    Object::new()
        .put("data", Json::List(data))
        .put("offset", offset)
        .put("pageSize", size)
        .put("count", count)
}

/// A list that comes whole. [seen]
pub(crate) fn whole(rows: impl Iterator<Item = Json>) -> Answer {
    let rows: Vec<Json> = rows.collect();
    let count = rows.len();
    done(Object::new().put("data", Json::List(rows)).put("count", count))
}

/// Where the page begins, and how many rows it has at most.
fn page(call: &Call, quirks: &BrivoQuirks) -> Result<(usize, usize), Reply> {
    Ok((number(call, "offset", 0)?, page_size(call, quirks)?))
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
