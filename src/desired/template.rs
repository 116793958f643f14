//! A group's name as the manifest writes it, cut at its placeholders before it is filled in for many units.

use crate::access::text::Text;
use crate::manifest::{GroupKey, GroupName};

/// How the manifest names a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// The same group for every unit.
    Fixed(GroupKey),
    /// By a template.
    Filled(Template),
}

impl Name {
    pub(super) fn of(name: &GroupName) -> Self {
        match name {
            GroupName::Id(id) => Self::Fixed(GroupKey::Id(*id)),
            GroupName::Text(text) => match Template::of(text) {
                template if template.is_fixed() => Self::Fixed(GroupKey::Name(text.into())),
                template => Self::Filled(template),
            },
        }
    }

    pub(super) fn has(&self, placeholder: Placeholder) -> bool {
        matches!(self, Self::Filled(template) if template.has(placeholder))
    }
}

/// A name with or without placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Of(Placeholder),
}

/// What stands for something of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder {
    /// Its number.
    Unit,
    /// The whole text of a bed or room in it.
    Space,
    /// Its building.
    Building,
    /// Its floor.
    Floor,
}

const PLACEHOLDERS: [(&str, Placeholder); 4] = [
    ("{unit}", Placeholder::Unit),
    ("{space}", Placeholder::Space),
    ("{building}", Placeholder::Building),
    ("{floor}", Placeholder::Floor),
];

/// A name with a placeholder that has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfilled(pub(super) String);

impl Template {
    pub(super) fn of(text: &str) -> Self {
        let (mut pieces, mut literal, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find('{') {
            let (before, after) = rest.split_at(at);
            literal.push_str(before);
            let known = PLACEHOLDERS.iter().find(|(written, _)| after.starts_with(written));
            if let Some((written, placeholder)) = known {
                pieces.extend([Piece::Literal(std::mem::take(&mut literal)), Piece::Of(*placeholder)]);
                rest = &after[written.len()..];
            } else {
                literal.push('{');
                rest = &after[1..];
            }
        }
        literal.push_str(rest);
        pieces.push(Piece::Literal(literal));
        Self { text: text.to_owned(), pieces }
    }

    /// Whether it is the same for every unit.
    fn is_fixed(&self) -> bool {
        !self.pieces.iter().any(|piece| matches!(piece, Piece::Of(_)))
    }

    /// Whether the placeholder stands in it.
    pub(super) fn has(&self, placeholder: Placeholder) -> bool {
        self.pieces.contains(&Piece::Of(placeholder))
    }

    /// What stands before, between and behind its placeholders.
    pub(super) fn literals(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(text) => Some(text.as_str()),
            Piece::Of(_) => None,
        })
    }

    /// The name with these values.
    pub(super) fn fill<'v>(&self, value: impl Fn(Placeholder) -> Option<&'v str>) -> Result<Text, Unfilled> {
        let mut filled = String::with_capacity(self.text.len());
        for piece in &self.pieces {
            filled.push_str(match piece {
                Piece::Literal(text) => text,
                Piece::Of(placeholder) => value(*placeholder).ok_or_else(|| self.unfilled())?,
            });
        }
        Ok(filled.into())
    }

    /// That a value is missing.
    pub(super) fn unfilled(&self) -> Unfilled {
        Unfilled(self.text.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{Placeholder, Template};

    fn filled(text: &str) -> Option<String> {
        let value = |placeholder| match placeholder {
            Placeholder::Unit => Some("302"),
            Placeholder::Space => Some("302-{unit}"),
            Placeholder::Building => Some("North"),
            Placeholder::Floor => None,
        };
        Template::of(text).fill(value).ok().map(|text| text.to_string())
    }

    #[test]
    fn placeholders_have_their_values_and_braces_stay() {
        let cases = [
            ("Alder Residents", Some("Alder Residents")),
            ("Alder {unit}", Some("Alder 302")),
            ("{building}{unit}", Some("North302")),
            ("{space} in {building}.", Some("302-{unit} in North.")),
            ("{unit", Some("{unit")),
            ("{{unit}}", Some("{302}")),
            ("{Unit} {", Some("{Unit} {")),
            ("Floor {floor}", None),
            ("", Some("")),
        ];
        for (text, expected) in cases {
            assert_eq!(filled(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn it_is_cut_at_its_placeholders() {
        for (text, literals) in [
            ("Alder", &["Alder"] as &[&str]),
            ("Alder {unit}", &["Alder ", ""]),
            ("{building}{unit} x", &["", "", " x"]),
            ("a{b}{floor}", &["a{b}", ""]),
        ] {
            let template = Template::of(text);
            assert_eq!(template.literals().collect::<Vec<_>>(), literals, "{text}");
            assert_eq!(template.is_fixed(), literals.len() == 1, "{text}");
        }
        assert!(
            Template::of("{unit}").has(Placeholder::Unit) && !Template::of("{unit}").has(Placeholder::Space)
        );
    }
}
