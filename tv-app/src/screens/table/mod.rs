//! One table on the whole screen, its head and first column always in view.

mod controller;
pub mod view;

pub use controller::TableScreen;
