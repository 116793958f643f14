//! `report journal`: what applies wrote, as their journal tells it.

use chrono::TimeDelta;

use crate::access::{ExternalId, GroupRef, Personal};
use crate::cli::report::JournalReport;
use crate::commands::Exit;
use crate::commands::load::load;
use crate::commands::session::pii;
use crate::journal::ledger::{Entry, Ledger, latencies, read};
use crate::journal::read::Lines;
use crate::journal::{Record, Status};
use crate::output::Properties;
use crate::output::hide::Pii;
use crate::output::table::{Cell, Column, Fact, Row, Stands, Table};
use crate::plan::{Action, Image};

const COLUMNS: &[Column] = &[
    Column { key: "at", title: Some("When") },
    Column { key: "began", title: None },
    Column { key: "external_id", title: Some("Person") },
    Column { key: "name", title: Some("Name") },
    Column { key: "brivo_user_id", title: None },
    Column { key: "action", title: Some("Action") },
    Column { key: "status", title: Some("Status") },
    Column { key: "gained", title: Some("Gained") },
    Column { key: "lost", title: Some("Lost") },
    Column { key: "effective_from", title: None },
    Column { key: "effective_to", title: None },
    Column { key: "latency_seconds", title: Some("After its end") },
    Column { key: "shut_by_date", title: Some("Shut by date") },
    Column { key: "error", title: Some("Error") },
    Column { key: "actor", title: Some("By") },
    Column { key: "run", title: None },
    Column { key: "commit", title: None },
    Column { key: "reasons", title: Some("Because") },
];

