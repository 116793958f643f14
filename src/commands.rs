//! What each command does, in ten lines of story each.

pub mod planning;
pub mod sandbox;
