//! Runs the real binary in a directory and an environment of its own.

use assert_cmd::Command;
use tempfile::TempDir;

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

    /// Where a file of this path is.
    #[cfg(unix)]
    pub(crate) fn path(&self, path: &str) -> std::path::PathBuf {
        self.directory.path().join(path)
    }

    /// What stands in the file at this path.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.directory.path().join(path)).unwrap()
    }

    /// Runs the program with these arguments, parted by blanks, to its end.
    pub(crate) fn run(&self, arguments: &str) -> Outcome {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("reconcile"));
        command.args(arguments.split_whitespace()).current_dir(self.directory.path());
        std::env::vars_os().filter(|(name, _)| is_scrubbed(&name.to_string_lossy())).for_each(|(name, _)| {
            command.env_remove(name);
        });
        command.env("HOME", self.directory.path()).env("COLUMNS", "400");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output.status.code().expect("it was ended by a signal");
        Outcome { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Whether a variable of the machine, or of the CI that runs the tests, would change what the program does.
fn is_scrubbed(name: &str) -> bool {
    let name = name.to_uppercase();
    let prefixes = ["GITHUB_", "GITLAB_", "ENTRATA_", "BRIVO_", "XDG_", "LC_", "RUST_", "CLICOLOR"];
    let names = ["CI", "NO_COLOR", "FORCE_COLOR", "LANG", "TERM"];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
        || name.ends_with("_PROXY")
        || names.contains(&name.as_str())
}
