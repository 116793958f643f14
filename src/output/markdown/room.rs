//! How much still fits. Counted in UTF-16 units: never fewer than the characters, whoever counts them.

/// A text that may not grow beyond a size.
pub(super) struct Room {
    text: String,
    left: usize,
}

impl Room {
    pub(super) fn new(size: usize) -> Self {
        Self { text: String::new(), left: size }
    }

    /// Appends the block, or nothing of it where it does not fit: then it says no.
    pub(super) fn push(&mut self, block: &str) -> Fit {
        let size = size(block);
        if size > self.left {
            return Fit::No;
        }
        self.text.push_str(block);
        self.left -= size;
        Fit::Yes
    }

    pub(super) fn left(&self) -> usize {
        self.left
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// Whether a block was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    Yes,
    No,
}

/// The size of a text.
pub(super) fn size(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The blocks that fit into `room`, one too large passed over, and what `rest` says of the number of the others.
pub(super) fn fill(blocks: &[String], room: usize, rest: impl Fn(usize) -> String) -> String {
    let whole: usize = blocks.iter().map(|block| size(block)).sum();
    if whole <= room {
        return blocks.concat();
    }
    let mut page = Room::new(room.saturating_sub(size(&rest(blocks.len()))));
    let told = blocks.iter().filter(|block| page.push(block) == Fit::Yes).count();
    page.into_text() + &rest(blocks.len() - told)
}

/// The beginning of a text that a stranger may have made long.
pub(super) fn clip(text: &str) -> String {
    const LONGEST: usize = 300;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Fit, Room, clip, fill, size};

    #[test]
    fn sizes_are_never_smaller_than_characters() {
        assert_eq!(size("aé戸"), 3);
        assert_eq!(size("𝒜"), 2);
    }

    #[test]
    fn a_block_is_taken_whole_or_not_at_all() {
        let mut room = Room::new(5);
        assert_eq!(room.push("1234"), Fit::Yes);
        assert_eq!(room.push("56"), Fit::No);
        assert_eq!(room.push("5"), Fit::Yes);
        assert_eq!(room.into_text(), "12345");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let blocks: Vec<String> = (0..10).map(|number| format!("block {number}\n")).collect();
        let rest = |number| format!("and {number} more\n");
        assert_eq!(fill(&blocks, 1000, rest), blocks.concat());
        assert_eq!(fill(&blocks, 40, rest), "block 0\nblock 1\nblock 2\nand 7 more\n");
        assert_eq!(fill(&blocks, 0, rest), "and 10 more\n");
        let uneven = ["x".repeat(50), "small\n".to_owned()];
        assert_eq!(fill(&uneven, 20, rest), "small\nand 1 more\n");
    }

    #[test]
    fn long_texts_are_clipped_between_characters() {
        assert_eq!(clip("short"), "short");
        assert_eq!(clip(&"é".repeat(400)), format!("{}…", "é".repeat(300)));
    }
}
