//! 会议直播: what is live, the calendar, and what can be watched again.

mod controller;
pub mod view;

pub use controller::{Line, Meetings};

#[cfg(test)]
mod tests;
