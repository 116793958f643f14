//! The CI examples: their shell steps are run as they stand, with a sandbox behind `reconcile`, and do what their comments say.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;
use tempfile::TempDir;

const GITHUB: &str = include_str!("../../examples/ci/github-actions.yml");
const GITLAB: &str = include_str!("../../examples/ci/gitlab-ci.yml");
const PORTFOLIO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/portfolio");
const SECRETS: [&str; 6] = [
    "BRIVO_API_KEY",
    "BRIVO_CLIENT_ID",
    "BRIVO_CLIENT_SECRET",
    "BRIVO_PASSWORD",
    "BRIVO_USERNAME",
    "ENTRATA_API_KEY",
];

/// A repository of manifests (the portfolio, under `doors/`) as a runner has checked it out.
struct Runner(TempDir);

/// What a job did.
struct Job {
    code: i32,
    output: String,
}

impl Runner {
    fn new() -> Self {
        let runner = Self(tempfile::tempdir().unwrap());
        for folder in ["doors", "base/doors", "bin"] {
            std::fs::create_dir_all(runner.path(folder)).unwrap();
        }
        for entry in std::fs::read_dir(PORTFOLIO).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap();
                std::fs::copy(&path, runner.path("doors").join(name)).unwrap();
                std::fs::copy(&path, runner.path("base/doors").join(name)).unwrap();
            }
        }
        let world = std::fs::read_to_string(Path::new(PORTFOLIO).join("world/world.yaml")).unwrap();
        runner.write("world.yaml", &world);
        let program = assert_cmd::cargo::cargo_bin!("reconcile").display();
        runner.script(
            "reconcile",
            &format!(
                "case $1 in\n--diff|--apply) exec '{program}' \"$@\" --sandbox world.yaml ;;\n*) exec '{program}' \"$@\" ;;\nesac\n"
            ),
        );
        // `git show BASE:doors/common.yaml`, the one thing that is asked of it.
        runner.script("git", "[ \"$1\" = show ] && exec cat \"base/${2#*:}\"\n");
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn script(&self, name: &str, body: &str) {
        let path = self.path("bin").join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{body}")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// With a text of a file replaced by another.
    fn edit(self, name: &str, old: &str, new: &str) -> Self {
        let text = self.read(name);
        assert_eq!(text.matches(old).count(), 1, "{old:?} in {name}");
        self.write(name, &text.replace(old, new));
        self
    }

    /// Runs the scripts one after the other, each in a shell of its own, until one fails.
    fn run(&self, scripts: &[String]) -> Job {
        assert!(!scripts.is_empty());
        let mut job = Job { code: 0, output: String::new() };
        for script in scripts {
            let path = std::env::var("PATH").unwrap();
            let output = Command::new("bash")
                .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
                .current_dir(self.0.path())
                .env_clear()
                .env("PATH", format!("{}:{path}", self.path("bin").display()))
                .envs([("CI", "true"), ("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", "summary.md")])
                .env("HOME", self.0.path())
                .output()
                .unwrap();
            job.output += &String::from_utf8(output.stdout).unwrap();
            job.output += &String::from_utf8(output.stderr).unwrap();
            job.code = output.status.code().unwrap();
            if job.code != 0 {
                break;
            }
        }
        job
    }

    fn github(&self, job: &str) -> Job {
        self.run(&github_steps(job))
    }

    fn gitlab(&self, job: &str) -> Job {
        let document: Value = serde_yaml::from_str(GITLAB).unwrap();
        let script = document[job]["script"].as_sequence().unwrap();
        let lines: Vec<&str> = script.iter().map(|line| line.as_str().unwrap()).collect();
        let job = self.run(&[lines.join("\n")]);
        assert_eq!(self.read("summary.md"), "", "GitLab has no such file");
        job
    }

    /// Somebody on whom the leases contradict themselves: Current, and the move-out date has lapsed.
    fn with_somebody_frozen(self) -> Self {
        let month_to_month = "month_to_month: true\n    move_in: 2019-03-01";
        let lapsed = format!("{month_to_month}\n    move_out: 2026-07-01");
        self.edit("world.yaml", month_to_month, &lapsed)
    }

    /// The students' turn, without the window that allows it.
    fn with_a_guard_tripped(self) -> Self {
        self.edit("doors/birch-house.yaml", "max_revokes: 60", "max_revokes: 2")
    }

    fn with_a_slip(self) -> Self {
        self.edit("doors/alder-row.yaml", "America/Chicago", "America/Chicgo")
    }

    fn with_other_addresses(self) -> Self {
        self.edit("doors/common.yaml", "orgs/example/", "orgs/elsewhere/")
    }

    fn with_a_brivo_that_refuses(self) -> Self {
        self.edit("world.yaml", "\nbrivo:\n", "\nbrivo:\n  administrator: { read_only: true }\n")
    }

    /// Nothing that is kept tells more of a person than an id.
    fn check_privacy(&self, files: &[&str]) {
        for file in files {
            let text = self.read(file);
            assert!(text.contains("entrata:990306"), "{file} does not speak of the newcomer:\n{text}");
            for word in ["Kim", "kim@example.com", "3035550106"] {
                assert!(!text.contains(word), "{file} holds {word}");
            }
        }
    }
}

