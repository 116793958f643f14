//! Who runs this, on which commit and in which job, as build services tell it in their variables (R12).

/// What is known of whoever runs this.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Build {
    /// The person who started it.
    pub actor: Option<String>,
    /// The manifest's commit.
    pub commit: Option<String>,
    /// Where the job can be looked at, else its number.
    pub job: Option<String>,
}

/// GitHub, GitLab, Jenkins, Azure `DevOps`, Circle, Buildkite, Bitbucket, Travis, Drone; then whoever is logged in.
const ACTORS: [&str; 12] = [
    "GITHUB_TRIGGERING_ACTOR",
    "GITHUB_ACTOR",
    "GITLAB_USER_LOGIN",
    "BUILD_USER_ID",
    "BUILD_REQUESTEDFOR",
    "CIRCLE_USERNAME",
    "BUILDKITE_BUILD_CREATOR",
    "BITBUCKET_STEP_TRIGGERER_UUID",
    "DRONE_COMMIT_AUTHOR",
    "USER",
    "LOGNAME",
    "USERNAME",
];

/// In the same order.
const COMMITS: [&str; 9] = [
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "GIT_COMMIT",
    "BUILD_SOURCEVERSION",
    "CIRCLE_SHA1",
    "BUILDKITE_COMMIT",
    "BITBUCKET_COMMIT",
    "TRAVIS_COMMIT",
    "DRONE_COMMIT_SHA",
];

/// Addresses that a service gives ready; each text between variables is as it stands.
const JOBS: [&[&str]; 9] = [
    &["$GITHUB_SERVER_URL", "/", "$GITHUB_REPOSITORY", "/actions/runs/", "$GITHUB_RUN_ID"],
    &["$CI_JOB_URL"],
    &["$CI_PIPELINE_URL"],
    &["$BUILD_URL"],
    &["$SYSTEM_COLLECTIONURI", "$SYSTEM_TEAMPROJECT", "/_build/results?buildId=", "$BUILD_BUILDID"],
    &["$CIRCLE_BUILD_URL"],
    &["$BUILDKITE_BUILD_URL"],
    &["$TRAVIS_BUILD_WEB_URL"],
    &["$DRONE_BUILD_LINK"],
];

/// Numbers, where there is no address.
const NUMBERS: [&str; 4] = ["GITHUB_RUN_ID", "CI_PIPELINE_ID", "BUILD_ID", "BITBUCKET_BUILD_NUMBER"];

/// Reads the variables that `variable` gives.
pub fn build(variable: impl Fn(&str) -> Option<String>) -> Build {
    let given = |name: &str| variable(name).filter(|value| !value.is_empty());
    let first = |names: &[&str]| names.iter().find_map(|name| given(name));
    let address = |parts: &&[&str]| -> Option<String> {
        parts
            .iter()
            .map(|part| part.strip_prefix('$').map_or_else(|| Some((*part).to_owned()), given))
            .collect()
    };
    Build {
        actor: first(&ACTORS),
        commit: first(&COMMITS),
        job: JOBS.iter().find_map(address).or_else(|| first(&NUMBERS)),
    }
}

#[cfg(test)]
mod tests;
