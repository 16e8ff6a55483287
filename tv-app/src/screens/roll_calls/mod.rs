//! 在线点名: the roll calls of this TV.

mod controller;
pub mod view;

pub use controller::RollCalls;
