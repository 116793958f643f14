//! The page for a browser: what stands in it, and how it behaves in a real one.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::support::Workplace;

const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/quickstart.html");

fn quickstart() -> Workplace {
    Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", WORLD)
}

fn page(place: &Workplace, flags: &str) -> String {
    let outcome = place.run(&format!("--diff --sandbox world.yaml --format html {flags}"));
    assert!(outcome.stdout.starts_with("<!doctype html>"), "{outcome:?}");
    outcome.stdout
}

/// A page in a file of its own, for as long as the folder is kept.
fn saved(page: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    std::fs::write(&path, page).unwrap();
    (folder, path)
}

/// The page without its style and script, which are files of the program.
fn bare(page: &str) -> String {
    let mut bare = page.to_owned();
    for (opening, closing) in [("<style>", "</style>"), ("<script>", "</script>"), ("'sha256-", "'")] {
        let mut from = 0;
        while let Some(start) = bare[from..].find(opening).map(|at| from + at + opening.len()) {
            let end = start + bare[start..].find(closing).unwrap();
            bare.replace_range(start..end, "…");
            from = start;
        }
    }
    bare
}

/// `UPDATE_PAGE=1 cargo test --test it html` writes the file anew.
#[test]
fn the_quickstarts_page_is_the_one_that_was_looked_at() {
    let shown = bare(&page(&quickstart(), ""));
    if std::env::var_os("UPDATE_PAGE").is_some() {
        std::fs::write(GOLDEN, &shown).unwrap();
    }
    let golden = std::fs::read_to_string(GOLDEN).unwrap();
    let first = shown.lines().zip(golden.lines()).find(|(shown, golden)| shown != golden);
    assert_eq!(first, None, "the first line that differs, and the one in {GOLDEN}");
    assert_eq!(shown.lines().count(), golden.lines().count());
}

#[test]
fn a_page_needs_nothing_but_itself_and_hides_whom_it_should() {
    let hidden = page(&quickstart(), "--pii hide");
    for personal in ["Rosa", "Renter", "Holly", "rosa@example.com", "5550101"] {
        assert!(!hidden.contains(personal), "{personal} is told");
    }
    assert!(hidden.contains("entrata:990001") && hidden.contains("entrata:990007"));
    for outside in ["http:", "https:", "//", "url(", "@import", " src=", " style="] {
        let script_aside = hidden.split("<script>").next().unwrap();
        assert!(!script_aside.contains(outside), "the page names something outside: {outside}");
    }
}

#[test]
fn an_apply_tells_what_became_of_each_change() {
    let outcome = quickstart().run("--apply --yes --sandbox world.yaml --format html");
    assert!(outcome.stdout.contains("Applied: 5 of 5; 0 failed, 0 held back."), "{}", outcome.stdout);
    assert_eq!(outcome.stdout.matches("<em class=applied>applied</em>").count(), 5);
}

#[test]
fn a_part_shows_only_its_own_units() {
    let one = page(&quickstart(), "--property 500002");
    assert!(one.contains("Ada Study") && !one.contains("Holly Over"));
    let customer = page(&quickstart(), "--customer 990007");
    assert!(customer.contains("<h4>203 ") && !customer.contains("<h4>204 "));
}

/// Everything that a reader of the page does, in one browser: starting one takes longest.
#[test]
fn a_browser_shows_it_without_complaint_in_both_themes_and_finds_what_is_typed() {
    let Some(browser) = Browser::start() else { return };
    let (_folder, path) = saved(&page(&quickstart(), "--upcoming 30d"));
    browser.open(&path);
    assert_eq!(browser.complaints(), Vec::<Value>::new());

    assert_eq!(browser.search("holly"), "1 found");
    let visible = "return Array.from(document.querySelectorAll('.r')).filter(row => row.offsetParent).map(row => row.textContent)";
    let rows = browser.run(visible);
    assert!(
        rows[0].as_str().unwrap().contains("Holly Over") && rows.as_array().unwrap().len() == 1,
        "{rows}"
    );
    assert_eq!(browser.search("alder court 990004 T14"), "1 found", "words of the group and of the row");
    assert_eq!(browser.search("o'neil <x>"), "0 found");
    assert_eq!(browser.search(""), "");
    assert!(browser.run(visible).as_array().unwrap().len() > 15, "everything is back");

    let mut looks = Vec::new();
    for theme in ["light", "dark"] {
        let ground = browser.run(
            "document.getElementById('theme').click(); return [getComputedStyle(document.body).backgroundColor, document.documentElement.dataset.theme]",
        );
        assert_eq!(ground[1], theme);
        let is_light = ground[0].as_str().unwrap().contains("251");
        assert_eq!(is_light, theme == "light", "{ground}");
        assert_eq!(browser.run(OVERLAPS), json!([]), "in the {theme} theme");
        looks.push(browser.screenshot());
    }
    assert!(looks[0].starts_with(b"\x89PNG") && looks[0] != looks[1]);

    browser.run("dispatchEvent(new Event('beforeprint'))");
    assert_eq!(browser.run("return document.querySelectorAll('details:not([open])').length"), 0);
    assert_eq!(browser.complaints(), Vec::<Value>::new());
}

