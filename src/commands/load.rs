//! A manifest from the disk: a file, or all the files of a directory.

use std::path::{Path, PathBuf};

use miette::Diagnostic;

use crate::digest::sha256;
use crate::manifest::{self, Fault, Manifest, Severity, Shown};
use crate::plan::ManifestRef;

/// A manifest that can be used, and what it was read from.
#[derive(Debug)]
pub struct Loaded {
    /// The manifest.
    pub manifest: Manifest,
    /// The files, `(name, text)`, in the order of their names.
    pub files: Vec<(String, String)>,
    /// SHA-256 of their contents, whatever their order; of a single file the one that `sha256sum` prints.
    pub sha256: String,
    /// What somebody should look at.
    pub warnings: Vec<Shown>,
}

impl Loaded {
    /// How a plan names the manifest.
    pub fn reference(&self) -> ManifestRef {
        let paths = self.files.iter().map(|(file, _)| file.clone()).collect();
        ManifestRef { paths, sha256: self.sha256.clone() }
    }

    /// Faults of this manifest, ready to be shown.
    pub fn show(&self, faults: Vec<Fault>) -> Vec<Shown> {
        manifest::show(faults, &self.files)
    }
}

/// Why there is no manifest.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum LoadError {
    /// There is no such file.
    #[error("there is no manifest {}", .0.display())]
    #[diagnostic(
        code(manifest::not_found),
        help(
            "name a file, or a directory of *.yaml files; without a name it is reconcile.yaml in the working directory"
        )
    )]
    NotFound(PathBuf),
    /// The directory has no manifest in it.
    #[error("the directory {} holds no *.yaml and no *.yml", .0.display())]
    #[diagnostic(
        code(manifest::not_found),
        help("subfolders are not read: name the directory that holds the files")
    )]
    NoFiles(PathBuf),
    /// The system refuses.
    #[error("{} can't be read: {reason}", .path.display())]
    #[diagnostic(code(manifest::unreadable), help("mend the path or its permissions"))]
    Unreadable {
        /// What.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The file is no text.
    #[error("{} is not UTF-8: byte {at} begins no character", .path.display())]
    #[diagnostic(code(manifest::not_text), help("save the file as UTF-8"))]
    NotText {
        /// Which file.
        path: PathBuf,
        /// From 1.
        at: usize,
    },
    /// The content has faults.
    #[error("the manifest can't be used: {}", tally(.0))]
    #[diagnostic(code(manifest::faults))]
    Faults(#[related] Vec<Shown>),
}

/// Why there is no manifest to compare with.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("the base manifest {} can't be used", .path.display())]
#[diagnostic(code(manifest::base))]
pub struct BaseError {
    /// As it was given.
    path: PathBuf,
    /// Why.
    #[source]
    #[diagnostic_source]
    source: LoadError,
}

/// Reads the manifest at this path.
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    let files = read(path)?;
    let (manifest, faults) = manifest::parse(&files);
    let shown = manifest::show(faults, &files);
    match manifest {
        Some(manifest) => Ok(Loaded { manifest, sha256: digest(&files), files, warnings: shown }),
        None => Err(LoadError::Faults(shown)),
    }
}

/// Reads the manifest that another one is compared with; only its errors are told.
pub fn load_base(path: &Path) -> Result<Loaded, BaseError> {
    load(path).map_err(|source| BaseError { path: path.to_owned(), source })
}

fn read(path: &Path) -> Result<Vec<(String, String)>, LoadError> {
    let names = if path.is_dir() { names(path)? } else { vec![path.to_owned()] };
    if names.is_empty() {
        return Err(LoadError::NoFiles(path.to_owned()));
    }
    names.into_iter().map(|name| Ok((name.display().to_string(), text(&name)?))).collect()
}

/// The manifests of a directory, not those of its subfolders, in the order of their names.
fn names(directory: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let unreadable = |error: std::io::Error| unreadable(directory, &error);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if is_yaml && !path.is_dir() {
            names.push(path);
        }
    }
    names.sort();
    Ok(names)
}

fn text(path: &Path) -> Result<String, LoadError> {
    let bytes = std::fs::read(path).map_err(|error| {
        let is_missing = error.kind() == std::io::ErrorKind::NotFound;
        if is_missing { LoadError::NotFound(path.to_owned()) } else { unreadable(path, &error) }
    })?;
    String::from_utf8(bytes).map_err(|error| LoadError::NotText {
        path: path.to_owned(),
        at: error.utf8_error().valid_up_to() + 1,
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> LoadError {
    LoadError::Unreadable { path: path.to_owned(), reason: error.to_string() }
}

fn digest(files: &[(String, String)]) -> String {
    let mut digests: Vec<String> = files.iter().map(|(_, text)| sha256(text)).collect();
    if let [only] = digests.as_slice() {
        return only.clone();
    }
    digests.sort();
    sha256(digests.concat())
}

/// «2 errors and 1 warning».
fn tally(shown: &[Shown]) -> String {
    let count = |severity| shown.iter().filter(|shown| shown.fault().severity == severity).count();
    let noun =
        |number: usize, one: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") };
    let errors = noun(count(Severity::Error), "error");
    match count(Severity::Warning) {
        0 => errors,
        warnings => format!("{errors} and {}", noun(warnings, "warning")),
    }
}

#[cfg(test)]
mod tests;
