//! Lists, page by page. Brivo sorts them by name and pages by offset, so rows move between pages when somebody edits meanwhile
//! [inferred]: a list counts as read when its rows, each once, are as many as every page says there are.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::account::Progress;
use super::call::Call;
use super::error::BrivoError;
use super::wire::{Page, Row};
use super::{AT_ONCE, Client, answer};
use crate::http::aside;

/// The largest page [doc].
const PAGE_SIZE: u64 = 100;

/// More pages than the largest account has: ten million users in full ones.
const MOST_PAGES: u64 = 100_000;

/// How many pages of some lists are read, of those that are known to be there, for whoever watches.
pub(super) struct Pages<'a> {
    read: AtomicU64,
    known: AtomicU64,
    progress: Progress<'a>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(progress: Progress<'a>) -> Self {
        Self { read: AtomicU64::new(0), known: AtomicU64::new(0), progress }
    }

    /// For one of the lists.
    pub(super) fn watch(&self) -> Watch<'_> {
        Watch(Some(self))
    }
}

/// Whoever watches a list being read, or nobody.
#[derive(Clone, Copy)]
pub(super) struct Watch<'a>(Option<&'a Pages<'a>>);

impl Watch<'_> {
    pub(super) fn nobody() -> Self {
        Self(None)
    }

    /// So many more pages are there.
    fn expect(self, pages: u64) {
        let Some(Pages { read, known, progress }) = self.0 else { return };
        let known = known.fetch_add(pages, Ordering::Relaxed) + pages;
        progress(read.load(Ordering::Relaxed), known);
    }

    /// One page more is read.
    fn read(self) {
        let Some(Pages { read, known, progress }) = self.0 else { return };
        let read = read.fetch_add(1, Ordering::Relaxed) + 1;
        progress(read, known.load(Ordering::Relaxed));
    }
}

/// How often a list that changes is read before it is given up.
const READS: usize = 4;

impl Client {
    /// Every row of a list, by id.
    pub(super) async fn list<T: Row>(&self, call: &Call) -> Result<BTreeMap<u64, T>, BrivoError> {
        self.watched_list(call, Watch::nobody()).await
    }

    /// The same of a list that may be long: somebody watches its pages.
    pub(super) async fn watched_list<T: Row>(
        &self,
        call: &Call,
        watch: Watch<'_>,
    ) -> Result<BTreeMap<u64, T>, BrivoError> {
        for _ in 0..READS {
            if let Some(rows) = self.read_through(call, watch).await? {
                return Ok(rows);
            }
        }
        Err(BrivoError::ListKeepsChanging { call: call.name() })
    }

    /// One reading of all pages; `None` when they don't fit together.
    async fn read_through<T: Row>(
        &self,
        call: &Call,
        watch: Watch<'_>,
    ) -> Result<Option<BTreeMap<u64, T>>, BrivoError> {
        watch.expect(1);
        let first: Page<T> = self.page(call, 0).await?;
        // The server's own page size, should it be a smaller one.
        let step = first.data.len() as u64;
        let count = match first.count {
            Some(count) => count,
            None if first.comes_whole() => step,
            None => {
                let problem = "a page without `count`".to_owned();
                return Err(BrivoError::Unreadable { call: call.name(), problem });
            }
        };
        watch.read();
        let has_more = step > 0 && !first.comes_whole();
        if has_more && count.div_ceil(step) > MOST_PAGES {
            let problem = format!("a list of {count} rows in pages of {step}");
            return Err(BrivoError::Unreadable { call: call.name(), problem });
        }
        if has_more {
            watch.expect(count.div_ceil(step).saturating_sub(1));
        }
        let offsets = (1..).map(|nth| nth * step).take_while(|offset| has_more && *offset < count);
        let further: Vec<Page<T>> = stream::iter(offsets)
            .map(|offset| self.page(call, offset))
            .buffer_unordered(AT_ONCE)
            .inspect_ok(|_| watch.read())
            .try_collect()
            .await?;
        let agreed = further.iter().all(|page| page.count == Some(count));
        let pages = std::iter::once(first).chain(further);
        let rows: BTreeMap<u64, T> = pages.flat_map(|page| page.data).map(|row| (row.key(), row)).collect();
        Ok(Some(rows).filter(|rows| agreed && rows.len() as u64 == count))
    }

    /// Lists that come whole ignore the two parameters [seen].
    async fn page<T: Row>(&self, call: &Call, offset: u64) -> Result<Page<T>, BrivoError> {
        let call = call.clone().query("offset", offset.to_string()).query("pageSize", PAGE_SIZE.to_string());
        let (name, answer) = (call.name(), self.call(&call).await?);
        aside(move || answer::read(name, &answer)).await
    }
}
