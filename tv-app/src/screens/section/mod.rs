//! One of the six sections: its lists.

mod controller;
pub mod view;

pub use controller::{Section, Tile};
