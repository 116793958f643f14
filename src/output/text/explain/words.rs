//! The verdict on a person in a sentence, and why nothing is written.

use crate::output::clock::Clock;
use crate::plan::Action;
use crate::plan::explain::{PersonExplained, Verdict};

/// What becomes of them, for somebody who reads one line only.
pub(super) fn verdict(person: &PersonExplained, clock: &Clock) -> String {
    let verdict = match person.verdict {
        Verdict::Changes(Action::Create) => "The next apply makes a Brivo user for them.",
        Verdict::Changes(Action::Update) => "The next apply changes their Brivo user.",
        Verdict::Changes(Action::Revoke) => "The next apply takes every managed group from them.",
        Verdict::Changes(Action::Delete) => "The next apply deletes their Brivo user.",
        Verdict::Frozen => {
            "Frozen: nothing about them is changed, in either direction, until what is named below is settled."
        }
        Verdict::Held => "Nothing is changed: a guard holds back what they would lose.",
        Verdict::Spared => "Nothing is taken from them for now, although the leases alone would say so.",
        Verdict::InStep => "Nothing to do: Brivo holds what the rules give them.",
        Verdict::Former if person.leases.is_empty() => {
            "Nothing to do: they are in no reply of Entrata and hold no managed group."
        }
        Verdict::Former => "Nothing to do: their leases are over, and they hold no managed group.",
        Verdict::Later(at) => {
            return format!("Nothing yet: their first access is written at {}.", clock.short(at));
        }
        Verdict::Stranger => "No access: no rule gives them any, and Brivo has no user of theirs.",
    };
    match (person.verdict, person.held_by.is_empty()) {
        (Verdict::Changes(_), false) => format!("{verdict} What they would lose is held back by a guard."),
        _ => verdict.to_owned(),
    }
}

/// Why there is no change.
pub(super) fn nothing(person: &PersonExplained) -> &'static str {
    match person.verdict {
        Verdict::Frozen => "Nothing, because they are frozen.",
        Verdict::Held => "Nothing, because of the guard.",
        Verdict::Spared => {
            "Nothing: something of Entrata could not be read (R2), or their property is being taken over and only grants (R14)."
        }
        Verdict::Later(_) => "Nothing yet.",
        Verdict::Stranger | Verdict::Former | Verdict::InStep | Verdict::Changes(_) => "Nothing.",
    }
}
