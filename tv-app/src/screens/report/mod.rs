//! 举报投诉: a confidential report. Nothing of it stays on this television: neither in the cache nor in
//! where one comes back to, and no longer in memory than somebody is here.

mod controller;
#[cfg(test)]
mod tests;
mod view;

pub use controller::{Action, ReportScreen, Step};
