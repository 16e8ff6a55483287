//! A programme playing. The screen follows the pipeline, not the key: it shows “paused” when the
//! player says so.

mod controller;
mod keys;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{Button, CaptionSize, Choice, Loaded, PlayerScreen};
