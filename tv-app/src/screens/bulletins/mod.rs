//! A list of bulletins or guides.

mod controller;
pub mod view;

pub use controller::{Bulletins, find_listing};
