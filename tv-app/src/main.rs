//! Starts the television application.
fn main() {}
