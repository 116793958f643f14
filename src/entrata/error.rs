//! What can go wrong with a call, and what of it ends the whole run.

use thiserror::Error;

use crate::http::error::HttpError;
use crate::http::message::Veil;

/// The longest text of a refusal that is repeated, in characters.
const LONGEST_MESSAGE: usize = 200;

/// Why a call of Entrata has no result. No message holds a secret or personal data.
#[derive(Debug, Error)]
pub enum EntrataError {
    /// No answer, or none that is Entrata's.
    #[error("Entrata's {call}: {cause}")]
    Http {
        /// The service.
        call: &'static str,
        /// What happened; part of the message, so not its source too.
        cause: HttpError,
    },
    /// The key or login is refused as such.
    #[error(
        "Entrata refuses the login ({refusal}). Check ENTRATA_API_KEY (or ENTRATA_USERNAME and ENTRATA_PASSWORD), and in Entrata under Apps > API Access that the user is enabled for {call}"
    )]
    Login {
        /// The service.
        call: &'static str,
        /// What it said.
        refusal: Refusal,
    },
    /// The call is refused; the login is good.
    #[error("Entrata refuses {call} ({refusal})")]
    Refused {
        /// The service.
        call: &'static str,
        /// What it said.
        refusal: Refusal,
    },
    /// The answer is not what the service should send.
    #[error("Entrata's answer to {call} can't be understood: {problem}")]
    Shape {
        /// The service.
        call: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// Not one call was answered.
    #[error("Entrata answers nothing at all: {0}")]
    Silent(Box<Self>),
}

/// What a refusal says: the status, and Entrata's own code and text where the body has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status; the legacy hosts send 200 with errors too [S].
    pub status: u16,
    /// `error.code`, or a `response.code` other than 200.
    pub code: Option<i64>,
    /// `error.message`.
    pub message: Option<String>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HTTP {}", self.status)?;
        if let Some(code) = self.code {
            write!(f, ", error {code}")?;
        }
        if let Some(message) = &self.message {
            write!(f, ": {message}")?;
        }
        Ok(())
    }
}

impl Refusal {
    /// Whether a single property is closed: 301 to the user, 311 to the app [S], [code].
    pub fn is_of_property(&self) -> bool {
        matches!(self.code, Some(301 | 311))
    }

    /// Whether the login itself is refused: HTTP 401, a 403 that names no property, or an error of the hundreds, which
    /// speak of the request's envelope (113: wrong password [S]).
    fn is_of_login(&self) -> bool {
        self.status == 401
            || (self.status == 403 && !self.is_of_property())
            || matches!(self.code, Some(100..=199))
    }
}

impl EntrataError {
    pub(super) fn refused(call: &'static str, refusal: Refusal) -> Self {
        if refusal.is_of_login() { Self::Login { call, refusal } } else { Self::Refused { call, refusal } }
    }

    /// With the secrets taken out of what the service said.
    pub(super) fn behind(mut self, veil: &Veil) -> Self {
        if let Self::Login { refusal, .. } | Self::Refused { refusal, .. } = &mut self {
            let message = refusal.message.take();
            refusal.message =
                message.map(|message| veil.over(&message).chars().take(LONGEST_MESSAGE).collect());
        }
        self
    }

    /// Whether every further call would end the same way, so that the run can't go on (R2).
    pub fn ends_the_run(&self) -> bool {
        match self {
            Self::Login { .. } | Self::Silent(_) => true,
            Self::Refused { .. } | Self::Shape { .. } => false,
            Self::Http { cause, .. } => match cause {
                HttpError::Address { .. }
                | HttpError::Header { .. }
                | HttpError::Insecure { .. }
                | HttpError::OutOfTime { .. }
                | HttpError::Redirected { .. }
                | HttpError::Setup(_) => true,
                HttpError::Body { .. }
                | HttpError::Failing { .. }
                | HttpError::Lost { .. }
                | HttpError::Throttled { .. }
                | HttpError::Unreachable { .. } => false,
            },
        }
    }

    /// Whether nothing came back.
    pub(super) fn is_silence(&self) -> bool {
        matches!(self, Self::Http { cause, .. } if cause.is_silence())
    }

    /// The call's name.
    pub(super) fn call(&self) -> &'static str {
        match self {
            Self::Http { call, .. }
            | Self::Login { call, .. }
            | Self::Refused { call, .. }
            | Self::Shape { call, .. } => call,
            Self::Silent(first) => first.call(),
        }
    }
}
