//! What a programme is about, and what can be done with it.

mod controller;
pub mod view;

pub use controller::{Action, ProgrammeScreen};
