//! What is asked before an apply writes: where to, how much, and who loses what.

use super::{Properties, count, escape, fields, property_label, sections::Section};
use crate::access::Instant;
use crate::plan::{Action, Change, Image, Plan};

/// So many people are named; the plan above has each.
const NAMED: usize = 5;

/// The question, for a terminal; `target` is what tells the account from every other one.
pub fn write(plan: &Plan, properties: &Properties, target: &str) -> String {
    let everything = Section { property: None, changes: plan.changes.iter().collect() };
    let (ended, narrowed): (Vec<&Change>, Vec<&Change>) =
        plan.changes.iter().filter(|change| loses(change)).partition(|change| is_end(change));
    let lines = [
        Some(format!("This writes to {target}:")),
        Some(format!("  {}", everything.tally().words())),
        people("lose all access", &ended),
        people("lose some of it", &narrowed),
        held(plan, properties),
        Some(format!("  calls to Brivo: {}", plan.calls.to_apply)),
        Some("Go on? Only `yes` is taken: ".to_owned()),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().map(|line| escape::terminal(&line)).collect();
    lines.join("\n")
}

fn people(what: &str, changes: &[&Change]) -> Option<String> {
    let named: Vec<String> = changes.iter().take(NAMED).map(|change| name(change)).collect();
    let rest = changes.len().saturating_sub(NAMED);
    let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let number = count(changes.len(), "person", "people");
    (!changes.is_empty()).then(|| format!("  {what}: {number}: {}{rest}", named.join(", ")))
}

fn name(change: &Change) -> String {
    let name = fields::person(change).map(|name| format!(" {name}")).unwrap_or_default();
    format!("{}{name}", change.external_id)
}

fn held(plan: &Plan, properties: &Properties) -> Option<String> {
    let tripped = plan.guards.iter().filter(|guard| guard.holds_back());
    let places: Vec<String> = tripped.map(|guard| property_label(guard.property_id, properties)).collect();
    (!places.is_empty())
        .then(|| format!("  held back by a guard, not written: part of {}", places.join(", ")))
}

fn is_end(change: &Change) -> bool {
    matches!(change.action, Action::Revoke | Action::Delete)
}

/// Whether somebody has less afterwards: a group, time at the end, or everything for a while.
fn loses(change: &Change) -> bool {
    let (Some(before), after) = (&change.before, &change.after) else { return false };
    let Some(after) = after else { return true };
    let keeps_groups = before.groups.iter().all(|group| after.groups.contains(group));
    !keeps_groups || end(after) < end(before) || (after.suspended && !before.suspended)
}

fn end(image: &Image) -> Instant {
    image.effective_to.unwrap_or(Instant::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::write;
    use crate::output::example;
    use crate::output::hide::{self, Pii};

    #[test]
    fn it_says_where_to_how_much_and_who_loses() {
        let properties = example::properties();
        assert_snapshot!(write(&example::plan(), &properties, "Brivo at api.brivo.com"), @r#"
        This writes to Brivo at api.brivo.com:
          1 to create, 2 to update, 1 to revoke, 1 to delete
          lose all access: 2 people: entrata:990004 Lena Left, entrata:990005 Gone Guest
          lose some of it: 2 people: entrata:990002 Tom Transfer, entrata:990003 René Renamed
          held back by a guard, not written: part of Birch Lofts (500002)
          calls to Brivo: 6
        Go on? Only `yes` is taken:
        "#);
    }

    #[test]
    fn many_are_counted_and_nobody_hidden_is_named() {
        let mut plan = example::plan();
        let revoke = plan.changes.iter().find(|change| super::is_end(change)).unwrap().clone();
        plan.changes = vec![revoke; 12];
        let asked = write(&hide::plan(&plan, Pii::Hide), &example::properties(), "Brivo");
        assert!(asked.contains("12 people: entrata:990004, ") && asked.contains(" and 7 more\n"), "{asked}");
        assert!(!asked.contains("Lena"), "{asked}");
    }
}
