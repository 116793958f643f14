//! The access review as a table: a row a person and group, with the lease and the rule that justify it, or the exception that it is.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::joined;
use super::table::{Cell, Column, Fact, Row, Stands, Table};
use super::{Properties, clock, property_label};
use crate::access::{Instant, Personal, Window};
use crate::plan::explain::Exception;
use crate::plan::review::{Access, Mark};
use crate::plan::{ManifestRef, Plan, Reason};

/// What a review says of itself.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// Who ran it.
    pub actor: String,
    /// When it was run, which need not be the instant as of which it tells.
    pub run_at: Instant,
    /// The plan that was made for it.
    pub plan: &'a Plan,
}

const COLUMNS: &[Column] = &[
    Column { key: "property_id", title: None },
    Column { key: "property", title: None },
    Column { key: "external_id", title: Some("Person") },
    Column { key: "name", title: Some("Name") },
    Column { key: "brivo_user_id", title: None },
    Column { key: "group", title: Some("Group") },
    Column { key: "group_id", title: None },
    Column { key: "unit", title: Some("Unit") },
    Column { key: "lease_id", title: Some("Lease") },
    Column { key: "since", title: Some("Since") },
    Column { key: "until", title: Some("Until") },
    Column { key: "brivo_from", title: None },
    Column { key: "brivo_until", title: None },
    Column { key: "exceptions", title: Some("Exceptions") },
    Column { key: "justification", title: Some("Because") },
    Column { key: "rules", title: None },
    Column { key: "credentials", title: None },
    Column { key: "override_effect", title: None },
    Column { key: "override_owner", title: None },
    Column { key: "override_until", title: None },
    Column { key: "override_reason", title: None },
];

/// The rows as a table.
pub fn table(rows: &[Access], about: &About<'_>, properties: &Properties) -> Table {
    Table {
        name: "access-review",
        title: title(rows),
        facts: facts(rows, about),
        columns: COLUMNS,
        rows: rows.iter().map(|access| row(access, about.plan.as_of, properties)).collect(),
    }
}

fn title(rows: &[Access]) -> String {
    let people =
        rows.iter().filter(|row| row.group.is_some()).map(|row| row.user).collect::<BTreeSet<_>>().len();
    let special = rows.iter().filter(|row| !row.marks.is_empty()).count();
    format!(
        "Access review: {} with access, {}",
        super::count(people, "person", "people"),
        super::count(special, "exception", "exceptions")
    )
}

fn facts(rows: &[Access], about: &About<'_>) -> Vec<Fact> {
    let About { actor, run_at, plan } = about;
    let ManifestRef { paths, sha256 } = &plan.manifest;
    let each = |key, label, value| Fact { key, label, value, stands: Stands::InEachRow };
    let sum = |key, label, value| Fact { key, label, value, stands: Stands::Nowhere };
    let number = |of: &dyn Fn(&&Access) -> bool| Cell::Number(rows.iter().filter(of).count() as u64);
    let mut facts = vec![
        each("as_of", "As of", Cell::Time(plan.as_of)),
        each("run_at", "Run at", Cell::Time(*run_at)),
        each("run_by", "Run by", Cell::text(actor.as_str())),
        each("tool_version", "reconcile", Cell::text(plan.tool_version.as_str())),
        each("manifest", "Manifest", Cell::text(paths.join(", "))),
        each("manifest_sha256", "Manifest's SHA-256", Cell::text(sha256.as_str())),
        sum("entries", "Entries", number(&|row| row.group.is_some())),
        sum("justified", "Justified by a lease, no exception", number(&|row| row.marks.is_empty())),
    ];
    let mut marked: BTreeMap<Mark, u64> = BTreeMap::new();
    for mark in rows.iter().flat_map(|row| &row.marks) {
        *marked.entry(*mark).or_default() += 1;
    }
    facts.extend(marked.into_iter().map(|(mark, number)| {
        let Words { key, label, .. } = words(mark);
        sum(key, label, Cell::Number(number))
    }));
    let unread: BTreeSet<String> =
        about.plan.findings.iter().filter(|one| is_of_reading(one)).map(incomplete).collect();
    if !unread.is_empty() {
        facts.push(sum(
            "incomplete",
            "Not read whole",
            Cell::text(unread.into_iter().collect::<Vec<_>>().join("; ")),
        ));
    }
    facts
}

fn is_of_reading(finding: &crate::plan::Finding) -> bool {
    use crate::rules::RuleId::{R1, R2, U15};
    matches!(finding.rule, R1 | R2 | U15) && finding.external_id.is_none()
}

fn incomplete(finding: &crate::plan::Finding) -> String {
    let property = finding.property_id.map(|id| format!("property {id}: ")).unwrap_or_default();
    format!("{property}{}", finding.message)
}

