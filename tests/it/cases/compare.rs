//! What a case expects against what came: each key that it gives must match; changes and findings that it does not tell must not be.

use serde_json::{Map, Value, json};

use super::file::rule;
use super::setting::{instant, plain};
use super::shown::{Came, Shown};

/// Lists of which a case names some entries only.
const IN_PART: [&str; 1] = ["rules"];

/// Everything that differs.
pub(super) fn compare(expect: &Map<String, Value>, came: &Came) -> Vec<String> {
    let mut expect = expect.clone();
    let mut problems = faults(expect.remove("faults"), came);
    if came.is_unusable {
        return problems;
    }
    problems.extend(failure(expect.remove("fails").as_ref(), came));
    if let Some(plan) = &came.plan {
        problems.extend(plan_problems(expect, plan));
    }
    problems
}

fn faults(expected: Option<Value>, came: &Came) -> Vec<String> {
    match expected {
        Some(expected) => in_any_order("faults", &list(Some(expected)), &came.faults),
        None if came.is_unusable => vec![format!("the manifest can't be used: {}", lines(&came.faults))],
        None => Vec::new(),
    }
}

fn failure(expected: Option<&Value>, came: &Came) -> Option<String> {
    match (expected, &came.failure) {
        (None, None) => None,
        (Some(Value::String(part)), Some(text)) if text.contains(part) => None,
        (expected, came) => Some(format!("fails: expected {expected:?}, came {came:?}")),
    }
}

fn plan_problems(mut expect: Map<String, Value>, plan: &Shown) -> Vec<String> {
    let mut problems = in_order("changes", &list(expect.remove("changes")), &plan.changes);
    problems.extend(in_any_order("findings", &list(expect.remove("findings")), &plan.findings));
    if let Some(guards) = expect.remove("guards") {
        problems.extend(in_order("guards", &list(Some(guards)), &plan.guards));
    }
    problems.extend(miscounted(plan));
    expect.entry("frozen").or_insert(json!(0));
    for (key, wanted) in &expect {
        match plan.rest.get(key) {
            Some(value) => problems.extend(differences(key, wanted, value)),
            None => problems.push(format!("expect.{key}: there is no such key")),
        }
    }
    problems
}

/// Whatever the case, the summary counts the changes that the plan has.
fn miscounted(plan: &Shown) -> Option<String> {
    let count = |action: &str| plan.changes.iter().filter(|change| change["action"] == action).count();
    let is_wrong = |action: &&&str| plan.rest["summary"][**action] != count(action);
    let wrong = ["create", "update", "revoke", "delete"].iter().find(is_wrong)?;
    Some(format!(
        "summary: it counts {} to {wrong}, the plan has {}",
        plan.rest["summary"][wrong],
        count(wrong)
    ))
}

fn list(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(list)) => list,
        Some(other) => vec![other],
        None => Vec::new(),
    }
}

/// The n-th that is expected against the n-th that came.
fn in_order(what: &str, expected: &[Value], came: &[Value]) -> Vec<String> {
    let mut problems = Vec::new();
    if expected.len() != came.len() {
        let count = came.len();
        problems.push(format!("{what}: {} expected, {count} {what} came: {}", expected.len(), lines(came)));
        return problems;
    }
    for (at, (wanted, value)) in expected.iter().zip(came).enumerate() {
        let found = differences(&format!("{what}[{at}]"), wanted, value);
        if !found.is_empty() {
            problems.extend(found);
            problems.push(format!("  came: {}", brief(value)));
        }
    }
    problems
}

/// Each that is expected against one of those that came, and none left over.
fn in_any_order(what: &str, expected: &[Value], came: &[Value]) -> Vec<String> {
    let mut takers: Vec<Option<usize>> = vec![None; came.len()];
    let mut problems = Vec::new();
    for wanted in 0..expected.len() {
        if !place(wanted, expected, came, &mut takers, &mut vec![false; came.len()]) {
            problems.push(format!("{what}: none like {}", expected[wanted]));
        }
    }
    let spare = came.iter().zip(&takers).filter(|(_, taker)| taker.is_none()).map(|(value, _)| value);
    problems.extend(spare.map(|value| format!("{what}: not expected: {}", brief(value))));
    problems
}

