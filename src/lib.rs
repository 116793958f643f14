//! `reconcile` keeps the doors of apartment buildings (Brivo) in step with their leases (Entrata).
//!
//! One direction, no circle:
//!
//! ```text
//! manifest.yaml ─▶ Manifest ──────────┐
//! Entrata ─ snapshot ─▶ Roster ───────┼─▶ desired::render ─▶ Desired ─ .at(as_of) ─▶ State ─┐
//!       ▲ look-ups (D8): doubtful() ◀─┤                                                     ├─▶ plan::between ─▶ Plan ─▶ apply::run
//! Brivo ─ snapshot ─▶ Account ────────┴─────────────────────────────────────────────────────┘               └─▶ output
//! ```
//!
//! The core (`access`, `zone`, `rules`, `manifest`, `roster`, `desired`, `plan`) is pure: no clock, no files, no network; it cannot
//! fail and collects what is wrong instead. The edges know the core and never each other. The modules stand in reading order.

pub mod access;
pub mod digest;
pub mod zone;
pub mod rules;
pub mod manifest;
pub mod roster;
pub mod desired;
pub mod plan;

pub mod http;
pub mod store;
pub mod entrata;
pub mod brivo;
pub mod snapshot;
pub mod journal;
pub mod lock;
pub mod apply;
pub mod events;
pub mod sandbox;

pub mod cli;
pub mod settings;
pub mod commands;
pub mod output;
