//! 已收到: until when somebody calls, and under which number it is known.

mod controller;
#[cfg(test)]
mod tests;
pub(super) mod view;

pub use controller::{Action, ServiceDone};
