//! The switches: how each service behaves where no public source tells, or where its own answers are known to differ. The first
//! choice of each is the default.

use serde::{Deserialize, Serialize};

/// Declares an enum of choices, spelt in `snake_case`, whose first one is the default.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $(#[$first_doc:meta])* $first:ident, $($(#[$doc:meta])* $other:ident),* $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            #[default]
            $(#[$first_doc])*
            $first,
            $($(#[$doc])* $other),*
        }
    };
}

pub mod brivo;
pub mod entrata;

pub use brivo::BrivoQuirks;
pub use entrata::EntrataQuirks;

/// All switches.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct Quirks {
    /// Entrata's.
    pub entrata: EntrataQuirks,
    /// Brivo's.
    pub brivo: BrivoQuirks,
}
