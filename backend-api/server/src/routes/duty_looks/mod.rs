//! Looks into duty rooms.

pub mod close;
