//! `filter=name__op:value,value;name__op:value`. [doc]

use super::super::call::{Call, Reply};
use super::super::world::quirks::brivo::{BrivoQuirks, UnknownFilter};
use super::refusal;

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Clause {
    pub(crate) name: String,
    pub(crate) operator: Operator,
    pub(crate) values: Vec<String>,
}

/// How a condition compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Eq,
    Ne,
    Gt,
    Lt,
    Exact,
}

/// The conditions of a call whose names `known` accepts; an empty filter has none. [code]
pub(crate) fn of(
    call: &Call,
    quirks: &BrivoQuirks,
    known: impl Fn(&Clause) -> bool,
) -> Result<Vec<Clause>, Reply> {
    let text = call.parameter("filter").unwrap_or_default().trim();
    let clauses =
        text.split(';').filter(|clause| !clause.is_empty()).map(parse).collect::<Result<Vec<_>, _>>()?;
    let (known, unknown): (Vec<_>, Vec<_>) = clauses.into_iter().partition(known);
    match (unknown.is_empty(), quirks.unknown_filter) {
        (true, _) | (false, UnknownFilter::Ignored) => Ok(known),
        (false, UnknownFilter::Refused) => Err(refusal::error(400, "Invalid filter was provided")),
    }
}

fn parse(clause: &str) -> Result<Clause, Reply> {
    let format = || refusal::error(400, "Invalid filter format");
    let (left, values) = clause.split_once(':').ok_or_else(format)?;
    let (name, operator) = left.rsplit_once("__").ok_or_else(format)?;
    let operator = match operator {
        "eq" => Operator::Eq,
        "ne" => Operator::Ne,
        "gt" => Operator::Gt,
        "lt" => Operator::Lt,
        "exact" => Operator::Exact,
        _ => return Err(refusal::error(400, "Invalid filter operator")),
    };
    let values = values.split(',').map(|value| value.trim().to_owned()).collect();
    Ok(Clause { name: name.trim().to_owned(), operator, values })
}

impl Clause {
    /// A condition `eq` on that name.
    pub(crate) fn is_eq(&self, name: &str) -> bool {
        self.name == name && self.operator == Operator::Eq
    }

    /// «Equals» on texts means «contains», whatever the case. [doc]
    pub(crate) fn contained_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.values.iter().any(|value| text.contains(&value.to_lowercase()))
    }

    /// One of the values is exactly that.
    pub(crate) fn names(&self, text: &str) -> bool {
        self.values.iter().any(|value| value == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_and_operator_are_told_apart() {
        let message = |text: &str| parse(text).map_err(|reply| String::from_utf8(reply.bytes()).unwrap());
        assert!(message("id").unwrap_err().contains("Invalid filter format"));
        assert!(message("id:1").unwrap_err().contains("Invalid filter format"));
        assert!(message("id__like:1").unwrap_err().contains("Invalid filter operator"));
        let clause = message("id__ne:1, 2").unwrap();
        assert_eq!((clause.operator, clause.values), (Operator::Ne, vec!["1".to_owned(), "2".to_owned()]));
    }
}
