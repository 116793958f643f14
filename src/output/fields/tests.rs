use super::{Field, Line, of, person};
use crate::access::Personal;
use crate::output::clock::Clock;
use crate::output::example::{self, change, group, image};
use crate::output::hide::{self, Pii};
use crate::plan::{Action, Change};

fn fields(change: &Change) -> Vec<Field<'_>> {
    of(change, &Clock::of(Some(example::ALDER), &example::properties()))
}

fn field<'c>(label: &'static str, lines: Vec<Line<'c>>) -> Field<'c> {
    Field { label, lines: lines.into() }
}

#[test]
fn only_what_differs_is_told() {
    let before = image("Ann", "Other");
    let mut after = before.clone();
    after.effective_from = None;
    let change = change(Action::Update, 1, Some(before), Some(after));
    let fields = fields(&change);
    let turns = Line::Turns { before: "2024-08-01 10:00 CDT".into(), after: "no start".into() };
    assert_eq!(fields, [field("starts", vec![turns])]);
}

#[test]
fn a_group_is_never_said_to_turn_into_another() {
    let mut before = image("Ann", "Other");
    before.groups = vec![group(1, "A"), group(2, "B")];
    let mut after = before.clone();
    after.groups = vec![group(3, "A"), group(2, "B")];
    let change = change(Action::Update, 1, Some(before), Some(after));
    let fields = fields(&change);
    let lines = vec![Line::Goes("A (1)".into()), Line::Comes("A (3)".into()), Line::Stay(1)];
    assert_eq!(fields, [field("groups", lines)]);
}

#[test]
fn an_address_turns_into_another() {
    let before = image("Ann", "Other");
    let mut after = before.clone();
    after.emails = [Personal::new("ann.other@example.com")].into();
    let change = change(Action::Update, 1, Some(before), Some(after));
    let fields = fields(&change);
    let turns = Line::Turns { before: "ann@example.com".into(), after: "ann.other@example.com".into() };
    assert_eq!(fields, [field("e-mail", vec![turns])]);
}

#[test]
fn a_new_user_is_told_whole_and_an_open_end_is_said() {
    let change = change(Action::Create, 1, None, Some(image("Ann", "Other")));
    let fields = fields(&change);
    let labels: Vec<&str> = fields.iter().map(|field| field.label).collect();
    assert_eq!(labels, ["e-mail", "phone", "starts", "ends"]);
    assert_eq!(*fields[3].lines, [Line::Is("no end".into())]);
}

#[test]
fn hidden_values_are_no_fields_and_a_hidden_difference_is_said() {
    let before = image("Ann", "Other");
    let after = image("Anne", "Other");
    let mut plan = example::quiet();
    plan.changes = vec![
        change(Action::Create, 1, None, Some(after.clone())),
        change(Action::Update, 2, Some(before), Some(after)),
    ];
    let hidden = hide::plan(&plan, Pii::Hide);
    let labels: Vec<&str> = fields(&hidden.changes[0]).iter().map(|field| field.label).collect();
    assert_eq!(labels, ["starts", "ends"]);
    assert_eq!(fields(&hidden.changes[1])[0].label, "personal");
    assert_eq!(person(&hidden.changes[0]), None);
    assert_eq!(person(&plan.changes[0]).as_deref(), Some("Anne Other"));
}
