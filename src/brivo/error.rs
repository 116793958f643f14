//! What can go wrong with Brivo, told so that a caller knows who is concerned and whether anything was written.

use std::time::Duration;

use thiserror::Error;

use crate::http::error::HttpError;

/// Why Brivo did not do as it was asked. Calls are named by their pattern; no message holds personal data or a secret.
#[derive(Debug, Error)]
pub enum BrivoError {
    /// An answer that is not Brivo's own.
    #[error(
        "{call}: HTTP {status} with an answer that is not Brivo's. Is there a proxy in between, or is `brivo.api_url` wrong?"
    )]
    Foreign {
        /// The call.
        call: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// There is no final answer.
    #[error("{call}: {source}")]
    Http {
        /// The call.
        call: &'static str,
        /// What happened.
        source: HttpError,
    },
    /// The gateway does not know the api key, or it is disabled.
    #[error(
        "Brivo's gateway refuses the api key. Check BRIVO_API_KEY, and that the key is active in Brivo's developer portal"
    )]
    KeyRefused,
    /// Rows and count do not agree, however often the list is read.
    #[error(
        "{call}: the list keeps changing while it is read. Run again when nobody edits many users at once"
    )]
    ListKeepsChanging {
        /// The call.
        call: &'static str,
    },
    /// The login is wrong.
    #[error("Brivo refuses the login (HTTP {status}). Check {check}")]
    LoginRefused {
        /// The HTTP status.
        status: u16,
        /// Which secrets to check.
        check: &'static str,
    },
    /// The administrator may not do this.
    #[error(
        "{call}: Brivo does not allow this administrator to do that. Give the login of BRIVO_USERNAME the right to it in Brivo"
    )]
    NotAllowed {
        /// The call.
        call: &'static str,
    },
    /// The user, group or credential is not there, or not for this administrator.
    #[error("{call}: Brivo knows no such user, group or credential, or this administrator may not see it")]
    NotFound {
        /// The call.
        call: &'static str,
    },
    /// The gateway knows no such path.
    #[error("{call}: Brivo has no such service (HTTP 596). Check `brivo.api_url`; it ends in `/v1/api`")]
    NoSuchPath {
        /// The call.
        call: &'static str,
    },
    /// The key has no calls left.
    #[error("the Brivo api key has no calls left{}. Wait for its next period, or ask Brivo for a higher tier", wish(*.after))]
    QuotaExhausted {
        /// How long the gateway asks to wait.
        after: Option<Duration>,
    },
    /// The API would not take it.
    #[error("{call}: Brivo refuses it (HTTP {status}){}", hint(.call))]
    Refused {
        /// The call.
        call: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// A token fresh from the login was refused.
    #[error(
        "{call}: Brivo refuses a fresh token (HTTP 401). Check that `brivo.api_url` and `brivo.auth_url` belong to one region"
    )]
    TokenRefused {
        /// The call.
        call: &'static str,
    },
    /// A success that can't be read.
    #[error("{call}: the answer can't be read ({problem})")]
    Unreadable {
        /// The call.
        call: &'static str,
        /// The place, without a value.
        problem: String,
    },
}

impl BrivoError {
    /// Whether it is sure that the call wrote nothing. Where it is not, what Brivo holds must be read before the call is made again.
    pub fn nothing_was_written(&self) -> bool {
        match self {
            Self::Http { source, .. } => source.surely_not_executed(),
            Self::Foreign { status, .. } => (400..500).contains(status),
            Self::Unreadable { .. } => false,
            Self::KeyRefused
            | Self::ListKeepsChanging { .. }
            | Self::LoginRefused { .. }
            | Self::NotAllowed { .. }
            | Self::NotFound { .. }
            | Self::NoSuchPath { .. }
            | Self::QuotaExhausted { .. }
            | Self::Refused { .. }
            | Self::TokenRefused { .. } => true,
        }
    }

    /// Whether every further call would fail in the same way.
    pub fn ends_the_run(&self) -> bool {
        matches!(
            self,
            Self::KeyRefused
                | Self::LoginRefused { .. }
                | Self::Http { source: HttpError::Throttled { .. } | HttpError::OutOfTime { .. }, .. }
                | Self::QuotaExhausted { .. }
                | Self::TokenRefused { .. }
        )
    }

    /// Whether the thing is not there (any more).
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// Whether the API looked at what it was sent and would not take it.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

fn wish(after: Option<Duration>) -> String {
    after.map_or_else(String::new, |after| format!(" for {} minutes", after.as_secs().div_ceil(60)))
}

/// What a refusal of this call usually means.
fn hint(call: &str) -> &'static str {
    match call {
        super::write::CHANGE_GROUPS => {
            ". A user can be in 16 groups, those counted that this administrator can't see; and in no group that shares its credentials with another account"
        }
        super::write::CREATE_USER => {
            ". Is its externalId in use by a user whom this administrator can't see?"
        }
        super::write::SET_WINDOW => ". Is the credential still this user's?",
        _ => "",
    }
}
