//! A meeting: watched at a home, taken part in at a station.

mod controller;
mod keys;
mod program;
mod station;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{Button, Choice, MeetingScreen, Step};
pub use program::Trouble;
pub use station::Participation;
