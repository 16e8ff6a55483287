//! 首页: what is new, the six sections, what was begun.

mod controller;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{Home, Shelf};
