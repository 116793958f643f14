use super::{holding, takes};
use crate::plan::Image;
use crate::plan::example::{at, card, image};

const NOW: &str = "2026-03-01T18:00:00Z";
const SOON: &str = "2026-03-05T16:00:00Z";
const LATE: &str = "2026-12-31T18:00:00Z";

fn dated(from: Option<&str>, to: Option<&str>) -> Image {
    Image { effective_from: from.map(at), effective_to: to.map(at), ..image(&[10]) }
}

fn carded(from: Option<&str>, to: Option<&str>) -> Image {
    Image { credentials: vec![card(5, from, to)], ..image(&[10]) }
}

#[test]
fn a_part_of_time_to_come_is_taken_and_one_that_has_passed_is_not() {
    let past = "2026-02-01T16:00:00Z";
    for (held, wanted, is_taken) in [
        ((None, None), (None, None), false),
        ((None, None), (None, Some(SOON)), true),
        ((None, Some(SOON)), (None, None), false),
        ((None, Some(LATE)), (None, Some(SOON)), true),
        ((None, Some(SOON)), (None, Some(LATE)), false),
        ((None, None), (Some(past), None), false),
        ((None, None), (Some(NOW), None), false),
        ((None, None), (Some(SOON), None), true),
        ((Some(SOON), None), (Some(LATE), None), true),
        ((Some(LATE), None), (Some(SOON), None), false),
        ((Some(SOON), None), (None, None), false),
        ((Some(SOON), None), (Some(SOON), None), false),
        ((Some(SOON), Some(SOON)), (Some(LATE), None), true),
    ] {
        let own = takes(&holding(&dated(held.0, held.1)), &holding(&dated(wanted.0, wanted.1)), at(NOW));
        let cards = takes(&holding(&carded(held.0, held.1)), &holding(&carded(wanted.0, wanted.1)), at(NOW));
        assert_eq!((own, cards), (is_taken, is_taken), "{held:?} to {wanted:?}");
    }
}

#[test]
fn a_group_a_suspension_and_a_card_are_each_enough() {
    let takes = |before: &Image, after: &Image| takes(&holding(before), &holding(after), at(NOW));
    let stopped = Image { suspended: true, ..image(&[10]) };
    assert!(takes(&image(&[10, 20]), &image(&[10])));
    assert!(takes(&image(&[10]), &image(&[20])), "whatever is given for it");
    assert!(!takes(&image(&[10]), &image(&[10, 20])));
    assert!(takes(&image(&[10]), &stopped));
    assert!(!takes(&stopped, &image(&[10])) && !takes(&stopped, &stopped));
    assert!(takes(&carded(None, None), &image(&[10])), "a card that is no more");
    assert!(!takes(&image(&[10]), &carded(None, Some(SOON))), "a card that comes");
}
