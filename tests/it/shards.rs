//! A portfolio in several jobs at once (`--shard`): together they do what one job does, each person in exactly one of them.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use chrono::{DateTime, Duration, Utc};
use reconcile::sandbox::world::World;
use reconcile::sandbox::{Sandbox, Serving};
use serde_json::Value;

use crate::support::{Outcome, Workplace, now, with_secrets};

const PROPERTIES: u64 = 5;
const PEOPLE: u64 = 20;
const KUBERNETES: &str = include_str!("../../examples/ci/kubernetes/indexed-job.yaml");
const GITHUB: &str = include_str!("../../examples/ci/github/matrix.yml");

/// Five properties. Of four people one each is new, gone, about to get the property's group, and as they were; everybody's neighbour has a
/// second lease in the next property.
fn world(today: DateTime<Utc>) -> String {
    let past = (today - Duration::days(10)).format("%Y-%m-%d").to_string();
    let (mut properties, mut groups) = (String::new(), String::new());
    let (mut leases, mut users) = (String::new(), String::new());
    for property in 1..=PROPERTIES {
        write!(properties, "  - {{ id: {property}, name: House {property}, units: [").unwrap();
        (0..PEOPLE).for_each(|unit| write!(properties, "{{ number: \"{unit}\" }}, ").unwrap());
        writeln!(properties, "] }}").unwrap();
        write!(groups, "House {property}, ").unwrap();
    }
    for person in 0..PEOPLE {
        let homes =
            [Some(person % PROPERTIES + 1), (person % 3 == 0).then_some((person + 1) % PROPERTIES + 1)];
        let status = if person % 4 == 1 {
            format!("status: Past, move_out: {past}")
        } else {
            "status: Current".to_owned()
        };
        for home in homes.into_iter().flatten() {
            writeln!(
                leases,
                "  - {{ id: {}, property: {home}, unit: \"{person}\", {status}, move_in: 2024-01-01, term: [2024-01-01, {past}], \
                 residents: [{{ id: {}, name: P{person} Renter, email: p{person}@example.com }}] }}",
                900_000 + person * 10 + home,
                990_000 + person
            )
            .unwrap();
        }
        if person % 4 != 0 {
            let held: Vec<String> = homes
                .iter()
                .flatten()
                .filter(|_| person % 4 != 2)
                .map(|home| format!("House {home}"))
                .collect();
            writeln!(
                users,
                "    - {{ id: {}, external_id: \"entrata:{}\", name: P{person} Renter, email: p{person}@example.com, \
                 from: 2024-01-01T17:00:00Z, groups: [{}] }}",
                15_700_000 + person,
                990_000 + person,
                held.join(", ")
            )
            .unwrap();
        }
    }
    format!("properties:\n{properties}leases:\n{leases}brivo:\n  groups: [{groups}]\n  users:\n{users}")
}

fn manifest(serving: &Serving) -> String {
    let Serving { entrata_url, brivo_api_url, brivo_auth_url, .. } = serving;
    let mut text = format!(
        "version: 1\nentrata: {{ url: \"{entrata_url}\" }}\nbrivo: {{ api_url: \"{brivo_api_url}\", auth_url: \"{brivo_auth_url}\", \
         calls_per_second: 50 }}\ndefaults: {{ guard: {{ max_revokes: 100 }} }}\nproperties:\n"
    );
    for property in 1..=PROPERTIES {
        writeln!(
            text,
            "  - {{ id: {property}, name: House {property}, time_zone: America/Phoenix, groups: [House {property}] }}"
        )
        .unwrap();
    }
    text
}

/// A sandbox on a port, and a folder to run in.
struct Portfolio {
    runtime: tokio::runtime::Runtime,
    serving: Option<Serving>,
    place: Workplace,
}

impl Portfolio {
    fn new(today: DateTime<Utc>) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let sandbox = Sandbox::new(World::from_yaml(&world(today)).unwrap(), today);
        let serving = runtime.block_on(sandbox.serve(([127, 0, 0, 1], 0).into())).unwrap();
        let place = with_secrets(Workplace::new().file("doors/reconcile.yaml", manifest(&serving)));
        Self { runtime, serving: Some(serving), place }
    }

    /// What Brivo holds, by external id: all but the ids and stamps that depend on who was written first.
    fn held(&self) -> BTreeMap<String, Value> {
        let state = serde_json::to_value(self.serving.as_ref().unwrap().sandbox.brivo_state()).unwrap();
        let mut held = BTreeMap::new();
        for user in state["users"].as_object().unwrap().values() {
            let mut user = user.as_object().unwrap().clone();
            for key in ["id", "created", "updated"] {
                user.remove(key);
            }
            let name = user["external_id"].as_str().unwrap().to_owned();
            assert_eq!(held.insert(name, Value::Object(user)), None, "somebody is there twice");
        }
        held
    }

    /// Starts the script once for each set of variables, all at one time, with `reconcile` on its path.
    fn run_at_once(&self, shell: &[&str], script: &str, variables: &[Vec<(String, String)>]) -> Vec<Outcome> {
        let bin = self.place.path("bin");
        std::fs::create_dir_all(&bin).unwrap();
        let program = assert_cmd::cargo::cargo_bin!("reconcile").display();
        std::fs::write(bin.join("reconcile"), format!("#!/bin/sh\nexec '{program}' \"$@\"\n")).unwrap();
        std::fs::set_permissions(bin.join("reconcile"), std::fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let start = |variables: &Vec<(String, String)>| {
            let mut command = Command::new(shell[0]);
            command
                .args(&shell[1..])
                .arg(script)
                .current_dir(self.place.path(""))
                .env_clear()
                .env("PATH", &path);
            command.env("HOME", self.place.path("")).envs(self.place.variables().iter().cloned());
            command.envs(variables.iter().cloned());
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let jobs: Vec<_> = variables.iter().map(start).collect();
        jobs.into_iter().map(|job| Outcome::of(job.wait_with_output().unwrap())).collect()
    }
}

impl Drop for Portfolio {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.take() {
            self.runtime.block_on(serving.shutdown());
        }
    }
}

