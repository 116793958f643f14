//! Why there is no final answer, told so that a caller knows whether the request may have been executed.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use super::message::Answer;
use super::retry::Kind;

/// Why a call has no final answer. No message holds a secret, a query or anything of a body.
#[derive(Debug, Error)]
pub enum HttpError {
    /// The text is no address that can be called.
    #[error("`{url}` is not a usable address: {problem}. It should look like `https://host/path`")]
    Address {
        /// The text.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A body that is not what it should be.
    #[error("the answer ({what}) can't be read: {problem}")]
    Body {
        /// The answer in a few words.
        what: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The service answered to the end that it can't.
    #[error("{host} failed {tries} times, last with {answer:?}. Try again later")]
    Failing {
        /// The host.
        host: String,
        /// The last answer.
        answer: Box<Answer>,
        /// How often it was tried.
        tries: u32,
    },
    /// A secret with a character that no header can carry.
    #[error(
        "the secret for the header `{name}` holds a character that can't be sent. Is there a line break or a quote in it?"
    )]
    Header {
        /// The header.
        name: String,
    },
    /// Plain http to another machine.
    #[error(
        "`http://{host}` would send secrets in the clear. Use `https://`; plain http is for loopback addresses only"
    )]
    Insecure {
        /// The host.
        host: String,
    },
    /// The request went out, and no whole answer came back.
    #[error("the answer of {host} was lost: {reason}. The request may have been executed")]
    Lost {
        /// The host.
        host: String,
        /// What happened.
        reason: String,
    },
    /// The run's own end has come first.
    #[error("the time that --deadline gives the run is over before {host} was asked")]
    OutOfTime {
        /// The host.
        host: String,
    },
    /// An answer that points elsewhere.
    #[error(
        "{host} answered HTTP {status} and points to `{target}`. Redirects are not followed, they would carry the credentials along: correct the address"
    )]
    Redirected {
        /// The host.
        host: String,
        /// The status.
        status: u16,
        /// `Location`, without its query.
        target: String,
    },
    /// The TLS client could not be built.
    #[error("the network client can't be set up: {0}")]
    Setup(String),
    /// The gateway refused to the end because of too many calls.
    #[error("{host} refuses because of too many calls ({answer:?}){}. Try again later, or ask for a higher limit", wish(*.after))]
    Throttled {
        /// The host.
        host: String,
        /// The last answer.
        answer: Box<Answer>,
        /// How long it asked to wait.
        after: Option<Duration>,
    },
    /// No connection could be made.
    #[error(
        "{host} can't be reached: {reason}. Check the address in the manifest, the network, and the proxy variables (HTTPS_PROXY, NO_PROXY)"
    )]
    Unreachable {
        /// The host.
        host: String,
        /// What happened.
        reason: String,
    },
}

impl HttpError {
    /// Whether the request certainly was not executed, so that even a create may be sent again (R6).
    pub fn surely_not_executed(&self) -> bool {
        match self {
            Self::Address { .. }
            | Self::Header { .. }
            | Self::Insecure { .. }
            | Self::OutOfTime { .. }
            | Self::Setup(_)
            | Self::Throttled { .. }
            | Self::Unreachable { .. } => true,
            Self::Body { .. } | Self::Failing { .. } | Self::Lost { .. } | Self::Redirected { .. } => false,
        }
    }

    /// Whether nothing was heard of the service itself: no answer, or a gateway's word that it is down.
    pub fn is_silence(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Lost { .. } | Self::Failing { .. })
    }
}

fn wish(after: Option<Duration>) -> String {
    after.map_or_else(String::new, |after| format!(" and asks to wait {} seconds", after.as_secs()))
}

/// What went wrong with one try.
pub(super) enum Trouble {
    /// No connection was made.
    Unsent { reason: String },
    /// The request went out, and no whole answer came back.
    Lost { reason: String },
    /// The service can't now.
    Busy { answer: Box<Answer>, after: Option<Duration> },
    /// The gateway refused.
    Throttled { answer: Box<Answer>, after: Option<Duration> },
}

impl Trouble {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Unsent { .. } => Kind::Unsent,
            Self::Lost { .. } => Kind::Lost,
            Self::Busy { after, .. } => Kind::Busy { after: *after },
            Self::Throttled { after, .. } => Kind::Throttled { after: *after },
        }
    }

    /// The error once there is no further try.
    pub(super) fn at_last(self, host: String, tries: u32) -> HttpError {
        match self {
            Self::Unsent { reason } => HttpError::Unreachable { host, reason },
            Self::Lost { reason } => HttpError::Lost { host, reason },
            Self::Busy { answer, .. } => HttpError::Failing { host, answer, tries },
            Self::Throttled { answer, after } => HttpError::Throttled { host, answer, after },
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsent { reason } | Self::Lost { reason } => f.write_str(reason),
            Self::Busy { answer, .. } | Self::Throttled { answer, .. } => f.write_str(&answer.describe()),
        }
    }
}
