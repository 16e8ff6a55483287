//! Whom will they call: the step in which one asks for something with one key.

mod actions;
mod asking;
mod controller;
mod keys;
mod shown;
#[cfg(test)]
mod tests;
pub(super) mod view;
mod whose;

pub use actions::{Action, Actions, Answers, Number};
pub use controller::{Service, Step};
