//! 点名 at home: calls the household, and signs its members in.

mod controller;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{Button, RollCallScreen, Step};
