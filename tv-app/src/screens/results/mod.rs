//! How evaluations came out, the newest first.

mod controller;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::Results;
