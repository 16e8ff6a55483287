//! The first screen of the simple mode (长辈模式): four doors instead of Home.

mod controller;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{Door, Simple};
