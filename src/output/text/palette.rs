//! Which colour stands for what: of ANSI's sixteen those that can be read on dark and on light.

use owo_colors::Style;

use super::Colour;
use crate::plan::Action;
use crate::rules::Severity;

/// A style for each thing that is told apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
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
                plain,
                strong: plain.bold(),
                faint: plain.dimmed(),
                comes: plain.green(),
                turns: plain.yellow(),
                goes: plain.red(),
                deleted: plain.red().bold(),
                note: plain.cyan(),
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
