//! Runs the real binary in a directory and an environment of its own.

use std::process::{self, Child, Output, Stdio};

use assert_cmd::Command;
use tempfile::TempDir;

/// The day for worlds that the real binary reads by its own clock.
#[expect(clippy::disallowed_methods, reason = "the program under test has no other clock either")]
pub(crate) fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

/// What the clients of object stores take from the environment.
const STORE_CREDENTIALS: [&str; 6] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AZURITE_BLOB_STORAGE_URL",
    "AZURE_STORAGE_USE_EMULATOR",
];

/// The object stores that were started for the tests, a bucket or container each: `.ci/stores` names them.
pub(crate) fn stores() -> Vec<String> {
    let named = std::env::var("RECONCILE_TEST_STORES").expect("RECONCILE_TEST_STORES names the stores");
    named.split(',').map(str::to_owned).collect()
}

/// A directory to run the program in, as often as a test needs.
pub(crate) struct Workplace {
    directory: TempDir,
    variables: Vec<(String, String)>,
}

/// What one run did.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workplace {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// With a file at this path.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    /// With a variable in the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The variables of its environment.
    pub(crate) fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// Where a file of this path is.
    pub(crate) fn path(&self, path: &str) -> std::path::PathBuf {
        self.directory.path().join(path)
    }

    /// With what the clients of the object stores that were started for the tests take from the environment.
    pub(crate) fn with_stores(self) -> Self {
        STORE_CREDENTIALS.iter().fold(self, |place, name| match std::env::var(name) {
            Ok(value) => place.env(name, &value),
            Err(_) => place,
        })
    }

    /// What stands in the file at this path.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.directory.path().join(path)).unwrap()
    }

    /// Every file of the directory itself, by name.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let entries = std::fs::read_dir(self.directory.path()).unwrap().map(|entry| entry.unwrap());
        let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
        files
            .map(|file| {
                (
                    file.file_name().to_string_lossy().into_owned(),
                    std::fs::read_to_string(file.path()).unwrap(),
                )
            })
            .collect()
    }

    /// Runs the program with these arguments, parted by blanks, to its end.
    pub(crate) fn run(&self, arguments: &str) -> Outcome {
        Outcome::of(Command::from_std(self.command(arguments)).output().unwrap())
    }

    /// Starts the program with these arguments and goes on; what it prints is kept for whoever waits for it.
    pub(crate) fn start(&self, arguments: &str) -> Child {
        self.command(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn command(&self, arguments: &str) -> process::Command {
        let mut command = process::Command::new(assert_cmd::cargo::cargo_bin!("reconcile"));
        command.args(arguments.split_whitespace()).current_dir(self.directory.path());
        std::env::vars_os().filter(|(name, _)| is_scrubbed(&name.to_string_lossy())).for_each(|(name, _)| {
            command.env_remove(name);
        });
        command.env("HOME", self.directory.path()).env("COLUMNS", "400");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Outcome {
    /// What a run that has ended did.
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output.status.code().expect("it was ended by a signal");
        Self { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// With the sandbox's own secrets, for a manifest that names a sandbox's addresses.
pub(crate) fn with_secrets(place: Workplace) -> Workplace {
    let names = [
        "ENTRATA_API_KEY",
        "BRIVO_API_KEY",
        "BRIVO_CLIENT_ID",
        "BRIVO_CLIENT_SECRET",
        "BRIVO_USERNAME",
        "BRIVO_PASSWORD",
    ];
    names.into_iter().fold(place, |place, name| place.env(name, "sandbox"))
}

/// Whether a variable of the machine, or of the CI that runs the tests, would change what the program does.
fn is_scrubbed(name: &str) -> bool {
    let name = name.to_uppercase();
    let prefixes = [
        "AWS_", "AZURE_", "AZURITE_", "BRIVO_", "CLICOLOR", "ENTRATA_", "GITHUB_", "GITLAB_", "GOOGLE_",
        "LC_", "RUST_", "XDG_",
    ];
    let names = ["CI", "NO_COLOR", "FORCE_COLOR", "LANG", "TERM"];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
        || name.ends_with("_PROXY")
        || names.contains(&name.as_str())
}
