//! Organizations that have a page, the own one first.

mod controller;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{Branches, Row};
