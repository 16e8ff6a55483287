//! 我的办理: everything that was asked here; at a station that of whoever proves who they are.

mod controller;
#[cfg(test)]
mod tests;
pub(super) mod view;

pub use controller::{Requests, Step};
