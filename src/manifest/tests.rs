use miette::Diagnostic as _;

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
    places.insert("properties[0]", Place::new("a.yaml", 4));
    places.insert("properties[0].units", Place::new("a.yaml", 9));
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
        "reconcile.yaml:49"
    );
    assert_eq!(manifest.defaults.end_time.to_string(), "16:00:00");
    assert_eq!(alder.units[1].matches[1].text, "2*");
    assert_eq!(alder.units[1].building.as_deref(), Some("A"));
    assert_eq!(manifest.overrides[0].customer.as_str(), "990001");
    assert_eq!(manifest.adopt[0].user, Some(UserId(15_620_417)));
}

#[test]
fn no_half_of_a_manifest_makes_it_panic() {
    for end in (0..WHOLE.len()).step_by(23).filter(|end| WHOLE.is_char_boundary(*end)) {
        for text in [&WHOLE[..end], &WHOLE[end..]] {
            let files = files(text);
            let (manifest, faults) = parse(&files);
            let is_refused = faults.iter().any(|fault| fault.severity == Severity::Error);
            assert_eq!(manifest.is_none(), is_refused, "{text}");
            for shown in show(faults, &files) {
                assert_eq!(shown.labels().map_or(0, Iterator::count), usize::from(!text.is_empty()));
            }
        }
    }
}

#[test]
fn places_are_right_behind_letters_of_several_bytes_and_windows_line_ends() {
    let text =
        format!("\u{feff}# Grüße, 門\n{WHOLE}").replace('\n', "\r\n").replace("mode: live", "mode: lïve");
    let files = files(&text);
    let (_, faults) = parse(&files);
    let shown = show(faults, &files);
    let spans: Vec<&str> = shown
        .iter()
        .flat_map(|shown| shown.labels().into_iter().flatten())
        .map(|label| &text[label.offset()..label.offset() + label.len()])
        .collect();
    assert_eq!(spans, ["lïve"]);
}

#[test]
fn a_secret_of_several_lines_is_hidden_to_its_end() {
    let text = "version: 2\nbrivo:\n  password: |\n    hunter2\n\n    hunter3\n  api_url: https://u:hunter4@x\n  flow: { api_key: hunter5 }\n";
    let shown = secret::masked(text);
    assert!(!shown.contains("hunter"), "{shown}");
    assert_eq!(shown.len(), text.len());
    assert!(shown.contains("api_url: https://"), "{shown}");
}

#[test]
fn the_order_of_a_merged_list_is_that_of_the_files_and_its_paths_lead_back() {
    let services = "version: 1\nentrata: { url: https://apis.entrata.com/ext/orgs/alder/v1 }\n";
    let property = |id: u64| {
        format!(
            "version: 1\nproperties:\n  - {{ id: {id}, name: P{id}, time_zone: America/Denver, groups: [G] }}\n"
        )
    };
    let files: Vec<(String, String)> =
        [("0.yaml", services.to_owned()), ("a.yaml", property(7)), ("b.yaml", property(3))]
            .map(|(name, text)| (name.to_owned(), text))
            .into();
    let (manifest, faults) = parse(&files);
    assert_eq!(faults, []);
    let manifest = manifest.unwrap();
    let found: Vec<(u64, &str, String)> = manifest
        .properties
        .iter()
        .map(|property| {
            (property.id.0, property.path.as_str(), manifest.places.get(&property.path).unwrap().to_string())
        })
        .collect();
    assert_eq!(
        found,
        [(3, "properties[1]", "b.yaml:3".to_owned()), (7, "properties[0]", "a.yaml:3".to_owned())]
    );
    assert_eq!(
        manifest.places.origin("properties[1].name"),
        Some(("b.yaml", "properties[0].name".to_owned()))
    );
}

#[test]
fn a_property_wins_over_the_defaults_key_by_key() {
    let text = "version: 1\nentrata: { url: https://apis.entrata.com/ext/orgs/alder/v1 }\n\
                defaults: { guard: { max_revokes: 9, max_revoke_percent: 20 }, enforce: [groups] }\n\
                properties:\n  - { id: 1, name: A, time_zone: America/Denver, groups: [G], guard: { max_revokes: 2 } }\n";
    let manifest = parse(&files(text)).0.unwrap();
    let policy = &manifest.properties[0].policy;
    assert_eq!((policy.guard.max_revokes, policy.guard.max_revoke_percent), (2, 20));
    assert_eq!(policy.enforce, Enforce { user_dates: false, credential_dates: false });
    assert_eq!(manifest.defaults.guard.max_revokes, 9);
    let paths: Vec<(&str, &str)> =
        manifest.properties[0].policy_paths.iter().map(|(key, path)| (key.as_str(), path.as_str())).collect();
    assert_eq!(
        paths,
        [
            ("enforce", "defaults.enforce"),
            ("guard.max_revoke_percent", "defaults.guard.max_revoke_percent"),
            ("guard.max_revokes", "properties[0].guard.max_revokes"),
        ]
    );
}

/// The schema shows the values that hold where a manifest says nothing.
#[test]
fn defaults_in_the_schema_are_those_that_hold() {
    let schema = schema::schema().to_value();
    let mut written = serde_json::Map::new();
    for (key, value) in schema["$defs"]["Policy"]["properties"].as_object().unwrap() {
        written.extend(value.get("default").map(|value| (key.clone(), value.clone())));
    }
    assert_eq!(written.len(), 13);
    let text = |defaults: &str| {
        format!(
            "version: 1\nentrata: {{ url: https://apis.entrata.com/ext/orgs/alder/v1 }}\n{defaults}\
             properties: [ {{ id: 1, name: A, time_zone: America/Denver, groups: [G] }} ]\n"
        )
    };
    let given = text(&format!("defaults: {}\n", serde_json::Value::Object(written)));
    let [given, left_out] = [given, text("")].map(|text| parse(&files(&text)).0.unwrap());
    assert_eq!(given.properties[0].policy, left_out.properties[0].policy);
}