/// Why there is no report.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error(transparent)]
#[diagnostic(code(journal::unreadable), help("name the file that `--apply --journal FILE` wrote"))]
struct Unreadable(#[from] crate::journal::JournalError);

/// Reads the journal and prints the table.
pub(super) fn run(asked: &JournalReport) -> miette::Result<Exit> {
    let lines = Lines::open(&asked.journal).map_err(Unreadable)?;
    let loaded = asked.manifest.as_deref().map(load).transpose()?;
    let prefix = loaded.as_ref().map(|loaded| loaded.manifest.brivo.external_id_prefix.as_str());
    let ledger = read(lines, |entry| is_wanted(asked, prefix, entry)).map_err(Unreadable)?;
    let table = table(&ledger, asked, pii(asked.pii));
    super::print(&table, asked.format, &Properties::new())?;
    Ok(Exit::Done)
}

fn is_wanted(asked: &JournalReport, prefix: Option<&str>, entry: &Entry) -> bool {
    let JournalReport { manifest: _, journal: _, customers, since, until, format: _, pii: _ } = asked;
    let id = &entry.record.external_id;
    let is_meant = customers.is_empty() || customers.iter().any(|customer| is_customer(id, prefix, customer));
    is_meant && since.is_none_or(|since| entry.at() >= since) && until.is_none_or(|until| entry.at() < until)
}

/// Without a manifest the prefix is whatever stands before the customer's id and is no part of one.
fn is_customer(id: &ExternalId, prefix: Option<&str>, customer: &str) -> bool {
    match (prefix, id.as_str().strip_suffix(customer)) {
        (Some(prefix), Some(before)) => prefix == before,
        (None, Some(before)) => !before.ends_with(|c: char| c.is_ascii_alphanumeric()),
        (_, None) => false,
    }
}

fn table(ledger: &Ledger, asked: &JournalReport, pii: Pii) -> Table {
    let Ledger { entries, torn } = ledger;
    let number = |of: &dyn Fn(&&Entry) -> bool| Cell::Number(entries.iter().filter(of).count() as u64);
    let fact = |key, label, value| Fact { key, label, value, stands: Stands::Nowhere };
    let of = |status| move |entry: &&Entry| !entry.is_open() && entry.record.status == status;
    let mut facts = vec![
        fact("journal", "Journal", Cell::text(asked.journal.display().to_string())),
        fact("since", "Since", Cell::time(asked.since)),
        fact("until", "Until", Cell::time(asked.until)),
        fact("changes", "Changes", Cell::Number(entries.len() as u64)),
        fact("applied", "Applied", number(&of(Status::Applied))),
        fact("failed", "Failed", number(&of(Status::Failed))),
        fact("open", "Left open by a run that was ended", number(&|entry| entry.is_open())),
        fact("torn_lines", "Lines that are no records", Cell::Number(*torn)),
    ];
    if let Some(latencies) = latencies(entries) {
        facts.push(fact("revocations_timed", "Revocations by date", Cell::Number(latencies.count)));
        facts.push(fact(
            "revocations_shut_by_date",
            "… of which Brivo's own date had shut the door",
            number(&|entry| entry.was_shut()),
        ));
        facts.push(fact(
            "latency_median_seconds",
            "Taken after the window's end, median",
            lasting(latencies.median),
        ));
        facts.push(fact(
            "latency_longest_seconds",
            "Taken after the window's end, at most",
            lasting(latencies.longest),
        ));
    }
    facts.retain(|fact| fact.value != Cell::None);
    Table {
        name: "journal",
        title: match entries.len() {
            1 => "Journal: 1 change".to_owned(),
            changes => format!("Journal: {changes} changes"),
        },
        facts,
        columns: COLUMNS,
        rows: entries.iter().map(|entry| row(entry, pii)).collect(),
    }
}

fn row(entry: &Entry, pii: Pii) -> Row {
    let Record {
        at,
        run,
        actor,
        commit,
        status: _,
        external_id,
        brivo_user_id,
        action,
        before,
        after,
        reasons,
        error,
    } = &entry.record;
    let dates = after.as_ref().or(before.as_ref());
    let reasons: Vec<String> = reasons
        .iter()
        .map(|reason| {
            let lease = reason.lease_id.as_ref().map(|lease| format!(" (lease {lease})")).unwrap_or_default();
            format!("{} {}{lease}", reason.rule, reason.text)
        })
        .collect();
    let latency = entry.latency();
    Row {
        property: None,
        kinds: kinds(entry),
        cells: vec![
            Cell::Time(*at),
            Cell::time(entry.began),
            Cell::text(external_id.as_str()),
            dates.map_or(Cell::None, |image| name(image, pii)),
            brivo_user_id.map_or(Cell::None, |id| Cell::Number(id.0)),
            Cell::text(action_word(*action)),
            Cell::text(status_word(entry)),
            Cell::list(only_in(after.as_ref(), before.as_ref())),
            Cell::list(only_in(before.as_ref(), after.as_ref())),
            Cell::time(dates.and_then(|image| image.effective_from)),
            Cell::time(dates.and_then(|image| image.effective_to)),
            latency.map_or(Cell::None, lasting),
            latency.map_or(Cell::None, |_| Cell::text(if entry.was_shut() { "yes" } else { "no" })),
            error.as_ref().map_or(Cell::None, |error| Cell::text(error.as_str())),
            Cell::text(actor.as_str()),
            Cell::text(run.as_str()),
            commit.as_ref().map_or(Cell::None, |commit| Cell::text(commit.as_str())),
            Cell::list(reasons),
        ],
    }
}

fn kinds(entry: &Entry) -> Vec<&'static str> {
    let is_special = entry.is_open() || entry.record.status == Status::Failed;
    let revoke = (entry.record.action == Action::Revoke).then_some("revoke");
    is_special.then_some("exception").into_iter().chain([status_word(entry)]).chain(revoke).collect()
}

fn action_word(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Revoke => "revoke",
        Action::Delete => "delete",
    }
}

fn status_word(entry: &Entry) -> &'static str {
    match (entry.is_open(), entry.record.status) {
        (true, _) | (false, Status::Started) => "open",
        (false, Status::Applied) => "applied",
        (false, Status::Failed) => "failed",
    }
}

fn name(image: &Image, pii: Pii) -> Cell {
    let parts = [Some(&image.first_name), image.middle_name.as_ref(), Some(&image.last_name)];
    let parts: Vec<&str> =
        parts.into_iter().flatten().map(Personal::reveal).filter(|part| *part != Personal::HIDDEN).collect();
    match pii {
        Pii::Show => Cell::text(parts.join(" ")),
        Pii::Hide => Cell::None,
    }
}

/// The groups on one side only.
fn only_in(one: Option<&Image>, other: Option<&Image>) -> Vec<String> {
    let groups = |image: Option<&Image>| image.map(|image| image.groups.clone()).unwrap_or_default();
    let others: Vec<GroupRef> = groups(other);
    let only = groups(one).into_iter().filter(|group| !others.contains(group));
    only.map(|group| group.name.to_string()).collect()
}

fn lasting(time: TimeDelta) -> Cell {
    Cell::Seconds(time.num_seconds().max(0).cast_unsigned())
}
