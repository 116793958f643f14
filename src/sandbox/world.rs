//! The world file: what a person writes by hand to say which properties, leases and doors there are. Any text is allowed for statuses,
//! types and dates, so that hostile values can be written too.

pub mod brivo;
pub(crate) mod check;
pub mod entrata;
pub mod fault;
pub mod quirks;
pub mod scalar;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use brivo::Brivo;
pub use entrata::{Lease, Property, Resident, Unit};
pub use fault::Fault;
pub use quirks::Quirks;

/// A whole world: both services, their secrets, their habits and their faults.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct World {
    /// What the sandbox's clocks show when it starts; left out: the real time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<DateTime<Utc>>,
    /// What clients must show to be let in.
    #[serde(skip_serializing_if = "is_default")]
    pub secrets: Secrets,
    /// Entrata's properties with their units.
    pub properties: Vec<Property>,
    /// Entrata's leases with their residents.
    pub leases: Vec<Lease>,
    /// What Brivo holds at the start.
    pub brivo: Brivo,
    /// How the services behave where nobody knows, or where they are known to differ.
    #[serde(skip_serializing_if = "is_default")]
    pub quirks: Quirks,
    /// What goes wrong, and when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// Makes the faults that come by chance repeatable.
    #[serde(skip_serializing_if = "is_default")]
    pub seed: u64,
}

/// The secrets of both services, each `sandbox` unless the world says otherwise. None of them opens anything but the sandbox.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Secrets {
    /// `X-Api-Key` of the gateway.
    pub entrata_api_key: String,
    /// Basic user of the legacy host.
    pub entrata_username: String,
    /// Basic password of the legacy host.
    pub entrata_password: String,
    /// `api-key` of every Brivo call.
    pub brivo_api_key: String,
    /// OAuth client.
    pub brivo_client_id: String,
    /// OAuth client's secret.
    pub brivo_client_secret: String,
    /// The Brivo administrator.
    pub brivo_username: String,
    /// The Brivo administrator's password.
    pub brivo_password: String,
}

impl Default for Secrets {
    fn default() -> Self {
        let secret = || "sandbox".to_owned();
        Self {
            entrata_api_key: secret(),
            entrata_username: secret(),
            entrata_password: secret(),
            brivo_api_key: secret(),
            brivo_client_id: secret(),
            brivo_client_secret: secret(),
            brivo_username: secret(),
            brivo_password: secret(),
        }
    }
}

/// Why a text is no world.
#[derive(Debug, Error)]
pub enum WorldError {
    /// The YAML does not fit; the path names the place.
    #[error("the world file has a mistake at `{path}`: {message}")]
    Format {
        /// The place, as in `leases[3].residents[0].name`.
        path: String,
        /// What is wrong there.
        message: String,
    },
    /// The YAML fits, but something refers to nothing or stands there twice.
    #[error("the world file has a mistake at `{path}`: {message}")]
    Meaning {
        /// The place, as in `leases[3].unit`.
        path: String,
        /// What is wrong there, and what to do.
        message: String,
    },
}

impl World {
    /// Reads a world from YAML (or JSON).
    ///
    /// # Errors
    /// Names the place of the first mistake: a key that does not exist, a lease in an unlisted unit, an id that stands there twice.
    pub fn from_yaml(text: &str) -> Result<Self, WorldError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let mut world: Self =
            serde_path_to_error::deserialize(serde_yaml::Deserializer::from_str(text)).map_err(|error| {
                WorldError::Format { path: error.path().to_string(), message: error.inner().to_string() }
            })?;
        check::complete(&mut world)?;
        Ok(world)
    }
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
