use super::{Phase, Proof, Step, cost, phase, proofs, steps};
use crate::access::{CredentialId, GroupId, Personal, Window};
use crate::plan::example::{at, card, change, image};
use crate::plan::{Change, Image};

const NOW: &str = "2026-03-01T18:00:00Z";
const SOON: &str = "2026-03-05T16:00:00Z";
const LATE: &str = "2026-12-31T18:00:00Z";

/// Somebody in group 10 with these dates and a card of the same.
fn held(from: Option<&str>, to: Option<&str>) -> Image {
    Image {
        effective_from: from.map(at),
        effective_to: to.map(at),
        credentials: vec![card(5, from, to)],
        ..image(&[10])
    }
}

fn edited(before: Image, edit: impl FnOnce(&mut Image)) -> Change {
    let mut after = before.clone();
    edit(&mut after);
    change(Some(before), Some(after))
}

fn phase_of(change: &Change) -> Phase {
    phase(change, at(NOW))
}

#[test]
fn dates_that_widen_are_due_grants_and_dates_that_narrow_are_due_revocations() {
    let whole = || held(None, None);
    let part = || held(Some(NOW), Some(SOON));
    let table = [
        ("the end falls away", edited(part(), |after| after.effective_to = None), Phase::DueGrant),
        ("a later end", edited(part(), |after| after.effective_to = Some(at(LATE))), Phase::DueGrant),
        ("the start falls away", edited(part(), |after| after.effective_from = None), Phase::DueGrant),
        ("an end comes", edited(whole(), |after| after.effective_to = Some(at(SOON))), Phase::DueRevocation),
        ("an earlier end", edited(part(), |after| after.effective_to = Some(at(NOW))), Phase::DueRevocation),
        (
            "a start comes",
            edited(whole(), |after| after.effective_from = Some(at(NOW))),
            Phase::DueRevocation,
        ),
        (
            "a card's end falls away",
            edited(part(), |after| after.credentials = vec![card(5, Some(NOW), None)]),
            Phase::DueGrant,
        ),
        (
            "a card's start falls away",
            edited(part(), |after| after.credentials = vec![card(5, None, Some(SOON))]),
            Phase::DueGrant,
        ),
        (
            "a card's end comes",
            edited(whole(), |after| after.credentials = vec![card(5, None, Some(SOON))]),
            Phase::DueRevocation,
        ),
        (
            "a card's start comes",
            edited(whole(), |after| after.credentials = vec![card(5, Some(NOW), None)]),
            Phase::DueRevocation,
        ),
        (
            "another card is no card",
            edited(part(), |after| after.credentials = vec![card(6, None, None)]),
            Phase::Profile,
        ),
        (
            "one edge wider, one narrower",
            edited(part(), |after| {
                after.effective_from = None;
                after.effective_to = Some(at(NOW));
            }),
            Phase::DueGrant,
        ),
    ];
    for (what, change, expected) in table {
        assert_eq!(phase_of(&change), expected, "{what}");
    }
}

#[test]
fn groups_and_suspensions_decide_where_dates_say_nothing() {
    let moved = |groups: &[u64]| edited(image(&[10]), |after| after.groups = image(groups).groups);
    assert_eq!(phase_of(&moved(&[10, 20])), Phase::DueGrant);
    assert_eq!(phase_of(&moved(&[20])), Phase::DueGrant, "one gained and one lost");
    assert_eq!(phase_of(&moved(&[])), Phase::DueRevocation);
    assert_eq!(phase_of(&edited(image(&[10]), |after| after.suspended = true)), Phase::DueRevocation);
    let renamed = edited(image(&[10]), |after| after.last_name = Personal::new("Renamed"));
    assert_eq!(phase_of(&renamed), Phase::Profile);
}

#[test]
fn what_starts_later_is_a_later_grant_from_the_next_second_on() {
    let starting = |from: &str| Image { effective_from: Some(at(from)), ..image(&[10]) };
    let second_later = "2026-03-01T18:00:01Z";
    for (from, made, gained) in
        [(NOW, Phase::DueGrant, Phase::DueGrant), (second_later, Phase::LaterGrant, Phase::LaterGrant)]
    {
        assert_eq!(phase_of(&change(None, Some(starting(from)))), made, "{from}");
        let before = Image { groups: Vec::new(), ..starting(from) };
        assert_eq!(phase_of(&change(Some(before), Some(starting(from)))), gained, "{from}");
    }
    assert_eq!(phase_of(&change(None, Some(image(&[10])))), Phase::DueGrant, "no start at all");
    assert_eq!(phase_of(&change(Some(image(&[10])), None)), Phase::DueRevocation);
}

#[test]
fn a_credential_that_is_as_it_should_be_is_not_written() {
    let before = held(Some(NOW), Some(SOON));
    assert_eq!(steps(&edited(before.clone(), |_| {})), []);
    let unknown = edited(before, |after| after.credentials.push(card(6, None, Some(SOON))));
    let window = Window::new(None, Some(at(SOON)));
    assert_eq!(steps(&unknown), [Step::Credential { id: CredentialId(6), window }]);
}

#[test]
fn an_adopted_users_record_is_written_though_nothing_in_it_differs() {
    let adopted = Change { adopts: true, ..edited(image(&[10]), |_| {}) };
    assert_eq!(steps(&adopted), [Step::Record]);
}

#[test]
fn a_suspension_that_is_there_already_is_not_written_again() {
    let stopped = Image { suspended: true, ..image(&[10]) };
    assert_eq!(steps(&edited(stopped, |_| {})), []);
    assert_eq!(steps(&edited(image(&[10]), |after| after.suspended = true)), [Step::Suspend]);
}

#[test]
fn each_step_has_its_price_and_each_kind_of_proof_is_read_once() {
    let groups = Step::Groups { add: vec![GroupId(10)], remove: Vec::new() };
    let card = |id| Step::Credential { id: CredentialId(id), window: Window::ALWAYS };
    let table = [
        (vec![], 0),
        (vec![Step::Create], 2),
        (vec![Step::Suspend], 2),
        (vec![Step::Record], 3),
        (vec![Step::Delete], 4),
        (vec![groups.clone()], 2),
        (vec![card(5)], 2),
        (vec![card(5), card(6)], 3),
        (vec![Step::Create, groups.clone()], 4),
        (vec![Step::Suspend, card(5), Step::Record, groups], 8),
    ];
    for (steps, calls) in table {
        assert_eq!(cost(&steps), calls, "{steps:?}");
    }
    let all = [card(5), Step::Suspend, Step::Record, Step::Groups { add: Vec::new(), remove: Vec::new() }];
    let read: Vec<Proof> = proofs(&all).into_iter().collect();
    assert_eq!(read, [Proof::Record, Proof::Groups, Proof::Credentials]);
}
