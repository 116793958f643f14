//! What comes from files: the manifest, a saved plan, a journal.

use std::path::Path;

use miette::{GraphicalReportHandler, GraphicalTheme};
use reconcile::journal::read::{Line, Lines, open_in};
use reconcile::manifest;
use reconcile::output::hide::{self, Pii};
use reconcile::output::text::{Colour, View};
use reconcile::output::{Properties, json, markdown, text};
use reconcile::plan::saved::{self, Refusal, Today, difference, refusal};

/// A manifest of one file: parsed, checked, and its faults shown with their places.
pub(crate) fn manifest(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let files = [("reconcile.yaml".to_owned(), text.to_owned())];
    let (manifest, faults) = manifest::parse(&files);
    assert!(manifest.is_some() || !faults.is_empty(), "refused without a reason");
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::none());
    for shown in manifest::show(faults, &files) {
        let mut page = String::new();
        handler.render_report(&mut page, &shown).expect("a fault can be shown");
    }
}

/// A saved plan: read, compared with itself, and shown in every format.
pub(crate) fn plan(bytes: &[u8]) {
    let Ok(plan) = saved::read(bytes) else { return };
    let saved_at = plan.saved_at.unwrap_or(plan.as_of);
    let today = Today {
        now: saved_at,
        max_age: chrono::Duration::hours(1),
        manifest: &plan.manifest.sha256,
        account: plan.account.as_deref().unwrap_or_default(),
    };
    // Whether it was edited says its fingerprint, which may be any text; nothing else is wrong with it now.
    let refused = refusal(&plan, &today);
    assert!(matches!(refused, None | Some(Refusal::Edited | Refusal::Unsaved)), "{refused:?}");
    assert_eq!(difference(&plan, &plan), None, "a plan is itself");
    for pii in [Pii::Show, Pii::Hide] {
        show(&hide::plan(&plan, pii));
    }
}

fn show(plan: &reconcile::plan::Plan) {
    let properties = Properties::new();
    let view = View { properties: &properties, colour: Colour::Off, width: 80 };
    let (mut as_text, mut as_markdown, mut as_json) = (Vec::new(), Vec::new(), Vec::new());
    text::write(&mut as_text, plan, &view).expect("memory takes it");
    markdown::write(&mut as_markdown, plan, &properties).expect("memory takes it");
    json::write(&mut as_json, plan).expect("memory takes it");
    for page in [&as_text, &as_markdown, &as_json] {
        let page = std::str::from_utf8(page).expect("a page is a text");
        let obeyed = page.chars().find(|c| (c.is_control() && *c != '\n') || is_bidirectional(*c));
        assert_eq!(obeyed, None, "a terminal would obey it");
    }
    assert_eq!(saved::read(&as_json).expect("what is saved can be read"), *plan);
}

fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A journal: every line a record or torn, and the changes that stayed open.
pub(crate) fn journal(bytes: &[u8]) {
    let lines = || Lines::over(Path::new("journal.jsonl"), bytes);
    let records = lines().filter(|line| matches!(line, Ok(Line::Record(_)))).count();
    let open = open_in(lines()).expect("memory can be read");
    assert!(open.len() <= records);
}
