//! 干部坐班: what of this place can be looked into, who does now, and who did.

mod controller;
pub(super) mod view;

pub use controller::{Camera, DutyScreen, Heading, Line, Room, is_here};

#[cfg(test)]
mod tests;
