//! A date as Entrata sends it (T22, T23).

use std::fmt;
use std::ops::Range;

use chrono::NaiveDate;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::access::text::Text;

/// A date as Entrata sends it; saved as the text that it is read from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Day {
    /// Absent, null or empty.
    #[default]
    Absent,
    /// A plain local date; in or after 2099 still a date here (T22 judges ends only).
    On(NaiveDate),
    /// `0000-00-00` or `00/00/0000` (T22).
    Zero(Box<Text>),
    /// Neither `MM/DD/YYYY` nor `YYYY-MM-DD` (T23).
    Unreadable(Box<Text>),
}

impl Day {
    /// Reads either of Entrata's forms.
    pub fn read(text: &str) -> Self {
        let trimmed = text.trim();
        match trimmed {
            "" => Self::Absent,
            "0000-00-00" | "00/00/0000" => Self::Zero(Box::new(trimmed.into())),
            _ => match date(trimmed) {
                Some(date) => Self::On(date),
                None => Self::Unreadable(Box::new(trimmed.into())),
            },
        }
    }

    /// Whether there is none.
    pub fn is_absent(&self) -> bool {
        *self == Self::Absent
    }
}

/// The two forms whole, with every digit: `8/1/24` might be anything.
fn date(text: &str) -> Option<NaiveDate> {
    let (year, month, day) = match *text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _] => (0..4, 5..7, 8..10),
        [_, _, b'/', _, _, b'/', _, _, _, _] => (6..10, 0..2, 3..5),
        _ => return None,
    };
    let number = |digits: Range<usize>| {
        let digits = text.as_bytes().get(digits)?.iter();
        digits.copied().try_fold(0, |number: u32, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    NaiveDate::from_ymd_opt(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?)
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_none(),
            Self::On(date) => serializer.collect_str(date),
            Self::Zero(text) | Self::Unreadable(text) => text.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Day;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a date as Entrata sends it, or nothing")
    }

    fn visit_none<E: Error>(self) -> Result<Day, E> {
        Ok(Day::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Day, D::Error> {
        deserializer.deserialize_str(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Day, E> {
        Ok(Day::read(text))
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn it_is_saved_as_it_was_sent() {
        let texts = [
            "",
            "2024-08-01",
            "08/01/2024",
            "12/31/2099",
            "0000-00-00",
            "00/00/0000",
            "8/1/2024",
            "2024-13-01",
            "soon",
        ];
        for text in texts {
            let day = Day::read(text);
            let json = serde_json::to_string(&day).unwrap();
            assert_eq!(serde_json::from_str::<Day>(&json).unwrap(), day, "{text}: {json}");
        }
        assert_eq!(serde_json::to_string(&Day::read("08/01/2024")).unwrap(), "\"2024-08-01\"");
        assert_eq!(serde_json::to_string(&Day::read("soon")).unwrap(), "\"soon\"");
    }
}
