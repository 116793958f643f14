//! Markup that can't be broken by what stands in it: tags are written by this program alone, everything else is escaped.

use crate::access::{ExternalId, Personal, Profile};
use crate::output::{escape, fields};
use crate::plan::Reason;
use crate::rules::RuleId;

/// HTML on its way.
#[derive(Debug, Default)]
pub(in crate::output) struct Html {
    text: String,
}

impl Html {
    pub(in crate::output) fn new() -> Self {
        Self::default()
    }

    /// Markup of this program.
    pub(in crate::output) fn tag(&mut self, markup: &'static str) -> &mut Self {
        self.text.push_str(markup);
        self
    }

    /// Text from wherever, in an element or in a quoted attribute.
    pub(in crate::output) fn text(&mut self, text: &str) -> &mut Self {
        self.text.push_str(&escape::html(text));
        self
    }

    /// A number.
    pub(in crate::output) fn number(&mut self, number: impl Into<u64>) -> &mut Self {
        self.text.push_str(&number.into().to_string());
        self
    }

    /// A length or a place in a drawing, to a tenth.
    pub(in crate::output) fn length(&mut self, length: f64) -> &mut Self {
        let text = format!("{length:.1}");
        self.text.push_str(text.strip_suffix(".0").unwrap_or(&text));
        self
    }

    /// A part that was written apart.
    pub(in crate::output) fn part(&mut self, part: &Self) -> &mut Self {
        self.text.push_str(&part.text);
        self
    }

    /// Somebody's name, kept apart from what stands around it whichever way it is written; nothing where it is hidden.
    pub(in crate::output) fn name(&mut self, name: &str) -> &mut Self {
        if name == Personal::HIDDEN || name.is_empty() {
            return self;
        }
        self.tag("<bdi>").text(name).tag("</bdi> ")
    }

    /// Brivo's key for somebody.
    pub(in crate::output) fn id(&mut self, id: &ExternalId) -> &mut Self {
        self.tag("<code>").text(id.as_str()).tag("</code>")
    }

    /// A rule's id, which leads to its words at the foot of the page.
    pub(in crate::output) fn rule(&mut self, rule: RuleId) -> &mut Self {
        let id = rule.as_str();
        self.tag("<a class=rule href=\"#").text(id).tag("\">").text(id).tag("</a>")
    }

    /// A rule, what it decided, and the lease and the place in the manifest that led to it.
    pub(in crate::output) fn reason(&mut self, reason: &Reason) -> &mut Self {
        let Reason { rule, lease_id, manifest, text } = reason;
        let source = crate::output::verdict::source(lease_id.as_ref(), manifest.as_deref());
        self.rule(*rule).tag(" ").text(&text.read());
        if !source.is_empty() {
            self.tag("<span class=dim>").text(&source).tag("</span>");
        }
        self
    }

    /// Rows that can be searched, each on a line of its own. To a browser that runs the page's script they are text until they are shown:
    /// so a page of any length opens at once.
    pub(in crate::output) fn rows(
        &mut self,
        class: &'static str,
        write: impl FnOnce(&mut Self),
    ) -> &mut Self {
        self.tag("<div class=\"rows ").tag(class).tag("\"><noscript>\n");
        write(self);
        self.tag("</noscript></div>\n")
    }

    pub(in crate::output) fn into_text(self) -> String {
        self.text
    }
}

/// First, middle and last name.
pub(in crate::output) fn full_name(profile: &Profile) -> String {
    let Profile { first_name, middle_name, last_name, emails: _, phones: _ } = profile;
    fields::joined([Some(first_name), middle_name.as_ref(), Some(last_name)])
}
