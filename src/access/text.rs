//! Texts that a portfolio has millions of: short ones stand in themselves, long ones once, and a sentence that differs only in its date
//! is that sentence and the date.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use chrono::{NaiveDate, NaiveTime, Timelike as _};
use lean_string::LeanStr;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is not changed any more: up to 16 bytes in itself, else shared by all who have it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(LeanStr);

impl Text {
    /// A text of the program's own, which takes no room.
    pub const fn fixed(text: &'static str) -> Self {
        Self(LeanStr::from_static_str(text))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl std::borrow::Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        Self(text.into())
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other
    }
}

/// Where the date stands in a sentence.
const DATE: &str = "{date}";
/// Where the hour stands in a sentence, behind the date.
const HOUR: &str = "{hour}";

/// A sentence, perhaps with a local date and an hour in it. Two are equal when they read the same.
#[derive(Clone, Default)]
pub struct Phrase {
    words: Text,
    date: Option<NaiveDate>,
    /// Minutes after midnight.
    hour: Option<u16>,
}

impl Phrase {
    /// A sentence of the program's own with nothing to fill in.
    pub const fn fixed(words: &'static str) -> Self {
        Self { words: Text::fixed(words), date: None, hour: None }
    }

    /// A sentence with `{date}` in it, which becomes `YYYY-MM-DD`.
    pub const fn dated(words: &'static str, date: NaiveDate) -> Self {
        Self { words: Text::fixed(words), date: Some(date), hour: None }
    }

    /// The same with `{hour}` behind it, which becomes `HH:MM`.
    #[must_use]
    pub fn at(self, hour: NaiveTime) -> Self {
        // A day has 1,440 minutes.
        let minutes = u16::try_from(hour.hour() * 60 + hour.minute()).unwrap_or_default();
        Self { hour: Some(minutes), ..self }
    }

    /// How it reads.
    pub fn read(&self) -> Cow<'_, str> {
        if self.date.is_none() { Cow::Borrowed(&self.words) } else { Cow::Owned(self.to_string()) }
    }
}

impl From<String> for Phrase {
    fn from(words: String) -> Self {
        Self { words: words.into(), ..Self::default() }
    }
}

impl From<&'static str> for Phrase {
    fn from(words: &'static str) -> Self {
        Self::fixed(words)
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((date, (before, after))) = self.date.zip(self.words.split_once(DATE)) else {
            return f.write_str(&self.words);
        };
        write!(f, "{before}{date}")?;
        match self.hour.zip(after.split_once(HOUR)) {
            Some((hour, (between, rest))) => write!(f, "{between}{:02}:{:02}{rest}", hour / 60, hour % 60),
            None => f.write_str(after),
        }
    }
}

impl fmt::Debug for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.read(), f)
    }
}

impl PartialEq for Phrase {
    fn eq(&self, other: &Self) -> bool {
        let Self { words, date, hour } = other;
        (&self.words, &self.date, &self.hour) == (words, date, hour) || self.cmp(other).is_eq()
    }
}

impl Eq for Phrase {}

impl Ord for Phrase {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.read().cmp(&other.read())
    }
}

impl PartialOrd for Phrase {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Phrase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.date {
            None => self.words.serialize(serializer),
            Some(_) => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Phrase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { words: Text::deserialize(deserializer)?, ..Self::default() })
    }
}

/// In a schema the type is a string like any other.
macro_rules! schema_of_string {
    ($($one:ty),+) => {$(
        impl JsonSchema for $one {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                String::schema_name()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                String::json_schema(generator)
            }
        }
    )+};
}

schema_of_string!(Text, Phrase);

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()
    }

    #[test]
    fn a_sentence_is_filled_in_where_it_is_read() {
        let dated = Phrase::dated("until {date} at {hour}, and then", day())
            .at(NaiveTime::from_hms_opt(9, 5, 0).unwrap());
        assert_eq!(dated.to_string(), "until 2026-03-01 at 09:05, and then");
        assert_eq!(serde_json::to_string(&dated).unwrap(), "\"until 2026-03-01 at 09:05, and then\"");
        assert_eq!(format!("{dated:?}"), "\"until 2026-03-01 at 09:05, and then\"");
    }

    #[test]
    fn words_from_outside_are_no_blanks() {
        let told = Phrase::from("the status \"{date}\" is unknown".to_owned());
        assert_eq!(told.to_string(), "the status \"{date}\" is unknown");
    }

    #[test]
    fn sentences_are_equal_and_ordered_as_they_read() {
        let dated = Phrase::dated("since {date}", day());
        let plain = Phrase::from("since 2026-03-01");
        assert_eq!(dated, plain);
        assert_eq!(plain, serde_json::from_str::<Phrase>("\"since 2026-03-01\"").unwrap());
        assert!(Phrase::from("since 2026-02-28") < dated && dated < Phrase::from("since 2026-03-02"));
        assert_ne!(dated, Phrase::dated("until {date}", day()));
    }

    #[test]
    fn neither_takes_more_room_than_it_must() {
        assert_eq!((size_of::<Text>(), size_of::<Option<Text>>(), size_of::<Phrase>()), (16, 16, 24));
    }
}
