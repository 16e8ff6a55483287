//! 首页: the one thing to do now, what is new in the six sections, what was begun.

mod controller;
mod hero;
#[cfg(test)]
mod tests;
mod tiles;
pub mod view;

pub use controller::{Home, More, Note, Shelf};
pub use hero::{Hero, Stored};
pub use tiles::News;
