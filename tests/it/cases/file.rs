//! A case as it stands in its file: what it proves, and one run after the other, each with what must come of it.

use reconcile::access::Instant;
use reconcile::rules::RuleId;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A case.
pub(super) struct Case {
    /// The rules that it proves.
    pub(super) rules: Vec<RuleId>,
    /// In the order of time.
    pub(super) runs: Vec<Run>,
}

/// One plan and what must be in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Run {
    /// The instant of the plan, and where the services' clocks start.
    pub(super) as_of: Instant,
    /// Merged into the base manifest's `defaults`.
    #[serde(default)]
    pub(super) defaults: Value,
    /// Merged into the base manifest's property.
    #[serde(default)]
    pub(super) property: Value,
    /// Merged into the base manifest; its `properties` are added to it.
    #[serde(default)]
    pub(super) manifest: Map<String, Value>,
    /// As on the command line.
    #[serde(default)]
    pub(super) flags: Flags,
    /// The units of the base world's property, where they are others.
    pub(super) units: Option<Value>,
    /// The leases.
    #[serde(default)]
    pub(super) leases: Vec<Map<String, Value>>,
    /// Brivo's users.
    #[serde(default)]
    pub(super) users: Vec<Map<String, Value>>,
    /// Brivo's groups beside those of the base world.
    #[serde(default)]
    pub(super) groups: Vec<Value>,
    /// Brivo's groups in the place of those of the base world.
    pub(super) only_groups: Option<Vec<Value>>,
    /// Merged into the base world; a property whose id it has is merged, another one added.
    #[serde(default)]
    pub(super) world: Map<String, Value>,
    /// The plan before this one was applied: Brivo holds what came of it, not `users` and `groups`.
    #[serde(default)]
    pub(super) apply: bool,
    /// What must come of it.
    #[serde(default)]
    pub(super) expect: Map<String, Value>,
}

/// The flags that shape a plan.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Flags {
    pub(super) prune: bool,
    pub(super) allow_unmapped_revoke: bool,
    pub(super) properties: Vec<u64>,
    pub(super) customers: Vec<Value>,
    pub(super) allow_revokes: Vec<u64>,
    pub(super) allow_revokes_of: std::collections::BTreeMap<u64, u64>,
    pub(super) allow_grants: std::collections::BTreeMap<u64, u64>,
}

impl Case {
    /// Reads a case; of each run under `then` whatever it does not give stands as in the run before it, `expect` and `apply` aside.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut keys: Map<String, Value> = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        let rules = rules(keys.remove("rule"))?;
        match keys.remove("says") {
            Some(Value::String(says)) if !says.trim().is_empty() => {}
            _ => return Err("a case `says` in words what it proves".to_owned()),
        }
        let then: Vec<Map<String, Value>> = match keys.remove("then") {
            Some(then) => serde_json::from_value(then).map_err(|error| format!("then: {error}"))?,
            None => Vec::new(),
        };
        let mut runs = vec![run(&keys)?];
        for (at, step) in then.into_iter().enumerate() {
            keys.remove("expect");
            keys.remove("apply");
            keys.extend(step);
            runs.push(run(&keys).map_err(|problem| format!("then[{at}]: {problem}"))?);
        }
        Ok(Self { rules, runs })
    }
}

fn run(keys: &Map<String, Value>) -> Result<Run, String> {
    serde_json::from_value(Value::Object(keys.clone())).map_err(|error| error.to_string())
}

fn rules(value: Option<Value>) -> Result<Vec<RuleId>, String> {
    let names = match value {
        Some(Value::Array(names)) => names,
        Some(name) => vec![name],
        None => return Err("a case names the `rule` that it proves".to_owned()),
    };
    names.iter().map(rule).collect()
}

/// A rule that exists.
pub(super) fn rule(name: &Value) -> Result<RuleId, String> {
    let name = name.as_str().ok_or_else(|| format!("{name} is no rule"))?;
    name.parse().map_err(|unknown: reconcile::rules::UnknownRule| unknown.to_string())
}
