//! An apply in trouble: cut off, throttled, killed, started twice. Whatever happens, the next run ends where an untroubled one would
//! have, nobody is made twice and nobody of somebody else's is touched.

mod engine;
mod faults;
mod hostile;
mod house;
mod kills;
mod pace;
mod secrets;
mod server;
mod together;
