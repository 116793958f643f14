use std::io::Write as _;

use secrecy::ExposeSecret as _;

use super::*;

const BRIVO: [(&str, &str); 5] = [
    ("BRIVO_API_KEY", "k"),
    ("BRIVO_CLIENT_ID", "i"),
    ("BRIVO_CLIENT_SECRET", "s"),
    ("BRIVO_USERNAME", "u"),
    ("BRIVO_PASSWORD", "p"),
];

fn read(log_in: EntrataLogIn, set: &[(&str, &str)]) -> Result<Secrets, SecretsFault> {
    secrets_from(log_in, |name| {
        set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn all_that_is_missing_is_named_at_once() {
    let fault = read(EntrataLogIn::Basic, &[("BRIVO_API_KEY", "k"), ("BRIVO_CLIENT_ID", "")]).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "neither ENTRATA_USERNAME nor ENTRATA_USERNAME_FILE is set\n\
         neither ENTRATA_PASSWORD nor ENTRATA_PASSWORD_FILE is set\n\
         BRIVO_CLIENT_ID holds nothing\n\
         neither BRIVO_CLIENT_SECRET nor BRIVO_CLIENT_SECRET_FILE is set\n\
         neither BRIVO_USERNAME nor BRIVO_USERNAME_FILE is set\n\
         neither BRIVO_PASSWORD nor BRIVO_PASSWORD_FILE is set"
    );
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"from a file\r\n").unwrap();
    let path = file.path().to_str().unwrap();
    let set = [BRIVO.as_slice(), &[("ENTRATA_API_KEY_FILE", path)]].concat();
    let secrets = read(EntrataLogIn::ApiKey, &set).unwrap();
    let EntrataSecrets::ApiKey(key) = &secrets.entrata else { panic!("a key was asked for") };
    assert_eq!(key.expose_secret(), "from a file");
    assert_eq!(secrets.brivo.password.expose_secret(), "p");
    assert!(!format!("{secrets:?}").contains("from a file"));
}

#[test]
fn both_forms_and_a_file_that_is_not_there_are_problems() {
    let set = [BRIVO.as_slice(), &[("ENTRATA_API_KEY", "a"), ("ENTRATA_API_KEY_FILE", "b")]].concat();
    let fault = read(EntrataLogIn::ApiKey, &set).unwrap_err();
    assert_eq!(fault.problems, [SecretProblem::Twice { name: "ENTRATA_API_KEY" }]);
    let set = [BRIVO.as_slice(), &[("ENTRATA_API_KEY_FILE", "/nowhere/key")]].concat();
    let fault = read(EntrataLogIn::ApiKey, &set).unwrap_err();
    assert!(
        fault.to_string().starts_with("ENTRATA_API_KEY_FILE names /nowhere/key, which can't be read"),
        "{fault}"
    );
}
