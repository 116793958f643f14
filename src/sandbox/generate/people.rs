//! Invented people and places, drawn with dice that fall the same way for the same seed.

use super::super::world::brivo::User;
use super::super::world::entrata::Resident;
use super::super::world::scalar::{Given, Id};
use super::{Site, Spec};

/// `SplitMix64`: small, and the same on every machine.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 to below `sides`.
    pub(crate) fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)) % sides
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let at = self.below(words.len() as u64);
        usize::try_from(at).ok().and_then(|at| words.get(at)).copied().unwrap_or_default()
    }
}

/// The nth person: nine of ten have an e-mail, seven a phone of the block that is kept for stories.
pub(crate) fn resident(dice: &mut Dice, number: usize) -> Resident {
    let (first, last) = (dice.one_of(&FIRST), dice.one_of(&LAST));
    let mail = format!("{}.{}.{number}@example.com", first.to_lowercase(), last.to_lowercase());
    let phone = format!("+1 {}5550{}", 201 + dice.below(700), 100 + dice.below(100));
    Resident {
        id: Id((990_000 + number).to_string()),
        name: Some(format!("{first} {}", surname(last, number))),
        email: if dice.below(10) < 9 { Given::from(mail) } else { Given::Default },
        phone: if dice.below(10) < 7 { Given::from(phone) } else { Given::Default },
        ..Resident::default()
    }
}

/// A double name for those beyond as many people as there are single names: else in a large world everybody would be a namesake of
/// somebody on the staff, and of a thousand others.
fn surname(last: &str, number: usize) -> String {
    match number / (FIRST.len() * LAST.len()) {
        0 => last.to_owned(),
        round => format!("{last}-{}", LAST[round % LAST.len()]),
    }
}

/// One member of staff for each hundred residents, made by hand in Brivo, in a group of the property.
pub(crate) fn staff(spec: &Spec, sites: &[Site]) -> Vec<User> {
    let mut dice = Dice::new(spec.seed ^ 0x5afe);
    (0..spec.residents / 100)
        .map(|at| User {
            name: Some(format!("{} {}", dice.one_of(&FIRST), dice.one_of(&LAST))),
            email: Some(format!("staff{at}@example.com")),
            groups: vec![Id(sites[at % sites.len()].property.name.clone())],
            ..User::default()
        })
        .collect()
}

/// The nth property's name, without «Court» or «House».
pub(crate) fn place(at: usize) -> String {
    let tree = TREES[at % TREES.len()];
    match at / TREES.len() {
        0 => tree.to_owned(),
        round => format!("{tree} {}", round + 1),
    }
}

const TREES: [&str; 16] = [
    "Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper", "Larch",
    "Maple", "Oak", "Pine", "Rowan", "Spruce",
];
const FIRST: [&str; 32] = [
    "Ada", "Ben", "Chloe", "Dan", "Eve", "Finn", "Gina", "Hugo", "Iris", "Jack", "Kira", "Liam", "Mara",
    "Noah", "Olga", "Paul", "Quinn", "Rosa", "Sam", "Tess", "Uma", "Vera", "Will", "Xena", "Yara", "Zoe",
    "Amir", "Bela", "Carl", "Dora", "Emil", "Fay",
];
const LAST: [&str; 32] = [
    "Abbot", "Baker", "Carter", "Draper", "Ellis", "Fisher", "Gardner", "Hunter", "Ives", "Joiner", "Keeper",
    "Lister", "Mason", "Norris", "Okafor", "Porter", "Quill", "Renter", "Smith", "Tailor", "Usher", "Voss",
    "Weaver", "Young", "Zander", "Archer", "Brewer", "Cooper", "Dyer", "Farmer", "Glover", "Harper",
];
