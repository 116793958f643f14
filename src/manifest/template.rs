//! Group names with placeholders: what may stand in braces.

/// The placeholders of a unit's group.
pub(super) const PLACEHOLDERS: [&str; 4] = ["unit", "space", "building", "floor"];

/// What is wrong with a group's name as a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TemplateFault {
    /// A brace without its partner.
    Unbalanced,
    /// Something else than a placeholder in braces.
    Unknown(String),
}

/// Reads a name; gives what is left of it without the placeholders.
pub(super) fn literal(name: &str) -> Result<String, TemplateFault> {
    let mut literal = String::new();
    let mut rest = name;
    while let Some(open) = rest.find(['{', '}']) {
        literal.push_str(&rest[..open]);
        let inside = rest[open..].strip_prefix('{').ok_or(TemplateFault::Unbalanced)?;
        let close = inside.find(['{', '}']).filter(|at| inside[*at..].starts_with('}'));
        let close = close.ok_or(TemplateFault::Unbalanced)?;
        let placeholder = &inside[..close];
        if !PLACEHOLDERS.contains(&placeholder) {
            return Err(TemplateFault::Unknown(placeholder.to_owned()));
        }
        rest = &inside[close + 1..];
    }
    literal.push_str(rest);
    Ok(literal)
}
