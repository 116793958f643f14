use serde_json::Value;

use super::write;
use crate::access::Personal;
use crate::output::example;
use crate::plan::Plan;

fn document(plan: &Plan) -> String {
    let mut out = Vec::new();
    write(&mut out, plan).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn it_reads_back_as_the_same_plan() {
    let plan = example::applied();
    let read: Plan = serde_json::from_str(&document(&plan)).unwrap();
    assert!(read == plan, "every value survives");
}

#[test]
fn it_ends_with_one_line_break_and_is_the_same_every_time() {
    let text = document(&example::plan());
    assert!(text.ends_with("}\n"));
    assert_eq!(text, document(&example::plan()));
}

#[test]
fn keys_stand_in_the_order_of_the_contract() {
    let text = document(&example::plan());
    let keys = [
        "format_version",
        "tool_version",
        "as_of",
        "manifest",
        "scope",
        "fingerprint",
        "summary",
        "changes",
        "findings",
        "guards",
        "next_boundary",
        "calls",
    ];
    let places: Vec<usize> = keys.iter().map(|key| text.find(&format!("\n  \"{key}\": ")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn absent_values_are_null_and_absent_parts_are_left_out() {
    let value: Value = serde_json::from_str(&document(&example::quiet())).unwrap();
    assert_eq!(value["next_boundary"], Value::Null);
    assert!(value.as_object().unwrap().contains_key("next_boundary"));
    assert!(!value.as_object().unwrap().contains_key("results"));
    assert!(!value.as_object().unwrap().contains_key("saved_at"));
}

#[test]
fn a_hostile_name_stays_itself_and_shows_glyphs_only() {
    let mut plan = example::plan();
    let hostile = "\u{1b}]0;pwned\u{7}\u{9b}2J\u{202e}";
    plan.changes[0].after.as_mut().unwrap().first_name = Personal::new(hostile);
    let text = document(&plan);
    assert!(text.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'));
    let read: Plan = serde_json::from_str(&text).unwrap();
    assert_eq!(read.changes[0].after.as_ref().unwrap().first_name.reveal(), hostile);
}