fn changes(plan: &str) -> BTreeMap<String, Value> {
    let plan: Value = serde_json::from_str(plan).unwrap();
    let changes = plan["changes"].as_array().unwrap().iter();
    changes.map(|change| (change["external_id"].as_str().unwrap().to_owned(), change.clone())).collect()
}

/// What one job makes of the portfolio.
fn made_by_one(today: DateTime<Utc>) -> BTreeMap<String, Value> {
    let whole = Portfolio::new(today);
    let applied = whole.place.run("--apply --yes doors");
    assert_eq!(applied.code, 0, "{applied:?}");
    whole.held()
}

#[test]
fn the_parts_plan_together_what_one_job_plans() {
    let portfolio = Portfolio::new(now());
    let plan = |flags: &str| {
        let outcome = portfolio.place.run(&format!("--diff doors --format json {flags}"));
        assert_eq!(outcome.code, 0, "{outcome:?}");
        changes(&outcome.stdout)
    };
    let whole = plan("");
    assert!(whole.len() >= 15, "{}", whole.len());
    let mut parts = BTreeMap::new();
    for part in 1..=3 {
        let part = plan(&format!("--shard {part}/3"));
        assert!(!part.is_empty(), "a part has nothing to do");
        for (person, change) in part {
            assert_eq!(parts.insert(person, change), None, "somebody is in two parts");
        }
    }
    assert_eq!(parts, whole);
}

#[test]
fn an_indexed_job_s_pods_do_together_what_one_job_does() {
    let today = now();
    let portfolio = Portfolio::new(today);
    let job: serde_yaml::Value = serde_yaml::from_str(KUBERNETES).unwrap();
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    let parts = job["spec"]["completions"].as_u64().unwrap();
    std::fs::create_dir_all(portfolio.place.path("state")).unwrap();
    let variables = |index: u64| {
        [("DOORS", "doors"), ("STATE", "state"), ("PARTS", "4"), ("JOB_COMPLETION_INDEX", &index.to_string())]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
    };
    let all: Vec<_> = (0..parts).map(variables).collect();
    let outcomes = portfolio.run_at_once(&["/bin/sh", "-euc"], container["args"][0].as_str().unwrap(), &all);
    assert!(outcomes.iter().all(|outcome| outcome.code == 0), "{outcomes:?}");
    assert_eq!(portfolio.held(), made_by_one(today));
    let after = portfolio.place.run("--diff --detailed-exitcode doors");
    assert_eq!(after.code, 0, "{}", after.stdout);
}

#[test]
fn a_matrix_of_jobs_does_together_what_one_job_does() {
    let today = now();
    let portfolio = Portfolio::new(today);
    let workflow: serde_yaml::Value = serde_yaml::from_str(GITHUB).unwrap();
    let job = &workflow["jobs"]["apply"];
    let script = job["steps"].as_sequence().unwrap().last().unwrap()["run"].as_str().unwrap();
    let parts = job["strategy"]["matrix"]["part"].as_sequence().unwrap();
    assert_eq!(job["env"]["PARTS"].as_u64().unwrap(), parts.len() as u64);
    let all: Vec<_> = parts
        .iter()
        .map(|part| {
            [
                ("PART", part.as_u64().unwrap().to_string()),
                ("PARTS", parts.len().to_string()),
                ("LOCK", "doors.lock".to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec()
        })
        .collect();
    let outcomes = portfolio.run_at_once(&["bash", "-ec"], script, &all);
    assert!(outcomes.iter().all(|outcome| outcome.code == 0), "{outcomes:?}");
    assert_eq!(portfolio.held(), made_by_one(today));
}

#[test]
fn a_saved_plan_of_a_part_is_applied_as_that_part() {
    let portfolio = Portfolio::new(now());
    let saved = portfolio.place.run("--diff doors --shard 2/3 --out plan.json");
    assert_eq!(saved.code, 0, "{saved:?}");
    let planned = changes(&portfolio.place.read("plan.json"));
    let applied = portfolio.place.run("--apply --yes --plan plan.json doors --format json --lock here.lock");
    assert_eq!(applied.code, 0, "{applied:?}");
    assert_eq!(changes(&applied.stdout).len(), planned.len());
    assert!(
        portfolio.place.path("here.lock.2-of-3").exists(),
        "the part's lock was taken, not that of everything"
    );
}
