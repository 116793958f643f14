//! What stands in the file, who may read it, and what is left of a run that was killed.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::read::{Line, Lines, open_records};
use super::{Journal, JournalError, RunInfo, Status};
use crate::access::{ExternalId, GroupId, GroupRef, Instant, LeaseId, Personal, PropertyId, UserId};
use crate::plan::{Action, Cause, Change, Image, Reason};
use crate::rules::RuleId;

fn clock() -> impl Fn() -> Instant + Send + Sync + 'static {
    let minute = AtomicI64::new(0);
    move || {
        let noon: Instant = "2026-03-01T12:00:00Z".parse().unwrap();
        noon + chrono::TimeDelta::minutes(minute.fetch_add(1, Ordering::Relaxed))
    }
}

fn open_as(path: &std::path::Path, run: &str) -> Journal {
    let run = RunInfo { run: run.to_owned(), actor: "deploy".to_owned(), commit: Some("c0ffee".to_owned()) };
    Journal::open(path, run, clock(), Change::clone).unwrap()
}

fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal.jsonl");
    (folder, path)
}

fn change(customer: u64) -> Change {
    let after = Image {
        first_name: Personal::new("Rosa"),
        middle_name: None,
        last_name: Personal::new("Renter"),
        emails: [Personal::new("rosa@example.com")].into(),
        phones: [].into(),
        effective_from: Some("2026-03-01T16:00:00Z".parse().unwrap()),
        effective_to: None,
        groups: vec![GroupRef { id: GroupId(20), name: "Alder 302".into() }],
        credentials: Vec::new(),
        suspended: false,
    };
    let reason = Reason {
        rule: RuleId::T11,
        lease_id: Some(LeaseId::new("900001")),
        manifest: None,
        text: "no move-out date: perpetual".into(),
    };
    Change {
        action: Action::Create,
        cause: Cause::Entrata,
        external_id: ExternalId::new(format!("entrata:{customer}")),
        brivo_user_id: None,
        adopts: false,
        property_ids: vec![PropertyId(500_001)],
        before: None,
        after: Some(Box::new(after)),
        reasons: vec![reason],
    }
}

fn values(path: &std::path::Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_change_is_two_lines_with_exactly_the_fixed_keys() {
    let (_folder, path) = place();
    let journal = open_as(&path, "run-1");
    journal.started(&change(1)).unwrap();
    journal.applied(&change(1), Some(UserId(7))).unwrap();

    let after = json!({"first_name": "Rosa", "middle_name": null, "last_name": "Renter",
        "emails": ["rosa@example.com"], "phones": [], "effective_from": "2026-03-01T16:00:00Z",
        "effective_to": null, "groups": [{"id": 20, "name": "Alder 302"}], "credentials": [],
        "suspended": false});
    let record = |at: &str, status: &str, user: Value| {
        json!({"at": at, "run": "run-1", "actor": "deploy", "commit": "c0ffee", "status": status,
            "external_id": "entrata:1", "brivo_user_id": user, "action": "create", "before": null,
            "after": after, "reasons": [{"rule": "T11", "lease_id": "900001", "manifest": null,
            "text": "no move-out date: perpetual"}], "error": null})
    };
    assert_eq!(
        values(&path),
        [
            record("2026-03-01T12:00:00Z", "started", Value::Null),
            record("2026-03-01T12:01:00Z", "applied", json!(7))
        ]
    );
}

#[test]
fn a_failure_says_what_went_wrong() {
    let (_folder, path) = place();
    let journal = open_as(&path, "run-1");
    journal.failed(&change(1), Some(UserId(7)), "changing the groups: no").unwrap();
    let record = &values(&path)[0];
    assert_eq!(
        (&record["status"], &record["error"], &record["brivo_user_id"]),
        (&json!("failed"), &json!("changing the groups: no"), &json!(7))
    );
}

#[test]
fn what_may_not_be_shown_is_not_written() {
    let (_folder, path) = place();
    let run = RunInfo { run: "r".to_owned(), actor: "a".to_owned(), commit: None };
    let hide = |change: &Change| {
        let mut hidden = change.clone();
        let image = hidden.after.as_mut().unwrap();
        (image.first_name, image.last_name) = (Personal::new("…"), Personal::new("…"));
        image.emails = [Personal::new("…")].into();
        hidden
    };
    let journal = Journal::open(&path, run, clock(), hide).unwrap();
    journal.started(&change(1)).unwrap();
    journal.applied(&change(1), None).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("Rosa") && !text.contains("example.com") && text.contains("entrata:1"), "{text}");
}

#[test]
fn a_record_is_read_back_as_it_was_written() {
    let (_folder, path) = place();
    let journal = open_as(&path, "run-1");
    journal.started(&change(1)).unwrap();
    let Line::Record(record) = Lines::open(&path).unwrap().next().unwrap().unwrap() else {
        panic!("a torn line")
    };
    let Change { external_id, action, before, after, reasons, .. } = change(1);
    assert_eq!(
        (
            record.external_id,
            record.action,
            record.before.map(Box::new),
            record.after.map(Box::new),
            record.reasons
        ),
        (external_id, action, before, after, reasons)
    );
    assert_eq!((record.status, record.run.as_str()), (Status::Started, "run-1"));
}

