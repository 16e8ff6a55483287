//! One picture on the whole screen, with zoom.

mod controller;
pub mod view;

pub use controller::PictureScreen;
