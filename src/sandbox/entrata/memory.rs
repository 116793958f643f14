//! Answers as they were written, for whoever asks the same again: most of what the sandbox does for a large portfolio is to write its
//! leases down, and every run asks for them anew.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::super::json::{Json, Written};
use super::super::php;
use super::envelope::Envelope;
use super::{Door, Found, Page};
use crate::sandbox::call::Call;

/// How much is remembered at most, in bytes.
const MOST: usize = 256 << 20;

/// What was answered since the estate changed last.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    answers: HashMap<Question, (Arc<Written>, Option<Page>)>,
    size: usize,
}

/// All that an answer hangs on beside the estate.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Question(String);

impl Question {
    /// The question, where it is one that long answers are given to.
    pub(crate) fn of(envelope: &Envelope, call: &Call, door: Door, today: NaiveDate) -> Option<Self> {
        let Envelope { request_id: _, method, version, params, credentials: _ } = envelope;
        let is_long = matches!(method.as_str(), "getLeases" | "getPropertyUnits");
        is_long.then(|| {
            Self(format!("{today} {door:?} {} {:?} {method} {version:?} {params:?}", call.path, call.query))
        })
    }
}

impl Memory {
    /// What was answered to it.
    pub(crate) fn find(&self, question: &Question) -> Option<Found> {
        let (written, page) = self.answers.get(question)?;
        Some(Found { result: Json::Written(Arc::clone(written)), page: *page })
    }

    /// Keeps the answer, and gives it back written.
    pub(crate) fn keep(&mut self, question: Question, found: Found) -> Found {
        let Some(written) = Written::new(php::encode(&found.result)).map(Arc::new) else { return found };
        if self.size + written.len() <= MOST {
            self.size += written.len();
            self.answers.insert(question, (Arc::clone(&written), found.page));
        }
        Found { result: Json::Written(written), page: found.page }
    }
}
