//! The JSON Schema of a manifest's file, and what the check of a file asks it. One text for people's editors and for us.

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value};

use super::file::Document;

/// The schema of one file.
pub fn schema() -> Schema {
    let mut schema = SchemaGenerator::new(SchemaSettings::draft2020_12()).into_root_schema_for::<Document>();
    for value in schema.ensure_object().values_mut() {
        refuse_null(value);
    }
    schema
}

/// A key that may be left out is an `Option` for serde; that does not make `key: null` a value, of lists aside, where it is the
/// empty one.
fn refuse_null(value: &mut Value) {
    match value {
        Value::Object(object) => {
            refuse_null_here(object);
            object.values_mut().for_each(refuse_null);
        }
        Value::Array(items) => items.iter_mut().for_each(refuse_null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn refuse_null_here(object: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = object.get_mut("type")
        && !types.contains(&"array".into())
    {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type") != Some(&"null".into()));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            object.extend(only);
        }
    }
}

/// The schema as the check of a file reads it.
pub(super) struct Shapes {
    root: Value,
}

/// What one value may be.
#[derive(Clone, Copy)]
pub(super) struct Shape<'s>(&'s Value);

impl Shapes {
    pub(super) fn new() -> Self {
        Self { root: schema().to_value() }
    }

    pub(super) fn root(&self) -> Shape<'_> {
        Shape(&self.root)
    }

    /// Where else in a manifest a key of this name stands, as its section's name.
    pub(super) fn sections_with(&self, key: &str) -> Vec<&str> {
        let mut sections = Vec::new();
        self.collect(self.root(), "", key, &mut sections);
        sections.sort_unstable();
        sections.dedup();
        sections
    }

    fn collect<'s>(&'s self, shape: Shape<'s>, section: &'s str, key: &str, sections: &mut Vec<&'s str>) {
        for (name, _) in shape.keys() {
            let Some(child) = self.child(shape, name) else { continue };
            if name == key && !section.is_empty() {
                sections.push(section);
            }
            let child = self.items(child).unwrap_or(child);
            self.collect(child, name, key, sections);
        }
    }

    /// The shape of this key's value.
    pub(super) fn child<'s>(&'s self, shape: Shape<'s>, key: &str) -> Option<Shape<'s>> {
        shape.0.get("properties")?.get(key).map(|schema| self.follow(schema))
    }

    /// The shape of a list's items.
    pub(super) fn items<'s>(&'s self, shape: Shape<'s>) -> Option<Shape<'s>> {
        shape.0.get("items").map(|schema| self.follow(schema))
    }

    fn follow<'s>(&'s self, schema: &'s Value) -> Shape<'s> {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"));
        let definition = name.and_then(|name| self.root.get("$defs")?.get(name));
        Shape(definition.unwrap_or(schema))
    }
}

impl<'s> Shape<'s> {
    /// The keys of a section, with what they are for.
    pub(super) fn keys(self) -> impl Iterator<Item = (&'s str, &'s str)> {
        let keys = self.0.get("properties").and_then(Value::as_object);
        keys.into_iter().flatten().map(|(key, schema)| {
            (key.as_str(), schema.get("description").and_then(Value::as_str).unwrap_or_default())
        })
    }

    /// The keys that must be there.
    pub(super) fn required(self) -> impl Iterator<Item = &'s str> {
        let keys = self.0.get("required").and_then(Value::as_array);
        keys.into_iter().flatten().filter_map(Value::as_str)
    }

    /// Whether the value may be of this JSON type.
    pub(super) fn admits(self, kind: &str) -> bool {
        match self.0.get("type") {
            Some(Value::String(only)) => only == kind,
            Some(Value::Array(several)) => several.iter().any(|one| one == kind),
            _ => kind == "string" && !self.words().is_empty(),
        }
    }

    /// The words that the value may be, with what each means; empty where any text is allowed.
    pub(super) fn words(self) -> Vec<&'s str> {
        let list =
            |key: &str| self.0.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let constants = list("oneOf").iter().filter_map(|choice| choice.get("const")?.as_str());
        constants.chain(list("enum").iter().filter_map(Value::as_str)).collect()
    }

    /// The form of a text that can't be mistaken for another type.
    pub(super) fn format(self) -> Option<&'s str> {
        self.0.get("format").and_then(Value::as_str)
    }

    /// The smallest and the largest number.
    pub(super) fn range(self) -> (Option<u64>, Option<u64>) {
        let number = |key: &str| self.0.get(key).and_then(Value::as_u64);
        let exactly = number("const");
        (exactly.or(number("minimum")), exactly.or(number("maximum")))
    }

    /// How many characters or items there must be.
    pub(super) fn is_never_empty(self) -> bool {
        ["minLength", "minItems"].iter().any(|key| self.0.get(key).and_then(Value::as_u64) > Some(0))
    }

    /// An example as one line of YAML, else the default.
    pub(super) fn example(self) -> Option<String> {
        let example = self.0.get("examples").and_then(|examples| examples.get(0));
        example.or(self.0.get("default")).map(ToString::to_string)
    }
}
