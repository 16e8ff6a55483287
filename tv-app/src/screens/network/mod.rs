//! The connection: networks at the left, the keyboard for a password at the right, and how it is.

mod controller;
mod keyboard;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{Network, Row, Stage};
pub use keyboard::{Key, Keyboard, Page};
