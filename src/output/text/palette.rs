//! Which colour stands for what. Of the sixteen named colours a terminal's theme makes what it likes, and its yellow cannot be read on
//! white; these are fixed ones, of the cube of 256, that stand out as well from black as from white.

use owo_colors::{Style, XtermColors};

use super::Colour;
use crate::plan::Action;
use crate::rules::Severity;

const GREEN: u8 = 28;
const BROWN: u8 = 130;
const RED: u8 = 160;
const TEAL: u8 = 30;

/// A style for each thing that is told apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    /// Whether any style is another than the plain one.
    pub(super) is_coloured: bool,
    pub(super) plain: Style,
    pub(super) strong: Style,
    pub(super) faint: Style,
    pub(super) comes: Style,
    pub(super) turns: Style,
    pub(super) goes: Style,
    pub(super) deleted: Style,
    pub(super) note: Style,
}

impl Palette {
    pub(super) fn of(colour: Colour) -> Self {
        let plain = Style::new();
        match colour {
            Colour::Off => Self {
                is_coloured: false,
                plain,
                strong: plain,
                faint: plain,
                comes: plain,
                turns: plain,
                goes: plain,
                deleted: plain,
                note: plain,
            },
            Colour::On => Self {
                is_coloured: true,
                plain,
                strong: plain.bold(),
                faint: plain.dimmed(),
                comes: fixed(GREEN),
                turns: fixed(BROWN),
                goes: fixed(RED),
                deleted: fixed(RED).bold(),
                note: fixed(TEAL),
            },
        }
    }

    pub(super) fn action(&self, action: Action) -> Style {
        match action {
            Action::Create => self.comes,
            Action::Update => self.turns,
            Action::Revoke => self.goes,
            Action::Delete => self.deleted,
        }
    }

    pub(super) fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Error => self.deleted,
            Severity::Warning => self.turns,
            Severity::Info => self.note,
        }
    }
}

fn fixed(number: u8) -> Style {
    Style::new().color(XtermColors::from(number))
}

#[cfg(test)]
mod tests {
    use super::{BROWN, GREEN, RED, TEAL};

    /// The relative luminance of a colour of the cube [WCAG].
    fn luminance(number: u8) -> f64 {
        let level = |step: u8| if step == 0 { 0.0 } else { f64::from(55 + 40 * step) / 255.0 };
        let linear = |level: f64| {
            if level <= 0.040_45 { level / 12.92 } else { ((level + 0.055) / 1.055).powf(2.4) }
        };
        let cube = number - 16;
        let [red, green, blue] = [cube / 36, cube / 6 % 6, cube % 6].map(|step| linear(level(step)));
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[test]
    fn every_colour_can_be_read_on_black_and_on_white() {
        for number in [GREEN, BROWN, RED, TEAL] {
            let luminance = luminance(number);
            let (on_white, on_black) = (1.05 / (luminance + 0.05), (luminance + 0.05) / 0.05);
            assert!(
                on_white > 3.8 && on_black > 3.8,
                "{number}: {on_white:.2} on white, {on_black:.2} on black"
            );
        }
    }
}
