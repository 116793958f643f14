//! Entrata's rate limits: per method, in fixed windows aligned to the clock, the day's at Mountain midnight. [S]

use std::collections::BTreeMap;

use chrono::{DateTime, Timelike as _, Utc};

use super::super::mountain;

/// What has been used of each method's windows.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    used: BTreeMap<String, Vec<Window>>,
}

#[derive(Clone, Debug)]
struct Window {
    unit: Unit,
    limit: u64,
    used: u64,
    ends: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Hour,
    Minute,
}

/// A call, counted.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) exceeded: bool,
    /// Seconds until the call would be let through.
    pub(crate) wait: i64,
    limit: String,
    remaining: String,
    reset: String,
}

impl Limits {
    /// Counts one call of `method`, unless one of its windows is full.
    pub(crate) fn count(
        &mut self,
        method: &str,
        overrides: &BTreeMap<String, String>,
        now: DateTime<Utc>,
    ) -> Counted {
        let windows = self.used.entry(method.to_owned()).or_insert_with(|| {
            parse(overrides.get(method).map_or_else(|| documented(method), String::as_str))
        });
        for window in windows.iter_mut().filter(|window| window.ends <= now.timestamp()) {
            window.used = 0;
            window.ends = now.timestamp() + window.unit.left(now);
        }
        let full = windows.iter().filter(|window| window.used >= window.limit);
        let wait = full.map(|window| window.ends - now.timestamp()).max();
        if wait.is_none() {
            for window in windows.iter_mut() {
                window.used += 1;
            }
        }
        Counted {
            exceeded: wait.is_some(),
            wait: wait.unwrap_or_default(),
            limit: join(windows, |window| format!("{}/{}", window.limit, window.unit.name())),
            remaining: join(windows, |window| {
                format!("{}/{}", window.limit.saturating_sub(window.used), window.unit.name())
            }),
            reset: join(windows, |window| (window.ends - now.timestamp()).to_string()),
        }
    }
}

impl Counted {
    /// The three headers; none for a method without limits.
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        if self.limit.is_empty() {
            return Vec::new();
        }
        vec![
            ("X-RateLimit-Limit", self.limit.clone()),
            ("X-RateLimit-Remaining", self.remaining.clone()),
            ("X-RateLimit-Reset", self.reset.clone()),
        ]
    }
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
        }
    }

    /// Seconds from `now` to the end of the window it lies in.
    fn left(self, now: DateTime<Utc>) -> i64 {
        match self {
            Self::Day => mountain::seconds_to_midnight(now).max(1),
            Self::Hour => 3600 - i64::from(now.minute() * 60 + now.second()),
            Self::Minute => 60 - i64::from(now.second()),
        }
    }
}

/// The limits seen live [S]; those of leases and units are a stand-in [I].
fn documented(method: &str) -> &'static str {
    match method {
        "getStatus" => "8640/day;360/hour;6/minute",
        "getProperties" => "15000/day;1000/hour;150/minute",
        _ => "10000/day;1000/hour;150/minute",
    }
}

fn parse(text: &str) -> Vec<Window> {
    text.split(';')
        .filter_map(|part| {
            let (limit, unit) = part.trim().split_once('/')?;
            let unit = match unit {
                "day" => Unit::Day,
                "hour" => Unit::Hour,
                "minute" => Unit::Minute,
                _ => return None,
            };
            Some(Window { unit, limit: limit.parse().ok()?, used: 0, ends: i64::MIN })
        })
        .collect()
}

fn join(windows: &[Window], part: impl Fn(&Window) -> String) -> String {
    windows.iter().map(part).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(limits: &mut Limits, at: &str) -> Counted {
        limits.count("getStatus", &BTreeMap::new(), at.parse().unwrap())
    }

    #[test]
    fn windows_are_fixed_and_aligned_to_the_clock() {
        let mut limits = Limits::default();
        let first = count(&mut limits, "2026-03-01T18:00:59Z");
        assert_eq!(
            first.headers(),
            [
                ("X-RateLimit-Limit", "8640/day;360/hour;6/minute".to_owned()),
                ("X-RateLimit-Remaining", "8639/day;359/hour;5/minute".to_owned()),
                ("X-RateLimit-Reset", "46741;3541;1".to_owned()),
            ]
        );
        for _ in 0..5 {
            assert!(!count(&mut limits, "2026-03-01T18:00:59Z").exceeded);
        }
        let seventh = count(&mut limits, "2026-03-01T18:00:59Z");
        assert_eq!((seventh.exceeded, seventh.wait), (true, 1));
        assert!(!count(&mut limits, "2026-03-01T18:01:00Z").exceeded);
    }

    #[test]
    fn a_method_may_have_no_limits_or_no_day() {
        let mut limits = Limits::default();
        let overrides = BTreeMap::from([
            ("getLeases".to_owned(), "none".to_owned()),
            ("getProperties".to_owned(), "66000/hour;1100/minute".to_owned()),
        ]);
        let now = "2026-03-01T18:00:00Z".parse().unwrap();
        assert_eq!(limits.count("getLeases", &overrides, now).headers(), []);
        assert_eq!(limits.count("getProperties", &overrides, now).reset, "3600;60");
    }
}
