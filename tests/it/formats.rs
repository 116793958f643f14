//! Each format of the quickstart's plan, and the ends of each of a plan of 5,000 people, as somebody looked at them and found them good.
//! `UPDATE_FORMATS=1 cargo test --test it formats` writes them anew: look at the difference before you keep it.

use std::path::Path;

use crate::support::Workplace;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/formats");
const MANIFEST: &str = include_str!("../../examples/quickstart/reconcile.yaml");
const WORLD: &str = include_str!("../../examples/quickstart/world.yaml");

/// The most that a comment may hold on GitHub, in characters.
const COMMENT: usize = 65_536;

fn check(name: &str, shown: &str) {
    let path = Path::new(FOLDER).join(name);
    if std::env::var_os("UPDATE_FORMATS").is_some() {
        std::fs::create_dir_all(FOLDER).unwrap();
        std::fs::write(path, shown).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(shown.lines()).position(|(kept, shown)| kept != shown);
    if let Some(at) = differs {
        let line = |text: &str| text.lines().nth(at).unwrap_or_default().to_owned();
        panic!("{name}, line {}:\n  kept   {}\n  shown  {}", at + 1, line(&kept), line(shown));
    }
    assert_eq!(kept.lines().count(), shown.lines().count(), "{name}: the one ends before the other");
}

/// A plan's JSON without what another version, or another way to read, changes.
fn lasting(json: &str) -> String {
    let hidden = ["\"tool_version\": ", "\"entrata\": ", "\"brivo\": ", "\"to_apply\": "];
    let line = |line: &str| match hidden.iter().find(|key| line.trim_start().starts_with(**key)) {
        Some(key) => format!("{}…\n", &line[..line.find(key).unwrap() + key.len()]),
        None => format!("{line}\n"),
    };
    json.lines().map(line).collect()
}

/// What a page shows: its style and script are held with the quickstart's page.
fn body(page: &str) -> String {
    page[page.find("<main").unwrap()..page.find("</main>").unwrap()].to_owned()
}

/// The first and the last lines, and how many stand between.
fn ends(text: &str) -> String {
    const HEAD: usize = 70;
    const TAIL: usize = 30;
    let lines: Vec<&str> = text.lines().collect();
    let (head, tail) = (&lines[..HEAD], &lines[lines.len() - TAIL..]);
    format!("{}\n[… {} lines …]\n{}\n", head.join("\n"), lines.len() - HEAD - TAIL, tail.join("\n"))
}

/// Five thousand residents, and the manifest that stands in the head of their world.
fn five_thousand() -> Workplace {
    let place = Workplace::new();
    let world = place.run("sandbox --generate residents=5000,units=3000,properties=5,seed=3").stdout;
    let manifest: Vec<&str> = world
        .lines()
        .skip_while(|line| *line != "#   version: 1")
        .map_while(|line| line.strip_prefix("#   "))
        .collect();
    let manifest = manifest.join("\n").replace("\"entrata:\"", "\"entrata:\", calls_per_second: 5000");
    place.env("COLUMNS", "120").file("world.yaml", world).file("reconcile.yaml", manifest)
}

#[test]
fn the_quickstart() {
    let place =
        Workplace::new().env("COLUMNS", "120").file("reconcile.yaml", MANIFEST).file("world.yaml", WORLD);
    for (format, name) in
        [("text", "quickstart.txt"), ("json", "quickstart.json"), ("markdown", "quickstart.md")]
    {
        let run = place.run(&format!("--diff --sandbox world.yaml --format {format}"));
        assert_eq!(run.code, 3, "{}", run.stderr);
        check(name, &if format == "json" { lasting(&run.stdout) } else { run.stdout });
    }
}

#[test]
fn five_thousand_people() {
    let place = five_thousand();
    let formats =
        [("text", "large.txt"), ("json", "large.json"), ("markdown", "large.md"), ("html", "large.html")];
    for (format, name) in formats {
        let run = place.run(&format!("--diff --sandbox world.yaml --format {format}"));
        assert_eq!(run.code, 0, "{}", run.stderr);
        if format == "markdown" {
            let characters = run.stdout.encode_utf16().count();
            assert!(characters <= COMMENT && characters > COMMENT / 2, "{characters}");
            assert_eq!(run.stdout.matches("<details>").count(), run.stdout.matches("</details>").count());
            assert_eq!(run.stdout.matches("\n```").count() % 2, 0, "every fence is closed");
        }
        let shown = match format {
            "json" => lasting(&run.stdout),
            "html" => body(&run.stdout),
            _ => run.stdout,
        };
        check(name, &ends(&shown));
    }
}
