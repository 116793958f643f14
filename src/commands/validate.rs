//! `validate`: whether a manifest can be used, without network and secrets.

use std::path::Path;

use chrono::NaiveDate;

use super::load::{Loaded, load};
use super::show::{Readers, replace};
use super::{Exit, speech};
use crate::manifest::{Shown, on_date};
use crate::output::problem::{Problem, code_quality, problems};

/// Shows every warning, of `today` too, and prints a line of what was read; `quality` is where GitLab's report is to be.
pub fn run(path: &Path, quality: Option<&Path>, today: NaiveDate) -> miette::Result<Exit> {
    let loaded = load(path).inspect_err(|error| report_quality(quality, path, &problems(error)))?;
    let dated = loaded.show(on_date(&loaded.manifest, today));
    let warnings: Vec<&Shown> = loaded.warnings.iter().chain(&dated).collect();
    for warning in &warnings {
        speech::show(*warning);
    }
    let found: Vec<Problem> = warnings.iter().flat_map(|warning| problems(*warning)).collect();
    report_quality(quality, path, &found);
    speech::print(&summary(path, &loaded))?;
    Ok(Exit::Done)
}

/// A report that can't be written changes nothing of what the manifest is.
fn report_quality(file: Option<&Path>, manifest: &Path, found: &[Problem]) {
    let Some(file) = file else { return };
    let written = code_quality::write(found, &manifest.display().to_string())
        .map_err(std::io::Error::from)
        .and_then(|report| replace(file, &report, Readers::All));
    if let Err(error) = written {
        speech::warn_unwritten(file, &error);
    }
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
