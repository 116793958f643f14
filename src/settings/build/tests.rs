use super::{Build, build};

fn told(variables: &[(&str, &str)]) -> Build {
    build(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
}

#[test]
fn every_build_service_tells_who_what_and_where() {
    let some = |text: &str| Some(text.to_owned());
    for (variables, actor, commit, job) in [
        (
            vec![
                ("GITHUB_ACTOR", "octo"),
                ("GITHUB_SHA", "c0"),
                ("GITHUB_SERVER_URL", "https://github.com"),
                ("GITHUB_REPOSITORY", "alder/doors"),
                ("GITHUB_RUN_ID", "77"),
                ("USER", "runner"),
            ],
            "octo",
            "c0",
            "https://github.com/alder/doors/actions/runs/77",
        ),
        (
            vec![
                ("GITLAB_USER_LOGIN", "kim"),
                ("CI_COMMIT_SHA", "c1"),
                ("CI_JOB_URL", "https://gitlab.example/j/1"),
            ],
            "kim",
            "c1",
            "https://gitlab.example/j/1",
        ),
        (
            vec![
                ("BUILD_USER_ID", "jen"),
                ("GIT_COMMIT", "c2"),
                ("BUILD_URL", "https://ci.example/7/"),
                ("BUILD_ID", "7"),
            ],
            "jen",
            "c2",
            "https://ci.example/7/",
        ),
        (
            vec![
                ("BUILD_REQUESTEDFOR", "Ada"),
                ("BUILD_SOURCEVERSION", "c3"),
                ("SYSTEM_COLLECTIONURI", "https://dev.azure.example/alder/"),
                ("SYSTEM_TEAMPROJECT", "doors"),
                ("BUILD_BUILDID", "9"),
            ],
            "Ada",
            "c3",
            "https://dev.azure.example/alder/doors/_build/results?buildId=9",
        ),
        (
            vec![
                ("CIRCLE_USERNAME", "cy"),
                ("CIRCLE_SHA1", "c4"),
                ("CIRCLE_BUILD_URL", "https://circle.example/3"),
            ],
            "cy",
            "c4",
            "https://circle.example/3",
        ),
        (
            vec![
                ("BUILDKITE_BUILD_CREATOR", "bo"),
                ("BUILDKITE_COMMIT", "c5"),
                ("BUILDKITE_BUILD_URL", "https://kite.example/3"),
            ],
            "bo",
            "c5",
            "https://kite.example/3",
        ),
    ] {
        let expected = Build { actor: some(actor), commit: some(commit), job: some(job) };
        assert_eq!(told(&variables), expected);
    }
}

#[test]
fn half_an_address_is_none_and_an_empty_variable_is_not_there() {
    assert_eq!(
        told(&[("GITHUB_RUN_ID", "77"), ("GITHUB_ACTOR", ""), ("USER", "runner")]),
        Build { actor: Some("runner".to_owned()), commit: None, job: Some("77".to_owned()) }
    );
    assert_eq!(told(&[]), Build::default());
}