/// The shell steps of a job; how the program came to the runner is not ours to test.
fn github_steps(job: &str) -> Vec<String> {
    let document: Value = serde_yaml::from_str(GITHUB).unwrap();
    assert_eq!(document["defaults"]["run"]["shell"], "bash");
    let steps = document["jobs"][job]["steps"].as_sequence().unwrap();
    let scripts = steps.iter().filter(|step| step["id"] != "install").filter_map(|step| step["run"].as_str());
    scripts.map(str::to_owned).collect()
}

/// The exit codes of a GitLab job that are a warning only.
fn gitlab_warnings(job: &str) -> Vec<i64> {
    let document: Value = serde_yaml::from_str(GITLAB).unwrap();
    let codes = document[job]["allow_failure"]["exit_codes"].as_sequence().unwrap();
    codes.iter().map(|code| code.as_i64().unwrap()).collect()
}

#[test]
fn a_manifest_is_validated_without_secrets() {
    for validate in [Runner::github, Runner::gitlab] {
        let fine = validate(&Runner::new(), "validate");
        assert_eq!(fine.code, 0, "{}", fine.output);
        let slip = validate(&Runner::new().with_a_slip(), "validate");
        assert_eq!(slip.code, 1);
        assert!(slip.output.contains("alder-row.yaml"), "{}", slip.output);
    }
    for example in [GITHUB, GITLAB] {
        let start = example.find("\n  validate:").or_else(|| example.find("\nvalidate:")).unwrap();
        let end = example.find("\n  diff:").or_else(|| example.find("\ndiff:")).unwrap();
        assert!(!example[start..end].contains("secrets"), "the job that forks may run gets secrets");
    }
}

#[test]
fn a_pull_request_shows_its_plan() {
    let runner = Runner::new();
    let job = runner.github("diff");
    assert_eq!(job.code, 0, "{}", job.output);
    assert!(job.output.contains("::notice title=Doors::There are changes"), "{}", job.output);
    assert!(runner.read("summary.md").contains("Plan: 2 to create, 3 to update, 6 to revoke"));
    runner.check_privacy(&["summary.md", "plan.json", "plan.md"]);

    let runner = Runner::new();
    let job = runner.gitlab("diff");
    assert_eq!(job.code, 0, "{}", job.output);
    assert!(job.output.contains("Plan: 2 to create, 3 to update, 6 to revoke"));
    runner.check_privacy(&["plan.json", "plan.md"]);
}

