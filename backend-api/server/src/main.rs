//! The `backend-api` binary.
fn main() {}