/// Finds one that matches for `wanted`, moving others to another match where need be.
fn place(
    wanted: usize,
    expected: &[Value],
    came: &[Value],
    takers: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    for at in 0..came.len() {
        if tried[at] || !differences("", &expected[wanted], &came[at]).is_empty() {
            continue;
        }
        tried[at] = true;
        if takers[at].is_none_or(|holder| place(holder, expected, came, takers, tried)) {
            takers[at] = Some(wanted);
            return true;
        }
    }
    false
}

/// Where `wanted` is not met by `value`.
fn differences(path: &str, wanted: &Value, value: &Value) -> Vec<String> {
    match (wanted, value) {
        (Value::Object(wanted), Value::Object(held)) => wanted
            .iter()
            .flat_map(|(key, wanted)| match held.get(key) {
                Some(value) => differences(&format!("{path}.{key}"), wanted, value),
                None => vec![format!("{path}.{key}: there is no such key")],
            })
            .collect(),
        (Value::Array(wanted), Value::Array(held)) if IN_PART.iter().any(|key| path.ends_with(key)) => {
            let unknown = wanted.iter().filter_map(|name| rule(name).err());
            let missing = wanted
                .iter()
                .filter(|one| !held.contains(one))
                .map(|one| format!("{path}: {} is not among {}", plain(one), Value::Array(held.clone())));
            unknown.chain(missing).collect()
        }
        (Value::Array(wanted), Value::Array(held)) => {
            let is_same = wanted.len() == held.len()
                && wanted.iter().zip(held).all(|(wanted, value)| differences(path, wanted, value).is_empty());
            let problem = || format!("{path}: expected {}, came {value}", Value::Array(wanted.clone()));
            if is_same { Vec::new() } else { vec![problem()] }
        }
        _ if is_same(path, wanted, value) => Vec::new(),
        _ => vec![format!("{path}: expected {wanted}, came {value}")],
    }
}

/// Instants are one whatever their offset, ids whether written as numbers or texts; of a message a part is enough.
fn is_same(path: &str, wanted: &Value, value: &Value) -> bool {
    if wanted.is_null() || value.is_null() {
        return wanted == value;
    }
    if path.rsplit('.').next() == Some("says") {
        return parts(wanted).iter().all(|part| plain(value).contains(part));
    }
    match instant(wanted).zip(instant(value)) {
        Some((wanted, value)) => wanted == value,
        None => plain(wanted) == plain(value),
    }
}

/// A text, or a list of texts.
fn parts(wanted: &Value) -> Vec<String> {
    wanted.as_array().map_or_else(|| vec![plain(wanted)], |parts| parts.iter().map(plain).collect())
}

fn lines(values: &[Value]) -> String {
    let lines: Vec<String> = values.iter().map(|value| format!("\n    {}", brief(value))).collect();
    lines.concat()
}

/// One line that tells what matters.
fn brief(value: &Value) -> String {
    const KEYS: [&str; 21] = [
        "action",
        "severity",
        "rule",
        "code",
        "person",
        "property",
        "unit",
        "groups",
        "from",
        "to",
        "suspended",
        "credentials",
        "rules",
        "before",
        "says",
        "closes_at",
        "tripped",
        "revokes",
        "people",
        "limit",
        "cause",
    ];
    let told = KEYS.iter().filter_map(|key| {
        let told = value.get(*key)?;
        let told =
            if *key == "before" && told.is_object() { format!("[{}]", brief(told)) } else { plain(told) };
        (told != "null" && told != "[]" && told != "false").then(|| format!("{key} {told}"))
    });
    told.collect::<Vec<_>>().join(", ")
}
