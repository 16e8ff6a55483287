//! A programme playing. The screen follows the pipeline, not the key: it shows “paused” when the
//! player says so.

mod controller;
mod keys;
mod loaded;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{Button, Choice, PlayerScreen};
pub use loaded::{CaptionSize, Loaded};
