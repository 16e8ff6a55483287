//! The first minute: three keys learnt by pressing them, then what helps to see and hear.

mod controller;
#[cfg(test)]
mod tests;
pub mod view;

pub use controller::{Lesson, Step};
