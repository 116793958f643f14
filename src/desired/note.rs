//! What rendering has to say beside the windows: why something is so, and what somebody should know or must look at, each with the
//! stretch of time in which it holds.

use chrono::NaiveDate;

use crate::access::text::{Phrase, Text};
use crate::access::{Instant, PropertyId, Window};
use crate::rules::{RuleId, Severity};

/// A rule that decided something, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The rule.
    pub rule: RuleId,
    /// What it decided, without personal data.
    pub text: Phrase,
    /// The policies that have a say in it; the first that the manifest sets is the reason's place.
    pub keys: &'static [&'static str],
}

impl Why {
    pub(super) fn new(rule: RuleId, text: impl Into<Phrase>, keys: &'static [&'static str]) -> Self {
        Self { rule, text: text.into(), keys }
    }
}

/// Of whom a note holds, as far as only Brivo's side can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Of everybody it was written about.
    Always,
    /// Only of somebody whom Brivo knows.
    Known,
    /// Only of somebody whom Brivo does not know.
    New,
    /// Only where a user is made.
    Created,
    /// Only of somebody who holds a managed group through this lease entry and through no other.
    HoldsThroughThis,
}

/// A note about a person or a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How much it matters.
    pub severity: Severity,
    /// The rule that found it.
    pub rule: RuleId,
    /// Whether nothing about the person is changed while it holds.
    pub freezes: bool,
    /// Of whom it holds.
    pub when: When,
    /// While it holds.
    pub during: Window,
    /// In words, without personal data.
    pub text: Phrase,
    /// The local date from which days are counted in the text (T20).
    pub days_from: Option<NaiveDate>,
    /// The lease entry it is about, as an index into the person's.
    pub entry: Option<usize>,
    /// The property it is about.
    pub property: Option<PropertyId>,
    /// The unit it is about.
    pub unit: Option<Text>,
}

/// A note before it is known what it is about.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    severity: Severity,
    rule: RuleId,
    freezes: bool,
    when: When,
    during: Window,
    text: Phrase,
    days_from: Option<NaiveDate>,
    /// It waits for a move-in that a renewal does not need (L2, L6).
    pub(super) is_of_move_in: bool,
}

impl Draft {
    fn new(severity: Severity, rule: RuleId, text: impl Into<Phrase>) -> Self {
        let (freezes, when, during) = (false, When::Always, Window::ALWAYS);
        let text = text.into();
        Self { severity, rule, freezes, when, during, text, days_from: None, is_of_move_in: false }
    }

    pub(super) fn info(rule: RuleId, text: impl Into<Phrase>) -> Self {
        Self::new(Severity::Info, rule, text)
    }

    pub(super) fn warning(rule: RuleId, text: impl Into<Phrase>) -> Self {
        Self::new(Severity::Warning, rule, text)
    }

    pub(super) fn error(rule: RuleId, text: impl Into<Phrase>) -> Self {
        Self::new(Severity::Error, rule, text)
    }

    pub(super) fn freeze(rule: RuleId, text: impl Into<Phrase>) -> Self {
        Self { freezes: true, ..Self::error(rule, text) }
    }

    pub(super) fn on_create(self) -> Self {
        self.when(When::Created)
    }

    pub(super) fn when(self, when: When) -> Self {
        Self { when, ..self }
    }

    pub(super) fn during(self, start: Option<Instant>, end: Option<Instant>) -> Self {
        Self { during: Window::new(start, end), ..self }
    }

    pub(super) fn counting_days_from(self, date: NaiveDate) -> Self {
        Self { days_from: Some(date), ..self }
    }

    pub(super) fn of_move_in(self) -> Self {
        Self { is_of_move_in: true, ..self }
    }

    pub(super) fn about(
        self,
        property: Option<PropertyId>,
        unit: Option<Text>,
        entry: Option<usize>,
    ) -> Note {
        let Self { severity, rule, freezes, when, during, text, days_from, is_of_move_in: _ } = self;
        Note { severity, rule, freezes, when, during, text, days_from, entry, property, unit }
    }
}
