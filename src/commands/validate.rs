//! `validate`: whether a manifest can be used, without network and secrets.

use std::path::Path;

use chrono::NaiveDate;

use super::load::{Loaded, load};
use super::{Exit, speech};
use crate::manifest::on_date;

/// Shows every warning, of `today` too, and prints a line of what was read.
pub fn run(path: &Path, today: NaiveDate) -> miette::Result<Exit> {
    let loaded = load(path)?;
    let dated = loaded.show(on_date(&loaded.manifest, today));
    loaded.warnings.iter().chain(&dated).for_each(|warning| speech::show(warning));
    speech::print(&summary(path, &loaded))?;
    Ok(Exit::Done)
}

fn summary(path: &Path, loaded: &Loaded) -> String {
    let manifest = &loaded.manifest;
    let units = manifest.properties.iter().map(|property| property.units.len()).sum();
    let counted = [
        (loaded.files.len(), "file", "files"),
        (manifest.properties.len(), "property", "properties"),
        (units, "unit entry", "unit entries"),
        (manifest.overrides.len(), "override", "overrides"),
        (manifest.adopt.len(), "adoption", "adoptions"),
        (manifest.decommission.len(), "decommission entry", "decommission entries"),
    ];
    let counts =
        counted.map(|(number, one, many)| format!("{number} {}", if number == 1 { one } else { many }));
    format!("{}: {}\n", path.display(), counts.join(", "))
}
