//! Honours and programmes as pictures.

mod controller;
pub mod view;

pub use controller::{Card, Cards};
