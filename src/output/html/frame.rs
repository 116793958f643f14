//! What every page has around its sections: the head with its policy, the bar to search and filter with, the foot. The page may run
//! and look like nothing but the script and the style that it carries: their hashes stand in its content-security policy.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::markup::Html;
use crate::output::{Properties, property_label};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// A page.
pub(in crate::output) struct Frame<'a> {
    /// The headline.
    pub(in crate::output) title: String,
    /// What stands under it.
    pub(in crate::output) lead: Html,
    /// What rows can be filtered by.
    pub(in crate::output) properties: &'a Properties,
    /// What else.
    pub(in crate::output) choices: &'a [Choice],
    /// Everything else.
    pub(in crate::output) sections: Vec<Section>,
    /// The last lines.
    pub(in crate::output) foot: Html,
}

/// A kind of rows, by the word in their `data-k`.
#[derive(Debug, Clone, Copy)]
pub(in crate::output) struct Choice {
    pub(in crate::output) kind: &'static str,
    pub(in crate::output) label: &'static str,
}

/// A part of a page.
pub(in crate::output) struct Section {
    pub(in crate::output) id: &'static str,
    pub(in crate::output) title: &'static str,
    /// How many rows can be found in it; none of one that is not searched.
    pub(in crate::output) rows: Option<usize>,
    pub(in crate::output) body: Html,
}

impl Frame<'_> {
    /// The whole document.
    pub(in crate::output) fn page(&self) -> String {
        let mut page = Html::new();
        self.head(&mut page);
        page.tag("<body>\n<a class=skip href=\"#main\">Skip to the content</a>\n<header><h1>")
            .text(&self.title);
        page.tag("</h1>\n<div class=lead>").part(&self.lead).tag("</div></header>\n");
        self.bar(&mut page);
        page.tag("<main id=main>\n");
        self.sections.iter().for_each(|section| told(&mut page, section));
        page.tag("</main>\n<footer>")
            .part(&self.foot)
            .tag("</footer>\n<script>")
            .tag(SCRIPT)
            .tag("</script>\n</html>\n");
        page.into_text()
    }

    fn head(&self, page: &mut Html) {
        page.tag("<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n");
        page.tag(
            "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; script-src 'sha256-",
        );
        page.text(&digest(SCRIPT)).tag("'; style-src 'sha256-").text(&digest(STYLE));
        page.tag("'; base-uri 'none'; form-action 'none'\">\n<meta name=referrer content=no-referrer>\n");
        page.tag("<meta name=viewport content=\"width=device-width, initial-scale=1\">\n");
        page.tag("<meta name=color-scheme content=\"light dark\">\n<title>").text(&self.title);
        page.tag("</title>\n<style>").tag(STYLE).tag("</style>\n</head>\n");
    }

    /// The way to the sections, and the search; without the script there is nothing to search with.
    fn bar(&self, page: &mut Html) {
        page.tag("<div class=bar><nav aria-label=Sections>");
        for Section { id, title, rows, body: _ } in &self.sections {
            page.tag("<a href=\"#").tag(id).tag("\">").tag(title);
            if let Some(rows) = rows {
                page.tag(" <small>").number(*rows as u64).tag("</small>");
            }
            page.tag("</a>");
        }
        page.tag(
            "</nav>\n<form id=filter role=search hidden><input id=q type=search autocomplete=off spellcheck=false \
             aria-label=\"Search names, ids, units, groups, rules\" placeholder=\"Search: name, id, unit, group, rule (press /)\">\n\
             <select id=property aria-label=Property><option value=\"\">All properties</option>",
        );
        for id in self.properties.keys() {
            page.tag("<option value=\"")
                .number(id.0)
                .tag("\">")
                .text(&property_label(Some(*id), self.properties));
            page.tag("</option>");
        }
        page.tag("</select>\n<select id=kind aria-label=Show><option value=\"\">Everything</option>");
        for Choice { kind, label } in self.choices {
            page.tag("<option value=").tag(kind).tag(">").tag(label).tag("</option>");
        }
        page.tag(
            "</select>\n<button type=button id=folds aria-pressed=false>Open all</button>\n\
             <button type=button id=theme>Theme: auto</button>\n<output id=found aria-live=polite></output></form></div>\n",
        );
    }
}

fn told(page: &mut Html, section: &Section) {
    let Section { id, title, rows, body } = section;
    page.tag("<section class=part id=").tag(id).tag("><h2>").tag(title);
    if let Some(rows) = rows {
        page.tag(" <small class=of>").number(*rows as u64).tag("</small>");
    }
    page.tag("</h2>\n").part(body).tag("</section>\n");
}

/// As a content-security policy names what may run. A browser has read every line's end as one character before it looks.
fn digest(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.replace("\r\n", "\n")))
}
