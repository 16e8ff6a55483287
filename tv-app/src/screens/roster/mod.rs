//! 点名 at a station: a grid of names that fills, for a projector.

mod controller;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::Roster;
