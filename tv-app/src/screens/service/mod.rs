//! Whom will they call: the step in which one asks for something with one key.

mod actions;
mod controller;
#[cfg(test)]
mod tests;
pub(super) mod view;

pub use actions::{Action, Actions, Answers, Number};
pub use controller::{Service, Step};
