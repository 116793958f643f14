//! What a value of the command line may be.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::ValueEnum;

/// How a plan is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a pull request's comment.
    Markdown,
    /// A page for a browser: one file that needs nothing else.
    Html,
}

/// How much of Brivo is read although a cache knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Refresh {
    /// Everything.
    Full,
    /// The user list, and whatever it, an edge or news of Entrata makes doubtful.
    Changed,
}

/// Whether personal data is printed (R10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Pii {
    /// It is.
    Show,
    /// It is not.
    Hide,
}

/// The form of logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Log {
    /// Lines for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// Documents with a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Document {
    /// One file of a manifest.
    Manifest,
    /// A plan.
    Plan,
    /// A line of `--events`.
    Events,
}

/// How many people a property may lose (R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Which property, up to the number; none: any whose count is exactly the number.
    pub property: Option<u64>,
    /// The number of people.
    pub people: u64,
}

impl FromStr for Allowance {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (property, people) = match text.split_once('=') {
            Some((property, people)) => (
                Some(property.parse().map_err(|_| "before the = stands a property's id, as in 500001=12")?),
                people,
            ),
            None => (None, text),
        };
        let people = people.parse().map_err(|_| "give a number of people, as in 12 or 500001=12")?;
        Ok(Self { property, people })
    }
}

/// How many people may be put into a group (R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantAllowance {
    /// Brivo's id of the group.
    pub group: u64,
    /// The number of people.
    pub people: u64,
}

impl FromStr for GrantAllowance {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const HELP: &str = "give a group's Brivo id and a number of people, as in 15610001=12";
        let (group, people) = text.split_once('=').ok_or(HELP)?;
        Ok(Self { group: group.parse().map_err(|_| HELP)?, people: people.parse().map_err(|_| HELP)? })
    }
}

/// The K-th of N parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which one, from 1.
    pub part: u32,
    /// Of how many.
    pub of: u32,
}

impl FromStr for Part {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const HELP: &str = "write which part of how many, from 1/N to N/N, as in 1/4";
        let (part, of) = text.split_once('/').ok_or(HELP)?;
        match (part.parse().map_err(|_| HELP)?, of.parse().map_err(|_| HELP)?) {
            (part, of) if part >= 1 && part <= of => Ok(Self { part, of }),
            _ => Err(HELP),
        }
    }
}

/// How far ahead is looked: calendar days, or hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// As in `7d`.
    Days(u32),
    /// As in `12h`.
    Hours(u32),
}

impl FromStr for Ahead {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const HELP: &str = "write how far ahead: days as in 7d, or hours as in 12h; a year at most";
        let at = text.len().saturating_sub(1);
        let (number, unit) = text.split_at_checked(at).ok_or(HELP)?;
        match (number.parse().map_err(|_| HELP)?, unit) {
            (days @ 1..=366, "d") => Ok(Self::Days(days)),
            (hours @ 1..=8_784, "h") => Ok(Self::Hours(hours)),
            _ => Err(HELP),
        }
    }
}

pub(super) fn duration(text: &str) -> Result<Duration, &'static str> {
    const HELP: &str =
        "write how long it may take: seconds as in 90s, minutes as in 30m, or hours as in 2h; a day at most";
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or(HELP)?;
    let number: u64 = number.parse().map_err(|_| HELP)?;
    let seconds = match unit {
        "s" => Some(number),
        "m" => number.checked_mul(60),
        "h" => number.checked_mul(3600),
        _ => None,
    };
    seconds.filter(|seconds| (1..=86_400).contains(seconds)).map(Duration::from_secs).ok_or(HELP)
}

pub(super) fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let help = "write an instant with its offset, as in 2026-03-01T18:00:00Z or 2026-03-01T12:00:00-06:00";
    DateTime::parse_from_rfc3339(text).map(|instant| instant.to_utc()).map_err(|_| help.to_owned())
}
