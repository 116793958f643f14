//! A plan on stdout or in a file, and the exit that it asks for.

use std::io::{self, Write as _};
use std::path::Path;

use miette::IntoDiagnostic as _;

use super::{Exit, speech};
use crate::cli::value::Format;
use crate::desired::Desired;
use crate::manifest::Manifest;
use crate::output::hide::{self, Pii};
use crate::output::text::{Colour, View};
use crate::output::{Properties, PropertyView, html, json, markdown, text};
use crate::plan::occupancy::{Sources, occupancy};
use crate::plan::{GuardReport, Plan, ResultStatus};
use crate::roster::Roster;

/// What is printed, and how.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The form.
    pub format: Format,
    /// The plan, what may not be shown left out.
    pub plan: &'a Plan,
    /// What should be, for the pages that show more than the plan.
    pub desired: &'a Desired,
    /// What Entrata said.
    pub roster: &'a Roster,
    /// Whether those pages show personal data.
    pub pii: Pii,
}

/// Prints the plan as asked.
pub fn print(manifest: &Manifest, shown: &Shown<'_>) -> miette::Result<()> {
    let Shown { format, plan, desired, roster, pii } = *shown;
    let properties = properties(manifest);
    match format {
        Format::Text => match speech::colour() {
            Colour::On => {
                let mut bytes = Vec::new();
                text::write(&mut bytes, plan, &view(&properties, Colour::On)).into_diagnostic()?;
                speech::print(&String::from_utf8_lossy(&bytes))
            }
            Colour::Off => {
                speech::print_plain(|mut out| text::write(&mut out, plan, &view(&properties, Colour::Off)))
            }
        },
        Format::Json => speech::print_plain(|mut out| json::write(&mut out, plan)),
        Format::Markdown => speech::print_plain(|mut out| markdown::write(&mut out, plan, &properties)),
        Format::Html => {
            let sources = Sources { roster, desired, scope: &plan.scope, as_of: plan.as_of };
            let occupancy = hide::occupancy(occupancy(&sources), pii);
            speech::print_plain(|mut out| html::write(&mut out, plan, &occupancy, &properties))
        }
    }
}

fn view(properties: &Properties, colour: Colour) -> View<'_> {
    View { properties, colour, width: speech::width(speech::Stream::Results) }
}

/// What pages need to know of the manifest's properties.
pub fn properties(manifest: &Manifest) -> Properties {
    let views = manifest.properties.iter().map(|property| {
        (property.id, PropertyView { name: property.name.clone(), zone: property.time_zone })
    });
    views.collect()
}

/// Saves the plan for a later apply: JSON, readable by its owner only, there whole or not at all.
pub fn save(path: &Path, plan: &Plan) -> miette::Result<()> {
    let mut text = Vec::new();
    json::write(&mut text, plan).into_diagnostic()?;
    replace(path, &String::from_utf8_lossy(&text), Readers::Owner).into_diagnostic()
}

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Its owner only.
    Owner,
    /// Everybody: it holds nothing personal.
    All,
}

/// Puts a file in place of what is there: whole or not at all.
///
/// # Errors
/// When the folder or the file can't be written.
pub fn replace(path: &Path, text: &str, readers: Readers) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    #[cfg(unix)]
    if readers == Readers::All {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    #[cfg(not(unix))]
    let _ = readers;
    file.persist(path)?;
    Ok(())
}

/// What a plan asks for, changes aside; with a base only what this manifest causes.
pub fn exit(plan: &Plan) -> Exit {
    let failed = plan.results.iter().flatten().any(|result| result.status == ResultStatus::Failed);
    let held = plan.own_guards().iter().any(GuardReport::holds_back);
    let must_look = failed || plan.has_own_errors();
    match (held, must_look) {
        (true, _) => Exit::Held,
        (false, true) => Exit::MustLook,
        (false, false) => Exit::Done,
    }
}