#[test]
fn a_second_run_adds_to_the_journal() {
    let (_folder, path) = place();
    open_as(&path, "run-1").started(&change(1)).unwrap();
    open_as(&path, "run-2").started(&change(1)).unwrap();
    let runs: Vec<_> = values(&path).into_iter().map(|record| record["run"].clone()).collect();
    assert_eq!(runs, ["run-1", "run-2"]);
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it_whether_it_is_new_or_was_there() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, path) = place();
    let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    drop(open_as(&path, "run-1"));
    assert_eq!(mode(), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).unwrap();
    drop(open_as(&path, "run-2"));
    assert_eq!(mode(), 0o600);
}

/// Whatever is left of the journal by a kill, the next run's records can be read, and what was begun and not told the end of is known.
#[test]
fn a_journal_that_ends_anywhere_goes_on_and_tells_what_is_open() {
    let (_folder, path) = place();
    let journal = open_as(&path, "killed");
    for customer in [1, 2] {
        journal.started(&change(customer)).unwrap();
    }
    journal.applied(&change(1), Some(UserId(7))).unwrap();
    journal.failed(&change(2), None, "no").unwrap();
    drop(journal);
    let whole = fs::read(&path).unwrap();
    let ends: Vec<usize> =
        (0..whole.len()).filter(|place| whole[*place] == b'\n').map(|end| end + 1).collect();
    let is_near_an_end = |length: usize| ends.iter().any(|end| end.abs_diff(length) <= 2);
    for length in (0..=whole.len()).filter(|length| length % 97 == 0 || is_near_an_end(*length)) {
        fs::write(&path, &whole[..length]).unwrap();
        let is_torn = length > 0 && whole[length - 1] != b'\n';
        let open: Vec<_> = open_records(&path).unwrap().into_iter().map(|one| one.external_id).collect();
        let (one, two) = (ExternalId::new("entrata:1"), ExternalId::new("entrata:2"));
        let expected = match ends.iter().filter(|end| **end <= length).count() {
            0 | 4 => vec![],
            1 => vec![one],
            2 => vec![one, two],
            _ => vec![two],
        };
        assert_eq!(open, expected, "after {length} bytes");

        let next = open_as(&path, "next");
        next.started(&change(3)).unwrap();
        let lines: Vec<_> = Lines::open(&path).unwrap().map(Result::unwrap).collect();
        let torn = lines.iter().filter(|line| matches!(line, Line::Torn { .. })).count();
        // A line that lacks nothing but its end is whole once it has one.
        let lacks_its_end_only = ends.contains(&(length + 1));
        assert_eq!(torn, usize::from(is_torn && !lacks_its_end_only), "after {length} bytes");
        let Some(Line::Record(last)) = lines.last() else { panic!("after {length} bytes: {lines:?}") };
        assert_eq!(last.run, "next");
    }
}

#[test]
fn a_change_begun_by_two_runs_is_open_for_the_one_that_was_killed() {
    let (_folder, path) = place();
    open_as(&path, "killed").started(&change(1)).unwrap();
    let next = open_as(&path, "next");
    next.started(&change(1)).unwrap();
    next.applied(&change(1), Some(UserId(7))).unwrap();
    let runs: Vec<_> = open_records(&path).unwrap().into_iter().map(|record| record.run).collect();
    assert_eq!(runs, ["killed"]);
}

#[test]
fn a_journal_that_is_not_there_has_nothing_open() {
    let (_folder, path) = place();
    assert_eq!(open_records(&path).unwrap(), []);
    assert!(matches!(Lines::open(&path), Err(JournalError::Read { .. })));
}

#[test]
fn lines_of_others_are_torn_lines_and_no_error() {
    let (_folder, path) = place();
    open_as(&path, "run-1").started(&change(1)).unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"\n\xff\xfe\n{\"run\":1}\n").unwrap();
    let torn: Vec<_> = Lines::open(&path)
        .unwrap()
        .filter_map(|line| match line.unwrap() {
            Line::Torn { number } => Some(number),
            Line::Record(_) => None,
        })
        .collect();
    assert_eq!(torn, [3, 4]);
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let (folder, _) = place();
    let path = folder.path().join("missing").join("journal.jsonl");
    let run = RunInfo { run: "r".to_owned(), actor: "a".to_owned(), commit: None };
    let error = Journal::open(&path, run, clock(), Change::clone).err().unwrap().to_string();
    assert!(error.contains("journal.jsonl") && error.contains("can't be opened"), "{error}");
}

/// A full device is the one disk that is full everywhere.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_before_anything_is_written_elsewhere() {
    let journal = open_as(std::path::Path::new("/dev/full"), "run-1");
    let error = journal.started(&change(1)).unwrap_err();
    assert!(matches!(error, JournalError::Write { .. }), "{error:?}");
}
