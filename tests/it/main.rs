//! End-to-end tests of the real binary over real HTTP, laws over worlds drawn at random, and the house's own rules.

#![allow(clippy::unwrap_used, reason = "a test that can't go on says so by panicking")]

mod adopt;
mod architecture;
mod browser;
mod audit;
mod base;
mod cache;
mod cases;
mod ci_examples;
mod codes;
mod doctor;
mod explain;
mod formats;
mod fuzz;
mod html;
mod guards;
mod interrupt;
mod laws;
mod lock;
#[cfg(unix)]
mod machines;
mod portfolio;
mod proof;
mod quickstart;
mod readme;
mod remembered;
mod report;
mod saved;
mod sandbox;
mod schema;
mod shards;
mod snapshot;
mod speech;
mod support;
mod trouble;
mod undo;
mod upcoming;
mod validate;
