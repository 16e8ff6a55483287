//! What people are asked: what can be answered first.

mod controller;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{Evaluations, Row};
