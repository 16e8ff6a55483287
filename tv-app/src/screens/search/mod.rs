//! Titles by digits.

mod controller;
pub mod view;

pub use controller::Search;
