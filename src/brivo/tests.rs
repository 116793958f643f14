//! The client against a small server of its own, over real HTTP where it can be and in process where the clock is paused.

mod account;
mod calls;
mod lists;
mod support;
mod token;
mod writes;
