//! End-to-end tests of the real binary over real HTTP.

#![allow(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

mod architecture;
mod laws;
mod schema;
mod support;
mod validate;
