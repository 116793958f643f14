//! From the files' texts to the manifest: read each, merge, check, resolve. Nothing stops at the first fault.

use super::check;
use super::fault::{Fault, Severity, Spot, Wrong};
use super::file::Document;
use super::merge::Merged;
use super::places::Places;
use super::resolve::resolve;
use super::schema::Shapes;
use super::tree::grow;
use super::{Manifest, shape};

/// Reads the files of a manifest, `(name, text)`, in their order. There is a manifest if no fault is an error.
pub fn parse(files: &[(String, String)]) -> (Option<Manifest>, Vec<Fault>) {
    let shapes = Shapes::new();
    let (mut merged, mut places, mut faults) = (Merged::default(), Places::default(), Vec::new());
    let mut all_grew = true;
    for (file, text) in files {
        let (root, found) = grow(file, text);
        faults.extend(found);
        let Some(root) = root else {
            all_grew = false;
            continue;
        };
        let (value, found) = shape::check(&shapes, file, &root);
        faults.extend(found);
        places.add_file(file, &root);
        match serde_path_to_error::deserialize::<_, Document>(value) {
            Ok(document) => merged.add(file, document, &places, &mut faults),
            Err(error) => faults.push(unforeseen(file, &error)),
        }
    }
    let first = files.first().map_or("", |(file, _)| file);
    // What a broken file holds is not known, so nothing is called missing then.
    if all_grew {
        faults.extend(missing(first, &places));
    }
    faults.extend(check::all(&merged, &places, first));
    let is_usable = faults.iter().all(|fault| fault.severity == Severity::Warning);
    let manifest = if is_usable { resolve(merged, places) } else { None };
    (manifest, faults)
}

/// What the whole manifest must have, in whichever file.
fn missing(first: &str, places: &Places) -> Vec<Fault> {
    let needed = [
        ("entrata", "add `entrata:` with the `url` of your Entrata, in one of the files"),
        ("properties", "add `properties:` with the `id`, `name`, `time_zone` and groups of each"),
    ];
    let is_missing = |(key, _): &(&str, &str)| places.get(key).is_none();
    let fault = |(key, help): (&str, &str)| {
        let wrong = Wrong::new(format!("the manifest has no `{key}`"), help);
        Fault::error("manifest::missing_key", first, Spot::Value(String::new()), wrong)
    };
    needed.into_iter().filter(is_missing).map(fault).collect()
}

/// What the schema let through and the types refuse.
fn unforeseen(file: &str, error: &serde_path_to_error::Error<serde_yaml::Error>) -> Fault {
    let wrong =
        Wrong::new(error.inner().to_string(), "compare it with the schema: `reconcile schema manifest`");
    Fault::error("manifest::wrong_type", file, Spot::Value(error.path().to_string()), wrong)
}
