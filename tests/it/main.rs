//! End-to-end tests of the real binary over real HTTP.

mod cases;
mod laws;
