use std::collections::BTreeMap;

use super::{Content, Header, LineFault, Lines, OUT_OF_ORDER, Record, write};
use crate::access::text::Text;
use crate::access::{GroupId, Membership, Profile, User, UserId};
use crate::roster::Lease;

fn lease(id: usize) -> Lease {
    let json = serde_json::json!({ "id": id.to_string(), "property": 500_001, "status": "Current" });
    serde_json::from_value(json).unwrap()
}

/// A file of so many leases and one group, in the order of these lines.
fn saved(leases: usize, lines: impl Fn(&mut Vec<String>)) -> tempfile::NamedTempFile {
    let mut content = Content::default();
    content.roster.leases = (0..leases).map(lease).collect();
    content.account.groups = BTreeMap::from([(GroupId(1), "G".into())]).into();
    let header = Header::new("2026-03-01T18:00:00Z".parse().unwrap(), [].into());
    let mut text = Vec::new();
    write(&mut text, &header, &content).unwrap();
    let mut all: Vec<String> = String::from_utf8(text).unwrap().lines().map(str::to_owned).collect();
    lines(&mut all);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), all.join("\n") + "\n").unwrap();
    file
}

fn read_leases(lines: &mut Lines) -> Result<Vec<String>, LineFault> {
    let mut ids = Vec::new();
    while let Some(parts) = lines.leases(|ids: &mut Vec<String>, lease| ids.push(lease.id.to_string()))? {
        ids.extend(parts.into_iter().flatten());
    }
    Ok(ids)
}

#[test]
fn leases_are_taken_in_their_order_wherever_a_block_ends() {
    let file = saved(200, |_| ());
    for at_once in [1, 100, 5_000, 100_000] {
        let mut lines = Lines { at_once, ..Lines::open(file.path()).ok().unwrap() };
        lines.header().ok().unwrap();
        assert!(lines.property().ok().unwrap().is_none());
        let ids = read_leases(&mut lines).ok().unwrap();
        assert_eq!(ids, (0..200).map(|id| id.to_string()).collect::<Vec<_>>(), "{at_once}");
        assert!(matches!(lines.next(), Ok(Some(Record::Group(..)))));
        assert!(matches!(lines.next(), Ok(None)), "the number of lines is the one that was written");
    }
}

fn user() -> User {
    User {
        external_id: None,
        profile: Profile::default(),
        suspended: false,
        updated: None,
        membership: Membership::Unread,
        detail: None,
    }
}

#[test]
fn users_are_taken_in_their_order_wherever_a_block_ends() {
    let mut content = Content::default();
    content.account.users = (1..=200).map(|id| (UserId(id), user())).collect();
    let header = Header::new("2026-03-01T18:00:00Z".parse().unwrap(), [].into());
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write(file.as_file_mut(), &header, &content).unwrap();
    for at_once in [1, 100, 5_000, 100_000] {
        let mut lines = Lines { at_once, ..Lines::open(file.path()).ok().unwrap() };
        lines.header().ok().unwrap();
        let Ok(Some(Record::User(first, _))) = lines.next() else { panic!("users come first here") };
        let mut ids = vec![first];
        while let Some(parts) = lines.users().ok().unwrap() {
            ids.extend(parts.into_iter().flatten().map(|(id, _)| id));
        }
        assert_eq!(ids, (1..=200).map(UserId).collect::<Vec<_>>(), "{at_once}");
        assert!(matches!(lines.next(), Ok(None)), "the number of lines is the one that was written");
    }
}

#[test]
fn a_lease_behind_something_else_is_no_part_of_a_snapshot() {
    let misplaced = saved(200, |lines| {
        let group = lines.remove(201);
        lines.insert(90, group);
    });
    let unreadable = saved(200, |lines| lines[90] = "{".to_owned());
    for (file, problem) in [(misplaced, OUT_OF_ORDER), (unreadable, "line 91 can't be read")] {
        for at_once in [1, 100, 5_000, 100_000] {
            let mut lines = Lines { at_once, ..Lines::open(file.path()).ok().unwrap() };
            lines.header().ok().unwrap();
            lines.property().ok().unwrap();
            let read = read_leases(&mut lines).and_then(|_| {
                while lines.next()?.is_some() {}
                Ok(())
            });
            let Err(LineFault::Damaged(told)) = read else { panic!("{at_once}: it was read") };
            assert_eq!(told, problem, "{at_once}");
        }
    }
}

#[test]
fn every_line_is_read_once_wherever_a_block_ends() {
    let mut content = Content::default();
    let groups: BTreeMap<GroupId, Text> =
        (1..40).zip(1..).map(|(id, length)| (GroupId(id), "G".repeat(length).into())).collect();
    content.account.groups = groups.into();
    let header = Header::new("2026-03-01T18:00:00Z".parse().unwrap(), [].into());
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write(file.as_file_mut(), &header, &content).unwrap();
    for at_once in [1, 7, 26, 27, 28, 100, 100_000] {
        let mut lines = Lines { at_once, ..Lines::open(file.path()).ok().unwrap() };
        assert_eq!(lines.header().ok().unwrap(), header);
        let mut groups = Vec::new();
        while let Some(record) = lines.next().ok().unwrap() {
            let Record::Group(id, name) = record else { panic!("nothing else was written") };
            groups.push((id, name.into()));
        }
        assert_eq!(
            groups,
            content.account.groups.iter().map(|(id, name)| (*id, name.clone())).collect::<Vec<_>>(),
            "{at_once}"
        );
    }
}
