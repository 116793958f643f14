//! The single values of the format: hours, dates, zones, addresses, texts and ids. Each knows its schema and refuses what is none.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::address::address;
use super::fault::Wrong;
use crate::zone::Zone;

/// Why a text is no such value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoValue {
    pub(super) code: &'static str,
    pub(super) wrong: Wrong,
}

impl fmt::Display for NoValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.wrong.message)
    }
}

impl NoValue {
    pub(super) fn new(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, wrong: Wrong::new(message, help) }
    }
}

/// What is wrong with the text of a value that the schema gives this format, if anything.
pub(super) fn complaint(format: &str, text: &str) -> Option<NoValue> {
    match format {
        "hour" => hour(text).err(),
        "date" => day(text).err(),
        "age" => age(text).err(),
        "time-zone" => zone(text).err(),
        "country" => country(text).err(),
        "uri" => address(text).err(),
        "brivo-user" => brivo_user(text).err(),
        _ => None,
    }
}

/// A value that is written as a text of a certain form: its rust type, how it is read and its schema.
macro_rules! text_form {
    ($(#[$doc:meta])* $name:ident($type:ty), $read:path, $schema:tt) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(pub $type);

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                $read(&text).map(Self).map_err(|error| error.to_string())
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

text_form!(
    /// An hour of the day.
    Hour(NaiveTime), hour, {
        "description": "An hour of the day in the property's time zone, HH:MM from 00:00 to 23:59.",
        "type": "string",
        "format": "hour",
        "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        "examples": ["10:00", "16:00"],
    }
);

text_form!(
    /// A local date.
    Day(NaiveDate), day, {
        "description": "A local date, YYYY-MM-DD.",
        "type": "string",
        "format": "date",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "examples": ["2026-12-31"],
    }
);

text_form!(
    /// A stretch of time.
    Age(Duration), age, {
        "description": "A number with m (minutes), h (hours) or d (days).",
        "type": "string",
        "format": "age",
        "pattern": "^[1-9][0-9]{0,4}[mhd]$",
        "examples": ["1h", "90m", "2d"],
    }
);

text_form!(
    /// The name of a time zone.
    ZoneName(Zone), zone, {
        "description": "A time zone of the IANA database.",
        "type": "string",
        "format": "time-zone",
        "enum": Zone::names().collect::<Vec<_>>(),
    }
);

text_form!(
    /// A country's code.
    Country(String), country, {
        "description": "A country, ISO 3166 in two capital letters.",
        "type": "string",
        "format": "country",
        "pattern": "^[A-Z]{2}$",
        "examples": ["US", "CA", "GB"],
    }
);

text_form!(
    /// The address of a service.
    Address(String), address, {
        "description": "An address: https, or http for this machine only (127.0.0.1, localhost).",
        "type": "string",
        "format": "uri",
        "pattern": "^https?://",
    }
);

/// The version of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Version(pub u64);

impl JsonSchema for Version {
    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "The version of this format.", "type": "integer", "const": 1 })
    }
}

/// A text, or a number that is meant as one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "TextOrNumber")]
pub struct Text(pub String);

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "minLength": 1, "minimum": 0 })
    }
}

/// One text or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// Several.
    Many(Vec<Text>),
    /// One.
    One(Text),
}

impl OneOrMany {
    /// The texts.
    pub fn as_slice(&self) -> &[Text] {
        match self {
            Self::Many(texts) => texts,
            Self::One(text) => std::slice::from_ref(text),
        }
    }
}

impl JsonSchema for OneOrMany {
    fn schema_name() -> Cow<'static, str> {
        "OneOrMany".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<Text>();
        json_schema!({
            "type": ["string", "integer", "array"],
            "minLength": 1,
            "minimum": 0,
            "items": text,
            "minItems": 1,
            "examples": ["*", "302", ["1*", "2*"]],
        })
    }
}

/// A group: its name, or its Brivo id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum GroupText {
    /// Brivo's id.
    Id(u64),
    /// Its name.
    Name(String),
}

impl JsonSchema for GroupText {
    fn schema_name() -> Cow<'static, str> {
        "GroupText".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A Brivo group: a text is its name, a number its id.",
            "type": ["string", "integer"],
            "minLength": 1,
            "minimum": 1,
            "examples": ["Alder Residents", "Alder {unit}", 15_610_002],
        })
    }
}

