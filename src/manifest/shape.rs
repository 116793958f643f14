//! A file's tree against the schema: every unknown or missing key, wrong type, unknown word and number out of range is found in one
//! walk. What is right is handed on as a value, so that the checks that follow see as much of the file as can be seen.

use serde_yaml::{Mapping, Value};

use super::fault::{Fault, Spot, Wrong};
use super::scalar::complaint;
use super::schema::{Shape, Shapes};
use super::secret;
use super::tree::{Entry, Kind, Node};
use super::words::{list, nearest};

/// The right part of a file, and what is wrong with the rest.
pub(super) fn check(shapes: &Shapes, file: &str, root: &Node) -> (Value, Vec<Fault>) {
    let mut walk = Walk { shapes, file, faults: Vec::new() };
    let value = walk.value(shapes.root(), root, "");
    (value.unwrap_or(Value::Mapping(Mapping::new())), walk.faults)
}

struct Walk<'w> {
    shapes: &'w Shapes,
    file: &'w str,
    faults: Vec<Fault>,
}

impl Walk<'_> {
    /// The value without what is wrong inside; nothing if it is wrong itself.
    fn value(&mut self, shape: Shape<'_>, node: &Node, path: &str) -> Option<Value> {
        match &node.kind {
            Kind::Section(entries) if shape.admits("object") => Some(self.section(shape, entries, path)),
            Kind::List(items) if shape.admits("array") => self.list(shape, items, path),
            Kind::Scalar { text, plain } => self.scalar(shape, &Scalar::read(text, *plain), path),
            Kind::Section(_) => self.wrong_type(shape, "a section with keys", path),
            Kind::List(_) => self.wrong_type(shape, "a list", path),
        }
    }

    fn section(&mut self, shape: Shape<'_>, entries: &[Entry], path: &str) -> Value {
        let mut section = Mapping::new();
        for entry in entries {
            let at = join(path, &entry.key);
            match self.shapes.child(shape, &entry.key) {
                Some(child) => {
                    if let Some(value) = self.value(child, &entry.value, &at) {
                        section.insert(entry.key.as_str().into(), value);
                    }
                }
                None if secret::is_secret_key(&entry.key) => self.secret(&entry.key, path, at),
                None => self.unknown_key(shape, &entry.key, at),
            }
        }
        for key in shape.required() {
            if !entries.iter().any(|entry| entry.key == key) {
                self.missing_key(shape, key, path);
            }
        }
        Value::Mapping(section)
    }

    fn list(&mut self, shape: Shape<'_>, items: &[Node], path: &str) -> Option<Value> {
        if items.is_empty() && shape.is_never_empty() {
            let help = format!("give at least one{}", example(self.shapes.items(shape)));
            let wrong = Wrong::new(format!("{} is an empty list", name(path)), help);
            return self.refuse("manifest::empty_value", path, wrong);
        }
        let shape = self.shapes.items(shape)?;
        let values: Vec<Option<Value>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| self.value(shape, item, &format!("{path}[{index}]")))
            .collect();
        if shape.admits("object") {
            // An empty section keeps the numbers of those that follow.
            let kept = values.into_iter().map(|value| value.unwrap_or(Value::Mapping(Mapping::new())));
            return Some(Value::Sequence(kept.collect()));
        }
        values.into_iter().collect::<Option<Vec<_>>>().map(Value::Sequence)
    }

    fn scalar(&mut self, shape: Shape<'_>, scalar: &Scalar<'_>, path: &str) -> Option<Value> {
        match *scalar {
            Scalar::Null if shape.admits("array") && shape.admits("null") => {
                Some(Value::Sequence(Vec::new()))
            }
            Scalar::Null => {
                let help = format!("give a value{}, or leave the key out", example(Some(shape)));
                self.refuse(
                    "manifest::empty_value",
                    path,
                    Wrong::new(format!("{} is empty", name(path)), help),
                )
            }
            Scalar::Number(number) if shape.admits("integer") => self.number(shape, number, path),
            Scalar::Bool(truth) if shape.admits("boolean") => Some(Value::Bool(truth)),
            Scalar::Text(text) if shape.admits("string") => self.text(shape, text, path),
            Scalar::Odd(text)
                if shape.admits("string") && (shape.format().is_some() || !shape.words().is_empty()) =>
            {
                self.text(shape, text, path)
            }
            Scalar::Odd(text) if shape.admits("string") => self.unquoted(text, path),
            Scalar::Number(number)
                if shape.admits("string") && shape.format().is_none() && shape.words().is_empty() =>
            {
                self.unquoted(&number.to_string(), path)
            }
            Scalar::Number(number) if shape.admits("string") => self.text(shape, &number.to_string(), path),
            Scalar::Bool(truth) if shape.admits("string") => self.unquoted(&truth.to_string(), path),
            Scalar::Number(_) => self.wrong_type(shape, "a number", path),
            Scalar::Bool(_) => self.wrong_type(shape, "true or false", path),
            Scalar::Text(_) | Scalar::Odd(_) => self.wrong_type(shape, "a text", path),
        }
    }

    fn number(&mut self, shape: Shape<'_>, number: i128, path: &str) -> Option<Value> {
        let (least, most) = shape.range();
        let fits = |number: &u64| {
            least.is_none_or(|least| least <= *number) && most.is_none_or(|most| *number <= most)
        };
        if let Some(number) = u64::try_from(number).ok().filter(fits) {
            return Some(Value::Number(number.into()));
        }
        let help = match (least.unwrap_or(0), most) {
            (least, Some(most)) if least == most => format!("write {least}"),
            (least, Some(most)) => format!("give a whole number from {least} to {most}"),
            (least, None) => format!("give a whole number, {least} or more"),
        };
        let message = format!("{} can't be {number}", name(path));
        self.refuse("manifest::out_of_range", path, Wrong::new(message, help))
    }

    fn text(&mut self, shape: Shape<'_>, text: &str, path: &str) -> Option<Value> {
        if text.trim().is_empty() && (shape.is_never_empty() || shape.format().is_some()) {
            let help = format!("give a value{}", example(Some(shape)));
            return self.refuse(
                "manifest::empty_value",
                path,
                Wrong::new(format!("{} is empty", name(path)), help),
            );
        }
        if let Some(no) = complaint(shape.format().unwrap_or_default(), text) {
            let message = format!("{}: {}", key_of(path), no.wrong.message);
            return self.refuse(no.code, path, Wrong::new(message, no.wrong.help));
        }
        let words = shape.words();
        if !words.is_empty() && !words.contains(&text) {
            let near = nearest(text, words.iter().copied())
                .map(|word| format!("did you mean `{word}`? "))
                .unwrap_or_default();
            let help = format!("{near}it may be {}", list(&words, "or"));
            let message = format!("{} can't be `{text}`", name(path));
            return self.refuse("manifest::unknown_word", path, Wrong::new(message, help));
        }
        Some(Value::String(text.to_owned()))
    }

    fn unquoted(&mut self, text: &str, path: &str) -> Option<Value> {
        let message = format!(
            "{}: `{text}` without quotes is a number, a date or a yes or no to some tools that read YAML",
            key_of(path)
        );
        self.refuse("manifest::unquoted", path, Wrong::new(message, format!("write \"{text}\", in quotes")))
    }

    fn wrong_type(&mut self, shape: Shape<'_>, found: &str, path: &str) -> Option<Value> {
        let mut wanted = Vec::new();
        for (kind, words) in [
            ("array", "a list"),
            ("object", "a section with keys"),
            ("integer", "a whole number"),
            ("string", "a text"),
            ("boolean", "true or false"),
        ] {
            if shape.admits(kind) {
                wanted.push(words);
            }
        }
        let message = format!("{} must be {}, not {found}", name(path), wanted.join(" or "));
        let keys: Vec<&str> = shape.keys().map(|(key, _)| key).collect();
        let help = match () {
            () if path.is_empty() => "begin with `version: 1`, one key a line".to_owned(),
            () if !keys.is_empty() => format!("indent its keys below it: {}", list(&keys, "and")),
            () if shape.admits("array") => {
                let items = example(self.shapes.items(shape));
                format!("put it in brackets, or one item a line after a dash{items}")
            }
            () => format!("give {}{}", wanted.join(" or "), example(Some(shape))),
        };
        self.refuse("manifest::wrong_type", path, Wrong::new(message, help))
    }

    fn secret(&mut self, key: &str, section: &str, path: String) {
        let variable = secret::variable(section, key);
        let help = format!(
            "remove it, change the secret, and put the new one into the environment as {variable} or in the file that {variable}_FILE names"
        );
        let wrong =
            Wrong::new(format!("`{key}` is a secret, or part of one: no manifest holds any (R11)"), help);
        self.faults.push(Fault::error("manifest::secret", self.file, Spot::Key(path), wrong));
    }

    fn unknown_key(&mut self, shape: Shape<'_>, key: &str, path: String) {
        let keys: Vec<&str> = shape.keys().map(|(key, _)| key).collect();
        let elsewhere = self.shapes.sections_with(key);
        let help = match nearest(key, keys.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if !elsewhere.is_empty() => {
                let quoted: Vec<&str> = elsewhere;
                format!("`{key}` belongs under {}", list(&quoted, "or"))
            }
            None => format!("the keys here are {}", list(&keys, "and")),
        };
        let wrong = Wrong::new(format!("`{key}` is not a key {}", within(&path)), help);
        self.faults.push(Fault::error("manifest::unknown_key", self.file, Spot::Key(path), wrong));
    }

    fn missing_key(&mut self, shape: Shape<'_>, key: &str, path: &str) {
        let purpose =
            shape.keys().find(|(name, _)| *name == key).map(|(_, purpose)| purpose).unwrap_or_default();
        let sample = self.shapes.child(shape, key).and_then(Shape::example).unwrap_or_else(|| "…".to_owned());
        let what = if path.is_empty() { "the file".to_owned() } else { name(path) };
        let sample = if key == "version" { "1".to_owned() } else { sample };
        let wrong = Wrong::new(format!("{what} has no `{key}`"), format!("add `{key}: {sample}`: {purpose}"));
        self.faults.push(Fault::error(
            "manifest::missing_key",
            self.file,
            Spot::Value(path.to_owned()),
            wrong,
        ));
    }

    fn refuse(&mut self, code: &'static str, path: &str, wrong: Wrong) -> Option<Value> {
        self.faults.push(Fault::error(code, self.file, Spot::Value(path.to_owned()), wrong));
        None
    }
}

