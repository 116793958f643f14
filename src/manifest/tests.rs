use super::*;

#[test]
fn a_pattern_is_exact_text_or_a_glob() {
    for (pattern, text, fits) in [
        ("302", "302", true),
        ("302", "3021", false),
        ("A*", "A101", true),
        ("A*", "a101", false),
        ("*", "", true),
        ("*", "12/3", true),
        ("1?1", "101", true),
        ("1?1", "1001", false),
        ("[12]*", "302", false),
        ("{A,B}-*", "B-7", true),
    ] {
        assert_eq!(Pattern::new(pattern).unwrap().matches(text), fits, "{pattern} and {text}");
    }
    assert!(Pattern::new("302-A").unwrap().is_exact());
    assert!(!Pattern::new("3*").unwrap().is_exact());
    assert!(Pattern::new("[1").unwrap_err().to_string().starts_with("`[1` can't be read"));
}

#[test]
fn a_path_without_a_place_has_that_of_what_encloses_it() {
    let mut places = Places::default();
    places.insert("properties[0]", Place { file: "a.yaml".into(), line: 4 });
    places.insert("properties[0].units", Place { file: "a.yaml".into(), line: 9 });
    let shown = |path| places.get(path).map(ToString::to_string);
    assert_eq!(shown("properties[0].units[2].match").as_deref(), Some("a.yaml:9"));
    assert_eq!(shown("properties[0].name").as_deref(), Some("a.yaml:4"));
    assert_eq!(shown("properties[1]"), None);
}

/// A manifest with every key.
const WHOLE: &str = include_str!("../../tests/it/manifests/whole.yaml");

fn files(text: &str) -> Vec<(String, String)> {
    vec![("reconcile.yaml".to_owned(), text.to_owned())]
}

#[test]
fn the_whole_example_is_read() {
    let (manifest, faults) = parse(&files(WHOLE));
    assert_eq!(faults, []);
    let manifest = manifest.unwrap();
    let alder = &manifest.properties[0];
    assert_eq!(alder.policy.end_time.to_string(), "12:00:00");
    assert_eq!(
        manifest.places.get(&alder.policy_paths["end_time"]).unwrap().to_string(),
        "reconcile.yaml:46"
    );
    assert_eq!(manifest.defaults.end_time.to_string(), "16:00:00");
    assert_eq!(alder.units[1].matches[1].text, "2*");
    assert_eq!(alder.units[1].building.as_deref(), Some("A"));
    assert_eq!(manifest.overrides[0].customer.as_str(), "990001");
    assert_eq!(manifest.adopt[0].user, Some(UserId(15_620_417)));
}