/// A Brivo user's id, or the word that says that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum BrivoUser {
    /// Brivo's id.
    Id(u64),
    /// `none`.
    None(String),
}

impl JsonSchema for BrivoUser {
    fn schema_name() -> Cow<'static, str> {
        "BrivoUser".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The user's Brivo id; `none`: no Brivo user is this customer, they are two people.",
            "type": ["integer", "string"],
            "format": "brivo-user",
            "minimum": 1,
            "pattern": "^none$",
            "examples": [15_620_417, "none"],
        })
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrNumber {
    Number(u64),
    Text(String),
}

impl From<TextOrNumber> for Text {
    fn from(value: TextOrNumber) -> Self {
        match value {
            TextOrNumber::Number(number) => Self(number.to_string()),
            TextOrNumber::Text(text) => Self(text),
        }
    }
}

fn hour(text: &str) -> Result<NaiveTime, NoValue> {
    let exact = (text.len() == 5).then(|| NaiveTime::parse_from_str(text, "%H:%M").ok()).flatten();
    exact.ok_or_else(|| {
        let padded = NaiveTime::parse_from_str(text, "%H:%M").ok();
        let twelve = NaiveTime::parse_from_str(&text.replace(' ', "").to_uppercase(), "%I:%M%p").ok();
        let help = match padded.or(twelve) {
            Some(meant) => format!("write \"{}\"", meant.format("%H:%M")),
            None if text.starts_with("24") => "the last minute of a day is \"23:59\"".to_owned(),
            None => "write HH:MM, from \"00:00\" to \"23:59\", such as \"16:00\"".to_owned(),
        };
        NoValue::new("manifest::bad_hour", format!("`{text}` is no hour of the day"), help)
    })
}

fn day(text: &str) -> Result<NaiveDate, NoValue> {
    let exact = (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    exact.ok_or_else(|| {
        let help = match NaiveDate::parse_from_str(text, "%m/%d/%Y") {
            Ok(meant) => format!("write {}", meant.format("%Y-%m-%d")),
            Err(_) => "write YYYY-MM-DD, such as 2026-12-31".to_owned(),
        };
        NoValue::new("manifest::bad_date", format!("`{text}` is no date of the calendar"), help)
    })
}

fn age(text: &str) -> Result<Duration, NoValue> {
    let (number, unit) =
        text.split_at(text.len().saturating_sub(1).min(text.trim_end_matches(char::is_alphabetic).len()));
    let seconds = match unit {
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => 0,
    };
    let count = number.parse::<u64>().ok().filter(|count| (1..100_000).contains(count));
    count.filter(|_| seconds > 0).map(|count| Duration::from_secs(count * seconds)).ok_or_else(|| {
        let help = "write a number with m (minutes), h (hours) or d (days), such as `1h`, `90m` or `2d`";
        NoValue::new("manifest::bad_age", format!("`{text}` is no stretch of time"), help)
    })
}

fn zone(text: &str) -> Result<Zone, NoValue> {
    Zone::parse(text).map_err(|fault| {
        let help = match fault.near.as_slice() {
            [] => "give a name such as America/Chicago; all are in the IANA time zone database".to_owned(),
            near => format!("did you mean {}?", near.join(" or ")),
        };
        NoValue::new("manifest::unknown_zone", fault.to_string(), help)
    })
}

fn country(text: &str) -> Result<String, NoValue> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) && text != "UK" {
        return Ok(text.to_owned());
    }
    let meant = match text.to_uppercase().as_str() {
        "UK" => "GB",
        "USA" => "US",
        "CAN" => "CA",
        _ => "",
    };
    let help = match meant {
        "" => format!(
            "write the two capital letters of ISO 3166, such as {}",
            if text.len() == 2 { text.to_uppercase() } else { "US".to_owned() }
        ),
        meant => format!("write {meant}"),
    };
    Err(NoValue::new("manifest::bad_country", format!("`{text}` is no country's code"), help))
}

fn brivo_user(text: &str) -> Result<(), NoValue> {
    let help = "give the number that Brivo shows for the user, or none to say that they are two people";
    let wrong = || NoValue::new("manifest::wrong_type", format!("`{text}` is no Brivo user"), help);
    if text == "none" { Ok(()) } else { Err(wrong()) }
}