/// A scalar as YAML reads it.
enum Scalar<'t> {
    Null,
    Bool(bool),
    Number(i128),
    /// Text to every reader.
    Text(&'t str),
    /// Without quotes, and something else than text to some reader: an octal number, a fraction, a date, a yes.
    Odd(&'t str),
}

impl<'t> Scalar<'t> {
    fn read(text: &'t str, plain: bool) -> Self {
        if !plain {
            return Self::Text(text);
        }
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "true" | "True" | "TRUE" => Self::Bool(true),
            "false" | "False" | "FALSE" => Self::Bool(false),
            _ => match text.parse::<i128>().ok().filter(|number| number.to_string() == text) {
                Some(number) => Self::Number(number),
                None if is_odd(text) => Self::Odd(text),
                None => Self::Text(text),
            },
        }
    }
}

fn is_odd(text: &str) -> bool {
    let word =
        ["yes", "no", "on", "off", ".inf", "-.inf", "+.inf", ".nan"].contains(&text.to_lowercase().as_str());
    let begins = text.starts_with(|char: char| char.is_ascii_digit() || matches!(char, '.' | '+' | '-'));
    let digits = text.contains(|char: char| char.is_ascii_digit());
    let number = text.replace('_', "").parse::<f64>().is_ok();
    let based = ["0x", "0o", "0b"].iter().any(|prefix| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| rest.chars().all(|char| char.is_ascii_hexdigit() || char == '_'))
    });
    let sixty = text.contains(':') && text.chars().all(|char| char.is_ascii_digit() || char == ':');
    let date = text.len() >= 8
        && text.split('-').count() == 3
        && text.chars().all(|char| char.is_ascii_digit() || char == '-');
    word || (begins && digits && (number || based || sixty || date))
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The key that a path ends with, without its list index.
fn key_of(path: &str) -> &str {
    let last = path.rsplit('.').next().unwrap_or(path);
    last.split('[').next().unwrap_or(last)
}

fn name(path: &str) -> String {
    match (path.is_empty(), path.ends_with(']')) {
        (true, _) => "the file".to_owned(),
        (_, true) => format!("an item of `{}`", key_of(path)),
        _ => format!("`{path}`", path = key_of(path)),
    }
}

fn within(path: &str) -> String {
    match path.rsplit_once('.') {
        Some((section, _)) => format!("of {}", name(section)),
        None => "of a manifest".to_owned(),
    }
}

fn example(shape: Option<Shape<'_>>) -> String {
    shape.and_then(Shape::example).map(|example| format!(", such as {example}")).unwrap_or_default()
}