/// How a mark is called: by programs, in a row, in the sums, and by the filter of a page.
struct Words {
    key: &'static str,
    label: &'static str,
    said: &'static str,
    kind: &'static str,
}

fn words(mark: Mark) -> Words {
    let words = |key, label, said, kind| Words { key, label, said, kind };
    match mark {
        Mark::Unjustified => words("unjustified", "No lease gives it", "no lease gives it", "unjustified"),
        Mark::MadeByHand => words("made_by_hand", "Users made by hand", "made by hand", "by-hand"),
        Mark::Frozen => words("frozen", "Frozen", "frozen", "frozen"),
        Mark::Override => words("override", "Overrides", "override", "override"),
        Mark::Holdover => words("holdover", "Holdovers", "holdover", "holdover"),
        Mark::Suspended => words("suspended", "Suspended", "suspended", "suspended"),
        Mark::Ahead => words("written_ahead", "Written ahead", "written ahead", "ahead"),
        Mark::CredentialsRemain => words(
            "credentials_remain",
            "Access ended, credentials remain",
            "credentials remain",
            "credentials",
        ),
    }
}

fn row(access: &Access, as_of: Instant, properties: &Properties) -> Row {
    let Access {
        external_id,
        user,
        profile,
        group,
        property,
        leases,
        window,
        dates,
        reasons,
        marks,
        exception,
        credentials,
    } = access;
    let name = joined([Some(&profile.first_name), profile.middle_name.as_ref(), Some(&profile.last_name)]);
    let said =
        |bound: fn(&Window) -> Option<Instant>, of: &Option<Window>| Cell::time(of.as_ref().and_then(bound));
    let (since, until) = (said(|window| window.start, window), said(|window| window.end, window));
    let rules: BTreeSet<&str> = reasons.iter().map(|reason| reason.rule.as_str()).collect();
    let number = |number: Option<u64>| number.map_or(Cell::None, Cell::Number);
    let of =
        |part: fn(&Exception) -> &str| exception.as_ref().map_or(Cell::None, |one| Cell::text(part(one)));
    Row {
        property: *property,
        kinds: kinds(marks),
        cells: vec![
            number(property.map(|id| id.0)),
            property.map_or(Cell::None, |id| Cell::text(property_label(Some(id), properties))),
            external_id.as_ref().map_or(Cell::None, |id| Cell::text(id.as_str())),
            if name == Personal::HIDDEN { Cell::None } else { Cell::text(name.trim()) },
            number(user.map(|id| id.0)),
            group.as_ref().map_or(Cell::None, |group| Cell::text(&*group.name)),
            number(group.as_ref().map(|group| group.id.0)),
            Cell::list(leases.iter().filter_map(|one| one.unit.as_deref())),
            Cell::list(leases.iter().map(|one| one.lease.as_str())),
            since,
            until,
            said(|window| window.start, dates),
            said(|window| window.end, dates),
            Cell::list(marks.iter().map(|mark| words(*mark).said)),
            Cell::text(justification(access, as_of, properties)),
            Cell::list(rules),
            number(*credentials),
            of(|one| one.effect),
            of(|one| &one.owner),
            exception.as_ref().map_or(Cell::None, |one| Cell::Time(one.until)),
            of(|one| &one.reason),
        ],
    }
}

fn kinds(marks: &BTreeSet<Mark>) -> Vec<&'static str> {
    let special = (!marks.is_empty()).then_some("exception");
    special.into_iter().chain(marks.iter().map(|mark| words(*mark).kind)).collect()
}

/// Why somebody holds it, in one line.
fn justification(access: &Access, as_of: Instant, properties: &Properties) -> String {
    let clock = clock::Clock::of(access.property, properties);
    let reasons = access.reasons.iter().map(|Reason { rule, lease_id: _, manifest, text }| {
        let place = manifest.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        format!("{rule} {text}{place}")
    });
    let exception = access.exception.as_ref().map(|one| {
        let state = if one.until <= as_of { "ran out" } else { "until" };
        format!(
            "override {} of {}, {state} {}: {}",
            one.effect,
            one.owner,
            clock.short(one.until),
            one.reason
        )
    });
    let by_hand = access.marks.contains(&Mark::MadeByHand);
    let by_hand =
        by_hand.then(|| "D5 not managed: somebody made this user by hand and answers for it".to_owned());
    let remain = access.marks.contains(&Mark::CredentialsRemain);
    let remain =
        remain.then(|| format!("D10 in no managed group; credentials: {}", access.credentials.unwrap_or(0)));
    reasons.chain(exception).chain(by_hand).chain(remain).collect::<Vec<_>>().join("; ")
}
