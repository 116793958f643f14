//! Which of the world's faults a call meets: counting the calls that match, and what their effects make of an answer.

use globset::{Glob, GlobMatcher};

use super::call::{Payload, Reply};
use super::ids;
use super::json::Json;
use super::world::fault::{Effect, Fault, Rows};

/// The faults, each with the number of calls it has seen.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
    seed: u64,
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    glob: Option<GlobMatcher>,
    seen: u64,
}

/// What a fault is matched against.
pub(crate) struct Subject<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// Entrata's method name and the property it asks for.
    pub(crate) entrata: Option<(String, Option<String>)>,
}

impl Faults {
    pub(crate) fn new(faults: &[Fault], seed: u64) -> Self {
        let mut armed = Self { armed: Vec::new(), seed };
        for fault in faults {
            armed.add(fault.clone());
        }
        armed
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        let glob = Glob::new(&fault.pattern).ok().map(|glob| glob.compile_matcher());
        self.armed.push(Armed { fault, glob, seen: 0 });
    }

    /// The effect of the first fault that strikes; every fault that matches counts the call.
    pub(crate) fn strike(&mut self, subject: &Subject<'_>) -> Option<Effect> {
        let seed = self.seed;
        let mut effect = None;
        for (place, armed) in self.armed.iter_mut().enumerate().filter(|(_, armed)| armed.matches(subject)) {
            armed.seen += 1;
            if effect.is_none() && armed.is_due(seed, place) {
                effect = Some(armed.fault.effect.clone());
            }
        }
        effect
    }
}

impl Armed {
    fn matches(&self, subject: &Subject<'_>) -> bool {
        let line = format!("{} {}", subject.method, subject.path);
        let entrata = subject.entrata.as_ref();
        let named = entrata.is_some_and(|(method, _)| *method == self.fault.pattern)
            || self.glob.as_ref().is_some_and(|glob| glob.is_match(&line));
        let property = self.fault.property.as_ref();
        named
            && property.is_none_or(|wanted| entrata.and_then(|(_, asked)| asked.as_ref()) == Some(&wanted.0))
    }

    fn is_due(&self, seed: u64, place: usize) -> bool {
        let Fault { pattern: _, property: _, nth, from, until, every, chance, effect: _ } = &self.fault;
        let count = self.seen;
        // The same seed hits the same calls, whatever happens between them.
        let dice = || ids::digest(&format!("{seed}/{place}/{count}")) >> 32;
        nth.is_none_or(|nth| nth == count)
            && from.is_none_or(|from| from <= count)
            && until.is_none_or(|until| count <= until)
            && every.is_none_or(|every| count.is_multiple_of(every))
            && chance.is_none_or(|chance| {
                f64::from(u32::try_from(dice()).unwrap_or(u32::MAX)) < chance * f64::from(u32::MAX)
            })
    }
}

/// The answer that replaces the call altogether, if the effect asks for one.
pub(crate) fn instead(effect: &Effect) -> Option<Reply> {
    let status = match (effect.status, effect.html) {
        (Some(status), _) => status,
        (None, true) => 502,
        (None, false) => return None,
    };
    let mut reply = if effect.html {
        let page =
            format!("<html><head><title>{status}</title></head><body><h1>Bad gateway</h1></body></html>");
        Reply::new(status, Payload::Text(page)).header("Content-Type", "text/html; charset=UTF-8")
    } else {
        match &effect.body {
            Some(Json::Text(text)) => {
                Reply::new(status, Payload::Text(text.clone())).header("Content-Type", "text/plain")
            }
            Some(json) => Reply::json(status, json.clone()).header("Content-Type", "application/json"),
            None => Reply::json(
                status,
                super::json::Object::new()
                    .put("code", i64::from(status))
                    .put("message", "The service is unavailable"),
            )
            .header("Content-Type", "application/json"),
        }
    };
    for (name, value) in &effect.headers {
        reply.extra.push((name.clone(), value.clone()));
    }
    Some(reply)
}

/// What the effect makes of an answer that was given.
pub(crate) fn spoil(reply: &mut Reply, effect: &Effect) {
    let wanted = effect.drop_rows > 0 || effect.rows.is_some();
    if let Some(rows) = reply.json_mut().filter(|_| wanted).and_then(rows_mut) {
        spoil_rows(rows, effect);
    }
    if effect.garbage {
        reply.body = Payload::Text("\u{fffd}{]not json".to_owned());
    }
    if let Some(end) = effect.truncate {
        let mut bytes = reply.bytes();
        bytes.truncate(end);
        reply.body = Payload::Text(String::from_utf8_lossy(&bytes).into_owned());
    }
}

fn spoil_rows(rows: &mut Vec<Json>, effect: &Effect) {
    match effect.rows {
        Some(Rows::Double) => *rows = rows.iter().flat_map(|row| [row.clone(), row.clone()]).collect(),
        Some(Rows::Reverse) => rows.reverse(),
        Some(Rows::Empty) => rows.clear(),
        None => {}
    }
    rows.truncate(rows.len().saturating_sub(effect.drop_rows));
}

/// The list of an answer: Brivo's `data`, or the wrapped list in Entrata's result.
fn rows_mut(json: &mut Json) -> Option<&mut Vec<Json>> {
    let Json::Object(object) = json else { return None };
    let key = [
        "data",
        "response",
        "result",
        "leases",
        "lease",
        "properties",
        "property",
        "PhysicalProperty",
        "Property",
    ]
    .into_iter()
    .find(|key| object.get(key).is_some())?;
    match object.get_mut(key) {
        Some(Json::List(rows)) => Some(rows),
        Some(inner) => rows_mut(inner),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strikes(yaml: &str, calls: usize) -> Vec<usize> {
        let mut faults = Faults::new(&serde_yaml::from_str::<Vec<Fault>>(yaml).unwrap(), 7);
        let subject = || Subject { method: "POST", path: "/v1/api/users", entrata: None };
        (1..=calls).filter(|_| faults.strike(&subject()).is_some()).collect()
    }

    #[test]
    fn faults_strike_when_they_are_due() {
        for (when, due) in [
            ("nth: 2", vec![2]),
            ("from: 3", vec![3, 4, 5]),
            ("until: 2", vec![1, 2]),
            ("every: 2", vec![2, 4]),
            ("chance: 0", vec![]),
            ("chance: 1", vec![1, 2, 3, 4, 5]),
        ] {
            let yaml = format!("[{{match: 'POST /v1/api/*', {when}, then: {{status: 503}}}}]");
            assert_eq!(strikes(&yaml, 5), due, "{when}");
        }
        assert_eq!(strikes("[{match: 'GET *', then: {status: 503}}]", 2), Vec::<usize>::new());
    }

    #[test]
    fn chance_is_the_same_for_the_same_seed() {
        let yaml = "[{match: 'POST *', chance: 0.5, then: {status: 503}}]";
        let hits = strikes(yaml, 200);
        assert_eq!(hits, strikes(yaml, 200));
        assert!((60..140).contains(&hits.len()), "{}", hits.len());
    }
}
