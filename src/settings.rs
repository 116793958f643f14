//! Secrets, from the environment or from files that it names; never from a manifest, an option or anywhere else (R11).

pub mod build;

use std::path::PathBuf;

use miette::Diagnostic;
use secrecy::SecretString;

/// How one logs in to Entrata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntrataLogIn {
    /// With the gateway's key.
    ApiKey,
    /// With the legacy host's user and password.
    Basic,
}

/// Entrata's secrets.
#[derive(Debug, Clone)]
pub enum EntrataSecrets {
    /// `ENTRATA_API_KEY`.
    ApiKey(SecretString),
    /// `ENTRATA_USERNAME` and `ENTRATA_PASSWORD`.
    Basic {
        /// The user.
        username: SecretString,
        /// The password.
        password: SecretString,
    },
}

/// Brivo's secrets.
#[derive(Debug, Clone)]
pub struct BrivoSecrets {
    /// `BRIVO_API_KEY`.
    pub api_key: SecretString,
    /// `BRIVO_CLIENT_ID`.
    pub client_id: SecretString,
    /// `BRIVO_CLIENT_SECRET`.
    pub client_secret: SecretString,
    /// `BRIVO_USERNAME`, the administrator's.
    pub username: SecretString,
    /// `BRIVO_PASSWORD`, the administrator's.
    pub password: SecretString,
}

/// Everything that a run needs.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// Entrata's.
    pub entrata: EntrataSecrets,
    /// Brivo's.
    pub brivo: BrivoSecrets,
}

/// Some secrets can't be had; all of them are named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Diagnostic)]
#[error("{}", .problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
#[diagnostic(
    code(settings::secrets),
    help(
        "give each secret in the environment, as NAME or as NAME_FILE naming a file that holds it; a manifest or an option is no place for one"
    )
)]
pub struct SecretsFault {
    /// One for each secret.
    pub problems: Vec<SecretProblem>,
}

/// Why one secret can't be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretProblem {
    /// Neither form is set.
    #[error("neither {name} nor {name}_FILE is set")]
    Missing {
        /// The variable.
        name: &'static str,
    },
    /// Both forms are set, and they may differ.
    #[error("both {name} and {name}_FILE are set: keep one of them")]
    Twice {
        /// The variable.
        name: &'static str,
    },
    /// There is nothing in it.
    #[error("{variable} holds nothing")]
    Empty {
        /// The variable, of the form that was used.
        variable: String,
    },
    /// The file can't be read.
    #[error("{name}_FILE names {}, which can't be read: {reason}", .path.display())]
    Unreadable {
        /// The variable.
        name: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// Reads everything that a run needs from the process's environment.
pub fn secrets(log_in: EntrataLogIn) -> Result<Secrets, SecretsFault> {
    secrets_from(log_in, |name| std::env::var(name).ok())
}

fn secrets_from(
    log_in: EntrataLogIn,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Secrets, SecretsFault> {
    let mut problems = Vec::new();
    let mut read = |name| secret(name, &variable).map_err(|problem| problems.push(problem)).ok();
    // Every secret is asked for before any lack is told.
    let entrata = match log_in {
        EntrataLogIn::ApiKey => read("ENTRATA_API_KEY").map(EntrataSecrets::ApiKey),
        EntrataLogIn::Basic => {
            let (username, password) = (read("ENTRATA_USERNAME"), read("ENTRATA_PASSWORD"));
            username.zip(password).map(|(username, password)| EntrataSecrets::Basic { username, password })
        }
    };
    let names =
        ["BRIVO_API_KEY", "BRIVO_CLIENT_ID", "BRIVO_CLIENT_SECRET", "BRIVO_USERNAME", "BRIVO_PASSWORD"];
    match (entrata, names.map(read)) {
        (
            Some(entrata),
            [Some(api_key), Some(client_id), Some(client_secret), Some(username), Some(password)],
        ) => {
            let brivo = BrivoSecrets { api_key, client_id, client_secret, username, password };
            Ok(Secrets { entrata, brivo })
        }
        _ => Err(SecretsFault { problems }),
    }
}

fn secret(
    name: &'static str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<SecretString, SecretProblem> {
    let file_variable = format!("{name}_FILE");
    let (text, variable) = match (variable(name), variable(&file_variable)) {
        (None, None) => return Err(SecretProblem::Missing { name }),
        (Some(_), Some(_)) => return Err(SecretProblem::Twice { name }),
        (Some(text), None) => (text, name.to_owned()),
        (None, Some(path)) => {
            let unreadable = |error: std::io::Error| SecretProblem::Unreadable {
                name,
                path: PathBuf::from(&path),
                reason: error.to_string(),
            };
            let text = std::fs::read_to_string(&path).map_err(unreadable)?;
            (text, file_variable)
        }
    };
    // Editors and `echo` end a file with a line break that no secret has.
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(SecretProblem::Empty { variable }),
        text => Ok(SecretString::from(text)),
    }
}

#[cfg(test)]
mod tests;
