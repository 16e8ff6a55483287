//! One of the six sections: its lists, and what is in them.

mod controller;
mod panes;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{List, ROLL_CALLS, Section};
