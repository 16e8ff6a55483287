//! A terminal in a live meeting.

pub mod hand;
pub mod join;
pub mod leave;
pub mod picture;
pub mod place;