#[test]
fn a_plan_that_needs_eyes_warns_and_a_guard_fails() {
    let frozen = Runner::new().with_somebody_frozen();
    let job = frozen.github("diff");
    assert_eq!(job.code, 0, "{}", job.output);
    assert!(job.output.contains("::warning title=Doors::Somebody must look"), "{}", job.output);
    assert!(frozen.read("summary.md").contains("entrata:990202"));
    let frozen = Runner::new().with_somebody_frozen().gitlab("diff");
    assert!(gitlab_warnings("diff").contains(&i64::from(frozen.code)), "exit {}", frozen.code);

    let tripped = Runner::new().with_a_guard_tripped();
    assert_eq!(tripped.github("diff").code, 4);
    assert!(tripped.read("summary.md").contains("500002=4"), "{}", tripped.read("summary.md"));
    let tripped = Runner::new().with_a_guard_tripped().gitlab("diff");
    assert_eq!(tripped.code, 4, "{}", tripped.output);
    assert_eq!(gitlab_warnings("diff"), [3]);

    for diff in [Runner::github, Runner::gitlab] {
        let slip = diff(&Runner::new().with_a_slip(), "diff");
        assert_eq!(slip.code, 1, "{}", slip.output);
    }
}

#[test]
fn secrets_are_not_sent_to_addresses_that_nobody_reviewed() {
    for diff in [Runner::github, Runner::gitlab] {
        let runner = Runner::new().with_other_addresses();
        let job = diff(&runner, "diff");
        assert_eq!(job.code, 1);
        assert!(job.output.contains("it says where the secrets go"), "{}", job.output);
        assert!(!runner.path("plan.json").exists(), "a plan was made all the same");
    }
}

#[test]
fn the_main_branch_is_applied_once_and_its_journal_kept() {
    for apply in [Runner::github, Runner::gitlab] {
        let runner = Runner::new();
        let first = apply(&runner, "apply");
        assert_eq!(first.code, 0, "{}", first.output);
        runner.check_privacy(&["journal.jsonl", "applied.md"]);
        assert!(runner.read("journal.jsonl").contains("\"status\":\"applied\""));
        let journal = runner.read("journal.jsonl");
        let second = apply(&runner, "apply");
        assert_eq!(second.code, 0, "{}", second.output);
        assert!(runner.read("applied.md").contains("No changes"), "{}", runner.read("applied.md"));
        assert_eq!(runner.read("journal.jsonl"), journal, "the second run wrote something");
    }
}

#[test]
fn an_apply_says_what_it_could_not_do() {
    let frozen = Runner::new().with_somebody_frozen().github("apply");
    assert_eq!(frozen.code, 0, "{}", frozen.output);
    assert!(
        frozen.output.contains("::warning title=Doors::Done, but somebody must look"),
        "{}",
        frozen.output
    );
    let frozen = Runner::new().with_somebody_frozen().gitlab("apply");
    assert!(gitlab_warnings("apply").contains(&i64::from(frozen.code)), "exit {}", frozen.code);

    for apply in [Runner::github, Runner::gitlab] {
        let held = apply(&Runner::new().with_a_guard_tripped(), "apply");
        assert_eq!(held.code, 4, "{}", held.output);
    }
    let refused = Runner::new().with_a_brivo_that_refuses().github("apply");
    assert_eq!(refused.code, 3, "{}", refused.output);
    assert!(refused.output.contains("Not everything could be written"), "{}", refused.output);
    let refused = Runner::new().with_a_brivo_that_refuses().gitlab("apply");
    assert_eq!(refused.code, 5, "{}", refused.output);
    assert!(!gitlab_warnings("apply").contains(&5));
}

#[test]
fn github_gets_secrets_by_name_and_actions_by_hash() {
    let named: BTreeSet<&str> =
        GITHUB.split("${{ secrets.").skip(1).map(|rest| rest.split(" }}").next().unwrap()).collect();
    assert_eq!(named, BTreeSet::from(SECRETS));
    for job in ["validate", "diff", "apply"] {
        let expression = github_steps(job).into_iter().find(|step| step.contains("${{"));
        assert_eq!(expression, None, "what an expression holds would be run as shell");
    }
    for line in GITHUB.lines().filter_map(|line| line.split_once("uses: ").map(|(_, action)| action)) {
        let hash = line.split('@').nth(1).unwrap().split(' ').next().unwrap();
        let is_hash = hash.len() == 40 && hash.chars().all(|char| char.is_ascii_hexdigit());
        assert!(is_hash, "{line} can change under us");
    }
}
