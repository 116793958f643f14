//! Ids for what the world leaves unnumbered: made from the thing's own name, so that adding a unit elsewhere changes none of them.

use std::collections::BTreeSet;

/// Hands out ids that are the same for the same name and never twice.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    taken: BTreeSet<String>,
}

impl Ids {
    /// Remembers an id that the world itself gives.
    pub(crate) fn take(&mut self, id: &str) {
        self.taken.insert(id.to_owned());
    }

    /// The id for `name`, a nine-digit number that begins with `leading` (1 to 9).
    pub(crate) fn derive(&mut self, leading: u64, name: &str) -> String {
        let mut offset = digest(name) % 100_000_000;
        loop {
            let id = (leading * 100_000_000 + offset).to_string();
            if self.taken.insert(id.clone()) {
                return id;
            }
            offset = (offset + 1) % 100_000_000;
        }
    }
}

/// FNV-1a, which is the same on every machine and in every version.
pub(crate) fn digest(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable_and_differ_even_when_names_collide() {
        let mut ids = Ids::default();
        let first = ids.derive(7, "500001//302");
        assert_eq!(first, Ids::default().derive(7, "500001//302"));
        assert_ne!(first, ids.derive(7, "500001//302"));
        assert_eq!((first.len(), first.as_bytes()[0]), (9, b'7'));
    }
}
