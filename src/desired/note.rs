//! What rendering has to say beside the windows: why something is so, and what somebody should know or must look at, each with the
//! stretch of time in which it holds.

use chrono::NaiveDate;

use crate::access::text::{Phrase, Text};
use crate::access::{Instant, PropertyId, Window};
use crate::rules::{RuleId, Severity};

use super::person::Entry;

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

/// What a note is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The person as such, or nothing more than the text says.
    Whole,
    /// A lease entry, as an index into the person's.
    Entry(u32),
    /// A property.
    Property(PropertyId),
    /// A unit of a property, by its number.
    Unit(Box<(PropertyId, Text)>),
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
    /// It waits for a move-in that a renewal does not need (L2, L6).
    pub(super) is_of_move_in: bool,
    /// The local date from which days are counted in the text (T20).
    pub days_from: Option<NaiveDate>,
    /// What it is about.
    pub about: About,
    /// While it holds.
    pub during: Window,
    /// In words, without personal data.
    pub text: Phrase,
}

impl Note {
    fn new(severity: Severity, rule: RuleId, text: impl Into<Phrase>) -> Self {
        Self {
            severity,
            rule,
            freezes: false,
            when: When::Always,
            is_of_move_in: false,
            days_from: None,
            about: About::Whole,
            during: Window::ALWAYS,
            text: text.into(),
        }
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

    pub(super) fn about(self, about: About) -> Self {
        Self { about, ..self }
    }

    /// The entry it is about, where it is about one.
    pub fn entry(&self) -> Option<usize> {
        match self.about {
            About::Entry(index) => Some(index as usize),
            About::Whole | About::Property(_) | About::Unit(_) => None,
        }
    }

    /// The property and the unit it is about, `entries` being those of the person whose note it is.
    pub fn place<'a>(&'a self, entries: &'a [Entry]) -> (Option<PropertyId>, Option<&'a Text>) {
        match &self.about {
            About::Whole => (None, None),
            About::Entry(index) => match entries.get(*index as usize) {
                Some(entry) => (Some(entry.property), entry.home.unit.as_ref()),
                None => (None, None),
            },
            About::Property(property) => (Some(*property), None),
            About::Unit(place) => (Some(place.0), Some(&place.1)),
        }
    }
}
