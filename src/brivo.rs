//! Brivo over HTTP: reads into an account, and one method a write. Knows the wire and nothing of leases, plans or rules.

pub mod account;
mod answer;
mod call;
pub mod error;
mod page;
pub mod read;
pub mod record;
mod time;
pub mod token;
mod wire;
pub mod write;

use reqwest::Url;

use crate::http::Transport;
use crate::http::error::HttpError;
use crate::http::message::parse_address;
use token::{BrivoLogin, Tokens};

/// How many calls are under way at once; the transport's pace bounds them in time.
const AT_ONCE: usize = 20;

/// One login to one Brivo account. Shared by reference between tasks, which then share its token too.
pub struct Client {
    transport: Transport,
    api_url: Url,
    tokens: Tokens,
}

impl Client {
    /// A client that has not asked anything yet.
    ///
    /// # Errors
    /// When an address is none, or would send secrets in the clear.
    pub fn new(
        transport: Transport,
        api_url: &str,
        auth_url: &str,
        login: BrivoLogin,
    ) -> Result<Self, HttpError> {
        let token_url = call::below(&parse_address(auth_url)?, "/oauth/token")?;
        let tokens = Tokens::new(transport.clone(), token_url, login);
        Ok(Self { transport, api_url: parse_address(api_url)?, tokens })
    }

    /// The transport, for its count of calls and the service's clock.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }
}

#[cfg(test)]
mod tests;
