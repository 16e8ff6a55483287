//! Duty rooms: what they are, and looking into them.

pub mod create;
pub mod delete;
pub mod edit;
pub mod list;
pub mod log;
pub mod open;
