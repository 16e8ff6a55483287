//! Honours and programmes: the focused one large, with all that is to be known of it, and those that follow.

mod controller;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{Card, Cards};
