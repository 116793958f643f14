//! `report journal`: what applies wrote, as their journal tells it.

use chrono::TimeDelta;

use crate::access::{ExternalId, GroupRef, Personal};
use crate::cli::JournalReport;
use crate::commands::Exit;
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
    Column { key: "latency_seconds", title: None },
    Column { key: "latency", title: Some("After the window's end") },
    Column { key: "shut_by_date", title: None },
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
    let ledger = read(lines, |entry| is_wanted(asked, entry)).map_err(Unreadable)?;
    let table = table(&ledger, asked, pii(asked.pii));
    super::print(&table, asked.format, &Properties::new())?;
    Ok(Exit::Done)
}

fn is_wanted(asked: &JournalReport, entry: &Entry) -> bool {
    let JournalReport { journal: _, customers, since, until, format: _, pii: _ } = asked;
    let is_meant =
        customers.is_empty() || customers.iter().any(|id| is_customer(&entry.record.external_id, id));
    is_meant && since.is_none_or(|since| entry.at() >= since) && until.is_none_or(|until| entry.at() < until)
}

/// The journal knows no manifest, so any prefix is left out.
fn is_customer(external_id: &ExternalId, customer: &str) -> bool {
    let rest = external_id.as_str().strip_suffix(customer);
    rest.is_some_and(|prefix| prefix.is_empty() || !prefix.ends_with(|c: char| c.is_ascii_alphanumeric()))
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
        let seconds = |key, label, time: TimeDelta| fact(key, label, Cell::text(said(time)));
        facts.push(fact("revocations_timed", "Revocations by date", Cell::Number(latencies.count)));
        facts.push(fact(
            "revocations_shut_by_date",
            "… of which Brivo's own date had shut the door",
            number(&|entry| entry.was_shut()),
        ));
        facts.push(seconds("latency_median", "Taken after the window's end, median", latencies.median));
        facts.push(seconds("latency_longest", "Taken after the window's end, at most", latencies.longest));
    }
    facts.retain(|fact| fact.value != Cell::None);
    Table {
        name: "journal",
        title: format!(
            "Journal: {}",
            if entries.len() == 1 { "1 change".to_owned() } else { format!("{} changes", entries.len()) }
        ),
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
            latency.map_or(Cell::None, |time| Cell::Number(time.num_seconds().max(0).cast_unsigned())),
            latency.map_or(Cell::None, |time| Cell::text(told(entry, time))),
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
    only.map(|group| group.name).collect()
}

fn told(entry: &Entry, time: TimeDelta) -> String {
    let shut = if entry.was_shut() { " (Brivo's date had shut the door)" } else { "" };
    format!("{}{shut}", said(time))
}

/// As `2 d 3 h`, `4 min 5 s`: the two largest units.
fn said(time: TimeDelta) -> String {
    let seconds = time.num_seconds().max(0);
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let first = parts.iter().position(|(number, _)| *number > 0).unwrap_or(3);
    let told = parts[first..].iter().take(2).filter(|(number, _)| *number > 0);
    let told: Vec<String> = told.map(|(number, unit)| format!("{number} {unit}")).collect();
    if told.is_empty() { "0 s".to_owned() } else { told.join(" ") }
}
