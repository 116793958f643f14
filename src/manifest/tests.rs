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
