//! 帮助: whom to ask, by name and telephone.

mod controller;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{Action, Contact, Help};
