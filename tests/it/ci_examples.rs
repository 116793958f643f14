//! The CI examples: their shell steps are run as they stand, with a sandbox behind `reconcile`, and do what their comments say.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;
use tempfile::TempDir;

const GITHUB: &str = include_str!("../../examples/ci/github/workflow.yml");
const ACTION: &str = include_str!("../../examples/ci/github/action.yml");
const GITLAB: &str = include_str!("../../examples/ci/gitlab-ci.yml");
const KUBERNETES: &str = include_str!("../../examples/ci/kubernetes/cronjob.yaml");
const DOCKERFILE: &str = include_str!("../../examples/ci/Dockerfile");
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

    /// Runs the steps one after the other, each in a shell of its own and with these variables too, until one fails.
    fn run(&self, steps: &[Step], variables: &[(&str, &str)]) -> Job {
        assert!(!steps.is_empty());
        let mut job = Job { code: 0, output: String::new() };
        for Step { shell, script, variables: own } in steps {
            let path = std::env::var("PATH").unwrap();
            let output = Command::new(shell[0])
                .args(&shell[1..])
                .arg(script)
                .current_dir(self.0.path())
                .env_clear()
                .env("PATH", format!("{}:{path}", self.path("bin").display()))
                .env("HOME", self.0.path())
                .envs(variables.iter().copied())
                .envs(own.iter().map(|(name, value)| (name, value)))
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
        let files = [("GITHUB_STEP_SUMMARY", "summary.md"), ("GITHUB_OUTPUT", "output.txt")];
        self.run(&github_steps(job), &[&files[..], &[("CI", "true"), ("GITHUB_ACTIONS", "true")]].concat())
    }

    fn gitlab(&self, job: &str) -> Job {
        let document: Value = serde_yaml::from_str(GITLAB).unwrap();
        let script = document[job]["script"].as_sequence().unwrap();
        let lines: Vec<&str> = script.iter().map(|line| line.as_str().unwrap()).collect();
        let step = Step { shell: BASH, script: lines.join("\n"), variables: Vec::new() };
        self.run(&[step], &[("CI", "true"), ("GITLAB_CI", "true")])
    }

    /// The container of the cron job, its folders in this one.
    fn kubernetes(&self) -> Job {
        let container = &pod()["containers"][0];
        assert_eq!(container["command"], serde_yaml::from_str::<Value>("[/bin/sh, -euc]").unwrap());
        let script = container["args"][0].as_str().unwrap().to_owned();
        std::fs::create_dir_all(self.path("state")).unwrap();
        let step = Step { shell: &["/bin/sh", "-euc"], script, variables: Vec::new() };
        self.run(&[step], &[("DOORS", "doors"), ("STATE", "state")])
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

/// How GitHub runs a script whose shell is `bash`.
const BASH: &[&str] = &["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"];

/// What a shell is to run.
struct Step {
    shell: &'static [&'static str],
    script: String,
    variables: Vec<(String, String)>,
}

/// The shell steps of a job, those of the action that it uses included; how the program came to the runner is not ours to test.
fn github_steps(job: &str) -> Vec<Step> {
    let document: Value = serde_yaml::from_str(GITHUB).unwrap();
    assert_eq!(document["defaults"]["run"]["shell"], "bash");
    let steps = document["jobs"][job]["steps"].as_sequence().unwrap();
    steps
        .iter()
        .flat_map(|step| if step["uses"] == "./.github/actions/doors" { used(step) } else { own(step) })
        .collect()
}

/// A step's own script; its variables that hold an expression are none of ours.
fn own(step: &Value) -> Vec<Step> {
    let script = step["run"].as_str().map(str::to_owned);
    script.map(|script| Step { shell: BASH, script, variables: Vec::new() }).into_iter().collect()
}

/// The action's scripts, with what the step gives it.
fn used(step: &Value) -> Vec<Step> {
    let action: Value = serde_yaml::from_str(ACTION).unwrap();
    let input = |name: &str| {
        let given = step["with"][name].as_str().or(action["inputs"][name]["default"].as_str());
        given.unwrap_or_else(|| panic!("the step gives no {name}")).to_owned()
    };
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    assert!(steps.iter().all(|step| step["shell"] == "bash"));
    let scripts = steps.iter().filter(|step| step["id"] != "install");
    let step = |step: &Value| {
        let variables = step["env"].as_mapping().unwrap().iter().map(|(name, value)| {
            let value = value.as_str().unwrap().trim_start_matches("${{ inputs.").trim_end_matches(" }}");
            (name.as_str().unwrap().to_owned(), input(value))
        });
        Step { shell: BASH, script: step["run"].as_str().unwrap().to_owned(), variables: variables.collect() }
    };
    scripts.map(step).collect()
}

/// What the cron job's pods are.
fn pod() -> Value {
    let document: Value = serde_yaml::from_str(KUBERNETES).unwrap();
    assert_eq!(document["spec"]["concurrencyPolicy"], "Forbid");
    document["spec"]["jobTemplate"]["spec"]["template"]["spec"].clone()
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
    let output = runner.read("output.txt");
    assert!(output.contains("\nchanges=11\n") && output.contains("\nrevokes=6\n"), "{output}");
    for name in ["changes", "revokes", "frozen", "plan_hash", "exit"] {
        assert!(ACTION.contains(&format!("  {name}:\n")) && output.contains(&format!("{name}=")), "{name}");
    }
    runner.check_privacy(&["summary.md", "plan.json", "plan.md"]);

    let runner = Runner::new();
    let job = runner.gitlab("diff");
    assert_eq!(job.code, 0, "{}", job.output);
    assert!(job.output.contains("Plan: 2 to create, 3 to update, 6 to revoke"));
    let tests = runner.read("doors.xml");
    let guards = tests.lines().find(|line| line.contains("<testsuite name=\"guards\"")).unwrap();
    assert!(guards.ends_with(" failures=\"0\">"), "{guards}");
    runner.check_privacy(&["plan.json", "plan.md"]);
}

#[test]
fn a_pull_request_has_one_comment() {
    let runner = Runner::new();
    runner.github("diff");
    // What `gh api` would be asked to do, and the id of the earlier comment where there is one.
    let gh =
        "case \"$*\" in *--paginate*) cat earlier 2>/dev/null || true ;; *) echo \"$*\" >> asked ;; esac\n";
    runner.script("gh", gh);
    let comment = |runner: &Runner| {
        let job = runner.run(&github_steps("comment"), &[("REPOSITORY", "alder/doors"), ("NUMBER", "7")]);
        assert_eq!(job.code, 0, "{}", job.output);
    };
    comment(&runner);
    runner.write("earlier", "4711\n4712\n");
    comment(&runner);
    assert_eq!(
        runner.read("asked"),
        "api --method POST repos/alder/doors/issues/7/comments --field body=@plan.md --silent\n\
         api --method PATCH repos/alder/doors/issues/comments/4711 --field body=@plan.md --silent\n"
    );
    let marker = runner.read("plan.md").lines().next().unwrap().to_owned();
    assert!(GITHUB.contains(&format!("startswith(\"{marker}\")")), "{marker}");
    runner.write("plan.md", "");
    comment(&runner);
    assert_eq!(runner.read("asked").lines().count(), 2, "without a plan nothing is said");
}

#[test]
fn a_cron_job_applies_and_fails_only_for_what_must_be_mended() {
    let runner = Runner::new();
    for run in 0..2 {
        let job = runner.kubernetes();
        assert_eq!(job.code, 0, "run {run}: {}", job.output);
    }
    assert!(runner.read("state/reconcile.prom").contains("\nreconcile_exit_code 0\n"));
    assert_eq!(
        runner.read("state/events.jsonl").matches("\"event\":\"begin\"").count(),
        1,
        "of the latest run"
    );
    runner.check_privacy(&["state/journal.jsonl"]);

    let frozen = Runner::new().with_somebody_frozen();
    let job = frozen.kubernetes();
    assert_eq!(job.code, 0, "{}", job.output);
    assert!(job.output.contains("somebody must look"), "{}", job.output);
    assert_eq!(Runner::new().with_a_guard_tripped().kubernetes().code, 4);
    assert_eq!(Runner::new().with_a_brivo_that_refuses().kubernetes().code, 3);
    assert_eq!(Runner::new().with_a_slip().kubernetes().code, 1);
}

#[test]
fn a_cron_job_has_no_more_than_it_needs() {
    let pod = pod();
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    let container = &pod["containers"][0];
    assert_eq!(container["securityContext"]["readOnlyRootFilesystem"], true);
    assert_eq!(container["securityContext"]["allowPrivilegeEscalation"], false);
    let variables = container["env"].as_sequence().unwrap();
    let files: BTreeSet<&str> =
        variables.iter().filter_map(|variable| variable["name"].as_str()?.strip_suffix("_FILE")).collect();
    assert_eq!(files, BTreeSet::from(SECRETS), "each secret is a file");
}

#[test]
fn the_image_is_built_apart_and_runs_as_nobody() {
    let stages: Vec<&str> = DOCKERFILE.split("\nFROM ").skip(1).collect();
    let [build, image] = stages.as_slice() else { panic!("two stages: {DOCKERFILE}") };
    assert!(build.contains("RUN cargo build --locked --release --bin reconcile"), "{build}");
    assert!(image.contains("COPY --from=build /src/target/release/reconcile /usr/local/bin/reconcile\n"));
    assert!(image.contains("\nUSER 65532:65532\nENTRYPOINT [\"reconcile\"]\n"), "{image}");
    assert!(!image.contains("RUN ") && !image.contains("ENV ") && !DOCKERFILE.contains("\nARG "), "{image}");
    for copied in build.lines().filter_map(|line| line.strip_prefix("COPY ")) {
        let sources =
            copied.split(' ').rev().skip(1).map(|name| Path::new(env!("CARGO_MANIFEST_DIR")).join(name));
        sources.for_each(|source| assert!(source.exists(), "{}", source.display()));
    }
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
    assert!(frozen.output.contains("::warning title=Doors::Somebody must look"), "{}", frozen.output);
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
    for job in ["validate", "diff", "comment", "apply"] {
        let has_expression = github_steps(job).iter().any(|step| step.script.contains("${{"));
        assert!(!has_expression, "{job}: what an expression holds would be run as shell");
    }
    let (_, comment) = GITHUB.split_once("\n  comment:").unwrap();
    let (comment, _) = comment.split_once("\n  apply:").unwrap();
    assert!(
        !comment.contains("secrets.") && !comment.contains("checkout"),
        "who writes comments gets nothing else"
    );
    let used = GITHUB.lines().filter(|line| !line.contains("uses: ./.github/actions/doors"));
    for line in used.filter_map(|line| line.split_once("uses: ").map(|(_, action)| action)) {
        let hash = line.split('@').nth(1).unwrap().split(' ').next().unwrap();
        let is_hash = hash.len() == 40 && hash.chars().all(|char| char.is_ascii_hexdigit());
        assert!(is_hash, "{line} can change under us");
    }
}
