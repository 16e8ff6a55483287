//! 我的: somebody's own record, behind their PIN or card, and hidden again soon.

mod controller;
#[cfg(test)]
mod tests;
pub mod view;

pub(in crate::screens) use controller::is_easy;
pub use controller::{Failure, Line, Me, Step};