/// What lies over something beside it, or runs out of the page.
const OVERLAPS: &str = "
    const found = [];
    const all = document.querySelectorAll('.r, .bar, form, .tiles, tr, summary, .axis, main, body, .part');
    for (const parent of all) {
        const children = Array.from(parent.children).filter(child => child.getClientRects().length === 1);
        const boxes = children.map(child => child.getBoundingClientRect());
        boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b, j) => {
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 1 && high > 3 && !parent.matches('body')) found.push(parent.className + ': ' + children[i].outerHTML.slice(0, 80) + ' / ' + children[i + j + 1].outerHTML.slice(0, 80));
        }));
    }
    if (document.documentElement.scrollWidth > innerWidth) found.push('wider than the window');
    return found;";

const HOSTILE: [&str; 4] = [
    "<script>window.pwned=1</script>",
    "\"><img src=x onerror=window.pwned=1>",
    "</noscript><svg onload=window.pwned=1>",
    "Rosa \u{202e}gnp.exe\u{2066}",
];

#[test]
fn a_hostile_name_stays_text() {
    let place = HOSTILE.iter().zip(["Sam Stayer", "Holly Over", "Perry Petual", "Ada Study"]).fold(
        WORLD.to_owned(),
        |world, (hostile, name)| {
            assert!(world.contains(&format!("name: {name},")));
            world.replace(
                &format!("name: {name},"),
                &format!("name: {},", serde_json::to_string(hostile).unwrap()),
            )
        },
    );
    let place = Workplace::new().file("reconcile.yaml", MANIFEST).file("world.yaml", place);
    let page = page(&place, "");
    assert!(!page.contains("<img") && !page.contains("<script>window") && !page.contains("<svg onload"));
    assert!(!page.contains('\u{202e}') && page.contains("\\u{202e}"));
    let Some(browser) = Browser::start() else { return };
    let (_folder, path) = saved(&page);
    browser.open(&path);
    assert_eq!(browser.complaints(), Vec::<Value>::new());
    assert_ne!(browser.search("<script>window.pwned"), "0 found");
    let shown = browser.run("return document.querySelector('main').innerText");
    assert!(shown.as_str().unwrap().contains(HOSTILE[0]), "{shown}");
    assert_eq!(browser.search(""), "");
    let alien = "return [typeof window.pwned, document.querySelectorAll('img, main script').length]";
    assert_eq!(browser.run(alien), json!(["undefined", 0]));

    // Even what gets past everything else does not run.
    browser.run("const script = document.createElement('script'); script.textContent = 'window.pwned = 1'; document.body.append(script)");
    assert_eq!(browser.run("return typeof window.pwned"), "undefined");
    let complaints = browser.complaints();
    assert!(
        complaints.iter().any(|one| one["message"].as_str().unwrap().contains("Content Security Policy")),
        "{complaints:?}"
    );
}

#[test]
fn a_unit_tells_who_stays_in_it_in_the_order_of_time() {
    let place = Workplace::new()
        .file("reconcile.yaml", include_str!("data/timeline.yaml"))
        .file("world.yaml", include_str!("data/timeline.world.yaml"));
    let drawn = |flags: &str| -> Vec<String> {
        let page = page(&place, flags);
        let rows = page.split("<h4>").skip(1).map(|row| row.split("</div></div>").next().unwrap());
        rows.map(str::to_owned).collect()
    };
    let rows = drawn("");
    let numbers: Vec<&str> = rows.iter().map(|row| row.split('<').next().unwrap()).collect();
    assert_eq!(numbers, ["101", "102", "103", "104", "1"]);
    let place_of = |text: &str| rows[0].find(text).unwrap_or_else(|| panic!("{text}: {}", rows[0]));
    assert!(place_of("Lena Leaver") < place_of("Rosa Renter"), "the earlier stay goes first");
    assert!(place_of("override: freeze") < place_of("Sam Renter"), "two on one lease are one stay");
    assert_eq!(rows[0].matches("lease 900001").count(), 1);
    assert!(rows[1].contains("held over since 2026-01-31") && !rows[2].contains("held over"), "{rows:?}");
    assert!(drawn("--customer 990004").iter().all(|row| row.contains("Holly Over")));
    assert_eq!(drawn("--customer 990004").len(), 2, "only units of whoever is asked for");
    assert_eq!(drawn("--property 500001").len(), 4, "only units of the property that is asked for");
}
