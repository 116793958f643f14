//! Parse the arguments, run, turn the result into an exit code.
fn main() {}
