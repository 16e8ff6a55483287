//! The own second factor (RFC 6238).

pub mod confirm;
pub mod offer;
pub mod remove;
