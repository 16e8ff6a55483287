//! One picture on the whole screen, with zoom.

mod controller;
mod magnifier;
pub mod view;

pub use controller::PictureScreen;
pub(super) use controller::focus;
pub use magnifier::{Looked, Magnifier, View};
